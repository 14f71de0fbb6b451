"""Describe a table that SQLAlchemy reflected or that a program declared, in the words of `shapes`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from .indexes import Mixed, UniqueKey, computed_columns, prefixes, unique_keys
from .kinds import read_type, written
from .shapes import Check, Column, Reference, Table, UnknownType

_CHARSETS = {"utf8": "bmp", "utf8mb3": "bmp", "latin1": "latin", "ascii": "latin"}


def read_table(table: sa.Table, dialect: str, checks: Iterable[Check] = (), unique: Iterable[UniqueKey] = ()) -> Table:
    """Describe a table that SQLAlchemy reflected or that a program declared; *checks* and *unique* are what it does not reflect.

    Raises:
        UnknownType: a column must have a value and its type is not known here.
    """
    dialect = "mysql" if dialect == "mariadb" else dialect
    columns, left_out = _read_columns(table, dialect)
    known = {column.name for column in columns}
    keys = [key for key in (*unique_keys(table), *unique) if key.columns and known.issuperset(key.columns)]
    references = tuple(sorted(_references(table), key=lambda each: (-len(each.columns), each.columns)))
    return Table(
        name=table.fullname,
        dialect=dialect,
        columns=tuple(columns),
        primary=tuple(column.name for column in table.primary_key.columns if column.name in known),
        unique=tuple(sorted({key.columns for key in keys if not key.where})),
        references=tuple(each for each in references if known.issuperset(each.columns)),
        checks=tuple(checks) or tuple(declared_checks(table)),
        left_out=left_out,
        counted=_counted(table),
        computed=computed_columns(table),
        partial=tuple(sorted({key for key in keys if key.where})),
        mixed=tuple(sorted({key.columns for key in keys if isinstance(key, Mixed)})),
    )


def _read_columns(table: sa.Table, dialect: str) -> tuple[list[Column], dict[str, str]]:
    """The columns that get values, and why others do not."""
    columns, left_out, looked_at = [], {}, prefixes(table)
    for column in table.columns:
        shape = _read_column(column, table, dialect)
        if isinstance(shape, str):
            left_out[column.name] = shape
        else:
            most = looked_at.get(column.name)
            columns.append(replace(shape, length=min(most, shape.length or most)) if most else shape)
    return columns, left_out


def _read_column(column: sa.Column[Any], table: sa.Table, dialect: str) -> Column | str:
    if column.computed is not None:
        return "computed by the database"
    if dialect == "mssql" and type(column.type).__name__ in ("ROWVERSION", "TIMESTAMP"):
        return "counted by the database"
    found = read_type(column.type, dialect)
    if found is None:
        if column.nullable or column.server_default is not None:
            return f"type {column.type!r} is not known here: NULL or the default of the database"
        raise UnknownType(f"{table.fullname}.{column.name}: no values are known for its type {column.type!r}; give its `type` in a spec")
    if dialect == "mysql" and found.get("kind") == "text":
        found["signs"] = _CHARSETS.get(_charset(column, table), "unicode")
    return Column(name=column.name, sql=written(column.type), nullable=bool(column.nullable), default=_default(column), **found)


def _charset(column: sa.Column[Any], table: sa.Table) -> str:
    of_table = table.kwargs.get("mysql_default charset") or table.kwargs.get("mariadb_default charset")
    return str(getattr(column.type, "charset", None) or of_table or "")


def _default(column: sa.Column[Any]) -> str | None:
    """The default of the database where it is a constant, as text."""
    text = str(getattr(getattr(column.server_default, "arg", None), "text", ""))
    bare = re.sub(r"::[\w \"]+(\(\d+\))?$", "", text.strip().strip("()").strip())
    if quoted := re.fullmatch(r"[NnEe]?'((?:[^']|'')*)'", bare):
        return quoted[1].replace("''", "'")
    return bare if re.fullmatch(r"-?\d+(\.\d+)?|true|false", bare, re.IGNORECASE) else None


def _references(table: sa.Table) -> Iterator[Reference]:
    for constraint in table.foreign_key_constraints:
        schema_and_name, targets = set(), []
        for element in constraint.elements:
            name, _, target = element.target_fullname.rpartition(".")
            schema_and_name.add(name)
            targets.append(target)
        yield Reference(tuple(constraint.columns.keys()), schema_and_name.pop(), tuple(targets))


def declared_checks(table: sa.Table) -> Iterator[Check]:
    """The CHECK constraints that SQLAlchemy knows of."""
    found = [each for each in table.constraints if isinstance(each, sa.CheckConstraint)]
    for constraint in sorted(found, key=lambda each: (str(each.sqltext), str(each.name))):
        yield Check(str(constraint.name or ""), str(constraint.sqltext))


def _counted(table: sa.Table) -> str:
    column = table.autoincrement_column
    counted = next((each for each in table.columns if each.identity is not None), column)
    return counted.name if counted is not None else ""
