"""Compare the form of a table with the one that was agreed on: what breaks those who use it, and what only adds to it.

The file is JSON with one line for each column, in words that are the same for every database:

    "customer": "text(80) not null",
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.dialects import mssql
from sqlalchemy.types import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Time,
    TypeEngine,
    Uuid,
)

from workflow_testing.tables import split_name, unique_columns

PLAIN = {
    Boolean: "boolean",
    BigInteger: "bigint",
    SmallInteger: "smallint",
    Integer: "integer",
    Float: "float",
    DateTime: "timestamp",
    Date: "date",
    Time: "time",
    LargeBinary: "bytes",
    Uuid: "uuid",
    JSON: "json",
}
WIDENING = ("smallint", "integer", "bigint")

Form = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference between a table and its contract; *breaking* changes hurt those who use the table as it was agreed."""

    breaking: bool
    what: str

    def __str__(self) -> str:
        return f"{'breaking' if self.breaking else 'additive'}  {self.what}"


def describe(connection: Connection, name: str) -> Form:
    """The form of a table: its columns in order, its primary key, what is unique in it, and what it refers to."""
    inspector = inspect(connection)
    schema, plain = split_name(name, connection.dialect.name)
    columns = inspector.get_columns(plain, schema=schema)
    key = inspector.get_pk_constraint(plain, schema=schema)["constrained_columns"]
    unique = {tuple(sorted(each)) for each in unique_columns(connection, plain, schema)}
    indexes = inspector.get_indexes(plain, schema=schema)
    unique |= {tuple(sorted(map(str, each["column_names"]))) for each in indexes if each["unique"]}
    return {
        "columns": {each["name"]: _column(each, key) for each in columns},
        "primary_key": key,
        "unique": sorted(map(list, unique)),
        "foreign_keys": sorted(_reference(each) for each in inspector.get_foreign_keys(plain, schema=schema)),
    }


def compare_forms(agreed: Form, found: Form) -> list[Change]:
    """What is different in *found*, breaking changes first."""
    changes = [*_columns(agreed["columns"], found["columns"])]
    if agreed["primary_key"] != found["primary_key"]:
        changes.append(Change(True, f"primary key: {_names(agreed['primary_key'])} -> {_names(found['primary_key'])}"))
    for word, key in (("unique", "unique"), ("foreign key", "foreign_keys")):
        gone, new = [each for each in agreed[key] if each not in found[key]], [each for each in found[key] if each not in agreed[key]]
        changes += [Change(True, f"{word} {_names(each)} is gone: readers may meet what it kept out") for each in gone]
        changes += [Change(True, f"{word} {_names(each)} is new: writers may be refused") for each in new]
    return sorted(changes, key=lambda change: not change.breaking)


def read_form(file: Path) -> Form:
    """Read a contract."""
    form: Form = json.loads(file.read_text(encoding="utf-8"))
    return form


def write_form(form: Form, file: Path) -> None:
    """Write a contract with a line for each column and each key."""
    lines = []
    for key, value in form.items():
        inner = [f"    {json.dumps(name)}: {json.dumps(kind)}" for name, kind in value.items()] if isinstance(value, dict) else None
        lines.append(f"  {json.dumps(key)}: " + ("{\n" + ",\n".join(inner) + "\n  }" if inner else json.dumps(value, ensure_ascii=False)))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")


def type_name(kind: TypeEngine[Any]) -> str:
    """A type in a word that is the same for every database; a length or a precision is kept."""
    if isinstance(kind, Numeric) and not isinstance(kind, Float):
        return f"decimal({kind.precision},{kind.scale or 0})" if kind.precision else "decimal"
    if isinstance(kind, String):
        return f"text({kind.length})" if kind.length else "text"
    if getattr(kind, "display_width", None) == 1 or isinstance(kind, mssql.BIT):  # how MariaDB and SQL Server keep a boolean
        return "boolean"
    return next((word for python, word in PLAIN.items() if isinstance(kind, python)), str(kind).lower().replace(" ", "_"))


def _column(found: Any, key: list[str]) -> str:
    filled = found.get("default") is not None and found["name"] not in key
    return type_name(found["type"]) + ("" if found["nullable"] else " not null") + (" default" if filled else "")


def _columns(agreed: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Change]:
    for name, was in agreed.items():
        if name not in found:
            yield Change(True, f"{name} is gone (it was {was})")
        elif found[name] != was:
            yield from _changed_column(name, was, found[name])
    for name in found:
        if name not in agreed:
            required = _required(found[name])
            yield Change(required, f"{name} is new ({found[name]})" + (": writers that do not know it are refused" if required else ""))


def _changed_column(name: str, was: str, now: str) -> Iterator[Change]:
    old, new = was.split()[0], now.split()[0]
    if old != new:
        yield Change(not _wider(old, new), f"{name}: {old} -> {new}")
    if "not null" in was and "not null" not in now:
        yield Change(True, f"{name} may be NULL now: readers may meet it")
    elif _required(now) and not _required(was):
        yield Change(True, f"{name} must be given now: writers that leave it out are refused")
    elif was.split()[1:] != now.split()[1:]:
        yield Change(False, f"{name}: {was} -> {now}")


def _required(form: str) -> bool:
    return "not null" in form and not form.endswith("default")


def _wider(old: str, new: str) -> bool:
    """Whether every value of the type *old* is one of the type *new*."""
    if old in WIDENING and new in WIDENING:
        return WIDENING.index(old) < WIDENING.index(new)
    (kind, room), (new_kind, new_room) = _room(old), _room(new)
    return kind == new_kind and all(one <= other for one, other in zip(room, new_room, strict=True))


def _room(kind: str) -> tuple[str, tuple[float, float]]:
    """The room of a type: characters, or digits before and behind the point; without a limit it is endless."""
    word, _, limits = kind.rstrip(")").partition("(")
    if not limits:
        return word, (float("inf"), float("inf"))
    first, _, second = limits.partition(",")
    behind = int(second or 0)
    return word, (int(first) - behind, behind)


def _names(names: Any) -> str:
    return names if isinstance(names, str) else ", ".join(names) or "none"


def _reference(key: Any) -> str:
    schema = f"{key['referred_schema']}." if key.get("referred_schema") else ""
    return f"{', '.join(key['constrained_columns'])} -> {schema}{key['referred_table']}({', '.join(key['referred_columns'])})"
