"""Find the lines worth reading: cheap searches over the whole text, so that all else sees few lines."""

from __future__ import annotations

import re
from typing import Final

from workflow_template.standards.secrets.patterns import Lazy

MOST_PLACES = 20_000
LONG, _LEFT, _RIGHT = 2000, 300, 700
WINDOW, _MOST_AT_SIGNS = 900, 200_000


Place = tuple[int, int, int]


class Why:
    """What a place was found by, and so which readers look at it; plain bits, since there are thousands to join."""

    NAME: Final = 1
    CALL: Final = 2
    COMMAND: Final = 4
    SQL: Final = 8
    URL: Final = 16
    SHAPE: Final = 32


_NAMED = Why.NAME | Why.CALL
_ANY = _NAMED | Why.COMMAND
_NAME_ENDS = r"""[\w.-]{0,60}+["'`\])}*>_]{0,8}+[ \t]{0,40}"""
_VALUE = r"[=:,;(|>\s]"
_VALUE_IN_CODE = r"""(?:[=:,(|>](?:[^\n"'0-9!$]{0,200}+["'0-9!$]|[ \t(\\>|-]{0,20}\r?\n)|[ \t][^\n0-9!$%&?@"']{0,200}+[0-9!$%&?@"'])"""
_WORDS = {
    "pass": Why.SQL | _ANY, "pw": Why.NAME, "secret": _NAMED, "token": _NAMED, "key": _ANY, "auth": _NAMED, "cred": _ANY,
    "login": Why.SQL | _ANY, "kennwort": Why.NAME, "senha": Why.NAME, "clave": Why.NAME, "mdp": Why.NAME, "haslo": Why.NAME,
    "wachtwoord": Why.NAME, "contrasen": Why.NAME,
}  # fmt: skip
# A pattern is searched by its first letters: those of `token` are frequent, those of `ken` are not.
_SEARCHED_AS = {
    "secret": "cret(?<=secret)", "token": "ken(?<=token)", "auth": "uth(?<=auth)", "login": "gin(?<=login)", "senha": "ha(?<=senha)",
}  # fmt: skip
# In code a plain `key`, `keys` and `passes` are of no interest: what is random beside them is found by its shape.
_NOT_IN_CODE = {"key": r"(?<=[\w-]key)(?<!monkey)(?!s)", "pass": r"(?!e[sd]|ing)"}
_PHRASES = {
    "connect": (r"connect\w{0,12}\s?\((?:[^\n\"')]{0,200}+[\"']|[ \t]{0,9}\r?\n)", Why.CALL | Why.COMMAND),
    "identified": (r"identified\s{1,20}(?:(?:with|via)\s{1,20}\S{1,60}\s{1,20})?(?:by|as|using)\s", Why.SQL),
    "ftp": (r"ftp\w{0,8}\s?\(", Why.CALL),
    "jwt": (r"jwt\.\w{2,8}\(", Why.CALL),
    "-p": (r"-p(?<=[\s\"'`\[(]-p)[^\n]", Why.COMMAND),
    "curl": (r"curl[\"'.\s]", Why.COMMAND),
}
_ELSEWHERE = {
    Why.NAME: """geheim parola heslo adgangskode salasana jelszo losenord sifre parool cookie session zugangs identifiant pin sas bearer
        schluessel""",
    Why.COMMAND: """redis-cli ldap sqlplus expdp impdp smbclient lftp ncftp 7z zip mariadb rman sqlldr .logon sudo chpasswd net
        --from-literal securestring isql kinit <<<""",
    Why.SQL: "openrowset opendatasource encrypt",
    Why.URL: "oracle:thin",
    Why.CALL: "ftp bind fernet create_user",
}  # fmt: skip
_WHERE_COMMANDS_RUN = {Why.COMMAND: "redis-cli ldap sqlplus smbclient lftp 7z"}
_ACCENTED = {Why.NAME: "contrase has?o senord schl?ssel jelsz ?ifre cl?"}
_OTHER_SCRIPTS = Lazy("[\u0370-\u06ff\u0900-\u097f\u3040-\u9fff\uac00-\ud7af]")
_FOREIGN = "парол ключ 密码 密碼 口令 密钥 パスワード 비밀번호 סיסמ κωδικ 暗証 रहस्य"
_CLASSES = bytes(97 if chr(sign).isascii() and chr(sign).isalpha() else 48 if 48 <= sign < 58 else 32 for sign in range(256))
_SHAPE = re.compile(rb"0a{1,6}0")
_RUN = re.compile(rb"[\w+/=-]{1,200}")
_JOINED = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+/-"


class _Search:
    """A search for a word with what must follow it; its pattern is compiled for the first file that holds the word."""

    __slots__ = ("pattern", "source", "why", "word")

    def __init__(self, word: str, source: str, why: int) -> None:
        self.word, self.source, self.why = word.encode(), source.encode(), why
        self.pattern: re.Pattern[bytes] | None = None


