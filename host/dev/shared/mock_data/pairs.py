"""Two columns, the first of which must be lower than the second: how to set their values right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .chance import Array, np
from .facts import Values
from .rolling import units
from .shapes import DAY, Column

_GAP = {"date": 14, "datetime": 5 * DAY, "time": 2 * 3_600_000_000}


class Pair(NamedTuple):
    """Two columns of one kind; *strict*: they must not be equal."""

    lower: Column
    higher: Column
    strict: bool

    @property
    def widest_gap(self) -> int:
        """How far apart two values are put at most, in the finer unit of both."""
        return _GAP.get(self.higher.kind, 10 ** (max(self.lower.scale, self.higher.scale) + 1))

    def set_right(self, done: Mapping[str, Values], gap: Array, fixed: set[str]) -> tuple[list[tuple[Column, Array]], Array]:
        """New values for one or both, and the rows in which they are needed."""
        low, high = self._fine(done, self.lower), self._fine(done, self.higher)
        wrong = (low >= high) if self.strict else (low > high)
        free = [column for column in (self.higher, self.lower) if column.name not in fixed]
        alike = self.lower.kind == self.higher.kind and self.lower.scale == self.higher.scale
        if len(free) == 2 and alike and not (low == high)[wrong].any():
            return [(self.lower, np.minimum(low, high)), (self.higher, np.maximum(low, high))], wrong
        if self.higher in free:
            return [(self.higher, -self._coarse(-(low + gap), self.higher))], wrong
        return [(self.lower, self._coarse(high - gap, self.lower))] if free else [], wrong

    def _unit(self, column: Column) -> int:
        """How many of the finer units one unit of a column is."""
        if column.kind == "date" and "datetime" in (self.lower.kind, self.higher.kind):
            return DAY
        return 1 if column.kind in _GAP else int(10 ** (max(self.lower.scale, self.higher.scale) - column.scale))

    def _fine(self, done: Mapping[str, Values], column: Column) -> Array:
        return np.asarray(units(done[column.name].data, column) * self._unit(column))

    def _coarse(self, data: Array, column: Column) -> Array:
        whole = 1_000_000 if column.kind in ("datetime", "time") else 1
        return np.asarray(data // (self._unit(column) * whole) * whole)
