"""Results as a table, as JSON that proves itself, as JUnit XML and as a page for the people who own the data."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from data_checks.page import to_html
from data_checks.report import evidence, to_text
from data_checks.results import Report, percent
from validation_helpers import (
    accepted_values,
    check_options,
    format_table,
    in_range,
    main_report,
    not_null,
    row_count,
    row_count_change,
    rule,
    run_checks,
    unique,
    validate,
)

from tests.browser import look_at, photograph, print_out

from .conftest import asked, fill

HOSTILE = "</script><script>alert(1)</script> & \"quotes\" 'too' \x00\x08 é 😀 " + "w" * 200
NOW = datetime(2026, 1, 31, 9, 5, tzinfo=UTC)


@pytest.fixture
def reports(sqlite: sa.Engine, tmp_path: Path) -> list[Report]:
    fill(sqlite, "orders", {"id": sa.Integer, "name": sa.Unicode(20), "amount": sa.Integer}, [(1, "a", 1), (2, None, -1), (3, "a", 3)])
    fill(sqlite, "parts", {"id": sa.Integer}, [(1,)])
    checks = [
        rule("BR-01", "An amount is never negative", "amount >= 0"),
        not_null("name", severity="warning"),
        accepted_values("name", ["b"], severity="info", where="amount > 0"),
        unique("name", allow=1),
        row_count_change(tmp_path / "counts"),
        row_count(low=1),
    ]
    found = [validate(sqlite, "orders", checks, samples=2, now=NOW, run_id="run-1"), validate(sqlite, "parts", [row_count(low=1)], now=NOW)]
    return [replace(each, database="sqlite shop.db", seconds=0.1) for each in found]


TEXT = """\
orders: 3 rows, 6 checks, 5 SELECTs, 0.10 s (sqlite shop.db)

         check                  what must hold                                                found
-------  ---------------------  ------------------------------------------------------------  --------------------------------------
FAILED   BR-01                  An amount is never negative                                   1 of 3 rows, 33 %
warning  not_null(name)         name is filled in                                             1 of 3 rows, 33 %
info     accepted_values(name)  name is one of b                                              2 of 2 rows, 100 %
ok       unique(name)           name is never the same twice                                  1 of 3 rows, 33 %, 1 allowed
skipped  row_count_change       there are at most 20 % fewer and at most 20 % more rows t...  3 rows; no earlier day to compare with
ok       row_count              there is at least 1 row                                       3 rows
  BR-01: id=2
  not_null(name): id=2
  accepted_values(name): id=1; id=3
  unique(name): id=1; id=3

parts: 1 row, 1 check, 1 SELECT, 0.10 s (sqlite shop.db)

    check      what must hold           found
--  ---------  -----------------------  -----
ok  row_count  there is at least 1 row  1 row

