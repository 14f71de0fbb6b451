"""Is this text SQL, and what stands in the place of a hole in it: judged by its words, without a parser, for any dialect.

Patterns are given to `re` as text: it compiles each at its first use, so that a process that judges one file pays for few of them.
"""

from __future__ import annotations

import re

from workflow_template.standards.sqlflow.values import HOLE, PROVEN

LONGEST_BEGINNING = 800
_THINGS = """TABLE VIEW INDEX SCHEMA DATABASE USER ROLE LOGIN PROC PROCEDURE FUNCTION TRIGGER SEQUENCE TYPE PARTITION EXTENSION
    SYNONYM STAGE WAREHOUSE SESSION COLUMN TABLESPACE POLICY STATISTICS CONSTRAINT SYSTEM CATALOG SERVER STREAM TASK
    PIPE SUBSCRIPTION PUBLICATION AGGREGATE DOMAIN CREDENTIAL SECRET MACRO EXTERNAL FILE"""
_OBJECT = rf"^(?:\S+\s+){{0,4}}?(?:{'|'.join(_THINGS.split())})\b"
_ANY = r"^[\s(\[\"'`]*\S"
_TAKE_ANYTHING = """MERGE TRUNCATE EXEC EXECUTE CALL {CALL UNLOAD ATTACH DETACH EXPLAIN BACKUP RESTORE VACUUM ANALYZE REFRESH PRAGMA DBCC
    KILL OPTIMIZE RENAME SHOW DESCRIBE REINDEX NOTIFY LISTEN"""
# what must follow the first word of a statement; letters in any case
_OPENINGS = {
    **dict.fromkeys(_TAKE_ANYTHING.split(), _ANY),
    **dict.fromkeys(("DROP", "CREATE", "ALTER"), _OBJECT),
    **dict.fromkeys(("GRANT", "REVOKE", "DENY"), r"\b(?:TO|ON|FROM)\b"),
    "SELECT": r"\S\s*\bFROM\b|^(?:TOP|COUNT|MAX|MIN|SUM|AVG|DISTINCT)\b|^\*",
    "WITH": r"^(?:RECURSIVE\s+)?\S+\s*(?:\([^)]*\)\s*)?AS\s*(?:NOT\s+|MATERIALIZED\s+)*\(",
    "INSERT": r"^(?:INTO|OVERWRITE|OR|IGNORE)\b",
    "REPLACE": r"^INTO\b",
    "UPDATE": r"\bSET\b|^STATISTICS\b",
    "DELETE": r"^(?:\S+\s+)?FROM\b",
    "BULK": r"^INSERT\b",
    "COPY": r"\b(?:FROM|TO|INTO)\b",
    "LOAD": r"^DATA\b",
    "PUT": r"^'?file:",
    "USE": r"^\S+\s*;?\s*$",
    "SET": rf"=|\b(?:TO|ON|OFF|ROLE|AUTHORIZATION)\b|{HOLE}",
    "DECLARE": r"^@?\w+",
    "LOCK": r"^TABLES?\b",
    "IMPORT": r"^(?:INTO|FOREIGN)\b",
    "EXPORT": r"^DATABASE\b",
    "COMMENT": r"^ON\b",
}
# the same for words in small letters, which prose uses too: here the whole beginning must look like SQL
_TABLE = r"[^\s,]+"
_CLAUSE = "where|join|inner|left|right|full|cross|group|order|limit|union|having|for|tablesample|with|as"
_TAIL = rf"\s*(?:$|[;)]|(?:as\s+)?(?:\w+\s+)?(?:{_CLAUSE})\b)"
_SMALL_OPENINGS = {
    "INSERT": rf"^(?:or\s+\w+\s+)?(?:ignore\s+)?into\s+{_TABLE}\s*(?:\(|values|select|default)",
    "REPLACE": rf"^into\s+{_TABLE}\s*(?:\(|values|select)",
    "UPDATE": rf"^{_TABLE}\s+(?:as\s+\w+\s+)?set\s+\S+\s*=",
    "DELETE": rf"^from\s+{_TABLE}{_TAIL}",
    "WITH": r"^\S+\s+as\s*\(\s*select\b",
    "MERGE": rf"^into\s+{_TABLE}\s+(?:as\s+)?(?:\w+\s+)?using\b",
    "CALL": rf"^[\w.{HOLE}]+\s*\(",
    "EXEC": rf"^[\w.\[\]{HOLE}]+(?:\s+@|\s*$|\s+')",
    "COPY": rf"^{_TABLE}\s*(?:\([^)]*\)\s*)?(?:from|to)\s+(?:'|stdin|stdout)",
    "TRUNCATE": r"^table\s+\S",
    **dict.fromkeys(
        ("DROP", "CREATE", "ALTER"),
        r"^(?:temp\w*\s+|unique\s+|or\s+replace\s+)?(?:table|view|index|schema|database)\s+(?:if\s+(?:not\s+)?exists\s+)?\S+\s*"
        r"(?:$|[;(]|(?:as|add|drop|rename|alter|modify|cascade|using)\b|on\s+\S+?\s*\((?!s\)))",
    ),
    "GRANT": r"\bon\b.+\bto\b",
    "REVOKE": r"\bon\b.+\bfrom\b",
}
_PREFIX = r"(?:[\s(;]|--[^\n]*\n|/\*.*?\*/|\b(?:BEGIN|SET\s+NOCOUNT\s+ON|DO\s+\$\$)\b)*"
_SHELL = r"\s*\S*(?:psql|sqlcmd|mysql|mariadb|sqlite3|bcp|bq|snowsql|clickhouse-client|duckdb|isql)\b"
_CHANGING = ("INSERT", "DELETE", "DROP", "UPDATE", "EXEC", "TRUNCATE", "MERGE")
_CHANGES = r"(?:INSERT\s+INTO|DELETE\s+FROM|DROP\s+TABLE|UPDATE\s+\S+\s+SET|EXEC|TRUNCATE\s+TABLE|MERGE\s+INTO)\b"
_INNER = rf"(?:[;\n()\"']|\b(?:ELSE|THEN|BEGIN|AS))\s*{_CHANGES}"
_WORDS = """select insert update delete merge drop create alter truncate exec execute call grant revoke bulk copy use set declare
    with from where order group join and or limit having values vacuum analyze pragma refresh show describe explain
    attach lock kill backup restore"""
