"""Read addresses: user and password before the host, keys in the query."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from workflow_template.standards.secrets.claims import NOTHING_ELSE, Claim
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.values import Grade, grade, stands_for

_LOGIN = Lazy(
    r"[A-Za-z][\w+.-]{0,40}://(?P<user>[^\s:/@\"'<>`]{0,80}):(?P<password>[^\s\"'<>`]{1,200})@(?P<host>[\w.\[{$%*-][^\s\"'`,;)]{0,80})"
)
_KEY = Lazy(
    r"(?i)[?&;](?:sig|code|signature|x-amz-signature|subscription-key|hapikey|appid|app_?key|key|auth|sharedaccesssignature)="
    r"(?P<value>[\w%+/=.~-]{16,200})"
)
_TOKEN_ALONE = Lazy(r"://(?P<value>[A-Za-z0-9_-]{20,200}):?@[\w.-]{3,80}")
_LOCAL = Lazy(r"(?i)localhost|127\.|0\.0\.0\.0|\[?::1|host\.docker|example\.|.*\.(?:example|test|invalid|localhost)(?:[:/]|$)")
_ORACLE = Lazy(r"(?i)jdbc:oracle:thin:[\w.-]{1,60}/([^\s@\"']{1,80})@")
_ENCODED = Lazy(r"(?i)(?:pwd|password)(?:%3D|=)(?P<value>(?:(?!%3B|%22|%7D)[^\s\"'&;])+)(?:%3B|&|[\"';]|$)")
_BEFORE_A_HOST = Lazy(r"[\"'\s=][A-Za-z]\w{1,30}/(?P<value>[^\s/@\"':]{3,60})@[\w.-]{2,60}(?::\d{2,5}/\w|/\w|[\"'])")
_WITHOUT_SCHEME = Lazy(
    r"(?:^|[\s\"'=])[A-Za-z][\w.-]{0,40}:(?P<value>[^\s:@\"'/]{3,60})@(?:(?:tcp|unix|udp)\([^)\s]{1,80}\)|[A-Za-z][\w.-]{1,60}:\d{2,5}(?:/|[\"'\s]|$))"
)
_ORACLE_NAMED = Lazy(
    r"(?i)(?<![a-z])(?:dsn|conn|connect|connection|userid|connect_?string|logon)[\"']?\s{0,3}[:=]\s{0,3}[\"']?[A-Za-z]\w{0,40}/(?P<value>[^\s/@\"']{3,60})@\w"
)
_PORT = Lazy(r"\d{1,5}(?:/|$)")
_EXAMPLE = Lazy(r"(?i)(?:.*\.)?example\.(?:com|org|net)")
_ANYBODY = words("scott user username guest usr foo login u usr1 john myuser")


def read_urls(line: Line) -> Iterator[Claim]:
    """Claim passwords and keys in addresses."""
    if "://" in line.text and "@" in line.text:
        for found in _LOGIN().finditer(line.text):
            user, password, host = unquote(found["user"]), unquote(found["password"]), found["host"]
            if "://" not in password and not _PORT().match(password) and not _is_stand_in(user, password, host):
                yield Claim(line.start + found.start("password"), password, "password in a URL", NOTHING_ELSE)
        for found in _TOKEN_ALONE().finditer(line.text):
            yield Claim(line.start + found.start("value"), found["value"], "token in a URL", Grade.RANDOM)
    if "oracle:thin" in line.lower:
        for found in _ORACLE().finditer(line.text):
            yield Claim(line.start + found.start(1), found[1], "password in a URL", NOTHING_ELSE)
    if "@" in line.text and "/" in line.text:
        for found in _ORACLE_NAMED().finditer(line.text):
            yield Claim(line.start + found.start("value"), found["value"], "user and password", NOTHING_ELSE)
        for found in _BEFORE_A_HOST().finditer(line.text):
            yield Claim(line.start + found.start("value"), found["value"], "user and password", Grade.CHOSEN)
    if "@" in line.text and ":" in line.text:
        for found in _WITHOUT_SCHEME().finditer(line.text):
            yield Claim(line.start + found.start("value"), found["value"], "password in a URL", NOTHING_ELSE)
    if "%3" in line.text:
        for found in _ENCODED().finditer(line.text):
            yield Claim(line.start + found.start("value"), unquote_plus(found["value"]), "password in a connection string", NOTHING_ELSE)
    if "=" in line.text and ("?" in line.text or "&" in line.text):
        for found in _KEY().finditer(line.text):
            yield Claim(line.start + found.start("value"), unquote(found["value"]), "key in a URL", Grade.RANDOM)


def _is_stand_in(user: str, password: str, host: str) -> bool:
    """Whether a login is what manuals write: `scott:tiger`, a plain word on the own machine."""
    if password.lower() == user.lower():
        return bool(_LOCAL().match(host)) or stands_for(password)
    graded = grade(password)
    if graded >= Grade.CHOSEN or (graded in (Grade.NAME, Grade.WORD) and len(password) >= 8 and user.lower() not in _ANYBODY):
        return user.lower() == "scott" and password.startswith("tiger")
    return user.lower() in _ANYBODY or bool(_LOCAL().match(host) or _EXAMPLE().match(host))
