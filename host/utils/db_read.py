"""Rows out of a database: all of them, or in batches with bounded memory; as dicts, data frames or Arrow tables."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Generator, Sequence
from contextlib import closing
from types import ModuleType
from typing import Any, NamedTuple

from db_engine import TOLD, driver_errors
from db_sql import Row, Statement, as_rows
from sqlalchemy import Column, Connection, Engine, MetaData, Table, inspect
from sqlalchemy.exc import DBAPIError

_BLOCK = 2000  # rows of a journey: more of them leave the cache of the processor


class Found(NamedTuple):
    """What a statement gave: the names of its columns, its rows, and how many it read or changed as far as the driver tells."""

    names: list[str]
    rows: Sequence[Any]
    total: int | None


def fetch(connection: Connection, statement: Statement, values: Any) -> Found:
    """Run a statement and read its rows; of several result sets the first one, after all of them were read without an error."""
    if statement.several and connection.dialect.name != "sqlite":
        found = result_sets(connection, statement.sql, values)
        return found[0] if found else Found([], [], None)
    result = connection.exec_driver_sql(statement.sql, values, execution_options=TOLD)
    if not result.returns_rows:
        return Found([], [], result.rowcount if result.rowcount >= 0 else None)
    rows = result.fetchall()
    return Found(list(result.keys()), rows, len(rows))


def read_alone(connection: Connection, statement: Statement, values: Any) -> Found:
    """Run a statement that reads by the driver's own cursor: half of the work."""
    with driver_errors(connection, statement.sql), closing(connection.connection.cursor()) as cursor:
        cursor.execute(statement.sql, values or ())
        rows = cursor.fetchall()
        return Found([column[0] for column in cursor.description], rows, len(rows))


def result_sets(connection: Connection, sql: str, values: Any) -> list[Found]:
    """Read every result set: a procedure that fails after its first one would otherwise look like a success."""
    found = []
    with driver_errors(connection, sql), closing(connection.connection.cursor()) as cursor:
        cursor.execute(sql, values or ())
        while True:
            if cursor.description:
                rows = cursor.fetchall()
                found.append(Found([column[0] for column in cursor.description], rows, len(rows)))
            if not cursor.nextset():
                return found


def stream(connection: Connection, statement: Statement, values: Any, size: int) -> Generator[list[Row], None, None]:
    """Yield the rows in lists of at most *size*, by a cursor that leaves the others on the server."""
    family, done = connection.dialect.name, False
    block = size * max(1, _BLOCK // size) if family == "postgresql" else size  # of which each is a journey to the server
    with driver_errors(connection, statement.sql), closing(_server_cursor(connection)) as cursor:
        cursor.execute(statement.sql, values or ())
        if cursor.description is None:
            raise ValueError(f"{statement.operation or 'the statement'} gives no rows: use execute_query")
        names = [column[0] for column in cursor.description]
        try:
            while rows := cursor.fetchmany(block):
                for at in range(0, len(rows), size):
                    yield as_rows(names, rows[at : at + size])
            while statement.several and family not in ("sqlite", "postgresql") and cursor.nextset():
                pass  # a procedure may fail behind its first result set
            done = True
        finally:
            if not done and family in ("mysql", "mariadb"):  # the driver would read all the other rows first
                connection.invalidate()
                if cursor._result is not None:
                    cursor._result.unbuffered_active = False


def stream_shared(connection: Connection, statement: Statement, values: Any, size: int) -> Generator[list[Row], None, None]:
    """The same over a connection that serves other statements in between, or whose statements somebody listens to."""
    one_at_a_time = connection.dialect.name != "postgresql"  # SQLite drops no table while a query is open
    options = TOLD if one_at_a_time else {**TOLD, "yield_per": size}
    result = connection.exec_driver_sql(statement.sql, values, execution_options=options)
    names = list(result.keys())
    rows = result.fetchall() if one_at_a_time else []
    batches = (rows[at : at + size] for at in range(0, len(rows), size)) if one_at_a_time else result.partitions(size)
    with closing(result):
        for batch in batches:
            yield as_rows(names, batch)


def _server_cursor(connection: Connection) -> Any:
    if connection.dialect.name == "postgresql":
        return connection.connection.cursor(f"workflow_{uuid.uuid4().hex[:12]}")
    if connection.dialect.name in ("mysql", "mariadb"):
        return connection.connection.cursor(importlib.import_module("pymysql.cursors").SSCursor)
    return connection.connection.cursor()


def read_table(source: Connection | Engine, name: str, schema: str | None) -> Table:
    """A table as the database knows it; without its references, where a server speaks T-SQL and cannot tell them."""
    try:
        return Table(name, MetaData(), schema=schema, autoload_with=source)
    except DBAPIError:
        if source.dialect.name != "mssql":
            raise
    inspector = inspect(source)
    keys = inspector.get_pk_constraint(name, schema)["constrained_columns"]
    found = inspector.get_columns(name, schema)
    columns = [Column(each["name"], each["type"], nullable=each["nullable"], primary_key=each["name"] in keys) for each in found]
    return Table(name, MetaData(), *columns, schema=schema)


def frame_of(found: Found, library: str | None) -> Any:
    """A data frame of *library*, or of the one that is installed."""
    module = _installed([library] if library else ["pandas", "polars"])
    rows = list(map(tuple, found.rows))
    if module.__name__ == "polars":
        return module.DataFrame(rows, schema=found.names, orient="row", infer_schema_length=None)
    return module.DataFrame.from_records(rows, columns=found.names)


def table_of(found: Found) -> Any:
    """A `pyarrow.Table`."""
    arrow = _installed(["pyarrow"])
    columns = list(zip(*found.rows, strict=True)) or [()] * len(found.names)
    return arrow.table([arrow.array(column) for column in columns], names=found.names)


def _installed(names: list[str]) -> ModuleType:
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise ImportError(f"this needs {' or '.join(names)}: python -m pip install {names[0]}")
