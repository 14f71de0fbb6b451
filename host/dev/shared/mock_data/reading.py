"""Read tables from a live database: what SQLAlchemy reflects, and what it leaves out.

Of the rows themselves only two things are read: how many there are, and the keys of rows that new rows must refer to.
"""

from __future__ import annotations

import difflib
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from .catalogue import domain_checks, exclusions, is_inherited, keep_apart, name_types, size_domains
from .chance import Array, pool
from .describe import declared_checks, read_table
from .indexes import sqlite_unique
from .shapes import Check, Reference, Table

KEYS_READ = 1_000_000  # at most so many rows of a parent that is there already are referred to
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\[[^\]]*\]|`[^`]*`|--[^\n]*|/\*.*?\*/|\w+|\s+|.""", re.DOTALL)
_CATALOGUE = {
    "mariadb": "SELECT constraint_name, check_clause FROM information_schema.check_constraints "
    "WHERE constraint_schema = COALESCE(:schema, DATABASE()) AND table_name = :name",
    "mysql": "SELECT c.constraint_name, c.check_clause FROM information_schema.check_constraints c "
    "JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name "
    "WHERE c.constraint_schema = COALESCE(:schema, DATABASE()) AND t.table_name = :name",
    "mssql": "SELECT name, definition FROM sys.check_constraints "
    "WHERE parent_object_id = OBJECT_ID(QUOTENAME(COALESCE(:schema, SCHEMA_NAME())) + '.' + QUOTENAME(:name))",
}


class UnknownTable(LookupError):
    """The database has no such table; the message says which it may be."""


def read_tables(connection: sa.Connection, names: Iterable[str]) -> tuple[dict[str, Table], dict[str, sa.Table]]:
    """Describe the tables *names* and all that they refer to; beside them, SQLAlchemy's own tables.

    Raises:
        UnknownTable: one of them is not there.
        UnknownType: a column must have a value and its type is not known here.
    """
    metadata = sa.MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # indexes on expressions: the database holds them, we cannot
        for name in (wanted := list(names)):
            reflect(connection, metadata, name)
    tables = dict(metadata.tables)
    described = {name: _describe(connection, table) for name, table in tables.items()}
    return (_in_one_case(described, wanted) if connection.dialect.name == "sqlite" else described), tables


def _in_one_case(tables: dict[str, Table], wanted: Sequence[str]) -> dict[str, Table]:
    """SQLite knows `Customers` and `customers` as one table; references are written in either way. The *wanted* way holds."""
    first = {name.lower(): name for name in (*tables, *reversed(wanted))}
    columns = {name: {column.name.lower(): column.name for column in table.columns} for name, table in tables.items()}

    def same(reference: Reference) -> Reference:
        name = first.get(reference.table.lower(), reference.table)
        targets = tuple(columns.get(name, {}).get(target.lower(), target) for target in reference.targets)
        return replace(reference, table=name, targets=targets)

    return {
        name: replace(table, references=tuple(map(same, table.references))) for name, table in tables.items() if first[name.lower()] == name
    }


def reflect(connection: sa.Connection, metadata: sa.MetaData, name: str) -> None:
    """Add a table of the database, and those that it refers to, to *metadata*.

    Raises:
        UnknownTable: it is not there.
    """
    schema, _, plain = ("", "", name) if connection.dialect.name == "sqlite" else name.rpartition(".")
    try:
        sa.Table(plain, metadata, schema=schema or None, autoload_with=connection)
    except sa.exc.NoSuchTableError as error:
        missing = str(error)
        there = sa.inspect(connection).get_table_names(schema=schema or None)
        guess = difflib.get_close_matches(missing, there, n=1)
        hint = f"did you mean {guess[0]!r}?" if guess else f"it has {', '.join(sorted(there)) or 'no tables'}"
        raise UnknownTable(f"the database has no table {missing!r}: {hint}") from None


def _describe(connection: sa.Connection, table: sa.Table) -> Table:
    dialect = connection.dialect.name
    if dialect == "sqlite":
        query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
        statement = str(connection.scalar(query, {"name": table.name}))
        for name, computed in computed_in(statement).items():
            if name in table.columns and (known := table.columns[name].computed) is not None:
                known.sqltext = sa.text(computed.replace(":", "\\:"))
        return read_table(table, dialect, checks_in(statement), sqlite_unique(connection, table))
    if dialect in ("postgresql", "mysql", "mariadb"):
        name_types(connection, table)
    if dialect == "postgresql":
        size_domains(connection, table)
        table.info["only"] = is_inherited(connection, table)
        checks = (*declared_checks(table), *domain_checks(connection, table))
        return keep_apart(connection, table, read_table(table, dialect, checks, exclusions(connection, table)))
    if query := _CATALOGUE.get("mariadb" if getattr(connection.dialect, "is_mariadb", False) else dialect):
        found = connection.execute(sa.text(query), {"schema": table.schema, "name": table.name})
        return read_table(table, dialect, sorted((Check(*row) for row in found), key=lambda each: (each.name, each.sql)))
    return read_table(table, dialect)


def checks_in(statement: str) -> list[Check]:
    """Find the CHECK constraints of a CREATE TABLE statement, however it is laid out."""
    tokens = _tokens(statement)
    checks = []
    for number, token in enumerate(tokens[:-1]):
        if token[0].upper() == "CHECK" and tokens[number + 1][0] == "(":
            named = number >= 2 and tokens[number - 2][0].upper() == "CONSTRAINT"
            checks.append(Check(tokens[number - 1][0].strip('[]`"') if named else "", _inside(statement, tokens[number + 1 :])))
    return sorted(checks, key=lambda each: (each.name, each.sql))


