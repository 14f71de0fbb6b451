"""Terms: what an expression of a CHECK is worth in each row, and how one kind becomes another."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .chance import np


class NotUnderstood(Exception):
    """This module does not know how to evaluate an expression."""


class Term(NamedTuple):
    """A value for each row: numbers, text, truth or moments (microseconds since 1970); *null* where there is none."""

    data: Any
    null: Any
    kind: str  # number, text, truth, moment, any


def truth_of(term: Term) -> Any:
    if term.kind == "text":
        raise NotUnderstood("text as a condition")
    return np.asarray(term.data) != 0


def is_false(term: Term) -> Any:
    return np.logical_and(np.logical_not(term.null), np.logical_not(truth_of(term)))


def is_true(term: Term) -> Any:
    return np.logical_and(np.logical_not(term.null), truth_of(term))


def as_moment(term: Term) -> Term:
    if term.kind == "moment":
        return term
    if isinstance(term.data, str):
        return Term(moment_of(term.data), term.null, "moment")
    raise NotUnderstood("text as a date")


def moment_of(text: str) -> int:
    """Microseconds since 1970 of an ISO date, moment or time of day.

    Raises:
        NotUnderstood: the text is none of them.
    """
    if clock := re.fullmatch(r"(\d\d?):(\d\d)(?::(\d\d))?", text):
        return (int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)) * 1_000_000
    try:
        moment = datetime.fromisoformat(re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", text))
    except ValueError:
        raise NotUnderstood(text) from None
    return (moment.replace(tzinfo=None) - (moment.utcoffset() or timedelta()) - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def as_number(term: Term) -> Term:
    if term.kind != "text":
        return term
    try:
        return Term(float(term.data), term.null, "number")
    except (TypeError, ValueError):
        raise NotUnderstood("text as a number") from None


def each_of(function: Callable[[Any], Any], data: Any) -> Any:
    if isinstance(data, np.ndarray):
        found = np.empty(len(data), dtype=object)
        found[:] = [function(value) if value is not None else value for value in data.tolist()]
        return found
    return function(data)
