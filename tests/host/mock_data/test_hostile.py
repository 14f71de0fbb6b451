"""Schemas that databases accept and generators stumble over are filled to the last row."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from mock_data_generator import MockData, verify

from tests.host.mock_data.hostile import HOSTILE, Hostile
from tests.host.mock_data.schemas import run

CASES = [pytest.param(case, id=f"{case.database}-{case.about}-{case.profile}") for case in HOSTILE]


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_schema_is_filled(case: Hostile, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    from db_helper import DatabaseHelper

    url = f"sqlite:///{tmp_path / 'hostile.db'}" if case.database == "sqlite" else request.getfixturevalue(f"{case.database}_url")
    helper = DatabaseHelper(url=url)
    run(helper.engine, case.statements)

    manifest = MockData(helper, list(case.rows), case.rows, seed=5, profile=case.profile).load()

    assert verify(manifest, helper) == []
    with helper.get_connection() as connection:
        quote = connection.dialect.identifier_preparer.quote_identifier
        for table, count in case.rows.items():
            quoted = ".".join(map(quote, table.split(".")))
            assert connection.scalar(sa.text(f"SELECT COUNT(*) FROM {quoted}")) == count
    helper.close()
