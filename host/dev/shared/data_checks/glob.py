"""A value that is compared by GLOB (SQLite) or LIKE (SQL Server): the patterns for which that is exact."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any, NamedTuple

import sqlalchemy as sa

from data_checks.regex import EVERY, NUL, Chars, Choice, NotExact, Ranges, Repeat, Row, normal, without
from data_checks.sql import Scope, Sql

MOST_SEQUENCES = 64
MOST_CHARACTERS = 400
MOST_SPLITS = 3
LONGEST_TEXT = 1_073_741_823  # of SQL Server, in characters
WIDE: Ranges = ((0x10000, 0x10FFFF),)  # SQL Server counts each of these as two characters


class Run(NamedTuple):
    """*low* to *high* (None: without end) characters of one set."""

    ranges: Ranges
    low: int
    high: int | None


class Form:
    """A value that is compared by GLOB (SQLite) or by LIKE under a binary collation (SQL Server)."""

    def __init__(self, scope: Scope, value: Sql) -> None:
        self.dialect, self.length, self.value = scope.dialect, scope.length, value

    def matches(self, tree: Any) -> Sql:
        """What is true when the whole value matches.

        Raises:
            NotExact: this pattern cannot be said in these words.
        """
        sequences = [_merged(each) for each in sequences_of(tree, MOST_SEQUENCES)]
        return sa.or_(*(self.one(self.value, each, MOST_SEQUENCES // len(sequences)) for each in sequences))

    def unseen(self, tree: Any) -> Sql | None:
        """What is true for values that the comparison misreads: GLOB ends at NUL, LIKE counts a wide character twice."""
        if self.dialect == "sqlite":
            return sa.func.instr(self.value, sa.func.char(0)) > 0
        wide = any(high >= WIDE[0][0] for ranges in _sets(tree) for _, high in ranges)
        low, high = sa.func.nchar(0xD800), sa.func.nchar(0xDFFF)
        return self.value.op("LIKE", is_comparison=True)(_joined("%[", low, "-", high, "]%")) if wide else None

    def one(self, value: Sql, runs: list[Run], room: int, splits: int = MOST_SPLITS) -> Sql:
        """What is true when *value* is made of these runs of characters, one after the other. Each rule is exact:

        - all runs of a fixed length: one comparison says it;
        - one run of a varying length: what is before and behind it is compared, the rest by its characters and its length;
        - several without end, all of one set: `_of_one_set`;
        - a character that cannot stand in the runs before it: the value is split where it first stands; or in the runs behind it:
          where it last stands;
        - few lengths of one run: each of them.
        """
        loose = [each for each in runs if each.low != each.high]
        if not loose:
            return self.like(value, _tokens(runs))
        if len(loose) == 1:
            return self._of_one_loose(value, runs, runs.index(loose[0]))
        if len({each.ranges for each in loose}) == 1 and all(each.high is None for each in loose) and _apart(runs, loose[0].ranges):
            return self._of_one_set(value, runs, loose[0].ranges)
        if (at := _first_separator(runs)) is not None and splits:
            return self._split(value, runs, at, self.position(value, runs[at].ranges[0][0]), room, splits - 1)
        if (at := _last_separator(runs)) is not None and splits and self.dialect == "mssql":
            return self._split(value, runs, at, self.last_position(value, runs[at].ranges[0][0]), room, splits - 1)
        shortest = min(loose, key=lambda run: MOST_CHARACTERS if run.high is None else run.high - run.low)
        return self._each_length(value, runs, shortest, room, splits)

    def _of_one_loose(self, value: Sql, runs: list[Run], at: int) -> Sql:
        before, run, behind = runs[:at], runs[at], runs[at + 1 :]
        fixed = sum(each.low for each in before + behind)
        found = [self.like(value, [*_tokens(before), *[EVERY] * run.low, None, *_tokens(behind)])]
        if run.high is not None:
            found.append(self.length(value) <= fixed + run.high)
        if run.ranges != EVERY:
            of_the_set = all(not without(each.ranges, run.ranges) for each in before + behind)
            start = sum(each.low for each in before) + 1
            middle = value if of_the_set else self.part(value, start, self.length(value) - fixed)
            found.append(self.only(middle, run.ranges))
        return sa.and_(*found)

    def _of_one_set(self, value: Sql, runs: list[Run], ranges: Ranges) -> Sql:
        """Runs without end of one set, between characters of the set or of others that are not in it (separators).

        As many separators as the pattern has must be there and no more: then none is left for the runs without end.
        """
        separators = [each for each in runs if without(each.ranges, ranges)]
        tokens = [token for run in runs for token in (*_tokens([Run(run.ranges, run.low, run.low)]), *([None] if run.high is None else []))]
        found = [self.like(value, [EVERY if token == ranges else token for token in tokens])]
        others = normal([each for run in separators for each in run.ranges])
        if without(without(EVERY, ranges), others):
            found.append(self.only(value, normal([*ranges, *others])))
        if separators:
            too_many = [None, *(token for _ in range(sum(each.low for each in separators) + 1) for token in (others, None))]
            found.append(sa.not_(self.like(value, too_many)))
        return sa.and_(*found)

    def _split(self, value: Sql, runs: list[Run], at: int, where: Sql, room: int, splits: int) -> Sql:
        left = self.one(self.part(value, 1, where - 1), runs[:at], room, splits)
        right = self.one(self.part(value, where + 1), runs[at + 1 :], room, splits)
        return sa.and_(where > 0, left, right)

    def _each_length(self, value: Sql, runs: list[Run], run: Run, room: int, splits: int) -> Sql:
        if run.high is None or run.high - run.low >= room:
            raise NotExact("runs of different sets without end, and nothing that separates them")
        at, lengths = runs.index(run), range(run.low, run.high + 1)
        fixed = [_merged([*runs[:at], Run(run.ranges, length, length), *runs[at + 1 :]]) for length in lengths]
        return sa.or_(*(self.one(value, each, room // len(lengths), splits) for each in fixed))

    def like(self, value: Sql, tokens: list[Ranges | None]) -> Sql:
        """What is true when *value* is made of one character for each token; None stands for any number of any."""
        if len(tokens) > MOST_CHARACTERS:
            raise NotExact("too long")
        text = "".join(("*" if self.dialect == "sqlite" else "%") if each is None else self._token(each) for each in tokens)
        return value.op("GLOB" if self.dialect == "sqlite" else "LIKE", is_comparison=True)(sa.literal(text, sa.Unicode()))

    def only(self, value: Sql, ranges: Ranges) -> Sql:
        return sa.not_(self.like(value, [None, without(EVERY, ranges), None]))

    def part(self, value: Sql, start: Any, length: Sql | None = None) -> Sql:
        if self.dialect == "sqlite":
            return sa.func.substr(value, start, *([] if length is None else [length]), type_=sa.Unicode())
        # SUBSTRING fails on a length below 0, and SQL Server does not say in which order it looks at conditions
        size = LONGEST_TEXT if length is None else sa.case((length > 0, length), else_=0)
        return sa.func.substring(value, start, size, type_=sa.Unicode())

    def position(self, value: Sql, code: int) -> Sql:
        character = sa.literal(chr(code), sa.Unicode())
        if self.dialect == "sqlite":
            return sa.func.instr(value, character, type_=sa.Integer())
        return sa.func.charindex(character, value, type_=sa.Integer())

    def last_position(self, value: Sql, code: int) -> Sql:
        turned = self.position(sa.func.reverse(value, type_=sa.Unicode()), code)
        return sa.case((turned > 0, self.length(value) + 1 - turned), else_=0)

    def _token(self, ranges: Ranges) -> str:
        """One character of a set, in the words of GLOB or LIKE."""
        if ranges == EVERY:
            return "?" if self.dialect == "sqlite" else "_"
        negated = len(ranges) > 1 and ranges[-1] == EVERY[-1]
        parts = without(EVERY, ranges) if negated else ranges
        if self.dialect == "sqlite":
            parts = without(parts, NUL)  # a value with NUL is not relied on
        elif not parts or parts[0][0] == 0 or parts[-1][1] >= WIDE[0][0]:
            raise NotExact("LIKE has no word for NUL or for characters of two halves")
        if not parts:
            raise NotExact("a set without members")
        if not negated and len(parts) == 1 and parts[0][0] == parts[0][1]:
            character = chr(parts[0][0])
            return f"[{character}]" if character in "*?[%_" else character
        return f"[{'^' if negated else ''}{self._members(parts)}]"

    def _members(self, parts: Ranges) -> str:
        """The inside of a set: `]` and `-` are themselves where they come first, `^` where it comes last."""
        ends = {chr(code) for part in parts for code in part}
        if self.dialect == "mssql" and ends & set("[]"):
            raise NotExact("LIKE has no certain word for a bracket among others")
        rest = without(parts, tuple((ord(each),) * 2 for each in "]-^" if each in ends))  # type: ignore[misc]
        shown = "".join(chr(low) if low == high else f"{chr(low)}-{chr(high)}" for low, high in rest)
        return "".join(each for each in "]-" if each in ends) + shown + ("^" if "^" in ends else "")


def _joined(*parts: Any) -> Sql:
    joined = sa.literal(parts[0], sa.Unicode())
    for part in parts[1:]:
        joined = joined.op("+")(part if isinstance(part, sa.ColumnElement) else sa.literal(part, sa.Unicode()))
    return joined


def _sets(tree: Any) -> Iterator[Ranges]:
    match tree:
        case Chars(ranges):
            yield ranges
        case Row(items) | Choice(items):
            for each in items:
                yield from _sets(each)
        case Repeat(item):
            yield from _sets(item)


def sequences_of(tree: Any, most: int) -> list[list[Run]]:
    """All ways through a pattern as plain sequences of runs."""
    match tree:
        case Chars(ranges):
            return [[Run(ranges, 1, 1)]]
        case Row(items):
            found = [sum(each, []) for each in product(*_few([sequences_of(item, most) for item in items], most))]
        case Choice(items):
            found = [each for item in items for each in sequences_of(item, most)]
        case Repeat(item, low, high):
            found = _repeated(sequences_of(item, most), low, high, most)
    if len(found) > most:
        raise NotExact("too many ways through the pattern")
    return found


def _few(choices: list[list[list[Run]]], most: int) -> list[list[list[Run]]]:
    if prod(map(len, choices)) > most:
        raise NotExact("too many ways through the pattern")
    return choices


def _repeated(ways: list[list[Run]], low: int, high: int | None, most: int) -> list[list[Run]]:
    if len(ways) == 1 and len(ways[0]) == 1 and ways[0][0].low == ways[0][0].high == 1:
        return [[Run(ways[0][0].ranges, low, high)]]
    if high is None or high * max(map(len, ways)) > MOST_CHARACTERS:
        raise NotExact("a group without end")
    return [sum(each, []) for times in range(low, high + 1) for each in product(*_few([ways] * times, most))]


def _merged(runs: list[Run]) -> list[Run]:
    """Join neighbours of one set."""
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].ranges == run.ranges:
            last = merged.pop()
            high = None if last.high is None or run.high is None else last.high + run.high
            run = Run(run.ranges, last.low + run.low, high)
        if run.high != 0:
            merged.append(run)
    return merged


def _tokens(runs: list[Run]) -> list[Ranges | None]:
    return [run.ranges for run in runs for _ in range(run.low)]


def _apart(runs: list[Run], ranges: Ranges) -> bool:
    """Whether each run lies within the set or has nothing of it."""
    return all(not without(run.ranges, ranges) or without(run.ranges, ranges) == run.ranges for run in runs)


def _last_separator(runs: list[Run]) -> int | None:
    """The last run that is one certain character which none of the runs behind it can hold."""
    at = _first_separator(runs[::-1])
    return None if at is None else len(runs) - 1 - at


def _first_separator(runs: list[Run]) -> int | None:
    """The first run that is one certain character which none of the runs before it can hold."""
    for at, run in enumerate(runs):
        alone = run.low == run.high == 1 and len(run.ranges) == 1 and run.ranges[0][0] == run.ranges[0][1]
        if at and alone and all(without(run.ranges, each.ranges) for each in runs[:at]):
            return at
    return None