def _searches(value: str, excluded: dict[str, str]) -> list[_Search]:
    names = [_Search(word, _SEARCHED_AS.get(word, word) + excluded.get(word, "") + _NAME_ENDS + value, why) for word, why in _WORDS.items()]
    return names + [_Search(word, source, why) for word, (source, why) in _PHRASES.items()]


_SEARCHES = {True: _searches(_VALUE_IN_CODE, _NOT_IN_CODE), False: _searches(_VALUE, {})}


def places(path: str, text: str) -> list[Place]:
    """Start, end and reason of each stretch of *text* that holds a word or a shape of a secret, in order."""
    found = _Found(text)
    python = path.endswith((".py", ".pyi"))
    found.by_words(_SEARCHES[python])
    if not python:
        found.by_needles(_ELSEWHERE)
    elif b"subprocess" in found.low:
        found.by_needles(_WHERE_COMMANDS_RUN)
    if not text.isascii():
        found.by_needles(_ACCENTED)
        found.by_foreign_words()
    found.by_at_signs()
    found.by_shape()
    return found.sorted()


def lower(text: str) -> str:
    """Lower case with every sign in its place: the one sign that grows is left as it is."""
    return text.replace("İ", "I").lower()


class _Found:
    """The stretches found so far: signs that are not ASCII are searched as `?`, which keeps every place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode("ascii", "replace")
        self.low = self.data.lower()
        self.spans: dict[int, tuple[int, int]] = {}

    def sorted(self) -> list[Place]:
        return [(start, end, why) for start, (end, why) in sorted(self.spans.items())]

    def by_words(self, searches: list[_Search]) -> None:
        low = self.low
        for search in searches:
            pattern = search.pattern
            if pattern is None:
                if search.word not in low:
                    continue
                pattern = search.pattern = re.compile(search.source)
            match = pattern.search(low)
            while match and len(self.spans) < MOST_PLACES:
                match = pattern.search(low, self.add(match.start(), search.why))

    def by_needles(self, needles: dict[int, str]) -> None:
        for why, some in needles.items():
            for needle in some.split():
                self._by_needle(needle.encode(), why)

    def _by_needle(self, needle: bytes, why: int) -> None:
        at = self.low.find(needle)
        while at >= 0 and len(self.spans) < MOST_PLACES:
            at = self.low.find(needle, self.add(at, why))

    def by_foreign_words(self) -> None:
        lowered = lower(self.text) if _OTHER_SCRIPTS().search(self.text) else ""
        for needle in _FOREIGN.split():
            at = lowered.find(needle)
            while at >= 0 and len(self.spans) < MOST_PLACES:
                at = lowered.find(needle, self.add(at, Why.NAME))

    def by_at_signs(self) -> None:
        """Lines with a user in a URL: one sign is searched faster than three."""
        at = self.data.find(b"@")
        for _ in range(_MOST_AT_SIGNS):
            if at < 0 or len(self.spans) >= MOST_PLACES:
                return
            if self.data.rfind(b"://", max(0, at - 300), at) >= 0:
                at = self.add(at, Why.URL) - 1
            at = self.data.find(b"@", at + 1)

    def by_shape(self) -> None:
        """Lines with a long run of letters with digits among them, as all issued tokens have."""
        classes, upto = self.data.translate(_CLASSES), 0
        for match in _SHAPE.finditer(classes):
            at = match.start()
            if at < upto or len(self.spans) >= MOST_PLACES:
                continue
            run = _RUN.match(self.data, at)
            upto = run.end() if run else at + 1
            before = self.data[max(0, at - 24) : at]
            if upto - at + len(before) - len(before.rstrip(_JOINED)) >= 15:
                upto = self.add(at, Why.SHAPE)

    def add(self, at: int, why: int) -> int:
        """Note the line of a place, or the window round it in a line too long to read; say where to search on."""
        start = self.data.rfind(b"\n", max(0, at - LONG), at) + 1
        end = self.data.find(b"\n", at, start + LONG)
        if (start == 0 and at >= LONG) or (end < 0 and start + LONG < len(self.data)):
            return self._add_window(at, why)
        end = end if end >= 0 else len(self.data)
        known = self.spans.get(start)
        self.spans[start] = (end, known[1] | why if known else why)
        return max(end, at + 1)

    def _add_window(self, at: int, why: int) -> int:
        start = max(0, at - at % _LEFT - _LEFT)
        end = min(len(self.data), start + _LEFT + _RIGHT)
        start = max(start, self.data.rfind(b"\n", start, at) + 1)
        newline = self.data.find(b"\n", at, end)
        end = newline if newline >= 0 else end
        known = self.spans.get(start)
        self.spans[start] = (max(end, known[0]), known[1] | why) if known else (end, why)
        return max(end - 100, at + 1) if newline < 0 else max(end, at + 1)
