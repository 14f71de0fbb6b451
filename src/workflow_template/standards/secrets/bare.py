"""Claim values without quotes: in data files, shells, connection strings and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import NOTHING_ELSE, Claim, by_role, direct
from workflow_template.standards.secrets.expressions import inner_default
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.names import Role
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.values import Grade, grade, is_striking

_IN_TEXT = Lazy(r"\{(?:[^{}\n]|\}\}){3,60}\}(?=[;\"']|$)|[^\s\"'`<>;&,|)}\]{]+(?:\{[^{}]*\}[^\s\"'`<>;&,|)}\]{]*)*|\{[^{}]*\}")
_FIELD = Lazy(r"\{[A-Za-z_][\w.]*(?:![rsa])?(?::[^{}]*)?\}|\{\}|\{\d\}")
_SHELL_WORD = Lazy(r"""(?:\$?"(?:[^"\\\n]|\\.)*"|\$?'[^'\n]*'|\$\([^)]*\)|\$\{[^}]*\}|\\.|[^\s"'`;&|<>()\\])+""")
_MARKUP = Lazy(r"(?:[*_]{1,2}\s)?[*`\"'(<„“«]*(?:(?<=«)\s)?")
_PROSE_WORD = Lazy(r"[^\s\"'`<>|]+")
_MARKED = Lazy(r"\s*(?:[`\"']|\*{1,2}|_{1,2})(?P<value>[^\s`\"'*]{6,60})(?:[`\"']|\*{1,2}|_{1,2})(?![\w`])")
_PAIR = Lazy(r"[`*\"']{0,2}[\w.@\\-]{2,40}(?P<sign>[`*\"']{0,2} ?/ ?)[`*\"']{0,2}(?P<value>[^\s`*\"'/|]{4,40})(?=[`*\"'.,;)]|\s|$)")
_COMMENT_AFTER = Lazy(r"\s+[#;](?:\s|$)|\s+//\s")
_NEXT_LINE = Lazy(r"\r?\n[ \t]+(?:-[ \t]+)?(?P<value>[^\s#][^\n]*)")
_KEY = Lazy(r"[\w.-]+\s*:(?:\s|$)")
_ANCHOR = Lazy(r"(?:&\w+|!!str|!unsafe)[ \t]+(?=\S)")
_OTHERS = Lazy(r"[;&]\s*\w[\w -]*=|&&|;\s|\s\|\s")
_TAG = Lazy(r"[!&*]\w+(?:\s|$)")
_TELLS = Lazy(
    r"\s{0,99}(?:\(?[`\"']?[\w@.'’/-]{1,40}[`\"']?\)?,?\s+){0,7}?(?:[\w()-]{1,30}:|is|was|lautet|ist|est|è|es|to|remains|stays|are|auf|still|jest|é|war|w[aä]re|hei[sß]+t|blieb|bleibt|era|était|fue|foi|:|：|=|[-–—])"
    r"(?:\s+(?:still|now|currently|always|just|again|the old|noch|jetzt|immer|[uü]brigens|weiterhin|aktuell|derzeit|momentan|wieder|leider"
    r"|toujours|maintenant|actuellement|encore|ahora|todav[ií]a|siempre|agora|ainda|ora|ancora|nu|nog|teraz|nadal"
    r"|(?:set|changed|reset|updated) to)){0,4}:?\s+[`\"'*(„“«]{0,3}(?:(?<=«)\s)?(\S{4,80})"
)
_TOLD_BEFORE = Lazy(
    r"(?:^|[\s:=])(?P<mark>[`\"'*]{0,2})(?P<value>[^\s`\"'*(),;:]{5,40})(?P=mark)\s(?:\((?P<aside>)(?:the\s|das\s)?"
    r"|(?:is|ist|est|es|è|was|war)\s(?:the|das|our|unser|my|le|la|el|il)\s(?:[\w-]{1,20}\s){0,2}?|(?:as|als)\s(?:the\s|a\s|das\s)?)\Z"
)
_ALONE = Lazy(r"[-*+>\s]{0,6}(?:[\w.-]{1,20}\s){0,2}[\w*-]{2,30}\s?[:=]\s{0,3}[*\s]{0,3}[^\s`\"'*]{6,40}")
_AT_THE_END = Lazy(r":\s{1,3}[`\"']?(?P<value>[^\s`\"']{6,40})[`\"']?\s{0,3}$")
_PUT_ASIDE = Lazy(r"\s{0,40}[#;]{1,2}\s?(?:export\s|-\s)?[\w.-]{3,60}\s{0,3}[:=]\s{0,3}[^\s#]{3,80}")
_WITH = Lazy(r"(?i)\b(?:with|using|mit|avec|con|und|and|by)\s(?:the|das|dem|le|la|el|il)?\s?\Z")
_LAST_WORDS = Lazy(
    r"\s?(?P<value>(?=[^\s\"'`]*\d)(?=[^\s\"'`]*[a-z])[\w!#$%&*+?@-]{6,40}(?=[.,;\"')]?(?:$|\s$))|[A-Z][a-z]{2,}(?:[-_][A-Z]?[a-z]+){0,3}[-_][A-Z][a-z]+)[.,;)]?(?:\s*$|\s(?=[A-Z(]))"
)
PAUSES = Lazy(r"[,;/&] ?\Z")
_A_FEW_WORDS_ON = Lazy(r"\s{0,3}(?:[^\W\d_]{2,20}\s){0,2}(?P<value>[\w+/=-]{16,128})(?=[\s.,;)]|$)")
_LOGS_IN = Lazy(
    r"\s{0,3}(?:[\w-]{1,30},?\s{1,3}){0,6}?[\w-]{0,30}(?:\b(?:with|as|mit|als|are|is|avec|con)|\s?[:=])\s{1,3}[`\"']?[\w.@-]{1,60}[`\"']?"
    r"\s{0,3}(?:/|:|and|und|et|y|,)\s{0,3}[`\"']?(\S{4,80})"
)
_CHOSEN = Lazy(r"\s*[`\"'(]?((?=\S*[!#$%&*?@_+])(?=\S*\d)[A-Za-z]\S{4,40})")
_VARIABLE = Lazy(r"(?<![\w.-])[A-Z][A-Z0-9_]{3,}=\Z")
_BLOCK = words("| > |- >- |+ >+ !!str !!binary")


