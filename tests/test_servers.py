"""The servers of the tests: one per run, an empty database per test, and nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.conftest import ROOT

TESTS = """
import pytest
from sqlalchemy import create_engine, text

@pytest.mark.parametrize("number", range(4))
def test_a_database_is_empty(number, {kind}_url):
    with create_engine({kind}_url).begin() as connection:
        connection.execute(text("CREATE TABLE mine (id INTEGER)"))
    with open({seen!r}, "a") as seen:
        seen.write({kind}_url + "\\n")
"""


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_two_processes_share_one_server_that_ends_with_them(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    request.getfixturevalue(f"{kind}_url")  # skips where there is no such server
    seen = tmp_path / "seen"
    (tmp_path / "conftest.py").write_text(f"from tests.servers import *\nfrom tests.servers import _{kind}\n")
    (tmp_path / "test_it.py").write_text(TESTS.format(kind=kind, seen=str(seen)))

    command = [sys.executable, "-m", "pytest", "-q", "-n2", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 0, done.stdout + done.stderr
    urls = [make_url(line) for line in seen.read_text().split()]
    assert len({url.database for url in urls}) == 4
    assert len({url.port for url in urls}) == 1
    assert _ends(urls[0].port or 0)


def _ends(port: int) -> bool:
    import socket

    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return True
        time.sleep(0.1)
    return False


def test_a_session_that_a_test_left_open_holds_nothing_up(request: pytest.FixtureRequest, mariadb_url: str) -> None:
    left = create_engine(mariadb_url).connect()
    left.execute(text("CREATE TABLE mine (id INTEGER)"))
    left.execute(text("SELECT * FROM mine"))
    left.execute(text("LOCK TABLES mine WRITE"))
    request.node.left = left  # still open when the database is dropped
