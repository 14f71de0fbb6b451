# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""Find the lines worth reading: cheap searches over the whole text, so that all else sees few lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import AnyStr

MOST_PLACES = 20_000
_LONG, _LEFT, _RIGHT = 2000, 300, 700
_NEEDLES = """pass pw secret token key auth cred login connect identified -p curl openrowset
    contrasena kennwort senha clave wachtwoord haslo mdp""".split()
_FOREIGN = """contraseñ contrasenh hasło lösenord schlüssel şifre jelszó clé пароль парол ключ 密码 密碼 口令 密钥 パスワード 비밀번호 סיסמה κωδικ 暗証""".split()
_NOT_IN_PYTHON = """redis-cli ldap sqlplus expdp impdp smbclient lftp 7z zip encrypt geheim parola sig= ftp cookie heslo adgangskode salasana
    mariadb bteq .logon pin sas session zugangsdaten identifi""".split()
_CALLING = """redis-cli ldap sqlplus smbclient lftp 7z""".split()
_CLASSES = bytes(97 if chr(sign).isascii() and chr(sign).isalpha() else 48 if 48 <= sign < 58 else 32 for sign in range(256))
_SHAPES = (b"a0a", b"0a0")


def lines_worth_reading(path: str, text: str, extra: tuple[str, ...] = ()) -> Iterator[tuple[int, int]]:
    """Yield start and end of each stretch of *text* that holds a word or a shape of a secret, in order."""
    needles = [*_NEEDLES, *extra]
    python = path.endswith((".py", ".pyi"))
    found: dict[int, int] = {}
    if text.isascii():
        data = text.encode("ascii")
        low = data.lower()
        needles += _NOT_IN_PYTHON if not python else _CALLING if b"subprocess" in low else []
        for needle in needles:
            _collect(low, needle.encode(), b"\n", found)
        _at_signs(data, b"://", b"@", b"\n", found)
    else:
        data = text.encode("ascii", "replace")
        lowered = lower(text)
        for needle in needles + (_FOREIGN + (_NOT_IN_PYTHON if not python else _CALLING)):
            _collect(lowered, needle, "\n", found)
        _at_signs(text, "://", "@", "\n", found)
    _tokens(data, found)
    for shout in (b"PRIVATE", b"FTP", b"Private-Lines"):
        _collect(data, shout, b"\n", found)
    yield from sorted(found.items())[:MOST_PLACES]


def lower(text: str) -> str:
    """Lower case with every sign in its place: the one sign that grows is left as it is."""
    return text.replace("İ", "I").lower()


def _collect(data: AnyStr, needle: AnyStr, newline: AnyStr, found: dict[int, int]) -> None:
    find = data.find
    at = find(needle)
    while at >= 0 and len(found) < MOST_PLACES:
        at = find(needle, _add(data, at, newline, found))


def _add(data: AnyStr, at: int, newline: AnyStr, found: dict[int, int]) -> int:
    """Note the line of a place, or the window round it in a line too long to read; return where to search on."""
    start = data.rfind(newline, max(0, at - _LONG), at) + 1
    end = data.find(newline, at, at + _LONG)
    if end < 0:
        end = min(len(data), at + _LONG)
    if end - start >= _LONG or (start == 0 and at >= _LONG):
        start = max(0, at - at % _LEFT - _LEFT)
        end = min(len(data), start + _LEFT + _RIGHT)
        newline_at = data.rfind(newline, start, at)
        start = newline_at + 1 if newline_at >= 0 else start
        newline_at = data.find(newline, at, end)
        end = newline_at if newline_at >= 0 else end
    found[start] = end
    return max(end - 100, at + 1) if end - start >= _LEFT + _RIGHT - 1 else max(end, at + 1)


def _at_signs(data: AnyStr, scheme: AnyStr, sign: AnyStr, newline: AnyStr, found: dict[int, int]) -> None:
    """Lines with a user in a URL: one sign is searched faster than three."""
    at = data.find(sign)
    while at >= 0 and len(found) < MOST_PLACES:
        if data.rfind(scheme, max(0, at - 300), at) >= 0:
            at = max(_add(data, at, newline, found), at + 1)
        at = data.find(sign, at + 1)


def _tokens(data: bytes, found: dict[int, int]) -> None:
    """Lines with a long run of letters with digits among them, as all issued tokens have."""
    classes = data.translate(_CLASSES)
    for shape in _SHAPES:
        at = classes.find(shape)
        while at >= 0 and len(found) < MOST_PLACES:
            start = classes.rfind(b" ", max(0, at - 200), at) + 1
            end = classes.find(b" ", at)
            end = len(data) if end < 0 else end
            if end - start >= 15 or start == 0 and at > 200:
                end = max(_add(data, at, b"\n", found), at + 1)
            at = classes.find(shape, end)
