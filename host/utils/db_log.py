"""The access log: one line of JSON for each statement that was sent to a database. It tells who did what to which tables, never a value.

    {"time": "2026-03-01T06:00:03.120Z", "workflow": "daily_sales", "run": "8c1f…", "user": "svc_sales", "database": "mssql://db1/sales",
     "operation": "INSERT", "tables": ["dbo.orders"], "rows": 5000, "ms": 38.2, "outcome": "ok"}

`[access_log] file` of the configuration names the file, or `stderr`. Without it the lines go to the logger `db_access` at level INFO.
WORKFLOW_RUN_ID and WORKFLOW_NAME set `run` and `workflow`; else they are a new id for each process and the folder of the script.
"""

from __future__ import annotations

import getpass
import json
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import db_config
from db_address import Settings
from db_config import ConfigError, workflow_name
from db_errors import fault_of
from db_sql import Statement
from sqlalchemy import URL

logger = logging.getLogger("db_access")


class Access(NamedTuple):
    """What one statement did; *rows* is None where the driver does not tell."""

    settings: Settings
    statement: Statement
    rows: int | None
    seconds: float
    outcome: str


_watchers: list[Callable[[Access], None]] = []


@contextmanager
def watched(watcher: Callable[[Access], None]) -> Iterator[None]:
    """Call *watcher* with each statement of this process, for tests and profiles."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


def open_log() -> None:
    """Send the access log where the configuration says. Done once in a process."""
    target = db_config.load_config().get("access_log", {}).get("file", "")
    if logger.handlers or not target:
        return
    handler = logging.StreamHandler(sys.stderr) if target == "stderr" else _file_handler(db_config.CONFIG_FOLDER.parent / target)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _file_handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"[access_log] file: {path} cannot be written ({error.strerror}): name another one, or stderr") from None


def tell(settings: Settings, statement: Statement, started: float, rows: int | None, error: BaseException | None = None) -> None:
    """Write down a statement that began at *started* (of `time.perf_counter`) and ended now."""
    listening = logger.isEnabledFor(logging.INFO)
    if not listening and not _watchers:
        return
    access = Access(settings, statement, rows, time.perf_counter() - started, "ok" if error is None else _outcome(error))
    for watcher in _watchers:
        watcher(access)
    if listening:
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        done = f'"rows": {"null" if rows is None else rows}, "ms": {access.seconds * 1000:.1f}, "outcome": "{access.outcome}"'
        logger.info(f'{{"time": "{moment}", {_what(settings, statement, os.getpid())}, {done}}}')  # noqa: G004 - half of the time


@lru_cache(maxsize=2048)
def _what(settings: Settings, statement: Statement, process: int) -> str:
    """The part of the line that is the same each time."""
    line = {
        "workflow": workflow_name(),
        "run": _run_id(process),
        "user": settings.url.username or _user(),
        "database": database_of(settings.url),
        "operation": statement.operation,
        "tables": statement.tables,
    }
    return json.dumps(line, ensure_ascii=False)[1:-1]


class Count:
    """The rows of a statement that is running."""

    rows: int | None = None


@contextmanager
def told(settings: Settings, statement: Statement) -> Iterator[Count]:
    """Write down the statement that the body runs, however it ends; the body counts its rows."""
    count, started = Count(), time.perf_counter()
    try:
        yield count
    except GeneratorExit:  # a stream that was left early
        tell(settings, statement, started, count.rows)
        raise
    except BaseException as error:
        tell(settings, statement, started, count.rows, error)
        raise
    tell(settings, statement, started, count.rows)


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "ok"
    fault = fault_of(error)
    return f"{fault.kind} {fault.number or fault.sqlstate or type(error).__name__}"


@cache
def database_of(url: URL) -> str:
    """The address without credentials and options."""
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"


@cache
def _user() -> str:
    """Who runs this process: the user of the database too, where Windows or Kerberos logs in."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may run as a number without a name
        return "unknown"


@cache
def _run_id(process: int) -> str:
    return os.environ.get("WORKFLOW_RUN_ID") or uuid.uuid4().hex[:12]
