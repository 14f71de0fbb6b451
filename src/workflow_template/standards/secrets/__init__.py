"""Find secrets in any text file: passwords, tokens, keys, written in clear.

Few lines are worth reading; readers claim values there, and one judge of values says whether a claim holds. Nothing of a secret
leaves this package but its first two signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from workflow_template.standards.secrets.calls import read_calls
from workflow_template.standards.secrets.claims import Claim
from workflow_template.standards.secrets.commands import read_commands
from workflow_template.standards.secrets.lines import File, Line
from workflow_template.standards.secrets.pairs import read_pairs
from workflow_template.standards.secrets.patterns import Lazy
from workflow_template.standards.secrets.places import WINDOW, Why, places
from workflow_template.standards.secrets.sql import read_sql
from workflow_template.standards.secrets.tables import read_tables, whole_file
from workflow_template.standards.secrets.tokens import known_example, private_keys, read_tokens
from workflow_template.standards.secrets.urls import read_urls

_READERS: tuple[tuple[int, Callable[[Line], Iterator[Claim]]], ...] = (
    (Why.SHAPE | Why.NAME | Why.URL, read_tokens),
    (Why.URL | Why.SHAPE | Why.NAME, read_urls),
    (Why.COMMAND, read_commands),
    (Why.SQL | Why.NAME, read_sql),
    (Why.NAME | Why.SHAPE, read_pairs),
    (Why.CALL | Why.SHAPE, read_calls),
    (Why.NAME, read_tables),
)
_READERS_OF_LOCKS = _READERS[:2]
_LOCK = Lazy(
    r"(?i)(?:^|/)(?:[^/]*\.lock|package-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json|go\.sum|RECORD|[^/]*\.(?:min\.js|min\.css|map|svg|po|pot))$"
)
_MADE_UP = Lazy(
    r"(?i)test[- _]?vectors?|\bdummy\b|\bfake\b|\bnot (?:a )?(?:real|secret|valid)\b|\bno real\b|\brfc ?\d{3,5}|made[- ]up|\bplaceholder"
    r"|\bnonsense\b|\bfictitious|\bfictional|\bmock\b|example (?:only|value)|known answer"
)
_MADE_UP_HERE = Lazy(r"(?i)\bexample\b|\bsample\b|\be\.g\.")
# What a file may cost: one made to be slow, or a dump of a million suspicious lines, is read for about a second and no further.
_EFFORT_OF_A_NAME, _EFFORT_OF_A_WINDOW, _MOST_EFFORT = 400, 16, 4_000_000
_SIZES = ((7, "1-7"), (15, "8-15"), (31, "16-31"), (63, "32-63"))
_ADVICE = "keep it outside the repository, read it through the configuration, and change it: git remembers it"


class Secret(NamedTuple):
    """A place where a secret stands in clear; *line* and *column* count from 1, *masked* is all that is shown of it."""

    line: int
    column: int
    kind: str
    masked: str
    message: str


def find_secrets(path: str, text: str) -> Iterator[Secret]:
    """Yield the secrets of a text file by place; *path* only tells what kind of file it is."""
    file, last, line, upto = File(path, text), -1, 1, 0
    for claim in sorted(_claims(file), key=lambda claim: (claim.start, -len(claim.value))):
        if claim.start < last or _is_marked(file, claim):
            continue
        last = claim.start + max(len(claim.value), 1)
        line, upto = line + text.count("\n", upto, claim.start), claim.start
        yield _shown(claim, line, claim.start - text.rfind("\n", 0, claim.start))


def _claims(file: File) -> Iterator[Claim]:
    yield from (claim for claim in whole_file(file) if claim.holds)
    yield from private_keys(file.path, file.text)
    readers = _READERS_OF_LOCKS if _LOCK().search(file.path) else _READERS
    effort = 0
    for start, end, why in places(file.path, file.text):
        line = Line(file, start, end, why)
        effort += len(line.text) * (_EFFORT_OF_A_WINDOW if len(line.text) > WINDOW else 1) + _EFFORT_OF_A_NAME * len(line.names)
        if effort > _MOST_EFFORT:
            return
        for wanted, reader in readers:
            if why & wanted:
                yield from (claim for claim in reader(line) if claim.holds and not known_example(claim.value))


def _shown(claim: Claim, line: int, column: int) -> Secret:
    masked = _mask(claim.value)
    return Secret(line, column, claim.kind, masked, f"{claim.kind} in clear ({masked}): {_ADVICE}")


def _mask(value: str) -> str:
    """The first two signs of a long value, none of a short one, and about how long it is."""
    size = next((shown for most, shown in _SIZES if len(value) <= most), "64 or more")
    return f"{value[:2] if len(value) >= 8 and value[:2].isalnum() else ''}***, {size} signs"


def _is_marked(file: File, claim: Claim) -> bool:
    """Whether the line, or the comment right above it, says that its value is made up."""
    text, at = file.text, claim.start
    start = max(text.rfind("\n", 0, at) + 1, at - 300)
    end = text.find("\n", at, at + 500)
    line = Line(file, start, end if end >= 0 else min(len(text), at + 500), Why.NAME)
    comment = line.text[line.comment :].replace(claim.value, "")
    if _MADE_UP().search(comment) or _MADE_UP_HERE().search(comment):
        return True
    above = text[max(0, start - 200) : max(0, start - 1)].rpartition("\n")[2].strip()
    return above.startswith(("#", "//", "--", ";", "/*", "*", "<!--")) and bool(_MADE_UP().search(above))
