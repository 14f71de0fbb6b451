"""Read a spec: a TOML file or a dict that describes tables which are not there yet, or says more about those that are.

[products]                      # a new table: every column has a type
key = "id"                      # one column or a list; also: unique = ["sku", ["name", "size"]], checks = ["price > cost"]
rows = 500                      # unless asked otherwise

[products.columns]
id = "INTEGER"
sku = { type = "VARCHAR(12)", nullable = false }
brand_id = { type = "INTEGER", references = "brands.id" }

[orders]                        # a table of the database: only what its schema does not tell
checks = ["paid_at >= ordered_at"]

[orders.columns]
channel = { values = ["web", "shop"], weights = [3, 1] }
discount = { min = 0, max = 25, nulls = 0.7 }
contact = { like = "email" }    # treated as if it were called so
customer_id = { references = "customers.id" }
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from .figures import FIGURES
from .roles import ROLES
from .shapes import ORDERED, Check, Column, Reference, Table
from .values import units_of

_TABLE_KEYS = ("columns", "rows", "key", "unique", "checks")
_SAYS = ("values", "weights", "min", "max", "nulls", "like")
_COLUMN_KEYS = ("type", "nullable", "references", "default", *_SAYS)
_TYPES: dict[str, Any] = {"STRING": sa.String, "BYTEA": sa.LargeBinary}


class SpecError(ValueError):
    """The spec says something that cannot be understood; the message names the table and the column."""


@dataclass
class Spec:
    """What a spec says: new tables, numbers of rows, and more about columns."""

    metadata: sa.MetaData = field(default_factory=sa.MetaData)
    rows: dict[str, int] = field(default_factory=dict)
    said: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    about: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    text: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, tables: Mapping[str, Table]) -> dict[str, Table]:
        """The tables with what the spec says about their columns.

        Raises:
            SpecError: a column is not there, or a value is none of its type.
        """
        return {name: self._apply(table) for name, table in tables.items()}

    def _apply(self, table: Table) -> Table:
        said, about = self.said.get(table.name, {}), self.about.get(table.name, {})
        for name in said:
            _known(name, [column.name for column in table.columns], f"{table.name}: column")
        unique = (*table.unique, *(tuple(_names(each)) for each in about.get("unique", ())))
        return replace(
            table,
            columns=tuple(_told(column, said.get(column.name, {}), table.name) for column in table.columns),
            primary=tuple(_names(about.get("key", ()))) or table.primary,
            unique=tuple(sorted(set(unique))),
            checks=(*table.checks, *(Check("", each) for each in about.get("checks", ()))),
            references=(*table.references, *(_reference(name, each["references"]) for name, each in said.items() if "references" in each)),
        )

    @property
    def referred(self) -> list[str]:
        """The tables that columns of the database's own tables refer to, by this spec."""
        found = (each["references"] for columns in self.said.values() for each in columns.values() if "references" in each)
        return list(dict.fromkeys(text.rpartition(".")[0] for text in found))


def read_spec(source: Path | Mapping[str, Any] | None) -> Spec:
    """Read a spec.

    Raises:
        SpecError: it is not TOML, or says something unknown.
    """
    spec = Spec()
    for name, said in _content(source).items():
        if not isinstance(said, Mapping):
            raise SpecError(f"[{name}] must be a table with columns, not {said!r}")
        for key in said:
            _known(key, _TABLE_KEYS, f"[{name}]")
        columns = {column: {"type": each} if isinstance(each, str) else each for column, each in said.get("columns", {}).items()}
        for column, each in columns.items():
            for key in each:
                _known(key, _COLUMN_KEYS, f"[{name}.columns] {column}")
        if any("type" in each for each in columns.values()):
            _declare(spec.metadata, name, said, columns)
            columns = {column: {key: each[key] for key in _SAYS if key in each} for column, each in columns.items()}
        else:
            spec.about[name] = said
        spec.said[name] = columns
        if "rows" in said:
            spec.rows[name] = int(said["rows"])
    spec.text = _content(source)
    return spec


