"""Tables that databases accept and generators stumble over: small schemas in `hostile_schemas/`, and the rows that they must get."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("hostile_schemas")
_SECTION = re.compile(r"^-- # (.+): (\w\S*=\d+(?:, \S+=\d+)*)\n", re.MULTILINE)
_WORDS = {"sqlite": ('"', "LENGTH"), "postgresql": ('"', "LENGTH"), "mariadb": ("`", "CHAR_LENGTH")}


class Hostile(NamedTuple):
    """A schema for one database: what it is about, its statements, and how many rows each table must get with which profile."""

    database: str
    about: str
    statements: list[str]
    rows: dict[str, int]
    profile: str


def _read(name: str, database: str, profile: str) -> list[Hostile]:
    _, *parts = _SECTION.split((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    return [
        Hostile(database, about, _worded(text, database), {table: int(count) for table, count in re.findall(r"(\S+)=(\d+)", rows)}, profile)
        for about, rows, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def _worded(text: str, database: str) -> list[str]:
    """The statements in the words of one database. SQLite adds no constraint later, and refers to tables that are not there yet."""
    quote, length = _WORDS[database]
    close = "" if database == "sqlite" else "ALTER TABLE a ADD FOREIGN KEY (c_id) REFERENCES c (id)"
    if database == "sqlite":
        text = text.replace("c_id INTEGER);", "c_id INTEGER REFERENCES c (id));")
    text = text.replace("{q}", quote).replace("{length}", length).replace("{close_abc}", close)
    return [statement for statement in text.split(";") if statement.strip()]


# What all databases have in common: with both profiles on SQLite, with one on each server.
HOSTILE = [
    *(
        each
        for name, profile in (("sqlite", "typical"), ("sqlite", "edge"), ("postgresql", "edge"), ("mariadb", "typical"))
        for each in _read("any", name, profile)
    ),
    *(each for name in _WORDS for profile in ("typical", "edge") for each in _read(name, name, profile)),
]
