"""Read the quoted texts of an expression, in any language, with the brackets they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workflow_template.standards.secrets.patterns import Lazy


class Literal(NamedTuple):
    """A quoted text: where its value starts, and in which bracket, at which place of which call it stands."""

    start: int
    value: str
    prefix: str
    bracket: str
    call: str
    place: int
    keyword: str
    is_key: bool

    @property
    def before(self) -> int:
        """Where the text begins with its prefix and quote."""
        return self.start - 1 - len(self.prefix)


class _Bracket:
    """An open bracket: what stands before it, and how far its arguments are read."""

    __slots__ = ("call", "keyword", "place", "sign")

    def __init__(self, sign: str, call: str) -> None:
        self.sign, self.call, self.place, self.keyword = sign, call, 0, ""


_TOKEN = Lazy(
    r"""(?sx)(?P<prefix>(?:[rRbBuUfFN$@]{1,2})?)
    (?:"{3}(?P<a>(?:[^"\\]|\\.|"(?!""))*)"{3} | '{3}(?P<b>(?:[^'\\]|\\.|'(?!''))*)'{3}
      | "(?P<c>(?:[^"\\\n]|\\.)*)" | '(?P<d>(?:[^'\\\n]|\\.|'')*)' | `(?P<e>[^`\n]*)`)
    | (?P<word>[^\W\d][\w.]*) | (?P<sign>[()\[\]{},;\n\\#]|//|--(?=\s)|==|!=|=>?|:) | (?P<blank>[ \t]+) | \d+ | ."""
)
_GOES_ON = frozenset(("+", "\\", "=", "==", "!=", "or", "and", "else", "in", "%", "|", "?", ""))
_OPEN, _CLOSE, _COMMENTS = "([{", ")]}", ("#", "//", "--")


def literals(text: str, at: int, limit: int = 80) -> Iterator[Literal]:
    """The quoted texts of the expression that begins at *at*, up to its end: a comma, a closing bracket, a line's end."""
    reader = _Reader(text)
    for _ in range(limit):
        found = _TOKEN().match(text, at)
        if not found:
            return
        at, group, token = found.end(), found.lastgroup, found[0]
        if group and len(group) == 1:
            yield reader.literal(found.start(group), found[group], found["prefix"], at)
        elif group == "sign":
            at = reader.sign(token, at)
            if at < 0:
                return
        elif group != "blank":
            reader.last = token


class _Reader:
    """What is open while an expression is read."""

    def __init__(self, text: str) -> None:
        self.text, self.last = text, ""
        self.stack = [_Bracket("", "")]

    def literal(self, start: int, value: str, prefix: str, end: int) -> Literal:
        inner = self.stack[-1]
        after = self.text[end : end + 12].lstrip(" \t")
        is_key = (
            self.last in ("==", "!=")
            or (inner.sign == "[" and bool(inner.call))
            or (inner.sign in ("{", "[") and after.startswith((":", "=>")))
        )
        self.last = '"'
        return Literal(start, value, prefix.lower(), inner.sign, inner.call, inner.place, inner.keyword, is_key)

    def sign(self, sign: str, at: int) -> int:
        """Follow a sign; return where to read on, -1 at the end of the expression."""
        inner, last = self.stack[-1], self.last
        self.last = sign if sign != "\n" else last
        if sign in _OPEN:
            self.stack.append(_Bracket(sign, last if last[-1:].isalnum() or last[-1:] in ("_", ")", "]", '"') and last else ""))
        elif sign in _CLOSE:
            return self._close(at)
        elif sign == ",":
            inner.place, inner.keyword = inner.place + 1, ""
            return at if len(self.stack) > 1 else -1
        elif sign == "=" and inner.sign and last[-1:].isidentifier():
            inner.keyword = last
        elif sign in _COMMENTS:
            return self._comment(at, last)
        elif sign in ("\n", ";") and not self._goes_on(last):
            return -1
        return at

    def _close(self, at: int) -> int:
        if len(self.stack) < 2:
            return -1
        self.stack.pop()
        return at

    def _comment(self, at: int, last: str) -> int:
        self.last = last
        return self.text.find("\n", at) if self._goes_on(last) else -1

    def _goes_on(self, last: str) -> bool:
        return len(self.stack) > 1 or last in _GOES_ON
