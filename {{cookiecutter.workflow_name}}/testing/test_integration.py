"""The whole workflow on a real database file, and the scripts beside it."""

import json
import sys
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

sys.path.insert(0, str(WORKFLOW.parent / "shared"))
from test_framework import load_script, run_script, snapshot

workflow = load_script(WORKFLOW / "{{ cookiecutter.__script }}.py")
LOADED = [1, 2, 3, 4, 8, 9, 10, 12]


@pytest.fixture
def db(tmp_path):
    helper = DatabaseHelper.from_samples(workflow.SAMPLES, tmp_path / "real.db")
    yield helper
    helper.close()


@pytest.fixture
def configured(monkeypatch, db):
    """The scripts of this workflow, with the real file as the configured database."""
    scripts = {path.stem: load_script(path) for folder in ("validation", "debugging") for path in (WORKFLOW / folder).glob("*.py")}
    for script in (workflow, *scripts.values()):
        monkeypatch.setattr(script, "db_helper", db, raising=False)
    return scripts


def target(db):
    return snapshot(db, workflow.TARGET_TABLE, "id")


def seen_by_others(db):
    """What another connection sees, which is what was committed."""
    other = DatabaseHelper(url=db.url.set(query={"timeout": "5"}))
    rows = target(other)
    other.close()
    return rows


def test_every_good_source_row_is_in_the_target(db):
    summary = workflow.run(db, batch_size=5)

    assert [row["id"] for row in seen_by_others(db)] == LOADED
    assert (summary.read, summary.loaded) == (12, len(LOADED))


def test_a_second_run_changes_nothing(db):
    workflow.run(db, batch_size=5)
    before = target(db)

    workflow.run(db, batch_size=3)

    assert target(db) == before


def test_a_changed_source_row_replaces_its_target_row(db):
    workflow.run(db, batch_size=5)
    db.execute_query(f"UPDATE {db.quote(workflow.SOURCE_TABLE)} SET amount = 99 WHERE id = 2")

    workflow.run(db, batch_size=5)

    assert [row["amount"] for row in target(db) if row["id"] == 2] == [99]


def test_when_a_batch_fails_nothing_of_the_run_stays_and_the_error_comes_out(db, monkeypatch):
    load = workflow.load
    monkeypatch.setattr(workflow, "load", lambda helper, rows: load(helper, rows) if rows[0]["id"] == 1 else 1 / 0)

    with pytest.raises(ZeroDivisionError):
        workflow.run(db, batch_size=5)

    assert seen_by_others(db) == []


def test_a_dry_run_writes_nothing(configured, db, capsys):
    assert workflow.main(["--dry-run"]) == 0

    assert target(db) == []
    assert "loaded 8" in capsys.readouterr().out


def test_partitions_and_since_reach_the_database(configured, db):
    assert workflow.main(["--partition", "1/2", "--since", "2026-01-08"]) == 0

    assert [row["id"] for row in target(db)] == [4, 8, 10, 12]


def test_the_script_runs_by_itself():
    done = run_script(WORKFLOW / "{{ cookiecutter.__script }}.py", "--sample")

    assert done.exit_code == 0, done.stderr
    assert "read 12, loaded 8" in done.stdout


def test_data_quality_holds_after_a_run_and_fails_on_bad_rows(configured, db, capsys):
    quality = configured["validate_data_quality"]
    workflow.run(db, batch_size=5)

    assert quality.main([]) == 0
    db.execute_query(f"UPDATE {db.quote(workflow.TARGET_TABLE)} SET amount = -1 WHERE id = 1")
    assert quality.main(["--json"]) == 1
    assert [each["id"] for each in json.loads(capsys.readouterr().out.rpartition("hold\n")[2])["results"] if not each["ok"]] == ["in_range(amount)"]


def test_data_quality_of_the_samples_holds(configured):
    assert configured["validate_data_quality"].main(["--sample"]) == 0


def test_business_rules_hold_after_a_run_and_fail_on_bad_rows(configured, db):
    rules = configured["validate_business_rules"]
    workflow.run(db, batch_size=5)

    assert rules.main([]) == 0
    db.execute_query(f"UPDATE {db.quote(workflow.TARGET_TABLE)} SET status = 'lost' WHERE id = 1")
    assert rules.main([]) == 1


PLAN = """
| id | requirement | verified by |
| --- | --- | --- |
| REQ-01 | Good rows arrive | test: test_every_good_source_row_is_in_the_target |
| REQ-02 | No negative amounts | rule: BR-01 |
| REQ-03 | The owner agrees | person: owner, 2026-01-31 |
"""


@pytest.mark.parametrize(
    ("change", "exit_code"), [(("x", "x"), 0), (("2026-01-31", "open"), 1), (("BR-01", "BR-99"), 1), (("_in_the_target", "_elsewhere"), 1), (("REQ", "req"), 1)]
)
def test_requirements_are_met_only_when_all_are(change, exit_code, configured, monkeypatch, tmp_path, capsys):
    requirements = configured["check_requirements"]
    plan = tmp_path / "plan.md"
    plan.write_text(PLAN.replace(*change), encoding="utf-8")
    monkeypatch.setattr(requirements, "PLAN", plan)
    monkeypatch.setattr(requirements, "run_tests", lambda: {"test_every_good_source_row_is_in_the_target": True})

    assert requirements.main([]) == exit_code
    assert requirements.main(["--json"]) == exit_code


def test_the_results_of_the_tests_are_read_from_pytest(configured, monkeypatch, tmp_path):
    requirements = configured["check_requirements"]
    (tmp_path / "testing").mkdir()
    (tmp_path / "testing" / "test_it.py").write_text("def test_yes(): assert True\n\n\ndef test_no(): assert False\n", encoding="utf-8")
    monkeypatch.setattr(requirements, "WORKFLOW", tmp_path)

    assert requirements.run_tests() == {"test_yes": True, "test_no": False}


@pytest.mark.parametrize(("stage", "rows"), [("extract", 10), ("transform", 7), ("load", 7)])
@pytest.mark.parametrize("words", [[], ["--sample"]])
def test_debugging_one_stage_writes_a_log_and_changes_nothing(stage, rows, words, configured, db, monkeypatch, tmp_path, capsys):
    debugging = configured["debug_component"]
    monkeypatch.setattr(debugging, "LOGS", tmp_path)

    assert debugging.main([stage, *words]) == 0

    assert capsys.readouterr().out.startswith(f"{stage}: {rows} rows")
    assert "extract gave 10 rows" in next(tmp_path.glob("*.log")).read_text(encoding="utf-8")
    assert target(db) == []


def test_the_profile_is_a_page_to_open(configured, tmp_path):
    page = tmp_path / "profile.html"

    assert configured["profile_performance"].main(["--rows", "500", "--out", str(page)]) == 0
    assert "<html" in page.read_text(encoding="utf-8").lower() or "<!doctype html>" in page.read_text(encoding="utf-8").lower()
