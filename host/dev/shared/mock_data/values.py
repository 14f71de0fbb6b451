"""Choose how the values of a column are made, and say why."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from . import figures, nested, texts
from .chance import Array, along, below, happens, np, pick, pool, table_of, tail
from .facts import Rows, Values
from .geometry import GEOMETRIES
from .kinds import LITERALS
from .roles import role_of
from .shapes import DAY, ORDERED, Column, Table

_EPOCH = datetime(1970, 1, 1)
NULLS = {"address2": 0.8, "comment": 0.6, "description": 0.25, "discount": 0.3, "status": 0.0}
NULLS_ELSE = 0.05
_AMOUNTS = ("total", "tax", "net")
_ADDRESS = ("street", "postcode", "city", "region")
_NULLED_BY_TIME = ("paid", "shipped", "delivered", "ended", "deleted")


@dataclass(frozen=True)
class Maker:
    """How one column gets its values: the function, the reason in words, and the columns it looks at."""

    column: Column
    make: Callable[[Rows], Values]
    why: str
    needs: tuple[str, ...] = ()

    def values(self, rows: Rows) -> Values:
        """Make the values of some rows."""
        return self.make(rows)


def maker_for(column: Column, table: Table) -> Maker:
    """Choose by the values that are allowed, the name, the type: the first of these that says something."""
    role, part = role_of(column, table.name)
    partners = _partners(table, role, part) if role in _AMOUNTS else []
    make = _make(column, role, part, partners)
    share = 0 if role in _NULLED_BY_TIME and column.kind in ("date", "datetime") else NULLS.get(role.partition("_")[0], NULLS_ELSE)
    whole = f"#null address {part}" if role in _ADDRESS else f"{column.name}#null"  # an address is missing as a whole
    return with_nulls(Maker(column, make, _why(column, role, partners), tuple(each.name for _, each in partners)), share, whole)


def _make(column: Column, role: str, part: str, partners: list[tuple[str, Column]]) -> Callable[[Rows], Values]:
    if column.values and column.kind in ORDERED:
        return _numbered(column)
    if column.kind in ("int", "decimal", "float"):
        return figures.figures_for(column, role, partners)
    if column.kind in ("date", "datetime", "time"):
        return figures.moments_for(column, role)
    if column.kind == "bool":
        return figures.truth_for(column, role)
    if column.kind == "json":
        return texts.documents_for(column)
    if column.kind == "binary" and column.like not in GEOMETRIES:
        return texts.octets_for(column)
    if column.kind in ("binary", "literal"):
        words = pool((GEOMETRIES if column.kind == "binary" else LITERALS)[column.like])
        return lambda rows: Values(words[below(rows.raw(column.name), len(words))])
    if column.kind in ("array", "range"):
        return (nested.arrays_for if column.kind == "array" else nested.ranges_for)(column, _inner)
    if column.kind == "interval":
        return lambda rows: Values(_intervals(rows.raw(column.name)))
    return texts.texts_for(column, "uuid" if column.kind == "uuid" else role, part)


def _inner(element: Column) -> Callable[[Rows], Values]:
    """How to make what an array or a range holds: by its type only."""
    return _make(element, "", "", [])


def _why(column: Column, role: str, partners: list[tuple[str, Column]]) -> str:
    if column.alphabets:
        return "the pattern of its CHECK"
    if column.values:
        return f"one of {len(column.values)} allowed values"
    if partners:
        return f"{' x '.join(each.name for _, each in partners)}"
    if role:
        return f"by its name: {role.replace('_', ' ')}"
    return f"by its type: {column.kind}"


def _partners(table: Table, role: str, part: str) -> list[tuple[str, Column]]:
    """The columns of a table that an amount is the product of."""
    found: dict[str, Column] = {}
    for other in table.columns:
        name, whose = role_of(other, table.name)
        if name in ("quantity", "price") and whose == part and other.kind in ("int", "decimal", "float"):
            found.setdefault(name, other)
    return list(found.items())


def with_nulls(maker: Maker, share: float, stream: str = "") -> Maker:
    """The maker with NULL in a *share* of the rows, unless the column says another one; one *stream* for columns that lack together."""
    column = maker.column
    share = share if column.nulls is None else column.nulls
    if not column.nullable or not share:
        return maker

    def make(rows: Rows) -> Values:
        data, null = maker.make(rows)
        missing = happens(rows.raw(stream or f"{column.name}#null"), share)
        return Values(data, missing if null is None else null | missing)

    return replace(maker, make=make)


def _numbered(column: Column) -> Callable[[Rows], Values]:
    values = np.array([units_of(value, column) for value in column.values], dtype=np.int64)
    table = table_of(texts.weights_of(column))
    return lambda rows: Values(values[pick(rows.raw(column.name), table)])


def array_of(given: list[Any], column: Column) -> Array:
    """Python values in the form that made-up values have; as they are where they do not fit the type (SQLite lets them in)."""
    try:
        if column.kind == "float":
            return np.array(given, dtype=np.float64)
        if column.kind in ORDERED:
            return np.array([units_of(value, column) for value in given], dtype=np.int64)
    except ValueError:
        return pool(given)
    return pool([str(value) if column.kind == "text" else value for value in given])


def _intervals(raw: Array) -> Array:
    return (along(raw, tail(5400, 1.2)) * 1_000_000).view("timedelta64[us]").astype(object)


def units_of(value: Any, column: Column) -> int:
    """Turn a Python value (or text, as a CSV file holds it) into the whole number that stands for it.

    Raises:
        ValueError: the text is no value of the column's type.
    """
    if isinstance(value, str):
        value = _parsed(value.strip(), column.kind)
    if isinstance(value, datetime):
        moment = (value.replace(tzinfo=None) - (value.utcoffset() or timedelta())) - _EPOCH
        units = moment // timedelta(microseconds=1)
        return units // DAY if column.kind == "date" else units
    if isinstance(value, date):
        days = (value - _EPOCH.date()).days
        return days if column.kind == "date" else days * DAY
    if isinstance(value, timedelta):  # a time of day, as PyMySQL gives it
        return value // timedelta(microseconds=1)
    if isinstance(value, bytes):  # a BIT of MariaDB
        return int.from_bytes(value, "big")
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) * 1_000_000 + value.microsecond
    return int((Decimal(str(value)) * 10**column.scale).to_integral_value()) if not isinstance(value, bool) else int(value)


def _parsed(text: str, kind: str) -> Any:
    if kind in ("date", "datetime"):
        return datetime.fromisoformat(text)
    if kind == "time":
        return time.fromisoformat(text)
    if kind == "bool":
        return text.lower() in ("true", "t", "1", "yes", "y")
    try:
        return Decimal(re.sub(r"[$€£,]", "", text))
    except ArithmeticError:
        raise ValueError(f"{text!r} is no number") from None
