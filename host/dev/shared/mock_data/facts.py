"""What is true of a row before any column is written: who, where, when, how far along, how much.

Columns only tell parts of it. So `email` fits `first_name`, `shipped_at` lies after `ordered_at` and `total` is `quantity` times
`price`, and none of them changes when another column is added or taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from .chance import BLOCK, Array, along, below, digits, draw, key_of, np, permute, pick, table_of, tail
from .people import CITY_COUNT, CITY_START, FAMILY, FIRST, PERSONS
from .shapes import DAY, day_of

SECOND = 1_000_000
WINDOW = 730  # days before `until` in which things begin
UNTIL = "2026-01-01"

_MONTHS = (85, 86, 98, 97, 100, 99, 90, 88, 101, 105, 121, 138)
_WEEKDAYS = (108, 110, 109, 108, 112, 72, 58)
_HOURS = (8, 4, 3, 2, 2, 4, 10, 25, 48, 70, 82, 80, 68, 66, 72, 74, 70, 62, 55, 54, 52, 44, 28, 15)
_QUANTITIES = {1: 46, 2: 21, 3: 10, 4: 7, 5: 5, 6: 4, 8: 2, 10: 3, 12: 1, 20: 1}
_ENDINGS = {99: 38, 95: 20, 0: 16, 50: 12, 49: 8, 90: 6}

BEGUN, PAID, SHIPPED, DELIVERED, CHANGED, ENDED = range(6)
GAPS = (0, 3 * 3600, 26 * 3600, 44 * 3600, 9 * 3600, 40 * 86_400)  # median seconds from one moment to the next
NEW, STAGE_PAID, STAGE_SHIPPED, STAGE_DELIVERED, COMPLETED, CANCELLED = range(6)
_STAGES = table_of((4, 6, 8, 34, 40, 8))
_REACHED = np.array(  # which moments have come at which stage
    [
        [True, False, False, False, True, False],
        [True, True, False, False, True, False],
        [True, True, True, False, True, False],
        [True, True, True, True, True, False],
        [True, True, True, True, True, True],
        [True, False, False, False, True, True],
    ]
)


class Values(NamedTuple):
    """The values of one column for some rows, and which of them are NULL (None: not one)."""

    data: Array
    null: Array | None = None


@dataclass
class Rows:
    """Some rows of one table that lie in one block, while they are being made."""

    seed: int
    table: str
    block: int
    start: int  # place of the first row in its block
    stop: int
    until: str = UNTIL
    attempt: int = 0
    done: dict[str, Values] = field(default_factory=dict)
    _known: dict[Any, Any] = field(default_factory=dict)

    @property
    def numbers(self) -> Array:
        """The numbers of the rows: 0 is the first row of the table."""
        return np.arange(self.block * BLOCK + self.start, self.block * BLOCK + self.stop, dtype=np.int64)

    def raw(self, stream: str) -> Array:
        """Raw numbers of a column, or of a fact whose name begins with #."""
        attempt = f"#{self.attempt}" if self.attempt else ""
        return self.once(("raw", stream, attempt), lambda: draw(self._names(stream + attempt), self.block, self.stop)[self.start :])

    def _names(self, stream: str) -> tuple[object, ...]:
        return (self.seed, self.table, stream)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What *make* gives, made only once for these rows."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def again(self, attempt: int) -> Rows:
        """The same rows with other chances, for values that a CHECK refused."""
        return Rows(self.seed, self.table, self.block, self.start, self.stop, self.until, attempt, dict(self.done))

    def person(self, part: str = "") -> tuple[Array, Array]:
        """Who: the number of a person for each row, and how often all persons were used before."""
        return self.once(("person", part), lambda: person_of(self.numbers, self.seed, self.table, part))

    def nation(self, part: str = "") -> Array:
        """Where: the number of a nation. That of the person of the same name."""
        return self.once(("nation", part), lambda: self.person(part)[0] // (FIRST * FAMILY))

    def city(self, part: str = "") -> Array:
        """Where: the number of a city in that nation."""
        return self.once(("city", part), lambda: self._city(part))

    def _city(self, part: str) -> Array:
        nation = self.nation(part)
        share = self.raw(f"#city {part}") >> np.uint64(32)
        return CITY_START[nation] + ((share * CITY_COUNT[nation].astype(np.uint64)) >> np.uint64(32)).astype(np.int64)

    def stage(self) -> Array:
        """How far along: NEW … CANCELLED; what would lie after `until` has not come yet."""
        return self.once("stage", self._stage)

    def _stage(self) -> Array:
        stage = pick(self.raw("#stage"), _STAGES)
        last = self.last_microsecond
        reached = sum((self.moment(rank) <= last).astype(np.int64) for rank in (PAID, SHIPPED, DELIVERED))
        along_the_way = np.minimum(stage, np.where(reached == 3, COMPLETED, reached))
        return np.where(stage == CANCELLED, CANCELLED, along_the_way)

    @property
    def last_microsecond(self) -> int:
        """The moment before `until`."""
        return day_of(self.until) * DAY - 1

    def moment(self, rank: int) -> Array:
        """When: microseconds since 1970 at which the row was BEGUN, PAID … ENDED. They may lie after `until`."""
        return self.once(("moment", rank), lambda: self._moment(rank))

    def _moment(self, rank: int) -> Array:
        if rank == BEGUN:
            return begun(self.raw("#begun"), self.until)
        gap = along(self.raw(f"#gap {rank}"), tail(GAPS[rank], 0.8)) * SECOND
        return self.moment(rank - 1) + gap

    def come(self, rank: int) -> Array:
        """Which rows have reached a moment."""
        return np.asarray(_REACHED[self.stage(), rank]) & (self.moment(rank) <= self.last_microsecond)

    def quantity(self) -> Array:
        """How many."""
        return self.once("quantity", lambda: pick(self.raw("#quantity"), _table(_QUANTITIES)))

    def price(self) -> Array:
        """What one costs, in cents: many small prices, few large ones, with the endings that prices have."""
        return self.once("price", self._price)

    def _price(self) -> Array:
        raw = self.raw("#price")
        return along(raw, tail(2500, 0.9)) // 100 * 100 + pick(raw << np.uint64(32), _table(_ENDINGS))


def _table(weights: Mapping[int, int]) -> Array:
    return np.repeat(np.array(list(weights)), np.bincount(table_of(list(weights.values()))))


def person_of(numbers: Array, seed: int, table: str, part: str) -> tuple[Array, Array]:
    """The persons of rows, by number alone: what a unique address is made from."""
    serial, inside = digits(numbers, PERSONS)
    return permute(inside, PERSONS, key_of(seed, table, "#person", part, size=7)), serial


def begun(raw: Array, until: str) -> Array:
    """Moments within two years, more of them in autumn, on working days and by day."""
    day = _days(until)[(raw >> np.uint64(48)).astype(np.intp)]
    minute = _minutes()[((raw >> np.uint64(32)) & np.uint64(0xFFFF)).astype(np.intp)]
    return np.asarray(day * DAY + (minute * 60 + below(raw << np.uint64(32), 60)) * SECOND)


@cache
def _days(until: str) -> Array:
    last = date.fromisoformat(until)
    days = [last - timedelta(days=back) for back in range(WINDOW, 0, -1)]
    weights = [_MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()] for day in days]
    return day_of(until) - WINDOW + table_of(weights)


@cache
def _minutes() -> Array:
    return table_of([weight for weight in _HOURS for _ in range(60)])
