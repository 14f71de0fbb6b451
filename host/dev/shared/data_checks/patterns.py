"""Patterns: what Python's `re.fullmatch` says, asked of a database, and never approximately.

A pattern goes the first way that is exact:

1. *translated* to GLOB (SQLite) or LIKE (SQL Server), with lengths and parts of the value where one of them is not enough;
2. *native*: the regular expression of PostgreSQL, MariaDB or SQL Server 2025, written anew from what was read;
3. *called*: SQLite calls Python's `re` for each value;
4. *streamed*: the database counts the different values, and Python judges each of them once.

The first two know `\\d`, `\\w` and ignoring case for ASCII only. A value with other characters that does not match is *in doubt*: Python
judges it, by way 3 or 4. There is no way that is almost right.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa

from data_checks.glob import Form, sequences_of
from data_checks.regex import EVERY, Chars, NotExact, Reading, Repeat, Row, read, without, write, write_set
from data_checks.sql import CheckError, Scope, Sql

MOST_SEQUENCES = 64
MOST_CHARACTERS = 400
MOST_SPLITS = 3
MOST_VALUES = 10_000
BEYOND_ASCII = without(EVERY, ((1, 0x7F),))  # and NUL, which some cannot be asked for


class Way(NamedTuple):
    """How a pattern is judged: *bad* is true for values that surely do not match, *doubt* for those that Python must judge."""

    name: str
    bad: Sql
    doubt: Sql | None


def find_way(scope: Scope, column: str, pattern: re.Pattern[str]) -> Way:
    """The first way that is exact for this pattern on this database."""
    calls = scope.dialect == "sqlite" and hasattr(scope.connection.connection.driver_connection, "create_function")
    try:
        reading = read(pattern)
        if calls:
            return _glob_or_call(scope, column, pattern, reading)
        if scope.dialect in ("sqlite", "mssql"):
            return _translated(scope, column, reading)
        return _native(scope, column, reading)
    except NotExact:
        if calls:
            return Way("called", sa.not_(_call(scope, column, pattern)), None)
        return Way("streamed", sa.false(), scope.column(column).is_not(None))


def _glob_or_call(scope: Scope, column: str, pattern: re.Pattern[str], reading: Reading) -> Way:
    """On SQLite, one GLOB is faster than Python, and several are not. Python has the last word on what seems to fail."""
    sequences = sequences_of(reading.tree, 1)
    if any(run.low != run.high for run in sequences[0]):
        raise NotExact("a set that repeats is slower to look for than to call Python")
    form = Form(scope, scope.text(column))
    suspect = sa.or_(sa.not_(form.matches(reading.tree)), form.unseen(reading.tree))
    return Way("translated", sa.and_(suspect, sa.not_(_call(scope, column, pattern))), None)


def _translated(scope: Scope, column: str, reading: Reading) -> Way:
    form = Form(scope, scope.ordered(column, as_text=True) if scope.dialect == "mssql" else scope.text(column))
    beyond_ascii = form.like(form.value, [None, BEYOND_ASCII, None]) if reading.more else None
    try:
        return _way("translated", form.matches(reading.tree), form.unseen(reading.tree), beyond_ascii)
    except NotExact:
        if scope.dialect == "sqlite" or not _has_regexp_like(scope.connection):
            raise
    good = sa.func.regexp_like(form.value, sa.literal(write(reading.tree, "mssql"), sa.Unicode()), "c")
    return _way("native", good, None, beyond_ascii)


def _native(scope: Scope, column: str, reading: Reading) -> Way:
    value = scope.ordered(column, as_text=True)
    match = value.op("~" if scope.dialect == "postgresql" else "REGEXP", is_comparison=True)
    tree, length = relaxed(reading.tree) if scope.dialect == "postgresql" else (reading.tree, None)
    good = match(sa.literal(write(tree, scope.dialect), sa.Unicode()))
    if length is not None:
        good = sa.and_(scope.length(value) == length, good)
    return _way("native", good, None, match(sa.literal(write_set(BEYOND_ASCII, scope.dialect), sa.Unicode())) if reading.more else None)


def _way(name: str, good: Sql, unseen: Sql | None, beyond_ascii: Sql | None) -> Way:
    """Values that hold what the SQL does not see are in doubt, and so are those that fail and hold what it knows too little of."""
    bad = sa.not_(good)
    doubts = [] if unseen is None else [unseen]
    doubts += [] if beyond_ascii is None else [sa.and_(bad, beyond_ascii)]
    surely = sa.and_(bad, *(sa.not_(each) for each in (unseen, beyond_ascii) if each is not None))
    return Way(name, surely, sa.or_(*doubts) if doubts else None)


def relaxed(tree: Any) -> tuple[Any, int | None]:
    """For a pattern of one length, one that lets its longest run be of any length, and the length: PostgreSQL counts slowly."""
    try:
        (runs,) = sequences_of(tree, 1)
    except NotExact:
        return tree, None
    longest = max(runs, key=lambda run: run.low, default=None)
    if longest is None or longest.low < 3 or any(run.low != run.high for run in runs):
        return tree, None
    at = runs.index(longest)
    items = [Repeat(Chars(run.ranges), *((0, None) if number == at else (run.low, run.low))) for number, run in enumerate(runs)]
    return Row(tuple(items)), sum(run.low for run in runs)


def failing_values(scope: Scope, column: str, pattern: re.Pattern[str], rows: Sql) -> Iterator[tuple[str, int]]:
    """Let Python judge the different values of some *rows*. Yields those that do not match, each with how often it is there."""
    value = scope.exact(column) if scope.is_text(column) else scope.text(column)
    marked = scope.dialect == "mssql" and scope.is_text(column)
    select = sa.select(value.label("value"), scope.count_all().label("n")).select_from(scope.table).where(rows).group_by(value)
    for found, count in scope.run(select.execution_options(yield_per=5000)):
        plain = found[:-1] if marked else found
        if plain is not None and pattern.fullmatch(plain) is None:
            yield plain, count


def failing_rows(scope: Scope, column: str, pattern: re.Pattern[str]) -> Sql:
    """What is true for every row that does not match; doubtful values are judged now.

    Raises:
        CheckError: more different values fail than a statement can hold.
    """
    way = find_way(scope, column, pattern)
    if way.doubt is None:
        return way.bad
    failing = [value for value, _ in islice(failing_values(scope, column, pattern, way.doubt), MOST_VALUES + 1)]
    if len(failing) > MOST_VALUES:
        raise CheckError(
            f"{scope.name}.{column}: more than {MOST_VALUES:,} different values do not match, too many for a statement; use where="
        )
    value = scope.exact(column) if scope.is_text(column) else scope.text(column)
    judged = value.in_(scope.values(failing, exactly_as=column)) if failing else sa.false()
    return sa.or_(way.bad, sa.and_(way.doubt, judged))


def _has_regexp_like(connection: sa.Connection) -> bool:
    """SQL Server 2025 and Azure SQL have REGEXP_LIKE from compatibility level 170 on."""
    level = connection.scalar(sa.text("SELECT compatibility_level FROM sys.databases WHERE name = DB_NAME()"))
    return int(level or 0) >= 170


def _call(scope: Scope, column: str, pattern: re.Pattern[str]) -> Sql:
    """Let SQLite call Python for the value."""
    name = f"fullmatch_{hashlib.sha256(f'{pattern.flags} {pattern.pattern}'.encode()).hexdigest()[:8]}"
    match = pattern.fullmatch
    scope.connection.connection.driver_connection.create_function(  # type: ignore[union-attr]
        name, 1, lambda value: None if value is None else isinstance(value, str) and match(value) is not None, deterministic=True
    )
    return getattr(sa.func, name)(scope.text(column))
