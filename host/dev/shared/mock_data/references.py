"""Foreign keys that are no keys themselves: which row of the parent table a row refers to.

Popular parents get many children and some get none. The choice is stable: a row looks only at parents up to its own number, and when
parents are added, a row keeps its parent or moves to a new one (linear hashing; Litwin, 1980). So more rows change nothing before them.
"""

from __future__ import annotations

from collections.abc import Sequence

from .chance import Array, happens, key_of, mix, np
from .facts import Rows, Values
from .keys import Parent, Refused
from .shapes import Reference, Table
from .values import Maker

_NULLS, _NULLS_TO_SELF = 0.05, 0.1
_REVERSED = np.array([int(f"{number:016b}"[::-1], 2) for number in range(1 << 16)], dtype=np.uint64)


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


def makers_for(table: Table, reference: Reference, parent: Parent | None, first: int, given: Sequence[str]) -> list[Maker]:
    """Makers for the columns of a foreign key; those in *given* have their values already and narrow the choice.

    Raises:
        Refused: a row must refer to a parent and there is none.
    """
    free = [name for name in reference.columns if name not in given]
    if parent is None or not parent.count:
        return [_nothing(table, reference, name) for name in free]
    shared = [name for name in reference.columns if name in given]
    pick = _Among(table, reference, parent, first, shared)
    share = _NULLS_TO_SELF if reference.table == table.name else _NULLS
    return [_maker(table, reference, parent, pick, name, share) for name in free]


def _nothing(table: Table, reference: Reference, name: str) -> Maker:
    column = table.column(name)
    if not column.nullable:
        raise Refused(f"{table.name}.{name} refers to {reference.table}, which has no rows: add {reference.table} to the tables")
    return Maker(column, lambda rows: _all_null(rows), f"NULL: {reference.table} has no rows")


def _all_null(rows: Rows) -> Values:
    count = rows.stop - rows.start
    return Values(np.zeros(count, dtype=np.int64), np.ones(count, dtype=bool))


class _Among:
    """Choose a parent for each row; with *shared* columns, among the parents that agree in them."""

    def __init__(self, table: Table, reference: Reference, parent: Parent, first: int, shared: Sequence[str]) -> None:
        self.reference, self.parent, self.first, self.table = reference, parent, first, table
        self.targets = dict(zip(reference.columns, reference.targets, strict=True))
        self.shared = list(shared)
        self.groups = self._grouped() if shared else {}

    def _grouped(self) -> dict[tuple[object, ...], Array]:
        numbers = np.arange(self.parent.first, self.parent.first + self.parent.count, dtype=np.int64)
        columns = [self.parent.keys[self.targets[name]](numbers).tolist() for name in self.shared]
        found: dict[tuple[object, ...], list[int]] = {}
        for number, value in zip(numbers.tolist(), zip(*columns, strict=True), strict=True):
            found.setdefault(value, []).append(number - self.parent.first)
        return {value: np.array(group, dtype=np.int64) for value, group in found.items()}

    def __call__(self, rows: Rows) -> tuple[Array, Array | None]:
        """Numbers of parents, and the rows that have none."""
        stream = f"#parent {','.join(self.reference.columns)}"
        return self._grouped_choice(rows, stream) if self.shared else (self._choice(rows, stream), None)

    def _choice(self, rows: Rows, stream: str) -> Array:
        to_self = self.reference.table == self.table.name
        room = np.maximum(rows.numbers - self.first, 1) if to_self else rows.numbers + 1
        room = np.minimum(room, self.parent.count)
        return choose(rows.raw(stream), room, key_of(rows.seed, self.table.name, stream, size=7))

    def _grouped_choice(self, rows: Rows, stream: str) -> tuple[Array, Array | None]:
        columns = [rows.done[name].data.tolist() for name in self.shared]
        groups = [self.groups.get(value) for value in zip(*columns, strict=True)]
        room = np.array([1 if group is None else len(group) for group in groups], dtype=np.int64)
        chosen = choose(rows.raw(stream), room, key_of(rows.seed, self.table.name, stream, size=7)).tolist()
        numbers = [0 if group is None else int(group[place]) for group, place in zip(groups, chosen, strict=True)]
        missing = np.array([group is None for group in groups])
        return np.array(numbers, dtype=np.int64), missing if missing.any() else None


def _maker(table: Table, reference: Reference, parent: Parent, among: _Among, name: str, share: float) -> Maker:
    column = table.column(name)
    key = parent.keys[among.targets[name]]
    share = share if column.nulls is None else column.nulls
    to_self = reference.table == table.name

    def make(rows: Rows) -> Values:
        number, missing = rows.once(("parent", reference.columns, rows.attempt), lambda: among(rows))
        if missing is not None and not column.nullable:
            same = ", ".join(among.shared)
            raise Refused(f"{table.name}.{name}: {int(missing.sum()):,} rows find no row of {reference.table} with the same {same}")
        null = missing
        if column.nullable and share:
            lonely = happens(rows.raw(f"#null {','.join(reference.columns)}"), share)
            lonely = lonely | (rows.numbers == among.first) if to_self else lonely
            null = lonely if null is None else null | lonely
        return Values(key(number + parent.first), null)

    why = f"a row of {reference.table}" + (" before it" if to_self else ": some often, some never")
    return Maker(column, make, why, tuple(among.shared))
