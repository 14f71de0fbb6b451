"""A line as the readers see it: its text, what kind of file it stands in, and what stands around a place in it."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterator
from typing import NamedTuple

from workflow_template.standards.secrets.kinds import Kind, kind_of
from workflow_template.standards.secrets.names import Role, role
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.places import lower

REACH = 1500


_COMMENTS = {
    Kind.CODE: r"#|//|/\*|<!--",
    Kind.SHELL: r"(?:^|(?<=\s))#|^\s*(?:rem|::)\s|<#",
    Kind.SQL: r"--|/\*",
    Kind.TEXT: "<!--",
    Kind.DATA: r"(?:^|(?<=\s))#|^\s*[;!]|(?<!:)//(?![\w.-]{1,60}[/:])|<!--",
}
_QUOTED = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_COMMENT = {kind: Lazy(rf"(?i){_QUOTED}|(?P<mark>(?<!:){marks})") for kind, marks in _COMMENTS.items()}
_THREE_QUOTES, _ANY_THREE_QUOTES = Lazy('"""'), Lazy(r"\"{3}|'{3}")
_QUOTES = Lazy(r"\"(?:[^\"\\]|\\.)*(?:\"|$)|'(?:[^'\\]|\\.)*(?:'|$)")
_NAME = Lazy(r"[-/$@]{0,2}\w[\w$.-]*")
_KEY_OF = Lazy(
    r"(?i)\b(?:api|access|secret|private|account|auth|encryption|signing|master|shared|license|storage|integration|routing|clé|llave|chave|clave|chiave"
    r"|sleutel|klucz|key|schlüssel|nyckel|nøgle)(?:[ '’]|\sd['’]|\sd[aeio]l?\s(?:l[ao]s?\s|el\s|l['’])?|\s(?:d[eo]ll?|all)['’]"
    r"|\s(?:per|of|for|für|der|des|voor|till|til|do|van|af)\s(?:(?:the|die|der|de|het)\s)?)$"
)
CLAVE = Lazy(r"(?i)clave\s(?:del?|para)\s(?:la\s|el\s)?\w")
_PHRASE_OF = Lazy(r"(?i)\b(?:unlock|recovery|seed|backup|secret|security|mnemonic|access|entry)[ -]$")
_UNLOCKS = Lazy(r"(?i)\b(?:recovery|unlock|bitlocker|emergency|restore|disk|vault) $")
_CELL_LINE = Lazy(r'(\s*")(.*?)((?:\\n)?",?\s*)')
_SECOND_WORDS = words("key keys Key Keys KEY schlüssel Schlüssel clé api API phrase")
_TRANSLATION = Lazy(r"i18n|locale|lang|translat|messages|(?:^|/)[a-z]{2}(?:[-_][a-z]{2})?\.(?:json|ya?ml|properties)$")
_USER = Lazy(
    r"(?i)(?<![a-z])(?:user(?:[ _]?(?:name|id))?|uid|log[io]n|benutzer(?:name)?|usuario|usuário|utilisateur|identifiant|gebruiker|utente"
    r"|użytkownik|användare|bruker|bruger|account|konto|compte)[\"'`*]{0,3}"
    r"(?:\s{0,3}[:=]\s{0,3}[^\s:=,;]"
    r"|\s(?!(?:and|or|und|oder|et|ou|y|o|e|en|with|the|name|is)\b)[\"'`*]{0,2}[\w.@\\-]{2,40}[\"'`*]{0,2},?"
    r"\s(?:(?:/|and|und|et|y|e|en|with|mit|avec|con|met)\s)?(?:the |das )?\Z)"
    r"|\s(?-i:-U)\s?\w"
    r"|(?<![a-z])(?:user|account|login|benutzer|konto|zugang|compte|cuenta|conta)(?:\s\w{1,20}){0,2}?"
    r"\s(?:is|ist|est|es|è|lautet|called|named)\s[`\"'*]{0,2}[\w.@\\-]{2,40}[`\"'*]{0,2},?"
    r"\s(?:with|and|mit|und|avec|con|et|y|e)\s(?:the |das |dem |le |la |il |a )?\Z"
)
_A_USER = Lazy(
    r"(?im)^[\W_]{0,8}(?:user(?:[ _-]?(?:name|id))?|uid|login|benutzer(?:name)?|usuario|usuário|utilisateur|identifiant|gebruiker(?:snaam)?"
    r"|utente|użytkownik|account|konto|compte)"
    r"[\"'`*_ ]{0,4}\s{0,3}[:=|][\"'`*_ ]{0,5}(?-i:[a-z0-9])[\w.@\\-]{1,60}[\"'`*]{0,3}\s{0,3}[,|]?\s{0,3}$"
)
_NO_VALUE = ("no", "forgot", "reset", "wrong", "invalid", "forgotten", "missing", "your", "checksum")


