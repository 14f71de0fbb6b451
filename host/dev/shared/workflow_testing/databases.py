"""Databases for tests, made from the samples of a workflow: on SQLite, or on the server that `[testing] database` names.

What a database holds comes from `testing/test_data_samples/`: the tables of `schema.sql` and the rows of each `<table>.csv`. SQLite
reads `schema.sql`, and SQLAlchemy makes the same tables elsewhere; what only one database understands goes into
`schema.postgresql.sql`, `schema.mariadb.sql` or `schema.mssql.sql`, which is then used instead, and is cut at its lines `GO`, or else
at each `;` that ends a line.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from db_helper import DatabaseHelper
from sqlalchemy import URL, Connection, MetaData, NullPool, Table, column, create_engine, insert, make_url, table, text
from sqlalchemy.exc import DBAPIError

from workflow_testing.tables import copy_tables

PREFIX = "workflow_test_"
STALE = timedelta(days=1)
BATCH = 1000
OWN_NAMES = {"postgresql": "postgresql", "mysql": "mariadb", "mariadb": "mariadb", "mssql": "mssql"}
LISTS = {
    "postgresql": "SELECT datname FROM pg_database",
    "mariadb": "SELECT schema_name FROM information_schema.schemata",
    "mssql": "SELECT name FROM sys.databases",
}

_numbers = count(1)


class DatabaseRefused(RuntimeError):
    """The server makes no database for the tests; the message says what to do."""


def configured_server() -> URL | None:
    """The address of `[testing] database` in config/settings.toml (or WORKFLOW_TESTING__DATABASE); None means SQLite."""
    address = DatabaseHelper().load_config().get("testing", {}).get("database")
    url = make_url(address) if address else None
    return None if url is None or url.get_backend_name() == "sqlite" else url


class Databases:
    """Makes databases for the tests of this process, in *folder* or on *server*, and drops them all at the end."""

    def __init__(self, folder: Path, server: URL | None = None) -> None:
        self._folder, self._server = folder, server
        self._made: list[URL] = []
        if server is not None:
            _drop_stale(server)

    def make(self, samples: Path | None) -> URL:
        """Make a database with the tables and rows of *samples* (None: an empty one)."""
        url = self._create()
        if samples is not None and (samples / "schema.sql").is_file():
            _fill(url, samples)
        return url

    def clone(self, url: URL, samples: Path | None) -> URL:
        """Make a copy of what `make` made at *url* from *samples*; nobody may be connected to it.

        SQLite copies the file, PostgreSQL uses the database as a template. MariaDB and SQL Server have no quick copy that needs no
        right beyond CREATE DATABASE: there the tables are made anew, and the server copies the rows.
        """
        if self._server is None or self._server.get_backend_name() == "postgresql":
            return self._create(url)
        copy = self._create()
        if samples is not None and (samples / "schema.sql").is_file():
            metadata = _make_schema(copy, samples)
            with _connected(copy) as connection, connection.begin():
                for each in metadata.sorted_tables:
                    _copy_rows(connection, str(url.database), each)
        return copy

    def drop(self, url: URL) -> None:
        """Drop a database of the tests, whoever is connected to it."""
        self._made.remove(url)
        DatabaseHelper(url=url).close()
        if self._server is None:
            for ending in ("", "-wal", "-shm"):
                Path(f"{url.database}{ending}").unlink(missing_ok=True)
        else:
            _drop(self._server, str(url.database))

    def drop_all(self) -> None:
        """Drop every database that was made here."""
        for url in list(self._made):
            self.drop(url)

    def _create(self, template: URL | None = None) -> URL:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        name = f"{PREFIX}{datetime.now():%Y%m%d%H%M}_{os.getpid()}_{worker}_{next(_numbers)}"
        if self._server is None:
            url = URL.create("sqlite", database=str(self._folder / f"{name}.db"))
            if template:
                _copy_file(str(template.database), str(url.database))
        else:
            url = self._server.set(database=name)
            _create_on_server(self._server, name, template and template.database)
        self._made.append(url)
        return url


def statements_of(script: str) -> list[str]:
    """Cut an SQL script at its lines `GO`, or at each `;` that ends a line where it has none."""
    go = re.compile(r"^\s*GO\s*$", re.MULTILINE | re.IGNORECASE)
    cut = go if go.search(script) else re.compile(r";\s*$", re.MULTILINE)
    return [statement.strip() for statement in cut.split(script) if statement.strip()]


def _fill(url: URL, samples: Path) -> None:
    metadata = _make_schema(url, samples)
    with _connected(url) as connection, connection.begin():
        for each in metadata.sorted_tables:
            _load(connection, each, samples)


def _make_schema(url: URL, samples: Path) -> MetaData:
    metadata = _metadata_of(samples, url.get_backend_name())
    own = samples / f"schema.{OWN_NAMES.get(url.get_backend_name(), '')}.sql"
    with _connected(url, "AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.executescript((samples / "schema.sql").read_text(encoding="utf-8"))  # type: ignore[union-attr]
        elif own.is_file():
            for statement in statements_of(own.read_text(encoding="utf-8")):
                connection.exec_driver_sql(statement)
        else:
            _make_tables(connection, metadata)
    return metadata


def _metadata_of(samples: Path, dialect: str) -> MetaData:
    """The tables of the samples as SQLite reads them, for a database of *dialect*."""
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.executescript((samples / "schema.sql").read_text(encoding="utf-8"))
        engine = create_engine("sqlite://", creator=lambda: memory)
        with engine.connect() as connection:
            return copy_tables(connection, dialect)


def _make_tables(connection: Connection, metadata: MetaData) -> None:
    for schema in sorted({each.schema for each in metadata.tables.values() if each.schema}):
        if connection.dialect.name not in ("postgresql", "mssql") or "." in schema:
            raise DatabaseRefused(f'a test database holds no tables of another database: "{schema}" is none of its schemas')
        if not connection.dialect.has_schema(connection, schema):
            connection.exec_driver_sql(f"CREATE SCHEMA {connection.dialect.identifier_preparer.quote_identifier(schema)}")
    if connection.dialect.name == "mysql" or connection.dialect.name == "mariadb":
        connection.exec_driver_sql("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')")  # for the "names" of CHECK constraints
    metadata.create_all(connection)


def _load(connection: Connection, into: Table, samples: Path) -> None:
    """Insert the rows of a CSV file as text: the database makes numbers and dates of them, as it does of literals. Empty is NULL."""
    name = f"{into.schema}.{into.name}" if into.schema else into.name
    file = samples / f"{name}.csv"
    if not file.is_file():
        return
    with open(file, encoding="utf-8", newline="") as lines:
        rows = [{key: value or None for key, value in row.items()} for row in csv.DictReader(lines)]
    plain = table(into.name, *(column(key) for key in (rows[0] if rows else ())), schema=into.schema)
    for start in range(0, len(rows), BATCH):
        connection.execute(insert(plain), rows[start : start + BATCH])


def _copy_rows(connection: Connection, database: str, table: Table) -> None:
    """Copy the rows of one table out of another database of the same server."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    names = ", ".join(map(quote, table.columns.keys()))
    schema = [table.schema or "dbo"] if connection.dialect.name == "mssql" else []
    target, source = (".".join(map(quote, [*before, *schema, table.name])) for before in ([], [database]))
    connection.exec_driver_sql(f"INSERT INTO {target} ({names}) SELECT {names} FROM {source}")  # noqa: S608 - quoted


