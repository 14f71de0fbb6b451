"""Read a regular expression into sets of characters, sequences, choices and repeats, and write it anew for a database.

Python's own parser reads it, so there is no second opinion about what a pattern means. What a database could read in another way
(look-around, back-references, `\\b`, possessive repeats) is refused with `NotExact`; `validation_patterns` then goes another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

try:
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # a Python that keeps it elsewhere: nothing can be read, and every pattern goes to Python's `re`
    _parser = None

Ranges = tuple[tuple[int, int], ...]  # of code points: in order, and apart from each other

EVERY: Ranges = ((0, 0xD7FF), (0xE000, 0x10FFFF))  # no database holds half of a surrogate pair
ASCII: Ranges = ((0, 0x7F),)
DIGITS: Ranges = ((48, 57),)
WORDS: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
ASCII_SPACES: Ranges = ((9, 13), (32, 32))
SPACES: Ranges = (
    *((9, 13), (28, 32), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680)),
    *((0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
)
NEWLINE: Ranges = ((10, 10),)
NUL: Ranges = ((0, 0),)
MOST_REPEATS = {"postgresql": 255, "mssql": 1000, "mysql": 60_000}  # the highest number in {m,n}
SPECIAL = ".^$*+?()[]{}|\\"
SPECIAL_IN_A_SET = "]^[-\\"
ONE_ITEM = re.compile(r"\[(?:\\.|[^\]\\])*\]|\\?.|\(\?s:\.\)", re.DOTALL)  # what a repeat can follow without brackets


class NotExact(Exception):
    """There is no exact way to write this pattern in this form."""


class Chars(NamedTuple):
    """One character of a set."""

    ranges: Ranges


class Row(NamedTuple):
    """One after the other."""

    items: tuple[Any, ...]


class Choice(NamedTuple):
    """One of them."""

    items: tuple[Any, ...]


class Repeat(NamedTuple):
    """The item *low* to *high* times (None: without end)."""

    item: Any
    low: int
    high: int | None


class Reading(NamedTuple):
    """What was read. With *more*, characters beyond ASCII may match that the sets do not name; none matches the less for it."""

    tree: Any
    more: bool


def read(pattern: re.Pattern[str]) -> Reading:
    """Read a pattern as `fullmatch` takes it: `^` at its beginning and `$` at its end say nothing new.

    Raises:
        NotExact: it holds what is more than a regular expression, or is not read the same by all.
    """
    if _parser is None:
        raise NotExact("Python's parser is not where it was")
    reader = _Reader()
    tree = reader.row(_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG), pattern.flags, at_start=True, at_end=True)
    return Reading(tree, reader.more)


class _Reader:
    """Walks what Python parsed, and remembers whether a set has unnamed members beyond ASCII."""

    def __init__(self) -> None:
        self.more = False

    def row(self, parsed: Iterable[tuple[Any, Any]], flags: int, *, at_start: bool = False, at_end: bool = False) -> Row:
        found = list(parsed)
        while at_start and found and str(found[0][1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
            found.pop(0)
        while at_end and found and str(found[-1][1]) in ("AT_END", "AT_END_STRING"):
            found.pop()
        last = len(found) - 1
        return Row(tuple(self.item(*each, flags, at_start and n == 0, at_end and n == last) for n, each in enumerate(found)))

    def item(self, op: Any, value: Any, flags: int, at_start: bool, at_end: bool) -> Any:
        match str(op):
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                return Chars(self.characters(str(op), value, flags))
            case "MAX_REPEAT" | "MIN_REPEAT":
                low, high, item = value
                return Repeat(self.row(item, flags), low, None if high == _parser.MAXREPEAT else high)
            case "SUBPATTERN":
                _, added, dropped, item = value
                kept = flags & ~(re.ASCII | re.UNICODE) if added & (re.ASCII | re.UNICODE) else flags
                return self.row(item, (kept | added) & ~dropped, at_start=at_start, at_end=at_end)
            case "BRANCH":
                return Choice(tuple(self.row(each, flags, at_start=at_start, at_end=at_end) for each in value[1]))
        raise NotExact(f"{op} is no part of a regular expression that every database reads alike")

    def characters(self, op: str, value: Any, flags: int) -> Ranges:
        if op == "ANY":
            return EVERY if flags & re.DOTALL else without(EVERY, NEWLINE)
        members = value if op == "IN" else [("LITERAL", value)]
        negated = op == "NOT_LITERAL" or str(members[0][0]) == "NEGATE"
        named, more = self.members(members, flags)
        if flags & re.IGNORECASE:
            named, more = self.both_cases(named, more, flags)
        self.more |= more
        if not negated:
            return named
        return without(ASCII if more else EVERY, named)

    def members(self, members: Iterable[tuple[Any, Any]], flags: int) -> tuple[Ranges, bool]:
        """The named members of a set, and whether it has others beyond ASCII."""
        ranges: list[tuple[int, int]] = []
        more = False
        for op, value in members:
            if str(op) == "LITERAL":
                ranges.append((value, value))
            elif str(op) == "RANGE":
                ranges.append(value)
            elif str(op) == "CATEGORY":
                named, others = category(str(value), bool(flags & re.ASCII))
                ranges += named
                more |= others
            elif str(op) != "NEGATE":
                raise NotExact(f"{op} in a set")
        return without(normal(ranges), ((0xD800, 0xDFFF),)), more

    def both_cases(self, named: Ranges, more: bool, flags: int) -> tuple[Ranges, bool]:
        beyond = without(named, ASCII)
        if beyond and not flags & re.ASCII:
            raise NotExact("which characters beyond ASCII are the same but for their case is known to Python only")
        letters = [code for low, high in named for code in range(low, min(high, 0x7F) + 1) if chr(code).isalpha()]
        swapped = [(ord(chr(code).swapcase()),) * 2 for code in letters]
        return normal([*named, *swapped]), more or bool(letters and not flags & re.ASCII)  # type: ignore[list-item]


def category(name: str, ascii_only: bool) -> tuple[Ranges, bool]:
    """The named members of `\\d`, `\\w`, `\\s` and their opposites, and whether there are others beyond ASCII."""
    kind = name.removeprefix("CATEGORY_").removeprefix("NOT_")
    named = {"DIGIT": DIGITS, "WORD": WORDS, "SPACE": ASCII_SPACES if ascii_only else SPACES}[kind]
    more = not ascii_only and kind != "SPACE"
    if "NOT_" in name:
        named = without(ASCII if more else EVERY, named)
    return named, more


def normal(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sort ranges and join those that touch."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def without(ranges: Ranges, taken: Ranges) -> Ranges:
    """The characters of *ranges* that are not in *taken*."""
    for low, high in taken:
        halves = [half for first, last in ranges for half in ((first, min(last, low - 1)), (max(first, high + 1), last))]
        ranges = tuple(half for half in halves if half[0] <= half[1])
    return ranges


def write(tree: Any, dialect: str) -> str:
    """Write what was read as a regular expression of PostgreSQL, MariaDB (PCRE) or SQL Server (RE2) for the whole value.

    Raises:
        NotExact: the database has a limit that the pattern passes.
    """
    begin, end = ("^", "$") if dialect == "postgresql" else (r"\A", r"\z")
    return f"{begin}(?:{_write(tree, dialect)}){end}"


def _write(tree: Any, dialect: str) -> str:
    match tree:
        case Chars(ranges):
            return write_set(ranges, dialect)
        case Row(items):
            return "".join(_write(each, dialect) for each in items)
        case Choice(items):
            return f"(?:{'|'.join(_write(each, dialect) for each in items)})"
        case Repeat(item, low, high):
            return _write_repeat(_write(item, dialect), low, high, dialect)
    raise NotExact(str(tree))


def _write_repeat(written: str, low: int, high: int | None, dialect: str) -> str:
    if not written or max(low, high or 0) > MOST_REPEATS[dialect]:
        raise NotExact(f"{dialect} cannot repeat {written or 'nothing'} {high or low} times")
    times = {(0, None): "*", (1, None): "+", (0, 1): "?", (1, 1): ""}.get((low, high))
    if times is None:
        times = f"{{{low}}}" if low == high else f"{{{low},{'' if high is None else high}}}"
    return f"{written if ONE_ITEM.fullmatch(written) else f'(?:{written})'}{times}"


def write_set(ranges: Ranges, dialect: str) -> str:
    if dialect == "postgresql":  # its text never holds NUL, and its patterns must not
        ranges = without(ranges, NUL)
    every = without(EVERY, NUL) if dialect == "postgresql" else EVERY
    if ranges == every:
        return "." if dialect == "postgresql" else "(?s:.)"
    if not ranges:
        raise NotExact("a set without members")
    negated = len(ranges) > 1 and ranges[-1] == every[-1]
    parts = without(every, ranges) if negated else ranges
    if len(parts) == 1 and parts[0][0] == parts[0][1] and not negated:
        return _write_character(parts[0][0], dialect, SPECIAL)
    shown = "".join(_write_range(low, high, dialect) for low, high in parts)
    return f"[{'^' if negated else ''}{shown}]"


def _write_range(low: int, high: int, dialect: str) -> str:
    first, last = (_write_character(code, dialect, SPECIAL_IN_A_SET) for code in (low, high))
    return first if low == high else f"{first}-{last}"


def _write_character(code: int, dialect: str, special: str) -> str:
    shown = chr(code)
    if shown in special:
        return f"\\{shown}"
    if 0x20 <= code < 0x7F or code > 0xA0:
        return shown
    return f"\\u{code:04x}" if dialect == "postgresql" else f"\\x{{{code:x}}}"
