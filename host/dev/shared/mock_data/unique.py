"""Values of one column that never repeat, made from the number of the row alone: without memory, and the same for whoever asks.

A foreign key asks for the key of row 812,345 and gets it without the 812,344 before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from . import nested, pools, texts
from .chance import Array, digits, key_of, mix, np, permute, pool
from .facts import UNTIL, WINDOW, person_of
from .people import FAMILY, capacity, companies, persons, places, plain, products
from .pools import NATIONS
from .roles import role_of
from .shapes import DAY, STEPS, Column, day_of
from .values import units_of

Numbered = Callable[[Array], Array]
ENDLESS = 1 << 62


class Unique(NamedTuple):
    """How row numbers become values, how many different ones there are, and in words."""

    make: Numbered
    most: int
    why: str


def unique_for(column: Column, table: str, seed: int, start: int | None = None, until: str = UNTIL) -> Unique:
    """Choose values for a column in which each is allowed once; whole numbers count from *start*."""
    key = key_of(seed, table, column.name, size=7)
    if column.values:
        return _listed(column, key)
    if column.like == "apart":
        begin = {"date": day_of(until) - WINDOW, "datetime": (day_of(until) - WINDOW) * DAY}.get(column.kind, 1)
        return Unique(lambda numbers: begin + numbers * STEPS[column.kind], ENDLESS, "one behind the other")
    if column.kind in ("int", "decimal", "float"):
        return _counted(column, start)
    if column.kind in ("date", "datetime", "time"):
        return _timed(column, key, until)
    if column.kind == "bool":
        return Unique(lambda numbers: numbers % 2, 2, "false, true")
    if column.kind == "uuid":
        return Unique(lambda numbers: texts.uuid_of(numbers, key), ENDLESS, "a UUID for each row")
    if column.kind == "binary":
        return _octets(column, key)
    if column.kind == "range":
        return Unique(lambda numbers: nested.apart(column, numbers), 1 << 20, "one behind the other")
    if column.kind == "network":
        return Unique(lambda numbers: pool([f"2001:db8::{number:x}" for number in numbers.tolist()]), 1 << 16, "documentation addresses")
    return _text(column, table, seed, key)


def _listed(column: Column, key: int) -> Unique:
    size = len(column.values)
    ordered = column.kind in ("int", "decimal", "float", "bool", "date", "datetime", "time")
    values = np.array([units_of(value, column) for value in column.values]) if ordered else pool(column.values)
    return Unique(lambda numbers: values[permute(numbers % size, size, key)], size, f"each of {size} allowed values once")


def _counted(column: Column, start: int | None) -> Unique:
    unit = 10**column.scale
    low = column.low if column.low is not None else -ENDLESS
    high = column.high if column.high is not None else ENDLESS
    first = max(start if start is not None else 1, -(-low // unit)) * unit
    if first > high:
        return Unique(lambda numbers: high - numbers, high - low + 1, f"{high}, {high - 1}, …")
    if (high - first) // unit < 10_000_000 and unit > 1:  # too few whole numbers: count in the last digit
        unit, first = 1, max(low, 1)
    shown = first / 10**column.scale if column.scale else first
    return Unique(lambda numbers: first + numbers * unit, (high - first) // unit + 1, f"counted from {shown}")


def _timed(column: Column, key: int, until: str) -> Unique:
    last = day_of(until)
    if column.kind == "date":
        low = column.low if column.low is not None else -ENDLESS
        high = min(column.high if column.high is not None else ENDLESS, last - 1)
        return Unique(lambda numbers: high - numbers, high - low + 1, "one day after the other, backwards")
    if column.kind == "time":
        return Unique(lambda numbers: permute(numbers % 86_400, 86_400, key) * 1_000_000, 86_400, "a second of the day for each row")
    seconds = WINDOW * 86_400
    low = max(column.low or 0, (last - WINDOW) * DAY)
    low = low if low + seconds * 1_000_000 <= (column.high or ENDLESS) else (column.high or 0) - seconds * 1_000_000
    return Unique(lambda numbers: low + permute(numbers % seconds, seconds, key) * 1_000_000, seconds, "another second for each row")


def _octets(column: Column, key: int) -> Unique:
    length = column.length if column.fixed and column.length else min(column.length or 16, 16)
    if length < 8:
        size = 256**length
        return Unique(lambda numbers: _cut_octets(permute(numbers % size, size, key), length), size, f"{length} bytes, shuffled")

    def make(numbers: Array) -> Array:
        parts = [mix(numbers, key + part) for part in range(-(-length // 8))]
        data, width = np.stack(parts, axis=1).astype("<u8").tobytes(), 8 * len(parts)
        return pool([data[place : place + length] for place in range(0, len(data), width)])

    return Unique(make, ENDLESS, f"{length} bytes for each row")


def _cut_octets(numbers: Array, length: int) -> Array:
    return pool([number.to_bytes(length, "big") for number in numbers.tolist()])


def _text(column: Column, table: str, seed: int, key: int) -> Unique:
    role, part = role_of(column, table)
    if column.length in (32, 36) and role in ("code", ""):
        role = "uuid"
    if column.alphabets:
        return _coded(column.alphabets, key, "the pattern of its CHECK")
    if role in ("email", "username") and (column.length is None or column.length >= 20):
        make = texts.email_of if role == "email" else texts.login_of
        return Unique(lambda numbers: make(*person_of(numbers, seed, table, part), column, numbers), ENDLESS, f"by its name: {role}")
    if role in ("uuid", "hash") and (column.length is None or column.length >= 32):
        dashes = column.length is None or column.length >= 36
        return Unique(lambda numbers: texts.uuid_of(numbers, key, dashes and role == "uuid"), ENDLESS, f"by its name: {role}")
    if (role in _LISTS or role in ("product", "company", "name")) and (words := _words(column, role)) is not None:
        return _worded(column, words, key, role)
    return _coded(texts.roomy_alphabets(column), key, "a code for each row")


def _coded(alphabets: tuple[str, ...], key: int, why: str) -> Unique:
    return Unique(lambda numbers: texts.codes_of(numbers, alphabets, key), min(capacity(list(alphabets)), texts.MOST_CODES), why)


def _words(column: Column, role: str) -> Array | None:
    """The words of a role that stay different when they are cut to the column, whatever the collation; None if that leaves few."""
    found: dict[str, str] = {}
    for word in _every(role):
        if len(word) + 6 <= (column.length or 99):
            found.setdefault(plain(word.casefold()), word)
    return texts.fitted(list(found.values()), column) if len(found) >= 5 else None


def _every(role: str) -> Iterable[str]:
    if role == "product":
        first, second, third = products()
        return (one + two + three for one in first[::5] for two in second[::3] for three in third)
    if role == "company":
        return (name for nation in range(len(NATIONS)) for name in companies(nation)[nation :: len(NATIONS)])
    if role == "name":
        return (f"{one} {other}" for one in pools.COMPANY_FIRST.split() for other in pools.WORDS.title().split())
    return _LISTS[role]()


_LISTS: dict[str, Callable[[], Iterable[str]]] = {
    "full_name": lambda: persons("full")[::7],
    "first_name": lambda: persons("first")[::FAMILY],
    "last_name": lambda: persons("family"),
    "city": lambda: places("name"),
    "country": lambda: (nation.name for nation in NATIONS),
    "category": lambda: pools.PRODUCT_THIRD,
    "department": lambda: pools.DEPARTMENTS.split(";"),
    "brand": lambda: pools.BRANDS.split(),
}


def _worded(column: Column, words: Array, key: int, role: str) -> Unique:
    """A word for each row; when all are used up, the same ones with a number behind."""
    size = len(words)

    def make(numbers: Array) -> Array:
        serial, inside = digits(numbers, size)
        tails = pool([f" {round_ + 1}" if round_ else "" for round_ in range(int(serial.max(initial=0)) + 1)])
        return np.asarray(words[permute(inside, size, key)] + tails[serial])

    return Unique(make, size * 9_999, f"by its name: {role.replace('_', ' ')}, then numbered")
