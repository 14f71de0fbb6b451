"""A table of orders on each of the four databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

DATABASES = ["sqlite", "postgresql", "mariadb", pytest.param("sqlserver", marks=pytest.mark.sqlserver)]
Fill = Callable[..., sa.Engine]


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database."""
    url = f"sqlite:///{tmp_path / 'real.db'}" if request.param == "sqlite" else request.getfixturevalue(f"{request.param}_url")
    engine = sa.create_engine(url, hide_parameters=True)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'real.db'}")
    yield engine
    engine.dispose()


def fill(engine: sa.Engine, name: str, columns: dict[str, Any], rows: Sequence[tuple[Any, ...]]) -> None:
    """Make a table; its first column is the primary key when it is called id."""
    table = sa.Table(
        name, sa.MetaData(), *(sa.Column(each, kind, primary_key=each == "id", autoincrement=False) for each, kind in columns.items())
    )
    with engine.begin() as connection:
        table.create(connection)
        if rows:
            connection.execute(table.insert(), [dict(zip(columns, row, strict=True)) for row in rows])


def asked(engine: sa.Engine) -> list[str]:
    """The SELECTs over data that are run from now on."""
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *words: statements.append(words[2]))
    return statements
