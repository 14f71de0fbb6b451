"""Read SQL: users made or changed, rows with a password column, servers opened by login."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import NOTHING_ELSE, Claim, by_role, direct
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.literals import literals
from workflow_template.standards.secrets.names import Role, role
from workflow_template.standards.secrets.needles import Why
from workflow_template.standards.secrets.patterns import Lazy
from workflow_template.standards.secrets.values import Grade, is_striking

_MOST_ROWS = 200


_IDENTIFIED = Lazy(
    r"(?i)\bidentified\s+(?:(?:with|via)\s+\S+\s+)?(?:by|as|using)\s+(?:password\s+|values\s+)?"
    r"(?:N?'([^'\n]+)'|\\?\"([^\"\n]+?)\\?\"|([^\s;'\"(){}]+))"
)
_OPENED = Lazy(r"(?i)\b(?:openrowset|opendatasource)\s*\([^)]{0,200}?;\s*N?'[^'\n]*'\s*;\s*N?'([^'\n]+)'")
_LINKED = Lazy(
    r"(?i)\bsp_addlinkedsrvlogin\s+(?:[@\w=]*\s*N?'[^'\n]*'\s*,\s*|(?:NULL|true|false)\s*,\s*){3,4}(?:@rmtpassword\s*=\s*)?N?'([^'\n]+)'"
)
_ADDED = Lazy(
    r"(?i)\b(?:sp_addlogin|sp_password|sp_addapprole|sp_setapprole)\s+(?:@\w+\s*=\s*)?(?:N?'[^'\n]*'|NULL)\s*,\s*(?:@\w+\s*=\s*)?N?'([^'\n]+)'"
)
_CRYPT = Lazy(
    r"(?i)\b(?:crypt|pgp_sym_(?:en|de)crypt|aes_(?:en|de)crypt|password|old_password|(?:en|de)cryptby(?:passphrase|key))\s*"
    r"\(\s*(?:[\w.@]+\s*,\s*)?N?'([^'\n]{4,})'"
)
_CONNECT = Lazy(r"(?i)(?:^|[\s;\"'])conn(?:ect)?\s{1,9}\"?[A-Za-z]\w{0,40}\"?/\"?(?P<value>[^\s/@\"';]{3,60})\"?(?:@|\s|;|$)")
_OTHER_QUOTES = Lazy(
    r"(?i)\b(?:password|by)\s{1,9}(?:=\s?)?(?:\$(?P<tag>\w{0,20})\$(?P<dollar>[^\n]{2,80}?)\$(?P=tag)\$|N?q'[\[({<!|](?P<oracle>[^\n']{2,80}?)[\])}>!|]')"
)
_TABLE_FUNCTION = Lazy(
    r"(?i)\b(?:(?:s3|gcs|cosn|oss)\w{0,9}\(\s{0,9}(?:'\w{1,40}'\s?,\s?)?'https?://[^'\n]{1,200}'\s?,\s?'[^'\n]{1,80}'\s?,\s?'([^'\n]{3,80})'"
    r"|(?:mysql|postgresql|mongodb)\(\s{0,9}(?:'[^'\n]{1,80}'\s?,\s?){4}'([^'\n]{3,80})'"
    r"|remote(?:secure)?\(\s{0,9}'[^'\n]{1,80}'\s?,\s?[\w.'\s,]{1,80},\s?'[^'\n]{1,60}'\s?,\s?'([^'\n]{3,80})'\s?\))"
)
_NAMED_BY_CLIENT = Lazy(
    r"(?i)^\s{0,20}(?:\\set|define|def|:setvar)\s{1,9}(?P<name>\w{2,40})\s{0,9}=?\s{0,9}[\"']?(?P<value>[^\s\"';=]{3,80})"
)
_AS_A_COLUMN = Lazy(r"(?i)N?'(?P<value>[^'\n]{3,80})'\s{1,9}as\s{1,9}[\"\[`]?(?P<name>\w{2,40})")
_BESIDE_ITS_NAME = Lazy(
    r"(?i)N?'(?P<name>[\w.-]{2,40})'(?:\s{1,9}(?:as\s{1,9})?[\w\"\[\]`]{1,40})?\s{0,9},\s{0,9}N?'(?P<value>[^'\n]{3,80})'"
)
_KEY_OF_FILE = Lazy(
    r"(?i)(?:\bpragma\s{1,9}(?:re)?key\s{0,3}=\s{0,3}|\bas\s{1,9}\w{1,40}\s{1,9}key\s{1,9})['\"](?P<value>[^'\"\n]{3,80})['\"]"
)
_SECOND = Lazy(r"(?i)\b(?:pgp_sym|aes)_(?:en|de)crypt\s?\(\s{0,9}(?:'[^'\n]{0,80}'|[\w.()]{1,80})\s?,\s{0,9}'(?P<value>[^'\n]{3,80})'")
_SET_PASSWORD = Lazy(
    r"(?i)\bset\s{1,9}password\s{1,9}for\s{1,9}[^\n=]{1,80}=\s{0,9}(?:password\s{0,3}\(\s{0,3})?[\"'](?P<value>[^\"'\n]{2,80})[\"']"
)
_INSERT = Lazy(
    r"(?i)\binsert\s+(?:\w+\s+){0,3}?(?:into\s+)?(?:[\w.\[\]\"`#@]+\s*)?\(([^()]{1,600})\)\s*(?:output\s[^()]{1,200})?values\s*(?=\()"
)
_CELL = Lazy(r"(?i)\s{0,99}(N?'((?:[^'\n]|'')*)'|\"([^\"\n]*)\"|[\w.$@#:-]{1,200}+(?:\([^()\n]{0,400}\))?|\?|%s|NULL)\s*([,)])")
_MARKS = Lazy(
    r"\s{0,9}\(\s{0,9}(?:(?:\?|%s|:\w{1,40}|@\w{1,40}|\$\d{1,2})\s{0,9},?\s{0,9}){1,20}\)[^\n\"']{0,200}[\"']{1,3}\s{0,9}\)?\s{0,9},\s{0,60}"
    r"(?:\[\s{0,60})?[(\[]"
)
_ROW = Lazy(r"\s*(?:,\s*)?\(")
_NAMED_ROW = Lazy(r"(?i)\bset\s+\w+\s*=\s*N?'([^'\n]+)'\s*where\s[^'\n]{0,80}=\s*N?'(?P<name>[\w.-]+)'")
_OF_USERS = Lazy(r"(?i)\binsert\s+into\s+[\w.\[\]\"`]*?(?:user|login|account|cred|conn|member|benutzer)\w*[\]\"`]?\s+values\s*\(")
_TEXT_CELL = Lazy(r"[(,]\s*N?'([^'\s]{6,64})'(?=\s*[,)])")
_COLUMNS = (Role.PASSWORD, Role.SECRET, Role.SIGNING, Role.TOKEN, Role.PIN)


def read_sql(line: Line) -> Iterator[Claim]:
    """Claim what SQL gives to users, rows and servers."""
    low = line.lower
    if line.kind is not Kind.TEXT or "$$" in low:
        for found in _OTHER_QUOTES().finditer(line.text):
            value = found["dollar"] or found["oracle"]
            yield Claim(line.start + line.text.index(value, found.start()), value, "password in SQL", NOTHING_ELSE)
    if "set" in low and "password" in low:
        for found in _SET_PASSWORD().finditer(line.text):
            yield Claim(line.start + found.start("value"), found["value"], "password in SQL", NOTHING_ELSE)
    if line.kind is Kind.SQL and "('" in low:
        for found in _TABLE_FUNCTION().finditer(line.text):
            yield Claim(line.start + found.start(found.lastindex or 1), found[found.lastindex or 1], "password in SQL", NOTHING_ELSE)
    for found in _NAMED_BY_CLIENT().finditer(line.text) if line.kind is Kind.SQL and line.names else ():
        yield by_role(line.start + found.start("value"), found["value"], role(found["name"]) or Role.KEY, NOTHING_ELSE)
    for found in _AS_A_COLUMN().finditer(line.text) if line.names and " as " in low and "'" in low else ():
        if role(found["name"]) in (Role.PASSWORD, Role.PIN):
            yield Claim(line.start + found.start("value"), found["value"], "password in SQL", Grade.WORD)
    for found in _BESIDE_ITS_NAME().finditer(line.text) if line.kind is Kind.SQL and line.names else ():
        if role(found["name"]) in (Role.PASSWORD, Role.SIGNING, Role.TOKEN):
            yield by_role(line.start + found.start("value"), found["value"], role(found["name"]) or Role.KEY)
    for pattern in (_KEY_OF_FILE, _SECOND) if "pragma" in low or "attach" in low or "crypt" in low else ():
        for found in pattern().finditer(line.text):
            yield Claim(line.start + found.start("value"), found["value"], "password in SQL", NOTHING_ELSE)
    if "identified" in low:
        yield from _claims(line, _IDENTIFIED())
    if "openrowset" in low or "opendatasource" in low:
        yield from _claims(line, _OPENED())
    if "sp_" in low:
        yield from _claims(line, _LINKED())
        yield from _claims(line, _ADDED())
    if "crypt" in low or "password(" in low:
        yield from _claims(line, _CRYPT())
    if "insert" in low and line.why & Why.STRIKING:
        yield from _unnamed(line)
    if "update" in low:
        yield from _updated(line)
    if line.names and ("insert" in low or ("values" in line.ahead.lower() and "insert" in line.before.lower())):
        yield from _inserted(line)


def read_connects(line: Line) -> Iterator[Claim]:
    """`CONNECT system/X@ORCL`."""
    if "conn" in line.lower and "/" in line.text and line.kind in (Kind.SQL, Kind.SHELL, Kind.TEXT):
        for found in _CONNECT().finditer(line.text):
            asks = NOTHING_ELSE if line.kind is Kind.SQL else Grade.CHOSEN
            yield Claim(line.start + found.start("value"), found["value"], "password in SQL", asks)


def _claims(line: Line, pattern: re.Pattern[str]) -> Iterator[Claim]:
    bare = Grade.WORD if line.kind is Kind.SQL and "--" not in line.text else Grade.CHOSEN
    for found in pattern.finditer(line.text):
        if "hash" in found[0].lower().split(" by ")[0]:
            continue
        group = found.lastindex or 1
        numbered = bare is Grade.WORD and any(map(str.isdigit, found[group]))
        yield Claim(line.start + found.start(group), found[group], "password in SQL", NOTHING_ELSE if group < 3 or numbered else bare)


def _unnamed(line: Line) -> Iterator[Claim]:
    """A row for a table of users that names no columns: what nobody would write but as a password."""
    for found in _OF_USERS().finditer(line.text):
        for cell in _TEXT_CELL().finditer(line.text, found.end()):
            if is_striking(cell[1]):
                yield Claim(line.start + cell.start(1), cell[1], "password in SQL")


def _updated(line: Line) -> Iterator[Claim]:
    """`UPDATE settings SET value = 'X' WHERE name = 'ftp_password'`."""
    for found in _NAMED_ROW().finditer(line.text):
        named = role(found["name"])
        if named in _COLUMNS:
            yield by_role(line.start + found.start(1), found[1], named, NOTHING_ELSE)


def _inserted(line: Line) -> Iterator[Claim]:
    """Rows of an INSERT whose columns speak of secrets; the statement may have begun a few lines above."""
    begun = line.before.lower().rfind("insert") if "insert" not in line.lower else -1
    above = line.before[begun:] if begun >= 0 else ""
    text, shift = above + line.ahead, line.start - len(above)
    for found in _INSERT().finditer(text):
        if found.start() > len(above) + len(line.text):
            return
        roles = [role(column.strip().strip('[]"`')) for column in found[1].split(",")]
        if any(each in _COLUMNS for each in roles):
            yield from _rows(text, found.end(), roles, shift)
            yield from _bound(text, found.end(), roles, shift)


def _bound(text: str, at: int, roles: list[Role | None], shift: int) -> Iterator[Claim]:
    """Values that are handed over beside the statement: `execute("… VALUES (?, ?)", ("anna", "X"))`, also many rows."""
    marks = _MARKS().match(text, at)
    if not marks:
        return
    for literal in literals(text, marks.end() - 1, 120):
        named = roles[literal.place] if literal.place < len(roles) and literal.bracket in ("(", "[") and not literal.keyword else None
        if named:
            yield by_role(shift + literal.start, literal.value, named, direct(literal.value, labels=False))


def _rows(text: str, at: int, roles: list[Role | None], shift: int) -> Iterator[Claim]:
    for _ in range(_MOST_ROWS):
        opened = _ROW().match(text, at)
        if not opened:
            return
        at = opened.end()
        for named in [*roles, None]:
            cell = _CELL().match(text, at)
            if not cell:
                return
            yield from _cell(cell, named, shift)
            at = cell.end()
            if cell[4] == ")":
                break


def _cell(cell: re.Match[str], named: Role | None, shift: int) -> Iterator[Claim]:
    group = 2 if cell[2] is not None else 3
    if named and cell[group]:
        claim = by_role(shift + cell.start(group), cell[group], named, NOTHING_ELSE)
        yield claim._replace(kind="password in SQL") if named is Role.PASSWORD else claim
