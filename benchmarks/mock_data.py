"""What made-up rows cost, side by side in one run: python benchmarks/mock_data.py [--rows 1000000] [--rounds 3]

One table of 8 columns (number, first name, family name, unique e-mail address, country, status, amount, moment) is made by this
generator and by a numpy script as a good engineer writes it for this one table: whole columns, the same names, weights and seasons.
Mimesis makes all of them; Faker a tenth, because it takes minutes, and its figures are scaled up (its unique addresses cost it more with
every row, so that this is in its favour).
Contenders are interleaved; the table shows medians of processor seconds and the ratio to the numpy script. Each runs in a process of
its own, so that its peak of memory is its own. Needs numpy, sqlalchemy, sqlglot; mimesis and faker where they are to be compared.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT / "host" / "dev" / "shared")  # instead of this folder, whose files bear names of other modules

import numpy as np  # noqa: E402

TABLE = """CREATE TABLE customers (
    id INTEGER NOT NULL PRIMARY KEY,
    first_name VARCHAR(40) NOT NULL,
    last_name VARCHAR(40) NOT NULL,
    email VARCHAR(80) NOT NULL,
    country CHAR(2) NOT NULL,
    status VARCHAR(10) NOT NULL CHECK (status IN ('new', 'active', 'blocked')),
    balance NUMERIC(10, 2) NOT NULL,
    created_at TIMESTAMP NOT NULL
)"""
INSERT = "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
SMALLER = {"faker": 10}
MODULES = ("mimesis", "faker")
Rows = Iterable[tuple[Any, ...]]


def by_hand(count: int) -> Rows:
    """Whole columns at once, as one writes it for one table."""
    from mock_data.people import FAMILY, FIRST, PERSONS, persons
    from mock_data.pools import NATIONS

    rng = np.random.default_rng(1)
    first, family, address = persons("first"), persons("family"), persons("address")
    country = np.array([nation.code for nation in NATIONS], dtype=object)
    person = np.concatenate([rng.permutation(PERSONS) for _ in range(-(-count // PERSONS))])[:count]
    serial = np.arange(count) // PERSONS
    domain = np.array(["@example.com", "@example.org", "@example.net"], dtype=object)[person % 3]
    number = np.array([""] + [str(round_ + 1) for round_ in range(1, -(-count // PERSONS))], dtype=object)[serial]
    status = np.array(["new", "active", "blocked"], dtype=object)[rng.choice(3, count, p=[0.5, 0.3, 0.2])]
    balance = np.round(np.exp(rng.normal(7.1, 1.1, count)), 2)
    days = np.datetime64("2024-01-02") + np.arange(730)
    season = np.array([85, 86, 98, 97, 100, 99, 90, 88, 101, 105, 121, 138])[days.astype("M8[M]").astype(int) % 12]
    weekday = np.array([112, 72, 58, 108, 110, 109, 108])[days.astype(int) % 7]
    day = days[rng.choice(730, count, p=season * weekday / (season * weekday).sum())]
    hours = np.repeat([8, 4, 3, 2, 2, 4, 10, 25, 48, 70, 82, 80, 68, 66, 72, 74, 70, 62, 55, 54, 52, 44, 28, 15], 60)
    second = rng.choice(1440, count, p=hours / hours.sum()) * 60 + rng.integers(0, 60, count)
    created = (day.astype("M8[s]") + second).astype("U19").tolist()
    return list(
        zip(
            np.arange(1, count + 1).tolist(),
            first[person].tolist(),
            family[person].tolist(),
            (address[person] + number + domain).tolist(),
            country[person // (FIRST * FAMILY)].tolist(),
            status.tolist(),
            balance.tolist(),
            created,
            strict=True,
        )
    )


def generator(count: int) -> Rows:
    """This generator."""
    import sqlalchemy
    from mock_data_generator import MockData

    engine = sqlalchemy.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLE)
    return MockData(engine, ["customers"], count).tuples("customers", plain=True)


def mimesis(count: int) -> Rows:
    """Mimesis as its documentation shows it: one provider call for each value."""
    from mimesis import Generic, Locale

    fake = Generic(Locale.EN, seed=1)
    for number in range(1, count + 1):
        yield (
            *(number, fake.person.first_name(), fake.person.last_name(), fake.person.email(), fake.address.country_code()),
            *(fake.random.choice(("new", "active", "blocked")), fake.finance.price(1, 9999), str(fake.datetime.datetime(2024, 2025))),
        )


def faker(count: int) -> Rows:
    """Faker as its documentation shows it: one provider call for each value."""
    from faker import Faker

    fake = Faker()
    Faker.seed(1)
    for number in range(1, count + 1):
        yield (
            *(number, fake.first_name(), fake.last_name(), fake.unique.email(), fake.country_code()),
            *(fake.random_element(("new", "active", "blocked")), float(fake.pydecimal(left_digits=4, right_digits=2, positive=True))),
            str(fake.date_time_between("-2y")),
        )


CONTENDERS: dict[str, Callable[[int], Rows]] = {"by_hand": by_hand, "generator": generator, "mimesis": mimesis, "faker": faker}


def only_make(rows: Rows) -> int:
    """Take every row."""
    return sum(1 for _ in rows)


def insert(rows: Rows) -> int:
    """Write the rows into a new SQLite file, by the driver's fastest call."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "rows.db")
        connection.execute(TABLE)
        count = connection.executemany(INSERT, rows).rowcount
        connection.commit()
        connection.close()
        return count


