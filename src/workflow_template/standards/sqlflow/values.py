"""What is known of a value: its text, with a mark for each piece that cannot be read in the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

HOLE, PROVEN, FILE = "\ue000", "\ue001", "\ue002"  # data; proven to hold no SQL; the content of a file
LONGEST, MOST_PARTS, DEEPEST = 4000, 200, 3

Place = tuple[int, int]


class Code:
    """A function or class that a value stands for, what names held where it was made, and the object whose method it is."""

    __slots__ = ("env", "me", "node")

    def __init__(self, node: ast.AST, env: dict[str, Value] | None = None, me: Value | None = None) -> None:
        self.node, self.env, self.me = node, env or {}, me


class Value(NamedTuple):
    """A value, or what is true of every value a place may hold. *data* is the first unproven piece in it.

    *place* is where data met text. *each* is any element of a container (any key of a mapping), *parts* its known elements or an
    object's fields by name, *kind* the class of this module that an object belongs to.
    """

    text: str = PROVEN
    data: ast.AST | None = None
    outside: bool = False
    place: Place | None = None
    each: Any = None
    parts: tuple[tuple[object, Any], ...] = ()
    code: Code | None = None
    kind: str = ""

    @property
    def built(self) -> bool:
        """Whether data was put together with other text."""
        return self.data is not None and self.place is not None

    @property
    def element(self) -> Value:
        """What a loop over it gives."""
        found: Value = self._replace(parts=()) if self.each is None else self.each
        return found

    def part(self, name: object) -> Value | None:
        return next((value for key, value in self.parts if key == name), None)


Env = dict[str, Value]
CLEAN, CHECKED, NONE, EMPTY, CONTENT = Value(), Value(PROVEN * 2), Value("None"), Value(""), Value(FILE)


def unknown(node: ast.AST, *, outside: bool = False) -> Value:
    """Data: anything may be in it."""
    return Value(HOLE, node, outside)


def _badness(value: Value) -> tuple[bool, bool, bool, bool, int]:
    return value.data is not None, value.place is not None, value.outside, value is not NONE, len(value.text)


def either(values: Iterable[Value]) -> Value:
    """One of these values: the one known worst, with what all agree on inside."""
    given = list(dict.fromkeys(values))
    if len(given) < 2:
        return given[0] if given else CLEAN
    worst = max(given, key=_badness)
    names = [name for name, _ in worst.parts]
    alike = bool(names) and all([name for name, _ in value.parts] == names for value in given)
    parts = tuple((name, either(value.parts[at][1] for value in given)) for at, name in enumerate(names)) if alike else ()
    inside = [value.each for value in given if value.each is not None]
    return worst._replace(parts=parts, each=either(inside) if inside else None)


_BOUND = re.compile(r"(?:^|[\s,(=])(?::|%\(|\$)[\w\ue001]*$")


def together(values: Iterable[Value], node: ast.AST, between: str = "") -> Value:
    """These values one after another; a piece that only names a bound parameter is no data."""
    given, text = [], ""
    for value in values:
        if value.text == HOLE and text and _BOUND.search(text[-60:]):
            value = CLEAN
        given.append(value)
        text += (between if len(given) > 1 else "") + value.text
    dirty = next((value for value in given if value.data is not None), None)
    if len(text) > LONGEST:
        text = text[:LONGEST] + (HOLE if dirty else PROVEN)
    if dirty is None:
        return Value(text)
    if len(given) == 1:
        return given[0]
    place = next((value.place for value in given if value.place and _speaks(value.text)), None)
    place = place or (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    return Value(text, dirty.data, any(value.outside for value in given), place)


def _speaks(text: str) -> bool:
    """Whether it is more than a name or path that is put together."""
    return " " in text or "'" in text or "=" in text or "\n" in text or "\t" in text


def _depth(value: Value) -> int:
    return 1 + max(map(_depth, [each for _, each in value.parts] + [value.each] * (value.each is not None)), default=-1)


def container(parts: Sequence[tuple[object, Value]], node: ast.AST, each: Value | None = None) -> Value:
    """A container with these elements; deep or long ones are known as a whole only, since comparing them costs too much."""
    inside = [
        value if not (value.parts or value.each) or _depth(value) < DEEPEST else value._replace(parts=(), each=None) for _, value in parts
    ]
    whole = together(inside[:MOST_PARTS], node, "\n")
    if whole.data is None and len(inside) > MOST_PARTS:
        whole = whole._replace(data=next((value.data for value in inside if value.data is not None), None))
    if len(parts) > MOST_PARTS:
        known: tuple[tuple[object, Value], ...] = (("**", either(inside)),)
    else:
        known = tuple((name, value) for (name, _), value in zip(parts, inside, strict=True))
    return whole._replace(place=None, each=either(inside) if each is None else each, parts=known, kind="", code=None)


def joined(envs: Sequence[Env]) -> Env:
    """What names hold after branches that ended so; what was proven of a part of an object must hold in all of them."""
    result = dict(envs[0])
    for env in envs[1:]:
        for name, value in env.items():
            old = result.get(name)
            if old is None:
                if name.isidentifier():
                    result[name] = value
            elif old is not value:
                result[name] = either((old, value))
        if len(result) > len(env):
            for name in [each for each in result if each not in env and not each.isidentifier()]:
                del result[name]
    return result
