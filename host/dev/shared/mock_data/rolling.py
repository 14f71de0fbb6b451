"""Other values for a column when those of its own kind keep failing a CHECK: first of its kind, then of any size, at last NULL."""

from __future__ import annotations

from decimal import Decimal

from .chance import Array, happens, np, pool
from .facts import Rows, Values
from .figures import fit
from .shapes import DAY, ORDERED, Column
from .values import Maker

TRIES = 60
_MOST = float(1 << 62)
_OF_ITS_KIND, _OF_ANY_SIZE = 2, 26  # the tries until which values are found so; after these they are halved


def rolled(maker: Maker, again: Rows, current: Values, tried: int, refers: bool) -> Values:
    """Values for one more try; of a column that *refers* to another table only its own kind."""
    column, values = maker.column, maker.values(again)
    if tried >= TRIES - 1 and column.nullable:
        return Values(values.data, np.ones(len(values.data), dtype=bool))
    if column.nullable and _OF_ITS_KIND <= tried < _OF_ANY_SIZE:  # NULL may be what is asked for
        values = Values(values.data, happens(again.raw(f"{column.name}#missing"), 0.5))
    if refers or tried < _OF_ITS_KIND or column.values:
        return values
    if column.kind in ("date", "datetime"):
        return Values(fit(_round_date(values.data, column, tried), column, column.low or 0, column.high or 1 << 31), values.null)
    if column.kind not in ("int", "decimal", "float"):
        return values
    if tried >= _OF_ANY_SIZE:  # sums and products become small enough
        now = units(current.data, column)
        return Values(fit(np.sign(now) * (np.abs(now) // 2), column, 0, 1 << 31), current.null)
    return Values(fit(_of_any_size(again.raw(f"{column.name}#size"), column), column, 0, 1 << 31), values.null)


def _of_any_size(raw: Array, column: Column) -> Array:
    """As often below 10 as between 10 and 100; negative ones where the column has them."""
    bits = (raw >> np.uint64(56)) % np.uint64(32)
    unit = np.where(raw & np.uint64(8), 10**column.scale, 1) if column.kind == "decimal" and column.scale < 9 else 1
    size = unit * ((raw >> np.uint64(16)) & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    return np.where((raw & np.uint64(7) == 0) & (column.low is None or column.low < 0), -size, size)


def _round_date(data: Array, column: Column, tried: int) -> Array:
    """The first day of the month, of the year, the Monday, the start of the day: what constraints ask of dates."""
    unit = 1 if column.kind == "date" else DAY
    days = (data // unit).view("datetime64[D]")
    first = [days.astype(f"datetime64[{name}]").astype("datetime64[D]").astype(np.int64) for name in ("M", "Y")]
    numbers = days.astype(np.int64)
    monday = numbers - (numbers + 3) % 7
    return np.asarray([data, first[0] * unit, monday * unit, first[1] * unit, numbers * unit][tried % 5])


def units(data: Array, column: Column) -> Array:
    """Values in whole units of the column, whatever form they have."""
    if column.kind not in ORDERED or data.dtype == np.int64:
        return data
    with np.errstate(over="ignore"):
        return np.round(np.clip(data.astype(np.float64) * 10**column.scale, -_MOST, _MOST)).astype(np.int64)


def mixed(mask: Array, new: Array, old: Array, column: Column) -> Array:
    """The new values where *mask* says so, else the old ones, in one form."""
    if new.dtype != old.dtype and column.kind in ORDERED:
        if np.float64 in (new.dtype, old.dtype) and column.kind == "float":
            new, old = _as_floats(new, column), _as_floats(old, column)
        else:
            new, old = _as_decimals(new, column), _as_decimals(old, column)
    return np.asarray(np.where(mask, new, old))


def _as_floats(data: Array, column: Column) -> Array:
    return data if data.dtype == np.float64 else np.asarray(units(data, column) / 10**column.scale)


def _as_decimals(data: Array, column: Column) -> Array:
    if data.dtype == object:
        return data
    return pool([Decimal(value).scaleb(-column.scale) for value in units(data, column).tolist()])
