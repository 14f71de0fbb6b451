"""The one way from a workflow to its database: configuration, transactions, batches.

    sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
    from db_helper import DatabaseHelper

    db_helper = DatabaseHelper()                       # opens nothing
    config = db_helper.load_config()
    with db_helper.get_connection():                   # one transaction: all of it or nothing
        for batch in db_helper.stream_query("SELECT id FROM orders", batch_size=config["processing"]["batch_size"]):
            db_helper.upsert("orders_clean", batch, key="id")

Needs SQLAlchemy 2; the driver of a database (pyodbc for SQL Server, psycopg, pymysql) only when that database is used.
"""

from __future__ import annotations

import csv
import logging
import os
import sqlite3
import threading
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, MetaData, Table, create_engine, event, make_url, text

logger = logging.getLogger(__name__)

CONFIG_FOLDER = Path(__file__).resolve().parent.parent / "config"
ENVIRONMENT_PREFIX = "WORKFLOW_"

Row = dict[str, Any]

_engines: dict[tuple[int, str], Engine] = {}
_engines_lock = threading.Lock()
_bound: dict[str, Connection] = {}


class ConfigError(KeyError):
    """A setting is missing or has the wrong form; the message names the file and the key to write."""

    def __str__(self) -> str:
        return str(self.args[0])


class ProcedureResult(NamedTuple):
    """What a stored procedure gave back: its result sets, output parameters and return value, where the database has them."""

    result_sets: list[list[Row]]
    outputs: dict[str, Any]
    return_value: Any


class Section(dict[str, Any]):
    """A part of the configuration that says where a missing key belongs."""

    def __init__(self, name: str, content: Mapping[str, Any]) -> None:
        super().__init__()
        self.name = name
        for key, value in content.items():
            self[key] = Section(f"{name}.{key}".strip("."), value) if isinstance(value, dict) else value

    def __missing__(self, key: str) -> Any:
        where = f"[{self.name}] {key}" if self.name else f"[{key}]"
        variable = ENVIRONMENT_PREFIX + f"{self.name}.{key}".strip(".").replace(".", "__").upper()
        raise ConfigError(f"{where} is not set: write it into config/settings.toml (secrets: config/secrets.toml, or {variable})")


def load_config() -> Section:
    """Read the configuration: `config/settings.toml`, over it `config/secrets.toml`, over both the environment.

    `WORKFLOW_DATABASE__URL` sets `[database] url`; a value from the environment takes the type of the one it replaces.

    Raises:
        ConfigError: a file is not TOML, or a value of the environment has the wrong form.
    """
    settings: dict[str, Any] = {}
    for name in ("settings.toml", "secrets.toml"):
        path = CONFIG_FOLDER / name
        if path.is_file():
            try:
                _merge(settings, tomllib.loads(path.read_text(encoding="utf-8-sig")))
            except tomllib.TOMLDecodeError as error:
                raise ConfigError(f"{path}: {error}") from None
    for variable, value in os.environ.items():
        if variable.startswith(ENVIRONMENT_PREFIX) and "__" in variable:
            _override(settings, variable, value)
    return Section("", settings)


