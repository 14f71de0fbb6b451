# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""A line as the readers see it: its text, what kind of file it stands in, and what stands around a place in it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

REACH = 1500
_SUFFIXES = {
    "py": "code", "pyi": "code", "js": "code", "ts": "code", "tsx": "code", "jsx": "code", "java": "code", "cs": "code", "go": "code",
    "rb": "code", "php": "code", "scala": "code", "kt": "code", "r": "code", "pl": "code", "c": "code", "cpp": "code", "h": "code",
    "groovy": "code", "vb": "code", "lua": "code", "swift": "code", "rs": "code", "tf": "code", "hcl": "code", "bicep": "code", "ipynb": "code",
    "jinja": "code", "j2": "code", "mjs": "code", "tfvars": "code", "gradle": "code",
    "sh": "shell", "bash": "shell", "zsh": "shell", "ksh": "shell", "bat": "shell", "cmd": "shell", "ps1": "shell", "psm1": "shell",
    "dockerfile": "shell", "makefile": "shell", "mk": "shell", "fish": "shell",
    "sql": "sql", "ddl": "sql", "prc": "sql", "pks": "sql", "pkb": "sql", "hql": "sql",
    "md": "text", "rst": "text", "txt": "text", "adoc": "text", "html": "text", "htm": "text", "log": "text", "csv": "text", "tsv": "text",
    "markdown": "text", "eml": "text", "psv": "text",
}  # fmt: skip


class Kind(Enum):
    """How bare words read: as names in code, as values in data and commands, as prose in text."""

    CODE = "code"
    SHELL = "shell"
    SQL = "sql"
    TEXT = "text"
    DATA = "data"


class Literal(NamedTuple):
    """A quoted text of an expression: where it stands in which brackets; *call* is the name before the bracket."""

    start: int
    value: str
    prefix: str
    bracket: str
    call: str
    place: int
    keyword: str
    is_key: bool
    after: str


@functools.lru_cache(maxsize=1024)
def kind_of(path: str) -> Kind:
    name = path.rsplit("/", 1)[-1].lower()
    if name.startswith(("dockerfile", "containerfile", "makefile", "justfile")):
        return Kind.SHELL
    if name.startswith("jenkinsfile") or name == "sconstruct":
        return Kind.CODE
    suffix = name.rsplit(".", 1)[-1] if "." in name else ("text" if name in ("readme", "notes", "todo", "changelog") else "")
    return Kind(_SUFFIXES.get(suffix, "text" if suffix == "text" else "data"))


class Line:
    """A stretch of text to look at: a line, or a window of one that is too long to be read whole."""

    def __init__(self, path: str, text: str, start: int, end: int) -> None:
        self.path, self.whole, self.start, self.end = path, text, start, end
        self.kind = kind_of(path)
        self.text = text[start:end]
        if '\\"' in self.text:
            self.text = self.text.replace('\\"', ' "')
        self.lower = self.text.lower() if len(self.text.lower()) == len(self.text) else self.text

    @functools.cached_property
    def ahead(self) -> str:
        """The line and what follows it, as far as one expression reaches."""
        rest = self.whole[self.end : self.start + REACH]
        return self.text + (rest.replace('\\"', ' "') if '\\"' in rest else rest)

    @functools.cached_property
    def before(self) -> str:
        return self.whole[max(0, self.start - 600) : self.start]

    @functools.cached_property
    def comment(self) -> int:
        """Where the comment of this line begins; its length where it has none."""
        marks = {
            "code": r"#|//|/\*|<!--",
            "shell": r"(?:^|\s)#|^\s*(?:rem|::)\s|<#",
            "sql": r"--|/\*",
            "data": r"(?:^|\s)#|^\s*[;!]|//|<!--",
        }
        pattern = marks.get(self.kind.value, "<!--")
        for found in re.finditer(rf"(?i)\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?P<mark>(?<!:)(?:{pattern}))", self.text):
            if found["mark"]:
                return found.start()
        return len(self.text)

    @functools.cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """The stretches of this line that lie inside quotes."""
        return [(found.start(), found.end()) for found in re.finditer(r"\"(?:[^\"\\]|\\.)*(?:\"|$)|'(?:[^'\\]|\\.)*(?:'|$)", self.text)]

    def in_quotes(self, at: int) -> bool:
        return any(start < at < end - (self.text[end - 1] in "\"'" and end - start > 1) for start, end in self.quoted)

    @functools.cached_property
    def in_text_block(self) -> bool:
        """Whether the line begins inside a string of several lines."""
        if not self.path.endswith((".py", ".pyi")):
            return False
        return bool(_open_block(self.whole, self.start))

    def is_prose(self, at: int) -> bool:
        """Whether bare words at this place are read by people: text files, comments, docstrings."""
        return self.kind is Kind.TEXT or at >= self.comment or self.in_text_block


