"""Values and tokens as TDS 7.4 writes them ([MS-TDS] 2.2)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from tests.tds.script import Error

COLLATION = bytes([0x09, 0x04, 0xD0, 0x00, 0x34])  # Latin1_General_CI_AS
DONE, DONE_PROC, DONE_IN_PROC = 0xFD, 0xFE, 0xFF
MORE, FAILED, IN_TRANSACTION, COUNTED, CANCELLED = 1, 2, 4, 0x10, 0x20
PLP = 0xFFFF  # a length that says: in pieces


class Column(NamedTuple):
    """How the values of a column are written: their type, and each of them."""

    info: bytes
    write: Callable[[Any], bytes]
    null: bytes = b"\0"

    def value(self, value: Any) -> bytes:
        return self.null if value is None else self.write(value)


def text(value: str) -> bytes:
    return value.encode("utf-16-le")


def short_text(value: str) -> bytes:
    return bytes([len(text(value)) // 2]) + text(value)


def long_text(value: str) -> bytes:
    return struct.pack("<H", len(text(value)) // 2) + text(value)


def _sized(size: int, data: bytes) -> bytes:
    return bytes([size]) + data


def _decimal(scale: int) -> Callable[[Decimal], bytes]:
    def write(value: Decimal) -> bytes:
        number = int(value.scaleb(scale))
        return _sized(17, bytes([0 if number < 0 else 1]) + abs(number).to_bytes(16, "little"))

    return write


def _days(value: date) -> bytes:
    return (value.toordinal() - 1).to_bytes(3, "little")


def _time(value: time | datetime) -> bytes:
    ticks = ((value.hour * 60 + value.minute) * 60 + value.second) * 10**7 + value.microsecond * 10
    return ticks.to_bytes(5, "little")


def _with_offset(value: datetime) -> bytes:
    offset = value.utcoffset() or timedelta()
    utc = value.astimezone(UTC)
    return _sized(10, _time(utc) + _days(utc) + struct.pack("<h", int(offset.total_seconds() // 60)))


def _plp(value: Any) -> bytes:
    data = text(str(value))
    return struct.pack("<QI", len(data), len(data)) + data + (b"\0\0\0\0" if data else b"")


BIT = Column(b"\x68\x01", lambda value: _sized(1, bytes([bool(value)])))
INT = Column(b"\x26\x04", lambda value: _sized(4, struct.pack("<i", value)))
BIGINT = Column(b"\x26\x08", lambda value: _sized(8, struct.pack("<q", value)))
FLOAT = Column(b"\x6d\x08", lambda value: _sized(8, struct.pack("<d", value)))
DATE = Column(b"\x28", lambda value: _sized(3, _days(value)))
MOMENT = Column(b"\x2a\x07", lambda value: _sized(8, _time(value) + _days(value)))
MOMENT_OFFSET = Column(b"\x2b\x07", _with_offset)
GUID = Column(b"\x24\x10", lambda value: _sized(16, value.bytes_le))
LONG_TEXT = Column(b"\xe7\xff\xff" + COLLATION, _plp, b"\xff" * 8)


def decimals(precision: int, scale: int) -> Column:
    return Column(b"\x6c\x11" + bytes([precision, scale]), _decimal(scale))


def texts(length: int) -> Column:
    info = b"\xe7" + struct.pack("<H", 2 * length) + COLLATION
    return Column(info, lambda value: struct.pack("<H", len(text(str(value)))) + text(str(value)), b"\xff\xff")


def binaries(length: int) -> Column:
    return Column(b"\xa5" + struct.pack("<H", length), lambda value: struct.pack("<H", len(value)) + bytes(value), b"\xff\xff")


def column_of(values: Iterable[Any]) -> Column:
    """The column that holds these values."""
    there = [value for value in values if value is not None]
    kinds = {type(value) for value in there}
    if kinds == {bool}:
        return BIT
    if kinds == {int}:
        return INT if all(-(2**31) <= value < 2**31 for value in there) else BIGINT
    if kinds and kinds <= {int, float}:
        return FLOAT
    if kinds == {Decimal}:
        return decimals(38, max(0, *(-int(value.as_tuple().exponent) for value in there)))
    if kinds == {datetime}:
        return MOMENT_OFFSET if there[0].tzinfo else MOMENT
    known = {date: DATE, UUID: GUID, bytes: binaries(8000)}
    if len(kinds) == 1 and (column := known.get(kinds.pop())):
        return column
    return LONG_TEXT if any(len(str(value)) > 4000 for value in there) else texts(4000)


def error_token(error: Error, token: int = 0xAA) -> bytes:
    body = struct.pack("<iBB", error.number, 1, error.severity) + long_text(error.message)
    body += short_text("STANDIN") + short_text("") + struct.pack("<i", 1)
    return bytes([token]) + struct.pack("<H", len(body)) + body


def done_token(token: int, status: int, rows: int | None = None, command: int = 0) -> bytes:
    return struct.pack("<BHHQ", token, status | (COUNTED if rows is not None else 0), command, rows or 0)


def environment_token(kind: int, new: bytes, old: bytes) -> bytes:
    body = bytes([kind]) + new + old
    return b"\xe3" + struct.pack("<H", len(body)) + body


def status_token(value: int) -> bytes:
    return b"\x79" + struct.pack("<i", value)


def output_token(place: int, name: str, value: Any) -> bytes:
    column = column_of([value])
    return b"\xac" + struct.pack("<H", place) + short_text(name) + b"\x01" + struct.pack("<IH", 0, 0) + column.info + column.value(value)


def rows_token(names: Sequence[str], columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    data = bytearray(b"\x81" + struct.pack("<H", len(names)))
    for name, column in zip(names, columns, strict=True):
        data += struct.pack("<IH", 0, 9) + column.info + short_text(name)
    for row in rows:
        data += b"\xd1" + b"".join(column.value(value) for column, value in zip(columns, row, strict=True))
    return bytes(data)


class Reader:
    """Reads what a client sent."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def rest(self) -> bytes:
        return self.data[self.at :]

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size: int, signed: bool = False) -> int:
        return int.from_bytes(self.take(size), "little", signed=signed)

    def short_text(self) -> str:
        return self.take(2 * self.number(1)).decode("utf-16-le")

    def value(self) -> Any:
        """A parameter: its type, then its value."""
        kind = self.number(1)
        if kind in _FIXED:
            size, read = _FIXED[kind]
            return read(self.take(size))
        if kind in (0x26, 0x68, 0x6D, 0x24):
            self.take(1)
            return self._or_none(_BY_LENGTH[kind])
        if kind in (0x6A, 0x6C):
            scale = self.take(3)[2]
            return self._or_none(lambda data: Decimal(int.from_bytes(data[1:], "little") * (1 if data[0] else -1)).scaleb(-scale))
        if kind == 0x28:
            return self._or_none(_read_date)
        if kind in (0x29, 0x2A, 0x2B):
            scale = self.number(1)
            return self._or_none(lambda data: _read_moment(kind, scale, data))
        return self._long_value(kind)

    def _or_none(self, read: Callable[[bytes], Any]) -> Any:
        data = self.take(self.number(1))
        return read(data) if data else None

    def _long_value(self, kind: int) -> Any:
        is_text, large = kind in (0xE7, 0xEF, 0xA7, 0xAF, 0x63, 0x23), kind in (0x22, 0x23, 0x63)
        most = self.number(4) if large else self.number(2)
        if is_text:
            self.take(5)
        data = self._pieces() if most == PLP and not large else self._counted(4 if large else 2)
        if data is None or not is_text:
            return data
        return data.decode("utf-16-le" if kind in (0xE7, 0xEF, 0x63) else "cp1252")

    def _counted(self, size: int) -> bytes | None:
        count = self.number(size)
        return None if count == 2 ** (8 * size) - 1 else self.take(count)

    def _pieces(self) -> bytes | None:
        if self.number(8) == 2**64 - 1:
            return None
        data = b""
        while count := self.number(4):
            data += self.take(count)
        return data


