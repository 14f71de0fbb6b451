"""Tables as SQLAlchemy reads them: copied to another kind of database, or as twins without constraints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)
from sqlalchemy.dialects import mssql, mysql
from sqlalchemy.types import NullType, TypeEngine

_INFORMATION = """SELECT table_schema, table_name, CASE WHEN table_schema = {own} THEN 1 ELSE 0 END FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema', 'sys') {only} ORDER BY 1, 2"""
TABLES = {
    "sqlite": "SELECT 'main', name, 1 FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY 2",
    "postgresql": _INFORMATION.format(own="CURRENT_SCHEMA", only=""),
    "mssql": _INFORMATION.format(own="SCHEMA_NAME()", only=""),
    "mysql": _INFORMATION.format(own="DATABASE()", only="AND table_schema = DATABASE()"),
}
TABLES["mariadb"] = TABLES["mysql"]


def split_name(name: str, dialect: str) -> tuple[str | None, str]:
    """The schema and the plain name of `table`, `schema.table` or `database.schema.table`; SQLite, without schemas, has only names."""
    schema, _, plain = ("", "", name) if dialect == "sqlite" else name.rpartition(".")
    return schema or None, plain


def table_names(connection: Connection) -> list[str]:
    """The tables of a database, each as `split_name` takes it: with its schema where that is not the one of the connection."""
    names = list(connection.execute(text(TABLES[connection.dialect.name])).all())
    return [name if own else f"{schema}.{name}" for schema, name, own in names]


def read_table(connection: Connection, name: str) -> Table:
    """Read a table's columns, types and keys from the database, as this connection sees it."""
    schema, plain = split_name(name, connection.dialect.name)
    return Table(plain, MetaData(), schema=schema, autoload_with=connection)


def copy_tables(source: Connection, dialect: str) -> MetaData:
    """Describe all tables of *source*, constraints and indexes included, for a database of another *dialect*."""
    metadata, inspector = MetaData(), inspect(source)
    for name in inspector.get_table_names():
        schema, plain = split_name(name, dialect)
        columns = [_column(each) for each in inspector.get_columns(name)]
        table = Table(plain, metadata, *columns, *_constraints(source, name, dialect), schema=schema)
        for index in inspector.get_indexes(name):
            Index(index["name"], *(table.c[column] for column in index["column_names"] if column), unique=bool(index["unique"]))
    return metadata


def make_twin(connection: Connection, table: Table, name: str, *, temporary: bool) -> Table:
    """Create an empty table *name* with the columns of *table*, each of which may be NULL, and no constraint, default or index."""
    columns = [Column(column.name, column.type, nullable=True, autoincrement=False) for column in table.columns]
    twin = Table(name, MetaData(), *columns, schema=None if temporary else table.schema, prefixes=["TEMPORARY"] if temporary else [])
    twin.create(connection)
    return twin


def unique_columns(connection: Connection, name: str, schema: str | None = None) -> list[list[str]]:
    """The columns of each UNIQUE of a table. SQLite is asked directly: SQLAlchemy reads its CREATE TABLE, and misses some."""
    if connection.dialect.name != "sqlite":
        return [each["column_names"] for each in inspect(connection).get_unique_constraints(name, schema=schema)]
    indexes = text("SELECT name FROM pragma_index_list(:table) WHERE origin = 'u' ORDER BY seq DESC")
    columns = text("SELECT name FROM pragma_index_info(:index) ORDER BY seqno")
    return [list(connection.scalars(columns, {"index": each})) for each in connection.scalars(indexes, {"table": name}).all()]


def portable_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type that another database has for *kind*."""
    if isinstance(kind, NullType):
        return Text()
    generic = kind.as_generic(allow_nulltype=True)
    if isinstance(generic, DateTime):  # with the fractions of a second that SQLite keeps
        return generic.with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb").with_variant(mssql.DATETIME2(), "mssql")
    if isinstance(generic, String) and generic.length is None:
        return Text()
    return generic


def _column(found: Any) -> Column[Any]:
    default = text(str(found["default"])) if found.get("default") is not None else None
    return Column(found["name"], portable_type(found["type"]), nullable=found["nullable"], server_default=default, autoincrement=False)


def _constraints(source: Connection, name: str, dialect: str) -> Iterable[Any]:
    inspector = inspect(source)
    yield PrimaryKeyConstraint(*inspector.get_pk_constraint(name)["constrained_columns"])
    for columns in unique_columns(source, name):
        yield UniqueConstraint(*columns)
    for check in inspector.get_check_constraints(name):
        yield CheckConstraint(str(check["sqltext"]))
    for key in inspector.get_foreign_keys(name):
        schema, plain = split_name(key["referred_table"], dialect)
        place = f"{schema}.{plain}" if schema else plain
        yield ForeignKeyConstraint(key["constrained_columns"], [f"{place}.{column}" for column in key["referred_columns"]])
