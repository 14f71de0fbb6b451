"""What a run of one workflow's tests found: facts, which a proof keeps; whether they are good enough is judged each time anew."""

from __future__ import annotations

from typing import Any, NamedTuple


class Test(NamedTuple):
    """One test and how it ended. *place* is `path:line` of what failed, *text* why it failed or was skipped."""

    id: str
    outcome: str  # passed, failed, error, skipped, xfailed or xpassed
    seconds: float
    line: int = 0
    place: str = ""
    text: str = ""
    output: str = ""

    @property
    def bad(self) -> bool:
        return self.outcome in ("failed", "error")


class Measured(NamedTuple):
    """Coverage of one file: lines, branches as pairs of lines, and all arcs that were taken, to draw its page from."""

    executed: list[int]
    missing: list[int]
    branches: int
    missing_branches: list[list[int]]
    arcs: list[list[int]]


class Facts(NamedTuple):
    """What one run found. *ended* says how pytest's process ended when it did not end by itself, *problem* why there is no coverage."""

    code: int  # pytest's own exit code
    seconds: float
    tests: list[Test]
    coverage: dict[str, Measured]
    ended: str = ""
    problem: str = ""
    output: str = ""

    def number(self, *outcomes: str) -> int:
        """How many tests ended in one of *outcomes*."""
        return sum(test.outcome in outcomes for test in self.tests)

    def lines(self) -> tuple[int, int]:
        """Lines that ran, and lines that can run."""
        ran = sum(len(file.executed) for file in self.coverage.values())
        return ran, ran + sum(len(file.missing) for file in self.coverage.values())

    def branches(self) -> tuple[int, int]:
        """Branches that were taken, and branches there are."""
        there = sum(file.branches for file in self.coverage.values())
        return there - sum(len(file.missing_branches) for file in self.coverage.values()), there

    @property
    def percent(self) -> float:
        """Lines and branches covered, as coverage.py counts its total; 0 where nothing was measured."""
        ran, lines = self.lines()
        taken, branches = self.branches()
        if not self.coverage:
            return 0.0
        return 100.0 * (ran + taken) / (lines + branches) if lines + branches else 100.0


def to_json(facts: Facts) -> dict[str, Any]:
    """Facts as JSON can hold them."""
    tests = [test._asdict() for test in facts.tests]
    return {**facts._asdict(), "tests": tests, "coverage": {path: file._asdict() for path, file in facts.coverage.items()}}


def from_json(content: dict[str, Any]) -> Facts:
    """Read back what `to_json` gave.

    Raises:
        TypeError, KeyError, AttributeError: it is something else.
    """
    tests = [Test(**each) for each in content["tests"]]
    coverage = {path: Measured(**each) for path, each in content["coverage"].items()}
    return Facts(**{**content, "tests": tests, "coverage": coverage})
