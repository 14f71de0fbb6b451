"""The one way from a workflow to its database: configuration, transactions, batches, procedures.

    sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
    from db_helper import DatabaseHelper

    db_helper = DatabaseHelper()                       # opens nothing
    config = db_helper.load_config()
    with db_helper.get_connection():                   # one transaction: all of it or nothing
        for batch in db_helper.stream_query("SELECT id FROM orders", batch_size=config["processing"]["batch_size"]):
            db_helper.upsert("orders_clean", batch, key="id")

SQL Server, PostgreSQL, MariaDB and SQLite. Needs SQLAlchemy 2; the driver of a database only when that database is used.
The modules beside it, each of which can be read by itself: db_config (settings and secrets), db_address (which database), db_engine
(connections), db_sqlite, db_transaction, db_sql (what a statement says), db_read, db_write, db_upsert, db_procedures, db_errors (what
went wrong) and db_log (the access log).
"""

from __future__ import annotations

import csv
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import db_engine
from db_address import Settings, read_settings, settings_of
from db_config import ConfigError, Section, explain_config, load_config
from db_engine import time_limit
from db_errors import (
    RETRIED,
    CertificateRefused,
    CommitUnknown,
    DatabaseError,
    LoginRefused,
    ReadOnlyError,
    StatementTimeout,
    TransactionUndone,
    retried,
)
from db_log import told
from db_procedures import Call, ProcedureResult, call_procedure
from db_read import Found, fetch, frame_of, read_alone, read_table, stream, stream_shared, table_of
from db_sql import CHANGES, Row, Statement, as_rows, for_driver, quoted, read_statement
from db_transaction import savepoint, transaction
from db_upsert import upsert
from db_write import Target, batches_of, insert
from sqlalchemy import URL, Connection, Engine, Table

__all__ = [
    "CertificateRefused",
    "CommitUnknown",
    "ConfigError",
    "DatabaseError",
    "DatabaseHelper",
    "LoginRefused",
    "ProcedureResult",
    "ReadOnlyError",
    "Row",
    "Section",
    "StatementTimeout",
    "TransactionUndone",
    "explain_config",
    "load_config",
]

Result = TypeVar("Result")
Params = Mapping[str, Any]

_bound: dict[str, Connection] = {}