def _open_block(text: str, upto: int) -> str:
    """The quotes of the Python string of several lines that is open before *upto*, if one is."""
    opened, at = "", 0
    while True:
        if opened:
            at = text.find(opened, at, upto)
            if at < 0:
                return opened
            opened, at = "", at + 3
            continue
        double, single = text.find('"""', at, upto), text.find("'''", at, upto)
        if double < 0 and single < 0:
            return ""
        at = min(place for place in (double, single) if place >= 0)
        opened, at = text[at : at + 3], at + 3


_TOKEN = re.compile(
    r"""(?P<prefix>(?:[rRbBuUfFN$@]{1,2})?)(?:"{3}(?P<a>(?:[^"\\]|\\.|"(?!""))*)"{3}|'{3}(?P<b>(?:[^'\\]|\\.|'(?!''))*)'{3}
    |"(?P<c>(?:[^"\\\n]|\\.)*)"|'(?P<d>(?:[^'\\\n]|\\.|'')*)'|`(?P<e>[^`\n]*)`)
    |(?P<word>[^\W\d][\w.]*)|(?P<sign>[()\[\]{},;\n\\#]|//|--(?=\s)|==|!=|=>?|:)|[ \t]+|\d+|.""",
    re.X | re.S,
)
_GOES_ON = ("+", "\\", "=", "(", "or", "and", "else", ",", "%", "||", "?", ":")


def literals(text: str, at: int, limit: int = 120) -> Iterator[Literal]:
    """The quoted texts of the expression that begins at *at*, up to its end: a comma, a closing bracket, a line's end."""
    stack: list[tuple[str, str]] = []
    places, keyword, last, call = [0], "", "", ""
    for _ in range(limit):
        found = _TOKEN.match(text, at)
        if not found:
            return
        at, group = found.end(), found.lastgroup
        token = found[0]
        if group in ("a", "b", "c", "d", "e"):
            bracket, name = stack[-1] if stack else ("", "")
            after = _next_sign(text, at)
            is_key = (bracket == "[" and bool(name)) or (bracket in ("{", "[") and after.startswith((":", "=>")))
            yield Literal(found.start(group), found[group], found["prefix"].lower(), bracket, name, places[-1], keyword, is_key, after)
            last = '"'
        elif group == "word":
            call, last = token, token
        elif group != "sign":
            last = last if token.isspace() else token
        elif token in "([{":
            stack.append((token, call if last == call and call else ("]" if last in (")", "]", '"') and token == "[" else "")))
            places.append(0)
            keyword, last = "", token
        elif token in ")]}":
            if not stack:
                return
            stack.pop()
            places.pop()
            keyword, last, call = "", token, "."
        elif token == ",":
            if not stack:
                return
            places[-1] += 1
            keyword, last = "", token
        elif token == "=" and stack and last == call:
            keyword, last = call, token
        elif token == "\n":
            if not stack and not last.endswith(_GOES_ON):
                return
        elif token == "#" or token in ("//", "--"):
            end = text.find("\n", at)
            if end < 0 or (not stack and not last.endswith(_GOES_ON)):
                return
            at = end
        elif token == ";" and not stack:
            return
        else:
            last = token


def _next_sign(text: str, at: int) -> str:
    return text[at : at + 12].lstrip(" \t")[:8]
