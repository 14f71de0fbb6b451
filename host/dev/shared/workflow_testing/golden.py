"""Compare a table with the reviewed rows of a file: which rows were added, removed, changed, and in which columns.

The file is CSV, sorted by the key, so that a change of it reads well in a review; NULL is written `\\N`. Its rows are put into a
temporary table, and the database itself compares them, by its own types: one query counts each kind of difference, one more shows some.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    Text,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    insert,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import table as plain_table
from sqlalchemy.dialects import mssql, mysql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import JSON, Float, Integer, LargeBinary, NullType, Numeric

from workflow_testing.tables import make_twin, read_table

NULL = r"\N"
SHOWN = 10
BATCH = 500


class GoldenError(ValueError):
    """A table and its golden file cannot be compared; the message says why."""


@dataclass(frozen=True)
class Changed:
    """How often each column differs in rows that both have, and some of them: key, column, what was expected, what is there."""

    rows: int
    by_column: dict[str, int]
    shown: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Difference:
    """What a table holds beside its golden rows: how many rows, and the first of them as text."""

    added: int
    removed: int
    changed: Changed
    shown_added: list[str]
    shown_removed: list[str]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed.rows)

    def __str__(self) -> str:
        columns = ", ".join(f"{name}: {number}" for name, number in self.changed.by_column.items())
        lines = [f"{self.added:,} added, {self.removed:,} removed, {self.changed.rows:,} changed" + (f" ({columns})" if columns else "")]
        lines += [f"  added    {row}" for row in self.shown_added] + [f"  removed  {row}" for row in self.shown_removed]
        lines += [f"  changed  {key}: {', '.join(changes)}" for key, changes in self.changed.shown]
        return "\n".join(lines)


def compare(
    connection: Connection, name: str, file: Path, key: Sequence[str], ignore: Sequence[str], tolerance: float | Mapping[str, float]
) -> Difference | str:
    """Compare the table *name* with the rows of *file*: how they differ, or in words that their columns do.

    Numbers may differ by *tolerance*: one for all columns, or one for each that is named.

    Raises:
        GoldenError: *key* is not unique.
    """
    table = read_table(connection, name)
    names = _names(table, key, ignore)
    header, rows = read_rows(file)
    lacking, more = [each for each in header if each not in [*names, *ignore]], [each for each in names if each not in header]
    if lacking or more:
        return f"it has other columns: only in the file {lacking}, only in the table {more}"
    places = [header.index(each) for each in names]
    rows = [[row[at] for at in places] for row in rows]
    with _golden_table(connection, table, names, rows) as golden:
        for each in (table, golden):
            _require_unique(connection, each, key, name if each is table else file.name)
        return _Comparison(connection, table, golden, names, key, tolerance).difference()


def write_rows(connection: Connection, name: str, file: Path, key: Sequence[str], ignore: Sequence[str]) -> int:
    """Write the rows of the table *name* to *file*, sorted by *key*. Returns how many."""
    table = read_table(connection, name)
    names = _names(table, key, ignore)
    found = connection.execute(select(*_raw(table.c[each] for each in names))).all()
    ordered = sorted(found, key=lambda row: [_sortable(row[names.index(each)]) for each in key])
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerows([names, *([_written(value) for value in row] for row in ordered)])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(lines.getvalue(), encoding="utf-8", newline="")
    return len(ordered)


def read_rows(file: Path) -> tuple[list[str], list[list[str | None]]]:
    """The columns and the rows of a golden file."""
    with open(file, encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return header, [[_read(value) for value in row] for row in rows]


class _Comparison:
    """The queries that find the differences between *table* and *golden*."""

    def __init__(
        self,
        connection: Connection,
        table: Table,
        golden: Table,
        names: list[str],
        key: Sequence[str],
        tolerance: float | Mapping[str, float],
    ) -> None:
        self.connection, self.table, self.golden, self.names, self.key = connection, table, golden, names, list(key)
        self.tolerance = dict.fromkeys(names, tolerance) if isinstance(tolerance, (int, float)) else tolerance
        self.same_key = and_(*(table.c[each] == golden.c[each] for each in key))

    def difference(self) -> Difference:
        added, shown_added = self._only_in(self.table, self.golden)
        removed, shown_removed = self._only_in(self.golden, self.table)
        return Difference(added, removed, self._changed(), shown_added, shown_removed)

    def _only_in(self, one: Table, other: Table) -> tuple[int, list[str]]:
        alone = ~exists().select_from(other).where(self.same_key)
        number = self.connection.scalar(select(func.count()).select_from(one).where(alone)) or 0
        if not number:
            return 0, []
        sample = select(*_raw(one.c[each] for each in self.names)).where(alone).order_by(*(one.c[each] for each in self.key)).limit(SHOWN)
        return number, [_shown_row(self.names, row) for row in self.connection.execute(sample)]

    def _changed(self) -> Changed:
        flags = {each: self._differs(self.table.c[each], self.golden.c[each]) for each in self.names}
        both = self.table.join(self.golden, self.same_key)
        any_differs = or_(*(flag == 1 for flag in flags.values()))
        counts = self.connection.execute(
            select(func.count(), *(func.sum(flag) for flag in flags.values())).select_from(both).where(any_differs)
        ).one()
        by_column = {each: int(number) for each, number in zip(self.names, counts[1:], strict=True) if number}
        return Changed(counts[0], by_column, list(self._shown_changes(flags, both, any_differs)) if by_column else [])

    def _shown_changes(self, flags: dict[str, Any], both: Any, any_differs: Any) -> Iterator[tuple[str, list[str]]]:
        width = len(self.names)
        wanted = _raw(table.c[each] for table in (self.golden, self.table) for each in self.names)
        sample = (
            select(*wanted, *flags.values())
            .select_from(both)
            .where(any_differs)
            .order_by(*(self.table.c[each] for each in self.key))
            .limit(SHOWN)
        )
        for row in self.connection.execute(sample):
            expected, found, differs = row[:width], row[width : 2 * width], row[2 * width :]
            changes = [
                f"{name} {_shown(old)} -> {_shown(new)}"
                for name, old, new, flag in zip(self.names, expected, found, differs, strict=True)
                if flag
            ]
            yield _shown_row(self.key, [expected[self.names.index(each)] for each in self.key]), changes

    def _differs(self, one: Column[Any], other: Column[Any]) -> ColumnElement[int]:
        """1 where two values are not the same, else 0. Two NULLs are the same, capitals and blanks at the end are not."""
        close = self.tolerance.get(one.name, 0)
        if close and isinstance(one.type, (Numeric, Float, Integer)):
            apart: Any = func.abs(one - other) > close
        else:
            apart = self._exact(one) != self._exact(other)
        return case((and_(one.is_(None), other.is_(None)), 0), (or_(one.is_(None), other.is_(None)), 1), (apart, 1), else_=0)

    def _exact(self, each: Column[Any]) -> ColumnElement[Any]:
        dialect = self.connection.dialect.name
        if isinstance(each.type, JSON):
            return cast(each, Text)
        if isinstance(each.type, String) and dialect == "mssql":
            return cast(each, mssql.VARBINARY("max"))
        if isinstance(each.type, String) and dialect in ("mysql", "mariadb"):
            return cast(each, mysql.BINARY)
        return each


@contextmanager
def _golden_table(connection: Connection, table: Table, names: list[str], rows: list[list[str | None]]) -> Iterator[Table]:
    """The golden rows in a temporary table. They are inserted as text: the database makes numbers and dates of them, as of literals."""
    name = "#workflow_golden" if connection.dialect.name == "mssql" else "workflow_golden"
    golden = make_twin(connection, table, name, temporary=True)
    raw = {each for each in names if isinstance(table.c[each].type, LargeBinary)}
    records = [
        {each: bytes.fromhex(value) if value and each in raw else value for each, value in zip(names, row, strict=True)} for row in rows
    ]
    try:
        for start in range(0, len(records), BATCH):
            connection.execute(insert(plain_table(name, *map(column, names))), records[start : start + BATCH])
        yield golden
    finally:
        word = "TEMPORARY TABLE" if connection.dialect.name in ("mysql", "mariadb") else "TABLE"
        with suppress(DBAPIError):  # after an error the rollback takes it away
            connection.exec_driver_sql(f"DROP {word} {connection.dialect.identifier_preparer.quote(name)}")


def _names(table: Table, key: Sequence[str], ignore: Sequence[str]) -> list[str]:
    unknown = [each for each in (*key, *ignore) if each not in table.c]
    if unknown:
        raise GoldenError(f"{table.name} has no column {', '.join(unknown)}; it has {', '.join(table.c.keys())}")
    return [each.name for each in table.c if each.name not in ignore]


def _require_unique(connection: Connection, table: Table, key: Sequence[str], where: str) -> None:
    columns = [table.c[each] for each in key]
    missing = or_(*(each.is_(None) for each in columns))
    twice = connection.execute(select(*_raw(columns)).group_by(*columns).having(or_(func.count() > 1, missing)).limit(1)).first()
    if twice is not None:
        raise GoldenError(f"{' and '.join(key)} is no key of {where}: {_shown_row(key, twice)} stands there more than once, or is NULL")


def _raw(columns: Iterable[Column[Any]]) -> list[ColumnElement[Any]]:
    """Columns whose values come as the driver gives them: SQLite holds dates in more forms than SQLAlchemy reads."""
    return [type_coerce(each, NullType()).label(f"value_{number}") for number, each in enumerate(columns)]


def _written(value: Any) -> str:
    """A value as the text of a file that every database reads."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (datetime, date, time)):
        return str(value)
    text = str(value)
    return f"\\{text}" if text.startswith("\\") else text


def _read(value: str) -> str | None:
    if value == NULL:
        return None
    return value[1:] if value.startswith("\\") else value


def _sortable(value: Any) -> tuple[int, Any]:
    """NULL first, numbers by size, all else by its text: the same order on every database."""
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, (int, float, Decimal)) else (2, _written(value))


def _shown_row(names: Sequence[str], row: Sequence[Any]) -> str:
    return " ".join(f"{name}={_shown(value)}" for name, value in zip(names, row, strict=True))


def _shown(value: Any) -> str:
    return "NULL" if value is None else repr(value) if isinstance(value, str) else _written(value)
