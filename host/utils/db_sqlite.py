"""What SQLite leaves to its users: types that it has not, transactions that are ours, readers beside a writer, a time limit."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from db_address import Settings
from sqlalchemy import Connection

_ADAPTERS: dict[type, Callable[[Any], Any]] = {
    Decimal: str,
    UUID: str,
    date: date.isoformat,
    datetime: lambda moment: moment.isoformat(sep=" "),
}
_WHOLE = ("int8", "int16", "int32", "int64", "longlong", "uint8", "uint16", "uint32", "uint64", "ulonglong", "bool_")
_adapted: set[str] = set()


def open_file(settings: Settings, arguments: list[Any], parameters: dict[str, Any]) -> None:
    """What stands for types that SQLite has not; and a file that is only read is opened so."""
    for kind, adapter in _ADAPTERS.items():
        sqlite3.register_adapter(kind, adapter)
    if settings.read_only and arguments[0] != ":memory:" and not str(arguments[0]).startswith("file:"):
        arguments[0], parameters["uri"] = f"{Path(arguments[0]).absolute().as_uri()}?mode=ro", True


def adapt_frames() -> None:
    """Let SQLite take what stands in arrays and frames, once these libraries are loaded: a numpy.int64 would be kept as bytes."""
    if "numpy" in sys.modules and "numpy" not in _adapted and hasattr(numpy := sys.modules["numpy"], "float32"):
        _adapted.add("numpy")
        for name in _WHOLE:
            sqlite3.register_adapter(getattr(numpy, name), int)
        for name in ("float16", "float32"):
            sqlite3.register_adapter(getattr(numpy, name), float)
    if "pandas" in sys.modules and "pandas" not in _adapted and hasattr(pandas := sys.modules["pandas"], "Timestamp"):
        _adapted.add("pandas")
        sqlite3.register_adapter(pandas.Timestamp, lambda moment: moment.isoformat(sep=" "))
        for missing in (pandas.NaT, pandas.NA):
            sqlite3.register_adapter(type(missing), lambda _: None)


def begin(connection: Connection) -> None:
    """A transaction of SQLite that is ours: the driver's own would leave out CREATE TABLE and its like."""
    connection.connection.driver_connection.execute("BEGIN")  # type: ignore[union-attr]


def open_session(connection: Any, settings: Settings) -> None:
    """Readers beside a writer, foreign keys enforced, and no transactions but ours."""
    connection.isolation_level = None
    for pragma in ("query_only=ON",) if settings.read_only else ("journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}").close()
    connection.execute("PRAGMA foreign_keys=ON").close()


@contextmanager
def limited(driver: sqlite3.Connection, seconds: float | None) -> Iterator[None]:
    """SQLite asks every 10,000 steps whether to go on. It does not ask while it waits for a lock, so that wait is limited too."""
    if seconds is None:
        yield
        return
    until = time.monotonic() + seconds
    waiting = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute(f"PRAGMA busy_timeout = {min(waiting, int(seconds * 1000))}").close()
    driver.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)
        driver.execute(f"PRAGMA busy_timeout = {waiting}").close()
