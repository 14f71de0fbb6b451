"""Keys: columns, alone or together, that differ from row to row; made from the number of the row, like everything in `unique`.

A key of several columns that holds a foreign key follows its parents in order: 1 to 7 rows for each, some without (`order_lines` of
orders 1, 1, 2, 4, 4, 4, …). Otherwise its columns count like the digits of a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .chance import Array, key_of, mix, np, permute
from .checks import Condition
from .choice import Choice, Previous
from .facts import Values
from .roles import role_of
from .shapes import ORDERED, Column, Reference, Table
from .spread import Spread
from .unique import Numbered, Unique, unique_for

_FEW = 12  # different values of a column that is not the open end of a key


class Refused(ValueError):
    """What was asked for cannot be; the message says what, why and what to do."""


@dataclass(frozen=True)
class Parent:
    """Rows that can be referred to: `count` of them, the first has the number `first`."""

    first: int
    count: int
    keys: Mapping[str, Numbered]


@dataclass
class Keys:
    """The key columns of a table, by row number, and why they are so."""

    made: dict[str, Numbered] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    alone: set[str] = field(default_factory=set)
    choices: dict[Reference, Choice] = field(default_factory=dict)  # references whose columns are parts of keys

    def add(self, column: str, make: Numbered, why: str) -> None:
        """Remember how a column is made."""
        self.made[column], self.why[column] = make, why


@dataclass(frozen=True)
class Ask:
    """What keys are planned for: a table, the numbers of its rows, and who they may refer to."""

    table: Table
    seed: int
    first: int
    count: int
    parents: Mapping[str, Parent]
    starts: Mapping[str, int]
    until: str
    referred: frozenset[str] = frozenset()  # columns that other tables refer to: they must be known by the number of the row
    conditions: tuple[Condition, ...] = ()

    def unique(self, name: str) -> Unique:
        """Values for one column that is unique by itself."""
        column = self.table.column(name)
        start = self.starts.get(name)
        own = name == self.table.counted or (name,) == self.table.primary
        if start is None and not own and role_of(column, self.table.name)[0] == "number":
            start = 100_001
        return unique_for(column, self.table.name, self.seed, start, self.until)

    def parent(self, reference: Reference) -> Parent | None:
        """The rows that a reference may hold; only those that let the references beside it hold something too.

        Raises:
            Refused: there are none, and it must hold one.
        """
        parent = self.parents.get(reference.table)
        if parent is None:
            return None
        if not parent.count:
            self._need_none(reference)
            return None
        for other in self.table.references:
            if other != reference and self._narrows(other, reference):
                parent = self._agreeing(parent, reference, other)
        return self._allowed(parent, reference)

    def _need_none(self, reference: Reference) -> None:
        must = [name for name in reference.columns if not self.table.column(name).nullable or name in self.table.primary]
        if len(must) == len(reference.columns):
            raise Refused(
                f"{self.table.name}.{must[0]} refers to {reference.table}, which has no rows: add {reference.table} to the tables"
            )

    def _narrows(self, other: Reference, reference: Reference) -> bool:
        shared = set(other.columns) & set(reference.columns)
        if not shared or len(shared) == len(other.columns) or self.table.references.index(other) < self.table.references.index(reference):
            return False
        free = [name for name in other.columns if name not in shared]
        return other.table in self.parents and other.table != self.table.name and not any(self.table.column(name).nullable for name in free)

    def _agreeing(self, parent: Parent, reference: Reference, other: Reference) -> Parent:
        shared = [name for name in reference.columns if name in other.columns]
        theirs = set(zip(*values_of(self.parents[other.table], other, shared), strict=True))
        ours = zip(*values_of(parent, reference, shared), strict=True)
        return _only(parent, [place for place, value in enumerate(ours) if value in theirs])

    def _allowed(self, parent: Parent, reference: Reference) -> Parent:
        """Only the parents that the table's CHECK constraints let a row refer to."""
        about = [each for each in self.conditions if each.columns and not each.once and set(each.columns) <= set(reference.columns)]
        if not about:
            return parent
        numbers = np.arange(parent.first, parent.first + parent.count, dtype=np.int64)
        done = {name: Values(parent.keys[target](numbers)) for name, target in zip(reference.columns, reference.targets, strict=True)}
        passing = np.all([condition.passes(done, parent.count) for condition in about], axis=0)
        if not passing.any():
            raise Refused(f"{self.table.name}: {about[0].label} lets no row refer to one of the {parent.count:,} rows of {reference.table}")
        return parent if passing.all() else _only(parent, np.flatnonzero(passing))