class DatabaseHelper:
    """One database of the configuration. Creating it opens nothing; the process shares one engine per database."""

    load_config = staticmethod(load_config)

    def __init__(self, name: str = "default", *, url: str | URL | None = None) -> None:
        self._name = name
        self._given = make_url(url) if url is not None else None
        self._local = threading.local()
        self._procedures: dict[str, Callable[..., Any]] = {}

    @classmethod
    def from_samples(cls, folder: Path, file: Path) -> DatabaseHelper:
        """Make an SQLite database in the new *file* from `folder/schema.sql` and each `folder/<table>.csv`; an empty field is NULL.

        Raises:
            FileExistsError: *file* is there already.
            FileNotFoundError: *folder* has no `schema.sql`.
        """
        if file.exists():
            raise FileExistsError(f"{file} is there already")
        schema = (folder / "schema.sql").read_text(encoding="utf-8")
        connection = sqlite3.connect(file)
        connection.executescript(schema)
        connection.close()
        helper = cls(url=URL.create("sqlite", database=str(file)))
        with helper.get_connection():
            for path in sorted(folder.glob("*.csv")):
                helper.bulk_insert(path.stem, _read_csv(path))
        return helper

    @classmethod
    @contextmanager
    def bound_to(cls, connection: Connection) -> Iterator[None]:
        """Let every helper of this process use this open *connection* for its database, so that a test can roll back all they did.

        `get_connection` is a savepoint then, streams run on the connection, and nothing is committed. Not for several threads.
        """
        key = _address(connection.engine.url)
        before = _bound.get(key)
        _bound[key] = connection
        try:
            yield
        finally:
            if before is None:
                del _bound[key]
            else:
                _bound[key] = before

    def __repr__(self) -> str:
        return f"DatabaseHelper({self._name!r})"

    @property
    def url(self) -> URL:
        """The address of the database; its password is hidden wherever it is printed."""
        if self._given is None:
            database = load_config()["database"]
            address = (database if self._name == "default" else database[self._name])["url"]
            self._given = _absolute(make_url(address))
        return self._given

    @property
    def dialect(self) -> str:
        """`sqlite`, `mssql`, `postgresql`, `mysql` or `mariadb`."""
        return self.url.get_backend_name()

    @property
    def engine(self) -> Engine:
        """The engine that this process shares for this database; a forked process makes its own."""
        key = (os.getpid(), _address(self.url))
        with _engines_lock:
            if key not in _engines:
                _engines[key] = _make_engine(self.url)
            return _engines[key]

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any exception.

        Inside another `get_connection` of the same helper and thread it joins that transaction.
        """
        current = getattr(self._local, "connection", None)
        if current is not None:
            yield current
            return
        if bound := _bound.get(_address(self.url)):
            with bound.begin_nested():
                yield bound
            return
        with self.engine.begin() as connection:
            self._local.connection = connection
            try:
                yield connection
            finally:
                self._local.connection = None

    def execute_query(self, sql: str, params: Mapping[str, Any] | None = None, *, timeout: float | None = None) -> list[Row]:
        """Run one statement with `:named` parameters. Returns its rows as dicts; a statement without rows gives [].

        *timeout* is in seconds and honoured where the driver has one (SQL Server, PostgreSQL).
        """
        with self.get_connection() as connection:
            _set_timeout(connection, timeout)
            result = connection.execute(text(sql), dict(params or {}))
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def stream_query(self, sql: str, params: Mapping[str, Any] | None = None, batch_size: int = 1000) -> Iterator[list[Row]]:
        """Yield the rows of a query in lists of at most *batch_size*, over a connection of its own, with bounded memory."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        bound = _bound.get(_address(self.url))
        with nullcontext(bound) if bound else self.engine.connect() as connection:
            result = connection.execute(text(sql), dict(params or {}), execution_options={"yield_per": batch_size})
            for partition in result.mappings().partitions(batch_size):
                yield [dict(row) for row in partition]

    def execute_stored_procedure(self, name: str, params: Mapping[str, Any] | None = None) -> ProcedureResult:
        """Call a stored procedure by name with named parameters; `EXEC` or `CALL` is chosen by the database.

        On SQLite, functions given to `register_procedure` take the place of procedures.

        Raises:
            LookupError: SQLite, and no such procedure was registered.
        """
        values = dict(params or {})
        if self.dialect == "sqlite":
            return self._call_function(name, values)
        with self.get_connection() as connection:
            call = _call_statement(self.dialect, self.quote(name), values)
            if self.dialect == "postgresql":
                result = connection.execute(text(call), values)
                return ProcedureResult([[dict(row) for row in result.mappings()]] if result.returns_rows else [], {}, None)
            return ProcedureResult(_all_result_sets(connection, call, list(values.values())), {}, None)

    def register_procedure(self, name: str, function: Callable[..., Any]) -> None:
        """Let *function(helper, \\*\\*params)* stand in for a stored procedure on SQLite; rows it returns are its result set."""
        self._procedures[name] = function

    def bulk_insert(self, table: str, rows: Iterable[Mapping[str, Any]], batch_size: int = 1000) -> int:
        """Insert rows in batches, in one transaction. All rows have the keys of the first. Returns how many."""
        total = 0
        with self.get_connection() as connection:
            for batch in _batches(rows, batch_size):
                columns = list(batch[0])
                _execute_many(connection, self._insert_statement(table, columns), [[row[column] for column in columns] for row in batch])
                total += len(batch)
        return total

    def upsert(self, table: str, rows: Iterable[Mapping[str, Any]], key: str | Sequence[str], batch_size: int = 1000) -> int:
        """Insert rows, replacing those with the same key, in one transaction: doing it twice changes nothing.

        Raises:
            ValueError: a key is NULL, or stands twice in one batch.
        """
        keys = [key] if isinstance(key, str) else list(key)
        total = 0
        with self.get_connection() as connection:
            for batch in _batches(rows, batch_size):
                found = _keys_of(batch, keys)
                where = " AND ".join(f"{self._quote_one(each)} = {{}}" for each in keys)
                _execute_many(connection, f"DELETE FROM {self.quote(table)} WHERE {where}", found)  # noqa: S608 - quoted names
                total += self.bulk_insert(table, batch, batch_size)
        return total

    def quote(self, name: str) -> str:
        """Quote `table`, `schema.table` or `database.schema.table` for SQL text; on SQLite, which has no schemas, as one name."""
        parts = [name] if self.dialect == "sqlite" else name.split(".")
        return ".".join(self._quote_one(part) for part in parts)

    def table(self, name: str) -> Table:
        """Read a table's columns, types and keys from the database."""
        schema, _, plain = (None, "", name) if self.dialect == "sqlite" else name.rpartition(".")
        return Table(plain, MetaData(), schema=schema or None, autoload_with=_bound.get(_address(self.url), self.engine))

    def close(self) -> None:
        """Close the connections of this process to this database."""
        with _engines_lock:
            engine = _engines.pop((os.getpid(), _address(self.url)), None)
        if engine is not None:
            engine.dispose()

    def _quote_one(self, name: str) -> str:
        return self.engine.dialect.identifier_preparer.quote_identifier(name)

    def _insert_statement(self, table: str, columns: list[str]) -> str:
        names = ", ".join(self._quote_one(column) for column in columns)
        return f"INSERT INTO {self.quote(table)} ({names}) VALUES ({', '.join('{}' for _ in columns)})"  # noqa: S608 - quoted names

    def _call_function(self, name: str, values: dict[str, Any]) -> ProcedureResult:
        if name not in self._procedures:
            raise LookupError(f'SQLite has no stored procedures: give a function for "{name}" to register_procedure')
        rows = self._procedures[name](self, **values)
        return ProcedureResult([list(rows)] if rows is not None else [], {}, None)


