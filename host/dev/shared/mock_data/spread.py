"""How children spread over their parents, where the key of a child holds that of its parent."""

from __future__ import annotations

from .chance import Array, digits, mix, np

_FANS = np.array([1, 2, 1, 3, 1, 2, 4, 1, 2, 0, 1, 5, 3, 1, 2, 7])  # children of sixteen parents
_TURN = int(_FANS.sum())
_SLOT = np.repeat(np.arange(16), _FANS)
_WITHIN = np.concatenate([np.arange(fan) for fan in _FANS])


class Spread:
    """Which parent a row belongs to, and its number among the children of that parent."""

    def __init__(self, parents: int, room: int, count: int, key: int, first: int) -> None:
        self.parents, self.key, self.first = parents, key, first
        self.round = parents // 16 * _TURN  # rows until every parent had its share once
        self.uneven = bool(self.round) and -(-count // self.round) * int(_FANS.max()) <= room
        self.why = "1 to 7 for each, some without" if self.uneven else "the same number for each"

    def __call__(self, numbers: Array) -> tuple[Array, Array]:
        numbers = numbers - self.first
        if not self.uneven:
            within, lead = digits(numbers, self.parents)
            return lead, within
        lap, inside = digits(numbers, self.round)
        cycle, place = digits(inside, _TURN)
        slot = _SLOT[place]
        turned = (slot + (mix(cycle, self.key) & np.uint64(15)).astype(np.int64)) & 15
        return cycle * 16 + turned, lap * _FANS[slot] + _WITHIN[place]