def _only(parent: Parent, places: Sequence[int] | Array) -> Parent:
    """Some of the rows that can be referred to."""
    kept = np.asarray(places, dtype=np.int64) + parent.first
    return Parent(0, len(kept), {name: _after(make, lambda numbers: kept[numbers]) for name, make in parent.keys.items()})


def values_of(parent: Parent, reference: Reference, columns: Sequence[str]) -> list[list[object]]:
    """What some columns of a reference would hold for each of the parents."""
    numbers = np.arange(parent.first, parent.first + parent.count, dtype=np.int64)
    targets = dict(zip(reference.columns, reference.targets, strict=True))
    return [parent.keys[targets[name]](numbers).tolist() for name in columns]


def referred_to(name: str, tables: Mapping[str, Table]) -> frozenset[str]:
    """The columns of a table that references of *tables* hold."""
    references = (reference for table in tables.values() for reference in table.references if reference.table == name)
    return frozenset(target for reference in references for target in reference.targets)


def choice_for(ask: Ask, reference: Reference, parent: Parent) -> Choice:
    """How rows choose among the parents of a reference."""
    key = key_of(ask.seed, ask.table.name, "#parent", *reference.columns, size=7)
    return Choice(parent.count, key, ask.first, reference.table == ask.table.name)


def plan_keys(ask: Ask) -> Keys:
    """Plan every primary and unique key of a table.

    Raises:
        Refused: a key has fewer different values than rows are asked for.
    """
    keys = Keys()
    referring = {name for reference in ask.table.references for name in reference.columns}
    mixed = [key for key in ask.table.mixed if not referring.intersection(key)]
    for key in sorted({*ask.table.keys, *mixed}, key=lambda key: (len(key), key in mixed, *key)):
        if key in mixed:
            _held(ask, keys, key)
        elif not keys.alone.intersection(key):
            if len(key) == 1:
                _single(ask, keys, key[0])
            elif not all(name in keys.made for name in key):
                _several(ask, keys, [name for name in key if name not in keys.made])
    for name in sorted(ask.referred - set(keys.made)):
        if any(name == column.name for column in ask.table.columns):
            _known_by_number(ask, keys, name)
    return keys


def _known_by_number(ask: Ask, keys: Keys, name: str) -> None:
    """A column that others refer to together with a key, such as the kind in `(id, kind)`: some values, in no order."""
    for reference in ask.table.references:
        if name in reference.columns and reference.table != ask.table.name and (parent := ask.parent(reference)):
            _chosen(ask, keys, reference, parent, [each for each in reference.columns if each not in keys.made])
            return
    found = ask.unique(name)
    size, key = min(found.most, _FEW), key_of(ask.seed, ask.table.name, name, "#referred", size=7)
    keys.add(name, _after(found.make, lambda numbers: (mix(numbers, key) >> np.uint64(33)).astype(np.int64) % size), "a few values")


def _single(ask: Ask, keys: Keys, name: str) -> None:
    keys.alone.add(name)
    reference = next((each for each in ask.table.references if each.columns == (name,)), None)
    if reference is not None and reference.table == ask.table.name and reference.targets[0] in keys.made:
        if ask.table.column(name).nullable:
            keys.choices[reference] = Previous(ask.count, 0, ask.first, True)
        else:
            keys.add(name, keys.made[reference.targets[0]], "each row refers to itself")
        return
    if reference is not None and (parent := ask.parent(reference)):
        shift = _shift(ask, parent)
        _need(ask, (name,), parent.count - ask.first + shift, f"{reference.table} has {parent.count:,} rows")
        make = parent.keys[reference.targets[0]]
        keys.add(name, lambda numbers: make(numbers - shift + parent.first), f"each row of {reference.table} once")
        return
    if _with_its_parent(ask, keys, name):
        return
    found = ask.unique(name)
    _need(ask, (name,), found.most - ask.first, f"{ask.table.column(name).sql} holds {found.most:,} ({found.why})")
    keys.add(name, found.make, f"unique: {found.why}")


