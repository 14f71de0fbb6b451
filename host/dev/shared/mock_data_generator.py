"""Make rows that a table accepts: by its columns, or by the values of some real rows.

    rows = generate_rows(db_helper.table("orders"), 100_000, seed=1, samples=sample_rows)
    db_helper.bulk_insert("orders", rows)

The same seed gives the same rows, whatever the count. On the command line:

    python dev/shared/mock_data_generator.py --table orders --rows 100000 --seed 1
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
from db_helper import DatabaseHelper  # noqa: E402

Make = Callable[[random.Random, int], Any]

NEWEST = datetime(2026, 1, 1)
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "island", "jasper", "kestrel", "lagoon")


def generate_rows(table: Any, count: int, *, seed: int = 0, samples: Sequence[Mapping[str, Any]] | None = None) -> Iterator[dict[str, Any]]:
    """Yield *count* rows for a table that SQLAlchemy reflected.

    The primary key counts from 1 (a key of several columns: all count). Every other column takes its values from *samples*
    where they have it, else by its type; one in twenty is NULL where the column allows that.
    """
    makers = {column.name: _maker(column, samples or []) for column in table.columns}
    for number in range(1, count + 1):
        chance = random.Random(seed * 1_000_003 + number)  # noqa: S311 - test data, no secret
        yield {name: make(chance, number) for name, make in makers.items()}


def _maker(column: Any, samples: Sequence[Mapping[str, Any]]) -> Make:
    if column.primary_key:
        return _key(column)
    known = [row[column.name] for row in samples if column.name in row]
    if known:
        return lambda chance, number: chance.choice(known)
    make = _by_type(column)
    if column.nullable:
        return lambda chance, number: None if chance.random() < 0.05 else make(chance, number)
    return make


def _key(column: Any) -> Make:
    if _python_type(column) is str:
        length = column.type.length or 32
        return lambda chance, number: f"k{number}"[:length]
    if _python_type(column) in (date, datetime):
        return lambda chance, number: NEWEST + timedelta(days=number)
    return lambda chance, number: number


def _by_type(column: Any) -> Make:
    kind = _python_type(column)
    if kind is bool:
        return lambda chance, number: chance.random() < 0.5
    if kind is int:
        return lambda chance, number: int(chance.paretovariate(1.2) * 10) % 2_000_000_000
    if kind is float:
        return lambda chance, number: round(chance.lognormvariate(3, 1), 6)
    if kind is Decimal:
        scale, most = column.type.scale or 0, 10 ** ((column.type.precision or 12) - (column.type.scale or 0)) - 1
        return lambda chance, number: Decimal(str(round(min(chance.lognormvariate(3, 1), most), scale)))
    if kind is datetime:
        return lambda chance, number: NEWEST - timedelta(seconds=int(chance.random() * 31_536_000))
    if kind is date:
        return lambda chance, number: (NEWEST - timedelta(days=chance.randrange(365))).date()
    length = getattr(column.type, "length", None) or 40
    return lambda chance, number: f"{chance.choice(WORDS)} {chance.choice(WORDS)}"[:length]


def _python_type(column: Any) -> type:
    try:
        kind: type = column.type.python_type
    except NotImplementedError:
        return str
    return kind


def main(argv: Sequence[str] | None = None) -> int:
    """Fill a table with made-up rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--database", help="address of the database (default: the one of config/settings.toml)")
    given = parser.parse_args(argv)
    db = DatabaseHelper(url=given.database)
    start = time.perf_counter()
    count = db.bulk_insert(given.table, generate_rows(db.table(given.table), given.rows, seed=given.seed), batch_size=10_000)
    sys.stdout.write(f"{count:,} rows in {given.table}, {time.perf_counter() - start:.1f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
