"""The whole workflow on a real database, and the scripts beside it.

`db` is a database with the samples, in a transaction that is rolled back; `db_clone` is one of the test's own, for what commits.
Reviewed rows and tables lie in golden/ and contracts/; `pytest --update-golden` writes them anew.
"""

import json

import pytest

LOADED = [1, 2, 3, 4, 8, 9, 10, 12]


def target(db, workflow):
    return db.execute_query(f"SELECT * FROM {db.quote(workflow.TARGET_TABLE)} ORDER BY id")


def change(db, table, words):
    db.execute_query(f"UPDATE {db.quote(table)} SET {words}")


def test_every_good_source_row_is_in_the_target(workflow, db, golden):
    summary = workflow.run(db, batch_size=5)

    golden(workflow.TARGET_TABLE, key="id")
    assert (summary.read, summary.loaded) == (12, len(LOADED))


def test_a_second_run_changes_nothing(workflow, db, golden):
    workflow.run(db, batch_size=5)
    workflow.run(db, batch_size=3)

    golden(workflow.TARGET_TABLE, key="id")


def test_a_changed_source_row_replaces_its_target_row(workflow, db):
    workflow.run(db, batch_size=5)
    change(db, workflow.SOURCE_TABLE, "amount = 99 WHERE id = 2")

    workflow.run(db, batch_size=5)

    assert [row["amount"] for row in target(db, workflow) if row["id"] == 2] == [99]


def test_a_source_without_rows_is_no_error(workflow, db, fake_table):
    fake_table(workflow.SOURCE_TABLE)

    assert workflow.run(db, batch_size=5).read == 0


def test_the_target_has_the_form_that_was_agreed_on(workflow, db, contract):
    contract(workflow.TARGET_TABLE)


def test_rows_are_read_in_one_query_and_nothing_is_written_row_by_row(workflow, db, sql_spy):
    workflow.run(db, batch_size=5)

    assert [each.rows for each in sql_spy.matching(db.quote(workflow.SOURCE_TABLE))] == [12]
    assert sql_spy.repeated == []
    assert sql_spy.forbidden == []


def test_when_a_batch_fails_nothing_of_the_run_stays_and_the_error_comes_out(workflow, db, monkeypatch):
    load = workflow.load
    monkeypatch.setattr(workflow, "load", lambda helper, rows: load(helper, rows) if rows[0]["id"] == 1 else 1 / 0)

    with pytest.raises(ZeroDivisionError):
        workflow.run(db, batch_size=5)

    assert target(db, workflow) == []


def test_a_dry_run_writes_nothing(workflow, db, capsys):
    assert workflow.main(["--dry-run"]) == 0

    assert target(db, workflow) == []
    assert "loaded 8" in capsys.readouterr().out


def test_partitions_and_since_reach_the_database(workflow, db):
    assert workflow.main(["--partition", "1/2", "--since", "2026-01-08"]) == 0

    assert [row["id"] for row in target(db, workflow)] == [4, 8, 10, 12]


def test_the_script_runs_by_itself_and_commits(workflow, db_clone, run_script):
    done = run_script("{{ cookiecutter.__script }}.py")

    assert done.exit_code == 0, done.stderr
    assert "read 12, loaded 8" in done.stdout
    assert [row["id"] for row in target(db_clone, workflow)] == LOADED


def test_data_quality_holds_after_a_run_and_fails_on_bad_rows(workflow, db, load_script, capsys):
    quality = load_script("validation/validate_data_quality.py")
    workflow.run(db, batch_size=5)

    assert quality.main([]) == 0
    change(db, workflow.TARGET_TABLE, "amount = -1 WHERE id = 1")
    assert quality.main(["--json"]) == 1
    assert [each["id"] for each in json.loads(capsys.readouterr().out.rpartition("hold\n")[2])["results"] if not each["ok"]] == ["in_range(amount)"]


def test_data_quality_of_the_samples_holds_and_is_a_page(load_script, tmp_path):
    page = tmp_path / "quality.html"

    assert load_script("validation/validate_data_quality.py").main(["--sample", "--html", str(page)]) == 0
    assert "checks hold</strong>" in page.read_text(encoding="utf-8")


def test_business_rules_hold_after_a_run_and_fail_on_bad_rows(workflow, db, load_script):
    rules = load_script("validation/validate_business_rules.py")
    workflow.run(db, batch_size=5)

    assert rules.main([]) == 0
    change(db, workflow.TARGET_TABLE, "status = 'lost' WHERE id = 1")
    assert rules.main([]) == 1


@pytest.mark.parametrize("name", ["validate_data_quality", "validate_business_rules"])
def test_what_validation_would_ask_is_shown_before(name, load_script, capsys):
    assert load_script(f"validation/{name}.py").main(["--sample", "--plan"]) == 0

    assert " on sqlite " in capsys.readouterr().out


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
def test_requirements_are_met_only_when_all_are(change, exit_code, load_script, monkeypatch, tmp_path):
    requirements = load_script("validation/check_requirements.py")
    plan = tmp_path / "plan.md"
    plan.write_text(PLAN.replace(*change), encoding="utf-8")
    monkeypatch.setattr(requirements, "PLAN", plan)
    monkeypatch.setattr(requirements, "run_tests", lambda: {"test_every_good_source_row_is_in_the_target": True})

    assert requirements.main([]) == exit_code
    assert requirements.main(["--json"]) == exit_code


def test_the_results_of_the_tests_are_read_from_pytest(load_script, monkeypatch, tmp_path):
    requirements = load_script("validation/check_requirements.py")
    (tmp_path / "testing").mkdir()
    (tmp_path / "testing" / "test_it.py").write_text("def test_yes(): assert True\n\n\ndef test_no(): assert False\n", encoding="utf-8")
    monkeypatch.setattr(requirements, "WORKFLOW", tmp_path)

    assert requirements.run_tests() == {"test_yes": True, "test_no": False}


@pytest.mark.parametrize(("stage", "rows"), [("extract", 10), ("transform", 7), ("load", 7)])
@pytest.mark.parametrize("words", [[], ["--sample"]])
def test_debugging_one_stage_writes_a_log_and_changes_nothing(stage, rows, words, workflow, db, load_script, monkeypatch, tmp_path, capsys):
    debugging = load_script("debugging/debug_component.py")
    monkeypatch.setattr(debugging, "LOGS", tmp_path)

    assert debugging.main([stage, *words]) == 0

    assert capsys.readouterr().out.startswith(f"{stage}: {rows} rows")
    assert "extract gave 10 rows" in next(tmp_path.glob("*.log")).read_text(encoding="utf-8")
    assert target(db, workflow) == []


def test_the_profile_is_a_page_and_a_proof(load_script, tmp_path):
    profiling = load_script("debugging/profile_performance.py")

    assert profiling.main(["--volume", "400", "--seconds", "1", "--out", str(tmp_path)]) == 0
    assert "Keeps its budget" in (tmp_path / "performance.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))["verdict"]["ok"]