def _held(ask: Ask, keys: Keys, names: Sequence[str]) -> None:
    """A key of one value that is computed from several columns: one of them differs in each row, and the others are the same in all."""
    parts = {name: ask.unique(name) for name in names if name not in keys.made}
    if not keys.alone.intersection(names) and parts:
        lead = max(parts, key=lambda name: (parts[name].most, ask.table.column(name).kind in ORDERED))
        found = parts.pop(lead)
        _need(ask, names, found.most - ask.first, f"{lead} holds {found.most:,} ({found.why})")
        keys.alone.add(lead)
        keys.add(lead, found.make, f"unique, as what is computed from it must be: {found.why}")
    for name, found in parts.items():
        keys.add(name, _after(found.make, lambda numbers: numbers * 0), f"the same in all rows: {', '.join(names)} are one key")


def _with_its_parent(ask: Ask, keys: Keys, name: str) -> bool:
    """A key that refers to a row together with other columns, such as `(id, kind)`: each of the rows once, if the key tells them apart."""
    for reference in ask.table.references:
        if name not in reference.columns or reference.table == ask.table.name or set(reference.columns) & set(keys.made):
            continue
        parent = ask.parent(reference)
        if parent and len(set(values_of(parent, reference, [name])[0])) == parent.count:
            shift = _shift(ask, parent)
            _need(ask, (name,), parent.count - ask.first + shift, f"{parent.count:,} rows of {reference.table} may be referred to")
            for column, target in zip(reference.columns, reference.targets, strict=True):
                keys.add(column, _after(parent.keys[target], _from(parent.first - shift)), f"each row of {reference.table} once")
            return True
    return False


def _from(first: int) -> Numbered:
    return lambda numbers: numbers + first


def _shift(ask: Ask, parent: Parent) -> int:
    """New rows begin with the first new parent; where parents are all there already, they go on behind the rows that are there."""
    return ask.first if parent.first else 0


def _need(ask: Ask, columns: Sequence[str], there: int, holds: str) -> None:
    if there < ask.count:
        name = f"{ask.table.name}.{columns[0]}" if len(columns) == 1 else f"{ask.table.name} ({', '.join(columns)})"
        raise Refused(f"{name} is unique: {ask.count:,} rows need {ask.count:,} different values, {holds}")


@dataclass(frozen=True)
class _Digit:
    """A part of a key of several columns: it turns 0, 1, … `size` - 1 into different values of its columns."""

    columns: tuple[str, ...]
    size: int
    make: Callable[[str], Numbered]
    parent: str = ""
    shift: int = 0


def _several(ask: Ask, keys: Keys, names: list[str]) -> None:
    """Plan a key of several columns; those in *names* have no values yet."""
    parts, left = _parent_parts(ask, names)
    left = _beside_siblings(ask, _referring(ask, keys, left))
    parts += [_column_digit(ask, name) for name in left]
    if not parts:
        raise Refused(f"{ask.table.name} ({', '.join(names)}) is unique, and every one of them belongs to a reference that goes beyond it")
    parts.sort(key=lambda part: names.index(part.columns[0]))
    lead = next((part for part in parts if part.parent), None)
    rest = [part for part in parts if part is not lead]
    if lead is None:
        _free(ask, keys, rest)
    else:
        _led(ask, keys, lead, rest)


def _beside_siblings(ask: Ask, names: list[str]) -> list[str]:
    """Names without a reference to the own table: what differs among siblings then differs among all."""
    own = {name for reference in ask.table.references if reference.table == ask.table.name for name in reference.columns}
    beside = [name for name in names if name not in own or name in ask.table.primary]
    return beside or names


def _referring(ask: Ask, keys: Keys, names: list[str]) -> list[str]:
    """Give values to columns of a reference that goes beyond the key, and say which names are left."""
    for reference in ask.table.references:
        inside = [name for name in reference.columns if name in names]
        if inside and not set(reference.columns) <= set(names) and (parent := ask.parent(reference)):
            _chosen(ask, keys, reference, parent, inside)
            names = [name for name in names if name not in inside]
    return names


def _chosen(ask: Ask, keys: Keys, reference: Reference, parent: Parent, names: Sequence[str]) -> None:
    """Give columns of a reference the values of parents that are chosen by the number of the row."""
    choice = keys.choices.setdefault(reference, choice_for(ask, reference, parent))
    for name in names:
        make = _parent_digit(reference, parent).make(name)
        keys.add(name, _after(make, choice), f"a row of {reference.table}: some often, some never")


