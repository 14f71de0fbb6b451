"""From the address of a database to open connections: one pair of engines per database and process.

One engine has transactions. The other sends single statements that only read, without BEGIN and ROLLBACK around them: these are two
more journeys to the server, and leaving them out pays for trying every connection before it is lent.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
import math
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, NamedTuple

import db_log
import db_sqlite
from db_address import Settings, send_token, with_session
from db_config import ConfigError, workflow_name
from db_errors import ReadOnlyError, keep_faults, on_error, retried
from db_sql import Statement, read_statement
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext

logger = logging.getLogger(__name__)
TOLD = {"told": True}  # the mark of the statements that the helper itself writes into the access log


class Engines(NamedTuple):
    """The engine of transactions, and the one of single statements that read."""

    work: Engine
    reads: Engine

    @property
    def heard(self) -> bool:
        """Whether somebody besides us listens to the statements, such as a test; then all of them go over the first one."""
        listeners = self.work.dispatch
        return len(listeners.before_cursor_execute) + len(listeners.after_cursor_execute) > 2


_open: dict[tuple[int, Settings], Engines] = {}
_lock = threading.Lock()


def engines(settings: Settings) -> Engines:
    """The engines that this process shares for this database; a forked process makes its own."""
    key = (os.getpid(), settings)
    with _lock:
        if key not in _open:
            db_log.open_log()
            _open[key] = _make(settings)
        return _open[key]


def close(settings: Settings) -> None:
    """Close the connections of this process to this database."""
    with _lock:
        for engine in _open.pop((os.getpid(), settings), ()):
            engine.dispose()


@contextmanager
def connect(engine: Engine) -> Iterator[Connection]:
    """Lend a connection, opened again while the server cannot be reached or takes nobody."""
    if engine.dialect.name == "sqlite":
        db_sqlite.adapt_frames()
    process, connection = os.getpid(), retried(engine.connect, ("lost", "busy"))
    try:
        yield connection
    finally:
        if os.getpid() == process:
            connection.close()
        else:
            _keep_for_ever(connection)


@contextmanager
def driver_errors(connection: Connection, sql: str) -> Iterator[None]:
    """Treat the errors of a driver's own cursor as SQLAlchemy treats those of its statements."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        connection._handle_dbapi_exception(error, sql, None, None, None)


_connections: weakref.WeakSet[Any] = weakref.WeakSet()


def _after_fork() -> None:
    """The child keeps its parent's connections and never touches them: to close one, and be it at its own end, closes the parent's."""
    global _lock
    _lock = threading.Lock()
    for record in _connections:
        _keep_for_ever(record)


