"""Results for a person at a terminal: what failed and where, then a table, then the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from workflow_template.testing import words
from workflow_template.testing.changed import Changed
from workflow_template.testing.facts import Test
from workflow_template.testing.verdict import Judged, shown

_MANY = 10  # failures of one workflow that are shown in full
_COLUMNS = ("workflow", "verdict", "tests", "lines", "branches", "coverage", "changed", "time", "")
_NUMBERS = frozenset(("lines", "branches", "coverage", "changed", "time"))
_COLOURS = {"passed": "green", "FAILED": "red", "NOT JUDGED": "yellow"}


def render(judged: Sequence[Judged], changed: Changed, top: Path, verbose: bool) -> str:
    """All of it; with *verbose* also what pytest printed."""
    parts = [text for each in judged for text in _told(each, top, verbose)]
    parts.append("\n".join(_table(sorted(judged, key=lambda each: each.verdict.code))))
    parts += ["\n".join(lines) for lines in (_skipped(judged), _notes(judged)) if lines]
    parts.append("\n".join([*_summary(judged), *_about_changed(judged, changed)]))
    return "\n\n".join(parts)


def _told(judged: Judged, top: Path, verbose: bool) -> Iterator[str]:
    outcome, verdict, _ = judged
    facts = outcome.facts
    if verbose and facts.output:
        yield facts.output.rstrip()
    elif (verdict.code == 2 or facts.ended) and not any(test.bad for test in facts.tests):
        yield _block(f"{outcome.workflow}: {verdict.reason}", "\n".join(facts.output.rstrip().splitlines()[-30:]))
    bad = [test for test in facts.tests if test.bad]
    for test in bad[:_MANY]:
        yield _block(f"{words.relative(test.place, top) or test.id}: {words.short(test)} {test.outcome}", _detail(test))
    if len(bad) > _MANY:
        yield f"{outcome.workflow}: {len(bad) - _MANY} more tests failed: workflow test {outcome.workflow} --verbose shows all"
    if verdict.code == 1 and facts.code == 0:
        yield _block(f"{outcome.workflow}: {verdict.reason}", "\n".join(f"{path}: {lines}" for path, lines in words.missing(judged)))


def _block(title: str, text: str) -> str:
    lines = [click.style(title, fg="red", bold=True)]
    for line in text.splitlines():
        colour = "red" if line.startswith("E ") else None
        lines.append(click.style(f"    {line}", fg=colour) if colour else f"    {line}".rstrip())
    return "\n".join(lines)


def _detail(test: Test) -> str:
    return "\n".join(filter(None, (test.text, test.output)))


def _table(judged: Sequence[Judged]) -> Iterator[str]:
    rows = [_row(each) for each in judged]
    widths = [max(len(row[column]) for row in (_COLUMNS, *rows)) for column in range(len(_COLUMNS))]
    yield click.style(_line(_COLUMNS, widths), bold=True)
    for row in rows:
        yield _line(row, widths, _COLOURS[row[1]])


def _row(judged: Judged) -> tuple[str, ...]:
    outcome, verdict, changed = judged
    facts = outcome.facts
    lines, branches = words.share(*facts.lines()), words.share(*facts.branches())
    coverage = f"{shown(facts.percent)} %" if facts.coverage else "-"
    how = f"proved {words.ago(outcome.since)}" if outcome.since else f"run: {outcome.why}"
    new = words.share(changed.covered, changed.all) if changed else "-"
    return outcome.workflow, verdict.word, words.counts(facts), lines, branches, coverage, new, f"{facts.seconds:.1f} s", how


def _line(cells: Sequence[str], widths: Sequence[int], colour: str | None = None) -> str:
    parts = list(zip(_COLUMNS, cells, widths, strict=True))
    aligned = [cell.rjust(width) if column in _NUMBERS else cell.ljust(width) for column, cell, width in parts]
    if colour:
        aligned[1] = click.style(aligned[1], fg=colour)
    return "  ".join(aligned).rstrip()


def _skipped(judged: Sequence[Judged]) -> list[str]:
    """Every skipped test with its reason: a test that did not run proved nothing."""
    tests = [test for each in judged for test in each.outcome.facts.tests if test.outcome == "skipped"]
    return [f"skipped: {test.id}: {test.text or 'without a reason'}" for test in tests]


def _notes(judged: Sequence[Judged]) -> list[str]:
    outcomes = [each.outcome for each in judged if each.outcome.note]
    return [f"{outcome.workflow}: its proof is not kept, since {outcome.note}" for outcome in outcomes]


def _summary(judged: Sequence[Judged]) -> Iterator[str]:
    bad = [each for each in judged if each.verdict.code]
    width = max((len(each.outcome.workflow) for each in bad), default=0)
    for outcome, verdict, _ in bad:
        yield f"{outcome.workflow:{width}}  {click.style(verdict.word, fg=_COLOURS[verdict.word])}  {verdict.reason}"
    proved = sum(bool(each.outcome.since) for each in judged)
    codes = Counter(each.verdict.code for each in judged)
    told = ", ".join(f"{codes[code]} {word}" for code, word in enumerate(("passed", "failed", "not judged")) if codes[code] or not code)
    again = f", {proved} of them proved before and not run again" if proved else ""
    tests = sum(len(each.outcome.facts.tests) for each in judged)
    yield f"{words.many(len(judged), 'workflow')}: {told}{again}; {words.many(tests, 'test')}"


def _about_changed(judged: Sequence[Judged], changed: Changed) -> Iterator[str]:
    if changed.problem:
        yield f"changed lines: not judged, {changed.problem}" + (f"\n  hint: {changed.hint}" if changed.hint else "")
    elif changed.base:
        lines = [each.changed for each in judged if each.changed]
        ran, there = sum(each.covered for each in lines), sum(each.all for each in lines)
        yield f"changed lines since {changed.base}: {f'{ran} of {there} ran' if there else 'none in the code that is measured'}"
