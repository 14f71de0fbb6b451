"""What the database helper costs beside the best that can be written by hand: python benchmarks/db_helper.py [--rows 1000000]

Every table is one run with its contenders interleaved, so that a slow moment of the machine hits all of them; it shows medians and the
ratio to the first line. SQLite, and PostgreSQL and MariaDB where their Debian packages are installed. Rows have eight columns: three
numbers, a fraction, two texts, a moment and a truth.

    python benchmarks/db_helper.py --only select
    python benchmarks/db_helper.py --only insert --databases postgresql
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:1] = [str(ROOT / "host" / "utils"), str(ROOT)]

import db_config  # noqa: E402
from db_helper import DatabaseHelper  # noqa: E402
from sqlalchemy import create_engine, insert, make_url, text  # noqa: E402

from tests.servers import Mariadb, Postgresql, running  # noqa: E402

COLUMNS = ("id", "number", "large", "share", "name", "note", "moment", "paid")
TABLE = (
    "CREATE TABLE {name} (id INTEGER, number INTEGER, large BIGINT, share DOUBLE PRECISION,"
    " name VARCHAR(50), note VARCHAR(50), moment {moment}, paid BOOLEAN)"
)
MOMENT = {"sqlite": "TIMESTAMP", "postgresql": "TIMESTAMP", "mariadb": "DATETIME(6)"}
NAMES = ", ".join(COLUMNS)
SELECT = f"SELECT {NAMES} FROM source"  # noqa: S608
BATCH = 1000
Contenders = dict[str, Callable[[], Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the stream; a tenth of them is inserted")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("select", "stream", "insert", "memory"))
    parser.add_argument("--databases", nargs="+", choices=tuple(MOMENT), default=tuple(MOMENT))
    given = parser.parse_args()
    parts = {"select": select_one, "insert": insert_rows, "stream": stream_rows, "memory": stream_memory}
    with tempfile.TemporaryDirectory() as folder:
        _configure(Path(folder))
        for name in given.databases:
            with _database(name, Path(folder)) as url:
                for part, measure in parts.items():
                    if given.only in (None, part):
                        measure(name, url, given.rows, given.rounds)


def select_one(name: str, url: str, rows: int, rounds: int) -> None:
    """One small statement: what each call costs."""
    core, db = create_engine(url), DatabaseHelper(url=url)
    db.execute_query("SELECT 1 AS one")
    calls = 1000 if rows >= 100_000 else 10

    def by_core() -> None:
        with core.connect() as connection:
            connection.execute(text("SELECT 1 AS one")).fetchall()

    def by_helper() -> None:
        db.execute_query("SELECT 1 AS one")

    def with_log() -> None:
        with _access_log():
            _repeat(by_helper, calls)()

    contenders: Contenders = {
        "SQLAlchemy Core": _repeat(by_core, calls),
        "helper": _repeat(by_helper, calls),
        "helper with access log": with_log,
    }
    _table(f"{name}: SELECT 1, {calls:,} times", contenders, 2 * rounds)
    core.dispose()
    db.close()


def insert_rows(name: str, url: str, rows: int, rounds: int) -> None:
    """Many rows in, committed."""
    given = list(_rows(rows // 10))
    mappings = [dict(zip(COLUMNS, row, strict=True)) for row in given]
    db = DatabaseHelper(url=url)
    db.execute_query(TABLE.format(name="target", moment=MOMENT[name]))
    by_hand = {"sqlite": _insert_sqlite, "postgresql": _insert_postgresql, "mariadb": _insert_mariadb}[name](url, given)
    contenders: Contenders = {
        **by_hand,
        "helper, tuples": lambda: db.bulk_insert("target", given, columns=COLUMNS),
        "helper, mappings": lambda: db.bulk_insert("target", mappings),
        "helper, upsert of new rows": lambda: db.upsert("target", given, key="id", columns=COLUMNS),
        "SQLAlchemy Core, insert()": _insert_core(url, mappings),
    }
    with contextlib.suppress(ImportError):
        contenders["pandas.to_sql"] = _insert_pandas(url, mappings)
    _table(f"{name}: {len(given):,} rows inserted", contenders, rounds, before=lambda: db.execute_query("DELETE FROM target WHERE 1 = 1"))
    db.execute_query("DROP TABLE target")
    db.close()


def stream_rows(name: str, url: str, rows: int, rounds: int) -> None:
    """Many rows out, in batches, as dicts."""
    db = _filled(name, url, rows)
    engine = create_engine(url)

    def by_helper() -> int:
        return sum(len(batch) for batch in db.stream_query(SELECT, batch_size=BATCH))

    def by_mappings() -> int:
        with engine.connect() as connection:
            result = connection.execution_options(yield_per=BATCH).execute(text(SELECT))
            return sum(len([dict(row) for row in part]) for part in result.mappings().partitions(BATCH))

    raw = {"sqlite": _raw_sqlite, "postgresql": _raw_postgresql, "mariadb": _raw_mariadb}[name](url)
    _table(
        f"{name}: {rows:,} rows streamed as dicts",
        {"raw driver": raw, "helper": by_helper, "SQLAlchemy mappings()": by_mappings},
        min(rounds, 3),
    )
    engine.dispose()
    db.close()


def stream_memory(name: str, url: str, rows: int, rounds: int) -> None:
    """What a stream holds, in a process of its own."""
    _filled(name, url, rows).close()
    print(f"\n{name}: memory of a process that streams")
    for part in (0, rows // 10, rows):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            peak = pool.apply(_stream_some, (url, part, str(db_config.CONFIG_FOLDER)))
        print(f"  {part:>11,} rows  {peak:7.1f} MiB")


def _stream_some(url: str, rows: int, config: str) -> float:
    db_config.CONFIG_FOLDER = Path(config)
    db = DatabaseHelper(url=url)
    for batch in db.stream_query(f"{SELECT} WHERE id < :most", {"most": rows}, BATCH):
        assert len(batch) <= BATCH  # noqa: S101
    return _peak_mib()


def _peak_mib() -> float:
    """The most memory this process has had; getrusage would tell that of the one which started it, where that is more."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) / 1024


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    start = datetime(2026, 1, 1)
    for number in range(count):
        note = None if number % 10 == 0 else "a note of some length, żółty"
        yield (
            number,
            number % 977,
            number * 10**9,
            number * 0.37,
            f"customer {number}",
            note,
            start + timedelta(seconds=number),
            number % 2 == 0,
        )


