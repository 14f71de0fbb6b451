"""Make rows that the database itself accepts: by its columns, keys and constraints, and by what its names say.

    data = MockData(db_helper, ["customers", "orders"], rows=100_000, seed=7)
    print(data.explain())                      # nothing is written yet
    manifest = data.load()                     # or data.csv(folder), data.parquet(folder)

    rows = generate_rows(db_helper.table("orders"), 1000, seed=7)        # one table, as dicts

The same seed makes the same values in each column, whatever the number of rows, the other columns, the other tables and the machine.
Of the database only its schema, its row counts and the keys that new rows refer to are read; rows given as *samples* are copied from.
Needs SQLAlchemy and numpy; sqlglot for CHECK constraints (without it the database judges them), pyarrow for Parquet.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(_HERE), str(_HERE.parent.parent / "utils")]
from db_helper import DatabaseHelper  # noqa: E402
from mock_data.facts import UNTIL  # noqa: E402
from mock_data.forms import as_objects  # noqa: E402
from mock_data.job import MockData, tables_of, verify  # noqa: E402
from mock_data.keys import Refused  # noqa: E402
from mock_data.reading import UnknownTable  # noqa: E402
from mock_data.shapes import UnknownType  # noqa: E402
from mock_data.spec import SpecError  # noqa: E402
from mock_data.tables import Wish, plan_alone  # noqa: E402

__all__ = ["MockData", "Refused", "SpecError", "UnknownTable", "UnknownType", "fill", "generate_rows", "main", "verify"]

EXAMPLES = """examples:
  %(prog)s --tables orders,customers --rows 1000000
      a million rows each into the database of config/settings.toml, customers first
  %(prog)s --tables orders,customers --plan --rows 10
      what each column will get and why; writes nothing
  %(prog)s --tables orders --scale 1.5
      half as many again as there are: the 150 %% input of a performance test
  %(prog)s --tables orders=5000,customers=400 --profile edge --seed 7 --csv samples
      files with empty, longest and strangest values
  %(prog)s --tables orders --rows 1000 --manifest orders.json
  %(prog)s --verify orders.json
      write down what was made; make it again and compare
