# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""Read calls that take a password by place: `FTP(host, user, "…")`, `auth=("user", "…")`, `login("user", "…")`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import Claim
from workflow_template.standards.secrets.lines import Kind, Line, Literal, literals
from workflow_template.standards.secrets.values import Grade, grade

_PLACES = {
    "login": 1, "httpbasicauth": 1, "httpdigestauth": 1, "basicauth": 1, "digestauth": 1, "httpntlmauth": 1, "httpproxyauth": 1, "networkcredential": 1,
    "usernamepasswordcredential": 1, "usernamepasswordcredentials": 1, "passwordcredential": 1, "usernamepasswordauthentication": 1, "plaintextauthprovider": 1, "basic_auth": 1,
    "basicauthcredentials": 1, "setbasicauth": 1, "basicauthentication": 1, "passwordauthentication": 1, "ntlmauth": 1, "sqlcredential": 1,
    "set_basic_auth": 1, "authenticate": 1, "salesforce": 1, "smbconnection": 1, "simple_bind_s": 1, "bind_s": 1, "connect": 1, "ftp": 2, "ftp_tls": 2,
    "ftphost": 2, "connection": 2, "getconnection": 2, "create_user": 1, "createuser": 1, "create_superuser": 1, "sp_addlogin": 1, "basicauthprovider": 1,
    "username_pw_set": 1, "set_password": 2, "add_password": 3, "addcredentials": 1, "add_credentials": 1, "plaincredentials": 1, "clientsecretcredential": 2,
    "azurenamedkeycredential": 1, "sharedkeycredential": 1, "storagesharedkeycredential": 1, "azurekeycredential": 0, "apikeycredential": 0,
    "databasecredentials": 1, "auth": 1, "credentials": 1, "userpass": 1, "signin": 1, "sign_in": 1, "log_in": 1, "logon": 1, "open_session": 1, "open_connection": 1,
    "create_connection": 1, "getauth": 1, "passwordauthenticator": 1, "plainauth": 2, "authbasic": 1, "fernet": 0, "clientcredential": 1, "usernametoken": 1, "pscredential": 1,
    "pymysql.connect": 2, "mysqldb.connect": 2, "pymssql.connect": 2, "ssh.connect": 3, "client.connect": 3, "psycopg2.connect": 3,
    "encode": 1, "decode": 1, "pgp_sym_encrypt": 1, "pgp_sym_decrypt": 1, "aes_encrypt": 1, "aes_decrypt": 1, "encryptbypassphrase": 0, "decryptbypassphrase": 0,
}  # fmt: skip
_ISSUED_ONLY = {
    "encode",
    "decode",
    "azurekeycredential",
    "apikeycredential",
    "fernet",
    "clientsecretcredential",
    "azurenamedkeycredential",
    "sharedkeycredential",
    "storagesharedkeycredential",
}
_TUPLES = r"auth|basic_auth|http_auth|httpauth|credentials?|creds|login|basic|proxy_auth|user_pass|userpass|login_info|account|users?|auth_tuple|conn_auth"


@functools.cache
def _call() -> re.Pattern[str]:
    names = "|".join(sorted({name.rsplit(".", 1)[-1] for name in _PLACES}, key=len, reverse=True))
    return re.compile(rf"((?:[\w)\]]+\.)*)\b({names})\s?\(", re.I)


@functools.cache
def _pair() -> re.Pattern[str]:
    return re.compile(rf"\b(?:\w+_)?(?:{_TUPLES})[\"']?\s{{0,3}}\]?\s{{0,3}}(?:=|:|==|=>)\s{{0,3}}[(\[]", re.I)


def read_calls(line: Line) -> Iterator[Claim]:
    """Claim texts that stand where a call takes its password."""
    if line.kind is Kind.DATA and "(" not in line.text and "[" not in line.text:
        return
    for found in _call().finditer(line.text):
        yield from _passed(line, found)
    for found in _pair().finditer(line.text):
        texts = [each for each in literals(line.ahead, found.end() - 1, 30) if each.bracket in "[(" and not each.keyword]
        if len(texts) == 2 and [text.place for text in texts] == [0, 1]:
            yield from _claim(line, texts[1], "user and password")
        yield from _after_variable(line, found.end())


def _arguments(text: str, at: int) -> list[tuple[int, Literal]]:
    """The texts passed in the call that opens before *at*, each with its place; those by keyword are left to the reader of names."""
    found = []
    for literal in literals(text, at - 1, 60):
        if literal.bracket == "(" and not literal.keyword and not literal.is_key:
            found.append((literal.place, literal))
    return found


def _passed(line: Line, found: re.Match[str]) -> Iterator[Claim]:
    name, before = found[2].lower(), found[1].lower()
    wanted = _PLACES.get(f"{before.rstrip('.').rsplit('.', 1)[-1]}.{name}", _PLACES.get(name, 1))
    if name in ("encode", "decode") and "jwt" not in before or name == "connect" and not before and line.kind is Kind.TEXT:
        return
    texts = _arguments(line.ahead, found.end())
    if name == "fernet" and texts:
        wanted = 0
    for place, literal in texts:
        if place == wanted or (place == wanted + 1 and name in ("salesforce", "connect", "connection", "create_user", "create_superuser")):
            yield from _claim(
                line,
                literal,
                "password in a call",
                issued=name in _ISSUED_ONLY,
                wary=name in ("connect", "connection", "getconnection", "decode", "encode", "auth", "create_connection", "account"),
            )


def _after_variable(line: Line, at: int) -> Iterator[Claim]:
    """`auth=(user, "…")`: the second place of the pair, whatever stands in the first."""
    found = re.compile(r"\s*[\w.\[\]()\"']+,\s*").match(line.ahead, at)
    literal = next(literals(line.ahead, found.end(), 2), None) if found else None
    if (
        found
        and literal
        and line.ahead[found.end() : literal.start].strip("rbuRBU\"'") == ""
        and not line.ahead[at:].lstrip().startswith(('"', "'"))
    ):
        yield from _claim(line, literal, "user and password")


def _claim(line: Line, literal: Literal, kind: str, *, issued: bool = False, wary: bool = False) -> Iterator[Claim]:
    value = literal.value
    if "f" in literal.prefix and "{" in value:
        return
    if wary and re.fullmatch(
        r"[\w.-]*\.[a-z]{2,}(?::\d+)?(?:/\w*)?|[\d.:]+|[a-z]+[\w-]*\d{1,2}|[^\s]*[/\\][^\s]*|.*[=;].*|[A-Za-z_]+", value
    ):
        return
    yield Claim(
        line.start + literal.start,
        value,
        kind,
        Grade.RANDOM if issued else Grade.CHOSEN if wary or grade(value) is not Grade.WORD else Grade.WORD,
    )