def read_bare(line: Line, start: int, at: int, op: str, named: Role) -> Iterator[Claim]:
    """Claim the bare value at *at* of a name at *start*."""
    if at >= len(line.text.rstrip()):
        yield from _on_next_line(line, named)
    elif line.kind is not Kind.TEXT and line.in_quotes(start) and line.text[at - 1 : at] not in ('"', "'"):
        yield _in_connection(line, start, at, op, named)
    elif line.kind is Kind.DATA and _PUT_ASIDE().fullmatch(line.text.rstrip()):
        yield from _in_data(line, at, op, named)
    elif line.is_prose(start):
        yield from _in_prose(line, start, at, op, named)
    elif line.kind is Kind.SHELL and not (op == "=" and line.file.name.endswith((".ps1", ".psm1"))):
        yield shell_word(line, at, named)
    elif line.kind is Kind.DATA:
        yield from _in_data(line, at, op, named)


def shell_word(line: Line, at: int, named: Role) -> Claim:
    """Claim a word as a shell reads it, also in another kind of file."""
    found = _SHELL_WORD().match(line.text, at)
    value = found[0] if found else ""
    quoted = re.fullmatch(r"\$?([\"'])(.*)\1,?", value, re.S)
    at += value.index(quoted[1]) + 1 if quoted else 0
    value = quoted[2] if quoted else value
    if default := inner_default(value):
        return by_role(line.start + at + value.index(default), default, named, NOTHING_ELSE)
    return by_role(line.start + at, value, named, NOTHING_ELSE)


def _in_connection(line: Line, start: int, at: int, op: str, named: Role) -> Claim:
    """`PWD=value;` inside a text; a value in braces may hold semicolons."""
    found = _IN_TEXT().match(line.text, at)
    value = found[0] if found else ""
    value, at = _unbraced(value, at)
    if named is Role.LOGIN and (pair := _PAIR().match(line.text, at)) and pair["sign"] != "/":
        return Claim(line.start + pair.start("value"), pair["value"], "user and password")
    claim = by_role(line.start + at, value.rstrip(".,"), named)
    if op == "=" and named is Role.PASSWORD and ";" in line.text:
        return claim._replace(kind="password in a connection string", asks=NOTHING_ELSE)
    is_option = line.text.startswith("--", start)
    assigned = line.kind is Kind.SHELL and line.text[at - 1 : at] == "="
    if (
        op == "="
        and named is Role.PASSWORD
        and (is_option or assigned or line.is_beside_a_user(start) or _VARIABLE().search(line.text, start, at))
    ):
        return claim._replace(asks=NOTHING_ELSE)
    return claim


