"""Watch the SQL of this process: the statements, the rows they give, where they come from, how often they are repeated."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event

from workflow_testing.stopwatch import now

PASSED_OVER = re.compile(  # when a person asks which line of code ran a statement
    r"[/\\](utils[/\\]db_\w+\.py$|dev[/\\]shared[/\\]|(site|dist)-packages[/\\]|lib[/\\]python3[^/\\]*[/\\]|Lib[/\\])|^<"
)
REPEATED = 10

_TEXTS = re.compile(r"'(?:[^']|'')*'")
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_STAGE = re.compile(r"\bworkflow_stage_\w+")  # what the helper's upsert puts its rows into, and drops
_NUMBERS = re.compile(r"(?<![\w.])\d+(?:\.\d+)?\b")
_MARKS = re.compile(r"\((?:\s*(?:\?|%s|%\(\w+\)s|:\w+|\$\d+)(?:::\w+)?\s*,?)+\)")
_PARENTHESES = re.compile(r"\([^()]*\)")
_CONTROL = re.compile(r"^\s*(BEGIN|COMMIT|ROLLBACK|SAVE(POINT|\s+TRAN)|RELEASE|START\s+TRAN|SET|PRAGMA)\b", re.IGNORECASE)
_WRITE = re.compile(
    r"^\s*(?:WITH\b.*?\b)?(INSERT|UPDATE|DELETE|MERGE|REPLACE|CREATE|ALTER|DROP|TRUNCATE|RENAME|COPY|CALL|EXEC(?:UTE)?)\b",
    re.IGNORECASE | re.DOTALL,
)
FORBIDDEN = {
    "DELETE without WHERE": re.compile(r"^(?:WITH\b.*)?\bDELETE\b(?!.*\b(?:WHERE|JOIN|USING)\b)", re.IGNORECASE | re.DOTALL),
    "UPDATE without WHERE": re.compile(r"^(?:WITH\b.*)?\bUPDATE\b(?!.*\b(?:WHERE|JOIN)\b)", re.IGNORECASE | re.DOTALL),
    "TRUNCATE": re.compile(r"^TRUNCATE\b", re.IGNORECASE),
    "DROP": re.compile(r"^DROP\b", re.IGNORECASE),
}


@dataclass
class Statement:
    """One call of the database: its SQL, where it comes from, *rows* fetched, *changed* rows (-1: unknown), how long the
    database took, fetching included."""

    sql: str
    place: str
    many: bool
    rows: int = 0
    changed: int = -1
    seconds: float = 0.0

    def __repr__(self) -> str:
        return f"{shortened(self.sql)} at {self.place}"


@dataclass(frozen=True)
class Repeated:
    """The same statement, from the same line, *times* over."""

    times: int
    sql: str
    place: str

    def __repr__(self) -> str:
        return f"{self.times} times {shortened(self.sql)} at {self.place}"


@dataclass(frozen=True)
class Forbidden:
    """A statement that breaks a *rule* of `FORBIDDEN`."""

    rule: str
    sql: str
    place: str

    def __repr__(self) -> str:
        return f"{self.rule}: {shortened(self.sql)} at {self.place}"


class SqlSpy:
    """Every statement that the process executed through SQLAlchemy while it was watched, in order.

    Statements of other processes and of a bare driver are not seen.
    """

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __len__(self) -> int:
        return len(self.statements)

    def clear(self) -> None:
        """Forget what was seen so far."""
        self.statements.clear()

    @property
    def rows(self) -> int:
        """How many rows were fetched from the database."""
        return sum(statement.rows for statement in self.statements)

    @property
    def repeated(self) -> list[Repeated]:
        """The statements that one line of code executed ten times or more: a query for each row (N+1) where one would do."""
        return self.repeated_at_least(REPEATED)

    def repeated_at_least(self, times: int) -> list[Repeated]:
        """The statements that one line of code executed so often; a statement with many rows of parameters counts once."""
        seen = Counter((fingerprint(each.sql), each.place) for each in self.statements)
        return [Repeated(number, sql, place) for (sql, place), number in seen.most_common() if number >= times]

    @property
    def forbidden(self) -> list[Forbidden]:
        """DELETE and UPDATE without WHERE, TRUNCATE, DROP."""
        judged = [each for each in self.statements if not _STAGE.search(each.sql)]
        return [Forbidden(rule, each.sql, each.place) for each in judged for rule in broken_rules(each.sql)]

    def matching(self, text: str) -> list[Statement]:
        """The statements in which *text* stands, such as the name of a table; capitals do not count."""
        return [each for each in self.statements if text.lower() in each.sql.lower()]

    @contextmanager
    def watching(self) -> Iterator[SqlSpy]:
        """Watch until the end of the block."""
        watched = (("before_cursor_execute", self._before), ("after_cursor_execute", self._after))
        for name, listener in watched:
            event.listen(Engine, name, listener)
        try:
            yield self
        finally:
            for name, listener in watched:
                event.remove(Engine, name, listener)

    def _before(self, _c: Connection, _cursor: Any, sql: str, _parameters: Any, context: Any, many: bool) -> None:
        if _CONTROL.match(sql):
            return
        statement = Statement(sql, place_of_caller(), many)
        self.statements.append(statement)
        context.seen_by_spy = (statement, now())

    def _after(self, _c: Connection, cursor: Any, _sql: str, _parameters: Any, context: Any, _many: bool) -> None:
        if not hasattr(context, "seen_by_spy"):
            return
        statement, began = context.seen_by_spy
        statement.seconds = now() - began
        if cursor.description:
            context.cursor = _Counting(cursor, statement)
        else:
            statement.changed = cursor.rowcount


class _Counting:
    """A cursor that counts the rows which are fetched from it, and the time that this takes."""

    def __init__(self, cursor: Any, statement: Statement) -> None:
        self._cursor, self._statement = cursor, statement

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def fetchone(self) -> Any:
        row = self._timed(self._cursor.fetchone)
        self._statement.rows += row is not None
        return row

    def fetchmany(self, *size: int) -> Any:
        return self._counted(self._timed(self._cursor.fetchmany, *size))

    def fetchall(self) -> Any:
        return self._counted(self._timed(self._cursor.fetchall))

    def _timed(self, fetch: Callable[..., Any], *words: int) -> Any:
        began = now()
        try:
            return fetch(*words)
        finally:
            self._statement.seconds += now() - began

    def _counted(self, rows: Any) -> Any:
        self._statement.rows += len(rows)
        return rows


def place_of_caller() -> str:
    """`file:line` of the nearest code that belongs neither to a library nor to the framework."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not PASSED_OVER.search(file):
            return f"{shown_path(file)}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"


