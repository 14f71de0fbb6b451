"""Turn values into what is written: Python objects, or the plainest form that a database driver takes fastest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from functools import cache
from typing import Any

from .chance import Array, np, pool
from .facts import Values
from .shapes import DAY, Column

Form = Callable[[Array, Column], list[Any]]


def as_objects(values: Values, column: Column) -> list[Any]:
    """`Decimal`, `date`, `datetime` and so on; what drivers disagree about (UUID, JSON, time of day) as text."""
    return _listed(values, column, _OBJECTS)


def as_plain(values: Values, column: Column) -> list[Any]:
    """What SQLite stores: numbers and text only."""
    return _listed(values, column, _PLAIN)


def _listed(values: Values, column: Column, forms: dict[str, Form]) -> list[Any]:
    data, null = values
    if null is not None and null.all():
        return [None] * len(data)
    form = forms.get(column.kind)
    listed: list[Any] = form(data, column) if form and data.dtype != object else data.tolist()
    if null is not None:
        for place in np.flatnonzero(null).tolist():
            listed[place] = None
    return listed


def _decimals(data: Array, column: Column) -> list[Any]:
    unit = Decimal(1).scaleb(-column.scale)
    return list(map(unit.__mul__, map(Decimal, data.tolist()))) if column.scale else list(map(Decimal, data.tolist()))


def _quotients(data: Array, column: Column) -> list[Any]:
    return data.tolist() if not column.scale else (data / 10**column.scale).tolist()


def _floats(data: Array, column: Column) -> list[Any]:
    return (data / 10**column.scale if data.dtype == np.int64 else data).tolist()


def _moments(data: Array, column: Column) -> list[Any]:
    found: list[Any] = data.view("datetime64[us]").tolist()
    return [moment.replace(tzinfo=UTC) for moment in found] if column.zone else found


def _dates(data: Array, _column: Column) -> list[Any]:
    found: list[Any] = data.view("datetime64[D]").tolist()
    return found


def _dates_as_text(data: Array, _column: Column) -> list[Any]:
    return _days_as_text(data).tolist()


def _days_as_text(days: Array) -> Array:
    """ISO dates; those of a few years come from a list."""
    first, last = int(days.min(initial=0)), int(days.max(initial=0))
    if last - first > 60_000:
        return np.asarray(days.view("datetime64[D]").astype("U10").astype(object))
    return np.asarray(_calendar(first // 4096)[days - first // 4096 * 4096])


@cache
def _calendar(part: int) -> Array:
    days = np.arange(part * 4096, part * 4096 + 70_000, dtype=np.int64)
    return np.asarray(days.view("datetime64[D]").astype("U10").astype(object))


def _moments_as_text(data: Array, column: Column) -> list[Any]:
    days, rest = data // DAY, data - data // DAY * DAY
    return (_days_as_text(days) + _clock(rest, " ", "+00:00" if column.zone else "")).tolist()


def _times_as_text(data: Array, column: Column) -> list[Any]:
    return _clock(data, "", "+00:00" if column.zone else "").tolist()


def _clock(rest: Array, before: str, after: str) -> Array:
    seconds = rest // 1_000_000
    texts = _seconds(before, after)[seconds]
    for place in np.flatnonzero(rest - seconds * 1_000_000).tolist():
        whole = texts[place].removesuffix(after) if after else texts[place]
        texts[place] = f"{whole}.{int(rest[place]) % 1_000_000:06}{after}"
    return np.asarray(texts)


@cache
def _seconds(before: str, after: str) -> Array:
    return pool([f"{before}{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}{after}" for number in range(86_400)])


def _whole(data: Array, _column: Column) -> list[Any]:
    found: list[Any] = data.tolist()
    return found


def _truths(data: Array, _column: Column) -> list[Any]:
    found: list[Any] = data.astype(bool).tolist()
    return found


_OBJECTS: dict[str, Form] = {
    "int": _whole,
    "bool": _truths,
    "decimal": _decimals,
    "float": _floats,
    "date": _dates,
    "datetime": _moments,
    "time": _times_as_text,
}
_PLAIN: dict[str, Form] = {
    "int": _whole,
    "bool": _whole,
    "decimal": _quotients,
    "float": _floats,
    "date": _dates_as_text,
    "datetime": _moments_as_text,
    "time": _times_as_text,
}
