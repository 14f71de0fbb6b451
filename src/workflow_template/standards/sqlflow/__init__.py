"""Find SQL text that is put together from data: SQL injection."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple


class Injection(NamedTuple):
    """A place where data becomes SQL text; *line* counts from 1, *column* from 0.

    With *followed* false it is a note: a part of the module that was too entangled to be judged.
    """

    line: int
    column: int
    message: str
    followed: bool = True


def find_injections(tree: ast.Module, text: str) -> Iterator[Injection]:
    """Yield the places where data becomes SQL text, by line. *text* is the source of *tree*: it says what need not be read."""
    if not may_hold(text):
        return
    from workflow_template.standards.sqlflow.judge import judge

    yield from sorted(Injection(*place, message, followed) for place, message, followed in judge(tree, text))


def may_hold(text: str) -> bool:
    """Whether a file can hold a finding at all: a file without any of the `NEEDLES` neither runs SQL nor writes any."""
    return any(needle in text for needle in NEEDLES) or "text(" in text and re.search(r"\btext\(", text) is not None


# the ones most files have come first: they end the search
NEEDLES = (
    "exec", "query", "sql", "FROM ", "TABLE ", "select ", "INTO ", "UPDATE ", "update ", "insert into", "delete from",
    ".where(", ".filter(", ".extra(",
)  # fmt: skip
