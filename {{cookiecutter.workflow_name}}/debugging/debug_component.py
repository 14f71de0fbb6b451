"""Run one stage on one batch, with a verbose log in debugging/logs/.

    python debugging/debug_component.py extract|transform|load [--sample] [--batch-size 10]

`load` is rolled back at the end: it shows what would happen and changes nothing.
"""

import argparse
import logging
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

sys.path.insert(0, str(Path(__file__).parent.parent))
import {{ cookiecutter.__script }} as workflow

db_helper = DatabaseHelper()
logger = logging.getLogger("debug_component")

LOGS = Path(__file__).parent / "logs"
STAGES = ("extract", "transform", "load")


class RollBack(Exception):
    """Ends the transaction of a trial without an error."""


def debug(db: DatabaseHelper, stage: str, batch_size: int) -> int:
    """Run the stages up to *stage* on the first batch. Returns the rows that came out."""
    batch = next(workflow.extract(db, batch_size), [])
    logger.debug("extract gave %d rows, columns %s", len(batch), sorted(batch[0]) if batch else [])
    if stage == "extract":
        return len(batch)
    clean, rejected = workflow.transform(batch)
    logger.debug("transform kept %d rows and rejected %s", len(clean), dict(rejected))
    return len(clean) if stage == "transform" else _try_load(db, clean)


def _try_load(db: DatabaseHelper, rows: list[workflow.Row]) -> int:
    loaded = 0
    try:
        with db.get_connection():
            loaded = workflow.load(db, rows)
            logger.debug("load wrote %d rows; they are rolled back now", loaded)
            raise RollBack
    except RollBack:
        return loaded


def main(argv: Sequence[str] | None = None) -> int:
    """Debug one stage. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--sample", action="store_true", help="use the sample rows in a throw-away database")
    parser.add_argument("--batch-size", type=int, default=10, metavar="ROWS")
    given = parser.parse_args(argv)
    file = LOGS / f"{given.stage}-{datetime.now():%Y%m%d-%H%M%S-%f}.log"
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        rows = _on_samples(given) if given.sample else debug(db_helper, given.stage, given.batch_size)
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.INFO)
        handler.close()
    sys.stdout.write(f"{given.stage}: {rows} rows; the log is {file}\n")
    return 0


def _on_samples(given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder, closing(DatabaseHelper.from_samples(workflow.SAMPLES, Path(folder) / "sample.db")) as db:
        return debug(db, given.stage, given.batch_size)


if __name__ == "__main__":
    sys.exit(main())
