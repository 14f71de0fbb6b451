"""Unit tests of `flight_delays.py`: what each part promises.

`workflow`, `db` and the other names that a test asks for are fixtures of dev/shared/test_framework.py.
"""

import logging
import sys

import pytest

GOOD = {"id": 1, "flight_date": "2013-01-01", "carrier": "UA", "origin": "EWR", "dep_delay": 10, "arr_delay": 20}


def days(batches):
    return [sorted({row["flight_date"] for row in batch}) for batch in batches]


def test_flights_of_a_day_are_aggregated(workflow):
    delays, rejected = workflow.transform(
        [GOOD, {**GOOD, "dep_delay": -5, "arr_delay": 14}, {**GOOD, "dep_delay": None, "arr_delay": None}]
    )

    assert not rejected
    assert delays == [
        {
            "carrier": "UA",
            "origin": "EWR",
            "flight_date": "2013-01-01",
            "flights": 3,
            "cancelled": 1,
            "mean_departure_delay": 2.5,
            "worst_departure_delay": 10,
            "mean_arrival_delay": 17.0,
            "worst_arrival_delay": 20,
            "late_share": 0.5,
        }
    ]


def test_a_day_on_which_nothing_flew_has_no_delays(workflow):
    (delay,), _ = workflow.transform([{**GOOD, "dep_delay": None, "arr_delay": None}])

    assert (delay["cancelled"], delay["mean_departure_delay"], delay["late_share"]) == (1, None, None)


@pytest.mark.parametrize("change", [{"carrier": "AA"}, {"origin": "JFK"}, {"flight_date": "2013-01-02"}])
def test_each_carrier_airport_and_day_is_a_row(workflow, change):
    delays, _ = workflow.transform([GOOD, {**GOOD, **change}, GOOD])

    assert [row["flights"] for row in delays] in ([2, 1], [1, 2])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"carrier": None}, "carrier or airport is missing"),
        ({"origin": ""}, "carrier or airport is missing"),
        ({"dep_delay": None}, "arrived without a departure"),
        ({"arr_delay": 2881}, "delay of more than two days"),
        ({"dep_delay": -2881}, "delay of more than two days"),
    ],
)
def test_a_flight_that_cannot_be_right_is_rejected_with_its_reason(workflow, change, reason):
    delays, rejected = workflow.transform([GOOD, {**GOOD, **change}])

    assert [row["flights"] for row in delays] == [1]
    assert rejected == {reason: 1}


def test_a_rejected_flight_is_logged_by_its_id_only(workflow, caplog):
    with caplog.at_level(logging.DEBUG):
        workflow.transform([{**GOOD, "id": 77, "dep_delay": None}])

    assert "flight 77 rejected" in caplog.text
    assert "EWR" not in caplog.text


@pytest.mark.parametrize("size", [1, 7, 100])
def test_no_day_is_in_two_batches(workflow, db, size):
    found = sum(days(workflow.extract(db, size)), [])

    assert found == ["2013-01-01", "2013-01-02", "2013-02-09"]


def test_no_batch_is_larger_than_the_batch_size_and_a_day(workflow, db):
    assert [len(batch) for batch in workflow.extract(db, 1)] == [75, 75, 93]
    assert [len(batch) for batch in workflow.extract(db, 100)] == [75, 75, 93]


def test_since_leaves_out_earlier_days(workflow, db):
    assert days(workflow.extract(db, 1000, since=workflow.date(2013, 1, 2))) == [["2013-01-02"], ["2013-02-09"]]


def test_a_day_belongs_to_one_partition(workflow, db):
    parts = [sum(days(workflow.extract(db, 50, partition=workflow.Partition(number, 2))), []) for number in (1, 2)]

    assert sorted(sum(parts, [])) == ["2013-01-01", "2013-01-02", "2013-02-09"]


def test_the_configured_batch_size_is_used(workflow, monkeypatch):
    sizes = []
    monkeypatch.setenv("WORKFLOW_PROCESSING__BATCH_SIZE", "4")
    extract = workflow.extract
    monkeypatch.setattr(workflow, "extract", lambda db, size, *rest: sizes.append(size) or extract(db, size, *rest))

    assert workflow.main(["--sample"]) == 0
    assert sizes == [4]


def test_the_sample_run_prints_its_summary(workflow, capsys):
    assert workflow.main(["--sample"]) == 0

    assert capsys.readouterr().out == "flights -> flight_delays: read 243, loaded 36\n"


def test_the_sample_run_opens_no_other_database(workflow, monkeypatch, tmp_path):
    untouched = tmp_path / "configured.db"
    monkeypatch.setattr(workflow, "db_helper", workflow.DatabaseHelper(url=f"sqlite:///{untouched}"))

    assert workflow.main(["--sample"]) == 0
    assert not untouched.exists()


def test_a_failure_is_logged_and_gives_exit_code_1(workflow, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(workflow, "db_helper", workflow.DatabaseHelper(url=f"sqlite:///{tmp_path / 'empty.db'}"))

    assert workflow.main([]) == 1
    assert "stopped after 0 flights; nothing was written" in caplog.text


def test_without_samples_the_message_names_the_folder(workflow, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(workflow, "SAMPLES", tmp_path / "nowhere")

    assert workflow.main(["--sample"]) == 1
    assert "samples lie in dev/ only" in caplog.text


@pytest.mark.parametrize("text", ["2026-02-30", "yesterday", ""])
def test_a_day_that_is_none_is_refused(workflow, text, capsys):
    with pytest.raises(SystemExit):
        workflow.main(["--sample", f"--since={text}"])

    assert "is no day: write YYYY-MM-DD" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/", "a/b", "/2", "-1/2"])
def test_a_partition_that_is_none_is_refused(workflow, text, capsys):
    with pytest.raises(SystemExit):
        workflow.main(["--sample", f"--partition={text}"])

    assert "is not I/N" in capsys.readouterr().err


def test_on_a_terminal_progress_is_one_line_that_counts_up(workflow, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    workflow._show_progress(12345)

    assert capsys.readouterr().err == "\r12,345 flights"


def test_elsewhere_progress_is_plain_log_lines(workflow, caplog):
    with caplog.at_level(logging.INFO):
        workflow._show_progress(12345)

    assert caplog.messages == ["12345 flights read"]