def shown_path(file: str) -> str:
    """The path from the current folder, as a person types it."""
    path = Path(file)
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else file


def fingerprint(sql: str) -> str:
    """The statement without what differs from call to call: values, lists of parameters, blanks, comments."""
    plain = _NUMBERS.sub("?", _TEXTS.sub("?", _COMMENTS.sub(" ", _STAGE.sub("workflow_stage", sql))))
    return " ".join(_MARKS.sub("(?)", plain).split())


def broken_rules(sql: str) -> list[str]:
    """The rules of `FORBIDDEN` that a statement breaks, whatever stands in its texts, comments and subqueries."""
    plain = _TEXTS.sub("''", _COMMENTS.sub(" ", sql))
    while (inner := _PARENTHESES.sub(" ", plain)) != plain:
        plain = inner
    return [rule for rule, breaks in FORBIDDEN.items() for each in plain.split(";") if breaks.search(each.strip())]


def writes(sql: str) -> bool:
    """Whether a statement changes rows or tables, or may do so (a procedure)."""
    return _WRITE.match(_COMMENTS.sub(" ", sql)) is not None


def shortened(sql: str, width: int = 100) -> str:
    """The statement on one line."""
    line = " ".join(sql.split())
    return line if len(line) <= width else line[: width - 4] + " ..."
