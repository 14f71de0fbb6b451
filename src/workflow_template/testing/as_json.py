"""Results for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from workflow_template.testing.run import Outcome
from workflow_template.testing.verdict import Verdict


def describe(judged: Sequence[tuple[Outcome, Verdict]]) -> dict[str, Any]:
    """All results; `workflows` has one entry for each, tests that simply passed are only counted."""
    codes = Counter(verdict.code for _, verdict in judged)
    return {
        "workflows": [_workflow(outcome, verdict) for outcome, verdict in judged],
        "summary": {
            "workflows": len(judged),
            "passed": codes[0],
            "failed": codes[1],
            "not_judged": codes[2],
            "proved_before": sum(bool(outcome.since) for outcome, _ in judged),
            "tests": sum(len(outcome.facts.tests) for outcome, _ in judged),
        },
    }


def _workflow(outcome: Outcome, verdict: Verdict) -> dict[str, Any]:
    facts = outcome.facts
    (ran, lines), (taken, branches) = facts.lines(), facts.branches()
    return {
        "workflow": outcome.workflow,
        "ok": verdict.code == 0,
        "verdict": verdict.word.lower(),
        "reason": verdict.reason,
        "coverage": round(facts.percent, 4),
        "lines": {"covered": ran, "all": lines},
        "branches": {"covered": taken, "all": branches},
        "seconds": facts.seconds,
        "proved": outcome.since or None,
        "run_because": outcome.why,
        "not_kept_because": outcome.note,
        "tests": dict(Counter(test.outcome for test in facts.tests)),
        "not_passed": [asdict(test) for test in facts.tests if test.outcome != "passed"],
        "missing": {
            path: {"lines": file.missing, "branches": file.missing_branches}
            for path, file in facts.coverage.items()
            if file.missing or file.missing_branches
        },
        "output": facts.output,
    }
