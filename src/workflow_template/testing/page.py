"""One page with all workflows, complete in itself, beside coverage's own pages line by line."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from workflow_template.testing import words
from workflow_template.testing.changed import Changed
from workflow_template.testing.verdict import Judged, shown

_TONES = ("good", "bad", "odd")
_COLUMNS = ("workflow", "verdict", "tests", "lines", "branches", "coverage", "changed", "seconds", "")
_NUMBERS = frozenset(_COLUMNS[3:8])


def render(judged: Sequence[Judged], changed: Changed, top: Path, least: float) -> str:
    """The page; rows link to `coverage/<workflow>/index.html`."""
    from jinja2 import Environment, PackageLoader  # here, since only who asks for pages needs it

    pages = Environment(loader=PackageLoader("workflow_template.testing", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    rows = [_row(each, top, least) for each in sorted(judged, key=lambda each: (-each.verdict.code, each.outcome.workflow))]
    skipped = [test for each in judged for test in each.outcome.facts.tests if test.outcome == "skipped"]
    about = {"when": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}", "python": platform.python_version()}
    columns = [(name, name in _NUMBERS) for name in _COLUMNS]
    bad = [row for row in rows if row["verdict"].code]
    headline = f"{len(bad)} of {words.many(len(rows), 'workflow')} did not pass" if bad else f"{words.many(len(rows), 'workflow')} passed"
    text: str = pages.get_template("page.html.j2").render(
        rows=rows, bad=bad, skipped=skipped, changed=changed, headline=headline, tiles=_tiles(judged), columns=columns, **about
    )
    return text


def _tiles(judged: Sequence[Judged]) -> list[tuple[str, str, str]]:
    facts = [each.outcome.facts for each in judged]
    ran, lines = (sum(each.lines()[part] for each in facts) for part in (0, 1))
    taken, branches = (sum(each.branches()[part] for each in facts) for part in (0, 1))
    passed = sum(each.verdict.code == 0 for each in judged)
    tests, bad = sum(len(each.tests) for each in facts), sum(each.number("failed", "error") for each in facts)
    skipped, proved = sum(each.number("skipped") for each in facts), sum(bool(each.outcome.since) for each in judged)
    return [
        (f"{passed} / {len(judged)}", "workflows passed", "good" if passed == len(judged) else "bad"),
        (f"{tests:,}", f"tests, {bad:,} failed, {skipped:,} skipped", "bad" if bad else ""),
        (words.percent(ran, lines), f"of {lines:,} lines ran", ""),
        (words.percent(taken, branches), f"of {branches:,} branches taken", ""),
        (f"{proved:,}", "proved before, not run again", ""),
    ]


def _row(judged: Judged, top: Path, least: float) -> dict[str, Any]:
    outcome, verdict, changed = judged
    facts = outcome.facts
    bad = [test for test in facts.tests if test.bad]
    return {
        "name": outcome.workflow,
        "verdict": verdict,
        "tone": _TONES[verdict.code],
        "counts": words.counts(facts),
        "lines": words.share(*facts.lines()),
        "branches": words.share(*facts.branches()),
        "percent": round(facts.percent, 2),
        "coverage": f"{shown(facts.percent)} %" if facts.coverage else "-",
        "low": facts.percent < least,
        "changed": words.share(changed.covered, changed.all) if changed else "-",
        "seconds": f"{facts.seconds:.1f}",
        "how": f"proved {words.ago(outcome.since)}" if outcome.since else f"run: {outcome.why}",
        "link": f"coverage/{outcome.workflow}/index.html" if facts.coverage else "",
        "tests": [{"id": test.id, "name": words.short(test), "place": words.relative(test.place, top), **_said(test)} for test in bad],
        "missing": list(words.missing(judged)) if verdict.code == 1 and not bad else [],
        "output": facts.output,
    }


def _said(test: Any) -> dict[str, str]:
    return {"text": test.text, "output": test.output}
