"""The stand-in in a process of its own, and the handle by which a test tells it what to do."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from tests.tds.engine import World
from tests.tds.script import Action, Error, Result, Rule
from tests.tds.session import Session

ROOT = Path(__file__).parents[2]
KEY = b"of this test run"


class SqlServer:
    """A running stand-in. Every method is carried out in its process."""

    def __init__(self, port: int, control: Connection) -> None:
        self.port = port
        self._control = control

    @classmethod
    @contextmanager
    def running(cls, certificate: Path | None = None) -> Iterator[SqlServer]:
        """Run one; with a *certificate* (PEM, with its key) it encrypts."""
        command = [sys.executable, "-c", "from tests.tds.control import main; main()", str(certificate or "")]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout
            port, control = map(int, process.stdout.readline().split())
            with Client(("127.0.0.1", control), authkey=KEY) as connection:
                yield cls(port, connection)
        finally:
            process.kill()
            process.wait()

    def url(self, user: str = "sa", password: str = "sa-pa55", **query: str) -> URL:  # noqa: S107 - of the stand-in
        """Its address; without encryption unless *query* says so."""
        options = {"Encrypt": "no", **query}
        return URL.create("mssql+pyodbc", user, password, "127.0.0.1", self.port, "master", query=options)

    def script(self, pattern: str, action: Action, times: int | None = None) -> None:
        """Do this for the statements that match (any case), so many times or always."""
        self._ask("script", Rule(re.compile(pattern, re.IGNORECASE | re.DOTALL), action, times))

    def procedure(self, name: str, result: Result) -> None:
        """Make a procedure known."""
        self._ask("procedure", name.lower(), result)

    def refuse_logins(self, *errors: Error) -> None:
        """Answer the next logins so, one after the other."""
        self._ask("refuse", errors)

    def allow(self, **users: str) -> None:
        """Let only these users in, with these passwords."""
        self._ask("allow", users)

    def cut_all(self) -> None:
        """Cut all connections."""
        self._ask("cut")

    def logins(self) -> list[dict[str, Any]]:
        """What each client said of itself."""
        return self._ask("logins")  # type: ignore[no-any-return]

    def statements(self) -> list[tuple[str, dict[str, Any]]]:
        """Every statement and call, with its parameters."""
        return self._ask("statements")  # type: ignore[no-any-return]

    def declared(self) -> list[tuple[str, str]]:
        """Each statement with parameters, and the types that the client gave them."""
        return self._ask("declared")  # type: ignore[no-any-return]

    def _ask(self, what: str, *words: Any) -> Any:
        self._control.send((what, *words))
        return self._control.recv()


class _Server:
    """The other side of it, in the process of the stand-in."""

    def __init__(self, folder: Path, certificate: Path | None) -> None:
        self.world = World(folder / "data.db")
        self.certificate = certificate
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.sockets: list[socket.socket] = []

    def accept(self) -> None:
        while True:
            sock, _ = self.listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets.append(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        Session(self.world, sock, self.certificate).run()

    def answer(self, what: str, *words: Any) -> Any:
        world = self.world
        actions: dict[str, Callable[..., Any]] = {
            "script": world.rules.append,
            "procedure": world.procedures.__setitem__,
            "refuse": world.login_errors.extend,
            "allow": world.users.update,
            "cut": self.cut,
            "logins": lambda: world.logins,
            "declared": lambda: world.declared,
            "statements": lambda: world.statements,
        }
        return actions[what](*words)

    def cut(self) -> None:
        for sock in self.sockets:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.sockets.clear()


def main() -> None:
    """Serve until the test that started it is gone."""
    with tempfile.TemporaryDirectory() as folder, Listener(("127.0.0.1", 0), authkey=KEY) as listener:
        server = _Server(Path(folder), Path(sys.argv[1]) if sys.argv[1] else None)
        threading.Thread(target=server.accept, daemon=True).start()
        print(server.listener.getsockname()[1], listener.address[1], flush=True)
        with listener.accept() as control:
            while True:
                try:
                    what, *words = control.recv()
                except EOFError:
                    return
                control.send(server.answer(what, *words))
