"""Which row of a parent table a row refers to, by its number alone.

Popular parents get many children and some get none. The choice is stable: a row looks only at parents up to its own number, and when
parents are added, a row keeps its parent or moves to a new one (linear hashing; Litwin, 1980). So more rows change nothing before them.
"""

from __future__ import annotations

from dataclasses import dataclass

from .chance import Array, mix, np

_REVERSED = np.array([int(f"{number:016b}"[::-1], 2) for number in range(1 << 16)], dtype=np.uint64)


@dataclass(frozen=True)
class Choice:
    """Chooses among *count* parents; with *to_self* among the rows before, the first of which has the number *first*."""

    count: int
    key: int
    first: int = 0
    to_self: bool = False

    def __call__(self, numbers: Array, attempt: int = 0) -> Array:
        """The places of the parents: 0 is the first of them. Another *attempt* chooses others."""
        room = np.maximum(numbers - self.first, 1) if self.to_self else numbers + 1
        return choose(mix(numbers, self.key + attempt), np.minimum(room, self.count), self.key)


class Previous(Choice):
    """Chooses the row before: what a unique reference to the own table can hold. The first row has none."""

    def __call__(self, numbers: Array, attempt: int = 0) -> Array:
        """The places of the rows before."""
        return np.maximum(numbers - self.first - 1, 0)


def choose(raw: Array, room: Array, key: int) -> Array:
    """For each raw number a whole number below *room*, some of them often, some never."""
    fraction = raw >> np.uint64(32)
    fraction = (fraction * fraction) >> np.uint64(32)  # squared: a fifth of the parents gets almost half of the children
    low, high = (fraction & np.uint64(0xFFFF)).astype(np.intp), (fraction >> np.uint64(16)).astype(np.intp)
    scattered = (_REVERSED[low] << np.uint64(16)) | _REVERSED[high]
    scattered = (scattered ^ np.uint64(key & 0xFFFFFFFF)).astype(np.int64)
    top = np.int64(1) << _bits(room - 1)
    chosen = scattered & (top - 1)
    chosen = np.where(chosen >= room, chosen & (top // 2 - 1), chosen)
    for turn in range(2):
        childless = (mix(chosen, key + turn) & np.uint64(15)) == 0
        chosen = np.where(childless, chosen & ((np.int64(1) << _bits(chosen)) // 2 - 1), chosen)
    return np.asarray(chosen)


def _bits(numbers: Array) -> Array:
    """How many bits a whole number below 2**32 has."""
    return np.frexp(numbers.astype(np.float64))[1].astype(np.int64)
