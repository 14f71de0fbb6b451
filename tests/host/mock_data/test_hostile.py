"""Schemas that databases accept and generators stumble over are filled to the last row."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from mock_data_generator import MockData, verify

from tests.host.mock_data.hostile import HOSTILE, Hostile
from tests.host.mock_data.schemas import run

CASES = [pytest.param(name, case, profile, id=f"{name}-{case.about}-{profile}") for name, case, profile in HOSTILE]


@pytest.mark.parametrize(("name", "case", "profile"), CASES)
def test_a_hostile_schema_is_filled(name: str, case: Hostile, profile: str, request: pytest.FixtureRequest, tmp_path: Any) -> None:
    from db_helper import DatabaseHelper

    url = f"sqlite:///{tmp_path / 'hostile.db'}" if name == "sqlite" else request.getfixturevalue(f"{name}_url")
    helper = DatabaseHelper(url=url)
    run(helper.engine, [text for text in case.ddl.split(";") if text.strip()])

    manifest = MockData(helper, list(case.rows), case.rows, seed=5, profile=profile).load()

    assert verify(manifest, helper) == []
    with helper.get_connection() as connection:
        preparer = connection.dialect.identifier_preparer
        for table, count in case.rows.items():
            quoted = ".".join(preparer.quote_identifier(part) for part in table.split("."))
            assert connection.scalar(sa.text(f"SELECT COUNT(*) FROM {quoted}")) == count
    helper.close()
