"""Real database servers for the tests: one of each per run, started by the first test that asks for it.

A test asks for `postgresql_url`, `mariadb_url` or `sqlserver_url`: the SQLAlchemy URL of an empty database of its own. The processes
of pytest-xdist share a server: a keeper process runs it, and stops it when the last process that uses it is gone, however it went.
A test that breaks its server makes one for itself: `with running(Postgresql) as server`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, ClassVar
from uuid import uuid4

import pytest
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text

from tests.tds import SqlServer

USER, PASSWORD = "tester", "pa55-of-the-tests"  # noqa: S105 - of servers that live as long as a test run
START_SECONDS = 60
MSSQL_URL = os.environ.get("WORKFLOW_TEST_MSSQL_URL", "")  # read here: tests run without the WORKFLOW_ variables of their user


class Server:
    """A database server with its files in *folder*, listening on a free port of this machine only."""

    package: ClassVar[str]
    driver: ClassVar[str]
    unix_user: ClassVar[str]
    first_database: ClassVar[str]
    stop_signal: ClassVar[str]  # a name: Windows has not all of them, and imports this module too

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def reason_against(cls) -> str:
        """Why such a server cannot run here; empty if it can."""
        if not cls.programs():
            return f"needs {cls.package}: apt-get install {cls.package}"
        module = cls.driver.rpartition("+")[2]
        return "" if importlib.util.find_spec(module) else f"needs {module}: python -m pip install {module}"

    @classmethod
    def programs(cls) -> Path | None:
        """The folder of the server's programs."""
        raise NotImplementedError

    @property
    def url(self) -> URL:
        """The server's own database, as its administrator."""
        return URL.create(self.driver, USER, PASSWORD, "127.0.0.1", self.port, self.first_database)

    def create(self) -> None:
        """Make the files of an empty server."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """The server, in the foreground."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            RuntimeError: it ended, or said nothing for a minute; the message holds its log.
        """
        with self._log() as log:
            self.process = subprocess.Popen(self.command(), cwd=self.folder, stdout=log, stderr=log, **self._user())
        until = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self._wait_for_sql(until)
            time.sleep(0.05)
        raise RuntimeError(f"{self.package} did not start:\n{(self.folder / 'log').read_text(errors='replace')[-4000:]}")

    def stop(self) -> None:
        """Stop the server at once, whoever is connected."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(getattr(signal, self.stop_signal))
            self.process.wait(START_SECONDS)

    def _wait_for_sql(self, until: float) -> None:
        while True:
            try:
                return _administer(self.url, "SELECT 1")
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def _run(self, *command: str) -> None:
        with self._log() as log:
            subprocess.run(command, cwd=self.folder, stdout=log, stderr=log, check=True, **self._user())

    def _log(self) -> IO[bytes]:
        return open(self.folder / "log", "ab")

    def _user(self) -> dict[str, Any]:
        """Who the server runs as (servers refuse to run as root), with a folder for its own temporary files: root's may be closed to it."""
        user = {"user": self.unix_user, "group": self.unix_user, "extra_groups": []} if os.geteuid() == 0 else {}
        return {**user, "env": {**os.environ, "TMPDIR": str(self.folder)}}