def load(count: int) -> int:
    """This generator's own way into a new SQLite file, through `DatabaseHelper`, manifest included."""
    from db_helper import DatabaseHelper
    from mock_data_generator import fill

    with tempfile.TemporaryDirectory() as folder:
        database = DatabaseHelper(url=f"sqlite:///{folder}/rows.db")
        database.execute_query(TABLE)
        manifest = fill(database, ["customers"], count)
        database.close()
        return int(manifest["tables"]["customers"]["rows"])


def one(contender: str, work: str, count: int) -> None:
    """What a process of its own does: print processor seconds and its peak of memory."""
    import mock_data_generator  # noqa: F401 - importing is not what is measured

    if work == "insert" and contender == "generator":
        run: Callable[[], int] = lambda: load(count)  # noqa: E731
    else:
        run = lambda: (only_make if work == "make" else insert)(CONTENDERS[contender](count))  # noqa: E731
    start, wall = time.process_time(), time.perf_counter()
    done = run()
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    assert done == count, (done, count)  # noqa: S101
    print(seconds, wall, _peak_mib())


def _peak_mib() -> float:
    """The most memory this process has had; getrusage would tell that of the one which started it, where that is more."""
    status = Path("/proc/self/status")
    if not status.exists():  # Windows, macOS
        return float("nan")
    return int(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))) / 1024


def measured(contender: str, work: str, count: int) -> tuple[float, float, float]:
    """Run one contender in a process of its own."""
    rows = count // SMALLER.get(contender, 1)
    command = [sys.executable, __file__, "--one", contender, work, str(rows)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "WORKFLOW_ACCESS_LOG__FILE": os.devnull}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    seconds, wall, peak = map(float, done.stdout.split())
    return seconds * SMALLER.get(contender, 1), wall * SMALLER.get(contender, 1), peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("make", "insert"))
    parser.add_argument("--one", nargs=3, metavar=("CONTENDER", "WORK", "ROWS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        return one(given.one[0], given.one[1], int(given.one[2]))
    names = [name for name in CONTENDERS if name not in MODULES or importlib.util.find_spec(name)]
    for work, title in (("make", "made"), ("insert", "made and written into a SQLite file")):
        if given.only not in (None, work):
            continue
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in names}
        for _ in range(given.rounds):
            for name in names:
                taken[name].append(measured(name, work, given.rows))
        _table(f"{given.rows:,} rows of 8 columns {title}, {given.rounds} rounds", taken)
    return None


def _table(title: str, taken: dict[str, list[tuple[float, float, float]]]) -> None:
    print(f"\n{title}")
    base = [each[0] for each in taken["by_hand"]]
    for name, runs in taken.items():
        ratio = statistics.median(run[0] / other for run, other in zip(runs, base, strict=True))
        seconds, peak = statistics.median(run[0] for run in runs), statistics.median(run[2] for run in runs)
        note = f"   (from {SMALLER[name]} times fewer rows)" if name in SMALLER else f"{peak:6.0f} MiB"
        print(f"  {name:10} {seconds:8.2f} s {ratio:8.2f}x {note}")


if __name__ == "__main__":
    main()
