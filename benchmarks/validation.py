"""What 20 checks of a table cost, side by side in one run: python benchmarks/validation.py [--rows 2000000] [--rounds 5]

The table has ten columns; the checks hold uniqueness (of one and of two columns), a foreign key and two patterns. SQLite always;
PostgreSQL where it is installed, or by --postgresql URL. Great Expectations and pointblank run where they are installed.
Each run is a process of its own, contenders interleaved, so that a slow moment of the machine hits all. The table shows medians; a
ratio is that to the first contender in the same round. `cpu` is what the process itself computed (for SQLite that is all), `peak` its
memory at most, `grown` by how much it grew from just before the checks, `packages` what a contender loads beside SQLAlchemy and the
driver. All must find the same checks broken, or nothing is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import importlib.util
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).parents[1]
sys.path[:1] = [str(ROOT / "host" / "dev" / "shared"), str(ROOT)]

ORDERS = """CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, customer_id INTEGER, order_no VARCHAR(12), status VARCHAR(12),
 amount NUMERIC(10, 2), currency VARCHAR(3), email VARCHAR(60), created_at {moment}, quantity INTEGER, note VARCHAR(40))"""
ROWS = """WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {rows}) INSERT INTO orders SELECT i,
 CASE WHEN i % 50021 = 0 THEN 999999 ELSE (i * 7919) % 100000 + 1 END,
 CASE WHEN i % 40009 = 0 THEN 'bad' ELSE char(65 + i % 26) || char(65 + (i / 26) % 26) || '-' || printf('%07d', (i * 7919) % 10000000) END,
 CASE WHEN i % 30011 = 0 THEN 'lost' WHEN i % 60013 = 0 THEN NULL
      ELSE CASE i % 5 WHEN 0 THEN 'open' WHEN 1 THEN 'paid' WHEN 2 THEN 'shipped' WHEN 3 THEN 'cancelled' ELSE 'returned' END END,
 CASE WHEN i % 70001 = 0 THEN -1 ELSE (i * 37 % 100000) / 100.0 END, CASE i % 3 WHEN 0 THEN 'EUR' WHEN 1 THEN 'USD' ELSE 'CZK' END,
 CASE WHEN i % 20011 = 0 THEN 'no address' ELSE 'user' || (i % 300000) || '@example.org' END,
 datetime('2026-01-01', '+' || (i % 20000000) || ' seconds'), i % 50 + 1, CASE WHEN i % 4 THEN 'note ' || (i % 1000) END FROM s"""
CUSTOMERS = "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 100000) INSERT INTO customers SELECT i, 'c' FROM s"
STATUSES = ("open", "paid", "shipped", "cancelled", "returned")
CURRENCIES = ("EUR", "USD", "CZK")
NUMBER, EMAIL = r"[A-Z]{2}-\d{7}", r"[^@\s]+@[^@\s]+\.[^@\s]+"

# Each of the 20, as a person writes it by hand: how many rows are bad; the last four are values to compare with their bounds.
GROUPED = "(SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE {present} GROUP BY {columns}) AS g)"
HAND = {
    "not_null customer": "SUM(CASE WHEN customer_id IS NULL THEN 1 ELSE 0 END)",
    "not_null number": "SUM(CASE WHEN order_no IS NULL THEN 1 ELSE 0 END)",
    "not_null status": "SUM(CASE WHEN status IS NULL THEN 1 ELSE 0 END)",
    "not_null created": "SUM(CASE WHEN created_at IS NULL THEN 1 ELSE 0 END)",
    "unique id": "COUNT(id) - COUNT(DISTINCT id)",
    "unique number": "COUNT(order_no) - " + GROUPED.format(present="order_no IS NOT NULL", columns="order_no"),
    "unique both": "SUM(CASE WHEN customer_id IS NOT NULL AND order_no IS NOT NULL THEN 1 ELSE 0 END) - "
    + GROUPED.format(present="customer_id IS NOT NULL AND order_no IS NOT NULL", columns="customer_id, order_no"),
    "foreign key": "(SELECT COUNT(*) FROM orders o WHERE customer_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM customers c WHERE c.id = o.customer_id))",
    "statuses": f"SUM(CASE WHEN status NOT IN {STATUSES} THEN 1 ELSE 0 END)",
    "currencies": f"SUM(CASE WHEN currency NOT IN {CURRENCIES} THEN 1 ELSE 0 END)",
    "amounts": "SUM(CASE WHEN amount NOT BETWEEN 0 AND 1000 THEN 1 ELSE 0 END)",
    "quantities": "SUM(CASE WHEN quantity NOT BETWEEN 1 AND 50 THEN 1 ELSE 0 END)",
    "numbers": "SUM(CASE WHEN NOT ({number}) THEN 1 ELSE 0 END)",
    "addresses": "SUM(CASE WHEN NOT ({email}) THEN 1 ELSE 0 END)",
    "lengths": "SUM(CASE WHEN LENGTH(note) > 40 THEN 1 ELSE 0 END)",
    "rule": "SUM(CASE WHEN NOT (quantity > 0 OR amount = 0) THEN 1 ELSE 0 END)",
    "rows": "COUNT(*)",
    "newest": "MAX(created_at)",
    "sum": "SUM(amount)",
    "mean": "AVG(amount)",
}
DIGITS = "[0-9]" * 7
PATTERNS = {
    "sqlite": {
        "number": f"order_no GLOB '[A-Z][A-Z]-{DIGITS}'",
        "email": "email GLOB '?*@?*.?*' AND email NOT GLOB '*@*@*' AND email NOT GLOB '*[ \t\n]*'",
    },
    "postgresql": {"number": "order_no ~ '^[A-Z]{2}-[0-9]{7}$'", "email": r"email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'"},
}
BAD = 16  # of HAND, the first 16 count bad rows

Answer = list[int]


def by_hand(url: str) -> Answer:
    return _ask(url, [f"SELECT {', '.join(_by_hand(url))} FROM orders"])


def by_hand_with_distinct(url: str) -> Answer:
    distinct = {HAND["unique number"]: "COUNT(order_no) - COUNT(DISTINCT order_no)"}
    return _ask(url, [f"SELECT {', '.join(distinct.get(each, each) for each in _by_hand(url))} FROM orders"])


def twenty_by_hand(url: str) -> Answer:
    return _ask(url, [f"SELECT {each}" if each.startswith("(SELECT") else f"SELECT {each} FROM orders" for each in _by_hand(url)])


def _by_hand(url: str) -> list[str]:
    patterns = PATTERNS[sa.make_url(url).get_backend_name()]
    return [each.replace("{number}", patterns["number"]).replace("{email}", patterns["email"]) for each in HAND.values()]


def _ask(url: str, statements: list[str]) -> Answer:
    with sa.create_engine(url).connect() as connection:
        found = [value for each in statements for value in connection.exec_driver_sql(each.replace("%", "%%")).one()]
    return [int(each) for each in found[:BAD]]


def validation_helpers(url: str) -> Answer:
    from validation_helpers import (
        accepted_values,
        foreign_key,
        freshness,
        in_range,
        matches_length,
        matches_pattern,
        mean_in_range,
        not_null,
        row_count,
        rule,
        sum_in_range,
        unique,
        validate,
    )

    checks = [not_null("customer_id"), not_null("order_no"), not_null("status"), not_null("created_at")]
    checks += [unique("id"), unique("order_no"), unique("customer_id", "order_no"), foreign_key("customer_id", "customers", "id")]
    checks += [accepted_values("status", STATUSES), accepted_values("currency", CURRENCIES), in_range("amount", 0, 1000)]
    checks += [in_range("quantity", 1, 50), matches_pattern("order_no", NUMBER), matches_pattern("email", EMAIL)]
    checks += [matches_length("note", 40)]
    checks += [rule("BR-01", "A quantity is there", "quantity > 0 OR amount = 0"), row_count(low=1), freshness("created_at", 9999)]
    checks += [sum_in_range("amount", low=0), mean_in_range("amount", low=0)]
    return [each.failed for each in validate(sa.create_engine(url), "orders", checks).results[:BAD]]


def great_expectations(url: str) -> Answer:
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    add = context.data_sources.add_sqlite if url.startswith("sqlite") else context.data_sources.add_postgres
    asset = add("db", connection_string=url.replace("+psycopg", "")).add_table_asset("orders", table_name="orders")
    e = gx.expectations
    wanted = [e.ExpectColumnValuesToNotBeNull(column=each) for each in ("customer_id", "order_no", "status", "created_at")]
    wanted += [e.ExpectColumnValuesToBeUnique(column="id"), e.ExpectColumnValuesToBeUnique(column="order_no")]
    wanted += [e.ExpectCompoundColumnsToBeUnique(column_list=["customer_id", "order_no"])]
    missing = "SELECT * FROM {batch} WHERE customer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = customer_id)"
    wanted += [e.UnexpectedRowsExpectation(unexpected_rows_query=missing)]
    wanted += [e.ExpectColumnValuesToBeInSet(column="status", value_set=list(STATUSES))]
    wanted += [e.ExpectColumnValuesToBeInSet(column="currency", value_set=list(CURRENCIES))]
    wanted += [e.ExpectColumnValuesToBeBetween(column="amount", min_value=0, max_value=1000)]
    wanted += [e.ExpectColumnValuesToBeBetween(column="quantity", min_value=1, max_value=50)]
    wanted += [e.ExpectColumnValuesToMatchRegex(column="order_no", regex=f"^{NUMBER}$")]
    wanted += [e.ExpectColumnValuesToMatchRegex(column="email", regex=f"^{EMAIL}$")]
    wanted += [e.ExpectColumnValueLengthsToBeBetween(column="note", max_value=40)]
    wanted += [e.UnexpectedRowsExpectation(unexpected_rows_query="SELECT * FROM {batch} WHERE NOT (quantity > 0 OR amount = 0)")]
    wanted += [e.ExpectTableRowCountToBeBetween(min_value=1), e.ExpectColumnSumToBeBetween(column="amount", min_value=0)]
    wanted += [e.ExpectColumnMeanToBeBetween(column="amount", min_value=0)]
    wanted += [e.ExpectColumnMaxToBeBetween(column="created_at", min_value="2000-01-01")]
    suite = gx.ExpectationSuite(name="all", expectations=wanted)
    batch = asset.add_batch_definition_whole_table("whole").get_batch()
    results = batch.validate(suite, result_format={"result_format": "BASIC", "partial_unexpected_count": 0}).results
    return [1 - each.success for each in results]


def pointblank(url: str) -> Answer:
    import ibis
    import pointblank as pb

    where = sa.make_url(url)
    if url.startswith("sqlite"):
        connection = ibis.sqlite.connect(where.database)
    else:
        words = {"host": where.host, "port": where.port, "user": where.username, "password": where.password, "database": where.database}
        connection = ibis.postgres.connect(**words)
    known = connection.table("customers").id
    judged = pb.Validate(data=connection.table("orders"))
    judged = judged.col_vals_not_null(columns=["customer_id", "order_no", "status", "created_at"])
    judged = judged.rows_distinct(columns_subset="id").rows_distinct(columns_subset="order_no")
    judged = judged.rows_distinct(columns_subset=["customer_id", "order_no"])
    judged = judged.col_vals_expr(expr=lambda orders: orders.customer_id.isin(known))
    judged = judged.col_vals_in_set(columns="status", set=list(STATUSES)).col_vals_in_set(columns="currency", set=list(CURRENCIES))
    judged = judged.col_vals_between(columns="amount", left=0, right=1000).col_vals_between(columns="quantity", left=1, right=50)
    judged = judged.col_vals_regex(columns="order_no", pattern=f"^{NUMBER}$").col_vals_regex(columns="email", pattern=f"^{EMAIL}$")
    judged = judged.col_vals_expr(expr=lambda orders: orders.note.isnull() | (orders.note.length() <= 40))
    judged = judged.col_vals_expr(expr=lambda orders: (orders.quantity > 0) | (orders.amount == 0))
    return [int(each) for each in judged.interrogate(get_first_n=0, collect_extracts=False).n_failed().values()]


CONTENDERS: dict[str, tuple[Callable[[str], Answer], str]] = {
    "one SELECT by hand": (by_hand, ""),
    "the same with COUNT(DISTINCT)": (by_hand_with_distinct, ""),
    "twenty SELECTs by hand": (twenty_by_hand, ""),
    "validation_helpers": (validation_helpers, ""),
    "Great Expectations": (great_expectations, "great_expectations"),
    "pointblank": (pointblank, "pointblank"),
}
SLOW = ("pointblank",)  # once is enough to see
EXACT = ("one SELECT by hand", "the same with COUNT(DISTINCT)", "twenty SELECTs by hand", "validation_helpers")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database (default: a server of its own, where one is installed)")
    parser.add_argument("--only", nargs="*", choices=[*CONTENDERS], default=[*CONTENDERS], metavar="CONTENDER")
    parser.add_argument("--on", nargs="*", choices=["SQLite", "PostgreSQL"], default=["SQLite", "PostgreSQL"], metavar="DATABASE")
    parser.add_argument("--run", nargs=2, metavar=("CONTENDER", "URL"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        return _run(*given.run)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/orders.db"
        _fill_sqlite(url, given.rows)
        if "SQLite" in given.on:
            _compare("SQLite", url, given)
        if "PostgreSQL" in given.on:
            with _postgresql(given.postgresql) as other:
                if other:
                    _fill_postgresql(url, other)
                    _compare("PostgreSQL", other, given)
    return None


def _run(name: str, url: str) -> None:
    """One run of one contender, in this process."""
    logging.disable()
    warnings.simplefilter("ignore")
    with sa.create_engine(url).connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    at_first = {*sys.modules}
    importlib.import_module(CONTENDERS[name][1] or "validation_helpers")
    before, start, cpu = _memory("VmRSS"), time.perf_counter(), time.process_time()
    with contextlib.redirect_stderr(None):
        answer = CONTENDERS[name][0](url)
    measured = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    peak = _memory("VmHWM")
    added = len(_packages(sys.modules) - _packages(at_first))
    print(json.dumps({**measured, "peak": peak, "grown": peak - before, "packages": added, "answer": answer}))


def _packages(modules: Iterable[str]) -> set[str]:
    """The distributions that these modules belong to."""
    owners = importlib.metadata.packages_distributions()
    return {owner for module in {each.partition(".")[0] for each in modules} for owner in owners.get(module, ())}


def _memory(kind: str) -> float:
    """What this process has in memory now (VmRSS) or had at most (VmHWM), in MiB; getrusage adds that of the process before it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(kind))) / 1024


