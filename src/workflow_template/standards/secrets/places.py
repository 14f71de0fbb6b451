"""Find the lines worth reading: cheap searches over the whole text, so that all else sees few lines."""

from __future__ import annotations

import re

from workflow_template.standards.secrets.kinds import kind_of
from workflow_template.standards.secrets.needles import (
    ACCENTED,
    ANYWHERE,
    FOREIGN,
    Part,
    Why,
    every_word,
    needles,
    parts,
    runs_commands,
    words_of,
)
from workflow_template.standards.secrets.patterns import Lazy

MOST_PLACES = 20_000
LONG, _LEFT, _RIGHT = 2000, 300, 700
WINDOW, _MOST_AT_SIGNS = 900, 200_000

Place = tuple[int, int, int]
Held = frozenset[bytes]


_OTHER_SCRIPTS = Lazy("[\u0370-\u06ff\u0900-\u097f\u3040-\u9fff\uac00-\ud7af]")
_SIGNS = {**dict.fromkeys(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", b"a"), **dict.fromkeys(b"0123456789", b"0")}
_SIGNS |= {**dict.fromkeys(b"\"'`", b'"'), **dict.fromkeys(b"!#$%&*?@+^~", b"!")}
_CLASSES = b"".join(_SIGNS.get(sign, b" ") for sign in range(256))
_RUNS = bytes(97 if chr(sign).isascii() and chr(sign).isalnum() else 32 for sign in range(256))
_LONG_RUN = b"a" * 20
_SHAPE, _SIGN_BEFORE_QUOTE = re.compile(rb'0(?:"|a{1,6}(?:0|a{0,30}"))'), re.compile(b'!"')
_STRIKING = re.compile(rb"(?=.*[a-zA-Z])(?=.*[0-9!#$%&*?@^~])(?=.*[A-Z!#$%&*?@^~]|[a-z]{4,}(?:19|20)?\d\d$)[!#-&(-~]{6,40}")
_QUOTE = 34
_MIXED = re.compile(rb"(?=[A-Za-z]*[0-9])(?=[A-Z0-9]*[a-z]|[A-Z0-9]*$)(?=[a-z0-9]*[A-Z]|[a-f0-9]{32})")
_RUN = re.compile(rb"[\w+/=-]{1,200}")
_SLASHED = re.compile(rb"[\"'\s=:][A-Za-z]\w{1,30}[/:][^\s/@\"':]{3,40}\Z")
_JOINED = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+/-"


def places(path: str, text: str, held: Held | None = None) -> list[Place]:
    """Start, end and reason of each stretch of *text* that holds a word or a shape of a secret, in order.

    *held* are the words that texts around it and this one hold, where that is known: few of them, so that most need no search.
    """
    found, python = _Found(text, held), path.endswith((".py", ".pyi"))
    found.by_parts(parts(in_python=python))
    found.by_needles(ANYWHERE)
    found.by_needles(needles(kind_of(path), found.low, in_python=python))
    if not text.isascii():
        found.by_needles(ACCENTED)
        found.by_foreign_words()
    found.by_at_signs()
    found.by_shape()
    return found.sorted()


def lower(text: str) -> str:
    """Lower case with every sign in its place: the one sign that grows is left as it is."""
    return text.replace("İ", "I").lower()


def words_held(text: str, *, in_python: bool) -> Held:
    """The words of the first search that stand in *text*: that of many files together, so that each need not be asked for all."""
    low = _ascii(text).lower()
    asked = every_word(in_python=in_python, ascii_only=text.isascii(), with_commands=runs_commands(low))
    return frozenset([word for word in asked if word in low])


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "replace")


class _Found:
    """The stretches found so far: signs that are not ASCII are searched as `?`, which keeps every place."""

    def __init__(self, text: str, held: Held | None) -> None:
        self.text, self.held = text, held
        self.data = _ascii(text)
        self.low = self.data.lower()
        self.spans: dict[int, tuple[int, int]] = {}

    def sorted(self) -> list[Place]:
        return [(start, end, why) for start, (end, why) in sorted(self.spans.items())]

    def by_parts(self, some: list[Part]) -> None:
        """Lines with a part of a telling name that a value may follow, or with a command."""
        low, held = self.low, self.held
        for part in some:
            word = part.word
            at = low.find(word) if held is None or word in held else -1
            while at >= 0 and len(self.spans) < MOST_PLACES:
                after = at + len(word)
                at = low.find(word, self.add(at, part.why) if part.follows.match(low, after) else after)

    def by_needles(self, wanted: dict[int, str]) -> None:
        for why, some in wanted.items():
            for needle in words_of(some) if self.held is None else self.held.intersection(words_of(some)):
                if needle in self.low:  # as few of them are, and a call costs more than the search
                    self._by_needle(needle, why)

    def _by_needle(self, needle: bytes, why: int) -> None:
        """Lines with a word; a call of nothing, `get_connection()`, is none."""
        low, calls = self.low, needle.endswith(b"(")
        at = low.find(needle)
        while at >= 0 and len(self.spans) < MOST_PLACES:
            after = at + len(needle)
            at = low.find(needle, after if calls and low.startswith(b")", after) else self.add(at, why))

    def by_foreign_words(self) -> None:
        lowered = lower(self.text) if _OTHER_SCRIPTS().search(self.text) else ""
        for needle in FOREIGN.split():
            at = lowered.find(needle)
            while at >= 0 and len(self.spans) < MOST_PLACES:
                at = lowered.find(needle, self.add(at, Why.NAME))

    def by_at_signs(self) -> None:
        """Lines with a user in a URL: one sign is searched faster than three."""
        at = self.data.find(b"@")
        for _ in range(_MOST_AT_SIGNS):
            if at < 0 or len(self.spans) >= MOST_PLACES:
                return
            if self.data.rfind(b"://", max(0, at - 300), at) >= 0 or _SLASHED.search(self.data, max(0, at - 60), at):
                at = self.add(at, Why.URL) - 1
            at = self.data.find(b"@", at + 1)

    def by_shape(self) -> None:
        """Lines with a long run of letters with digits among them, as all issued tokens have, and with texts that nobody reads aloud."""
        classes, upto = self.data.translate(_CLASSES), 0
        for match in _SHAPE.finditer(classes):
            at = match.start()
            if at < upto or len(self.spans) >= MOST_PLACES:
                continue
            if classes[match.end() - 1] == _QUOTE:
                self._by_closing_quote(match.end() - 1)
                continue
            run = _RUN.match(self.data, at)
            upto = run.end() if run else at + 1
            before = self.data[max(0, at - 24) : at]
            if upto - at + len(before) - len(before.rstrip(_JOINED)) >= 15:
                upto = self.add(at, Why.SHAPE)
            elif classes[upto : upto + 1] == b'"':
                self._by_closing_quote(upto)
        for match in _SIGN_BEFORE_QUOTE.finditer(classes):
            self._by_closing_quote(match.end() - 1)
        self._by_long_runs()

    def _by_long_runs(self) -> None:
        runs, at = self.data.translate(_RUNS), 0
        while (at := runs.find(_LONG_RUN, at)) >= 0 and len(self.spans) < MOST_PLACES:
            end = runs.find(b" ", at)
            end = end if end >= 0 else len(runs)
            if _MIXED.match(self.data, at, min(end, at + 60)):
                self.add(at, Why.SHAPE)
            at = end

    def _by_closing_quote(self, at: int) -> None:
        """Note a quoted text that mixes letters, digits and signs as passwords do."""
        opened = self.data.rfind(self.data[at : at + 1], max(0, at - 42), at)
        if opened >= 0 and len(self.spans) < MOST_PLACES and _STRIKING.fullmatch(self.data, opened + 1, at):
            self.add(opened, Why.STRIKING)

    def add(self, at: int, why: int) -> int:
        """Note the line of a place, or the window round it in a line too long to read; say where to search on."""
        start = self.data.rfind(b"\n", max(0, at - LONG), at) + 1
        end = self.data.find(b"\n", at, start + LONG)
        if (start == 0 and at >= LONG) or (end < 0 and start + LONG < len(self.data)):
            return self._add_window(at, why)
        end = end if end >= 0 else len(self.data)
        known = self.spans.get(start)
        self.spans[start] = (end, known[1] | why if known else why)
        return max(end, at + 1)

    def _add_window(self, at: int, why: int) -> int:
        start = max(0, at - at % _LEFT - _LEFT)
        end = min(len(self.data), start + _LEFT + _RIGHT)
        start = max(start, self.data.rfind(b"\n", start, at) + 1)
        newline = self.data.find(b"\n", at, end)
        end = newline if newline >= 0 else end
        known = self.spans.get(start)
        self.spans[start] = (max(end, known[0]), known[1] | why) if known else (end, why)
        return max(end - 100, at + 1) if newline < 0 else max(end, at + 1)