class Postgresql(Server):
    """PostgreSQL, without fsync."""

    package, driver, unix_user, first_database = "postgresql", "postgresql+psycopg", "postgres", "postgres"
    stop_signal = "SIGQUIT"  # at once, without waiting for clients or a checkpoint

    @classmethod
    def programs(cls) -> Path | None:
        newest = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None, key=lambda path: int(path.parts[-3]))
        found = newest or (initdb := shutil.which("initdb")) and Path(initdb)
        return found.parent if found else None

    def create(self) -> None:
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        words = ("-D", "data", "-U", USER, "--pwfile", str(password), "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self._run(f"{self.programs()}/initdb", *words)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "max_connections": 200,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [f"{self.programs()}/postgres", "-D", "data", *options]


class Mariadb(Server):
    """MariaDB, without fsync."""

    package, driver, unix_user, first_database = "mariadb-server", "mysql+pymysql", "mysql", "mysql"
    stop_signal = "SIGKILL"  # a shutdown in order takes seconds

    @classmethod
    def programs(cls) -> Path | None:
        found = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
        return Path(found).parent if found else None

    def create(self) -> None:
        account = f"CREATE USER {USER} IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO {USER} WITH GRANT OPTION;\n"
        (self.folder / "accounts.sql").write_text(account)  # a statement per line
        self._run(
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={self.folder}/data",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        )

    def command(self) -> list[str]:
        settings = {
            "datadir": f"{self.folder}/data",
            "tmpdir": self.folder,  # a server that starts takes away the temporary tables of another one in /tmp
            "socket": f"{self.folder}/socket",
            "pid-file": f"{self.folder}/pid",
            "init-file": f"{self.folder}/accounts.sql",
            "bind-address": "127.0.0.1",
            "skip-name-resolve": 1,  # else the anonymous account of localhost is taken for ours
            "port": self.port,
            "character-set-server": "utf8mb4",
            "innodb-flush-log-at-trx-commit": 0,
            "innodb-flush-method": "nosync",
            "innodb-buffer-pool-size": "128M",
        }
        return [f"{self.programs()}/mariadbd", "--no-defaults", *(f"--{name}={value}" for name, value in settings.items())]


SERVERS: dict[str, type[Server]] = {kind.package: kind for kind in (Postgresql, Mariadb)}


@contextlib.contextmanager
def running(kind: type[Server]) -> Iterator[Server]:
    """Run a new server, and take it away at the end; the test is skipped where there is none."""
    if reason := kind.reason_against():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix=f"{kind.package}-"))
    if os.geteuid() == 0:
        shutil.chown(folder, kind.unix_user, kind.unix_user)
    server = kind(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def _postgresql(run_folder: Path) -> Iterator[URL]:
    with _shared(Postgresql, run_folder) as url:
        yield url


@pytest.fixture(scope="session")
def _mariadb(run_folder: Path) -> Iterator[URL]:
    with _shared(Mariadb, run_folder) as url:
        yield url


@pytest.fixture
def postgresql_url(_postgresql: URL) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, password included."""
    name = f"t{uuid4().hex[:12]}"
    _administer(_postgresql, f"CREATE DATABASE {name}")
    yield _postgresql.set(database=name).render_as_string(hide_password=False)
    _administer(_postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def mariadb_url(_mariadb: URL) -> Iterator[str]:
    """The URL of an empty MariaDB database, password included."""
    name = f"t{uuid4().hex[:12]}"
    _administer(_mariadb, f"CREATE DATABASE {name}")
    yield _mariadb.set(database=name).render_as_string(hide_password=False)
    _kill_sessions(_mariadb, name)
    _administer(_mariadb, f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def odbc_driver(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of Microsoft's ODBC driver 18: the one of this machine, else the one that the package mssql-python carries."""
    if not importlib.util.find_spec("pyodbc"):
        pytest.skip("needs pyodbc: python -m pip install pyodbc mssql-python")
    name = "ODBC Driver 18 for SQL Server"
    drivers = Path(os.environ.get("ODBCSYSINI", "/etc"), "odbcinst.ini")
    known = drivers.read_text() if drivers.is_file() else ""
    if f"[{name}]" not in known and (package := importlib.util.find_spec("mssql_python_odbc")):
        carried = next(Path(str(package.origin)).parent.glob("libs/linux/debian*/x86_64/lib/libmsodbcsql-18*"), None)
        known += f"\n[{name}]\nDriver={carried}\n" if carried else ""
    folder = tmp_path_factory.mktemp("odbc")
    (folder / "odbcinst.ini").write_text(known)
    (folder / "odbc.ini").touch()
    os.environ["ODBCSYSINI"] = str(folder)  # before the first use of pyodbc in this process
    if name not in importlib.import_module("pyodbc").drivers():
        pytest.skip(f"needs {name}: python -m pip install mssql-python, where it carries one for this machine")
    return name


@pytest.fixture
def fake_sqlserver(odbc_driver: str) -> Iterator[SqlServer]:
    """A stand-in for SQL Server that does what the test scripts: see tests/tds."""
    with SqlServer.running() as server:
        yield server


@pytest.fixture
def sqlserver_url(run_folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of the SQL Server database of WORKFLOW_TEST_MSSQL_URL, one test at a time; what the test leaves there is dropped."""
    if not MSSQL_URL:
        pytest.skip("needs a SQL Server: set WORKFLOW_TEST_MSSQL_URL to the SQLAlchemy URL of an empty database")
    driver, url = request.getfixturevalue("odbc_driver"), make_url(MSSQL_URL)
    if not any(key.lower() in ("driver", "odbc_connect") for key in url.query):
        url = url.update_query_dict({"driver": driver})
    with _locked(run_folder / "sqlserver.lock"), _connected(url) as connection:
        connection.execute(text("SET LOCK_TIMEOUT 10000"))  # a test that left a transaction open does not hold up the others
        before = _objects(connection)
        yield url.render_as_string(hide_password=False)
        _drop_all(connection, before)


def _shared(kind: type[Server], run_folder: Path) -> contextlib.AbstractContextManager[URL]:
    if reason := kind.reason_against():
        pytest.skip(reason)
    return _used(kind, run_folder)


@contextlib.contextmanager
def _used(kind: type[Server], run_folder: Path) -> Iterator[URL]:
    """Use the server of this run, and start it where it is not yet there."""
    state = run_folder / f"{kind.package}.url"
    with open(state.with_suffix(".users"), "a") as users:
        with _locked(state.with_suffix(".lock")):
            _lock(users, shared=True)
            if not state.exists():
                _start_keeper(kind, state)
        yield make_url(state.read_text())


def _start_keeper(kind: type[Server], state: Path) -> None:
    log = state.with_suffix(".log")
    with open(log, "ab") as output:
        command = [sys.executable, "-m", "tests.servers", kind.package, str(state)]
        keeper = subprocess.Popen(
            command, cwd=Path(__file__).parents[1], stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    while not state.exists():
        if keeper.poll() is not None:
            raise RuntimeError(log.read_text(errors="replace")[-4000:])
        time.sleep(0.05)


def keep(kind: type[Server], state: Path) -> None:
    """Run a server until no process holds the lock of its users."""
    with running(kind) as server, open(state.with_suffix(".users"), "a") as users:
        written = state.with_suffix(".new")
        written.write_text(server.url.render_as_string(hide_password=False))
        written.rename(state)
        while True:
            time.sleep(0.2)
            with _locked(state.with_suffix(".lock")):
                if _lock(users, wait=False):
                    state.unlink()
                    return


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with open(path, "a") as file:
        _lock(file)
        yield


def _lock(file: IO[str], *, shared: bool = False, wait: bool = True) -> bool:
    """Take the operating system's lock on an open file: it is free again when the file is closed or the process gone."""
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def _administer(url: URL, statement: str) -> None:
    with _connected(url) as connection:
        connection.execute(text(statement))


def _kill_sessions(url: URL, database: str) -> None:
    """End what a test left connected: a lock of it would hold up DROP DATABASE for ever."""
    with _connected(url) as connection:
        for session in connection.scalars(text("SELECT id FROM information_schema.processlist WHERE db = :name"), {"name": database}).all():
            with contextlib.suppress(Exception):  # it may have ended by itself
                connection.execute(text(f"KILL {session}"))


def _objects(connection: Connection) -> set[tuple[str, str]]:
    """Tables, views and routines of an SQL Server database with what DROP calls them."""
    tables = "SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END, TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.TABLES"
    routines = "SELECT ROUTINE_TYPE, ROUTINE_SCHEMA, ROUTINE_NAME FROM INFORMATION_SCHEMA.ROUTINES"
    found = [*connection.execute(text(tables)).all(), *connection.execute(text(routines)).all()]
    return {(kind, f"[{schema}].[{name}]") for kind, schema, name in found}


def _drop_all(connection: Connection, kept: set[tuple[str, str]]) -> None:
    """Drop what is not *kept*; a table that another one refers to falls in a later round."""
    for _ in range(10):
        for kind, name in _objects(connection) - kept:
            with contextlib.suppress(Exception):
                connection.execute(text(f"DROP {kind} {name}"))
    assert not _objects(connection) - kept, "the test left these objects locked"


if __name__ == "__main__":
    keep(SERVERS[sys.argv[1]], Path(sys.argv[2]))
