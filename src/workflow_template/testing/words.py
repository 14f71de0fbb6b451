"""How results are said, at the terminal and on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from workflow_template.testing.facts import Facts, Test
from workflow_template.testing.verdict import Judged, shown


def many(count: int, name: str) -> str:
    """A number and what is counted."""
    return f"{count:,} {name}{'s' if count != 1 else ''}"


def counts(facts: Facts) -> str:
    """How many tests ended how."""
    others = ("failed", "error", "skipped", "xfailed", "xpassed")
    told = [f"{count} {outcome}" for outcome in others if (count := facts.number(outcome))]
    return ", ".join([f"{facts.number('passed')} passed", *told])


def share(part: int, whole: int) -> str:
    """A part of a whole, where there is one."""
    return f"{part}/{whole}" if whole else "-"


def percent(part: int, whole: int) -> str:
    """A part of a whole in percent."""
    return f"{shown(100 * part / whole)} %" if whole else "-"


def ranges(lines: Iterable[int]) -> str:
    """Lines as people write them: 3-5, 9."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in found)


def ago(moment: str) -> str:
    """How long ago a moment in ISO 8601 is."""
    seconds = (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {name} ago"
    return "just now"


def short(test: Test) -> str:
    """The name of a test without its file."""
    return test.id.partition("::")[2] or "its import"


def relative(place: str, top: Path) -> str:
    """A place as it can be opened from the top of the host."""
    path, _, line = place.rpartition(":")
    for base in (top, top.resolve()):
        if Path(path).is_relative_to(base):
            return f"{Path(path).relative_to(base).as_posix()}:{line}"
    return place


def missing(judged: Judged) -> Iterator[tuple[str, str]]:
    """Where coverage is missing: of the changed lines where these are the reason, else of all, worst file first."""
    if judged.changed and judged.verdict.changed:
        yield from ((path, f"changed lines {ranges(lines)} did not run") for path, lines in judged.changed.missing.items())
        return
    for path, file in sorted(judged.outcome.facts.coverage.items(), key=lambda item: -len(item[1].missing) - len(item[1].missing_branches)):
        if file.missing:
            yield path, f"lines {ranges(file.missing)} did not run"
        partial = [f"{start}->{'end' if end < 0 else end}" for start, end in file.missing_branches if start not in set(file.missing)]
        if partial:
            yield path, f"branches {', '.join(partial)} were not taken"
