"""What went wrong at a database, told apart by SQLSTATE and the vendor's number; and what may be tried again.

The class of a driver's exception says nothing: a deadlock is an `Error`, an `OperationalError` or a `ProgrammingError`, depending on
the driver. Drivers tell the SQLSTATE (ODBC, PostgreSQL), the number (MariaDB) or a name (SQLite); SQL Server's number stands in the text.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from db_config import mask
from sqlalchemy import Connection
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
_sleep = time.sleep

# Kinds: lost = the connection is gone. conflict = the server gave this transaction up for another one. busy = the server takes nothing now.
# timeout, login, certificate, read_only = as they say. other = anything else: a wrong statement, a broken constraint, a full disk.
RETRIED = ("lost", "conflict", "busy")

_STATES = {
    **dict.fromkeys(("57P01", "57P02", "57P03", "HYT01", "HY010"), "lost"),
    **dict.fromkeys(("40001", "40P01", "55P03"), "conflict"),
    "53300": "busy",
    "HY008": "timeout",
    "25006": "read_only",
}
_SQL_SERVER = {
    **dict.fromkeys((1205, 1222, 3960, 41301, 41302, 41305, 41325, 41839), "conflict"),
    **dict.fromkeys((1204, 4221, 8645, 8651, 10928, 10929, 40143, 40197, 40501, 40540, 40613, 49918, 49919, 49920), "busy"),
    **dict.fromkeys((64, 121, 233, 997, 10053, 10054, 10060, 11001, 20003, 20006, 20009, 20017), "lost"),
    **dict.fromkeys((18452, 18456, 18470, 18486, 18487, 18488), "login"),
    3906: "read_only",
}
_MARIADB = {
    **dict.fromkeys((1053, 1927, 2002, 2003, 2006, 2013, 2055), "lost"),
    **dict.fromkeys((1020, 1205, 1213), "conflict"),
    **dict.fromkeys((1040, 1203, 1226), "busy"),
    **dict.fromkeys((1969, 3024), "timeout"),
    **dict.fromkeys((1044, 1045, 1698), "login"),
    **dict.fromkeys((1290, 1792), "read_only"),
    2026: "certificate",
}
_OTHERWISE: dict[str, tuple[int, ...]] = {  # a conflict ends the transaction, and other faults do not, but for these
    "mssql": (1222, 241, 242, 244, 245, 248, 295, 296, 298, 3609, 3616, 3930, 8114),
    "mysql": (1205,),
}
_IN_ERROR = 3  # of libpq: the transaction takes nothing but its end
_SQLITE = {"SQLITE_BUSY": "conflict", "SQLITE_LOCKED": "conflict", "SQLITE_READONLY": "read_only", "SQLITE_INTERRUPT": "timeout"}
_MSSQL_PYTHON = {  # this driver keeps the SQLSTATE to itself and tells these words
    "Serialization failure": "40001",
    "Timeout expired": "HYT00",
    "Connection timeout expired": "HYT01",
    "Communication link failure": "08S01",
    "Client unable to establish connection": "08001",
    "Connection not open": "08003",
    "Connection failure during transaction": "08007",
    "Invalid authorization specification": "28000",
    "Operation canceled": "HY008",
}


_GONE = re.compile(  # in the words of libpq, for what has no SQLSTATE
    "server closed the connection|connection (refused|timeout|failed|has been closed|is (lost|closed))|could not (connect|receive|send)"
    "|in recovery mode|starting up|shutting down|timeout expired|consuming input failed|sending query failed|SYSCALL|no route to host",
    re.IGNORECASE,
)


class Fault(NamedTuple):
    """What an error was: its kind (see above) and what the server called it."""

    kind: str
    sqlstate: str | None
    number: int | None


class DatabaseError(RuntimeError):
    """What a caller may want to tell apart. Everything else is an exception of SQLAlchemy, such as its IntegrityError."""

    def __init__(self, message: str, fault: Fault | None = None) -> None:
        super().__init__(message)
        self.fault = fault or Fault("other", None, None)


class StatementTimeout(DatabaseError):
    """A statement took longer than allowed; the server stopped it."""


class LoginRefused(DatabaseError):
    """The server does not let this user in. Never tried again: that locks accounts."""


class CertificateRefused(DatabaseError):
    """The certificate of the server is signed by nobody whom this machine trusts."""


class ReadOnlyError(DatabaseError):
    """A statement tried to write over a helper that only reads, or without the right to."""


class CommitUnknown(DatabaseError):
    """The connection was lost while the transaction was being committed: look whether it was, before running it again."""


class TransactionUndone(DatabaseError):
    """A transaction whose error was caught inside of it, and which the database had undone for that error."""


def fault_of(error: BaseException) -> Fault:
    """Tell what an exception of SQLAlchemy, of a driver or of this module was."""
    if isinstance(error, DatabaseError):
        return error.fault
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    driver = type(original).__module__.partition(".")[0]
    first = original.args[0] if original.args else None
    if driver == "sqlite3":
        name = getattr(original, "sqlite_errorname", "")
        return Fault(next((kind for start, kind in _SQLITE.items() if name.startswith(start)), "other"), None, None)
    if driver == "pymysql":
        number = first if isinstance(first, int) else None
        return Fault("lost" if number == 0 else _MARIADB.get(number or 0, "other"), None, number)
    if driver == "psycopg":
        return _postgresql_fault(original.sqlstate, str(original))
    if driver in ("pyodbc", "mssql_python"):
        state = first if driver == "pyodbc" else _MSSQL_PYTHON.get(getattr(original, "driver_error", ""))
        return _odbc_fault(str(state or ""), str(original))
    return Fault("other", None, None)


def _postgresql_fault(state: str | None, message: str) -> Fault:
    if state == "57014":
        return Fault("timeout" if "timeout" in message else "other", state, None)
    if state:
        kind = "login" if state.startswith("28") else "lost" if state.startswith("08") else _STATES.get(state, "other")
        return Fault(kind, state, None)
    if re.search(r"certificate (verify failed|for)|root certificate", message):  # while it connects, libpq tells no SQLSTATE
        return Fault("certificate", None, None)
    if re.search(r"authentication failed|no password supplied|no pg_hba.conf entry|role .* does not exist", message):
        return Fault("login", None, None)
    return Fault("lost" if _GONE.search(message) else "other", None, None)


def _odbc_fault(state: str, message: str) -> Fault:
    numbers = [int(number) for number in re.findall(r"\((-?\d+)\)", message)]
    number = next((each for each in numbers if each > 0), None)
    named = next((_SQL_SERVER[each] for each in numbers if each in _SQL_SERVER), None)
    if "certificate" in message and state in ("08001", "08S01", "HY000"):
        return Fault("certificate", state, number)
    if state == "HYT00":  # the time to connect, or that of a statement
        return Fault("lost" if "ogin timeout" in message else "timeout", state, number)
    if state == "28000":
        return Fault("login", state, number)
    if re.search(r"(INSERT|UPDATE|DELETE) permission was denied", message):
        return Fault("read_only", state, number)
    if state == "08004":
        return Fault(named or "other", state, number)
    if named is None and (state.startswith("08") or (state == "HY000" and "Unknown error" in message)):
        return Fault("lost", state, number)
    return Fault(named or _STATES.get(state, "other"), state or None, number)


def on_error(context: ExceptionContext) -> Exception | None:
    """Repair what SQLAlchemy makes of an error, take secrets out of it, and give it a clear name where it has one.

    Called for every error of a connection. It misses the lost connections of some ODBC drivers, and takes a statement that was too slow
    for a lost connection and would drop all connections of the pool with it.
    """
    fault = fault_of(context.original_exception)
    if fault.kind == "lost":
        context.is_disconnect = True
    elif fault.kind == "timeout" and context.is_disconnect:
        context.invalidate_pool_on_disconnect = False  # this connection only
    for error in (context.original_exception, context.sqlalchemy_exception):
        hide_secrets(error)
    return None if context.is_pre_ping else named_error(context.original_exception, fault)


def keep_faults(context: ExceptionContext) -> None:
    """Remember the faults of a transaction until it ends, for `undone_by`. Called for every error of a connection."""
    if context.connection is not None and not context.connection.invalidated:
        context.connection.info.setdefault("faults", []).append(fault_of(context.original_exception))


def undone_by(connection: Connection, family: str) -> Fault | None:
    """The fault for which the database has undone this transaction, although nobody let the error pass; None if it stands.

    Such a transaction can be committed on every database, without an error: what was done before the fault is lost.
    """
    faults: list[Fault] = connection.info.pop("faults", [])
    if not faults:
        return None
    driver: Any = connection.connection.driver_connection
    if family == "postgresql":
        return faults[-1] if driver.info.transaction_status == _IN_ERROR else None
    if family == "sqlite":
        return faults[-1] if not driver.in_transaction else None
    return next((fault for fault in faults if (fault.kind == "conflict") != (fault.number in _OTHERWISE[family])), None)


def hide_secrets(error: BaseException | None) -> None:
    """Take the secrets out of an exception, which keeps its class."""
    if error is None:
        return
    error.args = tuple(mask(each) if isinstance(each, str) else each for each in error.args)
    for name in ("statement", "ddbc_error", "message"):
        if isinstance(text := getattr(error, name, None), str):
            setattr(error, name, mask(text))


def named_error(error: BaseException, fault: Fault) -> Exception | None:
    """The error of this module that says what to do; None where SQLAlchemy's own says it."""
    text = mask(str(error))
    advice = {
        "timeout": (StatementTimeout, "the statement took longer than allowed: see [database] timeout of config/settings.toml"),
        "login": (LoginRefused, "see [database] user and password (config/secrets.toml), or authentication"),
        "certificate": (
            CertificateRefused,
            "have the server's certificate signed by an authority that this machine trusts, or add its authority to the trusted ones."
            " For a server of your own, on this machine only: TrustServerCertificate=yes in [database] url gives up the check",
        ),
        "read_only": (ReadOnlyError, "the statement writes, and this connection or this user may only read"),
    }
    if fault.kind not in advice:
        return None
    kind, words = advice[fault.kind]
    return kind(f"{text}\n  hint: {words}", fault)


def retried(work: Callable[[], Result], kinds: tuple[str, ...], attempts: int = 4, seconds: float = 60) -> Result:
    """Do *work* again while it fails with a fault of *kinds*: *attempts* times at most, and not after *seconds*.

    Waits a random time up to 0.2, 0.4, 0.8, … 5 seconds in between, so that those who collided do not collide again.
    """
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, not {attempts}")
    until = time.monotonic() + seconds
    for attempt in range(1, attempts + 1):
        try:
            return work()
        except DBAPIError as error:
            fault = fault_of(error)
            pause = random.uniform(0, min(5.0, 0.1 * 2**attempt)) + (10 if fault.number == 40501 else 0)  # noqa: S311 - no secret
            if fault.kind not in kinds or attempt == attempts or time.monotonic() + pause > until:
                raise
            cause = f"{fault.kind} {fault.number or fault.sqlstate or ''}".strip()
            logger.warning("attempt %d of %d failed (%s), again in %.1f s", attempt, attempts, cause, pause)
            _sleep(pause)
    raise AssertionError("unreachable")
