"""Write what can be fixed: small edits of a file's text, applied together where they do not touch each other."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from workflow_template.core.transaction import Change
from workflow_template.standards.listing import Disk
from workflow_template.standards.rule import Finding, Fix
from workflow_template.standards.source import Source


def fixed_files(findings: Iterable[Finding], disk: Disk) -> dict[str, tuple[Source, str]]:
    """Path -> the file as it is, and its text with all fixes that do not touch each other; the others wait for the next round."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.fixes:
            by_path.setdefault(finding.path, []).append(finding)
    made = {}
    for path, given in by_path.items():
        source = disk.source(path)
        text = apply(source, [finding.fixes for finding in given])
        if text != source.text:
            made[path] = (source, text)
    return made


def apply(source: Source, fixes: Iterable[tuple[Fix, ...]]) -> str:
    """The text of a file with these fixes; of two that touch each other, the first. What is inserted at one place comes in order."""
    taken: list[Fix] = []
    for each in fixes:
        edits = [Fix(offset(source, edit.start), offset(source, edit.end), edit.text) for edit in each]
        if not any(_touch(edit, other) for edit in edits for other in taken):
            taken += [edit for edit in edits if edit not in taken]
    text = source.text
    for _, edit in sorted(enumerate(taken), key=lambda each: (each[1].start, each[0]), reverse=True):
        text = text[: edit.start] + _with_line_ends(source, edit.text) + text[edit.end :]
    return text


def _touch(edit: Fix, other: Fix) -> bool:
    both_insert = edit.start == edit.end == other.start == other.end
    return edit != other and not both_insert and edit.start <= other.end and other.start <= edit.end


def offset(source: Source, place: int) -> int:
    """The offset of a place in a fix; a negative one is a line and a column (from 1), as ruff tells it."""
    if place >= 0:
        return place
    line, column = -place >> 20, -place & 0xFFFFF
    return source.start_of(line) + column - 1


def change_of(source: Source, text: str) -> Change:
    """The change that writes a fixed text as the file was written: with its encoding, its mark and its line ends."""
    return Change(source.path, text.encode(source.encoding, "surrogateescape"), over=True)


def diff(source: Source, text: str) -> str:
    """What a fix changes, as a unified diff."""
    lines = difflib.unified_diff(
        source.text.splitlines(keepends=True), text.splitlines(keepends=True), f"a/{source.path}", f"b/{source.path}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _with_line_ends(source: Source, text: str) -> str:
    """A new line in a fix ends as the lines of the file do."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in source.text else text