_CAPITAL_WORD = rf"\b(?:{'|'.join(_WORDS.upper().split())})\b"
_BEFORE_NAMES = """from into table update join exec execute call use database schema view index by select on to truncate insert copy column
    role user procedure exists merge using analyze vacuum distinct"""
_NAME = rf"[\w.\[\]\"`{PROVEN}]"
_NAMES = rf"(?:{_NAME}+\s*,\s*)*"
_PLACES = {
    "values": r"(?i)\bIN\s*\(?[\s'\"(]*$",
    "condition": r"(?i)\b(?:WHERE|AND|OR|HAVING|ON)\s+\(*$",
    "direction": rf"(?i)\bORDER\s+BY\s+{_NAME}+\s+$",
    "number": r"(?i)\b(?:LIMIT|OFFSET|TOP|NEXT|FIRST)\s*\(?$",
    "name": rf"(?i)(?:\b(?:{'|'.join(_BEFORE_NAMES.split())})\s+{_NAMES}|\binto\s+{_NAME}+\s*\({_NAMES}|^)[\[\"`(]*[\w.]*$",
}


def is_statement(text: str) -> bool:
    """Whether this is a whole SQL statement rather than a text that shares words with SQL: told by its beginning."""
    text = text[:LONGEST_BEGINNING]
    start = re.match(_PREFIX, text, re.S)
    rest = text[start.end() :] if start else text
    first = re.match(r"\{?[A-Za-z]+", rest)
    if first and _opens(first[0], rest[first.end() :]):
        return True
    if "SELECT" in text and re.search(r"\bSELECT\b\s*\S.*\bFROM\b", text[: text.rfind("FROM") + 4], re.S):
        return True
    if any(word in text for word in _CHANGING) and re.search(_INNER, text):
        return True
    return re.match(_SHELL, text) is not None and re.search(rf"(?i)\b(?:select\b.+\bfrom\b|{_CHANGES})", text, re.S) is not None


def _opens(word: str, after: str) -> bool:
    """Whether *word* begins a statement that goes on with *after*."""
    if word.isupper():
        needed = _OPENINGS.get(word)
        return needed is not None and after[:1] not in "_-" and re.search(needed, after.lstrip(), re.I | re.S) is not None
    if word.lower() == "select":
        return after[:1].isspace() and _small_select(after.lstrip())
    needed = _SMALL_OPENINGS.get(word.upper())
    return needed is not None and after[:1].isspace() and re.search(needed, after.lstrip(), re.I | re.S) is not None


def _small_select(after: str) -> bool:
    """Whether `… from …` lists columns from a table; "select one of them from the list" does not."""
    columns, *rest = re.split(r"(?i)\sfrom\s+", re.sub(r"(?i)^(?:distinct|all|top\s*\(?\w+\)?)\s+", "", after), maxsplit=1)
    listed = columns.strip() == "*" or "," in columns or "(" in columns or re.fullmatch(r"(?i)\S+(?:\s+as\s+\S+)?", columns.strip())
    return bool(rest and listed and re.match(rf"(?i){_TABLE}{_TAIL}", rest[0]))


def has_capital_word(text: str) -> bool:
    """Whether any word of SQL in capitals is in it."""
    return re.search(_CAPITAL_WORD, text) is not None


def place_after(before: str) -> str:
    """What must follow this text: a list of `values`, a `condition`, a `direction`, a `number`, a `name`, or else a `value`."""
    return next((place for place, pattern in _PLACES.items() if re.search(pattern, before[-300:])), "value")
