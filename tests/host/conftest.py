"""The modules of host/, loaded as the scripts of a host load them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

HOST = Path(__file__).parents[2] / "host"
for _folder in ("utils", "dev/shared"):
    sys.path.insert(0, str(HOST / _folder))

import db_config as _db_config  # noqa: E402
import db_helper as _db_helper  # noqa: E402

from tests.tds import Hang, SqlServer  # noqa: E402


@pytest.fixture(autouse=True)
def _no_access_log(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file in host/logs of this repository; the pages are run in a host of their own."""
    if request.path.name != "test_pages.py":
        monkeypatch.setenv("WORKFLOW_ACCESS_LOG__FILE", "")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty config/ folder that the helper reads."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setattr(_db_config, "CONFIG_FOLDER", folder)
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


SERVERS = ["postgresql", "mariadb", pytest.param("sqlserver", marks=pytest.mark.sqlserver)]
DATABASES = ["sqlite", *SERVERS, "standin"]  # the last one stands in for SQL Server: see tests/tds
TYPES = {  # of a table that all of them have
    "sqlite": {"moment": "TIMESTAMP", "text": "VARCHAR(50)", "flag": "BOOLEAN", "bytes": "BLOB", "double": "DOUBLE"},
    "postgresql": {"moment": "TIMESTAMP", "text": "VARCHAR(50)", "flag": "BOOLEAN", "bytes": "BYTEA", "double": "DOUBLE PRECISION"},
    "mariadb": {"moment": "DATETIME(6)", "text": "VARCHAR(50)", "flag": "BOOLEAN", "bytes": "VARBINARY(100)", "double": "DOUBLE"},
    "sqlserver": {"moment": "DATETIME2", "text": "NVARCHAR(50)", "flag": "BIT", "bytes": "VARBINARY(100)", "double": "FLOAT"},
}


TYPES["standin"] = TYPES["sqlserver"]


class Database(NamedTuple):
    """One of the databases that the helper promises the same for."""

    name: str
    url: str
    types: dict[str, str]
    helper: Any

    def other(self, **options: Any) -> Any:
        """A helper beside the first one."""
        return _db_helper.DatabaseHelper(url=self.url, **options)


@pytest.fixture
def standin_url(fake_sqlserver: SqlServer) -> str:
    fake_sqlserver.script("AS asleep", Hang(20))
    return str(fake_sqlserver.url().render_as_string(hide_password=False))


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Each database in turn, empty but for a table `orders`."""
    name = request.param
    url = f"sqlite:///{tmp_path / 'one.db'}" if name == "sqlite" else request.getfixturevalue(f"{name}_url")
    helper = _db_helper.DatabaseHelper(url=url)
    columns = "id INTEGER NOT NULL PRIMARY KEY, customer {text}, amount NUMERIC(10, 2), rate {double}, large BIGINT, paid {flag}"
    helper.execute_query(f"CREATE TABLE orders ({columns}, placed DATE, changed {{moment}}, data {{bytes}})".format(**TYPES[name]))
    yield Database(name, url, TYPES[name], helper)
    helper.close()