def _tokens(statement: str) -> list[re.Match[str]]:
    return [found for found in _TOKEN.finditer(statement) if not found[0].isspace() and found[0][:2] not in ("--", "/*")]


def computed_in(statement: str) -> dict[str, str]:
    """Find the computed columns of a CREATE TABLE statement; reflection takes too much for the expression when all is on one line."""
    tokens, found = _tokens(statement), {}
    depth, column = 0, ""
    for number, token in enumerate(tokens[:-1]):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 1 and token[0] in "(,":
            column = tokens[number + 1][0].strip('[]`"')
        if depth == 1 and token[0].upper() == "AS" and tokens[number + 1][0] == "(":
            found[column] = _inside(statement, tokens[number + 1 :])
    return found


def _inside(statement: str, tokens: Sequence[re.Match[str]]) -> str:
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return statement[tokens[0].end() : token.start()].strip()
    return ""


def only(statement: sa.Select[Any], table: sa.Table) -> sa.Select[Any]:
    """Of a table that others inherit from only its own rows: those that its keys are about."""
    return statement.with_hint(table, "ONLY", "postgresql") if table.info.get("only") else statement


def count_rows(connection: sa.Connection, table: sa.Table) -> int:
    """How many rows a table holds now."""
    return int(connection.scalar(only(sa.select(sa.func.count()).select_from(table), table)) or 0)


def largest(connection: sa.Connection, table: sa.Table, column: str) -> int:
    """The largest whole number in a column; 0 when there is none."""
    return int(connection.scalar(only(sa.select(sa.func.max(table.columns[column])), table)) or 0)


def read_keys(connection: sa.Connection, table: sa.Table, columns: Sequence[str]) -> dict[str, Array]:
    """The keys of the rows that are there, in their own order; of more than a million every second, third, … row."""
    chosen = [table.columns[name] for name in columns]
    step = -(-count_rows(connection, table) // KEYS_READ) or 1
    statement = only(sa.select(*chosen), table).where(*(column.is_not(None) for column in chosen)).order_by(*chosen)
    found: list[tuple[Any, ...]] = []
    number = 0
    for part in connection.execution_options(yield_per=10_000).execute(statement).partitions():
        found += [tuple(row) for row in part[(-number) % step :: step]]
        number += len(part)
    return {name: pool([row[place] for row in found]) for place, name in enumerate(columns)}
