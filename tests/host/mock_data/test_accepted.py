"""The database itself accepts the rows: every type, key, reference and constraint of four databases, and of random schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from mock_data_generator import MockData, fill, verify

from tests.host.mock_data.conftest import Lite
from tests.host.mock_data.schemas import GROUPS, HARD, TYPES, random_schema

Created = Callable[[tuple[str, Any], str], Any]


@pytest.mark.parametrize("profile", ["typical", "edge"])
def test_keys_references_circles_and_constraints_are_kept(profile: str, server: tuple[str, Any], created: Created) -> None:
    helper = created(server, HARD)

    for rows in GROUPS:
        data = MockData(helper, list(rows), rows, seed=3, profile=profile)
        manifest = data.load()

        assert verify(manifest, helper) == []
        assert [table.repair.constraints.unproven for table in data.plan.tables] == [()] * len(rows)


@pytest.mark.parametrize("profile", ["typical", "edge"])
def test_every_type_is_filled_and_comes_back_as_it_was_made(profile: str, server: tuple[str, Any], created: Created) -> None:
    helper = created(server, TYPES[server[0]])

    data = MockData(helper, ["kinds"], 400, seed=1, profile=profile)
    manifest = data.load()

    assert verify(manifest, helper) == []
    made = {name for name, values in data.plan.tables[0].block(0).columns.items() if values.null is None or not values.null.all()}
    assert made == {column.name for column in data.plan.tables[0].table.columns}


def test_what_the_database_fills_itself_is_left_out(lite: Lite) -> None:
    engine = lite(TYPES["sqlite"])

    table = MockData(engine, ["kinds"], 10).plan.tables[0].table

    assert "twice" not in [column.name for column in table.columns]
    assert table.left_out == {"twice": "computed by the database"}


@pytest.mark.parametrize("profile", ["typical", "edge"])
@pytest.mark.parametrize("seed", range(25))
def test_random_schemas_are_filled(seed: int, profile: str, lite: Lite) -> None:
    names, ddl = random_schema(seed)
    engine = lite(*ddl)

    manifest = fill(engine, names, 150, seed=seed, profile=profile)

    assert verify(manifest, engine) == []


def test_a_counter_of_postgresql_goes_on_behind_the_rows(postgresql_url: str) -> None:
    from db_helper import DatabaseHelper

    helper = DatabaseHelper(url=postgresql_url)
    helper.execute_query("CREATE TABLE numbered (id SERIAL PRIMARY KEY, x INTEGER)")

    fill(helper, ["numbered"], 10)
    helper.execute_query("INSERT INTO numbered (x) VALUES (1)")

    assert helper.execute_query("SELECT MAX(id) AS last FROM numbered")[0]["last"] == 11
    helper.close()


@pytest.mark.parametrize("replace", [False, True])
def test_a_table_that_others_inherit_from_gets_rows_of_its_own(replace: bool, postgresql_url: str) -> None:
    from db_helper import DatabaseHelper

    helper = DatabaseHelper(url=postgresql_url)
    helper.execute_query("CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
    helper.execute_query("CREATE TABLE cities (people INTEGER NOT NULL, PRIMARY KEY (id)) INHERITS (places)")
    helper.execute_query("CREATE TABLE visits (id INTEGER PRIMARY KEY, place_id INTEGER NOT NULL REFERENCES places)")
    fill(helper, ["cities"], 30, seed=1)

    manifest = fill(helper, ["places", "visits"], {"places": 20, "visits": 50}, seed=2, replace=replace)

    assert verify(manifest, helper) == []
    counts = "SELECT (SELECT COUNT(*) FROM ONLY places) AS places, (SELECT COUNT(*) FROM cities) AS cities"
    assert helper.execute_query(counts) == [{"places": 20, "cities": 30}]
    helper.close()
