"""What the gate asks: whether a workflow's tests pass, from its proof where that holds."""

from __future__ import annotations

from typing import NamedTuple

from workflow_template.core.host import Host
from workflow_template.testing.plan import Wish
from workflow_template.testing.run import prove
from workflow_template.testing.verdict import LEAST_COVERAGE, judge


class Outcome(NamedTuple):
    """How the tests of one workflow went; *coverage* is in percent of lines and branches."""

    workflow: str
    ok: bool
    coverage: float
    seconds: float
    reason: str
    output: str


def run_tests(host: Host, name: str, least: float = LEAST_COVERAGE) -> Outcome:
    """Run the tests of `dev/<name>`, unless a proof holds; below *least* percent of coverage they fail.

    Raises:
        UserError: pytest is not installed.
    """
    (outcome,) = prove(host, [name], Wish())
    verdict = judge(outcome.facts, least)
    return Outcome(name, verdict.code == 0, outcome.facts.percent, outcome.facts.seconds, verdict.reason, outcome.facts.output)