3 of 7 checks hold: 1 failed, 1 with a warning, 1 to know of, 1 skipped
"""


def test_the_table_says_what_was_found(reports: list[Report]) -> None:
    assert to_text(reports) == TEXT


def test_colours_are_for_terminals(reports: list[Report], capsys: pytest.CaptureFixture[str]) -> None:
    main_report(reports)

    assert "\033" not in capsys.readouterr().out
    assert "\033[1;31mFAILED\033[0m   BR-01" in to_text(reports, colour=True)


def test_a_terminal_that_does_not_know_a_character_gets_the_rest(sqlite: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(sqlite, "orders", {"id": sa.Integer}, [(1,)])
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", terminal)

    assert main_report([validate(sqlite, "orders", [rule("BR-01", "žluť is paid in €", "1 = 1")])]) == 0

    terminal.flush()
    assert r"žlu\u0165 is paid in €" in terminal.buffer.getvalue().decode("cp1252")  # type: ignore[attr-defined]


@pytest.mark.parametrize(("severity", "exit_code"), [("error", 1), ("warning", 0), ("info", 0)])
def test_only_an_error_fails_the_run(severity: Any, exit_code: int, sqlite: sa.Engine) -> None:
    fill(sqlite, "orders", {"id": sa.Integer}, [(1,)])

    assert main_report([validate(sqlite, "orders", [in_range("id", low=2, severity=severity)])]) == exit_code


def test_the_digest_of_the_json_proves_it(reports: list[Report], capsys: pytest.CaptureFixture[str]) -> None:
    assert main_report(reports, as_json=True) == 1

    said = json.loads(capsys.readouterr().out)
    digest = said.pop("digest")
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert digest == f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"
    assert said["ok"] is False
    assert [each["id"] for each in said["results"] if not each["ok"]] == ["BR-01"]
    assert {key: said["results"][0][key] for key in ("business_rule", "failed", "total", "share", "status", "samples", "table")} == {
        **{
            "business_rule": "BR-01",
            "failed": 1,
            "total": 3,
            "share": 0.333333,
            "status": "failed",
            "samples": ["id=2"],
            "table": "orders",
        },
    }
    assert said["tables"][0]["started"] == "2026-01-31T09:05:00+00:00"


def test_junit_xml_keeps_the_schema(reports: list[Report], tmp_path: Path) -> None:
    hostile = replace(reports[0].results[0], title=HOSTILE, sql=HOSTILE, samples=(HOSTILE,), id="\x01")
    main_report([replace(reports[0], results=(hostile, *reports[0].results)), reports[1]], junit=tmp_path / "out.xml")

    top = ElementTree.parse(tmp_path / "out.xml").getroot()  # noqa: S314 - our own
    assert (top.tag, top.attrib) == ("testsuites", {})
    for number, suite in enumerate(top):
        assert_suite(suite, number)
    assert [case.find("failure") is not None for case in top[0].iter("testcase")] == [True, True, False, False, False, False, False]
    assert top[0].attrib["failures"] == "2"
    assert top[0].findtext("system-out", "").splitlines()[0] == "warning: not_null(name): name is filled in: 1 of 3 rows, 33 %"


def assert_suite(suite: ElementTree.Element, number: int) -> None:
    """What the schema of Ant's JUnit reports asks for, and no more than that of the Jenkins plugin takes."""
    tags = [each.tag for each in suite]
    cases = suite.findall("testcase")
    assert tags == ["properties", *["testcase"] * len(cases), "system-out", "system-err"]
    assert set(suite.attrib) == {*("id", "package", "name", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time")}
    assert (suite.attrib["id"], suite.attrib["tests"]) == (str(number), str(len(cases)))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
    assert re.fullmatch(r"\d+(\.\d+)?", suite.attrib["time"])
    for case in cases:
        assert set(case.attrib) == {"name", "classname", "time"}
        assert len(case) <= 1
        assert [set(each.attrib) for each in case.findall("failure")] in ([], [{"message", "type"}])


def test_the_options_lead_to_the_files(reports: list[Report], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    check_options(parser)
    given = parser.parse_args(["--html", str(tmp_path / "page.html"), "--junit", str(tmp_path / "junit.xml"), "--json"])

    main_report(reports, given.json, html=given.html, junit=given.junit)

    assert json.loads(capsys.readouterr().out)["ok"] is False
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "junit.xml").read_bytes().startswith(b"<?xml")


def page_of(reports: list[Report], title: str = "Data checks of daily_sales") -> str:
    return to_html(reports, evidence(reports), title)


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_the_page_fits_its_screen_and_begins_with_the_verdict(width: int, reports: list[Report]) -> None:
    seen = look_at(page_of(reports), width)

    assert (seen["width"], seen["outside"], seen["loaded"]) == (width, [], [])
    assert seen["title"] == "1 of 7 checks fails - Data checks of daily_sales"
    lines = [line for line in seen["text"].splitlines() if line.strip()]
    assert lines[:4] == [
        "Data checks of daily_sales",
        "31 January 2026, 09:05 UTC",
        "1 of 7 checks fails",
        "4 rows of orders and parts judged.",
    ]


def test_the_page_says_each_check_in_words_with_rule_severity_count_and_share(reports: list[Report]) -> None:
    text = " ".join(look_at(page_of(reports), 1280)["text"].split())

    assert "An amount is never negative Fails Business rule BR-01 Table orders Severity error 1 of 3 rows (33 %) breaks this." in text
    assert "For example id=2" in text
    assert "2 of 2 rows (100 %) break this." in text
    assert "name is never the same twice 1 of 3 rows (33 %) breaks this, 1 may" in text
    assert f"Run run-1 {reports[1].run_id} Digest {evidence(reports)['digest']}" in text


def test_several_columns_are_named_as_one_says_them() -> None:
    said = [unique(*columns).title.removesuffix(" never the same twice") for columns in ("a", "ab", "abc")]

    assert said == ["a is", "a and b together are", "a, b and c together are"]


def test_the_page_follows_dark_and_light(reports: list[Report]) -> None:
    assert look_at(page_of(reports), 800)["ground"] == "rgb(246, 245, 242)"
    assert look_at(page_of(reports), 800, dark=True)["ground"] == "rgb(20, 23, 26)"


def test_the_page_stands_alone_and_carries_its_evidence(reports: list[Report]) -> None:
    page = page_of(reports)

    assert not re.search(r"(?i)https?:|src=|@import|url\(|<script(?! type=application/json)", page)
    stored = re.search(r"<script type=application/json id=evidence>(.*?)</script>", page, re.DOTALL)
    assert stored and json.loads(stored.group(1)) == json.loads(json.dumps(evidence(reports)))


def test_what_stands_in_a_table_cannot_break_the_page(reports: list[Report]) -> None:
    words = dict.fromkeys(["id", "title", "sql", "business_rule", "where", "table"], HOSTILE)
    hostile = replace(reports[0].results[0], samples=(HOSTILE,), **words)
    bad = replace(reports[0], table=HOSTILE, database=HOSTILE, results=(hostile, replace(hostile, status="passed"), *reports[0].results))

    seen = look_at(page_of([bad], HOSTILE), 360)

    assert (seen["width"], seen["outside"]) == (360, [])
    assert "alert(1)" in seen["text"]
    assert page_of([bad]).count("<script") == 1


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        (["passed"], "The check holds"),
        (["passed"] * 3, "All 3 checks hold"),
        (["passed", "warning", "warning"], "Nothing fails; 2 checks warn"),
        (["passed", "info"], "Nothing fails"),
        (["failed", "warning"], "1 of 2 checks fails"),
        (["failed", "failed", "passed"], "2 of 3 checks fail"),
        (["passed", "skipped"], "Nothing fails"),
    ],
)
def test_the_verdict_is_the_worst_that_was_found(statuses: list[str], words: str, reports: list[Report]) -> None:
    results = tuple(replace(reports[0].results[0], status=status) for status in statuses)

    assert f"<strong>{words}</strong>" in page_of([replace(reports[0], results=results)])