def _keep_for_ever(thing: object) -> None:
    """Let Python never free it, not even when the process ends: a driver says goodbye to the server then."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _make(settings: Settings) -> Engines:
    url, options = with_session(settings), _options(settings)
    try:
        work = create_engine(url, **options)
    except ModuleNotFoundError as error:
        raise ConfigError(f"{url.drivername} needs {error.name}: python -m pip install {error.name} (see requirements.txt)") from None
    if settings.family == "sqlite" and url.database in (None, "", ":memory:"):  # another engine would be another database
        return Engines(_prepared(work, settings), work)
    reads = create_engine(url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **options)
    return Engines(_prepared(work, settings), _connected(reads, settings))


def _options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {"hide_parameters": True, "connect_args": _connect_args(settings)}
    if settings.family != "sqlite":
        options |= {"pool_pre_ping": True, "pool_recycle": 1800, "pool_size": settings.pool_size}
    if settings.url.get_driver_name() == "mssqlpython":
        options["paramstyle"] = "qmark"  # of the two that it takes, the one for tuples
        with suppress(ImportError):
            importlib.import_module("mssql_python").pooling(enabled=False)  # as below
    if settings.url.get_driver_name() == "pyodbc":
        with suppress(ImportError):  # told when the engine is made
            importlib.import_module("pyodbc").pooling = False  # type: ignore[attr-defined] # the pool is SQLAlchemy's
        options["fast_executemany"] = "FreeTDS" not in str(settings.url.query.get("driver", ""))  # with FreeTDS it ends the process
    return options


def _connect_args(settings: Settings) -> dict[str, Any]:
    seconds, driver = settings.connect_timeout, settings.url.get_driver_name()
    if driver == "psycopg":
        session = f"-c statement_timeout={int((settings.timeout or 0) * 1000)}" if settings.timeout else ""
        session += " -c default_transaction_read_only=on" if settings.read_only else ""
        given = str(settings.url.query.get("options", ""))
        named = {"connect_timeout": seconds, "application_name": workflow_name(), "options": f"{given} {session}".strip()}
        return {key: value for key, value in named.items() if value and (key == "options" or key not in settings.url.query)}
    if driver == "pymysql":
        converters = importlib.import_module("pymysql.converters")
        octets = {memoryview: lambda value, _=None: f"x'{bytes(value).hex()}'"}  # the driver would send its name
        return {"connect_timeout": seconds, "conv": {**converters.conversions, **octets}}
    if driver == "pyodbc":
        return {"timeout": seconds}
    return {} if driver != "pysqlite" or "timeout" in settings.url.query else {"timeout": 30}


def _connected(engine: Engine, settings: Settings) -> Engine:
    """Let the engine set up its connections and explain its errors."""
    event.listen(engine, "connect", lambda connection, record: _SESSIONS[settings.family](connection, settings))
    event.listen(engine, "connect", lambda connection, record: _connections.add(record))
    event.listen(engine, "handle_error", on_error, retval=True)
    if settings.family == "sqlite":
        event.listen(
            engine, "do_connect", lambda dialect, record, arguments, parameters: db_sqlite.open_file(settings, arguments, parameters)
        )
    if settings.family == "mssql" and settings.authentication.lower() == "token":
        event.listen(engine, "do_connect", lambda dialect, record, arguments, parameters: send_token(arguments, parameters))
    return engine


def _prepared(engine: Engine, settings: Settings) -> Engine:
    """Besides, let it have transactions of our own and write down what comes over its connections."""
    event.listen(engine, "handle_error", lambda context: _tell_error(context, settings))
    event.listen(engine, "handle_error", keep_faults)
    event.listen(engine, "before_cursor_execute", lambda connection, *words: _before(connection, settings, *words))
    event.listen(engine, "after_cursor_execute", lambda *words: _tell(settings, *words))
    if settings.family == "sqlite":
        event.listen(engine, "begin", db_sqlite.begin)
    if settings.family == "mssql" and settings.read_only:
        engine.dialect.do_commit = engine.dialect.do_rollback  # type: ignore[method-assign] # whoever asks for it
    return _connected(engine, settings)


def _mysql_session(connection: Any, settings: Settings) -> None:
    with connection.cursor() as cursor:
        if settings.read_only:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
        if settings.timeout:
            cursor.execute(f"SET SESSION max_statement_time={settings.timeout:f}")


def _mssql_session(connection: Any, settings: Settings) -> None:
    if settings.timeout:
        connection.timeout = _whole(settings.timeout)
    if settings.read_only:
        with closing(connection.cursor()) as cursor:
            _only_read(cursor, settings)
            connection.rollback()


def _only_read(cursor: Any, settings: Settings) -> None:
    """SQL Server has no session that only reads: what protects is the user, and one that may write is told of."""
    if settings.read_only_user:
        name = settings.read_only_user.replace("'", "''")
        cursor.execute(f"EXECUTE AS USER = N'{name}' WITH NO REVERT")  # noqa: S608 - a text, quoted
    with suppress(Exception):
        cursor.execute("SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'INSERT')")
        if cursor.fetchone()[0]:
            told = "%s: read only, but its user may write: name one that has db_datareader alone, as read_only_user of this database"
            logger.warning(told, db_log.database_of(settings.url))


_SESSIONS: dict[str, Callable[[Any, Settings], None]] = {
    "sqlite": db_sqlite.open_session,
    "mysql": _mysql_session,
    "mssql": _mssql_session,
    "postgresql": lambda connection, settings: None,  # told when it connects: see _connect_args
}


@contextmanager
def time_limit(connection: Connection, settings: Settings, seconds: float | None) -> Iterator[None]:
    """Let the server stop a statement of the body that takes longer; the settings of the connection are restored."""
    driver: Any = connection.connection.driver_connection
    if settings.family == "sqlite":
        with db_sqlite.limited(driver, seconds or settings.timeout):
            yield
    elif seconds is None:
        yield
    elif settings.family == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}", execution_options=TOLD)
        yield
        usual = int(settings.timeout * 1000) if settings.timeout else "DEFAULT"
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {usual}", execution_options=TOLD)
    elif settings.family == "mysql":
        with _mysql_limit(driver, seconds, settings.timeout):
            yield
    else:
        driver.timeout = _whole(seconds)
        try:
            yield
        finally:
            with suppress(Exception):  # the connection may be closed
                driver.timeout = _whole(settings.timeout or 0)


@contextmanager
def _mysql_limit(driver: Any, seconds: float, usual: float | None) -> Iterator[None]:
    with driver.cursor() as cursor:
        cursor.execute(f"SET SESSION max_statement_time = {seconds:f}")
        try:
            yield
        finally:
            with suppress(Exception):  # the connection may be closed
                cursor.execute(f"SET SESSION max_statement_time = {usual or 0:f}")


def _whole(seconds: float) -> int:
    """Whole seconds, as ODBC counts them: 0 is no limit."""
    return math.ceil(seconds)


def _before(connection: Connection, settings: Settings, cursor: object, sql: str, *_: object) -> None:
    connection.info["started"] = time.perf_counter()
    if settings.read_only and settings.family == "mssql":  # which would do it, and undo it at the end
        statement = _read(connection, sql)
        if statement.changes:
            raise ReadOnlyError(f"{statement.operation} over a helper that only reads: make one without read_only=True")


def _tell(settings: Settings, connection: Connection, cursor: Any, sql: str, _: object, context: Any, many: bool) -> None:
    """Write down a statement that came over the connection itself, not by the helper."""
    if not context.execution_options.get("told"):
        rows = cursor.rowcount if cursor.rowcount >= 0 else None
        db_log.tell(settings, _read(connection, sql), connection.info["started"], rows)


def _tell_error(context: ExceptionContext, settings: Settings) -> None:
    running, connection = context.execution_context, context.connection
    if running and connection and context.statement and not running.execution_options.get("told"):
        statement = _read(connection, context.statement)
        db_log.tell(settings, statement, connection.info["started"], None, context.original_exception)


def _read(connection: Connection, sql: str) -> Statement:
    return read_statement(sql, "mysql" if connection.dialect.name == "mariadb" else connection.dialect.name, "qmark")
