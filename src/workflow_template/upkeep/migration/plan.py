"""What a plan is: where each file goes and why, what is repaired, and what a person must look at."""

from __future__ import annotations

from typing import NamedTuple


class Move(NamedTuple):
    """One file that moves; *tracked* by git or not."""

    workflow: str
    source: str
    target: str
    why: str
    tracked: bool


class Left(NamedTuple):
    """One file that stays; *unsure* where a person has to decide."""

    workflow: str
    path: str
    why: str
    unsure: bool


class Repair(NamedTuple):
    """One place that is written anew, at a line of the file as it is now; *path* is its new path."""

    path: str
    line: int
    before: str
    after: str
    why: str


class Warning(NamedTuple):
    """A place that a person must look at, at a line of the file as it is now."""

    path: str
    line: int
    message: str


class Plan(NamedTuple):
    """Everything that `apply` would do; *contents* and *creates* are whole files, *before* what the repaired ones hold now."""

    names: list[str]
    moves: list[Move]
    left: list[Left]
    repairs: list[Repair]
    warnings: list[Warning]
    contents: dict[str, bytes]
    before: dict[str, bytes]
    creates: dict[str, bytes]
    ignored: list[str]

    @property
    def unsure(self) -> list[Left]:
        return [each for each in self.left if each.unsure]