def _whole(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=len(data) > 1)


def _floating(data: bytes) -> float:
    return float(struct.unpack("<d" if len(data) == 8 else "<f", data)[0])


def _read_date(data: bytes) -> date:
    return date.fromordinal(int.from_bytes(data, "little") + 1)


def _read_moment(kind: int, scale: int, data: bytes) -> Any:
    """time, datetime2 or datetimeoffset: ticks of the day, then the day, then the offset in minutes."""
    length = len(data) - {0x29: 0, 0x2A: 3, 0x2B: 5}[kind]
    within = timedelta(microseconds=int.from_bytes(data[:length], "little") * 10**6 // 10**scale)
    if kind == 0x29:
        return (datetime.min + within).time()
    moment = datetime.combine(_read_date(data[length : length + 3]), time()) + within
    if kind == 0x2A:
        return moment
    offset = timezone(timedelta(minutes=struct.unpack("<h", data[-2:])[0]))
    return moment.replace(tzinfo=UTC).astimezone(offset)


_BY_LENGTH: dict[int, Callable[[bytes], Any]] = {
    0x26: _whole,
    0x68: lambda data: bool(data[0]),
    0x6D: _floating,
    0x24: lambda data: str(UUID(bytes_le=data)),
}
_FIXED: dict[int, tuple[int, Callable[[bytes], Any]]] = {
    0x1F: (0, lambda data: None),
    0x30: (1, _whole),
    0x32: (1, lambda data: bool(data[0])),
    0x34: (2, _whole),
    0x38: (4, _whole),
    0x7F: (8, _whole),
    0x3E: (8, _floating),
    0x3B: (4, _floating),
}
