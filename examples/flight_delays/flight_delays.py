"""Aggregate `flights` to delays per carrier, airport and day in `flight_delays`.

Flights are read in batches of whole days, aggregated, and written in one transaction: either all of a run is in the target, or
nothing is. Running it again changes nothing. Flights that cannot be right are left out, and counted by reason.

Examples:
    python flight_delays.py --sample               try it on the sample rows, in a throw-away database
    python flight_delays.py --dry-run              read and aggregate, write nothing
    python flight_delays.py --since 2013-12-01     only flights on or after that day
    python flight_delays.py --partition 2/4        the second of four parts, each of whole days, for running them side by side
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

db_helper = DatabaseHelper()

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
logger = logging.getLogger(__name__)

SOURCE_TABLE = "flights"
TARGET_TABLE = "flight_delays"
KEY = ("carrier", "origin", "flight_date")
SAMPLES = Path(__file__).parent / "testing" / "test_data_samples"
LATE_MINUTES = 15  # how the US Department of Transportation counts: 15 minutes or more is late
MOST_MINUTES = 48 * 60

Row = dict[str, Any]


class Partition(NamedTuple):
    """Part *number* (from 1) of *count* parts; a day belongs to one part, so that no two parts write the same key."""

    number: int
    count: int


class Summary(NamedTuple):
    """What one run did, in rows; *rejected* counts flights by reason."""

    read: int
    loaded: int
    rejected: Counter[str]

    def __str__(self) -> str:
        reasons = "".join(f"\n  rejected {count:,}: {reason}" for reason, count in sorted(self.rejected.items()))
        return f"{SOURCE_TABLE} -> {TARGET_TABLE}: read {self.read:,}, loaded {self.loaded:,}{reasons}"


def extract(db: DatabaseHelper, batch_size: int, since: date | None = None, partition: Partition | None = None) -> Iterator[list[Row]]:
    """Yield the flights by day, in lists of whole days: at most *batch_size* rows and the rest of one day."""
    conditions, params = ["1 = 1"], {}
    if since:
        conditions.append("flight_date >= :since")
        params["since"] = since.isoformat()
    if partition:
        conditions.append("(month * 31 + day) % :parts = :part")
        params |= {"parts": partition.count, "part": partition.number - 1}
    columns = "id, flight_date, carrier, origin, dep_delay, arr_delay"
    query = f"SELECT {columns} FROM {db.quote(SOURCE_TABLE)} WHERE {' AND '.join(conditions)} ORDER BY flight_date, id"  # noqa: S608 - quoted
    return _whole_days(db.stream_query(query, params, batch_size=batch_size))


def transform(rows: list[Row]) -> tuple[list[Row], Counter[str]]:
    """Aggregate *rows* of whole days. Returns one row for each carrier, airport and day, and the rejected flights by reason."""
    good, rejected = [], Counter[str]()
    for row in rows:
        if reason := _reason_against(row):
            rejected[reason] += 1
            logger.debug("flight %s rejected: %s", row["id"], reason)
        else:
            good.append(row)
    good.sort(key=_key_of)
    return [_aggregate(key, list(flights)) for key, flights in groupby(good, key=_key_of)], rejected


def load(db: DatabaseHelper, rows: list[Row]) -> int:
    """Write *rows* to the target; a row of the same carrier, airport and day is replaced, so a second run changes nothing."""
    return db.upsert(TARGET_TABLE, rows, key=KEY)


def run(
    db: DatabaseHelper, batch_size: int, since: date | None = None, partition: Partition | None = None, dry_run: bool = False
) -> Summary:
    """Extract, transform and load in one transaction.

    Raises:
        Exception: whatever stopped it, after it was logged; nothing was written then.
    """
    read, loaded, rejected = 0, 0, Counter[str]()
    try:
        with db.get_connection():
            for batch in extract(db, batch_size, since, partition):
                delays, refused = transform(batch)
                read += len(batch)
                rejected += refused
                loaded += len(delays) if dry_run else load(db, delays)
                _show_progress(read)
    except Exception:
        logger.exception("stopped after %d flights; nothing was written", read)
        raise
    return Summary(read, loaded, rejected)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the workflow. Returns the exit code: 0 done, 1 failed."""
    given = _parse(argv)
    try:
        summary = _run_on_samples(given) if given.sample else _run(db_helper, given)
    except Exception as error:  # noqa: BLE001 - whatever it was, the engine that called this sees exit code 1
        logger.error("%s failed: %s", Path(__file__).name, error)  # noqa: TRY400 - the traceback is in the log already
        return 1
    sys.stdout.write(f"{summary}{' (dry run: nothing was written)' if given.dry_run else ''}\n")
    return 0