@contextmanager
def _connected(url: URL, isolation: str | None = None) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, **({"isolation_level": isolation} if isolation else {}))
    with engine.connect() as connection:
        yield connection


def _copy_file(source: str, target: str) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _create_on_server(server: URL, name: str, template: str | None) -> None:
    words = f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")
    try:
        with _connected(server, "AUTOCOMMIT") as connection:
            connection.exec_driver_sql(words)
    except DBAPIError as error:
        hint = "[testing] database names a server where its user may CREATE DATABASE"
        raise DatabaseRefused(f"{server.render_as_string()} makes no database for the tests: {error.orig}\n  hint: {hint}") from None


def _drop(server: URL, name: str) -> None:
    with _connected(server, "AUTOCOMMIT") as connection:
        if server.get_backend_name() == "mssql":
            with suppress(DBAPIError):  # ends what is connected, where the server knows this
                connection.exec_driver_sql(f"ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE")
        connection.exec_driver_sql(f"DROP DATABASE {name}" + (" WITH (FORCE)" if server.get_backend_name() == "postgresql" else ""))


def _drop_stale(server: URL) -> None:
    """Drop the databases that tests left there when they were killed, more than a day ago."""
    with _connected(server, "AUTOCOMMIT") as connection:
        names = connection.scalars(text(LISTS[OWN_NAMES[server.get_backend_name()]])).all()
    for name in names:
        made = re.match(rf"{PREFIX}(\d{{12}})_", name)
        if made and datetime.strptime(made[1], "%Y%m%d%H%M") < datetime.now() - STALE:
            with suppress(DBAPIError):  # another process drops it as well
                _drop(server, name)