def test_the_page_can_be_printed_and_photographed(reports: list[Report], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page_of(reports), encoding="utf-8")

    print_out(tmp_path / "page.html", tmp_path / "page.pdf")
    photograph(tmp_path / "page.html", tmp_path / "page.png", 800, 600)

    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.5, "50 %"),
        (1 / 3, "33 %"),
        (0.0036, "0.36 %"),
        (0.9999, "99.99 %"),
        (1e-7, "0.00001 %"),
        (1e-12, "1.0e-10 %"),
    ],
)
def test_a_share_rounds_neither_a_bad_nor_a_good_row_away(share: float, words: str) -> None:
    assert percent(share) == words


def test_a_table_is_laid_out_in_columns() -> None:
    assert format_table(("a", "bb"), [("1", "2"), ("long", "")]) == "a     bb\n----  --\n1     2\nlong"


CHECKS = {"orders": [not_null("name"), in_range("amount", low=0, severity="warning")], "parts": [row_count(low=1)]}


def run(engine: sa.Engine, *words: str) -> int:
    parser = argparse.ArgumentParser()
    check_options(parser)
    return run_checks(engine, CHECKS, parser.parse_args(words))


def test_a_script_plans_without_reading(reports: list[Report], sqlite: sa.Engine, capsys: pytest.CaptureFixture[str]) -> None:
    statements = asked(sqlite)

    assert run(sqlite, "--plan") == 0

    said = capsys.readouterr().out
    assert said.startswith("orders on sqlite ")
    assert "\n\nparts on sqlite " in said
    assert run(sqlite, "--plan", "--json") == 0
    orders, parts = json.loads(capsys.readouterr().out)
    assert (orders["scans"], orders["passes"][0]) == (1, {"table": "orders", "why": "one pass for 2 checks", "only_if": ""})
    assert parts["statements"][0].startswith("SELECT count(*) AS total")
    assert not [each for each in statements if each.startswith("SELECT count")]


