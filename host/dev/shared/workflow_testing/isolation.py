"""One transaction around a test: whatever it writes is rolled back, and code that gets out of the transaction is caught.

- A savepoint stands at the beginning. When it is gone at the end, the transaction was committed or rolled back in between, by whatever
  means: COMMIT, a procedure, CREATE TABLE on MariaDB.
- A write over another connection of this process (SQLAlchemy, sqlite3) is refused on the spot, except to a throw-away SQLite file.
- The content of the database is compared, since another process or a bare driver may have written.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from db_helper import DatabaseHelper
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import SQLAlchemyError

from workflow_testing.spy import place_of_caller, shortened, writes
from workflow_testing.tables import table_names

HINT = "\n  hint: code that commits, or that opens connections of its own, is tested with `db_clone`"
SAVE = {"mssql": "SAVE TRANSACTION workflow_test"}
GO_BACK = {"mssql": "ROLLBACK TRANSACTION workflow_test"}
ENDS = re.compile(r"^\s*(COMMIT|ROLLBACK(?!\s+(TO\b|TRANSACTION\s+sa_savepoint))|END\b|ABORT\b)", re.IGNORECASE)
ENDS_ON_MARIADB = re.compile(r"^\s*((CREATE|DROP)(?!\s+TEMPORARY)|ALTER|TRUNCATE|RENAME|GRANT|REVOKE|LOCK|BEGIN|START)\b", re.IGNORECASE)
_connect = sqlite3.connect
WRITING = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}


class EscapedTransaction(AssertionError):
    """A test changed something outside of its transaction, or ended it."""


class Isolation:
    """The database at *url*, in one transaction for each test; SQLite files that are *throw_away* may be written by anybody."""

    def __init__(self, url: URL, throw_away: Callable[[Path], bool]) -> None:
        self.url, self._throw_away = url, throw_away
        self.escaped = False
        self.before_rollback: list[Callable[[Connection], None]] = []
        self._how = ""
        self._ours = True
        self._active = ExitStack()
        self._engine = DatabaseHelper(url=url).engine
        self._connection = self._engine.connect()
        self._before = self._content()
        self._worn = False

    def begin(self) -> DatabaseHelper:
        """Begin the transaction; until `end`, every helper of this database works in it."""
        self._start()
        for name, listener in (("before_cursor_execute", self._see_statement), ("commit", self._see_end), ("rollback", self._see_end)):
            event.listen(Engine, name, listener)
            self._active.callback(event.remove, Engine, name, listener)
        for module in (sqlite3, sqlite3.dbapi2):
            self._active.callback(setattr, module, "connect", module.connect)
            module.connect = self._connect_sqlite
        self._active.enter_context(DatabaseHelper.bound_to(self._connection))
        return DatabaseHelper(url=self.url)

    def check(self) -> str:
        """Roll back, and begin anew. Returns how the test escaped; an empty string if it did not."""
        still_there = self._go_back()
        same = self._content() == self._before
        how = self._how
        if not still_there:
            how = how or "its transaction was ended: by a COMMIT, a ROLLBACK, or a statement that commits by itself"
        elif not same:
            how = how or "another connection or process changed the database"
        self.escaped = self.escaped or bool(how)
        self._start()
        return how

    def end(self) -> None:
        """Roll back what came after the last check, and let go of the helpers."""
        self._active.close()
        self._go_back()
        if self._worn:
            self._worn = False
            self._connection.invalidate()

    def renew_after(self, work: Callable[[Connection], None]) -> None:
        """Do *work* before the test is rolled back, and give the next test a connection of its own."""
        self._worn = True
        self.before_rollback.append(work)

    def close(self) -> None:
        """Let go of the database."""
        with suppress(SQLAlchemyError):
            self._connection.close()
        DatabaseHelper(url=self.url).close()

    def _start(self) -> None:
        self._reconnect()
        self._connection.begin()
        self._connection.exec_driver_sql(SAVE.get(self._engine.dialect.name, "SAVEPOINT workflow_test"))
        self._how, self._ours = "", False

    def _reconnect(self) -> None:
        if self._connection.closed or self._connection.invalidated:
            self._connection = self._engine.connect()
            if self._engine.dialect.name == "sqlite":  # its count of changes is one of this connection
                self._before = self._content()

    def _go_back(self) -> bool:
        """Roll everything back. Returns whether the transaction of the beginning was still there."""
        self._ours = True
        for work in self.before_rollback:
            with suppress(SQLAlchemyError):
                work(self._connection)
        self.before_rollback.clear()
        try:
            self._connection.exec_driver_sql(GO_BACK.get(self._engine.dialect.name, "ROLLBACK TO SAVEPOINT workflow_test"))
        except SQLAlchemyError:
            return False
        finally:
            with suppress(SQLAlchemyError):
                self._connection.rollback()
        return True

    def _content(self) -> Any:
        """What the database holds, to be compared with later; SQLite counts the changes of others itself."""
        self._reconnect()
        try:
            if self._engine.dialect.name == "sqlite":
                return self._connection.exec_driver_sql("PRAGMA data_version").scalar()
            return {name: self._digest(name) for name in table_names(self._connection)}
        finally:
            self._connection.rollback()

    def _digest(self, name: str) -> str:
        quoted = ".".join(self._engine.dialect.identifier_preparer.quote_identifier(part) for part in name.split("."))
        rows = self._connection.exec_driver_sql(f"SELECT * FROM {quoted}").all()  # noqa: S608 - quoted
        return hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()

    def _see_statement(self, connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
        if connection is self._connection:
            if not self._ours and (ENDS.match(sql) or (self._engine.dialect.name in ("mysql", "mariadb") and ENDS_ON_MARIADB.match(sql))):
                self._note(f"its transaction was ended by {shortened(sql)}")
        elif writes(sql) and not self._may_be_written(connection.engine.url):
            raise EscapedTransaction(self._note(f"over a connection of its own it ran {shortened(sql)}") + HINT)

    def _see_end(self, connection: Connection) -> None:
        if connection is self._connection and not self._ours:
            self._note("its transaction was ended by a commit() or rollback()")

    def _connect_sqlite(self, path: Any, *words: Any, **named: Any) -> sqlite3.Connection:
        """Stand in for `sqlite3.connect`, and refuse what is written over the connection; SQLite then says "not authorized"."""
        connection = _connect(path, *words, **named)
        url = URL.create("sqlite", database=os.fspath(path))

        def judge(action: int, *_: Any) -> int:
            if action not in WRITING or self._ours or self._may_be_written(url):
                return sqlite3.SQLITE_OK
            self._note(f"over a connection of its own it wrote to {url.database}")
            return sqlite3.SQLITE_DENY

        connection.set_authorizer(judge)
        return connection

    def _may_be_written(self, url: URL) -> bool:
        if url.get_backend_name() != "sqlite" or url.database == self.url.database:
            return False
        in_memory = not url.database or ":memory:" in url.database
        return in_memory or self._throw_away(Path(url.database).resolve())

    def _note(self, how: str) -> str:
        self._how = self._how or f"{how} at {place_of_caller()}"
        return self._how
