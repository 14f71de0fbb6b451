"""One job of making data: from where the schema comes to where the rows go. What `mock_data_generator` offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from .chance import BLOCK
from .describe import read_table
from .facts import UNTIL
from .files import write_csv, write_parquet
from .forms import as_objects, as_plain
from .keys import Refused
from .loading import Database, load
from .manifest import Digest, describe
from .plan import Live, Nothing, Plan, make_plan
from .shapes import Table
from .spec import Spec, read_spec
from .tables import Block, Samples, TablePlan, Wish
from .verify import AsBefore, differences

PROFILES = ("typical", "edge")
Progress = Callable[[str, int, int], None]


class MockData:
    """Rows for some tables, planned but not made yet.

    *source* is a `DatabaseHelper` or an SQLAlchemy engine, or None when the *spec* describes the tables. *rows* is a number for each table,
    or one by table; without it, as many as each table holds now. All numbers are multiplied by *scale*. New rows come behind those that
    are there; with *replace* they take their place. *samples* are rows by table whose values are used, and copied.

    Raises:
        Refused, UnknownTable, UnknownType, SpecError: it cannot be done; nothing was written.
    """

    def __init__(
        self,
        source: Any,
        tables: Sequence[str],
        rows: int | Mapping[str, int] | None = None,
        *,
        scale: float = 1.0,
        seed: int = 0,
        profile: str = "typical",
        until: str = UNTIL,
        samples: Mapping[str, Samples] | None = None,
        spec: Path | Mapping[str, Any] | None = None,
        replace: bool = False,
        before: Mapping[str, Any] | None = None,
    ) -> None:
        _check_wish(until, profile, scale)
        self.spec: Spec = read_spec(spec)
        self.database = Database(source) if source is not None else None
        self.replace = replace
        shapes = self._shapes(tables or list(self.spec.metadata.tables))
        live: Live = self.database or Nothing()
        wanted = {name: self._count(name, rows, scale, live) for name in shapes if name in (tables or self.spec.metadata.tables)}
        if before is not None:
            live = AsBefore(before, self.database)
        self.plan: Plan = make_plan(shapes, wanted, Wish(seed, profile, until), live=live, append=not replace, samples=samples)

    def _shapes(self, names: Sequence[str]) -> dict[str, Table]:
        declared = self.spec.metadata.tables
        if self.database is None:
            if missing := [name for name in names if name not in declared]:
                raise Refused(f"no database was given, and the spec does not describe {', '.join(missing)}")
            shapes = {name: read_table(table, "") for name, table in declared.items()}
        else:
            self.database.create(self.spec.metadata)
            shapes = self.database.read([*names, *self.spec.referred])
        return self.spec.apply(shapes)

    def _count(self, name: str, rows: int | Mapping[str, int] | None, scale: float, live: Live) -> int:
        given = rows.get(name) if isinstance(rows, Mapping) else rows
        asked = self.spec.rows.get(name) if given is None else given
        if asked is not None:
            if asked < 0:
                raise Refused(f"{name}: {asked} is no number of rows")
            return round(asked * scale)
        there = live.count(name)
        if not there:
            raise Refused(f"{name} has no rows to go by: say how many, --rows 1000 or --rows {name}=1000")
        return max(round(there * scale) - (0 if self.replace else there), 0)

    def tuples(self, table: str, *, plain: bool = False) -> Iterator[tuple[Any, ...]]:
        """The rows of a table as tuples, in the order of its columns: of Python's own types, or *plain* numbers and text for SQLite."""
        form = as_plain if plain else as_objects
        for block in self.plan.table(table).blocks():
            yield from zip(*(form(values, block.table.column(name)) for name, values in block.columns.items()), strict=True)

    def load(self, progress: Progress | None = None) -> dict[str, Any]:
        """Write the rows into the database, in one transaction. Returns the manifest.

        Raises:
            Refused: there is no database, or it did not accept a row; nothing was written.
        """
        if self.database is None:
            raise Refused("no database was given to write to")
        digests = self._digests()
        load(self.plan, self.database, replace=self.replace, progress=progress, seen=lambda block: digests[block.table.name].feed(block))
        return self._manifest(digests)

    def csv(self, folder: Path, progress: Progress | None = None) -> dict[str, Any]:
        """Write a CSV file for each table. Returns the manifest."""
        digests = self._digests()
        files = write_csv(self.plan, folder, progress=progress, seen=lambda block: digests[block.table.name].feed(block))
        return self._manifest(digests, files)

    def parquet(self, folder: Path, progress: Progress | None = None) -> dict[str, Any]:
        """Write a Parquet file for each table. Returns the manifest."""
        digests = self._digests()
        files = write_parquet(self.plan, folder, progress=progress, seen=lambda block: digests[block.table.name].feed(block))
        return self._manifest(digests, files)

    def _digests(self) -> dict[str, Digest]:
        return {table.table.name: Digest(table.table) for table in self.plan.tables}

    def _manifest(self, digests: dict[str, Digest], files: dict[str, str] | None = None) -> dict[str, Any]:
        source = self.database.engine.url.render_as_string(hide_password=True) if self.database else "spec"
        return describe(self.plan, digests, source=source, spec=_plain(self.spec.text), files=files)

    def explain(self) -> str:
        """What each column will get and why, as a text."""
        return "\n\n".join(_explained(table) for table in self.plan.tables)


