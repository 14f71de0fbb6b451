"""Arrays and ranges of PostgreSQL, as the text that it reads and writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from .chance import Array, below, np, pool
from .facts import Rows, Values
from .forms import as_objects
from .shapes import DAY, Column

Make = Callable[[Rows], Values]
_MOST = 3  # values of an array
_SPANS = {"int": 50, "decimal": 5_000, "date": 30, "datetime": 8 * 3_600_000_000}
_SPECIAL = set('{},"\\ \t\n\r\v\f')


def arrays_for(column: Column, make_for: Callable[[Column], Make]) -> Make:
    """How to make arrays of none to three values of the kind that *make_for* makes."""
    places = [replace(_element(column), name=f"{column.name}#{place}", nullable=False) for place in range(_MOST)]
    makers = [make_for(place) for place in places]

    def make(rows: Rows) -> Values:
        listed = [as_objects(maker(rows), place) for maker, place in zip(makers, places, strict=True)]
        sizes = below(rows.raw(f"{column.name}#size"), _MOST + 1).tolist()
        return Values(pool([array_text(row[:size]) for row, size in zip(zip(*listed, strict=True), sizes, strict=True)]))

    return make


def _element(column: Column) -> Column:
    if column.element is None:
        raise ValueError(f"{column.name} is no array and no range")
    return column.element


def array_text(values: Any) -> str:
    """`{1,"two words"}`: as PostgreSQL writes an array."""
    return "{" + ",".join(_quoted(value) for value in values) + "}"


def _quoted(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, (list, tuple)):
        return array_text(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    text = plain_text(value)
    if text and not _SPECIAL.intersection(text) and text.upper() != "NULL":
        return text
    return '"' + text.replace("\\", "\\").replace('"', '\\"') + '"'


def array_items(text: str) -> list[str]:
    """The values of an array of one dimension, as text."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|([^{},]+)', text)
    return [re.sub(r"\\(.)", r"\1", quoted) or bare for quoted, bare in found]


def array_size(text: str) -> int:
    """How many values an array of one dimension has."""
    return len(array_items(text))


def plain_text(value: Any) -> str:
    """A value as text, moments in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ") if value.tzinfo else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value.hex() if isinstance(value, bytes) else str(value)


def ranges_for(column: Column, make_for: Callable[[Column], Make]) -> Make:
    """How to make ranges that begin with a value of the kind that *make_for* makes."""
    element = replace(_element(column), name=f"{column.name}#low", nullable=False)
    maker = make_for(element)

    def make(rows: Rows) -> Values:
        low = np.asarray(maker(rows).data, dtype=np.int64)
        return Values(_spans(low, below(rows.raw(f"{column.name}#span"), _SPANS[element.kind]) + 1, element))

    return make


def apart(column: Column, numbers: Array) -> Array:
    """Ranges that never overlap: one behind the other."""
    element = _element(column)
    step = {"datetime": DAY // 24}.get(element.kind, 1)
    start = {"datetime": 19_000 * DAY, "date": 0}.get(element.kind, 1)
    low = start + numbers * step
    return _spans(low, np.full(len(low), step), element)


def _spans(low: Array, size: Array, element: Column) -> Array:
    if element.kind == "datetime":
        low, size = low // 1_000_000 * 1_000_000, -(-size // 1_000_000) * 1_000_000
    highest = element.high if element.high is not None else 1 << 62
    low = np.minimum(low, highest - int(size.max(initial=1)))
    first, last = (as_objects(Values(data), element) for data in (low, low + size))
    return pool([f"[{plain_text(one)},{plain_text(other)})" for one, other in zip(first, last, strict=True)])


def range_text(value: Any) -> str:
    """A range as a driver gives it, written as here."""
    if value.isempty:
        return "empty"
    low, high = ("" if limit is None else plain_text(limit) for limit in (value.lower, value.upper))
    return f"{value.bounds[0]}{low},{high}{value.bounds[1]}"
