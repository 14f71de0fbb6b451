"""Find secrets in any text file: passwords, tokens, keys, written in clear.

Few lines are worth reading; readers claim values there, and one judge of values says whether a claim holds. Nothing of a secret
leaves this package but its first two signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workflow_template.standards.secrets.places import Held, places

_KEPT_IN = ("pgpass", "htpasswd", "netrc", ".ppk")
MOST_SIGNS, MOST_FOUND = 50_000_000, 1000
_SIZES = ((7, "1-7"), (15, "8-15"), (31, "16-31"), (63, "32-63"))
UNREAD = "unread"
_TOO_MUCH = "the file holds more that looks like one than can be read in a second; split it, or say in `workflow: ignore` why it is clean"
_ADVICE = "keep it outside the repository, read it through the configuration, and change it: git remembers it"


class Secret(NamedTuple):
    """A place where a secret stands in clear; *line* and *column* count from 1, *masked* is all that is shown of it."""

    line: int
    column: int
    kind: str
    masked: str
    message: str


def find_secrets(path: str, text: str, held: Held | None = None) -> Iterator[Secret]:
    """Yield the secrets of a text file by place; *path* only tells what kind of file it is, *held* what its neighbours and it hold.

    What stands behind the first 50 million signs, behind a thousand secrets, or behind more suspicious lines than a second allows is not
    read; the last one yielded says so.
    """
    whole, text = len(text), text[:MOST_SIGNS]
    found = places(path, text, held)
    if not found and "PRIVATE KEY" not in text and not any(kept in path.rsplit("/", 1)[-1].lower() for kept in _KEPT_IN):
        yield from [_unread(text, len(text))] if whole > MOST_SIGNS else ()
        return
    from workflow_template.standards.secrets.judge import claims  # most files hold nothing to judge

    line, upto = 1, 0
    for number, claim in enumerate(claims(path, text, found)):
        if claim.kind == UNREAD or number >= MOST_FOUND:
            yield _unread(text, claim.start)
            return
        line, upto = line + text.count("\n", upto, claim.start), claim.start
        yield _shown(claim.kind, claim.value, line, claim.start - text.rfind("\n", 0, claim.start))
    if whole > MOST_SIGNS:
        yield _unread(text, len(text))


def _unread(text: str, at: int) -> Secret:
    """Say where the search ended, so that nobody takes the rest for clean."""
    return Secret(
        text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), UNREAD, "", f"not searched for secrets from here on: {_TOO_MUCH}"
    )


def _shown(kind: str, value: str, line: int, column: int) -> Secret:
    masked = _mask(value)
    return Secret(line, column, kind, masked, f"{kind} in clear ({masked}): {_ADVICE}")


def _mask(value: str) -> str:
    """The first two signs of a long value, none of a short one, and about how long it is."""
    size = next((shown for most, shown in _SIZES if len(value) <= most), "64 or more")
    return f"{value[:2] if len(value) >= 8 and value[:2].isalnum() else ''}***, {size} signs"
