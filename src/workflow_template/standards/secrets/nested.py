"""Read values that what stands round them gives a meaning: an element's name, a parent above, a map of passwords."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import Claim, by_role, direct
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import Line, Name
from workflow_template.standards.secrets.names import Role, marked, role, split
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.values import entropy, is_striking, stands_for

_CALLED = Lazy(
    r"(?i)<[\w:.-]{1,60}\s[^<>]{0,200}?\b(?:name|key|path|property|n|variable|param\w{0,9}|field|option)\s?=\s?"
    r"[\"'][^\"'<>]{0,200}$"
)
_CONTENT = Lazy(
    r"[\]\\/.]{0,3}[\"'][^<>]{0,200}(?<!/)>\s{0,60}(?:<[A-Za-z][\w:.-]{0,60}[^<>]{0,120}(?<!/)>\s{0,60})?"
    r"(?P<value>[^<>\s][^<>\n]{0,200})</"
)
_IS_ENCRYPTED = Lazy(r"(?i)encrypted=[\"'](?:1|true|yes)[\"']|serializeas=[\"']binary")
_KEY_ELEMENT = Lazy(r"</(?:key|name)>\s{0,60}<(?:string|value|val)\b[^<>]{0,60}>(?P<value>[^<>\n]{1,200})</")
_PARENT = Lazy(r"(?:-\s)?[\"'\[]{0,3}(?P<name>[\w.-]{1,60})[\"'\]]{0,3}\s{0,3}(?:=>|[:=])?\s{0,3}[{\[]?")
_CHILD = Lazy(
    r"(?:-\s)?[\"']?(?P<name>[\w.@-]{1,40})[\"']?\s{0,3}(?:=>|[:=])\s{0,3}"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"'#{\[&*|>][^\"'\n]{0,200})(?P=quote)\s{0,3},?(?:\s{1,9}#.{0,200})?"
)
_A_PERSON = Lazy(r"[a-z]{2,15}(?:[._][a-z]{2,15})?")
_OPENS = Lazy(r"[\"']?\]?\s{0,3}[:=]?\s{0,3}\{?\s{0,9}(?:#.{0,200})?$")
_UUID = Lazy(r"(?i)[\"'\])]{0,3}\s{0,3}(?::|=|=>|,|\s)\s{0,3}[\"']?(?P<value>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?![\w-])")
_ISSUED_WITH = words("apikey api secret password passwd pwd auth access apitoken accesskey accesstoken authtoken clientsecret")
_MANY = words("passwords passwörter passwoerter kennwörter passwds pwds contraseñas contrasenas senhas wachtwoorden hasła secrets tokens")
_MOST_CHILDREN = 30


def read_nested(line: Line) -> Iterator[Claim]:
    """Claim what an element, a parent or a map names."""
    for name in line.names:
        if marked(name.text):
            continue
        if "<" in line.text:
            yield from _in_element(line, name)
        if name.role is Role.KEY and line.kind is Kind.DATA:
            yield from _under_a_parent(line, name)
        if _ISSUED_WITH.intersection(split(name.text)):
            yield from _issued_uuid(line, name)
        if line.kind in (Kind.DATA, Kind.CODE) and split(name.last)[-1:] and (split(name.last)[-1] in _MANY or name.role is Role.LOGIN):
            yield from _in_a_map(line, name)


def _in_element(line: Line, name: Name) -> Iterator[Claim]:
    """`<entry key="password">X</entry>`, `<Configuration Path="….Properties[Password]"><ConfiguredValue>X</…>`, `<key>password</key>`."""
    found = _KEY_ELEMENT().match(line.ahead, name.end)
    if not found and _CALLED().search(line.text, max(0, name.start - 300), name.start):
        found = _CONTENT().match(line.ahead, name.end)
    if found and not _IS_ENCRYPTED().search(found[0]):
        value = found["value"].strip()
        yield by_role(line.start + found.start("value"), value, name.role, direct(value))


def _under_a_parent(line: Line, name: Name) -> Iterator[Claim]:
    """`key: X` of `encrypt:`."""
    parent = _parent(line)
    named = Role.SIGNING if parent.lower() in ("encrypt", "encryption", "crypto") else role(f"{parent}_key") if parent else None
    found = _CHILD().fullmatch(line.text.strip())
    if found and named in (Role.TOKEN, Role.SIGNING):
        value = found["value"]
        yield by_role(line.start + line.text.index(value), value, named, direct(value))


def _parent(line: Line) -> str:
    """The name that the nearest line above with less before it opens."""
    depth = len(line.text) - len(line.text.lstrip())
    for above in itertools.islice(reversed(line.before.split("\n")[:-1]), 20):
        inner = above.strip()
        if inner and not inner.startswith(("#", "//")) and (len(above) - len(above.lstrip()) < depth or inner.startswith("[")):
            found = _PARENT().fullmatch(inner)
            return found["name"].rpartition(".")[2] if found else ""
    return ""


def _issued_uuid(line: Line, name: Name) -> Iterator[Claim]:
    found = _UUID().match(line.text, name.end)
    if found and entropy(found["value"]) > 3 and not found["value"].startswith("12345678"):
        yield Claim(line.start + found.start("value"), found["value"], "token or key", sure=True)


def _in_a_map(line: Line, name: Name) -> Iterator[Claim]:
    """The values of `passwords:` or `[passwords]`, one a line, deeper than it; of `[login]` what a person chose for a person."""
    if not _OPENS().match(line.text, name.end):
        return
    is_section = line.text[name.end : name.end + 1] == "]"
    if is_section and not (line.kind is Kind.DATA and line.text.lstrip().startswith("[")):
        return
    depth = -1 if is_section else len(line.text) - len(line.text.lstrip())
    at, whole = line.end + 1, line.file.text
    for _ in range(_MOST_CHILDREN):
        end = whole.find("\n", at, at + 1000)
        row = whole[at : end if end >= 0 else len(whole)][:1000]
        found = _CHILD().fullmatch(row.strip())
        if not found or len(row) - len(row.lstrip()) <= depth:
            return
        value = found["value"].strip().rstrip(",")
        if name.role is not Role.LOGIN:
            yield by_role(at + row.index(value), value, name.role, direct(value, labels=False))
        elif is_striking(value) and _A_PERSON().fullmatch(found["name"]) and not stands_for(found["name"]):
            yield Claim(at + row.index(value), value, name.role.value)
        at = end + 1
        if end < 0:
            return