def _compare(database: str, url: str, given: argparse.Namespace) -> None:
    names = [name for name in given.only if not CONTENDERS[name][1] or importlib.util.find_spec(CONTENDERS[name][1])]
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(given.rounds):
        for name in names:
            if number == 0 or name not in SLOW:
                command = [sys.executable, __file__, "--run", name, url]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                measured[name].append(json.loads(said.splitlines()[-1]))
                print(f"{database} {number + 1}/{given.rounds}: {measured[name][-1]['seconds']:.1f} s, {name}", file=sys.stderr)
    broken = _agreed({name: runs[0]["answer"] for name, runs in measured.items()})
    print(f"\n{database}: 20 checks of {given.rows:,} rows, {broken} of them broken")
    print(f"  {'':32}{'seconds':>9}{'ratio':>8}{'cpu':>8}{'peak':>10}{'grown':>9}{'packages':>10}")
    base = [run["seconds"] for run in measured[names[0]]]
    for name, runs in measured.items():
        ratio = statistics.median(run["seconds"] / first for run, first in zip(runs, base, strict=False))
        seconds, cpu, peak, grown = (statistics.median(run[key] for run in runs) for key in ("seconds", "cpu", "peak", "grown"))
        sizes = f"{peak:6.0f} MiB{grown:5.0f} MiB{runs[0]['packages']:10}"
        print(f"  {name:32}{seconds:9.2f}{ratio:7.2f}x{cpu:8.2f}{sizes}", flush=True)


