"""Read values that are named elsewhere: above in a table's heading, beside as `name:` and `value:`, by the kind of file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import NOTHING_ELSE, Claim, by_role
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import File, Line, Name
from workflow_template.standards.secrets.names import Role, role
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.values import Grade, decoded, grade, stands_for

_MOST_ROWS = 500
_PGPASS_FILE = Lazy(
    r"(?m)^[ \t]*(?!#)(?:\[[^\]\n]{1,80}\]|(?:[^:\\\n#]|\\.){1,120}):(?:\d{2,5}|\*):(?:[^:\\\n]|\\.){1,80}:"
    r"(?:[^:\\\n]|\\.){1,80}:([^\n]{1,120})$"
)
_PGPASS = Lazy(r"(?m)^[ \t]*(?:echo\s+)?[\"']?(?:[\w.*-]+):(?:\d{2,5}|\*):(?:[\w*-]+):(?:[\w*.@-]+):((?:[^\s:\\\"']|\\.)+)")
_HTPASSWD = Lazy(r"(?m)^[\w.@-]+:(\$(?:apr1|2[aby]|5|6)\$[^\s:]+|\{SHA\}\S+|[./A-Za-z0-9]{13})\s*$")
_LABELLED = Lazy(
    r"""(?ix)(?:name|key|id|variable|parameter\w*|setting|property|field|option|label)["']?\s*[:=]?\s*["']?$
    | ^\s*variable\s+["']?$ | <\w+\s+(?:name|key|id)=["']$"""
)
_ENDS = Lazy(r"""\n\s*\n|\n\s*-\s*["']?(?i:name)|\}|\bvariable\s+\"""")
_ITS_VALUE = Lazy(r"""(?i)["']?\b(?:value|default|default_?value|stringvalue|val)["']?\s*[:=>]\s*(?P<quote>["']?)(?P<value>[^\n]*)""")
_BARE_ENDS = Lazy(r"\s+#|[,<}]")
_NESTED = Lazy(r"""["']?\s*[:=]\s*\{""")
_IS_SECRET = Lazy(r"(?m)^kind:\s*[\"']?Secret[\"']?\s*$")
_DOCUMENT = Lazy(r"(?:\A|(?m:^)---[^\n]*\n)(?P<body>(?:(?!---)[^\n]*\n?)*)")
_BLOCK = Lazy(r"(?m)^(?P<kind>data|stringData):[ \t]*\n(?P<entries>(?:[ \t]+[^\n]*\n?)+)")
_ENTRY = Lazy(r"(?m)^[ \t]+[\"']?(?P<name>[\w.-]+)[\"']?:[ \t]*[\"']?(?P<value>[^\s\"'#|>][^\n\"'#]*)")
_IN_URL = Lazy(r"://[^\s:/@]*:([^\s/@]+)@")
_PUBLIC = words(
    "username user name host hostname port database dbname db server url uri type region account schema engine email namespace id endpoint"
)
_COLUMNS = (Role.PASSWORD, Role.SECRET, Role.SIGNING, Role.TOKEN, Role.PIN)


def whole_file(file: File) -> Iterator[Claim]:
    """Claims that the kind of the file makes: .pgpass, .htpasswd, a Secret of Kubernetes."""
    if "pgpass" in file.name or "pgpass" in file.text:
        for found in (_PGPASS_FILE if "pgpass" in file.name else _PGPASS)().finditer(file.text):
            yield Claim(found.start(1), found[1].strip().rstrip(":"), "password in .pgpass", NOTHING_ELSE)
    if "htpasswd" in file.name:
        for found in _HTPASSWD().finditer(file.text):
            yield Claim(found.start(1), found[1], "password hash in .htpasswd", sure=True)
    if file.name.endswith((".yaml", ".yml")) and "Secret" in file.text and _IS_SECRET().search(file.text):
        yield from _kubernetes(file.text)


def _kubernetes(text: str) -> Iterator[Claim]:
    for document in _DOCUMENT().finditer(text):
        body, start = document["body"], document.start("body")
        for block in _BLOCK().finditer(body) if _IS_SECRET().search(body) else ():
            for entry in _ENTRY().finditer(block["entries"]):
                yield from _entry(
                    start + block.start("entries") + entry.start("value"), block["kind"], entry["name"], entry["value"].strip()
                )


def _entry(start: int, block: str, name: str, value: str) -> Iterator[Claim]:
    plain = decoded(value) if block == "data" else value
    if (re.split(r"[-_.]", name.lower())[-1] in _PUBLIC and "@" not in plain) or stands_for(value):
        return
    if plain and (login := _IN_URL().search(plain)) and grade(login[1]) > Grade.NONE:
        yield Claim(start, value, "value of a Kubernetes Secret", sure=True)
    elif " " in plain and not role(name) and ";" not in plain:
        return
    elif plain and not stands_for(plain) and (block == "data" or role(name) or grade(plain) is Grade.RANDOM):
        yield Claim(start, value, "value of a Kubernetes Secret", sure=grade(plain) > Grade.NONE or ("=" in plain and ";" in plain))


def read_tables(line: Line) -> Iterator[Claim]:
    """Columns under a heading that speaks of secrets, and values that are named beside or above them."""
    for name in line.names:
        if name.role is not Role.LOGIN:
            yield from _labelled(line, name)
    separator = _separator(line) if line.names else ""
    if separator:
        cells = line.text.strip().strip("|").split(separator)
        roles = [role(cell.strip(' *`"')) if len(cell) < 40 else None for cell in cells]
        if len(cells) > 1 and any(each in _COLUMNS for each in roles):
            yield from _rows(line, separator, roles)


def _separator(line: Line) -> str:
    if line.text.lstrip().startswith("|") or (line.kind is Kind.TEXT and line.text.count("|") >= 2):
        return "|"
    if line.file.name.endswith((".csv", ".tsv", ".psv", ".txt")) and not line.before.strip():
        return next((sign for sign in ";\t|," if sign in line.text), "")
    return ""


def _rows(line: Line, separator: str, roles: list[Role | None]) -> Iterator[Claim]:
    at, whole = line.end + 1, line.file.text
    for _ in range(_MOST_ROWS):
        end = whole.find("\n", at, at + 2000)
        end = end if end >= 0 else min(len(whole), at + 2000)
        row = whole[at:end]
        if separator not in row:
            return
        shift = len(row) - len(row.lstrip().removeprefix("|")) if separator == "|" else 0
        cells = _split(row[shift:], separator)
        if _is_heading(cells, roles):
            return
        yield from _cells(at + shift, cells, roles)
        at = end + 1


def _split(row: str, separator: str) -> list[str]:
    """The cells of a row as they are written; a separator in quotes parts nothing."""
    if '"' not in row or row.count('"') % 2 or separator == "|":
        return row.split(separator)
    cells = [""]
    for at, part in enumerate(row.split('"')):
        first, *others = part.split(separator) if at % 2 == 0 else [part]
        cells[-1] += f'"{first}' if at else first
        cells += others
    return cells


def _is_heading(cells: list[str], roles: list[Role | None]) -> bool:
    """Whether the column of secrets is named once more: headings in a row must not read the same rows again and again."""
    return any(named in _COLUMNS and len(cell) < 40 and role(cell.strip(' *`"')) for named, cell in zip(roles, cells, strict=False))


def _cells(place: int, cells: list[str], roles: list[Role | None]) -> Iterator[Claim]:
    beside = roles[:1] == [None] and Role.PASSWORD in roles and len(roles) <= 6
    for named, cell in zip(roles, cells, strict=False):
        value = cell.strip(" `*\"'\r")
        if named and named is not Role.LOGIN and value:
            asks = Grade.WORD if len(value) >= 6 and beside else Grade.CHOSEN
            yield by_role(place + cell.index(value), value, named, asks)._replace(kind=f"{named.value} in a table")
        place += len(cell) + 1


def _labelled(line: Line, name: Name) -> Iterator[Claim]:
    """`- name: DB_PASSWORD` with `value: X` below it; `<add key="Password" value="X"/>`; `variable "password" { default = "X" }`."""
    rest = line.ahead[name.end : name.end + 400]
    if not _LABELLED().search(line.text[: name.start][-40:]) and not _NESTED().match(rest):
        return
    in_tag = line.text.rfind("<", 0, name.start) > line.text.rfind(">", 0, name.start)
    found = _ITS_VALUE().search(rest.split(">")[0] if in_tag else _ENDS().split(rest)[0])
    if found:
        value = found["value"].split(found["quote"])[0] if found["quote"] else _BARE_ENDS().split(found["value"])[0].strip()
        yield by_role(line.start + name.end + found.start("value"), value, name.role, NOTHING_ELSE)