def _whole_days(batches: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """Cut the batches anew, so that no day is in two of them."""
    held: list[Row] = []
    for batch in batches:
        held += batch
        last = held[-1]["flight_date"]
        complete = [row for row in held if row["flight_date"] != last]
        if complete:
            yield complete
            held = held[len(complete) :]
    if held:
        yield held


def _key_of(row: Row) -> tuple[Any, ...]:
    return tuple(row[column] for column in KEY)


def _reason_against(row: Row) -> str:
    if not row["carrier"] or not row["origin"]:
        return "carrier or airport is missing"
    if row["dep_delay"] is None and row["arr_delay"] is not None:
        return "arrived without a departure"
    if any(abs(row[column] or 0) > MOST_MINUTES for column in ("dep_delay", "arr_delay")):
        return "delay of more than two days"
    return ""


def _aggregate(key: tuple[Any, ...], flights: list[Row]) -> Row:
    departures = [row["dep_delay"] for row in flights if row["dep_delay"] is not None]
    arrivals = [row["arr_delay"] for row in flights if row["arr_delay"] is not None]
    return {
        **dict(zip(KEY, key, strict=True)),
        "flights": len(flights),
        "cancelled": len(flights) - len(departures),
        "mean_departure_delay": _mean(departures),
        "worst_departure_delay": max(departures, default=None),
        "mean_arrival_delay": _mean(arrivals),
        "worst_arrival_delay": max(arrivals, default=None),
        "late_share": round(sum(delay >= LATE_MINUTES for delay in arrivals) / len(arrivals), 4) if arrivals else None,
    }


def _mean(delays: list[float]) -> float | None:
    return round(fmean(delays), 2) if delays else None


def _run(db: DatabaseHelper, given: argparse.Namespace) -> Summary:
    config = db_helper.load_config()
    return run(db, config["processing"]["batch_size"], given.since, given.partition, given.dry_run)


def _run_on_samples(given: argparse.Namespace) -> Summary:
    """Run on the sample rows in a throw-away SQLite; no other database is opened."""
    if not SAMPLES.is_dir():
        raise FileNotFoundError(f"{SAMPLES} is missing: samples lie in dev/ only, run --sample there")
    with tempfile.TemporaryDirectory() as folder:
        db = DatabaseHelper.from_samples(SAMPLES, Path(folder) / "sample.db")
        try:
            return _run(db, given)
        finally:
            db.close()


def _show_progress(rows: int) -> None:
    """On a terminal a line that counts up; elsewhere plain log lines."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{rows:,} flights")
        sys.stderr.flush()
    else:
        logger.info("%d flights read", rows)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="run on the sample rows in a throw-away database")
    parser.add_argument("--dry-run", action="store_true", help="read and aggregate, write nothing")
    parser.add_argument("--since", type=_day, metavar="DAY", help="only flights on or after this day (YYYY-MM-DD)")
    parser.add_argument("--partition", type=_partition, metavar="I/N", help="only part I of N parts")
    return parser.parse_args(argv)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write YYYY-MM-DD, such as 2026-01-31") from None


def _partition(text: str) -> Partition:
    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with 1 <= I <= N, such as 2/4")
    return Partition(int(number), int(count))


if __name__ == "__main__":
    sys.exit(main())
