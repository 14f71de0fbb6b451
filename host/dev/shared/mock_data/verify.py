"""Check a manifest again: make the data once more, and compare it with what a database or a folder holds now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from .chance import Array, np, pool
from .facts import Values
from .forms import as_objects, as_plain
from .loading import Database
from .manifest import Digest
from .nested import array_text, range_text
from .plan import Nothing, Plan
from .reading import only
from .shapes import ORDERED, Column, Table
from .tables import Block, TablePlan
from .values import array_of

_AT_ONCE = 300  # rows fetched by their keys in one statement


class AsBefore(Nothing):
    """What the database held before the data of a manifest was written, as far as the manifest says."""

    def __init__(self, manifest: Mapping[str, Any], database: Database | None) -> None:
        self.tables, self.database = manifest["tables"], database

    def count(self, table: str) -> int:
        """The rows that were there."""
        return int(self.tables[table]["first"])

    def largest(self, table: str, _column: str) -> int:
        """The largest number that was there."""
        made = self.tables[table]
        return int(made["start"] or 1) + int(made["first"]) - 1

    def keys(self, table: str, columns: Sequence[str]) -> dict[str, Array]:
        """The keys of rows that are there now."""
        return self.database.keys(table, columns) if self.database else {}


def differences(manifest: Mapping[str, Any], plan: Plan, database: Database | None, folder: Path | None) -> Iterator[str]:
    """Say what is not as the manifest says; nothing if all is."""
    for table in plan.tables:
        yield from _of_table(manifest["tables"][table.table.name], table, database)
    for name, digest in (manifest.get("files") or {}).items():
        if folder is not None:
            yield from _of_file(folder / name, digest)


def _of_table(made: Mapping[str, Any], table: TablePlan, database: Database | None) -> Iterator[str]:
    name = table.table.name
    if table.table.digest() != made["schema"]:
        yield f"{name}: its columns, keys or constraints have changed since"
    again, stored = Digest(table.table), Digest(table.table)
    missing = 0
    for block in table.blocks():
        again.feed(block)
        if database is not None and table.table.primary:
            there, lost = _stored(block, database)
            missing += lost
            stored.feed(there)
    yield from _changed(name, "made again", made["columns"], again.columns())
    if missing:
        yield f"{name}: {missing:,} of {made['rows']:,} rows are not in the database"
    elif stored.rows:
        yield from _changed(name, "in the database", made["columns"], stored.columns())


def _changed(name: str, where: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    if different := [column for column in before if now.get(column) != before[column]]:
        yield f"{name}: {', '.join(different)} {'differs' if len(different) == 1 else 'differ'} {where}"


def _of_file(path: Path, digest: str) -> Iterator[str]:
    if not path.is_file():
        yield f"{path}: is not there"
    else:
        with open(path, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                yield f"{path}: has changed since"


def _stored(block: Block, database: Database) -> tuple[Block, int]:
    """The rows of a block as the database holds them, in the order of the block; and how many it does not hold."""
    columns = [sa.type_coerce(database.known[block.table.name].columns[name], sa.types.NullType()) for name in block.columns]
    rows = list(_fetched(block, database, columns))
    listed = zip(*rows, strict=True) if rows else ([] for _ in columns)
    found = {
        name: _like(list(column), block.columns[name], block.table.column(name)) for name, column in zip(block.columns, listed, strict=True)
    }
    places = {key: place for place, key in enumerate(_keys(found, block.table))}
    order = np.array([places[key] for key in _keys(block.columns, block.table) if key in places], dtype=np.int64)
    sorted_ = {name: Values(data[order], None if null is None else null[order]) for name, (data, null) in found.items()}
    return Block(block.table, sorted_, len(order)), block.count - len(order)


def _fetched(block: Block, database: Database, columns: Sequence[sa.ColumnElement[Any]]) -> Iterator[Any]:
    """The rows with the keys of a block, as the driver gives them."""
    parts = [_key_values(block, name, database.dialect) for name in block.table.primary]
    keys = list(zip(*parts, strict=True))
    with database.transaction() as connection:
        for start in range(0, len(keys), _AT_ONCE):
            among = _among(_key_columns(block.table, database), keys[start : start + _AT_ONCE])
            yield from connection.execute(only(sa.select(*columns), database.known[block.table.name]).where(among))


def _key_values(block: Block, name: str, dialect: str) -> list[Any]:
    """The values of a key column as its own type takes them as parameters."""
    column = block.table.column(name)
    values = (as_plain if dialect == "sqlite" else as_objects)(block.columns[name], column)
    return [UUID(value) for value in values] if column.kind == "uuid" and dialect == "postgresql" else values


def _keys(columns: Mapping[str, Values], table: Table) -> list[tuple[Any, ...]]:
    return list(zip(*(columns[name].data.tolist() for name in table.primary), strict=True))


def _key_columns(table: Table, database: Database) -> list[sa.ColumnElement[Any]]:
    stored = [database.known[table.name].columns[name] for name in table.primary]
    return [sa.type_coerce(column, sa.types.NullType()) for column in stored] if database.dialect == "sqlite" else list(stored)


def _among(columns: Sequence[sa.ColumnElement[Any]], keys: Sequence[tuple[Any, ...]]) -> sa.ColumnElement[bool]:
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return sa.or_(*(sa.and_(*(column == part for column, part in zip(columns, key, strict=True))) for key in keys))


def _like(found: list[Any], made: Values, column: Column) -> Values:
    """Values of the database in the form of those that were made."""
    null = np.array([value is None for value in found], dtype=bool)
    if column.kind in ORDERED and made.data.dtype != object:
        data = array_of([0 if value is None else value for value in found], column)
        if made.data.dtype != data.dtype:
            data = np.round(data * 10**column.scale).astype(np.int64)
    else:
        data = pool([_text(value, column) for value in found])
    return Values(data, null if null.any() else None)


def _text(value: Any, column: Column) -> Any:
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if column.kind == "array" and value is not None:
        return value if isinstance(value, str) else array_text(value)
    if column.kind == "range" and value is not None:
        return range_text(value)
    if isinstance(value, (set, frozenset)):  # a SET of MariaDB
        return ",".join(sorted(value, key=column.values.index))
    if column.kind == "json" and value is not None and not isinstance(value, str):
        return json.dumps(value)
    if column.kind == "text" and column.fixed and isinstance(value, str):
        return value.rstrip(" ")
    if column.kind == "literal" and isinstance(value, bytes):
        return value.decode()
    return str(value) if column.kind in ("uuid", "network", "literal") and value is not None else value