def _read_csv(path: Path) -> Iterator[Row]:
    with open(path, encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {key: value or None for key, value in row.items()}


def _merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _override(settings: dict[str, Any], variable: str, value: str) -> None:
    *sections, key = variable.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
    place = settings
    for section in sections:
        place = place.setdefault(section, {})
        if not isinstance(place, dict):
            raise ConfigError(f"{variable}: [{section}] is a value and no section in config/settings.toml")
    try:
        place[key] = _typed(value, place.get(key))
    except ValueError:
        raise ConfigError(f"{variable} must be a {type(place[key]).__name__}") from None


def _typed(value: str, default: Any) -> Any:
    if isinstance(default, bool):
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(value.lower(), default)
    return type(default)(value) if isinstance(default, (int, float)) else value


def _absolute(url: URL) -> URL:
    """A relative SQLite file lies in the repository, wherever a script is started."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:" or Path(url.database).is_absolute():
        return url
    file = CONFIG_FOLDER.parent / url.database
    file.parent.mkdir(parents=True, exist_ok=True)
    return url.set(database=str(file))


def _address(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _make_engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {} if sqlite else {"pool_pre_ping": True}
    if url.get_driver_name() == "pyodbc":
        options["fast_executemany"] = True
    engine = create_engine(url, hide_parameters=True, **options)
    if sqlite:
        for kind, adapt in ((Decimal, str), (datetime, lambda moment: moment.isoformat(sep=" ")), (date, date.isoformat)):
            sqlite3.register_adapter(kind, adapt)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Readers beside a writer, foreign keys enforced, and transactions that are ours: the driver's own skip DDL."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _set_timeout(connection: Connection, seconds: float | None) -> None:
    if seconds is None:
        return
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
    elif connection.dialect.name == "mssql":
        connection.connection.driver_connection.timeout = max(1, round(seconds))  # type: ignore[union-attr]


def _call_statement(dialect: str, name: str, values: Mapping[str, Any]) -> str:
    if dialect == "postgresql":
        return f"CALL {name}({', '.join(f'{key} => :{key}' for key in values)})"
    if dialect == "mssql":
        return f"EXEC {name} {', '.join(f'@{key} = ?' for key in values)}".rstrip()
    return f"CALL {name}({', '.join('%s' for _ in values)})"


def _all_result_sets(connection: Connection, call: str, values: list[Any]) -> list[list[Row]]:
    """Read every result set: a procedure that fails after its first would otherwise look like a success."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(call, values)
        found = []
        while True:
            if cursor.description:
                names = [column[0] for column in cursor.description]
                found.append([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])
            if not cursor.nextset():
                return found
    finally:
        cursor.close()


def _batches(rows: Iterable[Mapping[str, Any]], size: int) -> Iterator[list[Mapping[str, Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def _keys_of(batch: list[Mapping[str, Any]], keys: list[str]) -> list[list[Any]]:
    found = [[row[key] for key in keys] for row in batch]
    if any(value is None for values in found for value in values):
        raise ValueError(f"a row has no {' and '.join(keys)}: a key cannot be NULL")
    if len({tuple(values) for values in found}) < len(found):
        raise ValueError(f"two rows of one batch have the same {' and '.join(keys)}")
    return found


def _execute_many(connection: Connection, statement: str, values: list[list[Any]]) -> None:
    """Run a statement whose `{}` are parameters once for each row, with the mark of the driver."""
    marks = {"qmark": "?", "format": "%s", "pyformat": "%s", "numeric_dollar": "%s"}[connection.dialect.paramstyle]
    if marks == "%s":
        statement = statement.replace("%", "%%")
    connection.exec_driver_sql(statement.replace("{}", marks), [tuple(row) for row in values])
