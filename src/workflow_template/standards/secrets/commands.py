# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""Read command lines: options that take a password, in shell, lists of arguments and prose."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import Claim
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.names import words
from workflow_template.standards.secrets.values import Grade, grade, stands_for

_NEXT = {
    "sqlcmd": "-P", "osql": "-P", "isql": "-P", "bcp": "-P", "freebcp": "-P", "tsql": "-P", "dtexec": "/Decrypt /De", "sshpass": "-p",
    "redis-cli": "-a --pass", "mongo": "-p", "mongosh": "-p", "mongodump": "-p", "mongorestore": "-p", "mongoexport": "-p", "mongoimport": "-p",
    "ldapsearch": "-w", "ldapadd": "-w", "ldapmodify": "-w", "ldapwhoami": "-w", "ldapdelete": "-w", "ldappasswd": "-w -s",
    "unzip": "-P", "zip": "-P", "pscp": "-pw", "plink": "-pw", "psftp": "-pw", "kitty": "-pw", "rdesktop": "-p", "ipmitool": "-P",
    "crackmapexec": "-p", "cqlsh": "-p", "cypher-shell": "-p", "beeline": "-p", "hdbsql": "-p", "vsql": "-w", "nzsql": "-pw", "nzload": "-pw",
    "snowsql": "-p", "psexec": "-p", "twine": "-p", "tabcmd": "-p", "gpg": "--passphrase", "keytool": "-storepass -keypass -deststorepass -srcstorepass",
    "jarsigner": "-storepass", "openssl": "-k -K -passin -passout -pass", "ssh-keygen": "-N -P", "useradd": "-p", "usermod": "-p", "influx": "-password",
    "rabbitmqadmin": "-p", "skopeo": "--creds --src-creds --dest-creds", "exp": "", "clickhouse-client": "--password", "oc": "-p", "cf": "-p",
    "az": "-p", "helm": "-p", "argocd": "-p", "kinit": "--password", "fbsql": "-p", "db2": "using", "tdload": "-p --SourceUserPassword --TargetUserPassword",
    "schtasks": "/rp", "wmic": "/password", "nuget": "-ApiKey", "borg": "-p", "tshark": "-w", "smbmap": "-p", "evil-winrm": "-p", "cqlsh3": "-p",
    "ncftpput": "-p", "ncftpget": "-p", "sqsh": "-P", "iisreset": "-p", "appcmd": "-p", "jf": "-p", "gsec": "-password", "isql-fb": "-password", "fisql": "-P",
}  # fmt: skip
_LOGIN_ONLY = words("docker podman helm buildah nerdctl oc cf az argocd twine tabcmd jf regctl")
_GLUED = {
    "mysql": "-p", "mysqldump": "-p", "mysqladmin": "-p", "mysqlimport": "-p", "mysqlshow": "-p", "mysqlcheck": "-p", "mysqlsh": "-p",
    "mariadb": "-p", "mariadb-dump": "-p", "mariadb-admin": "-p", "7z": "-p", "7za": "-p", "rar": "-hp -p", "unrar": "-p", "xfreerdp": "/p:",
    "cmdkey": "/pass:", "mydumper": "-p", "myloader": "-p", "pt-online-schema-change": "-p", "innobackupex": "-p", "sqlcmd": "-P", "bcp": "-P", "osql": "-P",
    "isql": "-P", "7zr": "-p", "cmdkey.exe": "/pass:", "sqlcmd.exe": "-P", "bcp.exe": "-P", "openssl": "pass:", "sshpass": "-p", "mysqlslap": "-p", "mstsc": "/p:",
}  # fmt: skip
_USER_AND = {
    "curl": ("-u --user -U --proxy-user", ":"), "http": ("-a --auth", ":"), "https": ("-a --auth", ":"), "ab": ("-A -P", ":"),
    "smbclient": ("-U --user", "%"), "rpcclient": ("-U", "%"), "winexe": ("-U", "%"), "net": ("-U", "%"), "lftp": ("-u", ","), "smbget": ("-U", "%"),
    "elasticdump": ("--httpAuth", ":"), "xh": ("-a", ":"), "aria2c": ("-u", ":"), "skopeo": ("--creds", ":"), "mosquitto_pub": ("", ":"), "curl.exe": ("-u --user", ":"),
    "cadaver": ("-u", ":"), "hurl": ("-u --user", ":"),
}  # fmt: skip
_SLASHED = words("sqlplus exp imp expdp impdp sqlldr rman sql sqlcl tnsping")
_COMMANDS = sorted({*_NEXT, *_LOGIN_ONLY, *_GLUED, *_USER_AND, *_SLASHED}, key=len, reverse=True)
_WORDS_FOR = {
    r"\bmysqladmin\b[^\n]*?\bpassword\s+['\"]?([^\s'\"]+)": "",
    r"\bnet\s+user\s+[\"']?[\w.$-]+[\"']?\s+[\"']?([^\s/\"'*]\S*?)[\"']?(?:\s|$)": "",
    r"\bnet\s+use\s+\S+(?:\s+\\\\\S+)?\s+(?:/user:\S+\s+)?[\"']?([^\s/\\*\"'][^\s\"']*)": "",
    r"\becho\s+(?:-[ne]+\s+)?[\"']?[\w.-]+:([^\s\"']+)[\"']?\s*\|\s*(?:sudo\s+)?chpasswd": "",
    r"\becho\s+(?:-[ne]+\s+)?[\"']?([^\s\"'|]+)[\"']?\s*\|\s*(?:(?:sudo|docker|podman|kinit|passwd|az|gh|openssl|cryptsetup|su|smbpasswd)\b)[^|]*(?:-S\b|stdin|kinit|passwd|luks|with-token)": "",
    r"\bhtpasswd\s+-\w*b\w*\s+\S+\s+\S+\s+[\"']?([^\s\"']+)": "",
    r"\bpoetry\s+config\s+(?:http-basic|pypi-token)\.\S+\s+(?:\S+\s+)?[\"']?([^\s\"']+)\s*$": "",
    r"\bset\s+aws_secret_access_key\s+[\"']?([^\s\"']+)": "",
    r"\bvault\s+login\s+(?:-\S+\s+)*[\"']?([^\s\"'=-]+)\s*$": "",
    r"\bmc\s+(?:alias\s+set|config\s+host\s+add)\s+\S+\s+\S+\s+\S+\s+[\"']?([^\s\"']+)": "",
    r"\.logon\s+\S+/[\w.-]+,\s*[\"']?([^\s;\"']+)": "",
    r"\bdb2\s+connect\s+to\s+\S+\s+user\s+\S+\s+using\s+[\"']?([^\s\"']+)": "",
    r"\bconvertto-securestring\s+(?:-string\s+)?[\"']([^\"']+)[\"']": "",
    r"\bpscredential\s*\(?\s*[\"'][^\"']+[\"'],\s*\(?[^\n]{0,60}?[\"']([^\"']{4,})[\"']": "",
    r"\bpassword\s+for\s+\S+\s*[:=]\s*[\"'`]?([^\s\"'`]+)": "",
    r"\b(?:-passin|-passout|-pass)\s+pass:[\"']?([^\s\"']+)": "",
    r"<<<\s*[\"']([^\"'$\n]{6,})[\"']": "",
}
_ARGUMENT = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^\s\"'`|()\[\]]+(?:\"[^\"\n]*\"|'[^'\n]*')?|[|]|&&")


