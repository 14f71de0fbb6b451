"""What a check is: an object that knows which rows are bad, what to ask and how to read the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, NamedTuple, TypedDict

import sqlalchemy as sa

from data_checks.sql import CheckError, Scope, Sql

STATUS = {"error": "failed", "warning": "warning", "info": "info"}  # of a check that does not hold, by its severity


class Options(TypedDict, total=False):
    """What every check takes."""

    title: str  # what must hold, in the words of the business
    business_rule: str  # the rule of docs/business_rules.md that it proves: "BR-07"
    id: str  # names it in results and in quarantine; unless given, the business rule, or the kind and the columns
    severity: Literal["error", "warning", "info"]  # "error" fails the run; "warning" and "info" are shown
    allow: int | str  # what may break it: so many rows (5), or a share of them ("0.5 %")
    where: str  # SQL: only rows for which it is true are judged, and counted
    params: Mapping[str, Any]  # values for `:names` in SQL


class Finding(NamedTuple):
    """What a check saw: how many rows break it (1: the table as a whole does), and in words what was there."""

    failed: int
    seen: str = ""
    skipped: bool = False  # there was nothing to compare with


class Pass(NamedTuple):
    """One reading of a table from end to end (or of an index that has all that is asked)."""

    table: str
    why: str
    only_if: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that must hold of a table. Made by the functions of `validation_helpers`.

    *bad* is true for a row that breaks it; a check of the table as a whole has none. *measures* are the expressions it puts into the
    one SELECT (unless given: how many rows are bad), and *judge* reads their values. *passes* are those beside the one pass.
    """

    id: str
    title: str
    kind: str
    columns: tuple[str, ...] = ()
    severity: str = "error"
    allow: int | str = 0
    where: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    business_rule: str = ""
    bad: Callable[[Check, Scope], Sql] | None = None
    measures: Callable[[Check, Scope], Sequence[Sql]] | None = None
    judge: Callable[[Check, Scope, Sequence[Any]], Finding] | None = None
    passes: Callable[[Check, Scope], Sequence[Pass]] | None = None

    def __post_init__(self) -> None:
        if self.severity not in STATUS:
            raise ValueError(f'{self.id}: severity "{self.severity}" is not known; write one of {", ".join(STATUS)}')
        if ";" in self.id:
            raise ValueError(f'"{self.id}": an id cannot hold ";", which stands between the reasons of a row in quarantine')
        if self.allow and not self.bad:
            raise ValueError(f"{self.id} is about the table as a whole: there are no rows to allow, leave allow= out")
        allowed_rows(self.allow, 0)

    def within(self, scope: Scope, condition: Sql) -> Sql:
        """*condition*, only for the rows that the check is about."""
        return sa.and_(scope.condition(self.where, self.params), condition) if self.where else condition

    def bad_rows(self, scope: Scope) -> Sql:
        """What is true for each row that breaks it."""
        if self.bad is None:
            raise CheckError(f"{self.id} is about {scope.name} as a whole: no row of it is bad by itself")
        return self.within(scope, self.bad(self, scope))

    def expressions(self, scope: Scope) -> list[Sql]:
        """What it asks in the one SELECT; the number of rows it is about comes last when that is not all of them."""
        found = list(self.measures(self, scope)) if self.measures else [scope.count_if(self.bad_rows(scope))]
        return [*found, scope.count_if(scope.condition(self.where, self.params))] if self.where else found


def make_check(kind: str, columns: Sequence[str], title: str, options: Mapping[str, Any], **parts: Any) -> Check:
    """A check with the options of its caller."""
    name = f"{kind}({', '.join(columns)})".replace(";", ",") if columns else kind
    named = {"id": options.get("business_rule") or name, "title": title, **options}
    return Check(kind=kind, columns=tuple(columns), **named, **parts)


def make_row_check(kind: str, columns: Sequence[str], title: str, options: Mapping[str, Any], bad: Callable[[Scope], Sql]) -> Check:
    """A check that judges each row by itself: *bad* is true for one that breaks it."""
    return make_check(kind, columns, title, options, bad=lambda _check, scope: bad(scope))


def bounds(low: Any, high: Any) -> str:
    """Two bounds in words."""
    shown = [f"{words} {value}" for words, value in (("at least", low), ("at most", high)) if value is not None]
    if not shown:
        raise ValueError("give a lower bound, an upper one or both")
    return f"exactly {low}" if low == high else " and ".join(shown)


def listed(names: Sequence[str]) -> str:
    """Names in words: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def allowed_rows(allow: int | str, total: int) -> int:
    """How many of *total* rows may break a check that allows 5 (rows) or "0.5 %".

    Raises:
        ValueError: it is neither.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", allow) if isinstance(allow, str) else None
    if found:
        return int(Fraction(found.group(1)) * total / 100)
    if isinstance(allow, int) and allow >= 0:
        return int(allow)
    raise ValueError(f'allow={allow!r} is not known; write a number of rows (5) or a share of them ("0.5 %")')
