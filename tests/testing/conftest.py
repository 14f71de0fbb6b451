"""Small hosts with workflows whose tests are quick."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import ROOT

SCRIPT = """
def double(number):
    if number < 0:
        return 0
    return 2 * number
"""
TESTS = """
import sys
from pathlib import Path
import pytest
sys.path.insert(0, str(Path(__file__).parents[1]))
from script import double

@pytest.mark.parametrize(("number", "result"), [(-1, 0), (2, 4)])
def test_double(number, result):
    assert double(number) == result
"""


class Team:
    """A host repository on disk."""

    def __init__(self, top: Path) -> None:
        self.top = top
        top.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "init", "-q", "-b", "main"], cwd=top, check=True)
        for name in ("pytest.ini", ".coveragerc"):
            shutil.copy(ROOT / "host" / name, top)
        self.write("dev/shared/common.py", "LIMIT = 3\n")
        self.write("utils/db.py", "URL = 'sqlite://'\n")
        self.write("config/settings.toml", "[api]\nendpoint = 'x'\n")
        self.write(".gitignore", "__pycache__/\nlogs/\nconfig/secrets.toml\n")

    def write(self, path: str, text: str) -> Path:
        file = self.top / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8", errors="surrogatepass")
        return file

    def workflow(self, name: str, tests: str = TESTS, script: str = SCRIPT, **files: str) -> Path:
        """Write `dev/<name>` with `script.py`, `testing/test_it.py`, and *files* whose names have `__` for `/`."""
        self.write(f"dev/{name}/script.py", script)
        self.write(f"dev/{name}/testing/test_it.py", tests)
        for path, text in files.items():
            self.write(f"dev/{name}/{path.replace('__', '/')}.py", text)
        return self.top / "dev" / name

    def commit(self) -> None:
        subprocess.run(["git", "add", "-A"], cwd=self.top, check=True)
        subprocess.run(["git", "commit", "-qm", "x"], cwd=self.top, check=True)


@pytest.fixture
def team(host: Path) -> Team:
    """The host of this test."""
    return Team(host)
