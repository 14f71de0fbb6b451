"""The page about SQL from data is true."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.pages import run_page
from tests.standards.sqlflow.corpus import snippets_of

PAGE = ROOT / "docs" / "sql_injection.md"


@pytest.mark.skipif(shutil.which("sh") is None, reason="its commands are those of sh")
def test_the_page_tells_what_happens(host: Path, workflow: Run) -> None:
    workflow("init")
    workflow("new", "daily_sales", "--defaults")

    assert run_page(PAGE, host) >= 2


@pytest.mark.parametrize("name", snippets_of.SETS)
def test_the_page_gives_the_figures_of_each_set(name: str) -> None:
    found = snippets_of.figures(snippets_of.snippets(name))
    [row] = re.findall(rf"^\| {name}\b.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert f"| {found.vulnerable} + {found.safe} |" in row
    assert f"| {found.right / found.vulnerable:.1%}, {found.right / found.alarms:.1%} |" in row
