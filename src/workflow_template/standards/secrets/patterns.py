"""Patterns that are compiled when a line first needs them: to judge one file, few are."""

from __future__ import annotations

import re


class Lazy:
    """A pattern that costs nothing until it is called."""

    __slots__ = ("_compiled", "_flags", "_source")

    def __init__(self, source: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._source, self._flags = source, flags
        self._compiled: re.Pattern[str] | None = None

    def __call__(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return self._compiled


def words(text: str) -> frozenset[str]:
    """A set of words, written as people read them."""
    return frozenset(text.split())


def any_of(words: str) -> str:
    """An alternative of literal words."""
    return "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))
