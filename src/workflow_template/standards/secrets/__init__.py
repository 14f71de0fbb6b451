"""Find secrets in any text file: passwords, tokens, keys, written in clear.

Few lines are worth reading; readers claim values there, and one judge of values says whether a claim holds. Nothing of a secret
leaves this package but its first two signs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from workflow_template.standards.secrets.places import places

_KEPT_IN = ("pgpass", "htpasswd", "netrc", ".ppk")
MOST_SIGNS, MOST_FOUND = 50_000_000, 1000
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
    """Yield the secrets of a text file by place; *path* only tells what kind of file it is.

    What stands behind the first 50 million signs, or behind more suspicious lines than a second allows, is not read;
    a thousand secrets of a file are told.
    """
    text = text[:MOST_SIGNS]
    found = places(path, text)
    if not found and "PRIVATE KEY" not in text and not path.lower().endswith(_KEPT_IN):
        return
    from workflow_template.standards.secrets.judge import claims  # most files hold nothing to judge

    line, upto = 1, 0
    for claim in itertools.islice(claims(path, text, found), MOST_FOUND):
        line, upto = line + text.count("\n", upto, claim.start), claim.start
        yield _shown(claim.kind, claim.value, line, claim.start - text.rfind("\n", 0, claim.start))


def _shown(kind: str, value: str, line: int, column: int) -> Secret:
    masked = _mask(value)
    return Secret(line, column, kind, masked, f"{kind} in clear ({masked}): {_ADVICE}")


def _mask(value: str) -> str:
    """The first two signs of a long value, none of a short one, and about how long it is."""
    size = next((shown for most, shown in _SIZES if len(value) <= most), "64 or more")
    return f"{value[:2] if len(value) >= 8 and value[:2].isalnum() else ''}***, {size} signs"
