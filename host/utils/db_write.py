"""Many rows into a table, by the fastest way that its driver has and that is safe.

PostgreSQL takes COPY, in binary form where the values are of exactly the types of the columns. SQL Server takes arrays of parameters
(fast_executemany), each as large as its column: left alone, the driver makes room for 2 GB per value of an `nvarchar(max)`. MariaDB takes
INSERT with many rows, SQLite tuples.
"""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from db_address import Settings
from db_engine import TOLD, driver_errors
from db_log import told
from db_sql import Statement, for_driver
from sqlalchemy import Connection

Batch = list[tuple[Any, ...]]

# Types of PostgreSQL by their number, and the Python types that COPY takes for them in binary form. Any other goes as text.
BINARY: dict[int, set[type]] = {
    16: {bool},
    17: {bytes},
    20: {int},
    21: {int},
    23: {int},
    25: {str},
    701: {float, int},
    1043: {str},
    1082: {date},
    1083: {time},
    1114: {datetime},
    1184: {datetime},
    1700: {Decimal, int},
    2950: {UUID},
}
_BITS = {21: 15, 23: 31, 20: 63}  # a larger number would be cut, not refused


class Target(NamedTuple):
    """Columns of a table, over an open transaction. *table* and *quoted* are quoted for SQL, *name* is as its users say it."""

    connection: Connection
    settings: Settings
    name: str
    table: str
    columns: list[str]
    quoted: list[str]

    def said(self, operation: str, sql: str) -> Statement:
        """What the access log says of a statement on this table."""
        return Statement(sql, (), False, operation, (self.name,))

    def run(self, operation: str, sql: str, rows: Batch | None = None) -> int:
        """Run a statement. Returns how many rows it changed, as far as the driver tells."""
        with told(self.settings, self.said(operation, sql)) as count:
            result = self.connection.exec_driver_sql(sql if rows else self.escaped(sql), rows, execution_options=TOLD)
            count.rows = len(rows) if rows else max(result.rowcount, 0)
        return count.rows

    def cursor(self) -> Any:
        """A cursor of the driver itself, in the same transaction."""
        return self.connection.connection.cursor()

    def escaped(self, sql: str) -> str:
        """SQL whose names may hold a `%`, for a driver that would take it for a parameter."""
        return for_driver(sql, self.connection.dialect.paramstyle)

    def types(self) -> list[Any]:
        """What the driver tells of the types of the columns."""
        sql = f"SELECT {', '.join(self.quoted)} FROM {self.table} WHERE 1 = 0"  # noqa: S608 - quoted
        with driver_errors(self.connection, sql), closing(self.cursor()) as cursor:
            cursor.execute(sql)
            return list(cursor.description)


def batches_of(rows: Iterable[Any], columns: Sequence[str] | None, size: int) -> tuple[list[str], Iterator[Batch]]:
    """The names of the columns, and the rows as tuples in batches: one batch is in memory at a time. No rows, no names.

    Raises:
        ValueError: a mapping has other keys than the first one, or a sequence has not one value for each column.
    """
    if size < 1:
        raise ValueError(f"batch_size must be at least 1, not {size}")
    if isinstance(rows, (Mapping, str)):
        raise ValueError("one row is a list of one: [row]")
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return [], iter(())
    rest = chain([first], iterator)
    if isinstance(first, str):  # as a data frame gives, which is no list of rows
        raise ValueError("a row is a mapping or a sequence of values, not a text (of a data frame: frame.to_dict('records'))")
    if twice := [name for name in columns or () if list(columns or ()).count(name) > 1]:
        raise ValueError(f"the column {twice[0]} is named twice")
    if isinstance(first, Mapping):
        names = list(columns or first)
        return names, _from_mappings(rest, names, size, exactly=columns is None)
    if columns is None:
        raise ValueError("rows that are not mappings need columns=[…], the names of their values")
    return list(columns), _from_sequences(rest, len(columns), size)


def insert(target: Target, batches: Iterable[Batch]) -> int:
    """Insert the rows. Returns how many."""
    write = {"postgresql": _copying, "mssql": _sized}.get(target.settings.family, _plainly)(target)
    total = 0
    for batch in batches:
        write(batch)
        total += len(batch)
    return total


def _from_mappings(rows: Iterable[Mapping[str, Any]], columns: list[str], size: int, exactly: bool) -> Iterator[Batch]:
    take: Callable[[Any], Any] = itemgetter(*columns) if len(columns) > 1 else lambda row: (row[columns[0]],)
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        if exactly and set(map(len, batch)) != {len(columns)}:
            other = next(row for row in batch if len(row) != len(columns))
            odd = ", ".join(sorted(set(other) ^ set(columns)))
            raise ValueError(f"all rows have the keys of the first one, and one differs in {odd}")
        try:
            with _no_collection():
                made = list(map(take, batch))
        except KeyError as error:
            raise ValueError(f"a row has no {error.args[0]}") from None
        yield made


def _from_sequences(rows: Iterable[Sequence[Any]], width: int, size: int) -> Iterator[Batch]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        if set(map(len, batch)) != {width}:
            wrong = next(row for row in batch if len(row) != width)
            raise ValueError(f"a row has {len(wrong)} values for {width} columns")
        yield list(map(tuple, batch))  # what is a tuple stays the same


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let Python not look for garbage where none is made: for each 700 rows of a batch it would, at times through all that there is."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _insert_sql(target: Target) -> str:
    marks = ", ".join(["?" if target.connection.dialect.paramstyle == "qmark" else "%s"] * len(target.columns))
    return target.escaped(f"INSERT INTO {target.table} ({', '.join(target.quoted)}) VALUES ") + f"({marks})"  # noqa: S608 - quoted


