"""What a table accepts, in plain words: columns, keys, references and CHECK constraints.

Everything that has an order is kept as whole numbers: a decimal in units of its last digit, a date in days and a moment in microseconds
since 1970. `low` and `high` are the smallest and largest number that the type holds.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from .indexes import UniqueKey

DAY = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()
STEPS = {"date": 7, "datetime": DAY // 24, "int": 10}  # from one to the next where rows must not overlap
ORDERED = ("int", "decimal", "float", "bool", "date", "datetime", "time")


@dataclass(frozen=True)
class Column:
    """A column: what its type holds, and what a spec says about it."""

    name: str
    sql: str
    kind: str  # one of ORDERED, or text, binary, uuid, json, interval, network, array, range, literal
    nullable: bool = True
    low: int | None = None
    high: int | None = None
    scale: int = 0
    length: int | None = None
    fixed: bool = False
    values: tuple[Any, ...] = ()
    weights: tuple[float, ...] = ()
    zone: bool = False
    signs: str = "unicode"  # or bmp (no 4-byte signs), or latin (Latin-1)
    default: str | None = None
    like: str = ""
    nulls: float | None = None
    shortest: int = 0  # this and the following are what CHECK constraints leave of the type
    alphabets: tuple[str, ...] = ()
    excluded: tuple[Any, ...] = ()
    element: Column | None = None  # what an array or a range holds


@dataclass(frozen=True)
class Reference:
    """A foreign key: these columns hold a row of that table."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """A CHECK constraint as the database tells it."""

    name: str
    sql: str


@dataclass(frozen=True)
class Table:
    """A table: the columns that get values, and why others do not."""

    name: str
    dialect: str
    columns: tuple[Column, ...]
    primary: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    checks: tuple[Check, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
    counted: str = ""  # the column that the database would number itself
    computed: tuple[tuple[str, str], ...] = ()  # columns that the database computes, and how
    partial: tuple[UniqueKey, ...] = ()  # unique keys of a part of the rows
    mixed: tuple[tuple[str, ...], ...] = ()  # of those, and of *unique*, the keys of one value that is computed from these columns

    def column(self, name: str) -> Column:
        """Find a column.

        Raises:
            KeyError: the table has no such column, or it gets no values.
        """
        return next((each for each in self.columns if each.name == name), None) or self._missing(name)

    def _missing(self, name: str) -> Column:
        raise KeyError(f"{self.name} has no column {name!r} that gets values: {', '.join(each.name for each in self.columns)}")

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Sets of columns that must differ from row to row; the primary key first, a set that holds a smaller one left out."""
        every = dict.fromkeys(key for key in (self.primary, *self.unique) if key)
        return tuple(key for key in every if not any(set(other) < set(key) for other in every))

    def digest(self) -> str:
        """The same for the same table, whatever machine reads it."""
        said = {name: value for name, value in asdict(self).items() if name != "mixed"}  # follows from the rest
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


class UnknownType(ValueError):
    """A column must have a value and its type is not known here."""


def day_of(text: str) -> int:
    """Days since 1970 of an ISO date."""
    return date.fromisoformat(text[:10]).toordinal() - _EPOCH
