"""T-SQL as far as the tests speak it, in the words of SQLite; and the types of its columns."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from tests.tds import wire

_WORDS: tuple[tuple[str, str], ...] = (
    (r"\bN'", "'"),
    (r"\[([^\]]*)\]", r'"\1"'),
    (r'(?:"dbo"|\bdbo)\.', ""),
    (r"(?<![\w\"])#(\w+)", r'"#\1"'),
    (r"\s+WITH \(UPDLOCK, HOLDLOCK\)", ""),
    (r"\bn?varchar\(max\)", "text"),
    (r"\bvarbinary\(max\)", "blob"),
    (r"\bgetdate\(\)|\bsysutcdatetime\(\)", "datetime('now')"),
    (r"^SELECT TOP \(?([1-9]\d*)\)? (.*)$", r"SELECT \2 LIMIT \1"),
    (r"^UPDATE t SET (.*) FROM (\S+) AS t JOIN (\S+) AS s ON (.*?) WHERE (.*)$", r"UPDATE \2 AS t SET \1 FROM \3 AS s WHERE \4 AND \5"),
    (r"^SAVE TRANSACTION (\w+)$", r"SAVEPOINT \1"),
    (r"^ROLLBACK TRANSACTION (\w+)$", r"ROLLBACK TO \1"),
    (r"\s+OPTION \(MAXRECURSION 0\)", ""),
    (r"\bCOUNT_BIG\(", "COUNT("),
)
_TABLE = re.compile(r'\bFROM\s+("[^"]+"|[\w#]+)', re.IGNORECASE)


def to_sqlite(sql: str) -> str:
    """The same in SQLite's words."""
    for pattern, replacement in _WORDS:
        sql = re.sub(pattern, replacement, sql, flags=re.IGNORECASE | re.DOTALL)
    return sql


def stage_of(connection: sqlite3.Connection, sql: str) -> str:
    """CREATE TABLE for a SELECT … INTO of no rows, which keeps the types; empty if it is none."""
    found = re.match(r"SELECT (.*?) INTO (\S+) FROM (\S+) WHERE 1 = 0 UNION ALL ", sql, re.IGNORECASE)
    if not found:
        return ""
    declared = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({found[3]})")}
    names = found[1].replace('"', "").split(", ")
    columns = ", ".join(f'"{name}" {declared[name]}' for name in names)
    return f"CREATE TEMP TABLE {found[2]} ({columns})"


def to_sqlite_value(value: Any) -> Any:
    """A parameter as SQLite keeps it."""
    if isinstance(value, (Decimal, date, datetime, time)):
        return str(value)
    return value


def columns_of(connection: sqlite3.Connection, sql: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[wire.Column]:
    """The columns of a result: by the types of its table where they have its names, else by the values."""
    table = _TABLE.search(sql)
    declared = {} if not table else {row[1]: row[2].upper() for row in connection.execute(f"PRAGMA table_info({table[1]})")}
    values = zip(*rows, strict=True) if rows else [()] * len(names)
    return [_declared(declared.get(name, "")) or wire.column_of(column) for name, column in zip(names, values, strict=True)]


def typed(columns: Sequence[wire.Column], row: Sequence[Any]) -> tuple[Any, ...]:
    """A row of SQLite in the types of its columns."""
    return tuple(
        None if value is None else _FROM_SQLITE.get(column.info[0], lambda each: each)(value)
        for column, value in zip(columns, row, strict=True)
    )


_FROM_SQLITE: dict[int, Callable[[Any], Any]] = {
    wire.FLOAT.info[0]: float,
    wire.DATE.info[0]: lambda value: date.fromisoformat(str(value)),
    wire.MOMENT.info[0]: lambda value: datetime.fromisoformat(str(value)),
    wire.decimals(38, 0).info[0]: lambda value: Decimal(str(value)),
    wire.texts(1).info[0]: str,
}


def _declared(kind: str) -> wire.Column | None:
    numbers = [int(number) for number in re.findall(r"\d+", kind)]
    if kind.startswith(("NVARCHAR", "VARCHAR", "TEXT")):
        return wire.texts(numbers[0]) if numbers else wire.LONG_TEXT
    if kind.startswith(("NUMERIC", "DECIMAL", "NUM")):
        return wire.decimals(*(numbers or [38, 10]))
    if kind.startswith(("VARBINARY", "BLOB")):
        return wire.binaries(numbers[0] if numbers else 8000)
    known = {
        "INTEGER": wire.INT,
        "INT": wire.INT,
        "BIGINT": wire.BIGINT,
        "FLOAT": wire.FLOAT,
        "REAL": wire.FLOAT,
        "BIT": wire.BIT,
        "DATE": wire.DATE,
        "DATETIME2": wire.MOMENT,
    }
    return known.get(kind)
