"""Write planned tables into a database, by the bulk path of `DatabaseHelper` or over any SQLAlchemy engine; all of them or none."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any

import sqlalchemy as sa

from .chance import BLOCK, Array
from .facts import Values
from .forms import as_objects, as_plain
from .keys import Refused
from .plan import Plan
from .reading import count_rows, largest, read_keys, read_tables, reflect
from .shapes import Table
from .tables import Block, TablePlan

_TRIAL = 500
_REFUSALS = (1690, 3819, 4025)  # of MySQL and MariaDB, which call a failed CHECK an operational error
_MARKS = 900  # parameters of one statement: SQLite allows at least 999
Progress = Callable[[str, int, int], None]
Columns = list[list[Any]]
Seen = Callable[[Block], None]


class Database:
    """A database to read tables from and to write rows to; *target* is a `DatabaseHelper` or an engine."""

    def __init__(self, target: Any) -> None:
        self.helper = None if isinstance(target, sa.Engine) else target
        self.engine: sa.Engine = target if isinstance(target, sa.Engine) else target.engine
        self.dialect = self.engine.dialect.name
        self.known: dict[str, sa.Table] = {}

    def transaction(self) -> AbstractContextManager[sa.Connection]:
        """One transaction: committed at the end, rolled back on any exception."""
        found: AbstractContextManager[sa.Connection] = self.helper.get_connection() if self.helper else self.engine.begin()
        return found

    def read(self, names: Iterable[str]) -> dict[str, Table]:
        """Describe tables and all that they refer to."""
        with self.transaction() as connection:
            shapes, tables = read_tables(connection, names)
        self.known |= tables
        return shapes

    def create(self, metadata: sa.MetaData) -> None:
        """Create the tables that are not there."""
        with self.transaction() as connection:
            names = {key.target_fullname.rpartition(".")[0] for table in metadata.tables.values() for key in table.foreign_keys}
            for name in sorted(names - set(metadata.tables)):
                reflect(connection, metadata, name)
            metadata.create_all(connection)

    def count(self, table: str) -> int:
        """How many rows a table holds now."""
        with self.transaction() as connection:
            return count_rows(connection, self.known[table])

    def largest(self, table: str, column: str) -> int:
        """The largest whole number in a column."""
        with self.transaction() as connection:
            return largest(connection, self.known[table], column)

    def keys(self, table: str, columns: Sequence[str]) -> dict[str, Array]:
        """The keys of the rows that are there."""
        with self.transaction() as connection:
            return read_keys(connection, self.known[table], columns)

    def insert(self, connection: sa.Connection, table: str, names: Sequence[str], parts: Iterable[Columns]) -> None:
        """Insert rows, given as columns, by the fastest path that is safe."""
        if self.dialect == "sqlite":
            self._insert_many(connection, table, names, parts)
        elif self.helper is not None and "columns" in inspect.signature(self.helper.bulk_insert).parameters:
            rows = chain.from_iterable(zip(*part, strict=True) for part in parts)
            self.helper.bulk_insert(table, rows, BLOCK, columns=list(names))
        elif connection.dialect.driver == "psycopg":
            self._copy(connection, table, names, parts)
        else:
            statement = self._statement(connection, table, names, 1)
            for part in parts:
                connection.exec_driver_sql(statement, list(zip(*part, strict=True)))

    def _insert_many(self, connection: sa.Connection, table: str, names: Sequence[str], parts: Iterable[Columns]) -> None:
        """Several rows by one INSERT: SQLite prepares a CHECK such as `status IN (…)` once for each statement that it runs."""
        width = len(names)
        size = max(_MARKS // width, 1)
        statement = self._statement(connection, table, names, size)
        for part in parts:
            flat: list[Any] = [None] * (width * len(part[0]))
            for place, column in enumerate(part):
                flat[place::width] = column
            step = size * width
            whole = len(flat) // step * step
            if whole:
                connection.exec_driver_sql(statement, [tuple(flat[start : start + step]) for start in range(0, whole, step)])
            if rest := flat[whole:]:
                connection.exec_driver_sql(self._statement(connection, table, names, len(rest) // width), tuple(rest))

    def _copy(self, connection: sa.Connection, table: str, names: Sequence[str], parts: Iterable[Columns]) -> None:
        statement = f"COPY {self.quoted(table)} ({self.names(names)}) FROM STDIN".replace("%%", "%")  # no parameters, so as it is
        with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            for row in chain.from_iterable(zip(*part, strict=True) for part in parts):
                copy.write_row(row)

    def _statement(self, connection: sa.Connection, table: str, names: Sequence[str], rows: int) -> str:
        mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
        marks = ", ".join([f"({', '.join([mark] * len(names))})"] * rows)
        return f"INSERT INTO {self.quoted(table)} ({self.names(names)}) VALUES {marks}"  # noqa: S608 - quoted

    def quoted(self, table: str) -> str:
        """The name of a table for SQL."""
        return self.engine.dialect.identifier_preparer.format_table(self.known[table])

    def names(self, columns: Sequence[str]) -> str:
        """The names of columns for SQL."""
        return ", ".join(self.engine.dialect.identifier_preparer.quote_identifier(name) for name in columns)


def load(plan: Plan, database: Database, *, replace: bool = False, progress: Progress | None = None, seen: Seen | None = None) -> None:
    """Write all tables in one transaction; *seen* gets each block that is written. *replace* empties the tables first.

    Raises:
        Refused: the database did not accept a row; nothing was written.
    """
    with database.transaction() as connection:
        if plan.deferred:
            _defer(connection, plan)
        if replace:
            for table in reversed(plan.tables):
                _empty(table.table.name, database, connection)
        for table in plan.tables:
            _load_table(table, database, connection, progress, seen)
        for table in plan.tables:
            if table.later:
                _load_later(table, database, connection)


def _empty(name: str, database: Database, connection: sa.Connection) -> None:
    try:
        table = database.known[name]
        connection.execute(sa.delete(table).with_hint("ONLY", dialect_name="postgresql") if table.info.get("only") else sa.delete(table))
    except sa.exc.IntegrityError as error:
        said = " ".join(str(error.orig).split())
        raise Refused(f"{name} cannot be emptied, and nothing was written: {said}: add the tables that refer to it") from error


def _defer(connection: sa.Connection, plan: Plan) -> None:
    """Let the database check references at the end of the transaction."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    else:
        names = " and ".join(plan.deferred)
        raise Refused(f"{names} refer to each other, NULL is not allowed, and this database checks row by row: allow NULL in one of them")


