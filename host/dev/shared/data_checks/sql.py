"""How the validation helpers speak to SQL Server, PostgreSQL, MariaDB and SQLite: one table, its columns, exact comparison.

Text is compared exactly on every database: capitals, accents and trailing blanks count, whatever the collation of the column.
So a check gives the same answer wherever the rows lie.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.sql.elements import Grouping

Sql = sa.ColumnElement[Any]

BINARY = {
    "sqlite": "BINARY",
    "postgresql": "C",
    "mssql": "Latin1_General_100_BIN2",
    "mariadb": "utf8mb4_nopad_bin",
    "mysql": "utf8mb4_0900_bin",
}
ONE, ZERO = sa.literal_column("1"), sa.literal_column("0")  # and no parameters
MARK = "|"  # SQL Server's = passes over trailing blanks: with a mark behind both sides they count
MANY_VALUES = 500  # a longer list stands in the text of the statement and takes no parameters
TOO_MANY_VALUES = 20_000
# what may hold a colon that is no parameter: literals, quoted names, PostgreSQL's casts
COLONS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:(\w*)""")


class CheckError(Exception):
    """A check cannot be judged as it is written; the message says where, what is wrong and what to do."""


@dataclass(frozen=True)
class Scope:
    """One table on one open connection, at one moment."""

    connection: sa.Connection
    name: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    asked: list[str] = field(default_factory=list)  # the SQL of what was run

    def run(self, statement: sa.Executable) -> sa.Result[Any]:
        """Run a statement, and remember its SQL."""
        self.asked.append(render(self.connection, statement))
        return self.connection.execute(statement)

    @property
    def dialect(self) -> str:
        """`mssql`, `postgresql`, `mysql` (MariaDB too) or `sqlite`."""
        name = self.connection.dialect.name
        return "mysql" if name == "mariadb" else name

    @cached_property
    def parts(self) -> tuple[str, str | None]:
        """The plain name and the schema; SQLite has no schemas: there a name with dots is one name."""
        schema, _, plain = ("", "", self.name) if self.dialect == "sqlite" else self.name.rpartition(".")
        return plain, schema or None

    @cached_property
    def table(self) -> sa.TableClause:
        """The table to select from."""
        return sa.table(self.parts[0], *(sa.column(name) for name in self.types), schema=self.parts[1])

    @cached_property
    def types(self) -> dict[str, sa.types.TypeEngine[Any]]:
        """The columns of the table or view with their types, read from the database.

        Raises:
            CheckError: there is none of this name.
        """
        try:
            found = {each["name"]: each["type"] for each in sa.inspect(self.connection).get_columns(*self.parts)}
        except NoSuchTableError:
            found = {}
        if not found:
            raise CheckError(f'no such table: "{self.name}" is not in {address_of(self.connection)}; correct the name, or create it')
        return found

    def other(self, name: str) -> Scope:
        """Another table on the same connection."""
        return Scope(self.connection, name, self.now, self.asked)

    def spelled(self, name: str) -> str:
        """The name of a column as the database spells it.

        Raises:
            CheckError: the table has no such column.
        """
        for fold in (str, str.casefold):
            found = [each for each in self.types if fold(each) == fold(name)]
            if len(found) == 1:
                return found[0]
        close = difflib.get_close_matches(name, self.types, 1)
        hint = f'did you mean "{close[0]}"?' if close else f"its columns are {', '.join(self.types)}"
        raise CheckError(f'no such column: {self.name} has no "{name}"; {hint}')

    def column(self, name: str) -> Sql:
        """The column without the name of its table."""
        return sa.column(self.spelled(name))

    def type(self, name: str) -> sa.types.TypeEngine[Any]:
        return self.types[self.spelled(name)]

    def is_text(self, name: str) -> bool:
        return isinstance(self.type(name), sa.String)

    def may_be_nan(self, name: str) -> bool:
        """Whether the column may hold what is not a number: only PostgreSQL keeps it."""
        return self.dialect == "postgresql" and isinstance(self.type(name), (sa.Numeric, sa.Float))

    def exact(self, name: str, column: Sql | None = None) -> Sql:
        """The column (or *column*, which stands for it), made so that = is true for the same characters only."""
        value = self.ordered(name, column)
        return value.op("+", precedence=7)(_constant(MARK)) if self.dialect == "mssql" and self.is_text(name) else value

    def ordered(self, name: str, column: Sql | None = None, as_text: bool = False) -> Sql:
        """The column, made so that < compares text by code points; *as_text*, whatever its type is."""
        value = self.column(name) if column is None else column
        if not self.is_text(name) and not as_text:
            return value
        if self.dialect == "postgresql" and self._is_plain(name):
            return value
        collation = BINARY["mariadb" if getattr(self.connection.dialect, "is_mariadb", False) else self.dialect]
        return sa.collate(self.text(name, value), collation)

    def collated(self, name: str, column: Sql, other: sa.types.TypeEngine[Any]) -> Sql:
        """The column, made so that SQL Server compares it with one of another collation instead of refusing."""
        collation = getattr(other, "collation", None)
        return sa.collate(column, collation) if self.dialect == "mssql" and self.is_text(name) and collation else column

    def text(self, name: str, column: Sql | None = None) -> Sql:
        """The column as Unicode text, without the padding of CHAR(n)."""
        value, kind = self.column(name) if column is None else column, type(self.type(name)).__name__
        if self.dialect == "mysql":
            return sa.func.convert(value.op("USING")(sa.literal_column("utf8mb4")), type_=sa.Unicode())
        if self.dialect == "mssql":
            wide = sa.cast(value, sa.NVARCHAR(_width(self.type(name))))
            return sa.func.rtrim(wide, type_=sa.Unicode()) if kind in ("CHAR", "NCHAR") else wide
        return value if self.is_text(name) and (self.dialect == "sqlite" or self._is_plain(name)) else sa.cast(value, sa.Text)

    def _is_plain(self, name: str) -> bool:
        """Whether PostgreSQL compares the column byte by byte already: no citext, no CHAR(n), no collation of its own."""
        kind = self.type(name)
        return type(kind).__name__ in ("VARCHAR", "TEXT") and not getattr(kind, "collation", None)

    def value(self, given: Any, *, exactly_as: str = "", highest: bool = False) -> Sql:
        """A parameter to compare with a column.

        SQLite keeps dates as text, with or without a time: a lower bound is the shortest text of the moment, an upper one
        (*highest*) the longest. *exactly_as* names a column given to `exact`.
        """
        if isinstance(given, str):
            marked = self.dialect == "mssql" and exactly_as and self.is_text(exactly_as)
            return sa.literal(given + MARK if marked else given, sa.Unicode())
        if self.dialect == "sqlite" and isinstance(given, date):
            return sa.literal(_as_sqlite_text(given, highest), sa.Unicode())
        if self.dialect == "sqlite" and isinstance(given, Decimal):
            return sa.literal(float(given))
        return sa.literal(given)

    def length(self, value: Sql) -> Sql:
        """How many characters a text has; SQL Server's LEN alone would pass over blanks at its end."""
        if self.dialect == "mssql":
            return sa.func.len(value.op("+", precedence=7)(_constant(MARK)), type_=sa.Integer()) - 1
        return getattr(sa.func, "length" if self.dialect == "sqlite" else "char_length")(value, type_=sa.Integer())

    def values(self, given: Sequence[Any], *, exactly_as: str) -> Sql:
        """The parameter of an IN; a long list is written into the statement."""
        shown = [self.value(each, exactly_as=exactly_as) for each in given]
        kind = shown[0].type
        plain = [each.value for each in shown]  # type: ignore[attr-defined]
        return sa.bindparam(None, plain, kind, unique=True, expanding=True, literal_execute=len(plain) > MANY_VALUES)

    def condition(self, sql: str, params: Mapping[str, Any]) -> Sql:
        """SQL of the user, in brackets; a `:name` that is in *params* is a parameter, any other colon is text."""

        used = {found.group(1) for found in COLONS.finditer(sql)} & {*params}

        def escape(found: re.Match[str]) -> str:
            return found.group() if found.group(1) in used else found.group().replace(":", r"\:")

        binds = [sa.bindparam(name, params[name], unique=True) for name in sorted(used)]
        return Grouping(sa.text(COLONS.sub(escape, sql)).bindparams(*binds))

    def count_if(self, condition: Sql) -> Sql:
        """How many rows *condition* is true for, as a 64-bit number."""
        if self.dialect in ("sqlite", "postgresql"):
            return sa.func.count().filter(condition)
        if self.dialect == "mysql":
            return sa.func.count(sa.case((condition, ONE)))
        return sa.func.sum(sa.cast(sa.case((condition, ONE), else_=ZERO), sa.BigInteger))

    def count_apart(self, condition: Sql) -> Sql:
        """The same by a SELECT of its own within the SELECT: for what cannot stand, or is slow, inside of an aggregate."""
        return sa.select(self.count_all()).select_from(self.table).where(condition).correlate(None).scalar_subquery()

    def count_all(self) -> Sql:
        return sa.func.count_big(sa.text("*")) if self.dialect == "mssql" else sa.func.count()


