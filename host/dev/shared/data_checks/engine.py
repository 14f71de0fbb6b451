"""Judge a table by checks: everything is asked in one SELECT, and the price is said before (`plan`)."""

from __future__ import annotations

import re
import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, NamedTuple

import sqlalchemy as sa

from data_checks.checks import STATUS, Check, Finding, Pass, allowed_rows
from data_checks.results import Plan, Report, Result, plural
from data_checks.sql import CheckError, Scope, Sql, address_of, connected, parameters_of, render

# parameters and columns that one SELECT may have, with some air
LIMITS = {"mssql": (2000, 4000), "postgresql": (30_000, 1600), "mysql": (60_000, 4000), "sqlite": (30_000, 1900)}
LONGEST_SQL = 4000


def validate(
    db: Any,
    table: str,
    checks: Iterable[Check],
    *,
    samples: int = 0,
    key: str | Sequence[str] = (),
    isolation: str | None = None,
    now: datetime | None = None,
    run_id: str | None = None,
) -> Report:
    """Judge *table* by *checks* in one SELECT (more only where the database cannot take so many columns or parameters).

    *db* is a DatabaseHelper, an SQLAlchemy Engine or a Connection. *samples* keys of failing rows are kept for each check (none unless
    asked: they may be personal data); *key* names the columns, by default the primary key. *isolation*, such as "SNAPSHOT", is set on
    a connection of its own.

    Raises:
        CheckError: a check does not fit the table, or its SQL is wrong.
    """
    checks, started, clock = _distinct(checks), now or datetime.now(UTC), time.perf_counter()
    with connected(db, isolation) as connection:
        scope = Scope(connection, table, started)
        results, rows = [], 0
        for batch in _batches(scope, checks):
            rows, *values = _ask(scope, batch)
            results += _results(scope, batch, rows, values)
        if samples:
            results = [_with_samples(scope, check, each, samples, key) for check, each in zip(checks, results, strict=True)]
        database = address_of(connection)
    seconds = time.perf_counter() - clock
    return Report(table, tuple(results), database, rows, run_id or str(uuid.uuid4()), started, seconds, tuple(scope.asked))


def plan(db: Any, table: str, checks: Iterable[Check]) -> Plan:
    """Say what `validate` would ask and read; only the schema is looked at.

    Raises:
        CheckError: a check does not fit the table.
    """
    checks = _distinct(checks)
    with connected(db) as connection:
        scope = Scope(connection, table)
        statements, passes = [], []
        for batch in _batches(scope, checks):
            statements.append(render(connection, batch.select))
            passes.append(Pass(table, f"one pass for {plural(len(batch.checks), 'check')}"))
            passes += [each for check in batch.checks if check.passes for each in check.passes(check, scope)]
        return Plan(table, address_of(connection), tuple(statements), tuple(passes))


class Batch(NamedTuple):
    """Checks that share one SELECT, and how many columns of it belong to each."""

    checks: list[Check]
    expressions: list[list[Sql]]
    select: sa.Select[Any]


def _distinct(checks: Iterable[Check]) -> list[Check]:
    checks = list(checks)
    twice = [each for each, count in Counter(check.id for check in checks).items() if count > 1]
    if twice:
        raise CheckError(f'two checks are called "{twice[0]}": give one of them another id=, results and reasons are named by it')
    if not checks:
        raise CheckError("there are no checks: nothing would be judged, and that is not the same as all is well")
    return checks


def _batches(scope: Scope, checks: Sequence[Check]) -> Iterator[Batch]:
    """Put the checks into as few SELECTs as the database can take."""
    most_parameters, most_columns = LIMITS[scope.dialect]
    taken: list[Check] = []
    expressions: list[list[Sql]] = []
    parameters, columns = 0, 1
    for check in checks:
        found = check.expressions(scope)
        wanted = sum(map(parameters_of, found))
        if taken and (parameters + wanted > most_parameters or columns + len(found) > most_columns):
            yield _batch(scope, taken, expressions)
            taken, expressions, parameters, columns = [], [], 0, 1
        taken.append(check)
        expressions.append(found)
        parameters, columns = parameters + wanted, columns + len(found)
    yield _batch(scope, taken, expressions)


def _batch(scope: Scope, checks: list[Check], expressions: list[list[Sql]]) -> Batch:
    number = count(1)
    named = [each.label(f"{_slug(check.id)}_{next(number)}") for check, found in zip(checks, expressions, strict=True) for each in found]
    return Batch(checks, expressions, sa.select(scope.count_all().label("total"), *named).select_from(scope.table))


