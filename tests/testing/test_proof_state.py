"""Who judges by proofs learns where they stand without running a test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.testing.conftest import Team
from workflow_template.core.host import require_host
from workflow_template.testing.plan import Wish
from workflow_template.testing.proof_state import ProofState, proof_state, proof_states
from workflow_template.testing.run import prove

FAILS = "import pytest\ndef test_fails(): assert 0\n@pytest.mark.skip(reason='x')\ndef test_skipped(): ...\ndef test_passes(): ...\n"
CHANGES = "from pathlib import Path\ndef test_it(): Path(__file__).with_name('n.txt').write_text('x')\n"


def test_a_proof_that_holds_is_present_with_its_figures(team: Team) -> None:
    team.workflow("flow")
    (outcome,) = prove(require_host(team.top), ["flow"], Wish())

    found = proof_state(require_host(team.top), "flow")

    assert found == ProofState("present", "", found.at, 100.0, tests=2, passed=2)
    assert outcome.facts.percent == found.coverage
    assert found.at.startswith("20")


def test_a_proof_is_stale_when_a_file_changed(team: Team) -> None:
    team.workflow("flow")
    prove(require_host(team.top), ["flow"], Wish())
    team.write("config/settings.toml", "[api]\nendpoint = 'y'\n")

    found = proof_state(require_host(team.top), "flow")

    assert found[:2] == ("stale", "config/settings.toml changed")
    assert found.coverage == 100.0


def test_another_environment_counts_unless_only_files_are_asked_for(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.workflow("flow")
    prove(require_host(team.top), ["flow"], Wish())
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")

    assert proof_state(require_host(team.top), "flow").why.startswith("Python changed: ")
    assert proof_state(require_host(team.top), "flow", files_only=True).status == "present"


@pytest.mark.parametrize(
    ("tests", "why", "counts"),
    [(FAILS, "1 test failed", (3, 1, 1, 1)), (CHANGES, "something changed while its tests ran", (1, 1, 0, 0))],
)
def test_what_did_not_prove_anything_is_missing(tests: str, why: str, counts: tuple[int, ...], team: Team) -> None:
    team.workflow("flow", tests)
    team.write("dev/flow/testing/n.txt", "")
    prove(require_host(team.top), ["flow"], Wish())

    found = proof_state(require_host(team.top), "flow")

    assert found[:2] == ("missing", why)
    assert (found.tests, found.passed, found.failed, found.skipped) == counts


def test_many_are_told_apart_and_nothing_is_run(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        team.workflow(name)
    prove(require_host(team.top), ["one"], Wish())
    monkeypatch.setattr("subprocess.Popen.__init__", _only_git)

    found = proof_states(require_host(team.top), ["one", "two"])

    assert {name: each.status for name, each in found.items()} == {"one": "present", "two": "missing"}
    assert found["two"].why == "never proved"


_popen: Callable[..., None] = __import__("subprocess").Popen.__init__


def _only_git(self: object, words: list[str], *rest: object, **options: object) -> None:
    assert Path(os.fspath(words[0])).stem == "git"
    _popen(self, words, *rest, **options)