def _unbraced(value: str, at: int) -> tuple[str, int]:
    """A value in the braces of a connection string, where a closing one inside is written twice; a field of a template stays."""
    if (
        value.startswith("{")
        and value.endswith("}")
        and (not _FIELD().fullmatch(value) or (value[1:-1].isalnum() and is_striking(value[1:-1])))
    ):
        return value[1:-1].replace("}}", "}"), at + 1
    return value, at


def _in_prose(line: Line, start: int, at: int, op: str, named: Role) -> Iterator[Claim]:
    marks = _MARKUP().match(line.text, at)
    at = marks.end() if marks else at
    found = (_IN_TEXT if op == "=" else _PROSE_WORD)().match(line.text, at)
    if named is Role.LOGIN and (pair := _PAIR().match(line.text, at)):
        asks = Grade.CHOSEN if pair["sign"] == "/" else Grade.WORD
        yield Claim(line.start + pair.start("value"), pair["value"].rstrip(".,;:)"), "user and password", asks)
    elif named is Role.LOGIN:
        yield by_role(line.start + at, line.text[at:].split("  ")[0].strip().rstrip(".`*)"), named)
    elif found and marks and "(" in marks[0]:
        yield by_role(line.start + at, found[0].rstrip("*.,;:)"), named)
    elif found:
        variable = (op == "=" and _VARIABLE().search(line.text, start, at)) or (marks and "`" in marks[0] and named is Role.PASSWORD)
        asks = (
            NOTHING_ELSE
            if variable
            else Grade.WORD
            if line.is_beside_a_user(start)
            or line.is_below_a_user
            or _ALONE().fullmatch(line.text.strip())
            or (op == "=" and line.text[at - 1] == "=")
            else Grade.CHOSEN
        )
        yield by_role(line.start + at, found[0].rstrip("*.,;:)"), named, asks)


def _in_data(line: Line, at: int, op: str, named: Role) -> Iterator[Claim]:
    """A value of YAML, ini, env: up to the line's end or its comment; among others on the line, up to what parts them."""
    text = line.text
    anchor = _ANCHOR().match(text, at)
    at = anchor.end() if anchor else at
    if _among_others(text, at, op):
        found = _IN_TEXT().match(text, at)
        value, at = _unbraced(found[0] if found else "", at)
        yield by_role(line.start + at, value, named, NOTHING_ELSE)
        return
    value = _COMMENT_AFTER().split(text[at:], maxsplit=1)[0].strip().rstrip(",").rstrip(";")
    if value.split(" ")[0] in _BLOCK:
        yield from _on_next_line(line, named)
    elif op == "=" and value.startswith("{") and (inner := _unbraced(value, at))[1] > at:
        yield by_role(line.start + inner[1], inner[0], named, NOTHING_ELSE)
    elif default := inner_default(value):
        yield by_role(line.start + text.index(default, at), default, named, NOTHING_ELSE)
    elif not _TAG().match(value):
        yield by_role(line.start + at, value, named, NOTHING_ELSE if op == "=" else direct(value, labels=line.file.is_translation))


def _among_others(text: str, at: int, op: str) -> bool:
    rest = text[at:]
    if op == ":":
        return "{" in text[:at] or ("=" in text[:at] and ";" in rest)
    return bool(_OTHERS().search(rest)) or (";" in rest and ";" in text[:at]) or " -" in text[:at].strip()


def _on_next_line(line: Line, named: Role) -> Iterator[Claim]:
    """A value that stands on the line below its name: a block of YAML, a long JSON value."""
    found = _NEXT_LINE().match(line.ahead, len(line.text))
    if not found or line.kind is not Kind.DATA or _KEY().match(found["value"]):
        return
    value = found["value"].strip()
    if value[:1] in ('"', "'"):
        value = value[1:].rstrip(",").rstrip("\"'")
    yield by_role(line.start + line.ahead.index(value, found.start("value")), value, named, direct(value))


