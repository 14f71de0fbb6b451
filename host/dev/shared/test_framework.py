"""What the tests of every workflow share: fixtures, known by name wherever `dev/conftest.py` is above the test.

    def test_a_second_run_changes_nothing(db, workflow, golden):
        workflow.run(db, batch_size=5)
        workflow.run(db, batch_size=3)

        golden("daily_sales", key="id")

| fixture | what it gives |
| --- | --- |
| `workflow` | the script of the workflow that the test belongs to, loaded anew |
| `db` | a database with the samples, in a transaction that is rolled back; every `DatabaseHelper` of the process works in it |
| `db_clone` | a database of the test's own with the samples, for code that commits, and for scripts run by `run_script` |
| `sample(table)` | the rows of a sample, as the database gives them |
| `fake_table(table, rows)` | puts an empty twin without constraints in the place of a table |
| `golden(table, key)` | compares a table with the reviewed rows in `testing/golden/`; `--update-golden` writes them |
| `contract(table)` | compares the form of a table with the reviewed one in `testing/contracts/`; `--update-contracts` writes it |
| `sql_spy` | the SQL of the test: `len(sql_spy)`, `sql_spy.rows`, `sql_spy.repeated`, `sql_spy.forbidden` |
| `frozen_now(moment)` | stops the clock of Python, and of the database where that is possible |
| `run_script(path, *arguments)` | runs a script as a user does |
| `load_script(path)` | imports a script of the workflow anew |

They run on SQLite. `[testing] database` in config/settings.toml names a server on which they run instead; each process of pytest-xdist
makes a database of its own there.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from db_helper import DatabaseHelper
from sqlalchemy import URL, Connection, Engine, event
from workflow_testing.bases import Bases
from workflow_testing.clock import Clock, hide_from
from workflow_testing.contracts import compare_forms, describe, read_form, write_form
from workflow_testing.databases import Databases, configured_server
from workflow_testing.fakes import put_back, replace_table
from workflow_testing.golden import compare, write_rows
from workflow_testing.isolation import HINT, EscapedTransaction, Isolation
from workflow_testing.scripts import Completed, load_script, run_script, workflow_folder
from workflow_testing.spy import SqlSpy, shown_path

__all__ = ["Completed", "load_script", "run_script", "workflow_folder"]  # and the fixtures, which pytest finds by themselves

HOST = Path(__file__).resolve().parents[2]
_ISOLATION = pytest.StashKey[Isolation]()
_SAID = "workflow_testing"

Rows = list[dict[str, Any]]


@pytest.fixture(name="workflow")
def _workflow(request: pytest.FixtureRequest) -> ModuleType:
    """The script of the workflow that the test belongs to, loaded anew: what a test patches in it, no other test sees."""
    folder = workflow_folder(request.path)
    return load_script(folder / f"{folder.name.replace('-', '_')}.py")


@pytest.fixture(name="load_script")
def _load_script(request: pytest.FixtureRequest) -> Callable[[str | Path], ModuleType]:
    """Import a script anew; its path begins at the folder of the workflow."""
    return lambda path: load_script(_from_workflow(request, path))


@pytest.fixture(name="run_script")
def _run_script(request: pytest.FixtureRequest) -> Callable[..., Completed]:
    """Run a script as a user does; its path begins at the folder of the workflow. With `db_clone` it works on that database."""
    return lambda path, *arguments, **options: run_script(_from_workflow(request, path), *arguments, **options)


@pytest.fixture(scope="session", name="_bases")
def _all_bases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bases]:
    own, temporary = tmp_path_factory.getbasetemp().resolve(), Path(tempfile.gettempdir()).resolve()

    def throw_away(path: Path) -> bool:
        return path.is_relative_to(own) or (path.is_relative_to(temporary) and not path.is_relative_to(HOST))

    bases = Bases(Databases(tmp_path_factory.mktemp("databases"), configured_server()), throw_away)
    yield bases
    bases.close()


@pytest.fixture
def db(request: pytest.FixtureRequest, _bases: Bases, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseHelper]:
    """A database with the samples of the workflow, in a transaction that is rolled back at the end.

    It is the configured database, so every script works in this transaction. A test whose code gets out of it (ends it, or writes over
    a connection of its own) fails.
    """
    if "db_clone" in request.fixturenames:
        pytest.fail("a test uses `db` or `db_clone`, not both: they are two databases", pytrace=False)
    samples = _samples_of(request)
    base = _bases.of(samples)
    isolation = base.isolation
    if "sample" in request.fixturenames:
        base.read()
    _configure(monkeypatch, base.url)
    request.node.stash[_ISOLATION] = isolation
    yield isolation.begin()
    isolation.end()
    if isolation.escaped:
        _bases.forget(samples)


@pytest.fixture
def db_clone(request: pytest.FixtureRequest, _bases: Bases, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseHelper]:
    """A database of the test's own with the samples of the workflow, for code that commits.

    It is the configured database as long as the test runs, also for scripts that are run by `run_script`.
    """
    url = _bases.of(_samples_of(request)).clone()
    _configure(monkeypatch, url)
    helper = DatabaseHelper(url=url)
    yield helper
    helper.close()
    _bases.drop_clone(url)


@pytest.fixture
def sample(request: pytest.FixtureRequest, _bases: Bases) -> Callable[[str], Rows]:
    """Give the rows of a table of the samples as the database gives them: a copy, which the test may change."""
    return lambda table: _bases.of(_samples_of(request)).rows(table)


@pytest.fixture
def fake_table(request: pytest.FixtureRequest, db: DatabaseHelper) -> Callable[..., None]:
    """Put an empty twin without constraints in the place of a table of `db`, with the rows that are given.

    It needs `db`, because its transaction is what puts the real table back.
    """
    isolation = request.node.stash[_ISOLATION]

    def fake(table: str, rows: Sequence[Mapping[str, Any]] = ()) -> None:
        isolation.before_rollback.append(lambda connection: put_back(connection, table))
        with db.get_connection() as connection:
            replace_table(connection, table, rows)

    return fake


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Compare a table of `db` or `db_clone` with its reviewed rows, in `testing/golden/<name>.csv` (name: of the table)."""

    def check(
        table: str,
        key: str | Sequence[str],
        ignore: Sequence[str] = (),
        tolerance: float | Mapping[str, float] = 0,
        name: str | None = None,
    ) -> None:
        keys = [key] if isinstance(key, str) else list(key)
        file = request.path.parent / "golden" / f"{name or table}.csv"
        with _database_of(request).get_connection() as connection:
            if not file.is_file():
                found: Any = "it is missing"
            else:
                found = compare(connection, table, file, keys, ignore, tolerance)
            if found and request.config.getoption("update_golden", default=False):
                _say(request, f"{_shown(file)}: {write_rows(connection, table, file, keys, ignore):,} rows written: review them")
            elif found:
                _refuse(f"{table} is not what {_shown(file)} says: {found}", "--update-golden")

    return check