def _check_wish(until: str, profile: str, scale: float) -> None:
    try:
        date.fromisoformat(until)
    except ValueError:
        raise Refused(f"until must be a date such as {UNTIL}, not {until!r}") from None
    if profile not in PROFILES:
        raise Refused(f"profile must be {' or '.join(PROFILES)}, not {profile!r}")
    if scale <= 0:
        raise Refused(f"scale must be greater than 0, not {scale}")


def _plain(content: Any) -> Any:
    return json.loads(json.dumps(content, default=str))


def _explained(table: TablePlan) -> str:
    block = _first_rows(table)
    lines = [_line(block, column.name, table.why(column.name)) for column in table.table.columns]
    lines += [(name, "", "(nothing)", why) for name, why in table.table.left_out.items()]
    widths = [max(len(line[place]) for line in lines) for place in range(3)]
    head = f"{table.table.name}: {table.count:,} rows" + (f" behind the {table.first:,} that are there" if table.first else "")
    later = f"; {', '.join(table.later)} in a second pass" if table.later else ""
    body = ["  " + "  ".join((*(part.ljust(width) for part, width in zip(line, widths, strict=False)), line[3])) for line in lines]
    return "\n".join([head + later, *body, *_constraints(table)])


def _first_rows(table: TablePlan) -> Block:
    block = table.block(table.first // BLOCK)
    few = {name: type(values)(values.data[:3], None if values.null is None else values.null[:3]) for name, values in block.columns.items()}
    return Block(block.table, few, min(block.count, 3))


def _line(block: Block, name: str, why: str) -> tuple[str, str, str, str]:
    column = block.table.column(name)
    shown = ["NULL" if value is None else str(value) for value in as_plain(block.columns[name], column)]
    text = ", ".join(dict.fromkeys(shown))
    return name, column.sql, text if len(text) <= 44 else f"{text[:43]}…", why


def _constraints(table: TablePlan) -> list[str]:
    found = table.repair.constraints
    return [
        *(f"  {each.label}: kept by what its column gets" for each in found.sure),
        *(f"  {each.label}: looked at in every row" for each in found.conditions),
        *(f"  CHECK {each}: not understood here, left to the database" for each in found.unproven),
    ]


def verify(manifest: Mapping[str, Any], source: Any, folder: Path | None = None) -> list[str]:
    """Make the data of a manifest again and compare: what differs, as sentences; an empty list if nothing does."""
    rows = {name: made["rows"] for name, made in manifest["tables"].items()}
    data = MockData(
        source,
        list(rows),
        rows,
        seed=manifest["seed"],
        profile=manifest["profile"],
        until=manifest["until"],
        spec=manifest["spec"],
        before=manifest,
    )
    return list(differences(manifest, data.plan, data.database if not manifest.get("files") else None, folder))


def tables_of(table: sa.Table) -> dict[str, Table]:
    """A table of SQLAlchemy, and all of its metadata, as they are understood here."""
    dialect = next((_dialect(column) for column in table.columns if _dialect(column)), "")
    return {name: read_table(each, dialect) for name, each in table.metadata.tables.items()}


def _dialect(column: sa.Column[Any]) -> str:
    module = type(column.type).__module__
    return module.split(".")[2] if module.startswith("sqlalchemy.dialects.") else ""
