"""The source text of a module: where a name stands in it, and which lines say a word of SQL."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate

from workflow_template.standards.sqlflow.words import ANY_CASE, CAPITAL, COMPOSERS, RUNNING, SINKS

_OPENING = CAPITAL | {word.upper() for word in ANY_CASE}
_MAYBE = ANY_CASE | {word.capitalize() for word in ANY_CASE}
_CONFIRMED = rf"\b(?i:{'|'.join(sorted(ANY_CASE))})(?=[\s\"'{{%\\]|$)"
_BEHIND = frozenset(("", '"', "'", "{", "%", "\\"))


_BREAKS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
_NO_TARGET = (".", "(", "[")
MANY = 200  # searches, after which all words are indexed
FEW = 20  # names that are sooner searched for one by one


class Text:
    """A source text in which names can be found."""

    def __init__(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")  # lines as Python counts them
        for escape in ("\\n", "\\t", "\\r") if "\\" in text else ():
            text = text.replace(escape, "  ")  # "\nSELECT" is the word SELECT
        self.text = text
        self._searches = 0

    @cached_property
    def words(self) -> set[str]:
        if self.text.isascii():
            return set(self.text.translate(_BREAKS).split())  # twice as quick
        return set(re.findall(r"\w+", self.text))

    @cached_property
    def _ends(self) -> list[int]:
        return [end + number for number, end in enumerate(accumulate(map(len, self.text.split("\n"))), 1)]

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for word in re.finditer(r"\w+", self.text):
            found.setdefault(word[0], []).append(word.start())
        return found

    def positions(self, name: str) -> Iterator[int]:
        """Where a name stands as a word of its own."""
        if name not in self.words:
            return
        self._searches += 1
        if self._searches > MANY:
            yield from self._index.get(name, ())
            return
        text, size = self.text, len(name)
        at = text.find(name)
        while at >= 0:
            before, after = text[at - 1 : at], text[at + size : at + size + 1]
            if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
                yield at
            at = text.find(name, at + size)

    def lines_that_may_give(self, name: str) -> set[int]:
        """The numbers of the lines on which a name may be given a value: it is not called, indexed or asked for a field."""
        text, size = self.text, len(name)
        return {self.line_of(at) for at in self.positions(name) if text[at + size : at + size + 1] not in _NO_TARGET}

    def line_of(self, position: int) -> int:
        return bisect_left(self._ends, position + 1) + 1

    def lines_with(self, names: Iterable[str]) -> set[int]:
        """The numbers of the lines on which one of these names stands."""
        wanted = self.words.intersection(names)
        if len(wanted) <= FEW:
            return {self.line_of(at) for name in wanted for at in self.positions(name)}
        return {self.line_of(word.start()) for word in re.finditer(r"\w+", self.text) if word[0] in wanted}

    @cached_property
    def lines_of_interest(self) -> set[int]:
        """The numbers of the lines that hold SQL or run some, by their words. Where there are none, nothing can be found."""
        return self.lines_that_open | self.lines_that_run

    @cached_property
    def lines_that_run(self) -> set[int]:
        """The numbers of the lines with a call that may run a statement, or with what makes such a call elsewhere."""
        found = self.lines_with(SINKS & self.words - COMPOSERS)
        for word in (RUNNING - SINKS | COMPOSERS) & self.words:
            found.update(self.line_of(at) for at in self.positions(word) if self.text.startswith("(", at + len(word)))
        return found

    @cached_property
    def lines_that_open(self) -> set[int]:
        """The numbers of the lines with a word that opens a statement."""
        found = self.lines_with(_OPENING & self.words)
        for word in _MAYBE & self.words:
            found.update(self.line_of(at) for at in self.positions(word) if self._opens(at + len(word)))
        return found

    def _opens(self, end: int) -> bool:
        """Whether what follows a word is what follows the first word of a statement."""
        sign = self.text[end : end + 1]
        return sign in _BEHIND or sign.isspace()


def opens_statement(text: str) -> bool:
    """Whether a word that opens a statement stands in the text."""
    words = re.findall(r"\w+", text)
    if not _OPENING.isdisjoint(words):
        return True
    return any(word.lower() in ANY_CASE for word in words) and re.search(_CONFIRMED, text) is not None
