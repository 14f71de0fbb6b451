"""Digests of made-up data: what a manifest says of it, and how that is checked again.

A digest is taken column by column from the values themselves, not from how a driver or a file writes them. So the rows of a database, a
second run and a run on another machine can all be compared with it, and it shows which column differs.
"""

from __future__ import annotations

import hashlib
import json
import platform
from decimal import Decimal
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .chance import Array, np
from .facts import Values
from .plan import Plan
from .shapes import Column, Table
from .tables import Block, TablePlan

FORMAT = 1  # of the manifest, and of what a seed means: a change of values raises it
_BETWEEN = "\x1e"  # the record separator: no text is expected to hold it
_PACKAGES = ("numpy", "sqlalchemy", "sqlglot", "pyarrow")


class Digest:
    """Digests of the columns of one table, fed with its blocks in their order."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = 0
        self._columns = {column.name: hashlib.sha256() for column in table.columns}

    def feed(self, block: Block) -> None:
        """Add the rows of a block."""
        self.rows += block.count
        for name, values in block.columns.items():
            for part in _canonical(values, block.table.column(name)):
                self._columns[name].update(part)

    def columns(self) -> dict[str, str]:
        """The digest of each column."""
        return {name: digest.hexdigest() for name, digest in self._columns.items()}

    def whole(self) -> str:
        """The digest of the table."""
        return _of_json(self.columns())


def _of_json(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(values: Values, column: Column) -> list[bytes]:
    """The values as bytes that do not depend on the machine."""
    data, null = values
    missing = np.zeros(len(data), dtype=bool) if null is None else null
    return [np.packbits(missing).tobytes(), *_data_bytes(np.asarray(data), missing, column)]


def _data_bytes(data: Array, missing: Array, column: Column) -> list[bytes]:
    if data.dtype.kind in "iub":
        return [np.where(missing, 0, data).astype("<i8").tobytes()]
    if data.dtype.kind == "f":
        return [np.where(missing, 0, data).astype("<f8").tobytes()]
    listed = (data if not missing.any() else np.where(missing, "", data)).tolist()
    if column.kind == "text":
        try:
            joined = _BETWEEN.join(listed)
        except TypeError:  # samples may be anything
            joined = ""
        if joined.count(_BETWEEN) == len(listed) - 1:
            return [b"joined", joined.encode("utf-8", "surrogatepass")]
    texts = [_text(value, column) for value in listed]
    return [np.array([len(text) for text in texts], dtype="<i8").tobytes(), "".join(texts).encode("utf-8", "surrogatepass")]


def _text(value: Any, column: Column) -> str:
    if type(value) is str:
        return _same_document(value) if column.kind == "json" and value else value
    if isinstance(value, Decimal):
        return f"{value:.{column.scale}f}"
    return value.hex() if isinstance(value, bytes) else str(value)


@lru_cache(maxsize=4096)
def _same_document(text: str) -> str:
    """A JSON document as every database gives it back: jsonb sorts keys and changes blanks."""
    return json.dumps(json.loads(text), sort_keys=True)


def describe(plan: Plan, digests: dict[str, Digest], *, source: str, spec: Any, files: dict[str, str] | None = None) -> dict[str, Any]:
    """The manifest: what was made, from which schema and seed, with which versions; enough to make it again."""
    return {
        "format": FORMAT,
        "seed": plan.wish.seed,
        "profile": plan.wish.profile,
        "until": plan.wish.until,
        "source": source,
        "spec": spec,
        "versions": {"python": platform.python_version(), **_versions()},
        "schema": _of_json({table.table.name: table.table.digest() for table in plan.tables}),
        "tables": {table.table.name: _described(table, digests[table.table.name]) for table in plan.tables},
        **({"files": files} if files else {}),
    }


def _described(table: TablePlan, digest: Digest) -> dict[str, Any]:
    return {
        "rows": table.count,
        "first": table.first,
        "start": table.start,
        "schema": table.table.digest(),
        "digest": digest.whole(),
        "columns": digest.columns(),
        "unproven": list(table.repair.constraints.unproven),
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
