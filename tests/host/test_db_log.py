"""The access log: who did what to which tables, in one line per statement, and never a value."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import db_log
import pytest
from db_config import ConfigError, workflow_name
from db_helper import DatabaseHelper
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.host.conftest import HOST, Database

KEYS = ["time", "workflow", "run", "user", "database", "operation", "tables", "rows", "ms", "outcome"]


class Lines(logging.Handler):
    """Keeps the lines of the access log."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())

    def told(self) -> list[tuple[str, list[str], int | None, str]]:
        """What was done to the tables of the test."""
        read = [json.loads(text) for text in self.texts]
        return [(line["operation"], line["tables"], line["rows"], line["outcome"]) for line in read if line["tables"]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    db_log.logger.addHandler(handler)
    db_log.logger.setLevel(logging.INFO)
    yield handler
    db_log.logger.removeHandler(handler)
    db_log.logger.setLevel(logging.NOTSET)


def test_each_statement_is_a_line_with_its_rows(database: Database, lines: Lines) -> None:
    db = database.helper
    db.execute_query("INSERT INTO orders (id) VALUES (1)")
    db.bulk_insert("orders", [[2], [3], [4]], batch_size=2, columns=["id"])
    db.execute_query("SELECT id FROM orders WHERE id > 1")
    list(db.stream_query("SELECT id FROM orders", batch_size=3))
    db.execute_query("UPDATE orders SET amount = 1 WHERE id > 2")

    copy = "COPY" if database.name == "postgresql" else "INSERT"
    assert lines.told() == [
        ("INSERT", ["orders"], 1, "ok"),
        (copy, ["orders"], 2, "ok"),
        (copy, ["orders"], 1, "ok"),
        ("SELECT", ["orders"], 3, "ok"),
        ("SELECT", ["orders"], 4, "ok"),
        ("UPDATE", ["orders"], 2, "ok"),
    ]


def test_a_line_says_who_did_what_where_and_how_long(database: Database, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    database.helper.execute_query("SELECT id FROM orders")

    line = json.loads(lines.texts[-1])
    assert list(line) == KEYS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert line["workflow"] == workflow_name()
    assert len(line["run"]) == 12
    assert line["user"]
    assert line["database"].startswith({"mariadb": "mysql", "sqlserver": "mssql", "standin": "mssql"}.get(database.name, database.name))
    assert "pa55" not in lines.texts[-1]
    assert line["ms"] >= 0


def test_statements_that_come_over_the_connection_itself_are_told(database: Database, lines: Lines) -> None:
    with database.helper.get_connection() as connection:
        connection.execute(text("INSERT INTO orders (id) VALUES (:id)"), {"id": 1})
        connection.exec_driver_sql("SELECT id FROM orders")
        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.exec_driver_sql("SELECT id FROM nowhere")

    told = [line[:2] for line in lines.told()]
    assert told == [("INSERT", ["orders"]), ("SELECT", ["orders"]), ("SELECT", ["nowhere"])]
    assert lines.told()[-1][3].startswith("other ")


def test_a_statement_that_failed_says_how(database: Database, lines: Lines) -> None:
    database.helper.bulk_insert("orders", [{"id": 1}])
    with pytest.raises(DBAPIError):
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
    with pytest.raises(DBAPIError):
        database.helper.bulk_insert("orders", [{"id": 1}])

    outcomes = [line[3] for line in lines.told()]
    assert outcomes[0] == "ok"
    assert all(outcome.startswith("other ") for outcome in outcomes[1:])
    assert {"postgresql": "23505", "mariadb": "1062"}.get(database.name, "") in outcomes[1]


def test_no_value_is_ever_told(database: Database, lines: Lines) -> None:
    db, secret = database.helper, "Xq7value"
    db.execute_query(f"INSERT INTO orders (id, customer) VALUES (1, '{secret}') -- {secret}")
    db.execute_query("SELECT id FROM orders WHERE customer = :name", {"name": secret})
    db.bulk_insert("orders", [{"id": 2, "customer": secret}])
    db.upsert("orders", [{"id": 2, "customer": f"{secret}2"}, {"id": 3, "customer": secret}], key="id")
    list(db.stream_query(f"SELECT '{secret}' AS x FROM orders WHERE customer = :name", {"name": secret}))
    for broken in (f"SELECT {secret} FROM orders", f"INSERT INTO orders (id, customer) VALUES (1, '{secret}')"):
        with pytest.raises(DBAPIError):
            db.execute_query(broken)

    assert len(lines.texts) > 8
    assert secret not in "".join(lines.texts)


def test_the_stage_of_an_upsert_is_told_as_its_table(database: Database, lines: Lines) -> None:
    database.helper.upsert("orders", [{"id": 1, "customer": "a"}], key="id")

    assert {tuple(line[1]) for line in lines.told()} == {("orders",)}
    assert [line[0] for line in lines.told()][-3:] == ["UPDATE", "INSERT", "DROP"]


def test_a_procedure_is_told_by_its_name(lines: Lines, tmp_path: Path) -> None:
    db = DatabaseHelper(url=f"sqlite:///{tmp_path / 'one.db'}")
    db.register_procedure("p", lambda helper: helper.execute_query("SELECT 1 AS one"))

    db.execute_stored_procedure("p")

    assert json.loads(lines.texts[-1])["operation"] == "SELECT"


def test_a_stream_that_is_left_is_told_with_what_was_read(database: Database, lines: Lines) -> None:
    database.helper.bulk_insert("orders", [[n] for n in range(100)], columns=["id"])
    stream = database.helper.stream_query("SELECT id FROM orders", batch_size=10)
    next(stream)
    stream.close()

    assert lines.told()[-1] == ("SELECT", ["orders"], 10, "ok")


def test_a_watcher_sees_each_statement(database: Database) -> None:
    seen: list[Any] = []
    with db_log.watched(seen.append):
        database.helper.execute_query("SELECT id FROM orders WHERE id = :id", {"id": 1})
    database.helper.execute_query("SELECT id FROM orders")

    assert [(access.statement.operation, access.rows, access.outcome) for access in seen] == [("SELECT", 0, "ok")]


# where it goes

SCRIPT = """
import logging, sys
sys.path.insert(0, {utils!r})
from db_helper import DatabaseHelper
logging.basicConfig(level=logging.INFO)
db = DatabaseHelper(url="sqlite://")
db.execute_query("CREATE TABLE orders (id INTEGER)")
"""


def run_script(top: Path, access_log: str | None) -> subprocess.CompletedProcess[str]:
    """Run a workflow of a host that has this setting."""
    (top / "config").mkdir(parents=True)
    if access_log is not None:
        (top / "config" / "settings.toml").write_text(f"[access_log]\nfile = {access_log!r}\n")
    utils = top / "utils"
    utils.mkdir()
    for module in (HOST / "utils").glob("*.py"):
        (utils / module.name).write_bytes(module.read_bytes())
    script = top / "scripts" / "daily_sales" / "daily_sales.py"
    script.parent.mkdir(parents=True)
    script.write_text(SCRIPT.format(utils=str(utils)))
    environment = {"WORKFLOW_RUN_ID": "execution-7"}
    return subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)


def test_the_file_that_is_configured_gets_the_lines_and_nothing_else_does(tmp_path: Path) -> None:
    done = run_script(tmp_path, "logs/access.jsonl")

    (line,) = [json.loads(each) for each in (tmp_path / "logs" / "access.jsonl").read_text().splitlines()]
    assert (line["workflow"], line["run"], line["operation"], line["tables"]) == ("daily_sales", "execution-7", "CREATE", ["orders"])
    assert (done.returncode, done.stderr) == (0, "")


def test_the_lines_may_go_to_stderr(tmp_path: Path) -> None:
    assert json.loads(run_script(tmp_path, "stderr").stderr)["operation"] == "CREATE"


def test_without_a_file_the_lines_are_ordinary_log_records(tmp_path: Path) -> None:
    assert run_script(tmp_path, None).stderr.startswith('INFO:db_access:{"time": ')


def test_a_file_that_cannot_be_written_is_named(config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    monkeypatch.setenv("WORKFLOW_ACCESS_LOG__FILE", "logs/access.jsonl")

    with pytest.raises(ConfigError, match=r"\[access_log\] file: .*access.jsonl cannot be written \(.*\): name another one, or stderr"):
        DatabaseHelper(url=f"sqlite:///{tmp_path / 'one.db'}").execute_query("SELECT 1 AS one")
