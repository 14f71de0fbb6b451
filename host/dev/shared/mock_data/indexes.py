"""Unique keys as SQLAlchemy reflects them: of columns, of expressions, of computed columns, and of a part of the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa


class UniqueKey(NamedTuple):
    """Columns that together differ from row to row; *where* says in which rows, in SQL (empty: in all)."""

    columns: tuple[str, ...]
    where: str = ""


class Mixed(UniqueKey):
    """A key of one value that an expression makes of several columns, such as `quantity * price`: not all pairs of them differ in it."""


def unique_keys(table: sa.Table) -> Iterator[UniqueKey]:
    """The unique constraints and indexes of a table; an expression stands for the columns that it names."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            yield _key([[column.name] for column in constraint.columns], table)
    for index in table.indexes:
        if index.unique and any(named := [_named_by(each, table) for each in index.expressions]):
            yield _key(named, table, _where(index))


def _key(named: list[list[str]], table: sa.Table, where: str = "") -> UniqueKey:
    """The key of what an index is of, by the columns that each part of it names."""
    parts = [_plain_columns(each, table) for each in named]
    kind = Mixed if any(len(part) > 1 for part in parts) else UniqueKey
    return kind(tuple(dict.fromkeys(name for part in parts for name in part)), where)


def _named_by(expression: Any, table: sa.Table) -> list[str]:
    return [expression.name] if isinstance(expression, sa.Column) else named_in(str(expression), table)


def _where(index: sa.Index) -> str:
    options = (index.dialect_options[name].get("where") for name in ("postgresql", "sqlite", "mssql") if f"{name}_where" in index.kwargs)
    return str(next((option for option in options if option is not None), ""))


def named_in(expression: str, table: sa.Table) -> list[str]:
    """The columns of a table that an SQL expression names."""
    bare = re.sub(r"'(?:[^']|'')*'", "", expression)
    return [column.name for column in table.columns if re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", bare, re.IGNORECASE)]


def _plain_columns(names: list[str], table: sa.Table) -> tuple[str, ...]:
    """Computed columns differ where the columns do from which they are computed."""
    found: dict[str, None] = {}
    for name in names:
        computed = table.columns[name].computed
        found |= dict.fromkeys([name] if computed is None else named_in(str(computed.sqltext), table))
    return tuple(found)


def computed_columns(table: sa.Table) -> tuple[tuple[str, str], ...]:
    """The columns that the database computes, and how."""
    return tuple((column.name, str(column.computed.sqltext)) for column in table.columns if column.computed is not None)


def prefixes(table: sa.Table) -> dict[str, int]:
    """How many signs of a column a unique index of MariaDB looks at, where it does not look at all of them."""
    indexes = [index for index in table.indexes if index.unique]
    found = [(name, length) for index in indexes for name, length in (index.kwargs.get("mysql_length") or {}).items()]
    return {name: min(length for other, length in found if other == name) for name, _ in found}


def sqlite_unique(connection: sa.Connection, table: sa.Table) -> list[UniqueKey]:
    """What reflection misses: `UNIQUE` beside a column with a length, and indexes of expressions."""
    listed = sa.text("SELECT i.name, i.partial, m.sql FROM pragma_index_list(:name) i LEFT JOIN sqlite_master m ON m.name = i.name "
                     "WHERE i.\"unique\" AND i.origin <> 'pk'")  # fmt: skip
    columns = sa.text("SELECT name FROM pragma_index_info(:name) ORDER BY seqno")
    found = []
    for name, partial, statement in connection.execute(listed, {"name": table.name}).all():
        names = list(connection.scalars(columns, {"name": name}))
        if None in names:
            inside, where = _in_statement(statement)
            found.append(_key([named_in(each, table) for each in _parts(inside)], table, where))
        elif not partial and all(each in table.columns for each in names):
            found.append(_key([[each] for each in names], table))
    return found


def _parts(text: str) -> list[str]:
    """A list of SQL at the commas that stand in no brackets and no text."""
    found, depth = [""], 0
    for token in re.findall(r"'(?:[^']|'')*'|.", text, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and not depth:  # noqa: S105 - a comma
            found.append("")
        else:
            found[-1] += token
    return found


def _in_statement(statement: str) -> tuple[str, str]:
    """The expressions and the WHERE of a CREATE INDEX statement."""
    start = statement.index("(", re.search(r"\bON\b", statement, re.IGNORECASE).end())  # type: ignore[union-attr]
    depth = 0
    for place in range(start, len(statement)):
        depth += {"(": 1, ")": -1}.get(statement[place], 0)
        if depth == 0:
            rest = statement[place + 1 :].strip()
            return statement[start + 1 : place], rest[5:].strip() if rest.upper().startswith("WHERE") else ""
    return statement[start + 1 :], ""
