"""What is to be done with one file."""

from __future__ import annotations

from typing import NamedTuple

STAY, MOVE, UNSURE = "stay", "move", "unsure"


class Verdict(NamedTuple):
    """What is to be done with *path* of *workflow*: `state` is stay, move or unsure; *kind* says which folder it goes to."""

    path: str
    workflow: str
    state: str
    kind: str
    why: str


def count(number: int, word: str) -> str:
    """A number of things, in words."""
    return f"{number} {word}{'s' * (number != 1)}"