def _agreed(answers: dict[str, Answer]) -> int:
    """How many checks are broken, when all have found the same."""
    exact = [answers[name] for name in EXACT if name in answers]
    broken = {sum(number > 0 for number in answer) for answer in answers.values()}
    if any(each != exact[0] for each in exact) or len(broken) > 1:
        raise SystemExit(f"the contenders do not agree: {answers}")
    return broken.pop()


def _fill_sqlite(url: str, rows: int) -> None:
    with sa.create_engine(url).connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("CREATE TABLE customers (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20))")
        raw.execute(CUSTOMERS)
        raw.execute(ORDERS.format(moment="VARCHAR(19)"))
        raw.execute(ROWS.format(rows=rows))
        raw.commit()
        raw.execute("ANALYZE")
        raw.commit()


def _fill_postgresql(source: str, url: str) -> None:
    with sa.create_engine(source).connect() as taken, sa.create_engine(url).connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("CREATE TABLE customers (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20))")
        raw.execute(ORDERS.format(moment="TIMESTAMP"))
        for table in ("customers", "orders"):
            with raw.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                for row in taken.connection.driver_connection.execute(f"SELECT * FROM {table}"):  # type: ignore[union-attr]
                    copy.write_row(row)
        raw.commit()
        raw.autocommit = True
        raw.execute("VACUUM ANALYZE")


@contextlib.contextmanager
def _postgresql(url: str | None) -> Iterator[str | None]:
    from tests.servers import Postgresql, running

    if url or Postgresql.reason_against():
        yield url
        return
    with running(Postgresql) as server:
        yield server.url.render_as_string(hide_password=False)


if __name__ == "__main__":
    main()