def _plainly(target: Target) -> Callable[[Batch], None]:
    sql = _insert_sql(target)
    kinds = [kind[1] for kind in target.types()] if target.settings.family == "mssql" else []

    def write(batch: Batch) -> None:
        target.run("INSERT", sql, _with_zones(batch, kinds))

    return write


def _sized(target: Target) -> Callable[[Batch], None]:
    """Give the driver of SQL Server the types and sizes of the columns, so that it neither guesses nor asks."""
    if target.settings.url.get_driver_name() != "pyodbc" or not target.connection.dialect.fast_executemany:  # type: ignore[attr-defined]
        return _plainly(target)
    odbc = importlib.import_module("pyodbc")
    types = target.types()
    sql, sizes, kinds = _insert_sql(target), [_odbc_size(odbc, kind) for kind in types], [kind[1] for kind in types]

    def write(batch: Batch) -> None:
        with told(target.settings, target.said("INSERT", sql)) as count, driver_errors(target.connection, sql):
            with closing(target.cursor()) as cursor:
                cursor.fast_executemany = True
                cursor.setinputsizes(sizes)
                cursor.executemany(sql, _with_zones(batch, kinds))
            count.rows = len(batch)

    return write


def _odbc_size(odbc: Any, column: Any) -> Any:
    """(type, size, digits) of a parameter for this column; size 0 is `max`, whose values are sent one by one."""
    _, kind, _, size, precision, scale, _ = column
    if kind is str:
        return (odbc.SQL_WVARCHAR, size if size <= 4000 else 0, 0)
    if kind in (bytes, bytearray):
        return (odbc.SQL_VARBINARY, size if size <= 8000 else 0, 0)
    fixed = {
        Decimal: (odbc.SQL_DECIMAL, precision, scale),
        int: (odbc.SQL_BIGINT, 19, 0),
        float: (odbc.SQL_DOUBLE, 15, 0),
        bool: (odbc.SQL_BIT, 1, 0),
        date: (odbc.SQL_TYPE_DATE, 10, 0),
        datetime: (odbc.SQL_TYPE_TIMESTAMP, 27, 7),
    }
    return fixed.get(kind)


def _with_zones(batch: Batch, kinds: Sequence[Any]) -> Batch:
    """Moments with a time zone as SQL Server would take them: a column without one keeps what the clock says, others get a text.

    As parameters they would lose it without a word, and the ODBC driver turns a text into the time of this machine.
    """
    places = [at for at in range(len(kinds)) if any(isinstance(row[at], datetime) and row[at].tzinfo for row in batch)]
    if not places:
        return batch
    form = {at: _clock if kinds[at] is datetime else _text for at in places}
    return [tuple(form[at](value) if at in form else value for at, value in enumerate(row)) for row in batch]


def _clock(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _text(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value


def _copying(target: Target) -> Callable[[Batch], None]:
    """COPY, unless the table is a view, or has rules or row security, which COPY does not honour."""
    facts = "SELECT relkind IN ('r', 'p') AND NOT relhasrules AND NOT relrowsecurity FROM pg_class WHERE oid = to_regclass(%(name)s)"
    if not target.connection.exec_driver_sql(facts, {"name": target.table}, execution_options=TOLD).scalar():
        return _plainly(target)
    plainly = _plainly(target)
    sql, types = f"COPY {target.table} ({', '.join(target.quoted)}) FROM STDIN", [kind.type_code for kind in target.types()]

    def write(batch: Batch) -> None:
        with _no_collection():
            binary = all(map(_binary_fits, types, zip(*batch, strict=True)))
            losing = not binary and any(map(_loses_zone, types, zip(*batch, strict=True)))
        if losing:
            plainly(batch)
        else:
            copy_in(batch, binary)

    def copy_in(batch: Batch, binary: bool) -> None:
        with told(target.settings, target.said("COPY", sql)) as count, driver_errors(target.connection, sql):
            with target.cursor() as cursor, cursor.copy(f"{sql} (FORMAT BINARY)" if binary else sql) as copy:
                if binary:
                    copy.set_types(types)
                for row in batch:
                    copy.write_row(row)
            count.rows = len(batch)

    return write


def _binary_fits(number: int, values: tuple[Any, ...]) -> bool:
    """Whether these values mean in binary form what they mean as text; a `"false"` would be true."""
    kinds = set(map(type, values)) - {type(None)}
    if number not in BINARY or not kinds <= BINARY[number]:
        return False
    there = values if None not in values else [value for value in values if value is not None]
    if number in _BITS and there:
        limit = 1 << _BITS[number]
        return bool(-limit <= min(there) and max(there) < limit)
    if number in (1114, 1184):
        return {value.tzinfo is None for value in there} <= {number == 1114}
    return True


def _loses_zone(number: int, values: tuple[Any, ...]) -> bool:
    """Whether COPY would leave out a time zone that an INSERT counts."""
    return number in (1082, 1083, 1114) and any(getattr(value, "tzinfo", None) is not None for value in values)
