"""Keys that a CHECK looks at, such as `a_id < b_id` over two references: row numbers whose keys it would refuse are passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .chance import Array, np
from .checks import Condition
from .facts import Values
from .keys import Ask, Keys, Refused
from .unique import Numbered

_WIDEST = 64  # at most so many numbers are looked at for one row
_PART = 65_536


def sieved(ask: Ask, conditions: Sequence[Condition], plan: Callable[[Ask], Keys]) -> Keys:
    """Plan keys of which no CHECK refuses one.

    Raises:
        Refused: there are not as many as rows are asked for.
    """
    keys = plan(ask)
    about = [each for each in conditions if each.columns and not each.once and set(each.columns) <= set(keys.made)]
    start = ask.first if any(parent.first for parent in ask.parents.values()) else 0
    if not about or _passing(keys, about, start, ask.first + ask.count).all():
        return keys
    keys, kept = _wide_enough(ask, about, plan, start)
    made = {name: _passed_over(make, kept, start) for name, make in keys.made.items()}
    return replace(keys, made=made, choices={})


def _wide_enough(ask: Ask, about: Sequence[Condition], plan: Callable[[Ask], Keys], start: int) -> tuple[Keys, Array]:
    """Plan for more and more rows, until enough of them pass."""
    wanted, found, good, bad = ask.first + ask.count - start, 0, ask.count, ask.count * _WIDEST
    count = ask.count
    while bad - good > 1:
        count = min(count * 2, (good + bad) // 2)
        try:
            keys = plan(replace(ask, count=count))
        except Refused:
            bad = count
            count = good
            continue
        good = count
        kept = np.flatnonzero(_passing(keys, about, start, ask.first + count)) + start
        if len(kept) >= wanted:
            return keys, kept
        found = len(kept)
    names = ", ".join(dict.fromkeys(name for condition in about for name in condition.columns))
    raise Refused(f"{ask.table.name} ({names}) is unique: {wanted:,} rows need as many keys, and {about[0].label} leaves {found:,}")


def _passing(keys: Keys, about: Sequence[Condition], start: int, stop: int) -> Array:
    parts = [_passing_part(keys.made, about, first, min(first + _PART, stop)) for first in range(start, stop, _PART)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)


def _passing_part(made: Mapping[str, Numbered], about: Sequence[Condition], first: int, stop: int) -> Array:
    numbers = np.arange(first, stop, dtype=np.int64)
    done = {name: Values(make(numbers)) for name, make in made.items()}
    passing = np.ones(len(numbers), dtype=bool)
    for condition in about:
        passing &= condition.passes(done, len(numbers))
    return passing


def _passed_over(make: Numbered, kept: Array, start: int) -> Numbered:
    return lambda numbers: make(kept[numbers - start])
