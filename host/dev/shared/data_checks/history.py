"""The row counts of earlier days, one for each day and table: in a JSON file, or in a table of the same database."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path

import sqlalchemy as sa

from data_checks.sql import Scope


def read_count(history: str | Path, scope: Scope) -> tuple[str, int] | None:
    """The last day before today (UTC) that was recorded for the table, and its count."""
    today = scope.now.astimezone(UTC).date().isoformat()
    if isinstance(history, Path):
        counts = _read_file(history).get(scope.name, {})
        earlier = max((day for day in counts if day < today), default=None)
        return (earlier, counts[earlier]) if earlier else None
    kept = _history_table(history, scope)
    newest = sa.select(kept.c.day, kept.c.row_count).where(kept.c.table_name == scope.name, kept.c.day < today)
    found = scope.connection.execute(newest.order_by(kept.c.day.desc()).limit(1)).one_or_none()
    return (found.day, found.row_count) if found else None


def record_count(history: str | Path, scope: Scope, rows: int) -> None:
    """Remember the count of today (UTC); the last one of a day stays."""
    today = scope.now.astimezone(UTC).date().isoformat()
    if isinstance(history, Path):
        counts = _read_file(history)
        counts.setdefault(scope.name, {})[today] = rows
        fresh = history.with_name(history.name + ".new")
        fresh.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        fresh.replace(history)
        return
    kept = _history_table(history, scope)
    scope.connection.execute(sa.delete(kept).where(kept.c.table_name == scope.name, kept.c.day == today))
    scope.connection.execute(sa.insert(kept).values(table_name=scope.name, day=today, row_count=rows))


def _read_file(history: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads(history.read_text(encoding="utf-8")) if history.exists() else {}
    return found


def _history_table(name: str, scope: Scope) -> sa.Table:
    """The table of counts; made when it is not there."""
    plain, schema = Scope(scope.connection, name).parts
    table = sa.Table(
        plain,
        sa.MetaData(),
        sa.Column("table_name", sa.Unicode(200), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("row_count", sa.BigInteger, nullable=False),
        schema=schema,
    )
    table.create(scope.connection, checkfirst=True)
    return table
