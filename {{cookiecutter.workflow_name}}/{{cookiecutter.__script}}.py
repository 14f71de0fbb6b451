"""Load rows from `{{ cookiecutter.source_table }}` into `{{ cookiecutter.target_table }}`.

Rows are read in batches, cleaned and written in one transaction: either all of a run is in the target, or nothing is.
Running it again changes nothing. Rows that break a rule are left out, and counted by reason.

Examples:
    python {{ cookiecutter.__script }}.py --sample               try it on the sample rows, in a throw-away database
    python {{ cookiecutter.__script }}.py --dry-run              read and clean, write nothing
    python {{ cookiecutter.__script }}.py --since 2026-01-31     only rows changed on or after that day
    python {{ cookiecutter.__script }}.py --partition 2/4        the second of four parts, for running them side by side
"""

import argparse
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

db_helper = DatabaseHelper()

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
logger = logging.getLogger(__name__)

SOURCE_TABLE = "{{ cookiecutter.source_table }}"
TARGET_TABLE = "{{ cookiecutter.target_table }}"
SAMPLES = Path(__file__).parent / "testing" / "test_data_samples"
STATUSES = ("open", "paid", "cancelled")
CENT = Decimal("0.01")

Row = dict[str, Any]


class Partition(NamedTuple):
    """Part *number* (from 1) of *count* parts: the rows whose id leaves *number* - 1 when divided by *count*."""

    number: int
    count: int


class Summary(NamedTuple):
    """What one run did, in rows; *rejected* counts by reason."""

    read: int
    loaded: int
    rejected: Counter[str]

    def __str__(self) -> str:
        reasons = "".join(f"\n  rejected {count:,}: {reason}" for reason, count in sorted(self.rejected.items()))
        return f"{SOURCE_TABLE} -> {TARGET_TABLE}: read {self.read:,}, loaded {self.loaded:,}{reasons}"


def extract(db: DatabaseHelper, batch_size: int, since: date | None = None, partition: Partition | None = None) -> Iterator[list[Row]]:
    """Yield the source rows in lists of at most *batch_size*, ordered by id."""
    conditions, params = ["1 = 1"], {}
    if since:
        conditions.append("updated_at >= :since")
        params["since"] = since.isoformat()
    if partition:
        conditions.append("ABS(id % :parts) = :part")
        params |= {"parts": partition.count, "part": partition.number - 1}
    columns = "id, customer, status, amount, updated_at"
    query = f"SELECT {columns} FROM {db.quote(SOURCE_TABLE)} WHERE {' AND '.join(conditions)} ORDER BY id"  # noqa: S608 - quoted
    yield from db.stream_query(query, params, batch_size=batch_size)


def transform(rows: list[Row]) -> tuple[list[Row], Counter[str]]:
    """Clean *rows*. Returns those that keep the rules, and how many were rejected for which reason."""
    clean, rejected = [], Counter()
    for row in rows:
        reason, cleaned = _clean(row)
        if reason:
            rejected[reason] += 1
            logger.debug("row %s rejected: %s", row["id"], reason)
        else:
            clean.append(cleaned)
    return clean, rejected


def load(db: DatabaseHelper, rows: list[Row]) -> int:
    """Write *rows* to the target; a row with the same id is replaced, so a second run changes nothing."""
    return db.upsert(TARGET_TABLE, rows, key="id")


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
                clean, refused = transform(batch)
                read += len(batch)
                rejected += refused
                loaded += len(clean) if dry_run else load(db, clean)
                _show_progress(read)
    except Exception:
        logger.exception("stopped after %d rows; nothing was written", read)
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


def _clean(row: Row) -> tuple[str, Row]:
    """Clean one row. Returns the reason why it is rejected, or an empty string, and the row."""
    customer = (row["customer"] or "").strip()
    status = (row["status"] or "").strip().lower()
    try:
        amount = Decimal(str(row["amount"])).quantize(CENT)
    except InvalidOperation:
        return "amount is no number", row
    if not customer:
        return "customer is missing", row
    if status not in STATUSES:
        return "status is not known", row
    if amount < 0:
        return "amount is negative", row
    return "", {**row, "customer": customer, "status": status, "amount": amount}


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
        sys.stderr.write(f"\r{rows:,} rows")
        sys.stderr.flush()
    else:
        logger.info("%d rows read", rows)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="run on the sample rows in a throw-away database")
    parser.add_argument("--dry-run", action="store_true", help="read and clean, write nothing")
    parser.add_argument("--since", type=_day, metavar="DAY", help="only rows changed on or after this day (YYYY-MM-DD)")
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
