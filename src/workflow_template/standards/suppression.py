"""What a line says of the findings on it: `# workflow: ignore[WF301] reason, until 2027-01-31`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from workflow_template.standards.pattern import Pattern
from workflow_template.standards.source import Source

WORD = "workflow: ignore"
MOST = 500  # of one file
_COMMENT = Pattern(r"(?P<sign>#|--|//|<!--|/\*|;)\s*workflow: ignore(?:\[(?P<rules>[^\]\n]*)\])?(?P<rest>[^\n]*)")
_UNTIL = Pattern(r"[,;(]?\s*until\s+(\d{4}-\d{2}-\d{2})\)?\s*$")
_END = Pattern(r"\s{0,9}(-->|\*/)\s*$")
_SIGNS = {"python": "#", "yaml": "#", "toml": "#", "shell": "#", "sql": "--", "markdown": "<!--"}


class Suppression(NamedTuple):
    """A comment that passes findings over. It stands on *line*, and holds for the findings of *rules* from line *first* to *last*."""

    line: int
    column: int
    first: int
    last: int
    rules: tuple[str, ...]
    reason: str
    until: str
    start: int
    end: int

    @property
    def problem(self) -> str:
        """What is wrong with the comment itself; empty if nothing is."""
        if not self.rules:
            return "says not which rule: # workflow: ignore[WF301] reason"
        if not self.reason:
            return f"has no reason: # workflow: ignore[{', '.join(self.rules)}] why"
        try:
            date.fromisoformat(self.until or "2000-01-01")
        except ValueError:
            return f"{self.until} is no day"
        return ""


def suppressions(source: Source) -> list[Suppression]:
    """The comments of a file that pass findings over; text that only looks like one, in a string or in code, is none."""
    return list(itertools.islice(_find(source), MOST)) if WORD in source.text else []


def _find(source: Source) -> Iterator[Suppression]:
    spans = _logical_lines(source) if source.kind.language == "python" else None
    after = _next_lines(source)
    for found in _COMMENT.finditer(source.text):
        line = source.line_of(found.start())
        if found["sign"] != _SIGNS.get(source.kind.language, found["sign"]) or spans is not None and line not in spans:
            continue
        before = source.text[source.text.rfind("\n", 0, found.start()) + 1 : found.start()]
        rest = _END.sub("", found["rest"].rstrip())
        until = _UNTIL.search(rest)
        reason = (rest[: until.start()] if until else rest).strip(" ,:;-")
        rules = tuple(filter(None, (each.strip() for each in (found["rules"] or "").split(","))))
        first, last = (spans or {}).get(line, (line, line)) if before.strip() else [after[line]] * 2
        start = found.start() - (len(before) - len(before.rstrip())) if before.strip() else found.start() - len(before)
        end = found.end() + (0 if before.strip() else 1)
        yield Suppression(line, source.column_of(found.start()), first, last, rules, reason, until[1] if until else "", start, end)


def _next_lines(source: Source) -> dict[int, int]:
    """Line of each comment -> what it holds for where it stands alone: the next line that is no such comment."""
    found: dict[int, int] = {}
    for line in range(len(source.lines), 0, -1):
        if WORD in source.lines[line - 1]:
            found[line] = found.get(line + 1, line + 1)
    return found


def _logical_lines(source: Source) -> dict[int, tuple[int, int]] | None:
    """Line of each such comment -> first and last line of the statement that it ends; None where Python cannot tell."""
    import io
    import tokenize

    found: dict[int, tuple[int, int]] = {}
    first, waiting = 0, []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
            first = first or (token.start[0] if token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT) else 0)
            if token.type == tokenize.COMMENT and WORD in token.string:
                waiting.append(token.start[0])
            elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
                found |= {line: (first or line, max(line, token.end[0])) for line in waiting}
                first, waiting = 0, []
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return found