def told_before(line: Line, start: int, named: Role) -> Iterator[Claim]:
    """Prose that names a value after it: "`X` is the password", "X (password)"."""
    found = _TOLD_BEFORE().search(line.text, max(0, start - 90), start) if named is Role.PASSWORD and line.is_prose(start) else None
    if found:
        value = found["value"]
        marked_or_aside = found["mark"] or (found["aside"] is not None and not value.isalpha())
        asks = Grade.NAME if marked_or_aside and not value.isalpha() else Grade.WORD if marked_or_aside else Grade.CHOSEN
        yield Claim(line.start + found.start("value"), value, named.value, asks)


def told_login(line: Line, start: int, at: int) -> Iterator[Claim]:
    """Prose that ends in what nobody would write but as a password: `old login until June: X`."""
    found = _AT_THE_END().search(line.text, at) if line.is_prose(start) else None
    if found and is_striking(found["value"]):
        yield Claim(line.start + found.start("value"), found["value"], "user and password")


def told_random(line: Line, start: int, at: int, named: Role) -> Iterator[Claim]:
    """Prose that names no verb: `clave compartida X`, `token for the api X`; only random signs are no further word.

    After a comma a chosen one counts too: `access: acme, password X`.
    """
    if named is Role.PASSWORD and PAUSES().search(line.text, 0, start) and (given := _PROSE_WORD().match(line.text, at + 1)):
        value = given[0].rstrip(".,;:)*")
        if is_striking(value):
            yield Claim(line.start + at + 1, value, named.value)
            return
    found = _A_FEW_WORDS_ON().match(line.text, at) if named in (Role.PASSWORD, Role.TOKEN) else None
    if found:
        yield Claim(line.start + found.start("value"), found["value"], named.value, Grade.RANDOM)


def _long(value: str) -> bool:
    return len(value) >= 24 and value.isalnum() and sum(sign.isdigit() for sign in value) >= 4


def told(line: Line, start: int, at: int, named: Role) -> Iterator[Claim]:
    """Prose: `the password for the sa account is X`, `set the token to X`."""
    if not (line.is_prose(start) or line.in_quotes(start)):
        return
    if named in (Role.PASSWORD, Role.TOKEN) and (marked := _MARKED().match(line.text, at)):
        yield by_role(line.start + marked.start("value"), marked["value"], named, direct(marked["value"], labels=False))
        return
    if named is Role.PASSWORD and _WITH().search(line.text, max(0, start - 12), start) and (last := _LAST_WORDS().match(line.text, at)):
        yield Claim(line.start + last.start("value"), last["value"], named.value, Grade.WORD)
        return
    if named is Role.PASSWORD and line.is_beside_a_user(start) and (given := _PROSE_WORD().match(line.text, at)):
        yield Claim(line.start + at, given[0].rstrip(".,;:)*"), named.value)
        return
    found = (_LOGS_IN if named is Role.LOGIN else _TELLS)().match(line.text, at)
    if not found or (named is Role.PASSWORD and _CHOSEN().match(line.text, at)):
        found = _CHOSEN().match(line.text, at) if named is Role.PASSWORD else None
    if not found:
        return
    value = re.split(r"[`\"']", found[1])[0].rstrip(".,;:)*") or found[1]
    if named is Role.PIN:
        yield by_role(line.start + found.start(1), value if value.isdigit() else "", named)
        return
    claim = Claim(
        line.start + found.start(1), value, named.value, Grade.RANDOM if named is Role.TOKEN and not _long(value) else Grade.CHOSEN
    )
    if line.text[found.start(1) - 1] in "`\"'*" and named is Role.PASSWORD:
        yield claim._replace(asks=Grade.NAME if any(sign in value for sign in "-._") else Grade.WORD)
        return
    at_end = not line.text[found.end(1) :].strip(" .,;)`*\"'")
    if at_end and named is Role.PASSWORD and (any(sign.isdigit() for sign in value) or _LAST_WORDS().match(value)):
        yield claim._replace(asks=Grade.NAME if any(sign.isdigit() for sign in value) else Grade.WORD)
        return
    if any(sign.isdigit() for sign in value) or (grade(value) is Grade.CHOSEN and any(sign in "!$%&?#@" for sign in value[1:])):
        yield claim