class Name(NamedTuple):
    """A name in a line that speaks of a secret, and where it stands in the line."""

    start: int
    end: int
    text: str
    role: Role

    @property
    def last(self) -> str:
        """The name without what it belongs to: `password` of `self.settings.password`."""
        return self.text.rpartition(".")[2]


class File:
    """A text with what must be known of it as a whole."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text, self.kind = path, text, kind_of(path)
        self.name = path.rsplit("/", 1)[-1].lower()
        self.is_translation = bool(_TRANSLATION().search(path.lower()))
        self.is_python = path.endswith((".py", ".pyi"))

    @functools.cached_property
    def _blocks(self) -> list[int]:
        """Where strings of several lines open and close, in turn."""
        return list(_block_edges(self.text)) if self.is_python else []

    def in_block(self, at: int) -> bool:
        """Whether a place lies inside a Python string of several lines."""
        return bool(bisect.bisect_right(self._blocks, at) % 2)


class Line:
    """A stretch of text to look at: a line, or a window of one that is too long to be read whole."""

    def __init__(self, file: File, start: int, end: int, why: int) -> None:
        self.file, self.start, self.end, self.why = file, start, end, why
        self.kind = file.kind
        self.text = _plain(file.text[start:end])
        if file.name.endswith(".ipynb"):
            self.text = _cell_line(self.text)
        self.lower = self.text.lower() if self.text.isascii() else lower(self.text)

    @functools.cached_property
    def ahead(self) -> str:
        """The line and what follows it, as far as one expression reaches."""
        return self.text + _plain(self.file.text[self.end : self.start + REACH])

    @functools.cached_property
    def before(self) -> str:
        return self.file.text[max(0, self.start - 600) : self.start]

    @functools.cached_property
    def comment(self) -> int:
        """Where the comment of this line begins; its length where it has none."""
        for found in _COMMENT[self.kind]().finditer(self.text):
            if found["mark"]:
                return found.start()
        return len(self.text)

    @functools.cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """The stretches of this line that lie inside quotes."""
        return [(found.start(), found.end()) for found in _QUOTES().finditer(self.text)]

    def in_quotes(self, at: int) -> bool:
        """Whether a place lies inside a text of this line, also one that ends on a later line."""
        return any(start < at < end for start, end in self.quoted)

    def is_prose(self, at: int) -> bool:
        """Whether bare words at this place are read by people: text files, comments, docstrings."""
        return self.kind is Kind.TEXT or at >= self.comment or self.file.in_block(self.start)

    def is_beside_a_user(self, at: int) -> bool:
        """Whether this line names a user before *at*, so that a password is what follows."""
        return bool(_USER().search(self.text, max(0, at - 200), at))

    @functools.cached_property
    def is_below_a_user(self) -> bool:
        """Whether one of the two lines above names a user, as those of a login do."""
        above = self.before[-200:].rstrip("\n").rsplit("\n", 2)[-2:]
        return any(_A_USER().match(each) for each in above if each.strip())

    @functools.cached_property
    def names(self) -> list[Name]:
        """The names in this line that speak of a secret."""
        found = []
        for each in _NAME().finditer(self.text):
            named = (_role_of_two(self.text, each.start()) if each[0].rpartition("-")[2] in _SECOND_WORDS else None) or role(each[0])
            if named is None and CLAVE().match(self.text, each.start()):
                named = Role.PASSWORD
            if named is not None and not self.lower[max(0, each.start() - 14) : each.start()].rstrip().endswith(_NO_VALUE):
                text = each[0].rstrip(".-")
                found.append(Name(each.start(), each.start() + len(text), text, named))
        return found


def _plain(text: str) -> str:
    """Escaped quotes, as in notebooks and JSON, read as quotes; every sign keeps its place."""
    return text.replace('\\"', ' "') if '\\"' in text else text


def _cell_line(text: str) -> str:
    """A line of code in a notebook without the quotes that JSON puts round it."""
    found = _CELL_LINE().fullmatch(text)
    return f"{' ' * found.end(1)}{found[2]}{' ' * (len(text) - found.end(2))}" if found else text


def _block_edges(text: str) -> Iterator[int]:
    """Where Python's strings in three quotes open and close, in turn."""
    if "'''" not in text:
        yield from (found.start() for found in _THREE_QUOTES().finditer(text))
        return
    opened = ""
    for found in _ANY_THREE_QUOTES().finditer(text):
        if found[0] == (opened or found[0]):
            yield found.start()
            opened = "" if opened else found[0]


def _role_of_two(text: str, start: int) -> Role | None:
    """A name in two words: `API key`."""
    if text[start : start + 6].lower() == "phrase":
        return Role.PASSWORD if _PHRASE_OF().search(text[max(0, start - 14) : start]) else None
    before = text[max(0, start - 28) : start]
    if _UNLOCKS().search(before):
        return Role.PASSWORD
    return Role.TOKEN if _KEY_OF().search(before) else None
