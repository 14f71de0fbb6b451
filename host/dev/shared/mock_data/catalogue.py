"""What the catalogues of PostgreSQL and MariaDB know and reflection does not tell: domains, exclusions, rare types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from .indexes import UniqueKey
from .kinds import NamedType
from .shapes import STEPS, Check, Table

_TABLE = "to_regclass(:name)"
_TYPES = f"SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = {_TABLE} AND attnum > 0"  # noqa: S608 - no values
_BASES = f"""WITH RECURSIVE kinds AS (
    SELECT attname, atttypid AS kind, atttypmod AS size FROM pg_attribute WHERE attrelid = {_TABLE} AND attnum > 0
    UNION ALL SELECT attname, typbasetype, GREATEST(typtypmod, size) FROM kinds JOIN pg_type ON oid = kind WHERE typtype = 'd')
SELECT attname, format_type(kind, size) FROM kinds JOIN pg_type ON oid = kind WHERE typtype <> 'd'"""  # noqa: S608
_MARIADB_TYPES = """SELECT column_name, column_type FROM information_schema.columns
WHERE table_schema = COALESCE(:schema, DATABASE()) AND table_name = :name"""
_DOMAINS = f"""WITH RECURSIVE kinds AS (
    SELECT attname, atttypid AS kind FROM pg_attribute WHERE attrelid = {_TABLE} AND attnum > 0
    UNION ALL SELECT attname, typbasetype FROM kinds JOIN pg_type ON oid = kind WHERE typtype = 'd')
SELECT attname, conname, pg_get_expr(conbin, 0) FROM kinds JOIN pg_constraint ON contypid = kind WHERE contype = 'c'"""  # noqa: S608
_EXCLUSIONS = f"""SELECT conname, array(SELECT attname FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place)::text[], pg_get_constraintdef(oid)
FROM pg_constraint WHERE conrelid = {_TABLE} AND contype = 'x'"""  # noqa: S608
_HEIRS = f"SELECT 1 FROM pg_inherits JOIN pg_class c ON c.oid = inhparent WHERE c.oid = {_TABLE} AND c.relkind = 'r' LIMIT 1"  # noqa: S608


def name_types(connection: sa.Connection, table: sa.Table) -> None:
    """Give columns whose type SQLAlchemy does not know the name that it has."""
    unknown = [column for column in table.columns if isinstance(column.type, sa.types.NullType) or type(column.type) is sa.String]
    if unknown:
        if connection.dialect.name == "postgresql":
            names = dict(_rows(connection, _TYPES, table))
        else:
            found = connection.execute(sa.text(_MARIADB_TYPES), {"schema": table.schema, "name": table.name})
            names = {row[0]: row[1] for row in found}
        for column in unknown:
            column.type = NamedType(names[column.name])


def size_domains(connection: sa.Connection, table: sa.Table) -> None:
    """Give the types of domains the sizes that reflection leaves out: `VARCHAR(12)`, `NUMERIC(9, 2)`."""
    if not any(type(column.type).__name__ == "DOMAIN" for column in table.columns):
        return
    for name, written in _rows(connection, _BASES, table):
        sizes = [int(number) for number in re.findall(r"\d+(?=[,)])", written)]
        kind = _base(table.columns[name].type)
        if sizes and isinstance(kind, sa.Numeric):
            kind.precision, kind.scale = sizes[0], (*sizes, 0)[1]
        elif sizes and hasattr(kind, "length"):
            kind.length = sizes[0]


def _base(kind: Any) -> Any:
    while type(kind).__name__ == "DOMAIN":
        kind = kind.data_type
    return kind


def domain_checks(connection: sa.Connection, table: sa.Table) -> list[Check]:
    """The constraints of the domains of its columns, with the name of the column instead of VALUE."""
    return [Check(name, _of_column(sql, _as_text(connection, column))) for column, name, sql in _rows(connection, _DOMAINS, table)]


def _as_text(connection: sa.Connection, name: str) -> str:
    """A name in quotes, for what is read and not sent: the driver would want a `%` twice."""
    return connection.dialect.identifier_preparer.quote_identifier(name).replace("%%", "%")


def _of_column(sql: str, column: str) -> str:
    parts = sql.split("'")  # VALUE inside of quotes is text
    return "'".join(part.replace("VALUE", column) if number % 2 == 0 else part for number, part in enumerate(parts))


def is_inherited(connection: sa.Connection, table: sa.Table) -> bool:
    """Whether other tables hold its columns too (INHERITS): what is read of it would hold their rows, unless it is asked for ONLY."""
    return any(_rows(connection, _HEIRS, table))


def exclusions(connection: sa.Connection, table: sa.Table) -> list[UniqueKey]:
    """EXCLUDE constraints: where all columns are compared with `=` they are a key; where ranges must not overlap, that column alone."""
    found = []
    for _name, columns, definition in _rows(connection, _EXCLUSIONS, table):
        spans = [name for name in columns if type(table.columns[name].type).__name__.endswith("RANGE")]
        if columns and (spans or "&&" not in definition):
            found.append(UniqueKey((spans[0],) if spans else tuple(columns)))
    return found


def keep_apart(connection: sa.Connection, table: sa.Table, shape: Table) -> Table:
    """The table with what `EXCLUDE (… tstzrange(starts, ends) WITH &&)` asks: each row starts behind the one before it, and is short."""
    for _name, _columns, definition in _rows(connection, _EXCLUSIONS, table):
        for first, last in re.findall(r'range\("?(\w+)"?, "?(\w+)"?', definition):
            column = next((each for each in shape.columns if each.name == first), None)
            if column is None or column.kind not in STEPS or "&&" not in definition:
                continue
            size = {"datetime": "INTERVAL '1 hour'"}.get(column.kind, str(STEPS[column.kind]))
            check = Check("", f'"{last}" > "{first}" AND "{last}" < "{first}" + {size}')
            columns = tuple(replace(each, like="apart") if each is column else each for each in shape.columns)
            shape = replace(shape, columns=columns, checks=(*shape.checks, check), unique=(*shape.unique, (first,)))
    return shape


def _rows(connection: sa.Connection, query: str, table: sa.Table) -> Iterator[Any]:
    name = connection.dialect.identifier_preparer.format_table(table).replace("%%", "%")
    return iter(connection.execute(sa.text(query.replace("::", "\\:\\:")), {"name": name}).all())
