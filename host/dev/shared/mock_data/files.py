"""Write planned tables as CSV or Parquet files, one for each table, block by block."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from .chance import BLOCK, Array, np, pool
from .facts import Values
from .forms import as_plain
from .keys import Refused
from .plan import Plan
from .shapes import Column, Table
from .tables import Block, TablePlan

Progress = Callable[[str, int, int], None]
Seen = Callable[[Block], None]
_GROUP = 2  # blocks in a row group of a Parquet file


def write_csv(plan: Plan, folder: Path, *, progress: Progress | None = None, seen: Seen | None = None) -> dict[str, str]:
    """Write `<table>.csv` with a header; an empty field is NULL. Returns the names of the files and their SHA-256 digests."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for table in plan.tables:
        path = folder / f"{table.table.name}.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column.name for column in table.table.columns])
            for block in _blocks(table, progress, seen):
                writer.writerows(zip(*(_for_csv(values, block.table.column(name)) for name, values in block.columns.items()), strict=True))
        written[path.name] = _digest(path)
    return written


def _blocks(table: TablePlan, progress: Progress | None, seen: Seen | None) -> Iterator[Block]:
    done = 0
    for block in table.blocks():
        if seen:
            seen(block)
        yield block
        done += block.count
        if progress:
            progress(table.table.name, done, table.count)


def _for_csv(values: Values, column: Column) -> list[Any]:
    if column.kind == "decimal" and column.scale and values.data.dtype == np.int64:
        values = Values(_decimals_as_text(values.data, column.scale), values.null)
    found = as_plain(values, column)
    return [value.hex() if value is not None else None for value in found] if column.kind == "binary" else found


def _decimals_as_text(data: Array, scale: int) -> Array:
    unit = 10**scale
    whole, rest = np.abs(data) // unit, np.abs(data) % unit
    signs = np.where(data < 0, "-", "").astype(object)
    tails = _tails(scale)[rest] if scale <= 4 else pool([f".{number:0{scale}}" for number in rest.tolist()])
    return np.asarray(signs + pool(list(map(str, whole.tolist()))) + tails)


@cache
def _tails(scale: int) -> Array:
    return pool([f".{number:0{scale}}" for number in range(10**scale)])


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_parquet(plan: Plan, folder: Path, *, progress: Progress | None = None, seen: Seen | None = None) -> dict[str, str]:
    """Write `<table>.parquet`. Returns the names of the files and their SHA-256 digests.

    Raises:
        Refused: pyarrow is not installed.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise Refused("Parquet files need pyarrow: python -m pip install pyarrow") from None
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for table in plan.tables:
        path, schema = folder / f"{table.table.name}.parquet", _schema(arrow, table.table)
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            group = []
            for block in _blocks(table, progress, seen):
                group.append(_batch(arrow, block, schema))
                if len(group) == _GROUP:
                    writer.write_table(arrow.Table.from_batches(group), BLOCK * _GROUP)
                    group = []
            if group:
                writer.write_table(arrow.Table.from_batches(group), BLOCK * _GROUP)
        written[path.name] = _digest(path)
    return written


def _schema(arrow: Any, table: Table) -> Any:
    return arrow.schema([arrow.field(column.name, _type(arrow, column), column.nullable) for column in table.columns])


def _type(arrow: Any, column: Column) -> Any:
    return {
        "int": arrow.int64(),
        "bool": arrow.bool_(),
        "decimal": arrow.decimal128(min(max(column.length or 18, column.scale), 38), column.scale),
        "float": arrow.float64(),
        "date": arrow.date32(),
        "datetime": arrow.timestamp("us", tz="UTC" if column.zone else None),
        "time": arrow.time64("us"),
        "binary": arrow.binary(),
        "interval": arrow.duration("us"),
    }.get(column.kind, arrow.string())


def _batch(arrow: Any, block: Block, schema: Any) -> Any:
    arrays = [_array(arrow, values, block.table.column(name), schema.field(name).type) for name, values in block.columns.items()]
    return arrow.record_batch(arrays, schema=schema)


def _array(arrow: Any, values: Values, column: Column, kind: Any) -> Any:
    data, null = values
    if data.dtype == object:
        return arrow.array(data, mask=null, type=kind)
    if column.kind == "decimal":
        return _decimal_array(arrow, data, null, kind)
    if column.kind == "float":
        return arrow.array(data / 10**column.scale if data.dtype == np.int64 else data, mask=null)
    plain = {"bool": np.bool_, "date": np.int32}.get(column.kind)
    return arrow.array(data.astype(plain) if plain else data, mask=null).cast(kind)


def _decimal_array(arrow: Any, data: Array, null: Array | None, kind: Any) -> Any:
    """Whole numbers as the 128-bit integers that a decimal is made of."""
    words = np.stack([data, np.where(data < 0, -1, 0)], axis=1).astype("<i8")
    mask = None if null is None else arrow.array(~null).buffers()[1]
    return arrow.Array.from_buffers(kind, len(data), [mask, arrow.py_buffer(words.tobytes())])
