"""Results for a person at a terminal: what failed and where, then a table, then the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from workflow_template.testing.facts import Facts, Test
from workflow_template.testing.run import Outcome
from workflow_template.testing.verdict import Verdict, shown

_MANY = 10  # failures of one workflow that are shown in full
_COLUMNS = ("workflow", "verdict", "tests", "lines", "branches", "coverage", "seconds", "")
_NUMBERS = frozenset(("lines", "branches", "coverage", "seconds"))
_COLOURS = {"passed": "green", "FAILED": "red", "NOT JUDGED": "yellow"}

Judged = tuple[Outcome, Verdict]


def render(judged: Sequence[Judged], top: Path, verbose: bool) -> str:
    """All of it; with *verbose* also what pytest printed."""
    bad = [(outcome, verdict) for outcome, verdict in judged if verdict.code]
    parts = [text for outcome, verdict in judged for text in _told(outcome, verdict, top, verbose)]
    parts.append("\n".join(_table(sorted(judged, key=lambda each: each[1].code))))
    parts += ["\n".join(lines) for lines in (_skipped(judged), _notes(judged)) if lines]
    parts.append("\n".join(_summary(judged, bad)))
    return "\n\n".join(parts)


def _told(outcome: Outcome, verdict: Verdict, top: Path, verbose: bool) -> Iterator[str]:
    facts = outcome.facts
    if verbose and facts.output:
        yield facts.output.rstrip()
    elif verdict.code == 2 and not any(test.bad for test in facts.tests):
        yield _block(f"{outcome.workflow}: {verdict.reason}", "\n".join(facts.output.rstrip().splitlines()[-30:]))
    bad = [test for test in facts.tests if test.bad]
    for test in bad[:_MANY]:
        yield _block(f"{_relative(test.place, top) or test.id}: {_short(test)} {test.outcome}", _detail(test))
    if len(bad) > _MANY:
        yield f"{outcome.workflow}: {len(bad) - _MANY} more tests failed: workflow test {outcome.workflow} --verbose shows all"
    if verdict.code == 1 and facts.code == 0:
        yield _block(f"{outcome.workflow}: {verdict.reason}", "\n".join(_missing(facts)))


def _block(title: str, text: str) -> str:
    lines = [click.style(title, fg="red", bold=True)]
    for line in text.splitlines():
        colour = "red" if line.startswith("E ") else None
        lines.append(click.style(f"    {line}", fg=colour) if colour else f"    {line}".rstrip())
    return "\n".join(lines)


def _detail(test: Test) -> str:
    return "\n".join(filter(None, (test.text, test.output)))


def _short(test: Test) -> str:
    return test.id.partition("::")[2] or "its import"


def _missing(facts: Facts) -> Iterator[str]:
    """Where coverage is missing, worst file first."""
    for path, file in sorted(facts.coverage.items(), key=lambda item: -len(item[1].missing) - len(item[1].missing_branches)):
        if file.missing:
            yield f"{path}: lines {ranges(file.missing)} did not run"
        partial = [f"{start}->{'end' if end < 0 else end}" for start, end in file.missing_branches if start not in set(file.missing)]
        if partial:
            yield f"{path}: branches {', '.join(partial)} were not taken"


def ranges(lines: Iterable[int]) -> str:
    """Lines as people write them: 3-5, 9."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in found)


def _table(judged: Sequence[Judged]) -> Iterator[str]:
    rows = [_row(outcome, verdict) for outcome, verdict in judged]
    widths = [max(len(row[column]) for row in (_COLUMNS, *rows)) for column in range(len(_COLUMNS))]
    yield click.style(_line(_COLUMNS, widths), bold=True)
    for row in rows:
        yield _line(row, widths).replace(row[1], click.style(row[1], fg=_COLOURS[row[1]]), 1)


def _row(outcome: Outcome, verdict: Verdict) -> tuple[str, ...]:
    facts = outcome.facts
    lines, branches = (_share(*share()) for share in (facts.lines, facts.branches))
    coverage = f"{shown(facts.percent)} %" if facts.coverage else "-"
    how = f"proved {ago(outcome.since)}" if outcome.since else "run"
    return outcome.workflow, verdict.word, _counts(facts), lines, branches, coverage, f"{facts.seconds:.1f}", how


def _counts(facts: Facts) -> str:
    others = ("failed", "error", "skipped", "xfailed", "xpassed")
    told = [f"{count} {outcome}" for outcome in others if (count := facts.count(outcome))]
    return ", ".join([f"{facts.count('passed')} passed", *told])


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" if whole else "-"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if column in _NUMBERS else cell.ljust(width) for column, cell, width in zip(_COLUMNS, cells, widths, strict=True)
    ]
    return "  ".join(aligned).rstrip()


def ago(moment: str) -> str:
    """How long ago a moment in ISO 8601 is, in words."""
    seconds = (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {name} ago"
    return "just now"


def _skipped(judged: Sequence[Judged]) -> list[str]:
    """Every skipped test with its reason: a test that did not run proved nothing."""
    tests = [test for outcome, _ in judged for test in outcome.facts.tests if test.outcome == "skipped"]
    return [f"skipped: {test.id}: {test.text or 'without a reason'}" for test in tests]


def _notes(judged: Sequence[Judged]) -> list[str]:
    return [f"{outcome.workflow}: its proof is not kept, since {outcome.note}" for outcome, _ in judged if outcome.note]


def _summary(judged: Sequence[Judged], bad: Sequence[Judged]) -> Iterator[str]:
    width = max((len(outcome.workflow) for outcome, _ in bad), default=0)
    for outcome, verdict in bad:
        yield f"{outcome.workflow:{width}}  {click.style(verdict.word, fg=_COLOURS[verdict.word])}  {verdict.reason}"
    proved = sum(bool(outcome.since) for outcome, _ in judged)
    tests = sum(len(outcome.facts.tests) for outcome, _ in judged)
    codes = Counter(verdict.code for _, verdict in judged)
    told = ", ".join(f"{codes[code]} {word}" for code, word in enumerate(("passed", "failed", "not judged")) if codes[code] or not code)
    again = f", {proved} of them proved before and not run again" if proved else ""
    yield f"{len(judged)} workflow{'s' if len(judged) != 1 else ''}: {told}{again}; {tests:,} test{'s' if tests != 1 else ''}"


def _relative(place: str, top: Path) -> str:
    """A place as it can be opened from the top of the host."""
    path, _, line = place.rpartition(":")
    for base in (top, top.resolve()):
        if Path(path).is_relative_to(base):
            return f"{Path(path).relative_to(base).as_posix()}:{line}"
    return place