def _content(source: Path | Mapping[str, Any] | None) -> Mapping[str, Any]:
    if not isinstance(source, Path):
        return source or {}
    try:
        return tomllib.loads(source.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{source}: {error}") from None


def _known(word: str, words: Iterable[str], where: str) -> None:
    if word not in words:
        guess = difflib.get_close_matches(word, list(words), n=1)
        raise SpecError(f"{where} {word!r} is not known: " + (f"did you mean {guess[0]!r}?" if guess else f"it may be {', '.join(words)}"))


def _declare(metadata: sa.MetaData, name: str, said: Mapping[str, Any], columns: Mapping[str, Mapping[str, Any]]) -> None:
    schema, _, plain = name.rpartition(".")
    key = _names(said.get("key", ()))
    parts: list[Any] = [_declared(name, column, each, column in key) for column, each in columns.items()]
    parts += [sa.UniqueConstraint(*_names(each)) for each in said.get("unique", ())]
    parts += [sa.CheckConstraint(sa.text(each)) for each in said.get("checks", ())]
    sa.Table(plain, metadata, *parts, schema=schema or None)


def _names(given: str | Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _declared(table: str, name: str, said: Mapping[str, Any], key: bool) -> sa.Column[Any]:
    if "type" not in said:
        raise SpecError(f"[{table}.columns] {name} has no type, and other columns of this new table have one")
    refers = [sa.ForeignKey(said["references"])] if "references" in said else []
    kind = type_of(said["type"], f"[{table}.columns] {name}")
    default = str(said["default"]) if "default" in said else None
    return sa.Column(name, kind, *refers, primary_key=key, nullable=said.get("nullable", not key), server_default=default)


def type_of(text: str, where: str) -> sa.types.TypeEngine[Any]:
    """A SQLAlchemy type from its name as SQL writes it: `NUMERIC(10, 2)`, `TIMESTAMP WITH TIME ZONE`.

    Raises:
        SpecError: there is no such type.
    """
    found = re.fullmatch(r"\s*([A-Za-z]\w*)\s*(?:\(([\d\s,]+)\))?\s*((?:WITH|WITHOUT) TIME ZONE)?\s*", text, re.IGNORECASE)
    kind = found and (_TYPES.get(found[1].upper()) or getattr(sa, found[1].upper(), None))
    if not (found and isinstance(kind, type) and issubclass(kind, sa.types.TypeEngine)):
        raise SpecError(f"{where}: {text!r} is no type that is known here, such as INTEGER, NUMERIC(10, 2), VARCHAR(40), DATE, TIMESTAMP")
    numbers = [int(number) for number in (found[2] or "").split(",") if number.strip()]
    if found[3] and found[3].upper().startswith("WITH "):
        return kind(timezone=True)
    return kind(*numbers)


def _reference(column: str, text: str) -> Reference:
    table, _, target = text.rpartition(".")
    return Reference((column,), table, (target,))


def _told(column: Column, said: Mapping[str, Any], table: str) -> Column:
    where = f"{table}.{column.name}"
    if said.get("like", "") not in ("", *ROLES, *FIGURES):
        _known(said["like"], sorted(ROLES), f"{where}: like")
    changes: dict[str, Any] = {name: said[key] for name, key in (("like", "like"), ("nulls", "nulls")) if key in said}
    if "values" in said:
        changes |= {"values": tuple(said["values"]), "weights": tuple(map(float, said.get("weights", ())))}
        if changes["weights"] and len(changes["weights"]) != len(changes["values"]):
            raise SpecError(f"{where}: {len(changes['values'])} values and {len(changes['weights'])} weights")
    if column.kind in ORDERED:
        changes |= {name: _units(said[key], column, where) for name, key in (("low", "min"), ("high", "max")) if key in said}
    elif "min" in said or "max" in said:
        raise SpecError(f"{where}: {column.sql} has no smallest and largest value")
    return replace(column, **changes)


def _units(value: Any, column: Column, where: str) -> int:
    try:
        return units_of(value, column)
    except (ValueError, ArithmeticError):
        raise SpecError(f"{where}: {value!r} is no value of {column.sql}") from None