def _filled(name: str, url: str, rows: int) -> DatabaseHelper:
    db = DatabaseHelper(url=url)
    db.execute_query(TABLE.replace("TABLE", "TABLE IF NOT EXISTS").format(name="source", moment=MOMENT[name]))
    if db.execute_query("SELECT COUNT(*) AS n FROM source")[0]["n"] != rows:
        db.execute_query("DELETE FROM source WHERE 1 = 1")
        db.bulk_insert("source", _rows(rows), columns=COLUMNS)
    return db


# by hand


def _insert_sqlite(url: str, rows: list[tuple[Any, ...]]) -> Contenders:
    raw = sqlite3.connect(make_url(url).database or "")
    mappings = [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def executemany(marks: str, given: list[Any]) -> None:
        raw.executemany(f"INSERT INTO target ({NAMES}) VALUES ({marks})", given)  # noqa: S608
        raw.commit()

    return {
        "sqlite3, executemany of tuples": lambda: executemany(", ".join("?" * len(COLUMNS)), rows),
        "sqlite3, executemany of mappings": lambda: executemany(", ".join(f":{name}" for name in COLUMNS), mappings),
    }


def _insert_postgresql(url: str, rows: list[tuple[Any, ...]]) -> Contenders:
    import psycopg

    raw = psycopg.connect(**_parts(url, "dbname"))

    def copy() -> None:
        with raw.cursor() as cursor, cursor.copy(f"COPY target ({NAMES}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        raw.commit()

    def executemany() -> None:
        with raw.cursor() as cursor:
            cursor.executemany(f"INSERT INTO target ({NAMES}) VALUES ({', '.join(['%s'] * len(COLUMNS))})", rows)  # noqa: S608
        raw.commit()

    return {"psycopg, COPY of rows": copy, "psycopg, executemany": executemany}


def _insert_mariadb(url: str, rows: list[tuple[Any, ...]]) -> Contenders:
    import pymysql

    raw = pymysql.connect(**_parts(url, "database"))

    def executemany() -> None:
        with raw.cursor() as cursor:
            cursor.executemany(f"INSERT INTO target ({NAMES}) VALUES ({', '.join(['%s'] * len(COLUMNS))})", rows)  # noqa: S608
        raw.commit()

    return {"PyMySQL, executemany": executemany}


def _insert_core(url: str, mappings: list[dict[str, Any]]) -> Callable[[], None]:
    engine, db = create_engine(url), DatabaseHelper(url=url)
    table = db.table("target")

    def work() -> None:
        with engine.begin() as connection:
            connection.execute(insert(table), mappings)

    return work


def _insert_pandas(url: str, mappings: list[dict[str, Any]]) -> Callable[[], None]:
    import pandas

    engine, frame = create_engine(url), pandas.DataFrame(mappings)
    return lambda: frame.to_sql("target", engine, if_exists="append", index=False)


def _raw_sqlite(url: str) -> Callable[[], int]:
    raw = sqlite3.connect(make_url(url).database or "")
    return lambda: _as_dicts(raw.execute(SELECT))


def _raw_postgresql(url: str) -> Callable[[], int]:
    import psycopg

    raw = psycopg.connect(**_parts(url, "dbname"))

    def read() -> int:
        with raw.transaction(), raw.cursor("stream") as cursor:
            return _as_dicts(cursor.execute(SELECT))

    return read


def _raw_mariadb(url: str) -> Callable[[], int]:
    import pymysql.cursors

    raw = pymysql.connect(**_parts(url, "database"), cursorclass=pymysql.cursors.SSCursor)

    def read() -> int:
        with raw.cursor() as cursor:
            cursor.execute(SELECT)
            return _as_dicts(cursor)

    return read


def _as_dicts(cursor: Any) -> int:
    names, count = [column[0] for column in cursor.description], 0
    while rows := cursor.fetchmany(BATCH):
        count += len([dict(zip(names, row, strict=False)) for row in rows])
    return count


# the rest


def _configure(folder: Path) -> None:
    """A configuration of our own: no file for the access log, unless it is measured."""
    db_config.CONFIG_FOLDER = folder / "config"
    db_config.CONFIG_FOLDER.mkdir()


@contextlib.contextmanager
def _access_log() -> Iterator[None]:
    import db_log

    os.environ["WORKFLOW_ACCESS_LOG__FILE"] = "logs/access.jsonl"
    db_log.open_log()
    try:
        yield
    finally:
        for handler in list(db_log.logger.handlers):
            db_log.logger.removeHandler(handler)
            handler.close()
        db_log.logger.setLevel("NOTSET")


@contextlib.contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    kind = {"postgresql": Postgresql, "mariadb": Mariadb}[name]
    if reason := kind.reason_against():
        print(f"\n{name}: left out, {reason}")
        return
    with running(kind) as server:
        with create_engine(server.url, isolation_level="AUTOCOMMIT").connect() as administrator:
            administrator.execute(text("CREATE DATABASE bench"))
        yield server.url.set(database="bench").render_as_string(hide_password=False)


def _parts(url: str, database: str) -> dict[str, Any]:
    parsed = make_url(url)
    return {"host": parsed.host, "port": parsed.port, "user": parsed.username, "password": parsed.password, database: parsed.database}


def _repeat(call: Callable[[], Any], times: int) -> Callable[[], None]:
    def work() -> None:
        for _ in range(times):
            call()

    return work


def _table(title: str, contenders: Contenders, rounds: int, before: Callable[[], Any] = lambda: None) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            before()
            start = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - start)
    first = statistics.median(next(iter(seconds.values())))
    print(f"\n{title}")
    for name, each in seconds.items():
        print(f"  {name:32} {statistics.median(each):8.3f} s  {statistics.median(each) / first:5.2f}x", flush=True)


if __name__ == "__main__":
    main()
