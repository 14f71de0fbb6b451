"""A clock that stands still: for the code of the team, and for the database where that is possible.

|             | stands still                                                        | goes on                                    |
| ----------- | ------------------------------------------------------------------- | ------------------------------------------ |
| Python      | `datetime.now`, `utcnow`, `today`, `date.today`, `time.time`,       | what C code asks by itself (pandas, numpy) |
|             | `time_ns`, `gmtime`, `localtime`                                    |                                            |
| SQLite      | CURRENT_TIMESTAMP, `datetime('now')` and their sisters, and DEFAULT |                                            |
| PostgreSQL  | `now()`, `clock_timestamp()`, `statement_timestamp()`, when called  | CURRENT_TIMESTAMP, a DEFAULT made before   |
| MariaDB     | NOW(), CURRENT_TIMESTAMP, CURDATE(), and DEFAULT                    | SYSDATE()                                  |
| SQL Server  |                                                                     | all of it: pass the time as a parameter    |

The local time zone is UTC as long as the clock stands.
"""

from __future__ import annotations

import sqlite3
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from time import gmtime, localtime, time, time_ns
from types import ModuleType
from typing import Any

from sqlalchemy import Connection

SQLITE_KEYWORDS = {"current_timestamp": "datetime", "current_date": "date", "current_time": "time"}
SQLITE_FUNCTIONS = ("date", "time", "datetime", "julianday", "unixepoch", "strftime")
POSTGRESQL_FUNCTIONS = ("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp")
LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


class Clock:
    """Stands still at *moment*, which is in UTC, until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def move(self, moment: str | datetime) -> datetime:
        """Set the clock to a datetime or an ISO text of one; what has no offset is UTC."""
        given = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        self.moment = given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
        return self.moment

    @contextmanager
    def seen_by_python(self) -> Iterator[None]:
        """Let the code of the team, and whoever asks the modules `datetime` and `time`, see this clock."""
        instead, replaced = _stand_ins(self), []
        for module in filter(_is_own, list(sys.modules.values())):
            for name, value in list(vars(module).items()):
                if (stand_in := instead.get(id(value))) is not None:
                    replaced.append((module, name, value))
                    setattr(module, name, stand_in)
        try:
            yield
        finally:
            for module, name, value in replaced:
                setattr(module, name, value)

    def show_to(self, connection: Connection) -> None:
        """Let the database see this clock on *connection*, where that is possible: see above. Again costs nothing."""
        seen, dialect = (self.moment, id(connection.get_transaction())), connection.dialect.name
        if connection.info.get("clock") == seen:
            return
        known, connection.info["clock"] = connection.info.get("clock"), seen
        if dialect == "sqlite" and known is None:
            _show_to_sqlite(connection.connection.driver_connection, self)
        elif dialect == "postgresql":
            _show_to_postgresql(connection, self.moment)
        elif dialect in ("mysql", "mariadb"):
            connection.exec_driver_sql(f"SET time_zone = '+00:00', timestamp = {self.moment.timestamp():f}")


def hide_from(connection: Connection) -> None:
    """Let MariaDB ask its own clock again; on PostgreSQL a rollback does that, and SQLite needs a new connection."""
    connection.info.pop("clock", None)
    if connection.dialect.name in ("mysql", "mariadb"):
        connection.exec_driver_sql("SET time_zone = DEFAULT, timestamp = DEFAULT")


def _is_own(module: Any) -> bool:
    """Whether a module is the team's own, or `datetime` or `time`: how libraries keep time is their own affair."""
    if not isinstance(module, ModuleType) or module.__name__ == __name__:
        return False
    file = getattr(module, "__file__", None)
    return module.__name__ in ("datetime", "time") or bool(file and not file.startswith(LIBRARIES))


def _stand_ins(clock: Clock) -> dict[int, Any]:
    """What stands in for which object (by its id). The stand-ins of the classes make real datetimes and dates."""

    class Stopped(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, cls.__mro__[1])

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, cls.__mro__[1])

        def __call__(cls, *words: Any, **named: Any) -> Any:
            return cls.__mro__[1](*words, **named)

    class StoppedDatetime(datetime, metaclass=Stopped):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return clock.moment.astimezone(tz) if tz else clock.moment.replace(tzinfo=None)

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now()

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    class StoppedDate(date, metaclass=Stopped):
        @classmethod
        def today(cls) -> Any:
            return clock.moment.date()

    return {
        id(datetime): StoppedDatetime,
        id(date): StoppedDate,
        id(time): lambda: clock.moment.timestamp(),
        id(time_ns): lambda: int(clock.moment.timestamp() * 1_000_000) * 1000,
        id(gmtime): lambda seconds=None: gmtime(clock.moment.timestamp() if seconds is None else seconds),
        id(localtime): lambda seconds=None: gmtime(clock.moment.timestamp()) if seconds is None else localtime(seconds),
    }


def _show_to_sqlite(driver: Any, clock: Clock) -> None:
    """Put functions of ours in the place of SQLite's: they ask the clock, wherever it is moved to."""
    for keyword, function in SQLITE_KEYWORDS.items():
        driver.create_function(keyword, 0, _sqlite_function(clock, function), deterministic=True)
    for function in SQLITE_FUNCTIONS:
        driver.create_function(function, -1, _sqlite_function(clock, function), deterministic=True)


def _sqlite_function(clock: Clock, name: str) -> Callable[..., Any]:
    """SQLite's own function of this name, with 'now' replaced: by an SQLite beside the one of the test."""
    aside = sqlite3.connect(":memory:", check_same_thread=False)

    def call(*words: Any) -> Any:
        form, times = (words[:1], words[1:]) if name == "strftime" else ((), words)
        now = clock.moment.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
        times = tuple(now if str(each).lower() == "now" else each for each in times or ("now",))
        kept = [each for each in times if str(each).lower() not in ("localtime", "utc")]
        return aside.execute(f"SELECT {name}({', '.join('?' * len((*form, *kept)))})", (*form, *kept)).fetchone()[0]  # noqa: S608

    return call


def _show_to_postgresql(connection: Connection, moment: datetime) -> None:
    """Put functions of the same names before those of the system; all of it belongs to the transaction."""
    connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS stopped_clock")
    for name in POSTGRESQL_FUNCTIONS:
        body = f"SELECT TIMESTAMPTZ '{moment.isoformat()}'"
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION stopped_clock.{name}() RETURNS timestamptz STABLE LANGUAGE sql AS $${body}$$"
        )
    connection.exec_driver_sql("SET search_path = public, stopped_clock, pg_catalog")
    connection.exec_driver_sql("SET TIME ZONE 'UTC'")
