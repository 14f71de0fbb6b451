# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""Read addresses: user and password before the host, keys in the query."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from urllib.parse import unquote

from workflow_template.standards.secrets.claims import Claim
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.values import Grade, grade, is_random, stands_for

_LOCAL = re.compile(
    r"localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker|[a-z][a-z_-]*(?::|/|$)|example\.|.*\.(?:example|test|invalid|local(?:host)?)(?:[:/]|$)|.*\bexample\b",
    re.I,
)
_PUBLIC = {"scott", "user", "username", "guest", "usr", "foo", "login", "u"}


@functools.cache
def _user_in_url() -> re.Pattern[str]:
    return re.compile(
        r"[A-Za-z][\w+.-]{0,40}://(?P<user>[^\s:/@\"'<>`]{0,80}):(?P<password>[^\s\"'<>`]{1,200})@(?P<host>[\w.\[{$%*-][^\s\"'`,;)]{0,80})"
    )


@functools.cache
def _key_in_query() -> re.Pattern[str]:
    return re.compile(
        r"[?&;](?:sig|code|signature|x-amz-signature|subscription-key|hapikey|appid|key|auth|sharedaccesssignature)=(?P<value>[\w%+/=.~-]{16,200})",
        re.I,
    )


def read_urls(line: Line) -> Iterator[Claim]:
    if "://" in line.text:
        for found in _user_in_url().finditer(line.text):
            yield from _login(line, found)
    if "=" in line.text and ("?" in line.text or "&" in line.text or ";" in line.text):
        for found in _key_in_query().finditer(line.text):
            value = unquote(found["value"])
            yield Claim(line.start + found.start("value"), value, "key in a URL", Grade.RANDOM)


def _login(line: Line, found: re.Match[str]) -> Iterator[Claim]:
    user, password, host = unquote(found["user"]), found["password"], found["host"]
    if "://" in password or "@" in password and re.search(r"[/,|]", password.split("@")[0]):
        return
    if _is_stand_in(user, unquote(password), host):
        return
    yield Claim(line.start + found.start("password"), unquote(password), "password in a URL", Grade.WORD)


def _is_stand_in(user: str, password: str, host: str) -> bool:
    """Whether a login is what manuals write: `scott:tiger`, user and password alike on the own machine."""
    if stands_for(password) or re.fullmatch(r"\d{1,5}", password) or password.lower() in (user.lower(), host.lower()):
        return password.lower() != user.lower() or bool(_LOCAL.match(host)) or stands_for(password)
    if grade(password) < Grade.CHOSEN and (user.lower() in _PUBLIC or _LOCAL.match(host)):
        return True
    return not is_random(password) and bool(re.match(r"(?i)(?:.*\.)?example\.(?:com|org|net)", host)) and grade(password) < Grade.CHOSEN
