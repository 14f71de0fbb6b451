"""What the first search looks for: parts of names, commands and phrases, each with the readers it calls for."""

from __future__ import annotations

import functools
import re
from typing import Final

from workflow_template.standards.secrets.kinds import Kind


class Why:
    """What a place was found by, and so which readers look at it; plain bits, since there are thousands to join."""

    NAME: Final = 1
    CALL: Final = 2
    COMMAND: Final = 4
    SQL: Final = 8
    URL: Final = 16
    SHAPE: Final = 32
    STRIKING: Final = 64


_NAMED = """pass pw secret token key auth cred login logon kennwort senha clave mdp haslo heslo wachtwoord contrasen geheim parol psk
    communit pepper pin_ _pin schluessel"""
_COMMANDS = {"curl": r"[\"'.\s]", "-p": r"(?<=[\s\"'`\[(]-p)[^\n]"}
# What a word must not be part of: keys of tables, and the look-up of a secret by its name. In code a plain `key`, `keys` and `passes` are
# of no interest: what is random beside them is found by its shape.
_ELSEWHERE = {"key": r"(?<!primary key)(?<!foreign key)", "secret": r"(?<!\{\{ secret)"}
_IN_CODE = {**_ELSEWHERE, "key": r"(?<=[\w-]key)(?<!monkey)(?!s)", "pass": r"(?!e[sd]|ing)"}
_NAME_ENDS = r"""[\w.-]{0,60}+["'`\])}*>_\\]{0,8}+[ \t]{0,40}"""
_VALUE = r"(?:[=:,;(|>\s]|(?<=[\"']>))"
_VALUE_IN_CODE = r"""(?:[=:,(|>](?:[^\n"'0-9!$]{0,200}+["'0-9!$]|[ \t(\\>|-]{0,20}\r?\n)|[ \t][^\n0-9!$%&?@"']{0,200}+[0-9!$%&?@"'])"""
BLANK = "␣"  # in a word below
ALL_OF_A_NAME = Why.NAME | Why.CALL | Why.SQL | Why.COMMAND
ANYWHERE = {Why.SQL: "identified"}
_ADMINS = "admin␣/␣ root␣/␣ sa␣/␣ #␣root #␣admin #␣svc #␣sa␣ #␣sa: --␣sa␣ --␣root --␣svc"
_IN_TEXT_AND_DATA = {
    Why.NAME: """adgangskode salasana jelszo losenord sifre parool cookie session zugang identifiant pin sas bearer schluessel lozinka
        kodeord salt phrase""",
    Why.COMMAND: """openssl mosquitto_ rclone redis-cli ldap sqlplus expdp impdp smbclient lftp ncftp 7z zip mariadb rman sqlldr
    .logon sudo chpasswd net␣
        --from-literal securestring isql kinit <<< db2 gpg ssh-keygen vault http: schtasks dtexec bteq""",
    Why.SQL: "openrowset opendatasource encrypt",
    Why.URL: "oracle:thin pwd%3 password%3",
    Why.STRIKING: _ADMINS,
    Why.CALL: "connect ftp bind fernet create_user .open .protect .unprotect cone verbind hmac pdo(",
}  # fmt: skip
_IN_SCRIPTS = _IN_TEXT_AND_DATA | {Why.COMMAND: _IN_TEXT_AND_DATA[Why.COMMAND] + " user"}
_IN_PROSE = _IN_TEXT_AND_DATA | {Why.STRIKING: _ADMINS + " ␣/␣ with` `with mit` `mit met` als` as`"}
_IN_SHELL = _IN_SCRIPTS | {Why.COMMAND: _IN_SCRIPTS[Why.COMMAND] + ' -p -k -w -a -n -u /p /d /r pass: mc echo sql send␣"'}
_CALLS = {
    Why.CALL: """connect( redis( minio( create( ftp( ftp_tls( .connection( ␣connection( smbconnection( quote_plus( crypt( hmac conex
        jwt. yagmail.""",
    Why.NAME: """salasana adgangskode jelszo lozinka kodeord pin␣= pin= pin":""",
    Why.URL: "pwd%3 password%3",
    Why.STRIKING: "admin␣/␣",
}
_WHERE_COMMANDS_RUN = {Why.COMMAND: "redis-cli ldap sqlplus smbclient lftp 7z"}
ACCENTED = {Why.NAME: "contrase has?o senord schl?ssel jelsz ?ifre cl?"}
FOREIGN = "парол ключ 密码 密碼 口令 密钥 パスワード 비밀번호 סיסמ κωδικ 暗証 रहस्य"


class Part:
    """A part of a name, or a command, and what must follow it; it is compiled when the word is first met."""

    __slots__ = ("_compiled", "_follows", "why", "word")

    def __init__(self, word: str, follows: str, why: int) -> None:
        self.word, self.why, self._follows = word.encode(), why, follows.encode()
        self._compiled: re.Pattern[bytes] | None = None

    @property
    def follows(self) -> re.Pattern[bytes]:
        if self._compiled is None:
            self._compiled = re.compile(self._follows)
        return self._compiled


def _parts(exactly: dict[str, str], value: str) -> list[Part]:
    names = [Part(word, exactly.get(word, "") + _NAME_ENDS + value, ALL_OF_A_NAME) for word in _NAMED.split()]
    return names + [Part(word, follows, Why.COMMAND) for word, follows in _COMMANDS.items()]


_PARTS = {True: _parts(_IN_CODE, _VALUE_IN_CODE), False: _parts(_ELSEWHERE, _VALUE)}


def parts(*, in_python: bool) -> list[Part]:
    """The parts of names that every file is searched for."""
    return _PARTS[in_python]


@functools.cache
def words_of(needles: str) -> tuple[bytes, ...]:
    """Words that are searched for as they are, one by one."""
    return tuple(word.replace(BLANK, " ").encode() for word in needles.split())


def needles(kind: Kind, low: bytes, *, in_python: bool) -> dict[int, str]:
    """The words that are searched for as they are in a file of this kind, by what they call for."""
    if in_python:
        return _CALLS | (_WHERE_COMMANDS_RUN if runs_commands(low) else {})
    if kind is Kind.SHELL:
        return _IN_SHELL
    return _IN_PROSE if kind is Kind.TEXT else _IN_TEXT_AND_DATA if kind is Kind.CODE else _IN_SCRIPTS


def runs_commands(low: bytes) -> bool:
    """Whether code in lower case may run other programs."""
    return b"subprocess" in low or b"system(" in low


@functools.cache
def every_word(*, in_python: bool, ascii_only: bool, with_commands: bool) -> tuple[bytes, ...]:
    """All words that `needles` and the searches beside it may ask for in such texts."""
    wanted = [_CALLS, _WHERE_COMMANDS_RUN if with_commands else {}] if in_python else [_IN_SHELL, _IN_PROSE]
    wanted += [ANYWHERE, {} if ascii_only else ACCENTED]
    words = [word for some in wanted for words in some.values() for word in words_of(words)]
    return tuple(dict.fromkeys([*(part.word for part in parts(in_python=in_python)), *words]))
