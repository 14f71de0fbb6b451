# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""Read SQL: users made or changed, rows with a password column, servers opened by login."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import Claim, by_role
from workflow_template.standards.secrets.lines import Kind, Line
from workflow_template.standards.secrets.names import Role, role
from workflow_template.standards.secrets.values import Grade

_MOST_ROWS = 200
_TEXT = r"N?'((?:[^'\n]|'')*)'|\"([^\"\n]*)\"|[\w.$@#:-]+(?:\([^()\n]*\))?|\?|%s|NULL"


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    return {
        "identified": re.compile(
            r"\bidentified\s+(?:(?:with|via)\s+\S+\s+)?(?:by|as|using)\s+(?:password\s+|values\s+)?(?:N?'([^'\n]+)'|\\?\"([^\"\n]+?)\\?\"|([^\s;'\"(){}]+))",
            re.I,
        ),
        "opened": re.compile(r"\b(?:openrowset|opendatasource)\s*\([^)]{0,200}?;\s*N?'[^'\n]*'\s*;\s*N?'([^'\n]+)'", re.I),
        "linked": re.compile(
            r"\bsp_addlinkedsrvlogin\s+(?:[@\w=]*\s*N?'[^'\n]*'\s*,\s*|(?:NULL|true|false)\s*,\s*){3,4}(?:@rmtpassword\s*=\s*)?N?'([^'\n]+)'",
            re.I,
        ),
        "added": re.compile(
            r"\b(?:sp_addlogin|sp_password|sp_addapprole|sp_setapprole)\s+(?:@\w+\s*=\s*)?(?:N?'[^'\n]*'|NULL)\s*,\s*(?:@\w+\s*=\s*)?N?'([^'\n]+)'",
            re.I,
        ),
        "insert": re.compile(
            r"\binsert\s+(?:\w+\s+){0,3}?(?:into\s+)?[\w.\[\]\"`#@]+\s*\(([^()]{1,600})\)\s*(?:output\s[^()]*)?values\s*(?=\()", re.I
        ),
        "crypt": re.compile(
            r"\b(?:crypt|pgp_sym_(?:en|de)crypt|aes_(?:en|de)crypt|encode_with|password|old_password|hashbytes\s*\(\s*'[^']*'\s*,)\s*\(\s*(?:[\w.]+\s*,\s*)?N?'([^'\n]{4,})'",
            re.I,
        ),
        "cell": re.compile(rf"\s*({_TEXT})\s*([,)])", re.I),
    }[name]


def read_sql(line: Line) -> Iterator[Claim]:
    low = line.lower
    if "identified" in low:
        for found in _pattern("identified").finditer(line.text):
            yield _claim(line, found)
    if "openrowset" in low or "opendatasource" in low:
        yield from (_claim(line, found) for found in _pattern("opened").finditer(line.ahead, 0, len(line.text) + 200))
    if "sp_" in low:
        for name in ("linked", "added"):
            yield from (_claim(line, found) for found in _pattern(name).finditer(line.text))
    if "crypt" in low or "password" in low and "(" in low:
        yield from (
            _claim(line, found) for found in _pattern("crypt").finditer(line.text) if line.kind is Kind.SQL or line.in_quotes(found.start())
        )
    if "pass" in low or "pwd" in low or "secret" in low or "token" in low or "key" in low or not low.isascii():
        yield from _inserted(line)


def _claim(line: Line, found: re.Match[str]) -> Claim:
    group = found.lastindex or 1
    return Claim(line.start + found.start(group), found[group], "password in SQL", Grade.WORD)


def _inserted(line: Line) -> Iterator[Claim]:
    """Rows of an INSERT whose columns speak of passwords; the statement may have begun a few lines above."""
    above = line.before.rfind(";")
    last = (
        max(line.before.lower().rfind("insert"), 0) if "insert" in line.before.lower()[above + 1 :] and "insert" not in line.lower else -1
    )
    text = (line.before[last:] if last >= 0 else "") + line.ahead
    shift = line.start - (len(line.before) - last if last >= 0 else 0)
    for found in _pattern("insert").finditer(text):
        roles = [role(column.strip().strip('[]"`')) for column in found[1].split(",")]
        if any(each in (Role.PASSWORD, Role.SECRET, Role.TOKEN, Role.PIN) for each in roles):
            yield from _rows(text, found.end(), roles, shift)


def _rows(text: str, at: int, roles: list[Role | None], shift: int) -> Iterator[Claim]:
    for _ in range(_MOST_ROWS):
        opened = re.compile(r"\s*,?\s*\(").match(text, at)
        if not opened:
            return
        at = opened.end()
        for named in [*roles, None]:
            cell = _pattern("cell").match(text, at)
            if not cell:
                return
            value, group = (cell[2], 2) if cell[2] is not None else (cell[3], 3)
            if named and value:
                yield by_role(shift + cell.start(group), value, named, weak=True)._replace(
                    kind="password in SQL" if named is Role.PASSWORD else named.value
                )
            at = cell.end()
            if cell[4] == ")":
                break
