"""Checks that judge each row by itself, and uniqueness and foreign keys."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal, Unpack

import sqlalchemy as sa

from data_checks.checks import Check, Finding, Options, Pass, bounds, listed, make_check, make_row_check
from data_checks.patterns import failing_rows, failing_values, find_way
from data_checks.sql import CheckError, Scope, Sql

SIGNS = {"<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt}
NAN = sa.literal_column("'NaN'")  # to PostgreSQL it is above all numbers

# [0-9] and no \d: a number has no digits of other scripts
DAY = (
    r"[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
)
TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
TYPES: dict[str, tuple[str, str, tuple[type[Any], ...]]] = {
    "integer": ("a whole number", r"[+-]?[0-9]+", (sa.Integer,)),
    "number": ("a number", r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", (sa.Integer, sa.Numeric, sa.Float)),
    "date": ("a date, such as 2026-01-31", DAY, (sa.Date,)),
    "datetime": ("a moment, such as 2026-01-31 23:59:59", f"(?:{DAY})[ T]{TIME}", (sa.DateTime,)),
    "uuid": ("a UUID", r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", (sa.Uuid,)),
}


def not_null(column: str, **options: Unpack[Options]) -> Check:
    """Every row has a value in *column*. The one check that NULL breaks; text without a character is a value."""
    return make_row_check("not_null", [column], f"{column} is filled in", options, lambda scope: scope.column(column).is_(None))


def unique(*columns: str, **options: Unpack[Options]) -> Check:
    """No two rows have the same values in *columns*. Rows with a NULL among them are not compared.

    Two rows too many are counted for a value that stands three times; quarantine takes all three.
    """

    def present(scope: Scope) -> Sql:
        return sa.and_(*(scope.column(name).is_not(None) for name in columns))

    def measures(check: Check, scope: Scope) -> list[Sql]:
        rows, values = check.within(scope, present(scope)), [scope.exact(name) for name in columns]
        if scope.dialect == "mysql":  # MariaDB counts different values in memory, and groups on disk; the others group well
            different = sa.sql.functions.Function("count", sa.case((rows, values[0])).distinct(), *values[1:])
        else:
            groups = sa.select(sa.literal_column("1").label("one")).select_from(scope.table).where(rows).group_by(*values)
            different = sa.select(scope.count_all()).select_from(groups.subquery("groups")).scalar_subquery()
        return [scope.count_if(rows), different]

    def judge(_check: Check, _scope: Scope, found: Sequence[Any]) -> Finding:
        return Finding((found[0] or 0) - (found[1] or 0))

    def bad(check: Check, scope: Scope) -> Sql:
        values = [scope.exact(name).label(f"v{number}") for number, name in enumerate(columns)]
        twice = sa.select(*values).select_from(scope.table).where(check.within(scope, present(scope))).correlate(None)
        return _stands_in(scope, columns, twice.group_by(*(each.element for each in values)).having(scope.count_all() > 1))

    def passes(check: Check, scope: Scope) -> list[Pass]:
        return [] if scope.dialect == "mysql" else [Pass(scope.name, f"grouped by {', '.join(columns)} for {check.id}")]

    title = f"{listed(columns)} {'together are' if len(columns) > 1 else 'is'} never the same twice"
    return make_check("unique", columns, title, options, bad=bad, measures=measures, judge=judge, passes=passes)


def foreign_key(columns: str | Sequence[str], other_table: str, other_columns: str | Sequence[str], **options: Unpack[Options]) -> Check:
    """The values of *columns* stand in *other_columns* of *other_table*. A row with a NULL among them is passed over."""
    own, others = ([each] if isinstance(each, str) else list(each) for each in (columns, other_columns))
    if len(own) != len(others):
        raise ValueError(f"foreign_key: {len(own)} columns cannot stand in {len(others)}")

    def bad(_check: Check, scope: Scope) -> Sql:
        return (_not_in if scope.dialect in ("sqlite", "mysql") else _not_known)(scope, own, scope.other(other_table), others)

    def measures(check: Check, scope: Scope) -> list[Sql]:
        count = scope.count_if if scope.dialect in ("sqlite", "mysql") else scope.count_apart
        return [count(check.bad_rows(scope))]

    def passes(check: Check, scope: Scope) -> list[Pass]:
        apart = [] if scope.dialect in ("sqlite", "mysql") else [Pass(scope.name, f"joined with {other_table} for {check.id}")]
        return [*apart, Pass(other_table, f"looked up for {check.id}")]

    title = f"{listed(own)} {'is' if len(own) == 1 else 'are'} known in {other_table}"
    return make_check("foreign_key", own, title, options, bad=bad, measures=measures, passes=passes)


def accepted_values(column: str, values: Sequence[Any], **options: Unpack[Options]) -> Check:
    """*column* is exactly one of *values*. NULL passes."""
    known = [each for each in values if each is not None]
    if isinstance(values, str) or not known:
        raise ValueError(f"accepted_values({column}): give a list of values, such as ['open', 'paid']")

    def bad(scope: Scope) -> Sql:
        as_text = scope.dialect == "postgresql" and not scope.is_text(column) and all(isinstance(each, str) for each in known)
        value = scope.text(column) if as_text else scope.exact(column)
        return value.not_in(scope.values(known, exactly_as=column))

    shown = ", ".join(map(str, known[:8])) + (f" or one of {len(known) - 8:,} more" if len(known) > 8 else "")
    return make_row_check("accepted_values", [column], f"{column} is one of {shown}", options, bad)


def in_range(column: str, low: Any = None, high: Any = None, **options: Unpack[Options]) -> Check:
    """*column* is at least *low* and at most *high* (None: no bound). NULL passes.

    Raises:
        CheckError: when it runs: a number is to be compared with text, which would go letter by letter.
    """

    def bad(scope: Scope) -> Sql:
        if scope.is_text(column) and any(isinstance(each, (int, float, Decimal)) for each in (low, high)):
            kind = scope.type(column)
            raise CheckError(
                f"in_range({column}): {column} of {scope.name} is {kind}, and text has no number to compare; use rule() with CAST"
            )
        value, bounds = scope.ordered(column), [scope.value(low), scope.value(high, highest=True)]
        if low is not None and high is not None:
            return sa.not_(value.between(*bounds))
        if low is None:
            return value > bounds[1]
        return sa.or_(value < bounds[0], value == NAN) if scope.may_be_nan(column) else value < bounds[0]

    return make_row_check("in_range", [column], f"{column} is {bounds(low, high)}", options, bad)


def matches_pattern(column: str, pattern: str | re.Pattern[str], looks_like: str = "", **options: Unpack[Options]) -> Check:
    """The whole of *column* matches *pattern*, as Python's `re.fullmatch` says. NULL passes.

    *looks_like* says in words what it is: "an e-mail address". How the database is asked, and at what price, is said by `plan`.
    """
    compiled = re.compile(pattern)

    def measures(check: Check, scope: Scope) -> list[Sql]:
        way = find_way(scope, column, compiled)
        if way.doubt is None:
            return [scope.count_if(check.within(scope, way.bad))]
        return [scope.count_if(check.within(scope, each)) for each in (way.bad, way.doubt)]

    def judge(check: Check, scope: Scope, found: Sequence[Any]) -> Finding:
        failed, doubtful = (*found, 0)[:2]
        if not doubtful:
            return Finding(failed or 0)
        doubt = check.within(scope, find_way(scope, column, compiled).doubt)  # type: ignore[arg-type]
        return Finding((failed or 0) + sum(rows for _, rows in failing_values(scope, column, compiled, doubt)))

    def passes(check: Check, scope: Scope) -> list[Pass]:
        way = find_way(scope, column, compiled)
        if way.doubt is None:
            return []
        rare = "" if way.name == "streamed" else "a value holds characters that the SQL cannot judge"
        return [Pass(scope.name, f"its different values of {column} go to Python for {check.id}", rare)]

    title = f"{column} is {looks_like}" if looks_like else f"{column} looks like {compiled.pattern}"
    return make_check(
        *("matches_pattern", [column], title, options),
        **{"bad": lambda _check, scope: failing_rows(scope, column, compiled), "measures": measures, "judge": judge, "passes": passes},
    )


def matches_type(column: str, kind: str, **options: Unpack[Options]) -> Check:
    """*column* can be read as an "integer", a "number", a "date" (2026-01-31), a "datetime" (ISO 8601) or a "uuid". NULL passes.

    For text, and for SQLite, which lets anything into any column. Where the type of the column leaves no doubt, nothing is read.
    """
    if kind not in TYPES:
        raise ValueError(f'matches_type({column}): "{kind}" is not known; write one of {", ".join(TYPES)}')
    words, pattern, types = TYPES[kind]
    by_pattern = matches_pattern(column, pattern, words)

    def is_certain(scope: Scope) -> bool:
        unsure = (sa.Date, sa.DateTime) if scope.dialect == "mysql" else ()  # MariaDB may hold 0000-00-00
        return scope.dialect != "sqlite" and isinstance(scope.type(column), types) and not isinstance(scope.type(column), unsure)

    def unless_certain(part: Any, otherwise: Any) -> Any:
        return lambda check, scope, *found: otherwise if is_certain(scope) else part(check, scope, *found)

    certain = Finding(0, "the type of the column makes it so")
    return make_check(
        *("matches_type", [column], f"{column} is {words}", options),
        bad=unless_certain(by_pattern.bad, sa.false()),
        measures=unless_certain(by_pattern.measures, []),
        judge=unless_certain(by_pattern.judge, certain),
        passes=unless_certain(by_pattern.passes, []),
    )


def matches_length(column: str, maximum: int | None = None, minimum: int = 0, **options: Unpack[Options]) -> Check:
    """*column* has at least *minimum* and at most *maximum* characters. NULL passes.

    Characters are Unicode code points; SQL Server counts one beyond U+FFFF (an emoji) as two, as its VARCHAR(n) does.
    """

    def bad(scope: Scope) -> Sql:
        length = scope.length(scope.text(column))
        limits = [length > maximum] if maximum is not None else []
        return sa.or_(*limits, *([length < minimum] if minimum else []))

    if maximum is None and not minimum:
        raise ValueError(f"matches_length({column}): give maximum=, minimum= or both")
    return make_row_check("matches_length", [column], f"{column} has {bounds(minimum or None, maximum)} characters", options, bad)


def compare(left: str, sign: Literal["<", "<=", "=", "!=", ">=", ">"], right: str, **options: Unpack[Options]) -> Check:
    """In each row the column *left* is less than (…) the column *right*. A row with NULL in one of them passes."""
    if sign not in SIGNS:
        raise ValueError(f'compare: "{sign}" is not known; write one of {", ".join(SIGNS)}')

    def bad(scope: Scope) -> Sql:
        side = scope.exact if sign in ("=", "!=") else scope.ordered
        return sa.not_(SIGNS[sign](side(left), side(right)))

    return make_row_check("compare", [left, right], f"{left} {sign} {right}", options, bad)


def rule(id: str, title: str, predicate: str, *, null_passes: bool = True, **options: Unpack[Options]) -> Check:
    """A business rule: *predicate* (SQL) is true for each row.

    A row for which it is NULL passes, unless `null_passes=False`. Values go into *params*: `"amount <= :most", params={"most": 9}`.
    """

    def bad(check: Check, scope: Scope) -> Sql:
        holds = scope.condition(predicate, check.params)
        return sa.not_(holds) if null_passes else sa.case((holds, 0), else_=1) == 1

    def is_apart(scope: Scope) -> bool:  # SQL Server takes no SELECT inside of an aggregate
        return scope.dialect == "mssql" and bool(re.search(r"\bselect\b", predicate, re.IGNORECASE))

    def measures(check: Check, scope: Scope) -> list[Sql]:
        return [(scope.count_apart if is_apart(scope) else scope.count_if)(check.bad_rows(scope))]

    def passes(check: Check, scope: Scope) -> list[Pass]:
        return [Pass(scope.name, f"for the SELECT in {check.id}")] if is_apart(scope) else []

    return make_check("rule", [], title, {"business_rule": id, **options, "id": id}, bad=bad, measures=measures, passes=passes)


def _not_in(scope: Scope, own: Sequence[str], other: Scope, others: Sequence[str]) -> Sql:
    """No row of the other table has these values; SQLite and MariaDB look them up in an index, their own or one made for it."""
    known = sa.select(*map(other.exact, others)).select_from(other.table).where(*(other.column(name).is_not(None) for name in others))
    present = [scope.column(name).is_not(None) for name in own]
    return sa.and_(*present, _together(map(scope.exact, own)).not_in(known))


def _not_known(scope: Scope, own: Sequence[str], other: Scope, others: Sequence[str]) -> Sql:
    """The same for PostgreSQL and SQL Server, which join for NOT EXISTS; = comes first, for their indexes."""
    known = other.table.alias("known")
    pairs = [(scope.spelled(mine), other.spelled(theirs)) for mine, theirs in zip(own, others, strict=True)]
    equal = [known.c[theirs] == scope.collated(mine, scope.table.c[mine], other.type(theirs)) for mine, theirs in pairs]
    exact = [
        other.exact(theirs, known.c[theirs]) == scope.exact(mine, scope.table.c[mine]) for mine, theirs in pairs if scope.is_text(mine)
    ]
    found = sa.select(sa.literal_column("1")).select_from(known).where(*equal, *exact).correlate(scope.table)
    return sa.and_(*(scope.table.c[mine].is_not(None) for mine, _ in pairs), sa.not_(found.exists()))


def _stands_in(scope: Scope, columns: Sequence[str], values: sa.Select[Any]) -> Sql:
    if scope.dialect != "mssql":
        return _together(map(scope.exact, columns)).in_(values)
    found = values.subquery("twice")  # SQL Server compares one column with IN, not several
    equal = [own == scope.exact(name, scope.table.c[scope.spelled(name)]) for own, name in zip(found.c, columns, strict=True)]
    return sa.exists(sa.select(sa.literal_column("1")).select_from(found).where(*equal).correlate(scope.table))


def _together(values: Iterable[Sql]) -> Any:
    found = list(values)
    return found[0] if len(found) == 1 else sa.tuple_(*found)