def _slug(id: str) -> str:
    return re.sub(r"\W+", "_", id, flags=re.ASCII).strip("_").lower()[:40]


def _ask(scope: Scope, batch: Batch) -> Sequence[Any]:
    """Run the SELECT of a batch; when the database refuses it, find the check that is to blame."""
    try:
        with _undone_alone(scope.connection):
            return scope.run(batch.select).one()
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        # first on no rows at all: a wrong name shows without reading the table; then on all, unless it only took too long
        for none_of_them in (True, False) if _may_be_of_a_row(error) else (True,):
            for check, expressions in zip(batch.checks, batch.expressions, strict=True):
                _try_alone(scope, check, expressions, none_of_them)
        raise


def _may_be_of_a_row(error: sa.exc.DBAPIError) -> bool:
    """Whether the values of a row may be the reason, and not a time-out, a deadlock or a lost connection."""
    if isinstance(error.orig, sqlite3.Error):  # which calls them all the same
        return "interrupted" not in str(error.orig)
    return isinstance(error, (sa.exc.DataError, sa.exc.ProgrammingError, sa.exc.NotSupportedError, sa.exc.InternalError))


def _try_alone(scope: Scope, check: Check, expressions: list[Sql], no_rows: bool) -> None:
    select = sa.select(*(each.label(f"c{number}") for number, each in enumerate(expressions))).select_from(scope.table)
    try:
        with _undone_alone(scope.connection):
            scope.connection.execute(select.where(sa.text("1 = 0")) if no_rows else select).all()
    except sa.exc.DBAPIError as error:
        problem = str(error.orig).strip().splitlines()[0]
        raise CheckError(
            f"{check.id} on {scope.name}: the database refuses its SQL: {problem}\n{render(scope.connection, select)}"
        ) from error


def _undone_alone(connection: sa.Connection) -> Any:
    """PostgreSQL takes nothing more in a transaction after an error, unless the error was behind a savepoint."""
    return connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()


def _results(scope: Scope, batch: Batch, rows: int, values: Sequence[Any]) -> Iterator[Result]:
    """Read the answer of a batch, a check at a time."""
    left = iter(values)
    for check, expressions in zip(batch.checks, batch.expressions, strict=True):
        own = [next(left) for _ in expressions]
        total = own.pop() or 0 if check.where else rows
        finding = check.judge(check, scope, own) if check.judge else Finding(own[0] or 0)
        yield _result(scope, check, expressions, int(total), finding)


def _result(scope: Scope, check: Check, expressions: list[Sql], total: int, finding: Finding) -> Result:
    allowed = allowed_rows(check.allow, total)
    passed = finding.failed <= allowed
    sql = render(scope.connection, sa.select(*expressions).select_from(scope.table)) if expressions else ""
    return Result(
        id=check.id,
        title=check.title,
        table=scope.name,
        failed=int(finding.failed),
        total=total,
        severity=check.severity,
        status="skipped" if finding.skipped else "passed" if passed else STATUS[check.severity],
        allowed=allowed,
        seen=finding.seen,
        kind=check.kind,
        columns=check.columns,
        business_rule=check.business_rule,
        where=check.where,
        sql=sql if len(sql) <= LONGEST_SQL else f"{sql[:LONGEST_SQL]} ... {len(sql) - LONGEST_SQL:,} more characters",
    )


def _with_samples(scope: Scope, check: Check, result: Result, most: int, key: str | Sequence[str]) -> Result:
    if not (result.failed and check.bad):
        return result
    names = key_of(scope, key)
    columns = [scope.column(name) for name in names]
    select = sa.select(*columns).select_from(scope.table).where(check.bad_rows(scope)).limit(most)
    found = [", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)) for row in scope.run(select)]
    return replace(result, samples=tuple(found))


def key_of(scope: Scope, key: str | Sequence[str]) -> list[str]:
    """The columns that name a row: those given, or the primary key.

    Raises:
        CheckError: none is given, and the table has no primary key.
    """
    given = [key] if isinstance(key, str) and key else list(key)
    found = given or sa.inspect(scope.connection).get_pk_constraint(*scope.parts)["constrained_columns"]
    if not found:
        raise CheckError(f"{scope.name} has no primary key: say with key= which columns name a row")
    return [scope.spelled(name) for name in found]
