"""Put an empty table without constraints in the place of another one, inside of a transaction.

SQLite, PostgreSQL and SQL Server rename the real table and create the twin: both are rolled back with the transaction. On MariaDB, where
this would commit, a temporary table of the same name hides the real one from this connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, column, insert, text
from sqlalchemy import table as plain_table

from workflow_testing.tables import make_twin, read_table

REAL = "__real"


def replace_table(connection: Connection, name: str, rows: Sequence[Mapping[str, Any]] = ()) -> None:
    """Put a twin of the table *name* in its place, with these rows; all rows have the columns of the first."""
    table = read_table(connection, name)
    if connection.dialect.name in ("mysql", "mariadb"):
        make_twin(connection, table, table.name, temporary=True)
    else:
        _rename(connection, table, table.name + REAL)
        make_twin(connection, table, table.name, temporary=False)
    if rows:
        connection.execute(insert(plain_table(table.name, *map(column, rows[0]), schema=table.schema)), [dict(row) for row in rows])


def put_back(connection: Connection, name: str) -> None:
    """Let MariaDB see the real table again; elsewhere the end of the transaction does that."""
    if connection.dialect.name in ("mysql", "mariadb"):
        quoted = connection.dialect.identifier_preparer.quote_identifier(name)
        connection.exec_driver_sql(f"DROP TEMPORARY TABLE IF EXISTS {quoted}")


def _rename(connection: Connection, table: Table, name: str) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    full = f"{quote(table.schema)}.{quote(table.name)}" if table.schema else quote(table.name)
    if connection.dialect.name == "mssql":
        connection.execute(text("EXEC sp_rename :old, :new"), {"old": full, "new": name})
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")  # views and triggers shall see the twin
    connection.exec_driver_sql(f"ALTER TABLE {full} RENAME TO {quote(name)}")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA legacy_alter_table = OFF")
