"""`workflow test` at the command line: what can be asked for, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.testing.conftest import TESTS, Team
from workflow_template.cli import main

Workflow = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def team(host: Path) -> Team:
    """A host with a workflow that passes and one that fails."""
    team = Team(host)
    team.workflow("good")
    team.workflow("bad", TESTS + "\ndef test_since(): assert 0\n")
    return team


def verdicts(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {each["workflow"]: each["verdict"] for each in json.loads(done.stdout)["workflows"]}


def test_all_are_tested_or_those_that_are_named(team: Team, workflow: Workflow) -> None:
    every, one = workflow("test", "--json"), workflow("test", "good", "good", "--json")

    assert (every.returncode, verdicts(every)) == (1, {"bad": "failed", "good": "passed"})
    assert (one.returncode, verdicts(one)) == (0, {"good": "passed"})


def test_what_is_proved_runs_again_only_when_asked(team: Team, workflow: Workflow) -> None:
    told = [workflow("test", "good", *words).stderr for words in ([], [], ["--rerun"])]

    assert ["[1/1] good passed" in each for each in told] == [True, False, True]


def test_failed_runs_those_that_failed_until_none_does(team: Team, workflow: Workflow) -> None:
    workflow("test")
    again = workflow("test", "--failed", "--json")
    team.write("dev/bad/testing/test_it.py", TESTS)
    mended, none = workflow("test", "--failed", "--json"), workflow("test", "--failed")

    assert (verdicts(again), verdicts(mended)) == ({"bad": "failed"}, {"bad": "passed"})
    assert (none.stdout, none.returncode) == ("no workflow failed last time\n", 0)


def test_a_part_of_the_tests_proves_nothing(team: Team, workflow: Workflow) -> None:
    part = workflow("test", "good", "-k", "double and 0", "--json")
    whole = workflow("test", "good", "--json")

    assert json.loads(part.stdout)["summary"]["tests"] == 1
    assert json.loads(whole.stdout)["workflows"][0]["run_because"] == "never proved"


def test_a_higher_bar_is_judged_without_a_new_run(team: Team, workflow: Workflow) -> None:
    team.write("dev/good/unused.py", "A = 1\n")
    first, second = workflow("test", "good", "--fail-under=80"), workflow("test", "good", "--fail-under=99")

    assert (first.returncode, second.returncode, second.stderr) == (0, 1, "")
    assert "coverage is 85.7 %, at least 99 % is needed" in second.stdout


def test_verbose_shows_what_pytest_printed(team: Team, workflow: Workflow) -> None:
    assert "2 passed in" in workflow("test", "good", "--verbose").stdout
    assert "2 passed in" not in workflow("test", "good").stdout


WRONG = {
    "nope": (["nope"], 'Error: there is no workflow "nope" in dev/\n  hint: there are: bad, good\n'),
    "junit": (["good", "--junit=good.txt/x.xml"], "Error: good.txt: File exists\n  hint: name a file that you can write\n"),
    "html": (["good", "--html=good.txt/x"], "Error: good.txt/x/coverage: Not a directory\n  hint: name a folder that you can write into\n"),
    "jobs": (["--jobs=0"], "0 is not in the range x>=1"),
    "under": (["--fail-under=101"], "101.0 is not in the range 0<=x<=100"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_the_next_step(case: str, team: Team, workflow: Workflow) -> None:
    words, told = WRONG[case]
    team.write("good.txt", "")

    done = workflow("test", *words)

    assert told in done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_a_host_without_workflows_is_told_how_to_begin(host: Path, workflow: Workflow) -> None:
    done = workflow("test")

    assert (done.returncode, done.stderr) == (2, "Error: there is no workflow in dev/\n  hint: start one: workflow new\n")


def test_without_pytest_the_hint_says_what_to_install(team: Team, workflow: Workflow, tmp_path: Path) -> None:
    (tmp_path / "pytest.py").write_text("raise ImportError('No module named pytest')\n")

    done = workflow("test", "good", PYTHONPATH=str(tmp_path))

    told = "Error: tests cannot be run here: No module named pytest\n  hint: python -m pip install -r requirements-dev.txt\n"
    assert (done.returncode, done.stderr.endswith(told)) == (2, True)


def test_every_example_of_the_help_runs(team: Team, workflow: Workflow) -> None:
    team.workflow("daily_sales", TESTS + "\ndef test_since(): ...\n")
    lines = [line.strip() for line in workflow("test", "--help").stdout.splitlines()]
    examples = [shlex.split(line)[1:] for line in lines if line.startswith("workflow test")]

    assert len(examples) >= 5
    assert [workflow(*words).returncode for words in examples] == [1, 0, 1, 1, 0]


def test_the_file_of_the_host_passes_its_options_on(team: Team, run: Workflow) -> None:
    done = run(sys.executable, str(ROOT / "host" / "tools" / "run_tests.py"), "good", "--json")

    assert (done.returncode, verdicts(done)) == (0, {"good": "passed"})


def test_the_file_of_the_host_says_what_to_install(team: Team, run: Workflow) -> None:
    done = run(sys.executable, "-I", "-S", str(ROOT / "host" / "tools" / "run_tests.py"))

    assert done.returncode == 1
    assert done.stderr == "error: the `workflow` command is not installed\n  hint: python -m pip install -r requirements-dev.txt\n"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_console_that_knows_few_signs_shows_the_results(encoding: str, team: Team, workflow: Workflow) -> None:
    team.workflow("noise", "def test_noise():\n    print('Łódź 🚀')\n    assert 'Ω' == 'é'\n")

    done = workflow("test", "noise", PYTHONIOENCODING=encoding, PYTHONUTF8="0")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "noise  FAILED  1 test failed" in done.stdout


def test_a_subfolder_is_as_good_as_the_top(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(team.top / "dev" / "good")

    assert main(["test", "good"]) == 0
    assert os.getcwd() == str(team.top / "dev" / "good")
