"""Values that have an order: numbers, money, dates, moments, times of day, true and false; whole numbers in the units of `Column`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .chance import Array, along, bell, below, happens, np, pick, table_of, tail
from .facts import BEGUN, CHANGED, DELIVERED, ENDED, PAID, SECOND, SHIPPED, Rows, Values
from .people import CITIES
from .shapes import DAY, Column, day_of

Make = Callable[[Rows], Values]


class Figure(NamedTuple):
    """Figures of a kind: how to make them, in units of 10**-decimals, and between which limits they naturally lie."""

    make: Callable[[Rows, str], Array]
    low: int
    high: int
    decimals: int = 0


def _spread(knots: Array, decimals: int = 0) -> Figure:
    return Figure(lambda rows, name: along(rows.raw(name), knots), int(knots[0]), int(knots[-1]), decimals)


def _even(low: int, high: int, decimals: int = 0) -> Figure:
    return Figure(lambda rows, name: low + below(rows.raw(name), high - low + 1), low, high, decimals)


def _chosen(weights: dict[int, int], decimals: int = 0) -> Figure:
    values, table = np.array(list(weights)), table_of(list(weights.values()))
    return Figure(lambda rows, name: values[pick(rows.raw(name), table)], min(weights), max(weights), decimals)


def _of_the_moment(unit: str, start: int, modulo: int) -> Figure:
    """Year, month, day … of the moment at which the row began, so that they fit a date beside them."""

    def make(rows: Rows, _name: str) -> Array:
        moment = rows.moment(BEGUN).view("datetime64[us]")
        return start + moment.astype(f"datetime64[{unit}]").astype(np.int64) % modulo

    return Figure(make, start, start + modulo - 1)


def _day_of_month(rows: Rows, _name: str) -> Array:
    days = rows.moment(BEGUN).view("datetime64[us]").astype("datetime64[D]")
    return (days - days.astype("datetime64[M]")).astype(np.int64) + 1


def _year(rows: Rows, _name: str) -> Array:
    return rows.moment(BEGUN).view("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + 1970


def _place(field: str) -> Callable[[Rows, str], Array]:
    values = np.array([round(getattr(city, field) * 1_000_000) for city in CITIES])
    return lambda rows, name: values[rows.city()] + below(rows.raw(name), 120_000) - 60_000


FIGURES = {
    "": _spread(tail(40, 1.2)),
    "money": _spread(tail(2500, 1.1), 2),
    "measure": _spread(tail(250_000, 1.0), 4),
    "price": Figure(lambda rows, _name: rows.price(), 0, 40_099, 2),
    "quantity": Figure(lambda rows, _name: rows.quantity(), 1, 20),
    "count": _spread(tail(12, 1.1)),
    "stock": _spread(tail(60, 1.0)),
    "balance": _spread(tail(120_000, 1.1), 2),
    "salary": _spread(tail(4_200_000, 0.35), 2),
    "age": _spread(bell(45, 9)),
    "rating": _chosen({5: 46, 4: 28, 3: 12, 1: 8, 2: 6}),
    "stars": Figure(lambda rows, name: np.minimum(along(rows.raw(name), bell(41, 5)), 50), 26, 50, 1),
    "hours": _spread(tail(60, 0.8), 1),
    "score": _spread(bell(62, 12)),
    "weight": _spread(tail(1_800, 1.0), 3),
    "temperature": _spread(bell(125, 90), 1),
    "distance": _spread(tail(24_000, 0.9), 2),
    "duration": _spread(tail(95, 1.1)),
    "percent": _even(0, 10_000, 2),
    "share": _even(0, 10_000, 4),
    "tax_rate": _chosen({1900: 50, 2000: 20, 700: 15, 2500: 10, 0: 5}, 2),
    "level": _chosen({3: 40, 2: 25, 4: 18, 1: 10, 5: 7}),
    "position": _spread(tail(3, 0.7)),
    "number": _even(10_000, 999_999),
    "flag": _chosen({0: 70, 1: 30}),
    "month": _of_the_moment("M", 1, 12),
    "hour": _of_the_moment("h", 0, 24),
    "weekday": Figure(lambda rows, _name: (rows.moment(BEGUN) // DAY + 3) % 7 + 1, 1, 7),
    "day": Figure(_day_of_month, 1, 31),
    "year": Figure(_year, 1990, 2030),
    "latitude": Figure(_place("latitude"), -90_000_000, 90_000_000, 6),
    "longitude": Figure(_place("longitude"), -180_000_000, 180_000_000, 6),
}
_PRODUCTS = {  # parts of an amount, as thousandths of it: tax is contained
    "total": 1000,
    "tax": 160,
    "net": 840,
}
_MOMENTS = {"": BEGUN, "paid": PAID, "shipped": SHIPPED, "delivered": DELIVERED, "changed": CHANGED, "ended": ENDED}
_TRUE = {"mostly_false": 0.04, "mostly_true": 0.9}
_DUE_DAYS = np.array([14, 30, 30, 30, 60, 90, 365])
MOST_TOTAL = 20 * 40_099


def figures_for(column: Column, role: str, partners: Sequence[tuple[str, Column]]) -> Make:
    """How to make numbers for *column*; *partners* are the columns of the same table that an amount follows from."""
    if role in _PRODUCTS:
        return lambda rows: Values(fit(_amount(rows, column, role, partners), column, 0, rescale(MOST_TOTAL, 2, column.scale)))
    if role == "discount":
        return lambda rows: Values(fit(_discount(rows, column), column, 0, rescale(MOST_TOTAL, 2, column.scale)))
    figure = FIGURES[role] if role in FIGURES and role else FIGURES[{"decimal": "money", "float": "measure"}.get(column.kind, "")]
    if role == "rating" and column.scale:
        figure = FIGURES["stars"]
    if role == "tax_rate" and _holds_shares_only(column):
        figure = figure._replace(decimals=4)
    low, high = rescale(figure.low, figure.decimals, column.scale), rescale(figure.high, figure.decimals, column.scale)
    return lambda rows: Values(fit(rescale(figure.make(rows, column.name), figure.decimals, column.scale), column, low, high))


def _holds_shares_only(column: Column) -> bool:
    return column.kind == "float" or (column.length or 99) - column.scale < 2


def _amount(rows: Rows, column: Column, role: str, partners: Sequence[tuple[str, Column]]) -> Array:
    factors = {"quantity": (rows.quantity, 0), "price": (rows.price, 2)}
    product, scale = np.int64(1), 0
    for factor, (hidden, decimals) in factors.items():
        known = next((each for name, each in partners if name == factor and each.name in rows.done), None)
        product = product * (_known_units(rows, known) if known else hidden())
        scale += known.scale if known else decimals
    if role == "total":
        return rescale(product, scale, column.scale)
    tax = rescale(product * _PRODUCTS["tax"], scale + 3, column.scale)
    return tax if role == "tax" else rescale(product, scale, column.scale) - tax


def _known_units(rows: Rows, column: Column) -> Array:
    data = rows.done[column.name].data
    return data if data.dtype == np.int64 else np.round(data.astype(np.float64) * 10**column.scale).astype(np.int64)


def _discount(rows: Rows, column: Column) -> Array:
    raw = rows.raw(column.name)
    percent = np.where(happens(raw << np.uint64(16) >> np.uint64(32), 0.3), 5 * (1 + below(raw, 5)), 0)
    return rescale(rows.quantity() * rows.price() * percent, 4, column.scale)


def moments_for(column: Column, role: str) -> Make:
    """How to make dates, moments and times of day for *column*."""
    if column.kind == "time":
        return lambda rows: Values(fit(_time_of_day(rows, role), column, 0, DAY - 1))
    unit = DAY if column.kind == "date" else 1
    natural = (day_of("1940-01-01") * DAY // unit, day_of("2030-12-31") * DAY // unit)
    if role in _MOMENTS:
        return lambda rows: _moment(rows, column, _MOMENTS[role], unit, natural)
    make = {"birth": _birth, "due": _due, "deleted": _deleted}.get(role, _due)
    return lambda rows: _whole_units(make(rows, column), unit, column, natural)


def _moment(rows: Rows, column: Column, rank: int, unit: int, natural: tuple[int, int]) -> Values:
    moment = rows.moment(rank)
    if rank == BEGUN:
        return _whole_units(Values(moment), unit, column, natural)
    null = ~rows.come(rank) if column.nullable and rank != CHANGED else None
    return _whole_units(Values(np.minimum(moment, rows.last_microsecond // SECOND * SECOND), null), unit, column, natural)


def _whole_units(values: Values, unit: int, column: Column, natural: tuple[int, int]) -> Values:
    data = values.data // unit if unit > 1 else values.data
    return Values(fit(data, column, *natural), values.null)


def _birth(rows: Rows, column: Column) -> Values:
    days = day_of(rows.until) - along(rows.raw(column.name), bell(15_500, 2_900))
    return Values(days * DAY)


def _due(rows: Rows, column: Column) -> Values:
    days = _DUE_DAYS[below(rows.raw(column.name), len(_DUE_DAYS))]
    return Values((rows.moment(BEGUN) // DAY + days) * DAY)


def _deleted(rows: Rows, column: Column) -> Values:
    moment = np.minimum(rows.moment(ENDED), rows.last_microsecond // SECOND * SECOND)
    return Values(moment, ~happens(rows.raw("#deleted"), 0.03) if column.nullable else None)


def _time_of_day(rows: Rows, role: str) -> Array:
    start = rows.moment(BEGUN) % DAY
    if role in ("", "birth"):
        return start
    minutes = 15 + below(rows.raw("#minutes"), 226)
    return np.minimum(start + minutes * 60 * SECOND, DAY - SECOND)


def truth_for(column: Column, role: str) -> Make:
    """How to make true and false for *column*."""
    by_default = {"true": 0.88, "1": 0.88, "false": 0.12, "0": 0.12}.get((column.default or "").lower(), 0.35)
    share = _TRUE.get(role, by_default)
    return lambda rows: Values(fit(happens(rows.raw(column.name) >> np.uint64(16), share).astype(np.int64), column, 0, 1))


def rescale(units: Array | int, decimals: int, scale: int) -> Array:
    """Turn units of 10**-decimals into units of 10**-scale, rounding half up."""
    if scale >= decimals:
        return np.asarray(units * np.int64(10 ** (scale - decimals)))
    step = 10 ** (decimals - scale)
    return np.asarray((units + step // 2) // step)


def fit(data: Array, column: Column, natural_low: int, natural_high: int) -> Array:
    """Bring what lies outside of the column's limits inside, without heaping it up at a limit."""
    width = natural_high - natural_low
    low = column.low if column.low is not None else min(natural_low, (column.high or 0) - width)
    high = column.high if column.high is not None else max(natural_high, low + width)
    if natural_low < low or natural_high > high:
        outside = (data < low) | (data > high)
        start, stop = _overlap(low, high, natural_low, natural_high)
        data = np.where(outside, start + (data - natural_low) % (stop - start + 1), data)
    for value in column.excluded:
        data = _avoid(data, value, low, high)
    return np.asarray(data)


def _overlap(low: int, high: int, natural_low: int, natural_high: int) -> tuple[int, int]:
    start, stop = max(low, natural_low), min(high, natural_high)
    if start <= stop:
        return start, stop
    width = natural_high - natural_low
    start = low if low > natural_high else max(low, high - width)
    return start, min(high, start + width)


def _avoid(data: Array, value: int, low: int, high: int) -> Array:
    other = value + 1 if value < high else max(low, value - 1)
    return np.where(data == value, other, data)
