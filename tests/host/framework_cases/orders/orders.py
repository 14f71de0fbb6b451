"""A workflow as small as can be: what is open is counted for each customer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

db_helper = DatabaseHelper()


def run(db):
    """Count the open orders of each customer."""
    rows = db.execute_query("SELECT customer, COUNT(*) AS number FROM orders WHERE status = 'open' GROUP BY customer")
    db.upsert("totals", [{"customer": row["customer"], "number": row["number"]} for row in rows], key="customer")
    return len(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{run(db_helper)} customers\n")
