# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""Find secrets in any text file: passwords, tokens, keys, written in clear.

Few lines are worth reading; readers claim values there, and one judge of values says whether a claim holds. Nothing of a secret
leaves this package but its first two signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from workflow_template.standards.secrets.calls import read_calls
from workflow_template.standards.secrets.claims import Claim
from workflow_template.standards.secrets.commands import read_commands
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.pairs import read_pairs
from workflow_template.standards.secrets.places import lines_worth_reading
from workflow_template.standards.secrets.sql import read_sql
from workflow_template.standards.secrets.tables import read_tables, whole_file_claims
from workflow_template.standards.secrets.tokens import known_example, read_tokens
from workflow_template.standards.secrets.urls import read_urls

_READERS: tuple[Callable[[Line], Iterator[Claim]], ...] = (
    read_tokens,
    read_urls,
    read_commands,
    read_sql,
    read_pairs,
    read_calls,
    read_tables,
)
_LOCK = re.compile(
    r"(?:^|/)(?:[^/]*\.lock|package-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json|go\.sum|[^/]*\.(?:min\.js|min\.css|map|svg|po|pot))$",
    re.I,
)
_MADE_UP = re.compile(
    r"test[- _]?vectors?|\bdummy\b|\bfake\b|\bnot (?:a )?(?:real|secret|valid)\b|\bno real\b|\brfc ?\d{3,5}|made[- ]up|\bplaceholder|\bnonsense\b|\bfictitious|\bfictional|\bmock\b|example (?:only|value)|known answer",
    re.I,
)
_MADE_UP_HERE = re.compile(r"\bexample\b|\bsample\b|\be\.g\.", re.I)


class Secret(NamedTuple):
    """A place where a secret stands in clear; *line* and *column* count from 1, *masked* is all that is shown of it."""

    line: int
    column: int
    kind: str
    masked: str
    message: str


def find_secrets(path: str, text: str) -> Iterator[Secret]:
    """Yield the secrets of a text file by place; *path* only tells what kind of file it is."""
    last, line, upto = -1, 1, 0
    for claim in sorted(_claims(path, text)):
        if claim.start < last:
            continue
        last = claim.start + max(len(claim.value), 1)
        line, upto = line + text.count("\n", upto, claim.start), claim.start
        yield _shown(claim, line, claim.start - text.rfind("\n", 0, claim.start))


def _shown(claim: Claim, line: int, column: int) -> Secret:
    masked = _mask(claim.value)
    return Secret(
        line,
        column,
        claim.kind,
        masked,
        f"{claim.kind} in clear ({masked}): keep it outside the repository, read it through the configuration, and change it: git remembers it",
    )


def _mask(value: str) -> str:
    """The first two signs of a long value, none of a short one, and about how long it is."""
    size = next((f"{low}-{high}" for low, high in ((1, 7), (8, 15), (16, 31), (32, 63)) if len(value) <= high), "64 or more")
    return f"{value[:2] if len(value) >= 8 and value[:2].isalnum() else ''}***, {size} signs"


def _claims(path: str, text: str) -> Iterator[Claim]:
    locked = bool(_LOCK.search(path))
    for claim in whole_file_claims(path, text):
        if claim.holds and not _is_marked(path, text, claim):
            yield claim
    for start, end in lines_worth_reading(path, text):
        line = Line(path, text, start, end)
        for reader in (read_tokens, read_urls) if locked else _READERS:
            for claim in reader(line):
                if claim.holds and not known_example(claim.value) and not _is_marked(path, text, claim):
                    yield claim


def _is_marked(path: str, text: str, claim: Claim) -> bool:
    """Whether the line, or the comment right above it, says that its value is made up."""
    start = text.rfind("\n", 0, claim.start) + 1
    end = text.find("\n", claim.start)
    line = Line(path, text, max(start, claim.start - 300), min(end if end >= 0 else len(text), claim.start + 500))
    comment = line.text[line.comment :]
    if _MADE_UP.search(comment) or _MADE_UP_HERE.search(comment):
        return not comment.strip().startswith(claim.value)
    above = text[max(0, start - 200) : max(0, start - 1)].rsplit("\n", 1)[-1].strip()
    return above.startswith(("#", "//", "--", ";", "/*", "*", "<!--")) and bool(_MADE_UP.search(above))
