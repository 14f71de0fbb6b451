"""Makers for the columns of foreign keys."""

from __future__ import annotations

from collections.abc import Sequence

from .chance import Array, happens, mix, np
from .choice import Choice, Previous, choose
from .facts import Rows, Values
from .keys import Ask, Keys, Parent, Refused, choice_for, values_of
from .shapes import Reference, Table
from .values import Maker

_NULLS, _NULLS_TO_SELF = 0.05, 0.1
_NONE = np.array([], dtype=np.int64)


def makers_for(ask: Ask, keys: Keys, reference: Reference, given: Sequence[str]) -> list[Maker]:
    """Makers for the columns of a foreign key; those in *given* have their values already and narrow the choice.

    Raises:
        Refused: a row must refer to a parent and there is none.
    """
    free = [name for name in reference.columns if name not in given]
    parent = ask.parent(reference)
    if parent is None:
        return [_nothing(ask.table, reference, name) for name in free]
    choice = keys.choices.get(reference) or choice_for(ask, reference, parent)
    shared = [] if reference in keys.choices else [name for name in reference.columns if name in given]
    among = _Among(reference, parent, choice, shared)
    return [_maker(ask, reference, parent, among, name) for name in free]


def _nothing(table: Table, reference: Reference, name: str) -> Maker:
    column = table.column(name)
    if not column.nullable:
        raise Refused(f"{table.name}.{name} refers to {reference.table}, of which nothing is known here")
    return Maker(column, lambda rows: _all_null(rows), f"NULL: {reference.table} has no rows")


def _all_null(rows: Rows) -> Values:
    count = rows.stop - rows.start
    return Values(np.zeros(count, dtype=np.int64), np.ones(count, dtype=bool))


class _Among:
    """Choose a parent for each row; with *shared* columns, among the parents that agree in them."""

    def __init__(self, reference: Reference, parent: Parent, choice: Choice, shared: Sequence[str]) -> None:
        self.choice, self.shared = choice, list(shared)
        self.groups = _grouped(reference, parent, shared) if shared else {}

    def __call__(self, rows: Rows) -> tuple[Array, Array | None]:
        """Places of parents, and the rows that have none."""
        if not self.shared:
            return self.choice(rows.numbers, rows.attempt), None
        columns = [rows.done[name].data.tolist() for name in self.shared]
        groups = [self.groups.get(value, _NONE) for value in zip(*columns, strict=True)]
        places = self._places(groups, rows)
        missing = np.array([place < 0 for place in places])
        return np.maximum(np.array(places, dtype=np.int64), 0), missing if missing.any() else None

    def _places(self, groups: Sequence[Array], rows: Rows) -> list[int]:
        own = (rows.numbers - self.choice.first).tolist()
        if self.choice.to_self:
            room = [int(np.searchsorted(group, number)) for group, number in zip(groups, own, strict=True)]
        else:
            room = [len(group) for group in groups]
        raw = mix(rows.numbers, self.choice.key + rows.attempt)
        chosen = choose(raw, np.maximum(np.array(room, dtype=np.int64), 1), self.choice.key).tolist()
        return [int(group[place]) if free else -1 for group, place, free in zip(groups, chosen, room, strict=True)]


def _grouped(reference: Reference, parent: Parent, shared: Sequence[str]) -> dict[tuple[object, ...], Array]:
    found: dict[tuple[object, ...], list[int]] = {}
    for place, value in enumerate(zip(*values_of(parent, reference, shared), strict=True)):
        found.setdefault(value, []).append(place)
    return {value: np.array(group, dtype=np.int64) for value, group in found.items()}


def _maker(ask: Ask, reference: Reference, parent: Parent, among: _Among, name: str) -> Maker:
    column = ask.table.column(name)
    key = parent.keys[dict(zip(reference.columns, reference.targets, strict=True))[name]]
    to_self = reference.table == ask.table.name
    share = column.nulls if column.nulls is not None else _NULLS_TO_SELF if to_self else _NULLS
    in_line = isinstance(among.choice, Previous)

    def make(rows: Rows) -> Values:
        place, missing = rows.once(("parent", reference), lambda: among(rows))
        if missing is not None and not column.nullable:
            same = ", ".join(among.shared)
            raise Refused(f"{ask.table.name}.{name}: {int(missing.sum()):,} rows find no row of {reference.table} with the same {same}")
        null = missing
        if column.nullable and share:
            lonely = happens(rows.raw(f"#null {','.join(reference.columns)}"), share)
            lonely = (lonely & (not in_line)) | (rows.numbers == ask.first) if to_self else lonely
            null = lonely if null is None else null | lonely
        return Values(key(place + parent.first), null)

    why = f"a row of {reference.table}" + (" before it" if to_self else ": some often, some never")
    return Maker(column, make, why, tuple(among.shared))
