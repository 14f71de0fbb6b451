"""New code is judged by itself: a whole that is covered well can hide it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.testing.conftest import SCRIPT, TESTS, Team
from workflow_template.core.errors import UserError
from workflow_template.core.host import require_host
from workflow_template.testing.changed import find_changed
from workflow_template.testing.plan import Wish
from workflow_template.testing.run import prove

Workflow = Callable[..., subprocess.CompletedProcess[str]]
LONG = SCRIPT + "".join(f"\nclass C{number}:\n    A = 1\n    B = 2\n" for number in range(20))
NEW = "\n\ndef never(number):\n    if number:\n        return 1\n    return 2\n"


@pytest.fixture
def branched(team: Team) -> Team:
    """A host with one workflow, well covered, on a branch of its own."""
    team.workflow("flow", script=LONG)
    team.commit()
    subprocess.run(["git", "switch", "-qc", "new"], cwd=team.top, check=True)
    return team


def test_changed_lines_that_no_test_runs_fail_a_workflow_that_is_covered_well(branched: Team, workflow: Workflow) -> None:
    file = branched.top / "dev" / "flow" / "script.py"
    file.write_text(file.read_text() + NEW)

    done = workflow("test")
    as_json = json.loads(workflow("test", "--json").stdout)["workflows"][0]

    line = LONG.count("\n") + 3
    assert done.returncode == 1
    assert "flow  FAILED  1 of 4 changed lines ran, 25.0 %, at least 90 % is needed" in done.stdout
    assert f"dev/flow/script.py: changed lines {line + 1}-{line + 3} did not run" in done.stdout
    assert "changed lines since main: 1 of 4 ran" in done.stdout
    assert as_json["coverage"] > 90
    assert as_json["changed_lines"] == {"covered": 1, "all": 4, "missing": {"dev/flow/script.py": [line + 1, line + 2, line + 3]}}
    assert workflow("test", "--fail-under-changed=25").returncode == 0


@pytest.mark.parametrize("committed", [False, True])
def test_a_new_file_and_one_that_is_committed_count(committed: bool, branched: Team, workflow: Workflow) -> None:
    branched.write("dev/flow/more.py", "A = 1\nB = 2\n")
    if committed:
        branched.commit()

    done = workflow("test")

    assert "0 of 2 changed lines ran" in done.stdout
    assert done.returncode == 1


def test_changed_lines_that_tests_run_pass(branched: Team, workflow: Workflow) -> None:
    file = branched.top / "dev" / "flow" / "script.py"
    file.write_text(file.read_text() + "\n\nLIMIT = 3\n")

    done = workflow("test")

    assert "changed lines since main: 1 of 1 ran" in done.stdout
    assert done.returncode == 0


def test_a_branch_that_is_taken_one_way_only_did_not_run_whole(branched: Team, workflow: Workflow) -> None:
    file = branched.top / "dev" / "flow" / "script.py"
    file.write_text(file.read_text() + "\n\nif LIMIT := 3:\n    A = 1\n")

    assert "1 of 2 changed lines ran" in workflow("test").stdout


def test_since_compares_with_another_commit(branched: Team, workflow: Workflow) -> None:
    branched.write("dev/flow/more.py", "A = 1\nB = 2\n")
    branched.commit()

    assert "changed lines since HEAD: none in the code that is measured" in workflow("test", "--since=HEAD", "--fail-under=50").stdout
    assert workflow("test", "--since=nowhere").stderr.endswith(
        'Error: there is no commit "nowhere"\n  hint: name a branch, a tag or a commit; in CI, fetch the whole history\n'
    )


def test_where_there_is_no_history_changed_lines_are_not_judged(team: Team, workflow: Workflow) -> None:
    team.workflow("flow", TESTS)

    done = workflow("test")

    assert "changed lines: not judged, there is no main branch to compare with" in done.stdout
    assert done.returncode == 0


def test_without_diff_cover_changed_lines_are_not_judged_and_it_is_told_how_to(branched: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    branched.write("dev/flow/more.py", "A = 1\n")
    host = require_host(branched.top)
    outcomes = prove(host, ["flow"], Wish())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    changed = find_changed(host, outcomes)

    assert (changed.base, changed.lines, changed.problem) == ("main", {}, "diff-cover is not installed")
    assert changed.hint == "python -m pip install -r requirements-dev.txt"
    with pytest.raises(UserError, match="diff-cover is not installed"):
        find_changed(host, outcomes, since="main")


def test_a_history_that_is_cut_off_is_told(branched: Team, workflow: Workflow, tmp_path: Path) -> None:
    for number in range(2):
        branched.write("README.md", str(number))
        branched.commit()
    subprocess.run(["git", "switch", "-q", "main"], cwd=branched.top, check=True)
    shallow = tmp_path / "shallow"
    words = ["--depth=1", "--no-single-branch", "--branch=new"]
    subprocess.run(["git", "clone", "-q", *words, branched.top.as_uri(), shallow], check=True)

    done = workflow("test", cwd=shallow)

    told = "changed lines: not judged, this branch and the main one have no common commit here: the history is cut off"
    assert (done.returncode, told in done.stdout) == (0, True)