@pytest.fixture
def contract(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Compare the form of a table of `db` or `db_clone` with the reviewed one in `testing/contracts/<table>.json`.

    A breaking change fails; one that only adds is told at the end of the run, and fails where *strict* asks for that.
    """

    def check(table: str, strict: bool = False) -> None:
        file = request.path.parent / "contracts" / f"{table}.json"
        with _database_of(request).get_connection() as connection:
            form = describe(connection, table)
        changes = compare_forms(read_form(file), form) if file.is_file() else ["it is missing"]
        told = f"{table} is not what {_shown(file)} says: " + "".join(f"\n  {change}" for change in changes)
        if changes and request.config.getoption("update_contracts", default=False):
            write_form(form, file)
            _say(request, f"{_shown(file)}: written: review it")
        elif changes and (strict or any(getattr(change, "breaking", True) for change in changes)):
            _refuse(told, "--update-contracts")
        elif changes:
            _say(request, told)

    return check


@pytest.fixture
def sql_spy() -> Iterator[SqlSpy]:
    """The SQL that the process runs during the test: statements, rows, what is repeated, what is forbidden."""
    with SqlSpy().watching() as spy:
        yield spy


@pytest.fixture
def frozen_now(request: pytest.FixtureRequest) -> Iterator[Callable[[str | datetime], datetime]]:
    """Stop the clock at a moment, for Python and for `db` or `db_clone`; `workflow_testing/clock.py` says what no database can stop."""
    clock, database = Clock(), _database_of(request).url.database if {"db", "db_clone"} & set(request.fixturenames) else None

    def show(connection: Connection, *_: Any) -> None:
        if connection.engine.url.database == database:
            clock.show_to(connection)

    def freeze(moment: str | datetime) -> datetime:
        clock.move(moment)
        if isolation := request.node.stash.get(_ISOLATION, None):
            isolation.renew_after(hide_from)
        return clock.moment

    event.listen(Engine, "before_cursor_execute", show)
    with clock.seen_by_python():
        yield freeze
    event.remove(Engine, "before_cursor_execute", show)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options that write reviewed files anew."""
    group = parser.getgroup("workflow")
    group.addoption("--update-golden", action="store_true", help="write the golden rows that differ anew, instead of failing")
    group.addoption("--update-contracts", action="store_true", help="write the contracts that differ anew, instead of failing")


def pytest_configure() -> None:
    """Keep what tests do out of the access log, which is for the auditors, and out of the report of a test that fails."""
    os.environ.setdefault("WORKFLOW_ACCESS_LOG__FILE", os.devnull)
    logging.getLogger("db_access").disabled = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test whose code got out of the transaction of `db`."""
    try:
        yield
    except BaseException as error:
        if how := _escape(item):
            error.add_note(f"{item.nodeid} escaped its transaction: {how}")
        raise
    if how := _escape(item):
        raise EscapedTransaction(f"{item.nodeid} escaped its transaction: {how}{HINT}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the reviewed files that were written, and the contracts that were added to."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports if isinstance(report, pytest.TestReport)]
    for text in dict.fromkeys(text for report in reports for key, text in report.user_properties if key == _SAID):
        terminalreporter.write_line(text, yellow=True)


def _escape(item: pytest.Item) -> str:
    isolation = item.stash.get(_ISOLATION, None)
    return isolation.check() if isolation else ""


def _from_workflow(request: pytest.FixtureRequest, path: str | Path) -> Path:
    return Path(path) if Path(path).is_absolute() else workflow_folder(request.path) / path


def _samples_of(request: pytest.FixtureRequest) -> Path | None:
    try:
        return workflow_folder(request.path) / "testing" / "test_data_samples"
    except LookupError:
        return None


def _configure(monkeypatch: pytest.MonkeyPatch, url: URL) -> None:
    """Let every database of the configuration be this one, for this process and for those that it starts."""
    named = [name for name, value in DatabaseHelper().load_config().get("database", {}).items() if isinstance(value, dict)]
    for variable in ("WORKFLOW_DATABASE__URL", *(f"WORKFLOW_DATABASE__{name.upper()}__URL" for name in named)):
        monkeypatch.setenv(variable, url.render_as_string(hide_password=False))


def _database_of(request: pytest.FixtureRequest) -> DatabaseHelper:
    helper: DatabaseHelper = request.getfixturevalue("db_clone" if "db_clone" in request.fixturenames else "db")
    return helper


def _shown(file: Path) -> str:
    return shown_path(str(file))


def _say(request: pytest.FixtureRequest, text: str) -> None:
    """Tell something at the end of the run, under pytest-xdist too."""
    request.node.user_properties.append((_SAID, text))


def _refuse(what: str, option: str) -> None:
    pytest.fail(f"{what}\n  hint: if the table is right, write the file anew with {option} and review it", pytrace=False)