"""


def generate_rows(
    table: Any, count: int, *, seed: int = 0, samples: Sequence[Mapping[str, Any]] | None = None, profile: str = "typical"
) -> Iterator[dict[str, Any]]:
    """Yield *count* rows for a table that SQLAlchemy reflected, as dicts that `bulk_insert` takes.

    Foreign keys refer to rows that are made with the same seed and count. Columns that *samples* have take their values from there.
    """
    tables = tables_of(table)
    plan = plan_alone(tables[table.fullname], count, Wish(seed, profile), parents=tables, samples=samples or ())
    for block in plan.blocks():
        names = list(block.columns)
        columns = [as_objects(values, plan.table.column(name)) for name, values in block.columns.items()]
        yield from (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def fill(database: Any, tables: Sequence[str], rows: int | Mapping[str, int] | None = None, **options: Any) -> dict[str, Any]:
    """Fill tables of a database (a `DatabaseHelper` or an engine); *options* are those of `MockData`. Returns the manifest."""
    return MockData(database, tables, rows, **options).load()


def main(argv: Sequence[str] | None = None) -> int:
    """Make data as the command line says. Returns the exit code: 0 done, 1 a manifest does not hold, 2 refused."""
    given = _arguments(argv)
    try:
        return _verify(given) if given.verify else _make(given)
    except (Refused, SpecError, UnknownTable, UnknownType) as error:
        sys.stderr.write(f"Error: {error}\n")
        return 2


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Fill tables with made-up rows that the database accepts.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--tables", "--table", default="", metavar="NAME[=ROWS],…", help="the tables; parents come before their children")
    parser.add_argument("--rows", type=int, help="rows for each table (default: as many as it holds)")
    parser.add_argument("--scale", type=float, default=1.0, help="multiply the rows: 1.5 is the 150 %% input")
    parser.add_argument("--seed", type=int, default=0, help="the same seed makes the same rows (default: 0)")
    parser.add_argument("--profile", choices=("typical", "edge"), default="typical", help="edge: values that programs trip over")
    parser.add_argument("--until", default=UNTIL, metavar="DATE", help=f"the day before which things have happened (default: {UNTIL})")
    parser.add_argument("--database", help="name in config/settings.toml, or address (default: the database of config/settings.toml)")
    parser.add_argument("--spec", type=Path, metavar="FILE", help="TOML file that describes tables, or says more about them")
    parser.add_argument("--replace", action="store_true", help="empty the tables first")
    parser.add_argument("--csv", type=Path, metavar="FOLDER", help="write CSV files instead")
    parser.add_argument("--parquet", type=Path, metavar="FOLDER", help="write Parquet files instead")
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="write down what was made")
    parser.add_argument("--verify", type=Path, metavar="FILE", help="make the data of a manifest again and compare")
    parser.add_argument("--plan", action="store_true", help="show what each column will get and why; write nothing")
    parser.add_argument("--json", action="store_true", help="print the manifest")
    given = parser.parse_args(argv)
    if not (given.tables or given.spec or given.verify):
        parser.error("say which tables: --tables orders,customers")
    return given


def _make(given: argparse.Namespace) -> int:
    names, counts = _tables(given.tables)
    rows: int | Mapping[str, int] | None = counts if counts and given.rows is None else given.rows
    if counts and given.rows is not None:
        rows = {name: counts.get(name, given.rows) for name in names}
    data = MockData(
        _source(given),
        names,
        rows,
        scale=given.scale,
        seed=given.seed,
        profile=given.profile,
        until=given.until,
        spec=given.spec,
        replace=given.replace or bool(given.csv or given.parquet),  # files hold all rows, not only those behind others
    )
    if given.plan:
        sys.stdout.write(data.explain() + "\n")
        return 0
    start = time.perf_counter()
    manifest = _written(data, given)
    if given.manifest:
        given.manifest.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(manifest, indent=2) + "\n" if given.json else _summary(manifest, time.perf_counter() - start))
    return 0


def _tables(text: str) -> tuple[list[str], dict[str, int]]:
    names, counts = [], {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, count = part.partition("=")
        names.append(name)
        if count:
            try:
                counts[name] = int(count)
            except ValueError:
                raise Refused(f"{part!r}: {count!r} is no number of rows") from None
    return names, counts


def _source(given: argparse.Namespace) -> Any:
    if given.database is None and given.spec and (given.csv or given.parquet) and not given.tables:
        return None
    if given.database is None or "://" in given.database:
        return DatabaseHelper(url=given.database)
    return DatabaseHelper(given.database)


def _written(data: MockData, given: argparse.Namespace) -> dict[str, Any]:
    progress = _Progress() if sys.stderr.isatty() and not given.json else None
    if given.csv:
        return data.csv(given.csv, progress)
    if given.parquet:
        return data.parquet(given.parquet, progress)
    return data.load(progress)


class _Progress:
    """One line on the terminal that is written again and again."""

    def __init__(self) -> None:
        self.start = time.perf_counter()

    def __call__(self, table: str, done: int, total: int) -> None:
        seconds = time.perf_counter() - self.start
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r\033[K{table}: {done:,} of {total:,} rows ({done * 100 // total} %), {seconds:.1f} s{end}")
        sys.stderr.flush()


def _summary(manifest: Mapping[str, Any], seconds: float) -> str:
    lines = [f"{made['rows']:,} rows in {name}" for name, made in manifest["tables"].items()]
    lines += [f"{name} written" for name in manifest.get("files", {})]
    return "\n".join(lines) + f"\nin {seconds:.1f} s, seed {manifest['seed']}\n"


def _verify(given: argparse.Namespace) -> int:
    manifest = json.loads(given.verify.read_text(encoding="utf-8"))
    source = None if manifest["source"] == "spec" else _source(given)
    found = verify(manifest, source, given.csv or given.parquet)
    rows = sum(made["rows"] for made in manifest["tables"].values())
    sys.stdout.write("".join(f"{line}\n" for line in found) or f"{rows:,} rows made again, all as {given.verify} says\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
