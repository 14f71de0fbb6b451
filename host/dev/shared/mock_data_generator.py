"""Make rows that a table accepts: by its columns, keys and constraints, and by what its names say.

    rows = generate_rows(db_helper.table("orders"), 100_000, seed=1, samples=sample_rows)
    db_helper.bulk_insert("orders", rows)

The same seed gives the same rows, whatever the count. On the command line:

    python dev/shared/mock_data_generator.py --table orders --rows 100000 --seed 1
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent.parent / "utils")]
from db_helper import DatabaseHelper  # noqa: E402
from mock_data.forms import as_objects  # noqa: E402
from mock_data.shapes import read_table  # noqa: E402
from mock_data.tables import Wish, plan_alone  # noqa: E402


def generate_rows(table: Any, count: int, *, seed: int = 0, samples: Sequence[Mapping[str, Any]] | None = None) -> Iterator[dict[str, Any]]:
    """Yield *count* rows for a table that SQLAlchemy reflected.

    Foreign keys refer to rows that are made with the same seed and count. Columns that *samples* have take their values from there.
    """
    dialect = _dialect_of(table)
    tables = {name: read_table(each, dialect) for name, each in table.metadata.tables.items()}
    plan = plan_alone(tables[table.fullname], count, Wish(seed), parents=tables, samples=samples or ())
    for block in plan.blocks():
        names = list(block.columns)
        columns = [as_objects(values, plan.table.column(name)) for name, values in block.columns.items()]
        yield from (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _dialect_of(table: Any) -> str:
    for column in table.columns:
        module = type(column.type).__module__
        if module.startswith("sqlalchemy.dialects."):
            return module.split(".")[2]
    return "default"


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
