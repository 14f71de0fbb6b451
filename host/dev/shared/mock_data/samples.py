"""Values from sample rows: in the shares that they have there, and together where one decides the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .chance import below, np
from .facts import Rows, Values
from .shapes import Column
from .values import array_of

Samples = Sequence[Mapping[str, Any]]


def sampled(column: Column, samples: Samples, leader: str) -> Callable[[Rows], Values]:
    """Take the value of a sample row that the stream of *leader* chooses: columns with one leader come from the same row."""
    known = [row.get(column.name) for row in samples]
    missing = np.array([value is None for value in known])
    filler = next((value for value in known if value is not None), 0)
    data = array_of([filler if value is None else value for value in known], column)
    if not column.nullable:
        data, missing = data[~missing], np.array([], dtype=bool)

    def make(rows: Rows) -> Values:
        number = below(rows.raw(leader), max(len(data), 1))
        return Values(data[number], missing[number] if missing.any() else None)

    return make


def leaders(samples: Samples) -> dict[str, str]:
    """For each column the one whose row it shares: itself, or the first that decides it, as a city decides its country."""
    columns: dict[str, list[Any]] = {name: [row.get(name) for row in samples] for name in (samples[0] if samples else ())}
    found: dict[str, str] = {}
    for name, values in columns.items():
        deciding = (other for other in columns if other != name and _decides(columns[other], values))
        found[name] = next((other for other in deciding if found.get(other, other) == other), name)
    return found


def _decides(values: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether each value goes with one other value only, often enough to be no accident."""
    pairs = set(zip(map(str, values), map(str, others), strict=True))
    distinct, other = len(set(map(str, values))), len(set(map(str, others)))
    return 1 < other <= distinct <= len(values) // 2 and len(pairs) == distinct
