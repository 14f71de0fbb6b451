"""One result, told to people, to continuous integration and to programs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest

from tests.browser import dom_of, look_at
from tests.testing.conftest import TESTS, Team

FAILS = """
    import pytest

    def test_fails():
        print("before \\x1b[31m \\x00 <b>&</b> é🚀")
        assert "<script>alert(1)</script>" == "]]>"

    @pytest.mark.skip(reason="no <server> here")
    def test_skipped(): ...

    @pytest.mark.parametrize("x", ["a::b\\x00"])
    def test_passes(x): ...
"""


class Reports:
    """A host after one run, and what the run left."""

    def __init__(self, team: Team, done: subprocess.CompletedProcess[str]) -> None:
        self.team, self.code, self.json = team, done.returncode, json.loads(done.stdout)
        self.junit = ElementTree.parse(team.top / "reports" / "junit.xml").getroot()
        self.page = team.top / "reports" / "html" / "index.html"
        self.workflows = {each["workflow"]: each for each in self.json["workflows"]}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """One workflow that fails, one that passes, one of which too little is covered."""
    team = Team(tmp_path_factory.mktemp("reports") / "data-orchestration")
    team.workflow("bad", TESTS + dedent(FAILS))
    team.workflow("good")
    team.workflow("thin", TESTS, unused="A = 1\nif A:\n    B = 2\n    C = 3\n")
    words = ["--json", "--junit=reports/junit.xml", "--html=reports/html"]
    return Reports(team, _run(team, *words))


def _run(team: Team, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workflow_template", "test", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WORKFLOW_")}  # as every test has it
    return subprocess.run(command, cwd=team.top, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def test_json_tells_every_figure_and_every_test_that_did_not_pass(reports: Reports) -> None:
    bad, good, thin = (reports.workflows[name] for name in ("bad", "good", "thin"))

    assert reports.code == 1
    assert reports.json["summary"] == {"workflows": 3, "passed": 1, "failed": 2, "not_judged": 0, "proved_before": 0, "tests": 9}
    assert (good["ok"], good["coverage"], good["tests"], good["run_because"]) == (True, 100.0, {"passed": 2}, "never proved")
    assert (good["lines"], good["branches"]) == ({"covered": 4, "all": 4}, {"covered": 2, "all": 2})
    assert bad["tests"] == {"passed": 3, "failed": 1, "skipped": 1}
    assert {test["id"].rpartition("::")[2]: test["outcome"] for test in bad["not_passed"]} == {
        "test_fails": "failed",
        "test_skipped": "skipped",
    }
    assert thin["missing"]["dev/thin/unused.py"] == {"lines": [1, 2, 3, 4], "branches": [[2, -1], [2, 3]]}
    assert thin["reason"] == "coverage is 50.0 %, at least 90 % is needed"


def test_junit_has_a_suite_for_each_workflow_and_a_case_for_what_is_not_covered(reports: Reports) -> None:
    suites = {suite.get("name"): suite for suite in reports.junit}
    counts = {name: tuple(int(suite.get(kind)) for kind in ("tests", "failures", "errors", "skipped")) for name, suite in suites.items()}
    case = suites["thin"].find("testcase[@name='failed']")

    assert counts == {"bad": (5, 1, 0, 1), "good": (2, 0, 0, 0), "thin": (3, 1, 0, 0)}
    assert reports.junit.get("failures") == "2"
    assert case.find("failure").get("message") == "coverage is 50.0 %, at least 90 % is needed"


def test_junit_holds_what_xml_cannot(reports: Reports) -> None:
    case = reports.junit.find(".//testcase[@name='test_fails']")

    assert "before \\x1b[31m \\x00 <b>&</b> é🚀" in case.findtext("system-out")
    assert "<script>alert(1)</script>" in case.find("failure").get("message")
    assert (case.get("file"), case.get("classname")) == ("dev/bad/testing/test_it.py", "dev.bad.testing.test_it")
    assert int(case.get("line")) == TESTS.count("\n") + 4


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_whole_at_every_width(width: int, reports: Reports) -> None:
    seen = look_at(reports.page.read_text(encoding="utf-8"), width)

    assert "2 of 3 workflows did not pass" in seen["text"]
    assert "coverage is 50.0 %, at least 90 % is needed" in seen["text"]
    assert (seen["width"] <= width, seen["loaded"]) == (True, [])


def test_what_a_test_printed_cannot_run_in_the_page(reports: Reports) -> None:
    dom = dom_of(reports.page)

    assert "&lt;script&gt;alert(1)" in dom
    assert "<script>alert(1)" not in dom


def test_every_link_of_the_page_leads_somewhere(reports: Reports) -> None:
    links = [link for link in re.findall(r'href="([^"#]+)"', reports.page.read_text(encoding="utf-8")) if not link.startswith("data:")]

    assert {f"coverage/{name}/index.html" for name in ("bad", "good", "thin")} <= set(links)
    assert [link for link in links if not (reports.page.parent / link).is_file()] == []


def test_coverage_s_own_pages_are_drawn_from_the_proof_too(reports: Reports, tmp_path: Path) -> None:
    done = _run(reports.team, "good", f"--html={tmp_path}")

    (script,) = (tmp_path / "coverage" / "good").glob("*script_py.html")
    assert "1 of them proved before and not run again" in done.stdout
    assert (tmp_path / "coverage" / "good" / script.name).read_text(encoding="utf-8") == script.read_text(encoding="utf-8")
    assert '<p class="run">' in script.read_text(encoding="utf-8")
    assert '<p class="mis' not in script.read_text(encoding="utf-8")


def test_a_person_reads_what_failed_then_a_table_then_the_sum(reports: Reports) -> None:
    told = _run(reports.team).stdout

    place = f"dev/bad/testing/test_it.py:{TESTS.count(chr(10)) + 6}: test_fails failed"
    assert told.startswith(place)
    assert "dev/thin/unused.py: lines 1-4 did not run" in told
    assert "skipped: dev/bad/testing/test_it.py::test_skipped: no <server> here" in told
    assert re.search(r"^good +passed +2 passed +4/4 +2/2 +100.0 % +- +\d+\.\d s  proved just now$", told, re.MULTILINE)
    assert re.search(r"^bad +FAILED +3 passed, 1 failed, 1 skipped .* run: not proved last time$", told, re.MULTILINE)
    assert "bad   FAILED  1 test failed\nthin  FAILED  coverage is 50.0 %, at least 90 % is needed\n3 workflows: 1 passed, 2 failed" in told
    assert "\x1b" not in told
