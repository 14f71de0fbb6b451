"""Claim texts that nobody would write but as a password, where the code around them speaks of a login."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workflow_template.standards.secrets.claims import Claim
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.patterns import Lazy
from workflow_template.standards.secrets.values import Grade, grade, is_striking

_TEXT = Lazy(r"""(?<![\w"'])[rRbBuUN]?(?P<quote>["'`])(?P<value>[^"'`\s]{6,64})(?P=quote)""")
_OPENS_UP = Lazy(
    r"(?i)conn|log_?in|log_?on|sign_?in|auth|cred|session|client|ftp|ssh|redis|mail|smtp|imap|pop3|bind|engine|account|ldap|minio|mqtt"
    r"|rabbit|kafka|mongo|elastic|oracle|jira|proxy|crypt|unlock|user|sql|server|zugang|acc[eè]s|utente|driver|pool|remote|share|smb"
    r"|mount|cone[ck]t|conex|verbind|anmeld|^sap|rfc|^args$|smtphandler|(?:^|_)db$|^[a-z]{0,8}db$|dwh|dsn|odbc|jdbc|hana|snow|tera|benutzer|usuario|utilisateur|gebruiker|konto|compte|cuenta|passw|database|source|target|host|env|jwt|totp|vault|zip|sign"
)
_ALONE = Lazy(r"(?i)auth|log_?in|unlock|crypt|passw|secret|token|sign")
_CALLEE = Lazy(r"([A-Za-z_]\w*)\s?$")
_GIVEN_TO = Lazy(r"""([A-Za-z_]\w{0,80}+)["'\]]{0,3}\s{0,3}(?::\s?[\w\[\], .|]{1,60})?(?::|=|=>|\+=)\s{0,9}$""")
_NAMED = Lazy(r"[\w\"'\]]\s*(?:=|:|=>)\s*$")
_COMPARED = Lazy(r"(?:==|!=|===|\bin\s*[\[({])\s*$|\bcase\s+$")
_WHO = Lazy(
    r"(?i)user|login|name|account|benutzer|usuario|utilisateur|gebruiker|konto|who|role|admin|root|match|passw|pw|entered|given|input"
)
_PAIRED = Lazy(
    r"(?<![/\w])[\w.@\\-]{2,40}(?:\s/\s|(?P<mark>[`*\"']{1,2})\s(?:/|with|mit|met|avec|con|und|and)\s(?=[`*\"']))"
    r"[`*\"']{0,2}(?P<value>[^\s`*\"'/|]{6,40})(?=[`*\"'.,;)]|\s|$)"
)
_IN_A_ROW = Lazy(r"\|\s{0,20}`[\w.@\\-]{2,40}`\s{0,20}\|\s{0,20}`(?P<value>[^\s`|]{6,40})`\s{0,20}(?:\||$)")
_OF_AN_ADMIN = Lazy(
    r"(?i)(?:^|[\s#;*/-])(?:root|admin(?:istrator)?|sa|sys(?:tem|dba)?|postgres|(?:svc|srv)[_-]\w{1,30})(?:\s\w{1,15}){0,2}\s?[:=]\s{0,3}"
    r"[`\"']?(?P<value>[^\s`\"']{6,40})[`\"']?[.,;)]?(?:\s|$)"
)
_LOGS_IN = Lazy(r"(?i)\b(?:use|with|login|log in|user|as|als|mit|con|avec|is|are|ist|est)\s(?:the\s)?[`\"'*]{0,2}$")
_IS_KEY = Lazy(r"\s{0,3}(?::(?!:)|=>)\s")
_FIELD_NAMED = Lazy(
    r"(?i)[\"']\w{0,30}(?:name|id|mail|host|url|key|type|role|group|path|file|date|version|token|user|db|table)[\"']\s{0,3}:\s{0,3}$"
)
_OF_USERS = Lazy(
    r"(?i)(?:user|login|account|password|benutzer|usuario|usuário|utilisateur|gebruiker|konten|compte|utent|senha|contraseña|contrasena"
    r"|passw[oö]r?ter|zugaeng|zugäng)e?[ns]?$|^(?:valid|known|allowed)_"
)
AFTER_A_USER = Lazy(
    r"(?i)(?:(?<![a-z])(?:\w{0,30}[._])?(?:user(?:name|id)?|usr|uid|login|usuario|usuário|benutzer|utilisateur|gebruiker|utente|account)[\"')\]]{0,3}"
    r"|[\"'](?-i:[A-Z])\w{1,15}\\{1,2}[\w.$-]{2,40}[\"']"
    r"|[\"'](?:sa|root|admin|administrator|(?:svc|srv|etl|app|usr|rfc)[._-]\w{1,30}|\w{1,30}[._-](?:svc|srv|etl|user|usr|batch|ro|rw|app|admin))[\"'])"
    r"\s{0,3},\s{0,12}[rbfuN]?$"
)
_A_USER_ALONE = Lazy(r"[=:,\[]\s{0,20}\(\s{0,3}[\"'][A-Za-z][a-z_.@-]{1,30}[\"']\s{0,3},\s{0,3}$")
_MOST_SIGNS, _MOST_TEXTS = 500, 12


class _Around(NamedTuple):
    """The open bracket round a text: what stands before it, what stands between the last comma and the text, and how many are before it."""

    sign: str
    before: str
    direct: str
    place: int


def read_striking(line: Line) -> Iterator[Claim]:
    """Claim striking texts that are passed to a call, kept beside a user or compared with what somebody entered."""
    yield from _told(line)
    if line.kind is Kind.TEXT:
        return
    for number, found in enumerate(_TEXT().finditer(line.text)):
        if number >= _MOST_TEXTS:
            return
        if _IS_KEY().match(line.text, found.end()) and line.kind in (Kind.CODE, Kind.DATA):
            continue
        striking = is_striking(found["value"]) and _is_for_a_login(line, found.start())
        chosen = grade(found["value"]) >= Grade.CHOSEN
        if striking or (chosen and (_is_kept_for_a_user(line, found.start()) or _is_given_with_a_user(line, found.start()))):
            yield Claim(line.start + found.start("value"), found["value"], "password in a call")


def _told(line: Line) -> Iterator[Claim]:
    """`svc_jira / X`, `etl` with `X`, a row of a table with `etl` and `X`; in a comment also `root since May: X`."""
    at = 0 if line.kind is Kind.TEXT else line.comment
    for pattern in (_IN_A_ROW, _OF_AN_ADMIN):
        for found in pattern().finditer(line.text, at):
            value = found["value"].rstrip(".,;:)")
            if is_striking(value):
                yield Claim(line.start + found.start("value"), value, "user and password")
    for found in _PAIRED().finditer(line.text, at):
        value = found["value"].rstrip(".,;:)`*\"'")
        logs_in = _LOGS_IN().search(line.text, max(0, found.start() - 20), found.start()) and any(map(str.isdigit, value))
        if is_striking(value) or (logs_in and grade(value) >= Grade.CHOSEN):
            yield Claim(line.start + found.start("value"), value, "user and password")


def _is_for_a_login(line: Line, at: int) -> bool:
    before = (line.before + line.text[:at])[-_MOST_SIGNS:]
    if _COMPARED().search(before):
        return bool(_WHO().search(line.text[:at]))
    around = _around(before)
    if around and around.sign == "(" and AFTER_A_USER().search(before):
        return True
    for _ in range(4):
        if around is None or _NAMED().search(around.direct):
            return False
        callee = _CALLEE().search(around.before) if around.sign == "(" else None
        given_to = _GIVEN_TO().search(around.before)
        named = callee or given_to
        if named:
            return bool(_OPENS_UP().search(named[1])) and (around.place > 0 or bool(callee and _ALONE().search(named[1])))
        outer = _around(around.before)
        around = outer and outer._replace(direct="", place=around.place)
    return False


def _is_kept_for_a_user(line: Line, at: int) -> bool:
    """Whether a text is the value of a user: `users = {"anna": "X"}`."""
    around = _around((line.before + line.text[:at])[-_MOST_SIGNS:])
    if around is None or around.sign != "{" or not _NAMED().search(around.direct) or _FIELD_NAMED().search(around.direct):
        return False
    kept_in = _GIVEN_TO().search(around.before)
    return bool(kept_in and _OF_USERS().search(kept_in[1]))


def _is_given_with_a_user(line: Line, at: int) -> bool:
    """Whether a text stands behind a user in a call that opens something, or alone with one in a bracket: `("reader", "X")`."""
    before = (line.before + line.text[:at])[-_MOST_SIGNS:]
    around = _around(before)
    if around is None or around.sign != "(":
        return False
    if callee := _CALLEE().search(around.before):
        return bool(_OPENS_UP().search(callee[1]) and AFTER_A_USER().search(before))
    text = _TEXT().match(line.text, at)
    if text is None or around.place != 1 or not _A_USER_ALONE().search(before) or line.text[text.end() :].lstrip()[:1] != ")":
        return False
    value = text["value"]
    return is_striking(value) and len(value) >= 8 and all(any(map(kind, value)) for kind in (str.islower, str.isupper, str.isdigit))


def _around(before: str) -> _Around | None:
    """The bracket that is open at the end of *before*."""
    depth, commas, direct = 0, 0, len(before)
    for at in range(len(before) - 1, -1, -1):
        sign = before[at]
        if sign in ")]}":
            depth += 1
        elif sign in "([{" and depth:
            depth -= 1
        elif sign in "([{":
            return _Around(sign, before[:at], before[max(direct, at + 1) :] if commas else before[at + 1 :], commas)
        elif sign == "," and not depth:
            direct = direct if commas else at + 1
            commas += 1
    return None
