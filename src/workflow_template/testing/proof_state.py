"""Where the latest proof of a workflow's tests stands, for those who judge by it: nothing is run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from workflow_template.core.host import Host
from workflow_template.testing import proof
from workflow_template.testing.proof import Proof
from workflow_template.testing.state import State
from workflow_template.testing.verdict import judge


class ProofState(NamedTuple):
    """*status* is present, stale (proved, but changed since) or missing (never proved, or failed last); *why* it is not present.

    The figures are those of the last run, whatever the status; *coverage* is of lines and branches, in percent, and not judged here.
    """

    status: Literal["present", "stale", "missing"]
    why: str
    at: str = ""  # UTC, ISO 8601
    coverage: float = 0.0
    tests: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def proof_state(host: Host, name: str, *, files_only: bool = False) -> ProofState:
    """Find out where the latest proof of `dev/<name>` stands; for several workflows, `proof_states` looks at the host only once.

    With *files_only*, Python, packages and variables of the environment do not count: for a caller that runs in another
    environment than the tests, such as a hook of pre-commit.
    """
    return proof_states(host, [name], files_only=files_only)[name]


def proof_states(host: Host, names: Iterable[str], *, files_only: bool = False) -> dict[str, ProofState]:
    """As `proof_state`, for many."""
    state = State(host)
    found = {name: _stand(state, name, files_only) for name in names}
    state.contents.save()
    return found


def _stand(state: State, name: str, files_only: bool) -> ProofState:
    last = proof.read(state.host, name)
    if last is None:
        return ProofState("missing", "never proved")
    found = _figures(last)
    if not last.holds:
        return found._replace(why=judge(last.facts, least=0).reason or "something changed while its tests ran")
    now = state.basis(name, last.basis.besides)
    then = replace(last.basis, environment=now.environment) if files_only else last.basis
    changed = proof.difference(then, now)
    return found._replace(status="stale" if changed else "present", why=changed)


def _figures(last: Proof) -> ProofState:
    facts = last.facts
    passed, failed = facts.number("passed", "xfailed", "xpassed"), facts.number("failed", "error")
    return ProofState("missing", "", last.at, facts.percent, len(facts.tests), passed, failed, facts.number("skipped"))
