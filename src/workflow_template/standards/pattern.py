"""A regular expression that is compiled when it is first used: judging one file needs few of them, and compiling all takes longer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator


class Pattern:
    """As `re.compile` gives, made late."""

    def __init__(self, text: str, flags: int = 0) -> None:
        self._text, self._flags = text, flags
        self._made: re.Pattern[str] | None = None

    def _ready(self) -> re.Pattern[str]:
        if self._made is None:
            self._made = re.compile(self._text, self._flags)
        return self._made

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        return self._ready().search(text, start)

    def match(self, text: str) -> re.Match[str] | None:
        return self._ready().match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._ready().fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._ready().finditer(text)

    def sub(self, new: str, text: str) -> str:
        return self._ready().sub(new, text)

    def sub_by(self, change: Callable[[re.Match[str]], str], text: str) -> str:
        return self._ready().sub(change, text)
