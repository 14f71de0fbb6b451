# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""Read what is a matter of the whole file: tables with a password column, credential files, secrets of Kubernetes, named values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import Claim, by_role
from workflow_template.standards.secrets.lines import Kind, Line, literals
from workflow_template.standards.secrets.names import Role, role, words
from workflow_template.standards.secrets.values import Grade, decoded, grade, stands_for

_MOST_ROWS = 500
_PGPASS = re.compile(r"(?m)^[ \t]*(?:echo\s+)?[\"']?([\w.*-]+):(\d{2,5}|\*):([\w*-]+):([\w*.@-]+):((?:[^\s:\\\"']|\\.)+)", re.M)
_HTPASSWD = re.compile(r"(?m)^([\w.@-]+):(\$(?:apr1|2[aby]|5|6)\$[^\s:]+|\{SHA\}\S+|[./A-Za-z0-9]{13})\s*$")
_NAMED = re.compile(
    r"""(?:name|key|id|variable|parameter\w*|setting|property|field|option|label)["']?\s*[:=]?\s*["']?$|^\s*variable\s+["']?$|<\w+\s+(?:name|key|id)=["']$""",
    re.I,
)
_ITS_VALUE = re.compile(
    r"""["']?\b(?:value|default|default_?value|stringvalue|val)["']?\s*[:=>]\s*(?P<quote>["']?)(?P<value>[^\n]*)""", re.I
)
_NOT_SECRET = words(
    "username user name host hostname port database dbname db server url uri type region account schema engine email namespace id endpoint bucket"
)


def whole_file_claims(path: str, text: str) -> Iterator[Claim]:
    """Claims that need more than one line."""
    name = path.rsplit("/", 1)[-1].lower()
    if "pgpass" in name or "pgpass" in text:
        for found in _PGPASS.finditer(text):
            yield Claim(found.start(5), found[5], "password in .pgpass", Grade.WORD)
    if "htpasswd" in name:
        for found in _HTPASSWD.finditer(text):
            yield Claim(found.start(2), found[2], "password hash in .htpasswd", sure=True)
    if path.endswith((".yaml", ".yml", ".json")) and re.search(r"(?m)^\s*[\"']?kind[\"']?\s*:\s*[\"']?Secret\b", text):
        yield from _kubernetes(text)


def _kubernetes(text: str) -> Iterator[Claim]:
    for document in re.finditer(r"(?s)(?:^|\n---)(?P<body>.*?)(?=\n---|\Z)", text):
        body = document["body"]
        if not re.search(r"(?m)^kind:\s*[\"']?Secret[\"']?\s*$", body):
            continue
        for block in re.finditer(r"(?m)^(data|stringData):[ \t]*\n((?:[ \t]+[^\n]*\n?|[ \t]*\n)+)", body):
            for entry in re.finditer(r"(?m)^[ \t]+[\"']?([\w.-]+)[\"']?:[ \t]*[\"']?([^\s\"'#|>][^\n\"'#]*)", block[2]):
                yield from _entry(document.start("body") + block.start(2) + entry.start(2), block[1], entry[1], entry[2].strip())


def _entry(start: int, block: str, name: str, value: str) -> Iterator[Claim]:
    if name.lower().replace("-", "_").split("_")[-1] in _NOT_SECRET or stands_for(value):
        return
    plain = decoded(value) if block == "data" else value
    if plain and not stands_for(plain) and (block == "data" or role(name) or grade(plain) is Grade.RANDOM):
        yield Claim(start, value, "value of a Kubernetes Secret", sure=bool(block == "data" and grade(plain)) or grade(plain) >= Grade.WORD)


def read_tables(line: Line) -> Iterator[Claim]:
    """Columns under a heading that speaks of passwords, and values that are named beside or above them."""
    yield from _named_value(line)
    separator = _separator(line)
    if separator:
        cells = line.text.strip().strip("|").split(separator)
        roles = [role(cell.strip(' *`"')) if len(cell) < 40 else None for cell in cells]
        if any(each in (Role.PASSWORD, Role.SECRET, Role.TOKEN, Role.PIN) for each in roles) and len(cells) > 1:
            yield from _rows(line, separator, roles)


def _separator(line: Line) -> str:
    if line.text.lstrip().startswith("|") or line.text.count("|") >= 2 and line.kind is Kind.TEXT:
        return "|"
    if line.path.lower().endswith((".csv", ".tsv", ".psv", ".txt")) and not line.before.strip():
        return next((sign for sign in (";", "\t", "|", ",") if sign in line.text), "")
    return ""


def _rows(line: Line, separator: str, roles: list[Role | None]) -> Iterator[Claim]:
    at = line.end + 1
    for _ in range(_MOST_ROWS):
        end = line.whole.find("\n", at, at + 2000)
        end = end if end >= 0 else min(len(line.whole), at + 2000)
        row = line.whole[at:end]
        if separator not in row:
            return
        place = at + (len(row) - len(row.lstrip().removeprefix("|")) if separator == "|" else 0)
        for named, cell in zip(roles, line.whole[place:end].split(separator), strict=False):
            value = cell.strip(" `*\"'\r")
            if named and named is not Role.LOGIN and value:
                yield by_role(place + cell.index(value), value, named)._replace(kind=f"{named.value} in a table")
            place += len(cell) + 1
        at = end + 1


def _named_value(line: Line) -> Iterator[Claim]:
    """`- name: DB_PASSWORD` with `value: X` below it; `<add key="Password" value="X"/>`; `variable "password" { default = "X" }`."""
    for found in re.finditer(r"[A-Za-z_][\w.:-]{2,60}", line.text):
        named = role(found[0]) if line.text[: found.start()].strip() else None
        if named in (None, Role.LOGIN) or not _NAMED.search(line.text[: found.start()][-40:]):
            continue
        stretch = re.split(r"\n\s*\n|(?i:\n\s*-\s*[\"']?name)|\n\}|\bvariable\s+\"", line.ahead[found.end() : found.end() + 400])[0]
        value = _ITS_VALUE.search(stretch)
        if value and named:
            shown = value["value"].split(value["quote"])[0] if value["quote"] else re.split(r"\s+#|[,<}]", value["value"])[0].strip()
            yield by_role(line.start + found.end() + value.start("value"), shown, named, weak=True)


__all__ = ["literals", "read_tables", "whole_file_claims"]
