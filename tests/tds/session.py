"""One connection: log in, then answer batches, calls and requests of the transaction manager ([MS-TDS] 2.2)."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.tds import wire
from tests.tds.channel import Channel
from tests.tds.engine import Answer, Engine, Rows, World
from tests.tds.script import Error
from tests.tds.wire import DONE, DONE_IN_PROC, DONE_PROC, FAILED, IN_TRANSACTION, MORE, Reader

BATCH, CALL, ATTENTION, BULK, TRANSACTION, LOGIN = 1, 3, 6, 7, 14, 16
SELECT = 0xC1
PROCEDURES = {
    10: "sp_executesql",
    11: "sp_prepare",
    12: "sp_execute",
    13: "sp_prepexec",
    14: "sp_prepexecrpc",
    15: "sp_unprepare",
}


class Cancelled(Exception):
    """The client does not want the answer any more."""


class Session:
    """Serves one client until it goes. Without a *certificate* it refuses to encrypt."""

    def __init__(self, world: World, sock: socket.socket, certificate: Path | None) -> None:
        self.world, self.certificate = world, certificate
        self.channel = Channel(sock)
        self.engine = Engine(world, self.hang, self.drop)
        self.prepared: dict[int, tuple[str, str]] = {}

    def run(self) -> None:
        try:
            self._greet()
            if self._login(self.channel.receive()[1]):
                while True:
                    self._serve(*self.channel.receive())
        except (ConnectionError, OSError):
            return
        finally:
            self.engine.database.close()
            self.channel.sock.close()

    def hang(self, seconds: float) -> None:
        """Wait; a client that asks for the end of it gets that."""
        self.channel.sock.settimeout(seconds)
        try:
            if self.channel.receive()[0] == ATTENTION:
                raise Cancelled
        except TimeoutError:
            return
        finally:
            self.channel.sock.settimeout(None)

    def drop(self) -> None:
        self.channel.cut()
        raise ConnectionError("as scripted")

    def _greet(self) -> None:
        """Agree on encryption: on where there is a certificate, else not supported."""
        _, asked = self.channel.receive()
        options = [(0, bytes([16, 0, 0x0F, 0xA0, 0, 0])), (1, b"\x01" if self.certificate else b"\x02"), (2, b"\0"), (3, b""), (4, b"\0")]
        if _offers_token(asked):
            options.append((6, b"\x01"))
        at, head, body = 5 * len(options) + 1, b"", b""
        for kind, value in options:
            head += struct.pack(">BHH", kind, at + len(body), len(value))
            body += value
        self.channel.send(head + b"\xff" + body)
        if self.certificate:
            self.channel.secure(self.certificate)

    def _login(self, body: bytes) -> bool:
        login = _read_login(body)
        self.world.logins.append(login)
        error = self.world.login_errors.pop(0) if self.world.login_errors else None
        user, users = login["user"], self.world.users
        if not error and not login["token"] and users and users.get(user) != login["password"]:
            error = Error(18456, f"Login failed for user '{user}'.", 14)
        if error:
            self.channel.send(wire.error_token(error) + wire.done_token(DONE, FAILED))
            return False
        size = min(max(login["packet_size"], 512), 32_767)
        self.channel.send(_login_answer(login, size))
        self.channel.packet_size = size
        return True

    def _serve(self, kind: int, body: bytes) -> None:
        answer: Callable[[bytes], bytes] = {BATCH: self._batch, CALL: self._calls, TRANSACTION: self._transaction}.get(kind, self._other)
        try:
            self.channel.send(answer(body))
        except Cancelled:
            self.channel.send(wire.done_token(DONE, wire.CANCELLED))

    def _other(self, body: bytes) -> bytes:
        return wire.done_token(DONE, wire.CANCELLED)  # an attention that came after the answer

    def _batch(self, body: bytes) -> bytes:
        try:
            answers = self.engine.run(_without_headers(body).decode("utf-16-le"), {})
        except Error as error:
            return self._failure(error) + wire.done_token(DONE, self._state(FAILED))
        return self._written(answers, DONE, last=True)

    def _transaction(self, body: bytes) -> bytes:
        kind = int.from_bytes(_without_headers(body)[:2], "little")
        if kind == 5:
            self.engine.begin()
            return wire.environment_token(8, b"\x08" + struct.pack("<Q", 1), b"\0") + wire.done_token(DONE, self._state())
        self.engine.end(commit=kind == 7)
        return wire.environment_token(9 if kind == 7 else 10, b"\0", b"\x08" + struct.pack("<Q", 1)) + wire.done_token(DONE, self._state())

    def _calls(self, body: bytes) -> bytes:
        """One or several calls in one message, as fast_executemany sends them."""
        reader, calls = Reader(_without_headers(body)), []
        while reader.rest:
            length = reader.number(2)
            name = PROCEDURES.get(reader.number(2), "") if length == 0xFFFF else reader.take(2 * length).decode("utf-16-le")
            reader.take(2)
            calls.append((name.lower().removeprefix("sys."), _read_parameters(reader)))
        return b"".join(self._call(name, given, more=at < len(calls) - 1) for at, (name, given) in enumerate(calls))

    def _call(self, name: str, given: list[tuple[str, int, Any]], more: bool) -> bytes:
        done = MORE if more else 0
        try:
            return self._answer(name, given) + wire.done_token(DONE_PROC, self._state(done))
        except Error as error:
            return self._failure(error) + wire.done_token(DONE_PROC, self._state(done | FAILED))

    def _answer(self, name: str, given: list[tuple[str, int, Any]]) -> bytes:
        values = [value for _, _, value in given]
        if name == "sp_describe_undeclared_parameters":
            return self._written([_undeclared(self.engine, values[0])], DONE_IN_PROC) + wire.status_token(0)
        if name == "sp_unprepare":
            return wire.status_token(0)
        if name == "sp_prepare":
            return wire.status_token(0) + wire.output_token(0, "", self._prepare(values[1], values[2]))
        if name == "sp_execute":
            return self._execute(*self.prepared[values[0]], given[1:]) + wire.status_token(0)
        if name == "sp_prepexec":
            number = self._prepare(values[1], values[2])
            return self._execute(values[1] or "", values[2], given[3:]) + wire.status_token(0) + wire.output_token(0, "", number)
        if name == "sp_executesql":
            return self._execute(values[1] if len(values) > 1 else "", values[0], given[2:]) + wire.status_token(0)
        if name == "sp_prepexecrpc":
            number = self._prepare("", f"rpc {values[1]}")
            return self._procedure(values[1], given[2:]) + wire.output_token(0, "", number)
        return self._procedure(name, given)

    def _prepare(self, declared: str, sql: str) -> int:
        self.prepared[len(self.prepared) + 1] = (declared or "", sql)
        return len(self.prepared)

    def _execute(self, declared: str, sql: str, given: list[tuple[str, int, Any]]) -> bytes:
        if sql.startswith("rpc "):
            return self._procedure(sql[4:], given)
        self.world.declared.append((sql, declared))
        names = re.findall(r"@(\w+)", declared)
        values = {
            (name.lstrip("@") or (names[at] if at < len(names) else f"P{at + 1}")): value for at, (name, _, value) in enumerate(given)
        }
        return self._written(self.engine.run(sql, values), DONE_IN_PROC)

    def _procedure(self, name: str, given: list[tuple[str, int, Any]]) -> bytes:
        arguments = {each.lstrip("@") or str(at): value for at, (each, _, value) in enumerate(given)}
        self.world.statements.append((name, arguments))
        result = self.engine.call(name, arguments)
        answer = self._written(self.engine.answers_of(result), DONE_IN_PROC) + wire.status_token(result.status)
        for at, (each, flags, _) in enumerate(given):
            if flags & 1:
                answer += wire.output_token(at, each, result.outputs.get(each.lstrip("@")))
        return answer

    def _written(self, answers: list[Answer], token: int, last: bool = False) -> bytes:
        data = b""
        for at, answer in enumerate(answers):
            more = 0 if last and at == len(answers) - 1 else MORE
            if isinstance(answer, Error):
                data += wire.error_token(answer) + wire.done_token(token, self._state(more | FAILED))
            elif isinstance(answer, Rows):
                data += wire.rows_token(*answer) + wire.done_token(token, self._state(more), len(answer.rows), SELECT)
            else:
                data += wire.done_token(token, self._state(more), answer)
        return data or (wire.done_token(token, self._state()) if last else b"")

    def _failure(self, error: Error) -> bytes:
        data = wire.error_token(error)
        if (error.ends_transaction or error.number == 1205) and self.engine.transaction:
            self.engine.end(commit=False)
            data += wire.environment_token(10, b"\0", b"\x08" + struct.pack("<Q", 1))
        return data

    def _state(self, status: int = 0) -> int:
        return status | (IN_TRANSACTION if self.engine.transaction else 0)


def _offers_token(prelogin: bytes) -> bool:
    """Whether the client wants to log in with a token (option 6)."""
    at = 0
    while prelogin[at] != 0xFF:
        if prelogin[at] == 6:
            return prelogin[struct.unpack(">H", prelogin[at + 1 : at + 3])[0]] == 1
        at += 5
    return False


def _read_login(body: bytes) -> dict[str, Any]:
    """What LOGIN7 says; a password is hidden there by turning its half-bytes."""

    def field(at: int) -> bytes:
        start, length = struct.unpack("<HH", body[at : at + 4])
        return body[start : start + 2 * length]

    hidden = bytes(((byte ^ 0xA5) << 4 & 0xFF) | (byte ^ 0xA5) >> 4 for byte in field(44))
    return {
        "user": field(40).decode("utf-16-le"),
        "password": hidden.decode("utf-16-le"),
        "app": field(48).decode("utf-16-le"),
        "database": field(68).decode("utf-16-le") or "master",
        "read_only": bool(body[26] & 0x20),
        "packet_size": int.from_bytes(body[8:12], "little"),
        "token": _read_token(body) if body[27] & 0x10 else "",
    }


def _read_token(body: bytes) -> str:
    """The access token among the features that a client asks for."""
    at = int.from_bytes(body[int.from_bytes(body[56:58], "little") :][:4], "little")
    while body[at] != 0xFF:
        length = int.from_bytes(body[at + 1 : at + 5], "little")
        if body[at] == 2:
            size = int.from_bytes(body[at + 6 : at + 10], "little")
            return body[at + 10 : at + 10 + size].decode("utf-16-le")
        at += 5 + length
    return ""


def _login_answer(login: dict[str, Any], packet_size: int) -> bytes:
    version = b"\x01\x74\x00\x00\x04" + wire.short_text("Microsoft SQL Server") + bytes([16, 0, 0x0F, 0xA0])
    return (
        wire.environment_token(1, wire.short_text(login["database"]), wire.short_text("master"))
        + wire.error_token(Error(5701, f"Changed database context to '{login['database']}'.", 0), 0xAB)
        + wire.environment_token(7, b"\x05" + wire.COLLATION, b"\0")
        + wire.environment_token(2, wire.short_text("us_english"), b"\0")
        + b"\xad"
        + struct.pack("<H", len(version))
        + version
        + (b"\xae\x02\0\0\0\0\xff" if login["token"] else b"")
        + wire.environment_token(4, wire.short_text(str(packet_size)), wire.short_text("4096"))
        + wire.done_token(DONE, 0)
    )


def _without_headers(body: bytes) -> bytes:
    return body[int.from_bytes(body[:4], "little") :]


def _read_parameters(reader: Reader) -> list[tuple[str, int, Any]]:
    found = []
    while reader.rest and reader.rest[0] not in (0x80, 0xFF):
        found.append((reader.short_text(), reader.number(1), reader.value()))
    if reader.rest:
        reader.take(1)
    return found


def _undeclared(engine: Engine, sql: str) -> Rows:
    """What the server makes of parameters without a type: those of the columns that they are inserted into, else nvarchar(4000)."""
    names = list(dict.fromkeys(re.findall(r"@(\w+)", sql)))
    into = re.match(r'\s*insert\s+into\s+([\w.\[\]"#]+)\s*\((.*?)\)', sql, re.IGNORECASE)
    kinds = engine.declared(into[1], into[2]) if into else []
    kinds += [""] * (len(names) - len(kinds))
    others = [None] * 6 + [1, 0] + [None] * 9
    rows = [(at, f"@{name}", *_described(kind), *others) for at, (name, kind) in enumerate(zip(names, kinds, strict=False), 1)]
    shown = ["parameter_ordinal", "name", "suggested_system_type_id", "suggested_system_type_name", "suggested_max_length"]
    shown += ["suggested_precision", "suggested_scale", *[f"other_{at}" for at in range(len(others))]]  # clients count them
    return Rows(shown, [wire.column_of(column) for column in zip(*rows, strict=True)], rows)


def _described(kind: str) -> tuple[int, str, int, int, int]:
    """Number, name, bytes, precision and scale of a type."""
    name, _, size = kind.partition("(")
    length = int(re.sub(r"\D.*", "", size) or 0)
    known = {
        "BIGINT": (127, "bigint", 8, 19, 0),
        "INT": (56, "int", 4, 10, 0),
        "INTEGER": (56, "int", 4, 10, 0),
        "FLOAT": (62, "float", 8, 53, 0),
        "BIT": (104, "bit", 1, 1, 0),
        "DATETIME2": (42, "datetime2(7)", 8, 27, 7),
        "DATE": (40, "date", 3, 10, 0),
        "NUMERIC": (108, "numeric(38,10)", 17, 38, 10),
        "VARBINARY": (165, f"varbinary({length})", length, 0, 0),
        "NVARCHAR": (231, f"nvarchar({length})", 2 * length, 0, 0),
    }
    return known.get(name, (231, "nvarchar(4000)", 8000, 0, 0))
