"""Databases with the tables of `schemas`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from tests.host.conftest import SERVERS
from tests.host.mock_data.schemas import SHOP, run, statements

Lite = Callable[..., sa.Engine]


@pytest.fixture
def lite() -> Iterator[Lite]:
    """Make an SQLite database in memory, which enforces foreign keys, from statements."""
    engines = []

    def make(*ddl: str) -> sa.Engine:
        engine = sa.create_engine("sqlite://")
        sa.event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys = ON"))
        engines.append(engine)
        return run(engine, [statement for text in ddl for statement in text.split(";") if statement.strip()])

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def shop(lite: Lite) -> sa.Engine:
    """Customers, their orders and order lines, and employees."""
    return lite(SHOP)


@pytest.fixture(params=["sqlite", *SERVERS])
def server(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[tuple[str, Any]]:
    """The name of a database and a `DatabaseHelper` on an empty one."""
    from db_helper import DatabaseHelper

    name = request.param
    url = f"sqlite:///{tmp_path / 'hard.db'}" if name == "sqlite" else request.getfixturevalue(f"{name}_url")
    helper = DatabaseHelper(url=url)
    yield name, helper
    helper.close()


@pytest.fixture
def created() -> Callable[[tuple[str, Any], str], Any]:
    """Create tables on a server, and give back its helper."""

    def create(server: tuple[str, Any], text: str) -> Any:
        name, helper = server
        run(helper.engine, statements(text, name))
        return helper

    return create
