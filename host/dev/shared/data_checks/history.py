"""The row counts of earlier days, one for each day and table: in a JSON file, or in a table of the same database."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path

import sqlalchemy as sa

from data_checks.sql import Scope, create_table


def exchange_count(history: str | Path, scope: Scope, rows: int) -> tuple[str, int] | None:
    """Remember the count of today (UTC; the last one of a day stays). Returns the last day before it that was counted, and its count."""
    today = scope.now.astimezone(UTC).date().isoformat()
    if isinstance(history, Path):
        return _exchange_in_file(history, scope, today, rows)
    return _exchange_in_table(_history_table(history, scope), scope, today, rows)


def _exchange_in_file(history: Path, scope: Scope, today: str, rows: int) -> tuple[str, int] | None:
    counts = _read_file(history)
    own = counts.setdefault(scope.name, {})
    earlier = max((day for day in own if day < today), default=None)
    own[today] = rows
    fresh = history.with_name(history.name + ".new")
    fresh.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    fresh.replace(history)
    return (earlier, own[earlier]) if earlier else None


def _exchange_in_table(kept: sa.Table, scope: Scope, today: str, rows: int) -> tuple[str, int] | None:
    connection, own = scope.connection, kept.c.table_name == scope.name
    earlier = None
    if sa.inspect(connection).has_table(kept.name, kept.schema):
        newest = sa.select(kept.c.day, kept.c.row_count).where(own, kept.c.day < today).order_by(kept.c.day.desc()).limit(1)
        earlier = connection.execute(newest).one_or_none()
        connection.execute(sa.delete(kept).where(own, kept.c.day == today))
    else:  # and nothing is read from it: to MariaDB the new table is younger than this transaction
        create_table(connection, kept)
    connection.execute(sa.insert(kept).values(table_name=scope.name, day=today, row_count=rows))
    return (earlier.day, earlier.row_count) if earlier else None


def _read_file(history: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads(history.read_text(encoding="utf-8")) if history.exists() else {}
    return found


def _history_table(name: str, scope: Scope) -> sa.Table:
    """The table of counts."""
    plain, schema = Scope(scope.connection, name).parts
    return sa.Table(
        plain,
        sa.MetaData(),
        sa.Column("table_name", sa.Unicode(200), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("row_count", sa.BigInteger, nullable=False),
        schema=schema,
    )
