"""The modules of host/, loaded as the scripts of a host load them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HOST = Path(__file__).parents[2] / "host"
for _folder in ("utils", "dev/shared"):
    sys.path.insert(0, str(HOST / _folder))

import db_helper as _db_helper  # noqa: E402


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty config/ folder that the helper reads."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setattr(_db_helper, "CONFIG_FOLDER", folder)
    return folder


@pytest.fixture
def helper_module() -> ModuleType:
    return _db_helper


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Any]:
    """A helper on a real SQLite file with a table `orders`."""
    helper = _db_helper.DatabaseHelper(url=f"sqlite:///{tmp_path / 'real.db'}")
    helper.execute_query("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer VARCHAR(20), amount NUMERIC(8, 2))")
    helper.execute_query("CREATE TABLE customers (name VARCHAR(20) PRIMARY KEY)")
    yield helper
    helper.close()
