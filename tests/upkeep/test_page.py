"""The page of the migration is true."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.pages import run_page


@pytest.mark.skipif(shutil.which("sh") is None or shutil.which("make") is None, reason="its commands are those of sh and make")
def test_the_page_tells_what_happens(host: Path, workflow: Run) -> None:
    workflow("new", "daily_sales", "--defaults")

    assert run_page(ROOT / "docs" / "migrate.md", host) >= 8
