"""Copy bad rows, each with all its reasons, into a table: inside of the database, in one transaction, with a limit that is told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.visitors import cloned_traverse
from sqlalchemy.types import NullType, TypeEngine

from data_checks.checks import Check
from data_checks.engine import LIMITS, key_of
from data_checks.results import plural
from data_checks.sql import CheckError, Scope, Sql, connected, create_table, parameters_of, render

BETWEEN_REASONS = "; "
TERMS = 100  # of one sum of texts: SQLite takes 1,000 expressions in each other
LONG_TEXT = sa.Text().with_variant(sa.NVARCHAR(), "mssql")
OWN = ("reasons", "run_id", "detected_at")
WITHOUT_EQUALITY = ("XML", "IMAGE", "SQL_VARIANT", "GEOGRAPHY", "GEOMETRY", "NullType")


@dataclass(frozen=True)
class Quarantined:
    """What `quarantine` did, in rows: of those *found* bad, *copied* are new in the table *into*, *already* stood there as they are,
    and *left_out* are beyond the limit. *not_by_row* names the checks that say nothing about a single row.
    """

    table: str
    into: str
    run_id: str
    found: int
    copied: int
    already: int
    left_out: int
    dry_run: bool
    not_by_row: tuple[str, ...]
    sql: str

    def __str__(self) -> str:
        did = f"{self.copied:,} {'would be copied' if self.dry_run else 'copied'} to {self.into}"
        there = f", {self.already:,} there already" if self.already else ""
        capped = f", {self.left_out:,} LEFT OUT: more than the limit (cap=)" if self.left_out else ""
        return f"{self.table}: {plural(self.found, 'bad row')}, {did}{there}{capped}"


def quarantine(
    db: Any,
    table: str,
    checks: Iterable[Check],
    into: str,
    *,
    key: str | Sequence[str] = (),
    cap: int = 10_000,
    run_id: str | None = None,
    dry_run: bool = False,
    now: datetime | None = None,
) -> Quarantined:
    """Copy the rows of *table* that break a check of severity error into the table *into*, made when it is not there.

    Beside its columns a row has there `reasons` (the ids of all checks that it breaks, warnings too, with "; " between them), `run_id`
    and `detected_at` (UTC); where *table* has columns of these names, ours begin with `quarantine_`. A row that stands there with the
    same values and reasons is not copied again: a second run changes nothing. Of the bad rows at most *cap* are kept there. *key*
    names a row; unless given it is the primary key. *dry_run* counts, and writes nothing.

    With a Connection, all happens in its transaction; else in one of its own.

    Raises:
        CheckError: no check of severity error is about single rows, or *into* does not fit the table.
    """
    checks, moment = list(checks), (now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    run = run_id or str(uuid.uuid4())
    with connected(db) as connection:
        scope = Scope(connection, table)
        room = _room(scope, into, _keys(scope, key))
        judged = _judged(scope, checks)
        found, already = (int(each or 0) for each in scope.run(within_limit(scope, _count(scope, room, judged))).one())
        left = max(0, cap - already)
        copied = min(found - already, left)
        insert = within_limit(scope, _insert(scope, room, judged, (run, moment), left if copied < found - already else None))
        if copied and not dry_run:
            if not room.exists:
                _create(connection, room)
            scope.run(insert)
        by_row = {each.id for each in checks if each.bad}
        return Quarantined(
            *(table, into, run, found, copied, already, found - already - copied, dry_run),
            not_by_row=tuple(each.id for each in checks if each.id not in by_row),
            sql=render(connection, insert),
        )


def within_limit(scope: Scope, statement: Any) -> Any:
    """The statement, with its values written into it when they are more than the database takes as parameters."""
    if parameters_of(statement) <= LIMITS[scope.dialect][0]:
        return statement
    return cloned_traverse(statement, {}, {"bindparam": lambda each: setattr(each, "literal_execute", True)})


class Room(NamedTuple):
    """The table of the quarantined rows: our three columns come last."""

    table: sa.Table
    exists: bool
    keys: list[str]

    @property
    def reasons(self) -> str:
        return self.table.columns.keys()[-3]


def _room(scope: Scope, into: str, keys: list[str]) -> Room:
    """The table as it is or will be."""
    taken = {name.casefold() for name in scope.types}
    reasons, run_id, detected_at = (f"quarantine_{name}" if name in taken else name for name in OWN)
    plain, schema = scope.other(into).parts
    table = sa.Table(
        plain,
        sa.MetaData(),
        *(sa.Column(name, _kept_as(scope, name), nullable=True) for name in scope.types),
        sa.Column(reasons, LONG_TEXT, nullable=False),
        sa.Column(run_id, sa.Unicode(100), nullable=False),
        sa.Column(detected_at, sa.DateTime, nullable=False),
        schema=schema,
    )
    exists = sa.inspect(scope.connection).has_table(plain, schema)
    if exists:
        there = scope.other(into).types
        if missing := [column.name for column in table.columns if column.name not in there]:
            raise CheckError(f"{into} has no column {', '.join(missing)}: {scope.name} has changed since; rename {into}, a new one is made")
    return Room(table, exists, keys)


def _create(connection: sa.Connection, room: Room) -> None:
    if room.keys:
        sa.Index(f"ix_{room.table.name}"[:60], *(room.table.c[name] for name in room.keys))
    create_table(connection, room.table)


def _kept_as(scope: Scope, name: str) -> TypeEngine[Any]:
    """The type for a column of the copy."""
    kind = scope.types[name]
    if type(kind).__name__ in ("TIMESTAMP", "ROWVERSION") and scope.dialect == "mssql":
        return sa.BINARY(8)  # the database fills a rowversion by itself
    if isinstance(kind, NullType):
        if scope.dialect != "sqlite":
            raise CheckError(f"{scope.name}.{name} has a type that SQLAlchemy does not know: quarantine a view without it")
        return sa.LargeBinary()  # a column without a type takes anything
    return kind


def _keys(scope: Scope, key: str | Sequence[str]) -> list[str]:
    try:
        return key_of(scope, key)
    except CheckError:
        if key:
            raise
        return []


def _judged(scope: Scope, checks: Sequence[Check]) -> sa.Subquery:
    """Each row with the ids of the checks that it breaks: those of severity error, and the others."""
    by_row = [each for each in checks if each.bad]
    errors = [each for each in by_row if each.severity == "error"]
    if not errors:
        raise CheckError(f"no check of severity error says which rows of {scope.name} are bad: there is nothing to quarantine by")
    others = [each for each in by_row if each.severity != "error"]
    columns = [scope.column(name) for name in scope.types]
    reasons = [_ids(scope, errors).label("quarantine_errors"), _ids(scope, others).label("quarantine_others")]
    return sa.select(*columns, *reasons).select_from(scope.table).subquery("judged")


def _ids(scope: Scope, checks: Sequence[Check]) -> Sql:
    """The ids of the checks that a row breaks, as sums of sums: one sum of all would be too deep for SQLite, or for Python."""
    shown: list[Sql] = [sa.case((check.bad_rows(scope), _text(BETWEEN_REASONS + check.id)), else_=_text("")) for check in checks]
    while len(shown) > TERMS:  # SQLAlchemy would take brackets away, and leaves a CAST
        shown = [sa.cast(_sum(scope, shown[at : at + TERMS]), LONG_TEXT) for at in range(0, len(shown), TERMS)]
    return _sum(scope, shown)


def _sum(scope: Scope, texts: Sequence[Sql]) -> Sql:
    nothing = _text("")  # on SQL Server the sum of texts ends at 4,000 characters, unless one of them may be longer
    found: Sql = sa.cast(nothing, sa.NVARCHAR()) if scope.dialect == "mssql" else nothing
    for text in texts:
        found = found.concat(text)
    return found


def _text(value: str) -> Sql:
    return sa.literal(value, sa.Unicode())


def _moment(scope: Scope, moment: datetime) -> Sql:
    """SQLite keeps it as text, as `DatabaseHelper` does."""
    return _text(moment.isoformat(sep=" ")) if scope.dialect == "sqlite" else sa.literal(moment)


def _reasons(scope: Scope, judged: sa.Subquery) -> Sql:
    joined = judged.c.quarantine_errors.concat(judged.c.quarantine_others)
    length = [1_000_000] if scope.dialect == "mssql" else []
    return getattr(sa.func, "substring" if length else "substr")(joined, len(BETWEEN_REASONS) + 1, *length, type_=sa.Unicode())


def _is_there(scope: Scope, room: Room, judged: sa.Subquery) -> Sql:
    """Whether the quarantine holds a row with the same values and the same reasons."""
    kept = room.table.alias("kept")
    same = [kept.c[room.reasons] == _reasons(scope, judged)]
    for name, kind in scope.types.items():
        mine, theirs = scope.exact(name, judged.c[name]), scope.exact(name, kept.c[name])
        if isinstance(kind, sa.JSON) or type(kind).__name__ in WITHOUT_EQUALITY:
            if scope.dialect == "mssql":
                continue
            mine, theirs = sa.cast(mine, sa.Text), sa.cast(theirs, sa.Text)
        same.append(mine == theirs if name in room.keys else mine.is_not_distinct_from(theirs))
    return sa.exists(sa.select(sa.literal_column("1")).select_from(kept).where(*same).correlate(judged))


def _count(scope: Scope, room: Room, judged: sa.Subquery) -> sa.Select[Any]:
    """How many rows are bad, and how many of them are there already."""
    there = sa.case((_is_there(scope, room, judged), 1), else_=0) if room.exists else sa.literal_column("0")
    bad = sa.select(there.label("there")).select_from(judged).where(judged.c.quarantine_errors != _text("")).subquery("bad")
    return sa.select(scope.count_all(), sa.func.sum(bad.c.there)).select_from(bad)


def _insert(scope: Scope, room: Room, judged: sa.Subquery, run: tuple[str, datetime], limit: int | None) -> sa.Insert:
    values = [judged.c[name] for name in scope.types]
    stamps = [_text(run[0]).label("run"), _moment(scope, run[1]).label("moment")]
    new = sa.select(*values, _reasons(scope, judged).label("why"), *stamps).where(judged.c.quarantine_errors != _text(""))
    if room.exists:
        new = new.where(sa.not_(_is_there(scope, room, judged)))
    if limit is not None:
        new = new.order_by(*(judged.c[name] for name in room.keys)).limit(limit)
    return sa.insert(room.table).from_select(room.table.columns.keys(), new)
