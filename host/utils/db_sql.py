"""What the text of a statement says: its parameters, what it does, and to which tables. Read once, then remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.engine import Dialect

# What is no SQL inside of a statement, by database: texts and comments, and names in quotes. One that does not end goes to the end.
_TEXT = {
    "mysql": r"'(?:[^'\\]|\\.|'')*+'?|\"(?:[^\"\\]|\\.|\"\")*+\"?|\#[^\n]*",
    "postgresql": r"\b[eE]'(?:[^'\\]|\\.|'')*+'?|'[^']*'?|(?<![\w$])\$(?P<tag>\w*)\$(?:.*?\$(?P=tag)\$|.*)",
}
_QUOTED = {
    "mysql": "`[^`]*`?",
    "postgresql": '"[^"]*"?',
    "mssql": r'"[^"]*"?|\[(?:[^\]]|\]\])*+\]?',
    "sqlite": r'"[^"]*"?|\[[^\]]*\]?|`[^`]*`?',
}
_REMEMBERED = 10_000  # characters of a statement that is worth remembering
_WORD = re.compile(r'(?:[\w$#@.]|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?)+|[(),;]')

_READS = {"SELECT", "VALUES", "TABLE", "SHOW", "DESCRIBE"}
CHANGES = {"INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "CREATE", "ALTER", "DROP", "TRUNCATE"}
_WRITES = CHANGES | {"EXEC", "EXECUTE", "CALL", "LOCK", "COPY", "SET"}
_VERBS = {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "EXEC", "EXECUTE", "CALL"}
_BEFORE_A_TABLE = {"FROM", "JOIN", "INTO", "UPDATE", "TABLE", "USING", "VIEW", "EXEC", "EXECUTE", "CALL", "TRUNCATE", "COPY", "REFERENCES"}
_NO_TABLE_BEHIND = {"UPDATE": {"FOR", "DO", "KEY", "ON", "OR", "BEFORE", "AFTER", "OF"}, "FROM": {"DISTINCT"}}
_PREPARES = {"SET", "DECLARE", "IF", "BEGIN"}
_FILLERS = {"IF", "NOT", "EXISTS", "ONLY", "TABLE", "INTO", "OR", "IGNORE", "REPLACE", "ROLLBACK", "ABORT", "FAIL", "LATERAL"}
_NO_NAME = {"SELECT", "SET", "VALUES", "WHERE", "ON", "AS", "CASCADE", "(", ")", ",", ";"}
_FUNCTIONS_WITH_FROM = (["EXTRACT"], ["TRIM"], ["SUBSTRING"], ["OVERLAY"])


Row = dict[str, Any]


class Statement(NamedTuple):
    """A statement as its driver takes it, and what it says."""

    sql: str
    names: tuple[str, ...]
    positional: bool
    operation: str
    tables: tuple[str, ...]
    reads: bool = False
    changes: bool = False
    batch: bool = False
    for_odbc: bool = False  # whose driver would take the time zone off a moment, without a word

    @property
    def several(self) -> bool:
        """Whether it may give several result sets, and fail after the first one."""
        return self.operation in ("EXEC", "EXECUTE", "CALL") or self.batch

    def values(self, params: Mapping[str, Any]) -> Any:
        """The parameters as the driver takes them.

        Raises:
            ValueError: the statement names a parameter that is not among *params*.
        """
        if not self.names:
            return None
        if not isinstance(params, Mapping):
            raise TypeError(f"parameters have names: {{'{self.names[0]}': …}}, not a {type(params).__name__}")
        if missing := [name for name in self.names if name not in params]:
            raise ValueError(f"the statement has a parameter :{missing[0]}, which is not among the given ({', '.join(params) or 'none'})")
        if self.for_odbc:
            return tuple(with_zone(params[name]) for name in self.names)
        return tuple(params[name] for name in self.names) if self.positional else dict(params)


def with_zone(value: Any) -> Any:
    """A moment as it can be sent to SQL Server: with a time zone as text, which the server reads; of UTC what the clock says."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return value
    return value.isoformat() if value.utcoffset() else value.replace(tzinfo=None)


def quoted(dialect: Dialect, name: str) -> str:
    """A name, quoted for SQL text. SQLAlchemy writes it as the driver wants it, with `%%` for a `%`; `for_driver` does that here."""
    text = dialect.identifier_preparer.quote_identifier(name)
    return text if _takes_percent(dialect.paramstyle) else text.replace("%%", "%")


def for_driver(sql: str, paramstyle: str) -> str:
    """SQL in which a `%` is one, where the driver would take it for the mark of a parameter."""
    return sql if _takes_percent(paramstyle) else sql.replace("%", "%%")


def _takes_percent(paramstyle: str) -> bool:
    return paramstyle in ("qmark", "named")