@contextmanager
def connected(db: Any, isolation: str | None = None) -> Iterator[sa.Connection]:
    """A connection in a transaction: of a DatabaseHelper or an Engine, or the one given; *isolation* opens one of its own."""
    if isinstance(db, sa.Connection):
        if db.in_transaction():
            yield db
        else:
            with db.begin():
                yield db
    elif isinstance(db, sa.Engine) or isolation:
        engine = db if isinstance(db, sa.Engine) else db.engine
        with (engine.execution_options(isolation_level=isolation) if isolation else engine).begin() as connection:
            yield connection
    else:
        with db.get_connection() as connection:
            yield connection


def create_table(connection: sa.Connection, table: sa.Table) -> None:
    """Make a table; on MariaDB, where that would commit what the caller has begun, by a connection of its own."""
    if connection.dialect.name in ("mysql", "mariadb"):
        with connection.engine.begin() as apart:
            table.create(apart)
    else:
        table.create(connection)


def address_of(connection: sa.Connection) -> str:
    """Which database this is, without user, password and options."""
    url = connection.engine.url
    host = f"{url.host}/" if url.host else ""
    return f"{connection.dialect.name} {host}{url.database or 'in memory'}"


def render(connection: sa.Connection, statement: sa.sql.ClauseElement) -> str:
    """The SQL of a statement with its parameters written in, to read."""
    try:
        compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    except sa.exc.CompileError:
        compiled = statement.compile(dialect=connection.dialect)
    plain = str(compiled).replace("%%", "%") if connection.dialect.paramstyle in ("format", "pyformat") else str(compiled)
    return re.sub(r"( AS \w+_\d+), ", r"\1,\n       ", plain)


def parameters_of(expression: sa.sql.ClauseElement) -> int:
    """How many parameters an expression sends to the database."""
    binds = [each for each in sa.sql.visitors.iterate(expression) if isinstance(each, sa.BindParameter)]
    return sum(0 if each.literal_execute else len(each.value) if each.expanding else 1 for each in binds)


def _constant(text: str) -> Sql:
    """Text that stands in the statement itself: an expression to group by must not hold a parameter."""
    return sa.literal(text, sa.Unicode(), literal_execute=True)


def _width(kind: sa.types.TypeEngine[Any]) -> int | None:
    """How long NVARCHAR must be to hold a value of this type; None is MAX."""
    length = getattr(kind, "length", None) if isinstance(kind, sa.String) else 100
    return length if isinstance(length, int) and length <= 4000 else None


def _as_sqlite_text(moment: date, highest: bool) -> str:
    if not isinstance(moment, datetime):
        return f"{moment.isoformat()} 00:00:00.000000" if highest else moment.isoformat()
    if highest:
        return moment.isoformat(sep=" ", timespec="microseconds")
    return moment.isoformat(sep=" ").removesuffix(" 00:00:00")