@functools.cache
def _command() -> re.Pattern[str]:
    return re.compile(r"(?<![\w./$-])(?:[\w./~-]*/)?(" + "|".join(map(re.escape, _COMMANDS)) + r")(?![\w-])[\"']?,?\s")


@functools.cache
def _special(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def read_commands(line: Line) -> Iterator[Claim]:
    """Claim passwords among the arguments of commands that take them."""
    for found in _command().finditer(line.ahead, 0, len(line.text) + 1):
        yield from _of_command(line, found[1], found.end(1))
    for pattern in _WORDS_FOR:
        first = re.search(r"[a-z_]{3,}", pattern.replace(r"\b", "").replace(r"\s", ""))
        if first and first[0] not in line.lower and "|" not in pattern[:20]:
            continue
        for match in _special(pattern).finditer(line.text):
            yield _claim(line, match.start(1), match[1])


def _arguments(line: Line, at: int) -> list[tuple[int, str]]:
    """The arguments after a command with their places, up to a pipe; a line that ends in a backslash goes on."""
    text = line.ahead
    end = len(line.text)
    while text[:end].rstrip().endswith(("\\", ",", "`", "^")) and end < len(text) - 1:
        following = text.find("\n", end + 1)
        end = following if following > 0 else len(text)
    if text[at : at + 1] in "\"'":
        at += 1
    found: list[tuple[int, str]] = []
    for each in _ARGUMENT.finditer(text, at, end):
        if each[0] in ("|", "&&") or len(found) > 60:
            break
        quoted = each[0][:1] in "\"'" and len(each[0]) > 1
        value = each[0][1:-1] if quoted else each[0].rstrip(",;") if each[0] != "," else ""
        if value and value not in ("\\", ","):
            found.append((each.start() + quoted, value))
    return found


def _of_command(line: Line, command: str, at: int) -> Iterator[Claim]:
    given = _arguments(line, at)
    if command in _LOGIN_ONLY and not any(
        value in ("login", "upload", "registry", "create", "update", "signin", "reset-credentials") for _, value in given
    ):
        return
    options = (_NEXT.get(command, "-p") if command in _NEXT or command in _LOGIN_ONLY else "").split()
    for (_, option), (place, value) in zip(given, given[1:], strict=False):
        if option in options and not value.startswith("-"):
            yield _claim(line, place + 5 * value.startswith("pass:"), value.removeprefix("pass:"))
    yield from _glued(line, command, given)
    yield from _user_and(line, command, given)
    if command in _SLASHED:
        yield from _slashed(line, given)


def _glued(line: Line, command: str, given: list[tuple[int, str]]) -> Iterator[Claim]:
    for place, value in given:
        for option in _GLUED.get(command, "").split():
            rest = value[len(option) :].strip("\"'")
            if (
                value.startswith(option)
                and rest
                and not re.match(r"-?(ort|rotocol|assword|ager|lugin|rint|ath|olicy|riority)\b", rest)
                and ("=" not in rest or len(rest) > 8)
            ):
                yield _claim(line, place + value.index(rest, len(option)), rest)


def _user_and(line: Line, command: str, given: list[tuple[int, str]]) -> Iterator[Claim]:
    """`-u user:password`, `--user=user:password`."""
    options, sign = _USER_AND.get(command, ("", ":"))
    known = options.split()
    for at, (place, value) in enumerate(given):
        option, joined, rest = value.partition("=")
        if value in known and at + 1 < len(given):
            place, rest = given[at + 1]
        elif option in known and joined:
            place += len(option) + 1
        elif known and value[:2] in known and len(value) > 3 and value[1] != "-":
            place, rest = place + 2, value[2:]
        else:
            continue
        shift = len(rest) - len(rest.lstrip("\"'"))
        user, found, password = rest.strip("\"'").partition(sign)
        if found and password:
            yield _claim(line, place + shift + len(user) + 1, password)


def _slashed(line: Line, given: list[tuple[int, str]]) -> Iterator[Claim]:
    """`sqlplus user/password@database`."""
    for place, value in given[:4]:
        found = re.match(r"(?:userid=)?([A-Za-z]\w*)/\"?([^\s/@\"]+)\"?(?:@|$)", value, re.I)
        if found and not value.lower().endswith((".sql", ".dmp", ".ctl", ".par", ".log")):
            yield _claim(line, place + found.start(2), found[2])


def _claim(line: Line, at: int, value: str) -> Claim:
    value = value.strip("\"'")
    weak = not stands_for(value) and len(value) >= 2 and value.isalnum()
    return Claim(
        line.start + at,
        value,
        "password on a command line",
        Grade.WORD,
        sure=weak and grade(value) is Grade.NONE and not value.isdigit() and value in ("sa",),
    )
