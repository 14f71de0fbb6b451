"""Checks of tables: what one pass over a table can answer is one SELECT.

from validation_helpers import not_null, rule, unique, validate
report = validate(db_helper, "orders", [not_null("id"), unique("id"), rule("BR-01", "No refunds", "amount >= 0")])
print(report.ok)
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple


class Check(NamedTuple):
    """One thing that must hold. *failed* is SQL that counts the rows (or is 1) for which it does not; `{…}` are quoted names."""

    id: str
    title: str
    failed: str
    names: tuple[str, ...] = ()
    params: tuple[tuple[str, Any], ...] = ()
    query: bool = False  # needs a SELECT of its own
    severity: str = "error"


class Result(NamedTuple):
    """What one check found: *failed* of *total* rows."""

    id: str
    title: str
    table: str
    failed: int
    total: int
    severity: str

    @property
    def ok(self) -> bool:
        return self.failed == 0 or self.severity != "error"


class Report(NamedTuple):
    """The results of all checks of one table."""

    results: list[Result]

    @property
    def ok(self) -> bool:
        return all(result.ok for result in self.results)


def not_null(column: str) -> Check:
    """Every row has a value in *column*."""
    return Check(f"not_null({column})", f"{column} is never NULL", _count("{0} IS NULL"), (column,))


def unique(*columns: str) -> Check:
    """No two rows have the same values in *columns*; rows with a NULL among them are not compared."""
    names = ", ".join(f"{{{number}}}" for number in range(1, len(columns) + 1))
    present = " AND ".join(f"{{{number}}} IS NOT NULL" for number in range(1, len(columns) + 1))
    groups = f"SELECT COUNT(*) AS n FROM {{0}} WHERE {present} GROUP BY {names} HAVING COUNT(*) > 1"  # noqa: S608 - quoted names
    sql = f"SELECT COALESCE(SUM(n - 1), 0) FROM ({groups}) AS twice"  # noqa: S608 - quoted names
    return Check(f"unique({', '.join(columns)})", f"{' and '.join(columns)} is unique", sql, columns, query=True)


def accepted_values(column: str, values: Sequence[Any]) -> Check:
    """*column* is one of *values*, or NULL."""
    marks = ", ".join(f":v{number}" for number in range(len(values)))
    shown = ", ".join(map(str, values))
    params = tuple((f"v{number}", value) for number, value in enumerate(values))
    return Check(f"accepted_values({column})", f"{column} is one of {shown}", _count(f"{{0}} NOT IN ({marks})"), (column,), params)


def in_range(column: str, low: Any = None, high: Any = None) -> Check:
    """*column* is at least *low* and at most *high* (None: no bound), or NULL."""
    bounds = [(name, sign, value) for name, sign, value in (("low", "<", low), ("high", ">", high)) if value is not None]
    outside = " OR ".join(f"{{0}} {sign} :{name}" for name, sign, _ in bounds)
    shown = " and ".join(f"{'at least' if name == 'low' else 'at most'} {value}" for name, _, value in bounds)
    return Check(
        f"in_range({column})", f"{column} is {shown}", _count(outside), (column,), tuple((name, value) for name, _, value in bounds)
    )


def matches_length(column: str, maximum: int) -> Check:
    """*column* has at most *maximum* characters, or is NULL."""
    return Check(
        f"matches_length({column})",
        f"{column} has at most {maximum} characters",
        _count("LENGTH({0}) > :maximum"),
        (column,),
        (("maximum", maximum),),
    )


def foreign_key(column: str, other_table: str, other_column: str) -> Check:
    """Every value of *column* stands in *other_column* of *other_table*; NULL is passed over."""
    sql = "SELECT COUNT(*) FROM {0} AS a LEFT JOIN {2} AS b ON a.{1} = b.{3} WHERE a.{1} IS NOT NULL AND b.{3} IS NULL"
    title = f"{column} stands in {other_table}.{other_column}"
    return Check(f"foreign_key({column})", title, sql, (column, other_table, other_column), query=True)


def row_count(low: int | None = None, high: int | None = None) -> Check:
    """The table has at least *low* and at most *high* rows (None: no bound)."""
    bounds = [(name, sign, value) for name, sign, value in (("low", "<", low), ("high", ">", high)) if value is not None]
    outside = " OR ".join(f"COUNT(*) {sign} :{name}" for name, sign, _ in bounds)
    shown = " and ".join(f"{'at least' if name == 'low' else 'at most'} {value}" for name, _, value in bounds)
    return Check(
        "row_count", f"{shown} rows", f"CASE WHEN {outside} THEN 1 ELSE 0 END", (), tuple((name, value) for name, _, value in bounds)
    )


def freshness(column: str, max_age_days: float) -> Check:
    """The newest *column* is at most *max_age_days* days old (UTC); an empty table is not fresh."""
    since = (datetime.now(UTC) - timedelta(days=max_age_days)).replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    failed = "CASE WHEN MAX({0}) IS NULL OR MAX({0}) < :since THEN 1 ELSE 0 END"
    return Check(f"freshness({column})", f"newest {column} is at most {max_age_days} days old", failed, (column,), (("since", since),))


def rule(id: str, title: str, predicate: str, severity: str = "error") -> Check:
    """A business rule: *predicate* (SQL) is true for every row. A row for which it is NULL breaks the rule."""
    return Check(
        id, title, f"COALESCE(SUM(CASE WHEN {predicate.replace('{', '{{').replace('}', '}}')} THEN 0 ELSE 1 END), 0)", severity=severity
    )


def validate(db: Any, table: str, checks: Iterable[Check]) -> Report:
    """Judge *table* by *checks*: one SELECT for all that one pass can answer, one more for each uniqueness and foreign key."""
    checks = list(checks)
    one_pass = [check for check in checks if not check.query]
    columns = ["COUNT(*) AS total"] + [f"{_sql(db, check, number)} AS c{number}" for number, check in enumerate(one_pass)]
    params = {f"p{number}_{name}": value for number, check in enumerate(one_pass) for name, value in check.params}
    row = db.execute_query(f"SELECT {', '.join(columns)} FROM {db.quote(table)}", params)[0]  # noqa: S608 - quoted names
    failed = {id(check): int(row[f"c{number}"] or 0) for number, check in enumerate(one_pass)}
    for check in checks:
        if check.query:
            names = [db.quote(table), *map(db.quote, check.names)]
            failed[id(check)] = int(next(iter(db.execute_query(check.failed.format(*names))[0].values())))
    total = int(row["total"])
    return Report([Result(check.id, check.title, table, failed[id(check)], total, check.severity) for check in checks])


def main_report(reports: Iterable[Report], as_json: bool = False) -> int:
    """Print a table (or JSON) of all results. Returns the exit code: 0 all is well, 1 a check failed."""
    results = [result for report in reports for result in report.results]
    ok = all(result.ok for result in results)
    if as_json:
        rows = [{**result._asdict(), "ok": result.ok} for result in results]
        sys.stdout.write(json.dumps({"ok": ok, "results": rows}, indent=2) + "\n")
    else:
        sys.stdout.write(
            format_table(("check", "what must hold", "table", "failed", "of", ""), [_line(result) for result in results]) + "\n"
        )
        bad = sum(not result.ok for result in results)
        sys.stdout.write(f"{len(results) - bad} of {len(results)} checks hold\n")
    return 0 if ok else 1


def format_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows of text in columns."""
    widths = [max(len(str(line[at])) for line in [head, *rows]) for at in range(len(head))]
    lines = ["  ".join(str(cell).ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in [head, *rows]]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _line(result: Result) -> tuple[str, ...]:
    verdict = "ok" if result.failed == 0 else "FAILED" if not result.ok else result.severity
    return (result.id, result.title, result.table, f"{result.failed:,}", f"{result.total:,}", verdict)


def _count(condition: str) -> str:
    return f"COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0)"


def _sql(db: Any, check: Check, number: int) -> str:
    """Quote the names and give the parameters a name of their own among all checks of the SELECT."""
    sql = check.failed.format(*map(db.quote, check.names))
    for name, _ in check.params:
        sql = re.sub(rf":{name}\b", f":p{number}_{name}", sql)
    return sql.replace("LENGTH(", "LEN(") if db.dialect == "mssql" else sql
