"""Results for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from workflow_template.testing.changed import Changed
from workflow_template.testing.verdict import Judged


def describe(judged: Sequence[Judged], changed: Changed) -> dict[str, Any]:
    """All results; `workflows` has one entry for each, tests that simply passed are only counted."""
    codes = Counter(each.verdict.code for each in judged)
    return {
        "workflows": [_workflow(each) for each in judged],
        "changed_lines": {"since": changed.base or None, "problem": changed.problem or None},
        "summary": {
            "workflows": len(judged),
            "passed": codes[0],
            "failed": codes[1],
            "not_judged": codes[2],
            "proved_before": sum(bool(each.outcome.since) for each in judged),
            "tests": sum(len(each.outcome.facts.tests) for each in judged),
        },
    }


def _workflow(judged: Judged) -> dict[str, Any]:
    outcome, verdict, changed = judged
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
        "not_passed": [test._asdict() for test in facts.tests if test.outcome != "passed"],
        "missing": {
            path: {"lines": file.missing, "branches": file.missing_branches}
            for path, file in facts.coverage.items()
            if file.missing or file.missing_branches
        },
        "changed_lines": {"covered": changed.covered, "all": changed.all, "missing": changed.missing} if changed else None,
        "output": facts.output,
    }
