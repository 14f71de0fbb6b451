"""`dev/shared/performance_profiler.py`: what is measured, how it is judged, and the page that shows it."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import performance_profiler
import pytest
from sqlalchemy import Engine, NullPool, create_engine, make_url, text
from workflow_profiling.compare import Compared, _Pairs
from workflow_profiling.growth import growing
from workflow_profiling.judging import duration, judge_sizes
from workflow_profiling.page import page_of, size_of
from workflow_profiling.profile import Profile
from workflow_profiling.projection import CannotProject, project
from workflow_profiling.ratio import ratio_of
from workflow_profiling.runs import Subject
from workflow_profiling.volumes import Size, StatementSum, measure_sizes
from workflow_testing.databases import Databases

from tests.browser import dom_of, look_at
from tests.conftest import Run

SIZES = (6_250, 12_500, 25_000, 50_000, 100_000)
CURVES: dict[str, Callable[[float], float]] = {
    "linear": lambda n: 0.05 + n * 1e-5,
    "n log n": lambda n: 0.05 + n * math.log2(n) * 6e-7,
    "quadratic": lambda n: 0.05 + n * 2e-6 + n * n * 2e-9,
    "hidden quadratic": lambda n: n * 1e-5 + n * n * 2e-11,
    "n to the power of 1.5": lambda n: n**1.5 * 1e-8,
}


def quiet(time: float, chance: np.random.Generator) -> float:
    return time * (1 + abs(chance.normal(0, 0.02)))


def busy(time: float, chance: np.random.Generator) -> float:
    return time * (1 + chance.exponential(0.15))


def bursts(time: float, chance: np.random.Generator) -> float:
    return quiet(time, chance) + (chance.random() < 0.3) * time * chance.uniform(0.3, 1)


def measured(curve: Callable[[float], float], noise: Any, chance: np.random.Generator) -> dict[int, list[float]]:
    return {size: [noise(curve(size), chance) for _ in range(3)] for size in SIZES}


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("noise", [quiet, busy, bursts])
@pytest.mark.parametrize("distance", [1.5, 4])
def test_the_upper_bound_holds_whatever_the_curve_and_the_noise(curve: str, noise: Any, distance: float) -> None:
    chance, tried, held = np.random.default_rng(7), 60, 0

    for _ in range(tried):
        try:
            held += project(measured(CURVES[curve], noise, chance), round(100_000 * distance)).upper >= CURVES[curve](100_000 * distance)
        except CannotProject:
            held += 1  # it says nothing, which is not wrong

    assert held / tried >= 0.93


@pytest.mark.parametrize("curve", CURVES)
def test_on_a_quiet_machine_the_upper_bound_is_close(curve: str) -> None:
    chance = np.random.default_rng(7)

    found = [project(measured(CURVES[curve], quiet, chance), 200_000) for _ in range(40)]

    assert np.median([each.upper / CURVES[curve](200_000) for each in found]) < 1.3
    assert all(0.8 < each.seconds / CURVES[curve](200_000) < 1.15 for each in found)
    assert all(each.lower <= each.seconds <= each.upper for each in found)


def test_where_the_naive_projection_is_too_low_the_bound_is_not() -> None:
    """A line through logarithms, as most tools draw it, misses a quadratic part that begins to show."""
    curve, chance = CURVES["quadratic"], np.random.default_rng(7)
    naive_too_low = bound_too_low = 0

    for _ in range(60):
        times = measured(curve, quiet, chance)
        slope, start = np.polyfit(np.log(SIZES), np.log([min(each) for each in times.values()]), 1)
        naive_too_low += math.exp(start) * 400_000**slope < curve(400_000)
        bound_too_low += project(times, 400_000).upper < curve(400_000)

    assert naive_too_low == 60
    assert bound_too_low == 0


def test_the_bounds_widen_with_the_distance_and_with_the_noise() -> None:
    chance = np.random.default_rng(7)
    times, noisy = (measured(CURVES["linear"], noise, chance) for noise in (quiet, busy))

    near, far, loud = project(times, 150_000), project(times, 800_000), project(noisy, 150_000)

    assert near.upper / near.seconds < far.upper / far.seconds
    assert near.noise < loud.noise
    assert near.upper / near.seconds < loud.upper / loud.seconds


def test_in_much_noise_no_less_is_expected_than_was_measured_at_fewer_rows() -> None:
    times = {
        31: [0.0075, 0.009, 0.02],
        62: [0.0097, 0.02, 0.02],
        125: [0.013, 0.03, 0.03],
        250: [0.014, 0.03, 0.03],
        500: [0.023, 0.05, 0.05],
    }

    assert 10 * 0.023 < project(times, 12_000).seconds < 100 * 0.023


@pytest.mark.parametrize(("curve", "order"), [("linear", "n"), ("quadratic", "n²"), ("n to the power of 1.5", "n√n")])
def test_the_part_that_takes_most_is_named(curve: str, order: str) -> None:
    assert project({size: [CURVES[curve](size)] * 3 for size in SIZES}, 400_000).order == order


def test_what_says_nothing_about_more_rows_is_refused() -> None:
    with pytest.raises(CannotProject, match="at least 4 sizes are needed, there are 3"):
        project({1: [1.0], 2: [2.0], 3: [3.0]}, 6)
    with pytest.raises(CannotProject, match=r"the time grows as n\^"):
        project({size: [1.3 ** (size / 5000)] for size in SIZES}, 200_000)


def test_the_interval_of_a_ratio_holds_the_true_one() -> None:
    chance, held, tried = np.random.default_rng(7), 0, 400

    for _ in range(tried):
        before = [chance.lognormal(0, 0.3) for _ in range(9)]
        after = [1.4 * chance.lognormal(0, 0.3) for _ in range(9)]
        found = ratio_of(before, after)
        held += found.low <= 1.4 <= found.high

    assert held / tried >= 0.93


def test_a_ratio_says_slower_only_when_there_is_no_doubt() -> None:
    assert ratio_of([1.0] * 6, [1.5] * 6).word == "slower"
    assert ratio_of([1.0] * 6, [0.5] * 6).word == "faster"
    assert ratio_of([1.0] * 6, [0.9, 1.1, 1.2, 1.3, 0.8, 1.2]).word == "alike"
    with pytest.raises(ValueError, match="at least 6 pairs of runs are needed, there are 5"):
        ratio_of([1.0] * 5, [1.0] * 5)


def seen(calls: Callable[[int], float], seconds: Callable[[int], float]) -> list[Size]:
    """Five sizes with one statement that is called and takes as the two functions of the rows say."""
    return [Size(rows, [1.0], None, [StatementSum("SELECT 1", "x.py:1", round(calls(rows)), rows, seconds(rows))]) for rows in SIZES]


@pytest.mark.parametrize(
    ("calls", "seconds", "kinds"),
    [
        (lambda n: n, lambda n: n * 1e-5, ["calls"]),
        (lambda n: n / 10, lambda n: n * 1e-5, ["calls"]),
        (lambda n: n / 1000, lambda n: n * 1e-5, []),
        (lambda n: 1, lambda n: n * 1e-5, []),
        (lambda n: 1, lambda n: n * math.log2(n) * 1e-6, []),
        (lambda n: 1, lambda n: n * n * 1e-9, ["time"]),
        (lambda n: n / 1000, lambda n: n**1.6 * 1e-7, ["time"]),
        (lambda n: 1, lambda n: n * n * 1e-13, []),
    ],
    ids=["for each row", "for each ten rows", "in batches", "once", "sorting", "quadratic", "steep", "quadratic but nothing"],
)
def test_a_statement_that_grows_too_fast_is_named(calls: Any, seconds: Any, kinds: list[str]) -> None:
    assert [each.kind for each in growing(seen(calls, seconds))] == kinds


def test_how_a_statement_grows_is_said() -> None:
    each_row, quadratic = growing(seen(lambda n: n, lambda n: n * 1e-5)), growing(seen(lambda n: 1, lambda n: n * n * 1e-9))

    assert each_row[0].how == "1.0 calls for each row: 100,000 calls at 100,000 rows"
    assert quadratic[0].how == "16.0 times slower for each row: 6.2 µs at 6,250 rows, 100.0 µs at 100,000"


def test_one_disturbed_run_is_no_growth() -> None:
    sizes = seen(lambda n: 1, lambda n: n * 1e-5)
    sizes[-1].statements[0].seconds *= 5  # type: ignore[index]

    assert growing(sizes) == []


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.00321, "3.2 ms"),
        (0.25, "250 ms"),
        (1.434, "1.43 s"),
        (12.34, "12.3 s"),
        (60, "1 min"),
        (600, "10 min"),
        (754, "12 min 34 s"),
        (12_000, "3 h 20 min"),
    ],
)
def test_a_time_is_said_as_a_person_says_it(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def engine_of(url: Any) -> Engine:
    """An engine that holds no connection: a database that somebody is connected to cannot be copied."""
    return create_engine(url, poolclass=NullPool)


def subject(volume: int = 2000, **changes: Any) -> Subject:
    """A workflow that reads its source row by row of batches, on SQLite."""

    def fill(url: Any, rows: int) -> None:
        with engine_of(url).begin() as connection:
            connection.execute(text("INSERT INTO source VALUES (:id)"), [{"id": number} for number in range(rows)])

    def run(url: Any) -> None:
        with engine_of(url).connect() as connection:
            held = [bytes(100) for _ in connection.execute(text("SELECT id FROM source"))]
            for number in range(0, len(held), 4):
                connection.execute(text("SELECT :number"), {"number": number}).all()

    made = Subject("daily", Path("/nowhere"), Path(), "standard", volume, fill, run)
    return replace(made, **changes)


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    folder = tmp_path / "samples"
    folder.mkdir()
    (folder / "schema.sql").write_text("CREATE TABLE source (id INTEGER PRIMARY KEY);")
    return folder


def test_sizes_are_measured_in_rounds_with_statements_rows_and_memory(samples: Path, tmp_path: Path) -> None:
    order: list[int] = []
    plain = subject(samples=samples)

    def run(url: Any) -> None:
        plain.run(url)
        with engine_of(url).connect() as connection:
            order.append(connection.scalar(text("SELECT COUNT(*) FROM source")))

    sizes = measure_sizes(replace(plain, run=run), Databases(tmp_path), 3200, 30, lambda words: None)

    assert [size.rows for size in sizes] == [200, 400, 800, 3200]
    rounds = [order[at : at + 4] for at in range(len(order)) if order[at : at + 4] == [200, 400, 800, 3200]]
    assert len(rounds) >= 3
    assert all(len(size.seconds) == 3 for size in sizes)
    assert [size.calls for size in sizes] == [52, 102, 202, 802]
    assert [size.fetched for size in sizes] == [rows + rows // 4 + 1 for rows in (200, 400, 800, 3200)]
    assert sizes[-1].peak_bytes is not None
    assert sizes[0].peak_bytes is not None
    assert 3200 * 100 < sizes[-1].peak_bytes < 3_000_000
    assert sizes[-1].peak_bytes > 2 * sizes[0].peak_bytes
    assert list(tmp_path.glob("*.db")) != []


@pytest.mark.parametrize("database", ["postgresql", "mariadb"])
def test_a_workflow_is_measured_on_a_server_and_nothing_is_left_there(
    database: str, samples: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow_profiling.volumes.ROUNDS", 1)
    server = make_url(request.getfixturevalue(f"{database}_url"))
    databases = Databases(tmp_path, server)
    made: set[str | None] = set()
    plain = subject(samples=samples)

    def run(url: Any) -> None:
        made.add(url.database)
        plain.run(url)

    sizes = measure_sizes(replace(plain, run=run), databases, 1600, 180, lambda words: None)
    databases.drop_all()

    assert [size.rows for size in sizes] == [100, 200, 400, 1600]
    assert [size.fetched for size in sizes] == [rows + rows // 4 for rows in (100, 200, 400, 1600)]
    with create_engine(server).connect() as connection:
        names = connection.execute(text("SHOW DATABASES" if database == "mariadb" else "SELECT datname FROM pg_database")).scalars().all()
    assert not made & set(names)


def test_a_query_that_compares_each_row_with_each_is_named(samples: Path, tmp_path: Path) -> None:
    def run(url: Any) -> None:
        with engine_of(url).connect() as connection:
            connection.execute(text("SELECT COUNT(*) FROM source AS a JOIN source AS b ON a.id + b.id = 7")).all()
            connection.execute(text("SELECT COUNT(*) FROM source")).all()

    sizes = measure_sizes(subject(samples=samples, run=run), Databases(tmp_path), 3200, 30, lambda words: None)

    assert [(each.kind, "JOIN" in each.sql) for each in growing(sizes)] == [("time", True)]


def test_what_does_not_fit_into_the_time_is_measured_at_smaller_sizes(samples: Path, tmp_path: Path) -> None:
    def run(url: Any) -> None:
        with engine_of(url).connect() as connection:
            time.sleep(connection.scalar(text("SELECT COUNT(*) FROM source")) * 1e-5)

    began = time.perf_counter()
    sizes = measure_sizes(subject(samples=samples, run=run), Databases(tmp_path), 500_000, 6, lambda words: None)

    assert sizes[-1].rows < 250_000
    assert len(sizes) == 5
    assert time.perf_counter() - began < 60  # a loaded machine may take several times as long


def test_the_run_at_150_percent_is_judged_where_there_is_one_and_the_upper_bound_else() -> None:
    curve = CURVES["linear"]
    sizes = [Size(rows, [curve(rows)] * 3) for rows in SIZES]

    measured = judge_sizes(subject(volume=66_666), sizes)
    projected = judge_sizes(subject(volume=200_000), sizes)
    unknown = judge_sizes(subject(volume=200_000), sizes[:3])
    exceeded = judge_sizes(subject(volume=200_000, criticality="critical"), [Size(rows, [curve(rows) * 20] * 3) for rows in SIZES])

    assert measured.text == "1.05 s measured at 99,999 rows, the budget is kept: 0.2 % of 10 min"
    assert projected.kind == "projected"
    assert projected.upper > projected.seconds > 3  # type: ignore[operator]
    assert re.fullmatch(r"3\.\d+ s, at most [3-9]\.\d+ s, projected at 300,000 rows, the budget is kept: 0\.\d % of 10 min", projected.text)
    assert (unknown.ok, unknown.kind) == (False, "unknown")
    assert "at least 4 sizes are needed" in unknown.text
    assert not exceeded.ok
    assert "the budget is EXCEEDED" in exceeded.text


def test_a_bound_over_the_budget_exceeds_it_though_the_expected_time_does_not() -> None:
    sizes = [Size(rows, [rows * 1e-5 * factor for factor in (1, 1.08, 1.2)]) for rows in SIZES]

    found = judge_sizes(subject(volume=1_600_000, criticality="critical"), sizes)

    assert found.seconds is not None
    assert found.upper is not None
    assert found.seconds < 30 < found.upper
    assert (found.ok, found.word) == (False, "not shown")
    assert "the budget is NOT SHOWN to be kept, measure longer" in found.text


def profile(**changes: Any) -> Profile:
    """A profile with something of everything."""
    sizes = seen(lambda n: n, lambda n: n * 1e-5)
    sizes = [
        replace(size, seconds=[CURVES["quadratic"](size.rows) * factor for factor in (1, 1.02, 1.1)], peak_bytes=size.rows * 900)
        for size in sizes
    ]
    sizes[-1].statements[0].sql = "SELECT '<script>alert(1)</script>'"  # type: ignore[index]
    made = subject(volume=200_000)
    compared = [Compared(1000, (1.0,) * 9, (1.5,) * 9, ratio_of([1.0] * 9, [1.5] * 9), (10, 1000))]
    machine = {"processor": "a <b>", "cores": 2, "system": "x", "python": "y", "database": "SQLite", "reference_ms": 9.5, "load": 0.1}
    values: dict[str, Any] = {
        "subject": made,
        "sizes": sizes,
        "judgement": judge_sizes(made, sizes),
        "growing": growing(sizes),
        "compared_with": "main",
        "compared": compared,
        "commit": "0123456789ab",
        "measured_at": datetime(2026, 11, 25, tzinfo=UTC),
        "machine": machine,
        "flame": "flame.html",
    }
    return Profile(**{**values, **changes})


def test_the_page_loads_nothing_and_shows_what_came_from_the_code_as_text() -> None:
    page = page_of(profile())

    assert not re.search(r"https?:|@import|url\(|<script|<link|<img", page.replace("&lt;script", ""))
    assert "&lt;script&gt;alert(1)" in page
    assert "a &lt;b&gt;" in page


@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_can_be_read_on_a_telephone_and_on_a_screen(width: int) -> None:
    shown = look_at(page_of(profile()), width)

    assert shown["width"] <= width
    assert (shown["outside"], shown["loaded"]) == ([], [])
    for words in (
        "Keeps its budget",
        "projected to 300,000 rows",
        "at most",
        "A query for each row (N+1)",
        "1.50 (1.50 to 1.50)",
        "Beside main",
    ):
        assert words in shown["text"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Keeps its budget"),
        ({"subject": subject(volume=200_000, criticality="critical")}, "Exceeds its budget"),
        ({"sizes": seen(lambda n: 1, lambda n: n * 1e-5)[:3], "growing": [], "compared": []}, "Not shown to keep its budget"),
    ],
)
def test_the_verdict_is_the_first_thing_on_the_page(changes: dict[str, Any], words: str) -> None:
    made = profile(**changes)

    page = page_of(replace(made, judgement=judge_sizes(made.subject, made.sizes)))

    assert page.index(words) < page.index("<h2>")


def test_the_proof_says_what_was_judged_by_what() -> None:
    proof = json.loads(json.dumps(profile().as_json()))

    assert (proof["schema"], proof["workflow"], proof["budget_seconds"]) == ("performance/1", "daily", 600)
    assert proof["volume"] == {"today": 200_000, "share": 1.5, "judged": 300_000}
    assert (proof["verdict"]["ok"], proof["verdict"]["kind"]) == (True, "projected")
    assert proof["projection"]["order"] == "n²"
    assert [size["rows"] for size in proof["sizes"]] == list(SIZES)
    assert proof["growing"][0]["kind"] == "calls"
    assert proof["comparison"]["at"][0]["ratio"] == {"middle": 1.5, "low": 1.5, "high": 1.5}
    assert proof["machine"]["cores"] == 2


def test_an_amount_of_memory_is_said_as_a_person_says_it() -> None:
    assert [size_of(number) for number in (900, 1_500_000, 3 << 30)] == ["1 KiB", "1.4 MiB", "3.0 GiB"]


def test_two_versions_run_in_turn_and_each_is_as_often_the_first(samples: Path, tmp_path: Path) -> None:
    order: list[str] = []

    class Version:
        def __init__(self, name: str) -> None:
            self.name = name

        def run(self, url: Any, *, watch: bool = False) -> dict[str, Any]:
            order.append(self.name + "#" * watch)
            return {"seconds": 1.0, "statements": 5}

    bench = _Pairs(subject(samples=samples), Databases(tmp_path), Version("old"), Version("new"), time.perf_counter() + 60, print)  # type: ignore[arg-type]

    found = bench.compare(50)

    assert order == ["old", "new", "new", "old"] * 4 + ["old", "new", "old#", "new#"]
    assert (len(found.before), len(found.after), found.statements) == (9, 9, (5, 5))


N_PLUS_ONE = """                for row in clean:
                    db.execute_query(f"SELECT amount FROM {db.quote(TARGET_TABLE)} WHERE id = :id", {"id": row["id"]})
                loaded += len(clean)"""


def test_a_workflow_is_measured_judged_and_compared_from_the_command_line(workflow: Run, run: Run, host: Path) -> None:
    workflow("new", "daily_sales", "--defaults")
    run("git", "add", "-A")
    run("git", "commit", "-q", "--no-verify", "-m", "Add daily_sales")
    script = host / "dev" / "daily_sales" / "daily_sales.py"
    script.write_text(script.read_text(encoding="utf-8").replace("                loaded += len(clean)", N_PLUS_ONE), encoding="utf-8")

    done = run(
        sys.executable, "dev/daily_sales/debugging/profile_performance.py", "--seconds", "8", "--compare", "HEAD", "--fail-over", "1.01"
    )

    out = host / "reports" / "performance" / "daily_sales"
    proof = json.loads((out / "performance.json").read_text(encoding="utf-8"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert "times as long: slower" in done.stdout
    assert "grows too fast: 0.7 calls for each row" in done.stdout
    assert "at dev/daily_sales/daily_sales.py:" in done.stdout
    assert proof["verdict"]["ok"] is True
    assert proof["commit"].endswith("+")
    assert proof["comparison"]["at"][-1]["statements"][1] > 5 * proof["comparison"]["at"][-1]["statements"][0]
    assert re.search(r"daily_sales with [\d,]+ rows", dom_of(out / "flame.html"))
    assert not (host / "logs").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "nothing is no workflow: it has no workflow.toml"),
        (["daily_sales", "--compare", "v0.9"], "neither a folder nor a version that git knows"),
        (["daily_sales", "--compare", "."], ""),
        (["daily_sales", "--volume", "many"], "'many' is no number of rows"),
    ],
)
def test_what_cannot_be_measured_is_said_with_exit_code_2(words: list[str], said: str, workflow: Run, run: Run, host: Path) -> None:
    workflow("new", "daily_sales", "--defaults")
    (host / "dev" / "daily_sales" / "debugging" / "profile_performance.py").write_text("VOLUME = 10\n" if not said else PROFILING)

    done = run(sys.executable, "dev/shared/performance_profiler.py", "--seconds", "1", *words)

    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr


PROFILING = """VOLUME = 10
def fill(db, rows): pass
def run(db): pass
"""


@pytest.mark.parametrize("installed", [True, False])
def test_a_flame_graph_is_a_page(installed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not installed:
        monkeypatch.setitem(sys.modules, "pyinstrument", None)

    page = performance_profiler.write_profile(lambda: sorted(range(200_000), key=str), tmp_path / "new" / "profile.html")

    text = page.read_text(encoding="utf-8")
    assert "<!doctype html>" in text.lower()
    assert installed or "sorted" in text


def test_work_is_measured_and_its_result_kept() -> None:
    measured = performance_profiler.measure(lambda size: bytearray(size), 5_000_000, memory=True)

    assert len(measured.result) == 5_000_000
    assert measured.peak_bytes >= 5_000_000
    assert measured.seconds > 0


@pytest.mark.parametrize(
    ("seconds", "criticality", "ok"),
    [(29.9, "critical", True), (30.1, "critical", False), (599, "standard", True), (601, "standard", False)],
)
def test_a_time_is_judged_by_the_budget(seconds: float, criticality: str, ok: bool) -> None:
    verdict = performance_profiler.judge(seconds, criticality)

    assert verdict.ok is ok
    assert ("EXCEEDED" in verdict.text) is not ok


@pytest.mark.skipif(not Path("/proc/thread-self/schedstat").exists(), reason="only Linux tells how long a thread stood in the queue")
def test_time_that_other_programs_took_is_not_measured() -> None:
    def work() -> int:
        return sum(number % 7 for number in range(300_000))

    alone = min(performance_profiler.measure(work).seconds for _ in range(5))
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(6 * (os.cpu_count() or 1))]
    try:
        time.sleep(1)
        beside = min(performance_profiler.measure(work).seconds for _ in range(5))
    finally:
        for each in others:
            each.kill()
            each.wait()

    assert beside < 2.5 * alone  # on a clock at the wall seven times


def test_time_in_which_the_work_waits_is_measured() -> None:
    assert performance_profiler.measure(lambda: time.sleep(0.2)).seconds >= 0.19
