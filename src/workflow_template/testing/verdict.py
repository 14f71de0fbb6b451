"""Judge what was found: whether a workflow passed, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workflow_template.testing.changed import Changed, Lines
from workflow_template.testing.facts import Facts
from workflow_template.testing.run import Outcome

LEAST_COVERAGE = 90.0
_COLLECTION, _INTERNAL, _USAGE, _NO_TESTS = 2, 3, 4, 5  # pytest's exit codes


class Verdict(NamedTuple):
    """*code* is 0 passed, 1 failed, 2 could not be judged; *reason* tells why, and whether that is only what *changed*."""

    code: int
    reason: str
    changed: bool = False

    @property
    def word(self) -> str:
        return ("passed", "FAILED", "NOT JUDGED")[self.code]


class Judged(NamedTuple):
    """A workflow's outcome with its verdict; *changed* are its changed lines, where it has any."""

    outcome: Outcome
    verdict: Verdict
    changed: Lines | None


@dataclass(frozen=True)
class Limits:
    """Least coverage of all lines and branches, and of changed lines, in percent; *part* when only some tests ran."""

    coverage: float = LEAST_COVERAGE
    changed: float = LEAST_COVERAGE
    part: bool = False


def judge_all(outcomes: Sequence[Outcome], changed: Changed, limits: Limits) -> list[Judged]:
    """Judge every workflow by its tests, its coverage, and the coverage of its changed lines."""
    judged = []
    for outcome in outcomes:
        verdict = judge(outcome.facts, limits.coverage, limits.part)
        lines = changed.lines.get(outcome.workflow)
        if verdict.code == 0 and lines and lines.percent < limits.changed:
            reason = f"{lines.covered} of {lines.all} changed lines ran, {shown(lines.percent)} %, at least {limits.changed:g} % is needed"
            verdict = Verdict(1, reason, changed=True)
        judged.append(Judged(outcome, verdict, lines))
    return judged


def judge(facts: Facts, least: float = LEAST_COVERAGE, part: bool = False) -> Verdict:
    """Judge one workflow; coverage below *least* percent fails, except where only a *part* of its tests ran."""
    if facts.ended:
        return Verdict(1 if facts.ended.startswith("timed out") else 2, facts.ended)
    if facts.code == _NO_TESTS:
        return Verdict(0, "no test matches") if part else Verdict(1, "no tests")
    if facts.code:
        return _bad(facts)
    if part:
        return Verdict(0, "")
    if facts.problem:
        return Verdict(2, f"its coverage cannot be read: {facts.problem.splitlines()[0]}")
    if not facts.coverage:
        return Verdict(1, "none of its code was measured")
    if facts.percent < least:
        return Verdict(1, f"coverage is {shown(facts.percent)} %, at least {least:g} % is needed")
    return Verdict(0, "")


def shown(percent: float) -> str:
    """A percentage with one digit, never rounded up over a limit: 89.96 is not 90.0."""
    return f"{int(percent * 10) / 10:.1f}"


def _bad(facts: Facts) -> Verdict:
    bad = facts.number("failed", "error")
    if facts.code == _COLLECTION:
        broken = sorted({test.id for test in facts.tests if test.outcome == "error"})
        return Verdict(2, f"{broken[0]} cannot be imported" if broken else "pytest was interrupted")
    if facts.code in (_INTERNAL, _USAGE):
        return Verdict(2, "pytest broke" if facts.code == _INTERNAL else "pytest could not start")
    return Verdict(1, f"{bad} test{'s' if bad != 1 else ''} failed" if bad else f"pytest failed with exit code {facts.code}")