class DatabaseHelper:
    """One database of the configuration. Creating it opens nothing; helpers of one database share its connections.

    Safe to use from several threads, each of which has transactions of its own, and after a fork.

    Args:
        name: `default` for the section `[database]` of the configuration, `warehouse` for `[database.warehouse]`.
        url: an address instead of a configured one.
        read_only: the database itself refuses to write. SQL Server has no such session: nothing is committed there, and the
            database refuses what the user of the address, or the `read_only_user` of the configuration, has no right to.
    """

    load_config = staticmethod(load_config)
    explain_config = staticmethod(explain_config)

    def __init__(self, name: str = "default", *, url: str | URL | None = None, read_only: bool = False) -> None:
        self._name = name
        self._read_only = read_only
        self._given = settings_of(url, read_only=read_only) if url is not None else None
        self._local = threading.local()
        self._procedures: dict[str, Callable[..., Any]] = {}

    @classmethod
    def from_samples(cls, folder: Path, file: Path) -> DatabaseHelper:
        """Make an SQLite database in the new *file* from `folder/schema.sql` and each `folder/<table>.csv`; an empty field is NULL.

        Raises:
            FileExistsError: *file* is there already.
            FileNotFoundError: *folder* has no `schema.sql`.
        """
        if file.exists():
            raise FileExistsError(f"{file} is there already")
        schema = (folder / "schema.sql").read_text(encoding="utf-8")
        connection = sqlite3.connect(file)
        connection.executescript(schema)
        connection.close()
        helper = cls(url=URL.create("sqlite", database=str(file)))
        with helper.get_connection():
            for path in sorted(folder.glob("*.csv")):
                helper.bulk_insert(path.stem, _read_csv(path))
        return helper

    @classmethod
    @contextmanager
    def bound_to(cls, connection: Connection) -> Iterator[None]:
        """Let every helper of this process use this open *connection* for its database, so that a test can roll back all they did.

        `get_connection` is a savepoint then, streams run on the connection, and nothing is committed. Not for several threads.
        """
        key = _place(connection.engine.url)
        before = _bound.get(key)
        _bound[key] = connection
        try:
            yield
        finally:
            if before is None:
                del _bound[key]
            else:
                _bound[key] = before

    def __repr__(self) -> str:
        return f"DatabaseHelper({self._name!r})"

    @property
    def settings(self) -> Settings:
        """The address of the database and how it is opened."""
        if self._given is None:
            self._given = read_settings(self._name, read_only=self._read_only)
        return self._given

    @property
    def url(self) -> URL:
        """The address of the database; its password is hidden wherever it is printed."""
        return self.settings.url

    @property
    def dialect(self) -> str:
        """`sqlite`, `mssql`, `postgresql`, `mysql` or `mariadb`."""
        return self.url.get_backend_name()

    @property
    def engine(self) -> Engine:
        """The engine that this process shares for this database; a forked process makes its own."""
        return db_engine.engines(self.settings).work

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any exception.

        Inside another `get_connection` of the same helper and thread it is a part of that transaction: undone by itself when it
        raises, committed with the outer one.

        Raises:
            CommitUnknown: the connection was lost while it was committed.
            TransactionUndone: the body went on after an error for which the database had undone all that came before it.
        """
        if (current := self._current()) is not None:
            with savepoint(current):
                yield current
            return
        with transaction(self.settings) as connection:
            self._local.connection = (os.getpid(), connection)
            try:
                yield connection
            finally:
                self._local.connection = None

    def run_in_transaction(self, work: Callable[[Connection], Result], *, attempts: int = 4) -> Result:
        """Do *work*, a function of the connection, in one transaction; again from its start when the database asks for that.

        That is: after a deadlock, a conflict with another transaction, a lost connection, or a server that is busy. What *work* does
        besides the database must bear being done twice. Inside another transaction it is done once, as a part of that one.

        Raises:
            CommitUnknown: the connection was lost while it was committed. It may have been; it is not done again.
        """

        def once() -> Result:
            with self.get_connection() as connection:
                return work(connection)

        return once() if self._current() is not None else retried(once, RETRIED, attempts)

    def execute_query(self, sql: str, params: Params | None = None, *, timeout: float | None = None) -> list[Row]:
        """Run one statement with `:named` parameters. Returns its rows as dicts; a statement without rows gives [].

        *timeout* is in seconds; the database stops a statement that takes longer.

        Raises:
            StatementTimeout: it took longer.
            ValueError: a parameter is missing, two columns have one name, or *timeout* is not above 0.
            sqlalchemy.exc.DBAPIError: whatever else the database says.
        """
        if timeout is not None and not timeout > 0:
            raise ValueError(f"timeout is in seconds and must be above 0, not {timeout}")
        found = self._run(sql, params, timeout)
        return as_rows(found.names, found.rows)

    def stream_query(self, sql: str, params: Params | None = None, batch_size: int = 1000) -> Iterator[list[Row]]:
        """Yield the rows of a query in lists of at most *batch_size*, over a connection of its own, with bounded memory.

        It sees what was committed before it began, not what the transaction around it has written.

        Raises:
            ValueError: the statement changes something, or gives no rows.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        statement = self._read(sql)
        if statement.operation in CHANGES:  # which would not be committed
            raise ValueError(f"stream_query reads, and this is {statement.operation}: use execute_query")
        return self._stream(statement, statement.values(params or {}), batch_size)

    def query_frame(self, sql: str, params: Params | None = None, *, library: str | None = None) -> Any:
        """Run a query and return a data frame of *library*: `pandas` or `polars`; without it of the one that is installed."""
        return frame_of(self._run(sql, params), library)

    def query_arrow(self, sql: str, params: Params | None = None) -> Any:
        """Run a query and return a `pyarrow.Table`."""
        return table_of(self._run(sql, params))

    def execute_stored_procedure(
        self, name: str, params: Params | None = None, *, outputs: Mapping[str, str] | None = None
    ) -> ProcedureResult:
        """Call a stored procedure by name with named parameters, as its database calls it, and read all that it gives back.

        The database tells which parameters are outputs; *outputs* (name: type, `{"total": "decimal(18, 2)"}`) tells it where a server
        does not. On SQLite, functions given to `register_procedure` take the place of procedures.

        Raises:
            LookupError: SQLite, and no such procedure was registered.
            ValueError: the procedure has no such parameter, or needs one that is missing.
        """
        if self.settings.family == "sqlite":
            return self._call_function(name, dict(params or {}))
        statement = Statement(f"procedure {name}", (), False, "EXEC" if self.dialect == "mssql" else "CALL", (name,))
        with self._transaction() as connection, told(self.settings, statement) as count:
            sent = for_driver(self.quote(name), connection.dialect.paramstyle)
            result = call_procedure(self.settings.family, Call(connection, name, sent, dict(params or {}), dict(outputs or {})))
            count.rows = sum(map(len, result.result_sets))
            return result

    def register_procedure(self, name: str, function: Callable[..., Any]) -> None:
        """Let *function(helper, \\*\\*params)* stand in for a stored procedure on SQLite, in one transaction.

        It returns its rows, or a whole `ProcedureResult`, or None.
        """
        self._procedures[name] = function

    def bulk_insert(
        self,
        table: str,
        rows: Iterable[Mapping[str, Any]] | Iterable[Sequence[Any]],
        batch_size: int = 10_000,
        *,
        columns: Sequence[str] | None = None,
    ) -> int:
        """Insert rows in batches, in one transaction: mappings with the same keys, or sequences with *columns*, which are faster.

        Returns how many. *batch_size* is the number of rows in memory at a time.

        Raises:
            ValueError: a row has other keys than the first one, or more or fewer values than there are columns.
        """
        names, batches = batches_of(rows, columns, batch_size)
        if not names:
            return 0
        with self.get_connection() as connection:
            return insert(self._target(connection, table, names), batches)

    def upsert(
        self,
        table: str,
        rows: Iterable[Mapping[str, Any]] | Iterable[Sequence[Any]],
        key: str | Sequence[str],
        batch_size: int = 10_000,
        *,
        columns: Sequence[str] | None = None,
    ) -> int:
        """Insert rows, and change those whose key is there already where they differ: a second time changes nothing.

        In one transaction. Returns how many rows were given. The table needs no unique index; when two processes bring the same new
        key at once, and it has one, one of them fails.

        Raises:
            ValueError: a key is NULL, or two rows have the same one.
        """
        keys = [key] if isinstance(key, str) else list(dict.fromkeys(key))
        names, batches = batches_of(rows, columns, batch_size)
        if not names:
            return 0
        if not keys:
            raise ValueError("key must name at least one column")
        if absent := [each for each in keys if each not in names]:
            raise ValueError(f"the rows have no {' and '.join(absent)}, which is their key")
        with self.get_connection() as connection:
            return upsert(self._target(connection, table, names), batches, keys)

    def quote(self, name: str) -> str:
        """Quote `table`, `schema.table` or `database.schema.table` for SQL text; on SQLite, which has no schemas, as one name."""
        parts = [name] if self.settings.family == "sqlite" else name.split(".")
        return ".".join(self._quote_one(part) for part in parts)

    def table(self, name: str) -> Table:
        """Read a table's columns, types and keys from the database."""
        schema, _, plain = (None, "", name) if self.settings.family == "sqlite" else name.rpartition(".")
        return read_table(self._current() or self.engine, plain, schema or None)

    def close(self) -> None:
        """Close the connections of this process to this database."""
        db_engine.close(self.settings)

    def _current(self) -> Connection | None:
        """The connection of the transaction that this thread is in, or the one that a test has bound."""
        return self._own() or (_bound.get(_place(self.url)) if _bound else None)

    def _own(self) -> Connection | None:
        process, connection = getattr(self._local, "connection", None) or (0, None)
        return connection if process == os.getpid() else None  # a forked process is in no transaction

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """The transaction that this thread is in, as it is; else a new one."""
        if (own := self._own()) is not None:
            yield own
        else:
            with self.get_connection() as connection:
                yield connection

    def _run(self, sql: str, params: Params | None, timeout: float | None = None) -> Found:
        """Run a statement, alone or as a part of the transaction that this thread is in."""
        settings, pair = self.settings, db_engine.engines(self.settings)
        statement = read_statement(sql, settings.family, pair.work.dialect.paramstyle)
        values = statement.values(params or {})
        if statement.reads and timeout is None and not settings.limited and not pair.heard and self._current() is None:
            with told(settings, statement) as count, db_engine.connect(pair.reads) as connection:
                found = read_alone(connection, statement, values)
                count.rows = found.total
                return found
        with self._transaction() as connection, told(settings, statement) as count, time_limit(connection, settings, timeout):
            found = fetch(connection, statement, values)
            count.rows = found.total
            return found

    def _read(self, sql: str) -> Statement:
        return read_statement(sql, self.settings.family, self.engine.dialect.paramstyle)

    def _stream(self, statement: Statement, values: Any, size: int) -> Iterator[list[Row]]:
        bound = _bound.get(_place(self.url)) if _bound else None
        read = stream_shared if bound is not None or db_engine.engines(self.settings).heard else stream
        with told(self.settings, statement) as count, self._open(bound) as connection:
            count.rows = 0
            with closing(read(connection, statement, values, size)) as batches:
                while rows := self._next(batches, connection):
                    count.rows += len(rows)
                    yield rows

    def _next(self, batches: Iterator[list[Row]], connection: Connection) -> list[Row]:
        with time_limit(connection, self.settings, None):
            return next(batches, [])

    def _open(self, bound: Connection | None) -> AbstractContextManager[Connection]:
        return nullcontext(bound) if bound is not None else db_engine.connect(self.engine)

    def _target(self, connection: Connection, table: str, columns: list[str]) -> Target:
        if self.settings.read_only:
            raise ReadOnlyError(f"rows into {table} over a helper that only reads: make one without read_only=True")
        return Target(connection, self.settings, table, self.quote(table), columns, list(map(self._quote_one, columns)))

    def _quote_one(self, name: str) -> str:
        return quoted(self.engine.dialect, name)

    def _call_function(self, name: str, values: dict[str, Any]) -> ProcedureResult:
        if name not in self._procedures:
            raise LookupError(f'SQLite has no stored procedures: give a function for "{name}" to register_procedure')
        with self._transaction():
            rows = self._procedures[name](self, **values)
        if isinstance(rows, ProcedureResult):
            return rows
        return ProcedureResult([list(rows)] if rows is not None else [], {}, None)


def _place(url: URL) -> str:
    """A database, however it is opened."""
    return url.set(query={}).render_as_string(hide_password=False)


def _read_csv(path: Path) -> Iterator[Row]:
    with open(path, encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {key: value or None for key, value in row.items()}