def _parent_parts(ask: Ask, names: list[str]) -> tuple[list[_Digit], list[str]]:
    """The references that lie within the key, and the columns beside them."""
    parts: list[_Digit] = []
    left = list(names)
    for reference in ask.table.references:
        parent = ask.parent(reference)
        if parent and set(reference.columns) <= set(left):
            parts.append(_parent_digit(reference, parent, _shift(ask, parent)))
            left = [name for name in left if name not in reference.columns]
    return parts, left


def _parent_digit(reference: Reference, parent: Parent, shift: int = 0) -> _Digit:
    target = dict(zip(reference.columns, reference.targets, strict=True))

    def make(column: str) -> Numbered:
        key = parent.keys[target[column]]
        return lambda numbers: key(numbers + parent.first)

    return _Digit(reference.columns, parent.count, make, reference.table, shift)


def _column_digit(ask: Ask, name: str) -> _Digit:
    found = ask.unique(name)
    return _Digit((name,), found.most, lambda _column: found.make)


def _free(ask: Ask, keys: Keys, parts: list[_Digit]) -> None:
    """No parents: one column that is unique by itself, or a grid whose open end is a date."""
    dated = next((part for part in parts if _is_date(ask.table.column(part.columns[0]))), None)
    roomy = max(parts, key=lambda part: part.size)
    if dated is None and roomy.size - ask.first >= ask.count:
        keys.alone.add(roomy.columns[0])
        keys.add(roomy.columns[0], roomy.make(roomy.columns[0]), f"unique with {_others(parts, roomy)}: by itself")
        for part in parts:
            if part is not roomy and (set(ask.table.primary) | ask.referred).intersection(part.columns):
                _add(keys, part, _place(1, min(part.size, _FEW)), "a few values in turn")
        return
    fast = [part for part in parts if part is not dated]
    sizes = [min(part.size, _FEW) if dated else part.size for part in fast]
    total = int(np.prod([float(size) for size in sizes])) * (dated.size if dated else 1)
    _need(ask, [name for part in parts for name in part.columns], total - ask.first, f"there are {total:,}")
    step = 1
    for part, size in zip(reversed(fast), reversed(sizes), strict=True):
        _add(keys, part, _place(step, size), f"unique with {_others(parts, part)}: {size} values in turn")
        step *= size
    if dated:
        _add(keys, dated, _place(step, dated.size), f"unique with {_others(parts, dated)}: the next one when all have had their turn")


def _is_date(column: Column) -> bool:
    return column.kind in ("date", "datetime")


def _place(step: int, size: int) -> Numbered:
    return lambda numbers: numbers // step % size


def _led(ask: Ask, keys: Keys, lead: _Digit, rest: list[_Digit]) -> None:
    """A parent leads; the others count within it."""
    sizes = [part.size if number == len(rest) - 1 or part.parent else min(part.size, _FEW) for number, part in enumerate(rest)]
    room = int(min(np.prod([float(size) for size in sizes]), 1 << 62))
    names = [name for part in (lead, *rest) for name in part.columns]
    used = ask.first - lead.shift
    _need(ask, names, lead.size * room - used, f"there are {lead.size * room:,}: {lead.size:,} rows of {lead.parent} times {room:,}")
    spread = Spread(lead.size, room, used + ask.count, key_of(ask.seed, ask.table.name, "#lead", size=7), lead.shift)
    _add(keys, lead, lambda numbers: spread(numbers)[0], f"rows of {lead.parent} in turn, {spread.why}")
    step = 1
    for part, size in zip(rest, sizes, strict=True):
        _add(keys, part, _within(spread, step, size, part.parent), f"counted within {lead.parent}")
        step *= size


def _within(spread: Spread, step: int, size: int, parent: str) -> Numbered:
    def place(numbers: Array) -> Array:
        lead, within = spread(numbers)
        place = within // step % size
        if not parent:
            return np.asarray(place)
        start = (mix(lead, spread.key + 1) >> np.uint64(33)).astype(np.int64) % size
        return permute((start + place) % size, size, spread.key)

    return place


def _add(keys: Keys, part: _Digit, place: Numbered, why: str) -> None:
    for column in part.columns:
        keys.add(column, _after(part.make(column), place), why)


def _after(make: Numbered, place: Numbered) -> Numbered:
    return lambda numbers: make(place(numbers))


def _others(parts: Sequence[_Digit], own: _Digit) -> str:
    return ", ".join(name for part in parts if part is not own for name in part.columns)
