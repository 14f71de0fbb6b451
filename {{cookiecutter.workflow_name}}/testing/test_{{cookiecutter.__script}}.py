"""Unit tests of `{{ cookiecutter.__script }}.py`: what each part promises.

`workflow`, `db` and the other names that a test asks for are fixtures of dev/shared/test_framework.py.
"""

import logging
import sys
from decimal import Decimal

import pytest

GOOD = {"id": 1, "customer": "Northwind", "status": "paid", "amount": "10.00", "updated_at": "2026-01-05 08:30:00"}


def ids(batches):
    return [row["id"] for batch in batches for row in batch]


def test_rows_are_cleaned(workflow):
    clean, rejected = workflow.transform([{**GOOD, "customer": "  Northwind ", "status": " PAID", "amount": 15.999}])

    assert clean == [{**GOOD, "amount": Decimal("16.00")}]
    assert not rejected


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("customer", None, "customer is missing"),
        ("customer", "   ", "customer is missing"),
        ("status", "unknown", "status is not known"),
        ("status", None, "status is not known"),
        ("amount", "-0.01", "amount is negative"),
        ("amount", None, "amount is no number"),
    ],
)
def test_a_row_that_breaks_a_rule_is_rejected_with_its_reason(workflow, column, value, reason):
    clean, rejected = workflow.transform([GOOD, {**GOOD, column: value}])

    assert len(clean) == 1
    assert rejected == {reason: 1}


def test_a_rejected_row_is_logged_by_its_id_only(workflow, caplog):
    with caplog.at_level(logging.DEBUG):
        workflow.transform([{**GOOD, "id": 77, "customer": "Secret Ltd", "amount": -5}])

    assert "row 77 rejected" in caplog.text
    assert "Secret Ltd" not in caplog.text


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_no_batch_is_larger_than_the_batch_size(workflow, db, size):
    batches = list(workflow.extract(db, size))

    assert all(len(batch) <= size for batch in batches)
    assert ids(batches) == list(range(1, 13))


def test_an_extract_is_the_source_as_it_is(workflow, db, sample):
    assert next(workflow.extract(db, 1000)) == sample(workflow.SOURCE_TABLE)


def test_since_leaves_out_older_rows(workflow, db):
    assert ids(workflow.extract(db, 5, since=workflow.date(2026, 1, 14))) == [10, 11, 12]


def test_the_partitions_together_are_all_rows_and_share_none(workflow, db):
    parts = [ids(workflow.extract(db, 5, partition=workflow.Partition(number, 3))) for number in (1, 2, 3)]

    assert all(parts)
    assert sorted(sum(parts, [])) == list(range(1, 13))


def test_the_configured_batch_size_is_used(workflow, monkeypatch):
    sizes = []
    monkeypatch.setenv("WORKFLOW_PROCESSING__BATCH_SIZE", "4")
    extract = workflow.extract
    monkeypatch.setattr(workflow, "extract", lambda db, size, *rest: sizes.append(size) or extract(db, size, *rest))

    assert workflow.main(["--sample"]) == 0
    assert sizes == [4]


def test_the_sample_run_prints_its_summary(workflow, capsys):
    assert workflow.main(["--sample"]) == 0

    out = capsys.readouterr().out
    assert "read 12, loaded 8" in out
    assert "rejected 1: amount is negative" in out


def test_the_sample_run_opens_no_other_database(workflow, monkeypatch, tmp_path):
    untouched = tmp_path / "configured.db"
    monkeypatch.setattr(workflow, "db_helper", workflow.DatabaseHelper(url=f"sqlite:///{untouched}"))

    assert workflow.main(["--sample"]) == 0
    assert not untouched.exists()


def test_a_failure_is_logged_and_gives_exit_code_1(workflow, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(workflow, "db_helper", workflow.DatabaseHelper(url=f"sqlite:///{tmp_path / 'empty.db'}"))

    assert workflow.main([]) == 1
    assert "stopped after 0 rows; nothing was written" in caplog.text


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

    assert capsys.readouterr().err == "\r12,345 rows"


def test_elsewhere_progress_is_plain_log_lines(workflow, caplog):
    with caplog.at_level(logging.INFO):
        workflow._show_progress(12345)

    assert caplog.messages == ["12345 rows read"]