class _refusals:  # noqa: N801 - used as a function
    """Turn the database's refusal of a row into `Refused`, with the constraint that it names."""

    def __init__(self, table: TablePlan, database: Database) -> None:
        self.table, self.database = table, database

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        original = getattr(error, "orig", None) or error
        driver = self.database.engine.dialect.loaded_dbapi
        refusals = (driver.IntegrityError, driver.DataError, driver.ProgrammingError, driver.NotSupportedError)
        numbered = (getattr(original, "args", None) or (None,))[0] in _REFUSALS
        if error is None or not (isinstance(original, refusals) or numbered):
            return
        said = " ".join(str(original).split())
        said = said if len(said) <= 400 else f"{said[:400]}…"
        unproven = self.table.repair.constraints.unproven
        hint = f" Not understood here were: {'; '.join(unproven)}; say in a spec what their columns may be." if unproven else ""
        raise Refused(f"{self.table.table.name}: the database refused a row, and nothing was written: {said}{hint}") from error


def _load_table(table: TablePlan, database: Database, connection: sa.Connection, progress: Progress | None, seen: Seen | None) -> None:
    name, names = table.table.name, [column.name for column in table.table.columns]
    identity = database.dialect == "mssql" and table.table.counted in names
    if identity:
        connection.exec_driver_sql(f"SET IDENTITY_INSERT {database.quoted(name)} ON")
    with _refusals(table, database):
        if table.repair.constraints.unproven and not table.later:
            _try(table, database, connection, names)
        database.insert(connection, name, names, _parts(table, database.dialect, progress, seen))
    if identity:
        connection.exec_driver_sql(f"SET IDENTITY_INSERT {database.quoted(name)} OFF")
    if database.dialect == "postgresql" and table.table.counted in names:
        _move_sequence(connection, database, table)


def _try(table: TablePlan, database: Database, connection: sa.Connection, names: Sequence[str]) -> None:
    """Let the database judge some rows where a constraint is not understood here, and take them back: better now than after a million."""
    part = [column[:_TRIAL] for column in _listed(table.block(table.first // BLOCK), database.dialect, ())]
    attempt = connection.begin_nested()
    try:
        database.insert(connection, table.table.name, names, [part])
    finally:
        attempt.rollback()


def _move_sequence(connection: sa.Connection, database: Database, table: TablePlan) -> None:
    """Let PostgreSQL's own counter go on behind the rows that were numbered here."""
    counted, quoted = table.table.counted, database.quoted(table.table.name)
    statement = f"SELECT setval(pg_get_serial_sequence(%s, %s), MAX({database.names([counted])})) FROM {quoted}"  # noqa: S608 - quoted
    connection.exec_driver_sql(statement, (quoted.replace("%%", "%"), counted))


def _parts(table: TablePlan, dialect: str, progress: Progress | None, seen: Seen | None) -> Iterator[Columns]:
    done = 0
    for block in table.blocks():
        if seen:
            seen(block)
        yield _listed(block, dialect, table.later)
        done += block.count
        if progress:
            progress(table.table.name, done, table.count)


def _listed(block: Block, dialect: str, later: Sequence[str]) -> Columns:
    form = as_plain if dialect == "sqlite" else as_objects
    nothing = [None] * block.count
    return [nothing if name in later else form(values, block.table.column(name)) for name, values in block.columns.items()]


def _load_later(table: TablePlan, database: Database, connection: sa.Connection) -> None:
    """The second pass of a circle: write the references that had to wait."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    changes = ", ".join(f"{database.names([name])} = {mark}" for name in table.later)
    where = " AND ".join(f"{database.names([name])} = {mark}" for name in table.table.primary)
    statement = f"UPDATE {database.quoted(table.table.name)} SET {changes} WHERE {where}"  # noqa: S608 - quoted
    wanted = (*table.later, *table.table.primary)
    with _refusals(table, database):
        for block in table.blocks():
            part = Block(block.table, {name: _of(block.columns, name) for name in wanted}, block.count)
            connection.exec_driver_sql(statement, list(zip(*_listed(part, database.dialect, ()), strict=True)))


def _of(columns: Mapping[str, Values], name: str) -> Values:
    return columns[name]
