"""`dev/shared/test_framework.py`: pytest runs the cases of `framework_cases/` in a host, on every database."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.host.conftest import HOST

CASES = Path(__file__).parent / "framework_cases"
SERVERS = ["postgresql", "mariadb", pytest.param("sqlserver", marks=pytest.mark.sqlserver)]
DATABASES = ["sqlite", *SERVERS]
FIXTURES = {"postgresql": "_postgresql", "mariadb": "_mariadb", "sqlserver": "sqlserver_url"}


class Outcome(NamedTuple):
    """How pytest ended: what each test said that did not pass (an empty text for one that did), and all that was printed."""

    tests: dict[str, str]
    output: str

    @property
    def failed(self) -> dict[str, str]:
        return {name: said for name, said in self.tests.items() if said}


class Project:
    """A host with the workflow `orders`; *database* is what its `[testing] database` says."""

    def __init__(self, top: Path, database: str) -> None:
        self.top, self.database = top, database
        self.testing = top / "dev" / "orders" / "testing"
        shutil.copytree(HOST, top, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(CASES / "orders", top / "dev" / "orders")
        (top / "kept").mkdir()

    def run(self, cases: str, *options: str, database: str | None = None) -> Outcome:
        """Run the file *cases* as tests of the workflow."""
        shutil.copy(CASES / f"{cases}.py", self.testing / f"test_{cases}.py")
        report = self.top / "report.xml"
        command = [sys.executable, "-m", "pytest", f"dev/orders/testing/test_{cases}.py", "-p", "no:cacheprovider", f"--junitxml={report}"]
        environment = {**os.environ, "WORKFLOW_TESTING__DATABASE": self.database if database is None else database}
        done = subprocess.run(
            [*command, *options], cwd=self.top, env=environment, capture_output=True, encoding="utf-8", timeout=300, check=False
        )
        assert report.exists(), done.stdout + done.stderr
        tests = ElementTree.parse(report).iter("testcase")  # noqa: S314 - pytest has just written it
        return Outcome({each.attrib["name"]: _said(each) for each in tests}, done.stdout + done.stderr)


def _said(case: ElementTree.Element) -> str:
    return "\n".join(
        f"{each.tag}: {each.attrib.get('message', '')}\n{each.text}" for each in case if each.tag in ("failure", "error", "skipped")
    )


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Project]:
    def make(database: str) -> Project:
        found = request.getfixturevalue(FIXTURES[database]) if database in FIXTURES else ""
        address = found if isinstance(found, str) else found.render_as_string(hide_password=False)
        return Project(tmp_path / "host", address)

    return make


def databases_on(address: str) -> list[str]:
    query = "SHOW DATABASES" if address.startswith("mysql") else "SELECT datname FROM pg_database"
    engine = create_engine(address)
    with engine.connect() as connection:
        found = connection.scalars(text(query)).all()
    engine.dispose()
    return [name for name in found if name.startswith("workflow_test_")]


def _is_alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


@pytest.mark.parametrize("database", DATABASES)
def test_what_the_fixtures_promise_holds(database: str, project: Callable[[str], Project]) -> None:
    done = project(database).run("passing")

    assert done.failed == {}, done.output
    assert len(done.tests) > 30


@pytest.mark.parametrize("database", DATABASES)
def test_a_test_that_escapes_or_differs_fails_and_says_how(database: str, project: Callable[[str], Project]) -> None:
    functions = [each for each in ast.parse((CASES / "failing.py").read_text(encoding="utf-8")).body if isinstance(each, ast.FunctionDef)]

    done = project(database).run("failing")

    wrong = {each.name: done.tests[each.name] for each in functions if str(ast.get_docstring(each)) not in done.tests[each.name]}
    assert wrong == {}
    escaped = [said for said in done.tests.values() if "escaped its transaction" in said]
    assert all("hint: code that commits" in said or "for another reason" in said or "own it" in said for said in escaped)


def test_what_commits_by_itself_on_mariadb_is_caught(project: Callable[[str], Project]) -> None:
    done = project("mariadb").run("mariadb")

    assert [name for name, said in done.tests.items() if "its transaction was ended" not in said] == []
    assert "its transaction was ended by TRUNCATE totals at dev/orders/testing/test_mariadb.py:" in done.output


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mariadb"])
def test_the_clock_of_the_database_stands_where_that_is_possible(database: str, project: Callable[[str], Project]) -> None:
    assert project(database).run("clock").failed == {}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_reviewed_files_are_written_sorted_and_only_where_they_differ(database: str, project: Callable[[str], Project]) -> None:
    host = project(database)
    golden = host.testing / "golden"
    before = (golden / "orders.csv").read_text(encoding="utf-8")

    plain = host.run("updates")
    updated = host.run("updates", "--update-golden", "--update-contracts", "-k", "test_golden")
    after = {path.name: path.read_text(encoding="utf-8") for path in golden.iterdir()}
    again = host.run("updates", "-k", "test_golden")

    assert "orders is not what" in plain.tests["test_golden"]
    assert "only in the table ['extra']" in plain.tests["test_golden_of_a_wider_table"]
    assert after["totals_with_extra.csv"] == "customer,number,extra\n"
    assert updated.failed == again.failed == {}
    assert re.sub("^1,1,open,11(.00)?,", "1,1,open,10.5,", after["orders.csv"], flags=re.MULTILINE).count("\n") == before.count("\n")
    assert after["customers.csv"] == "id,name\n1,Ada\n2,Žluťoučký\n"
    assert "dev/orders/testing/golden/orders.csv: 4 rows written: review them" in updated.output
    assert after["totals.csv"] == (CASES / "orders" / "testing" / "golden" / "totals.csv").read_text(encoding="utf-8")


def test_a_change_that_breaks_a_contract_fails_and_one_that_adds_is_told(project: Callable[[str], Project]) -> None:
    host = project("sqlite")

    done = host.run("updates", "-k", "column or contract")
    updated = host.run("updates", "-k", "test_added_column", "--update-contracts")

    assert sorted(done.failed) == ["test_added_column_where_none_is_wanted", "test_removed_column"]
    assert "breaking  number is gone (it was bigint not null)" in done.tests["test_removed_column"]
    assert "totals is not what dev/orders/testing/contracts/totals.json says: \n  additive  extra is new (integer)" in done.output
    assert updated.failed == {}
    assert '"extra": "integer"' in (host.testing / "contracts" / "totals.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("database", ["sqlite", *SERVERS[:2]])
def test_the_processes_of_xdist_have_databases_of_their_own_and_leave_none(database: str, project: Callable[[str], Project]) -> None:
    host = project(database)

    done = host.run("passing", "-n", "2")

    assert done.failed == {}, done.output
    assert not host.database or [name for name in databases_on(host.database) if not _is_alive(int(name.split("_")[3]))] == []


@pytest.mark.parametrize("database", SERVERS[:2])
def test_databases_that_a_killed_run_left_are_dropped_a_day_later(database: str, project: Callable[[str], Project]) -> None:
    host = project(database)
    old, new = (f"workflow_test_{datetime.now() - timedelta(hours=hours):%Y%m%d%H%M}_1_main_1" for hours in (25, 23))
    with create_engine(host.database, isolation_level="AUTOCOMMIT").connect() as connection:
        for name in (old, new):
            connection.execute(text(f"CREATE DATABASE {name}"))

        host.run("passing", "-k", "golden")
        left = databases_on(host.database)
        connection.execute(text(f"DROP DATABASE {new}"))

    assert new in left
    assert old not in left


def test_a_server_that_makes_no_database_is_named_without_its_password(project: Callable[[str], Project], tmp_path: Path) -> None:
    host = project("postgresql")
    with create_engine(host.database, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CREATE ROLE plain LOGIN PASSWORD 's3cret-of-plain'"))
        address = make_url(host.database).set(username="plain", password="s3cret-of-plain")  # noqa: S106 - of this test only

        done = host.run("passing", "-k", "golden", database=address.render_as_string(hide_password=False))
        connection.execute(text("DROP ROLE plain"))

    said = next(iter(done.failed.values()))
    assert "makes no database for the tests: permission denied to create database" in said
    assert "hint: [testing] database names a server where its user may CREATE DATABASE" in said
    assert "s3cret-of-plain" not in done.output