def as_rows(names: list[str], rows: Iterable[Sequence[Any]]) -> list[Row]:
    """Rows as dicts.

    Raises:
        ValueError: two columns have one name, so that one of them would be lost.
    """
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'two columns are called "{twice}": give one of them another name with AS')
    return [dict(zip(names, row, strict=False)) for row in rows]


def read_statement(sql: str, dialect: str, paramstyle: str) -> Statement:
    """Read a statement with `:named` parameters; *dialect* and *paramstyle* are those of SQLAlchemy.

    What stands in texts, comments and quoted names is left alone, and so is `::type` of PostgreSQL.
    """
    return (_read if len(sql) <= _REMEMBERED else _read.__wrapped__)(sql, dialect, paramstyle)


@lru_cache(maxsize=2048)
def _read(sql: str, dialect: str, paramstyle: str) -> Statement:
    names: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if not (name := found["name"]):
            return found[0]
        names.append(name)
        return {"qmark": "?", "named": f":{name}"}.get(paramstyle, f"%({name})s")

    pattern = _pattern(dialect)
    driver_sql = pattern.sub(mark, for_driver(sql, paramstyle))
    words = _WORD.findall(pattern.sub(lambda found: " " if found["skip"] else found[0], sql))
    upper = [word.upper() for word in words]
    operation = _operation(upper)
    batch = ";" in upper[:-1] or bool(upper and upper[0] in _PREPARES)
    reads = operation in _READS and _WRITES.isdisjoint(upper) and not batch
    changes = not CHANGES.isdisjoint(upper)
    return Statement(
        driver_sql, tuple(names), paramstyle == "qmark", operation, _tables(words, upper), reads, changes, batch, dialect == "mssql"
    )


@lru_cache(maxsize=8)
def _pattern(dialect: str) -> re.Pattern[str]:
    texts = _TEXT.get(dialect, "'[^']*'?")
    quoted = _QUOTED.get(dialect, '"[^"]*"?')
    comments = r"--[^\n]*|/\*(?:.*?\*/|.*)"
    return re.compile(rf"(?P<skip>{texts}|{comments})|{quoted}|::|(?<![\w:]):(?P<name>[A-Za-z_]\w*)", re.DOTALL)


def _operation(words: list[str]) -> str:
    """The first word, unless that only prepares another: WITH … INSERT is an INSERT, SET NOCOUNT ON; EXEC an EXEC."""
    first = next((word for word in words if word not in "();"), "")
    if first == "WITH":
        return next((word for word in words if word in _VERBS and word != "SELECT"), "SELECT")
    if first in _PREPARES:
        return next((word for word in words if word in _VERBS), first)
    return first


def _tables(words: list[str], upper: list[str]) -> tuple[str, ...]:
    """The tables (and procedures) that a statement names, without its own WITH names and aliases."""
    found: dict[str, None] = {}
    own: set[str] = _with_names(upper) if "WITH" in upper else set()
    openers: list[str] = []
    for at, word in enumerate(upper):
        if word == "(":
            openers.append(upper[at - 1] if at else "")
        elif word == ")" and openers:
            openers.pop()
        elif word in _BEFORE_A_TABLE and upper[at - 1] not in _NO_TABLE_BEHIND.get(word, ()) and openers[-1:] not in _FUNCTIONS_WITH_FROM:
            for name, alias in _names_from(words, upper, at):
                found[name] = None
                own.add(alias)
    return tuple(name for name in found if name.upper() not in own)


def _names_from(words: list[str], upper: list[str], at: int) -> Iterator[tuple[str, str]]:
    """The names behind a word such as FROM, each with its alias (or "")."""
    first, at = upper[at], at + 1
    while True:
        while at < len(words) and (upper[at] in _FILLERS or upper[at].startswith("@")):
            at += 1
        if at >= len(words) or upper[at] in _NO_NAME or upper[at] in _BEFORE_A_TABLE:
            return
        name, behind = words[at], [*upper[at + 1 : at + 4], "", "", ""]
        if not (first in ("FROM", "JOIN", "USING") and behind[0] == "("):  # that is a function
            at_alias = 1 if behind[0] == "AS" else 0
            yield _plain(name), behind[at_alias] if behind[at_alias] != name.upper() else ""
        step = 1 if behind[0] == "," else 2 if behind[1] == "," else 3 if behind[0] == "AS" and behind[2] == "," else 0
        if first != "FROM" or not step:
            return
        at += step + 1


def _with_names(upper: list[str]) -> set[str]:
    """The names that WITH gives to its queries."""
    names = set()
    for at, word in enumerate(upper):
        if word == "AS" and upper[at + 1 : at + 2] == ["("] and at:
            before = at - 1
            if upper[before] == ")":
                before = max((each for each in range(before) if upper[each] == "("), default=0) - 1
            names.add(_plain(upper[before]))
    return names


def _plain(name: str) -> str:
    return re.sub(r'["`\[\]]', "", name)
