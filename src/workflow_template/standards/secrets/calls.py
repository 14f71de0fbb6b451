"""Read calls that take a password by place: `FTP(host, user, "…")`, `auth=("user", "…")`, `login("user", "…")`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import Claim, by_role
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.literals import Literal, literals
from workflow_template.standards.secrets.names import Role
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.values import Grade, grade

_BY_PLACE = {
    0: """quote_plus check_password verify_password checkpw b64encode btoa fernet azurekeycredential apikeycredential
        encryptbypassphrase decryptbypassphrase""",
    1: """login httpbasicauth httpdigestauth basicauth digestauth httpntlmauth httpproxyauth networkcredential
        usernamepasswordcredential usernamepasswordcredentials passwordcredential usernamepasswordauthentication plaintextauthprovider
        basic_auth basicauthcredentials setbasicauth basicauthentication passwordauthentication ntlmauth sqlcredential set_basic_auth
        authenticate salesforce smbconnection simple_bind_s bind_s connect create_user createuser create_superuser basicauthprovider
        username_pw_set addcredentials add_credentials plaincredentials azurenamedkeycredential sharedkeycredential
        storagesharedkeycredential databasecredentials auth credentials userpass signin sign_in log_in logon open_session
        open_connection create_connection passwordauthenticator authbasic clientcredential usernametoken pscredential""",
    2: "ftp ftp_tls ftphost connection getconnection plainauth set_password clientsecretcredential minio",
    3: "add_password redis influxdbclient",
}  # fmt: skip
_PLACES = {name: place for place, names in _BY_PLACE.items() for name in names.split()}
_OF_MODULE = {
    "pymysql.connect": 2, "mysqldb.connect": 2, "pymssql.connect": 2, "ssh.connect": 3, "client.connect": 3, "sshclient.connect": 3,
    "url.create": 2, "redis.redis": 3, "jwt.encode": 1, "jwt.decode": 1,
}  # fmt: skip
_ISSUED_ONLY = words("""azurekeycredential apikeycredential fernet clientsecretcredential azurenamedkeycredential sharedkeycredential
    storagesharedkeycredential""")
_WARY = words("quote_plus connect connection getconnection auth create_connection create_user create_superuser createuser credentials")
_PERHAPS_NEXT = words("salesforce connect connection create_user create_superuser")
_MOST_CALLS = 12
_CALL = Lazy(r"([A-Za-z_]\w*)\s?\(")
_MODULE = Lazy(r"(\w+)(?:\([^()]*\))?\.$")
_PAIR = Lazy(
    r"(?i)\b(?:\w+_)?(?:auth|basic_auth|http_auth|httpauth|credentials?|creds|login|proxy_auth|user_?pass|login_info|auth_tuple|zugangsdaten)"
    r"[\"']?\s{0,3}\]?\s{0,3}(?:=|:|==|=>)\s{0,3}(?:\w+\s?)?[(\[]"
)
_LOGINS = Lazy(r"(?i)cred|login|user|account|auth|zugang")
_KEYED_PAIR = Lazy(r"[\"']\s{0,3}:\s{0,3}[(\[]\s?[\"'][^\"'\n]{2,40}[\"']\s{0,3},\s{0,3}[\"'](?P<value>[^\"'\s]{6,40})[\"']\s?[)\]]")
_NO_PASSWORD = Lazy(
    r"[\w.-]+:\d+/[\w.]+|[\w.-]*\.[a-z]{2,}(?::\d+)?(?:/\w*)?|[\d.:]+|[a-z]+[\w-]*\d{1,2}|[^\s]*[/\\][^\s]*|.*[=;].*|[A-Za-z_-]+"
)


def read_calls(line: Line) -> Iterator[Claim]:
    """Claim texts that stand where a call takes its password."""
    if "(" not in line.text and "[" not in line.text:
        return
    calls = ((found, found[1].lower()) for found in _CALL().finditer(line.text))
    known = ((found, name) for found, name in calls if name in _PLACES or name in ("encode", "decode", "create"))
    for found, name in itertools.islice(known, _MOST_CALLS):
        yield from _passed(line, name, found.start(), found.end())
    for found in itertools.islice(_KEYED_PAIR().finditer(line.text), _MOST_CALLS) if _LOGINS().search(line.text) else ():
        yield Claim(line.start + found.start("value"), found["value"], "user and password")
    for found in itertools.islice(_PAIR().finditer(line.text), _MOST_CALLS):
        yield from _pair(line, found.end() - 1)


def _passed(line: Line, name: str, start: int, at: int) -> Iterator[Claim]:
    module = _MODULE().search(line.lower[max(0, start - 60) : start])
    known = _OF_MODULE.get(f"{module[1]}.{name}" if module else "")
    wanted = _PLACES.get(name) if known is None else known
    if wanted is None or (name == "connect" and line.kind is Kind.TEXT):
        return
    for literal in _arguments(line, at - 1):
        if literal.place == wanted or (wanted < literal.place <= wanted + 2 and known is None and name in _PERHAPS_NEXT):
            if name in ("b64encode", "btoa"):
                yield by_role(line.start + literal.start, literal.value, Role.LOGIN)
            else:
                yield from _claim(line, literal, "password in a call", name if known is None else "")


def _arguments(line: Line, at: int) -> Iterator[Literal]:
    """The texts that are passed by place in the bracket at *at*, to it or to what is called inside it."""
    for literal in literals(line.ahead, at, 60):
        if literal.bracket in ("(", "[") and not literal.keyword and not literal.is_key:
            yield literal


def _pair(line: Line, at: int) -> Iterator[Claim]:
    """`auth=("user", "…")`, `auth=(user, "…")`: two values, the second a text."""
    stretch = line.ahead[at : at + 400]
    closes = stretch.find("]" if stretch[:1] == "[" else ")")
    given = [literal for literal in _arguments(line, at) if literal.start < at + (closes if closes > 0 else 400)]
    if given and given[-1].place == 1 and not given[-1].call:
        yield from _claim(line, given[-1], "user and password", "")


def _claim(line: Line, literal: Literal, kind: str, name: str) -> Iterator[Claim]:
    value = literal.value
    if ("f" in literal.prefix and "{" in value) or (name in _WARY and _NO_PASSWORD().fullmatch(value)):
        return
    asks = Grade.RANDOM if name in _ISSUED_ONLY else Grade.CHOSEN
    weak = name not in _WARY and " " not in value and asks is Grade.CHOSEN and grade(value) is Grade.WORD
    yield Claim(line.start + literal.start, value, kind, Grade.WORD if weak else asks)