def test_a_script_reports_and_moves_bad_rows_aside(reports: list[Report], sqlite: sa.Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(sqlite, "--quarantine", "--samples", "1") == 1
    assert re.sub(r"\d\.\d\d s ", "0.00 s ", capsys.readouterr().out).endswith(
        "  not_null(name): id=2\n  in_range(amount): id=2\n\n"
        f"parts: 1 row, 1 check, 1 SELECT, 0.00 s (sqlite {sqlite.url.database})\n\n"
        "    check      what must hold           found\n--  ---------  -----------------------  -----\n"
        "ok  row_count  there is at least 1 row  1 row\n\n"
        "1 of 3 checks hold: 1 failed, 1 with a warning\norders: 1 bad row, 1 copied to orders_quarantine\n"
    )
    assert run(sqlite, "--quarantine", "--json") == 1
    said = capsys.readouterr()
    assert {each["run_id"] for each in json.loads(said.out)["tables"]} != {""}
    assert said.err == "orders: 1 bad row, 0 copied to orders_quarantine, 1 there already\n"


def test_the_folder_of_a_page_is_made(reports: list[Report], tmp_path: Path) -> None:
    main_report(reports, html=tmp_path / "new" / "page.html", junit=tmp_path / "newer" / "out.xml")

    assert (tmp_path / "new" / "page.html").read_bytes().startswith(b"<!doctype html>")
    assert (tmp_path / "newer" / "out.xml").is_file()


def test_a_database_that_is_not_there_is_exit_code_2_and_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = sa.create_engine(f"sqlite:///{tmp_path / 'no folder' / 'x.db'}")

    assert run(nowhere) == 2

    assert capsys.readouterr().err == "error: the checks cannot be run: unable to open database file\n"


def test_a_helper_that_only_reads_judges_and_moves_nothing(db: Any, capsys: pytest.CaptureFixture[str]) -> None:
    db.execute_query("INSERT INTO orders (id, amount) VALUES (1, -1)")
    reader = type(db)(url=db.url, read_only=True)
    checks = {"orders": [in_range("amount", low=0)]}

    assert validate(reader, "orders", checks["orders"], samples=1).results[0].failed == 1
    assert run_checks(reader, checks, argparse.Namespace(plan=False, json=False, html=None, junit=None, samples=0, quarantine=True)) == 2

    assert capsys.readouterr().err.startswith("error: the checks cannot be run: ")


def test_fewer_samples_than_none_are_refused(sqlite: sa.Engine, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(sqlite, "--samples", "-3")

    assert 'argument --samples: "-3" is no number of rows, such as 5' in capsys.readouterr().err


def test_what_cannot_be_judged_is_exit_code_2_and_a_sentence(sqlite: sa.Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(sqlite) == 2
    assert capsys.readouterr().err == (
        f'error: no such table: "orders" is not in sqlite {sqlite.url.database}; correct the name, or create it\n'
    )
