"""Write a page that shows where the time goes: `python debugging/profile_performance.py [--rows 20000] [--out FILE]`.

It runs on made-up rows in a throw-away database; open the page in a browser.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

HOST = Path(__file__).parents[3]
sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

sys.path.insert(0, str(HOST / "dev" / "shared"))
from mock_data_generator import generate_rows
from performance_profiler import write_profile

sys.path.insert(0, str(Path(__file__).parent.parent))
import {{ cookiecutter.__script }} as workflow

db_helper = DatabaseHelper()

LOGS = Path(__file__).parent / "logs"


def fill(db: DatabaseHelper, rows: int) -> None:
    """Put *rows* made-up rows, like those of the samples, in place of the source."""
    samples = db.execute_query(f"SELECT * FROM {db.quote(workflow.SOURCE_TABLE)}")  # noqa: S608 - quoted
    with db.get_connection():
        db.execute_query(f"DELETE FROM {db.quote(workflow.SOURCE_TABLE)} WHERE 1 = 1")  # noqa: S608 - quoted
        db.bulk_insert(workflow.SOURCE_TABLE, generate_rows(db.table(workflow.SOURCE_TABLE), rows, samples=samples), batch_size=10_000)


def main(argv: Sequence[str] | None = None) -> int:
    """Profile one run. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=LOGS / "profile.html")
    given = parser.parse_args(argv)
    batch_size = db_helper.load_config()["processing"]["batch_size"]
    with tempfile.TemporaryDirectory() as folder, closing(DatabaseHelper.from_samples(workflow.SAMPLES, Path(folder) / "profile.db")) as db:
        fill(db, given.rows)
        page = write_profile(lambda: workflow.run(db, batch_size), given.out)
    sys.stdout.write(f"{given.rows:,} rows profiled: open {page.absolute()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
