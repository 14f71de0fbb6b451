"""Read command lines: options that take a password, in shell, lists of arguments and prose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import NOTHING_ELSE, Claim
from workflow_template.standards.secrets.expressions import inner_default
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.patterns import Lazy, words

_NEXT = {
    "-P": "mosquitto_pub mosquitto_sub sqlcmd osql isql bcp freebcp tsql sqsh fisql unzip zip ipmitool ssh-keygen dtexec",
    "-p": """sshpass mongo mongosh mongodump mongorestore mongoexport mongoimport rdesktop crackmapexec cqlsh cypher-shell beeline
        hdbsql snowsql psexec twine tabcmd useradd usermod rabbitmqadmin az helm docker podman oc cf argocd tdload ncftpput ncftpget
        evil-winrm jf buildah nerdctl regctl airflow couchbase-cli cbq cbimport cbexport cbbackupmgr exaplus ibmcloud arangodump""",
    "-a": "redis-cli", "--pass": "redis-cli", "-w": "ldapsearch ldapadd ldapmodify ldapwhoami ldapdelete ldappasswd vsql",
    "-pw": "pscp plink psftp kitty nzsql nzload", "-N": "ssh-keygen", "--passphrase": "gpg gpg2", "-k": "openssl", "-K": "openssl",
    "-storepass": "keytool jarsigner", "-keypass": "keytool jarsigner", "-srcstorepass": "keytool", "-deststorepass": "keytool",
    "-passin": "openssl", "-passout": "openssl", "-pass": "openssl",
    "/De": "dtexec", "/DECRYPT": "dtexec", "/Decrypt": "dtexec", "/rp": "schtasks",
    "-ApiKey": "nuget dotnet", "using": "db2", "-password": "influx gsec",
}  # fmt: skip
_LOGIN_ONLY = words("docker podman helm buildah nerdctl oc cf az argocd twine tabcmd jf regctl airflow ibmcloud")
_LOGS_IN = words("login upload registry create update signin reset-credentials sp")
_GLUED = {
    "-p": """mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlsh mysqlslap mariadb mariadb-dump mariadb-admin mydumper
        myloader 7z 7za 7zr rar unrar sshpass""",
    "-P": "sqlcmd bcp osql isql tsql freebcp", "-hp": "rar", "/p:": "xfreerdp mstsc", "/pass:": "cmdkey", "pass:": "openssl",
}  # fmt: skip
_USER_AND = {
    ":": {"curl": "-u --user -U --proxy-user", "http": "-a --auth", "https": "-a --auth", "xh": "-a --auth", "ab": "-A -P",
          "hurl": "-u --user", "skopeo": "--creds --src-creds --dest-creds", "elasticdump": "--httpAuth"},
    "%": {"smbclient": "-U --user", "rpcclient": "-U", "winexe": "-U", "net": "-U", "smbget": "-U"},
    ",": {"lftp": "-u"},
}  # fmt: skip
_SLASHED = words("sqlplus exp imp expdp impdp sqlldr rman sqlcl")
_OPTIONS: dict[str, list[str]] = {}
for _option, _names in _NEXT.items():
    for _name in _names.split():
        _OPTIONS.setdefault(_name, []).append(_option)
_GLUES: dict[str, list[str]] = {}
for _option, _names in _GLUED.items():
    for _name in _names.split():
        _GLUES.setdefault(_name, []).append(_option)
_USERS = {name: (sign, tuple(options.split())) for sign, by_name in _USER_AND.items() for name, options in by_name.items()}
_COMMANDS = frozenset((*_OPTIONS, *_GLUES, *_USERS, *_SLASHED))
_PHRASES = {
    "mysqladmin": Lazy(r"(?i)\bmysqladmin\b[^\n]{0,200}?\bpassword\s+['\"]?([^\s'\"]+)"),
    "net user": Lazy(r"(?i)\bnet\s+user\s+[\"']?[\w.$-]+[\"']?\s+[\"']?([^\s/\"'*]\S*?)[\"']?(?:\s|$)"),
    "net use ": Lazy(r"(?i)\bnet\s+use\s+(?:[a-z]:\s+)?\\\\\S+\s+(?:/user:\S+\s+)?[\"']?([^\s/\\*\"'][^\s\"']*)"),
    "chpasswd": Lazy(r"(?i)\becho\s+(?:-[ne]+\s+)?[\"']?[\w.-]+:([^\s\"']+)[\"']?\s*\|\s*(?:sudo\s+)?chpasswd"),
    "echo ": Lazy(
        r"(?i)\b(?:echo|printf)\s+(?:-[ne]+\s+)?[\"']?([^\s\"'|]+)[\"']?\s*\|\s*(?:sudo\b[^|]*-S|[^|]*stdin|[^|]*\bkinit\b|[^|]*luks|[^|]*--with-token|su\b|smbpasswd\b)"
    ),
    "htpasswd": Lazy(r"(?i)\bhtpasswd\s+-\w*b\w*\s+(?:-\w+\s+)*\S+\s+\S+\s+[\"']?([^\s\"']+)"),
    "poetry config": Lazy(r"(?i)\bpoetry\s+config\s+(?:http-basic|pypi-token)\.\S+\s+(?:\S+\s+)?[\"']?([^\s\"']+)\s*$"),
    "aws_secret_access_key": Lazy(r"(?i)\bset\s+aws_secret_access_key\s+[\"']?([^\s\"']+)"),
    "vault operator unseal": Lazy(r"(?i)\bvault\s+operator\s+unseal\s+(?:-\S+\s+)*[\"']?([^\s\"'$=-][^\s\"']{15,})"),
    "vault login": Lazy(r"(?i)\bvault\s+login\s+(?:-\S+\s+)*[\"']?([^\s\"'=-]\S*?)[\"']?\s*$"),
    "isql": Lazy(r"(?i)(?:^|[;&|\"'-])\s*isql\s+(?:-\w\s+)*\w+\s+\w+\s+[\"']?([^\s\"'-][^\s\"']*)"),
    "mc ": Lazy(r"(?i)\bmc\s+(?:alias\s+set|config\s+host\s+add)\s+\S+\s+\S+\s+\S+\s+[\"']?([^\s\"']+)"),
    ".logon": Lazy(r"(?i)\.logon\s+\S+/[\w.-]+,\s*[\"']?([^\s;\"']+)"),
    "securestring": Lazy(r"(?i)\bconvertto-securestring\s+(?:-asplaintext\s+|-force\s+|-string\s+)*[\"']([^\"'\n]+)[\"']"),
    "pscredential": Lazy(r"(?i)\bpscredential\s*\(?\s*[\"'][^\"'\n]+[\"'],\s*\(?[^\n]{0,60}?[\"']([^\"'\n]{4,})[\"']"),
    "pass:": Lazy(r"(?i)(?:^|[\s\"'])pass:[\"']?([^\s\"':]+)"),
    "openssl passwd": Lazy(r"(?i)\bopenssl\s+passwd\s+(?:-\w+\s+)*[\"']?([^\s\"')-][^\s\"')]*)"),
    "rclone obscure": Lazy(r"(?i)\brclone\s+obscure\s+[\"']?([^\s\"'$)-][^\s\"')]*)"),
    "user ": Lazy(r"(?i)(?:^|\becho)\s*user\s+[\w.@-]+\s+(?!for\b|is\b|name\b|not\b|and\b)([^\s>|\"'`{}()]{4,})\s*(?:>.*)?$"),
    "open -u": Lazy(r"(?i)\bopen\s+-u\s+[\w.@-]+,([^\s;\"']+)"),
    "rabbitmqctl": Lazy(r"(?i)\brabbitmqctl\s+(?:-\S+\s+)*(?:add_user|change_password|authenticate_user)\s+\S+\s+[\"']?([^\s\"']+)"),
    '-p"': Lazy(r"(?-i:[\"']-U[\"']),\s{0,20}[\"'][^\"'\n]{1,60}[\"'],\s{0,20}(?-i:[\"']-P[\"']),\s{0,20}[\"']([^\"'\n]{3,80})[\"']"),
    "-p'": Lazy(r"(?-i:[\"']-U[\"']),\s{0,20}[\"'][^\"'\n]{1,60}[\"'],\s{0,20}(?-i:[\"']-P[\"']),\s{0,20}[\"']([^\"'\n]{3,80})[\"']"),
    "pass ": Lazy(r"(?i)^\s{0,20}(?:quote|quot|send)\s{1,3}\"?pass\s{1,3}([^\s\"]{4,80})\"?\s*$"),
    "/set ": Lazy(
        r"(?i)/set\s+\"?\\package[^\s\[]{0,80}(?:\[\w{1,40}\][^\s\[]{0,40})?\[(?:\w+::)?\w{0,20}(?:pass|pwd|secret|token|kennwort)\w{0,10}\][.\w\[\]]{0,24}\"?;\"?([^\s\"]{3,80})"
    ),
    "<(": Lazy(r"(?i)passw[\w-]{0,20}[= ][\"']?<\(\s{0,3}(?:echo|printf)\s{1,3}(?:-\w\s{1,3})?[\"']?([^\s\"')]{3,80})"),
    "_cmd=": Lazy(r"(?i)passw(?:or)?d_cmd=[\"']?(?:echo|printf)\s{1,3}(?:-\w\s{1,3})?[\"']?([^\s\"')]{3,80})"),
    "<<<": Lazy(r"(?i)\b(?:passwd|kinit|sudo|su|login|chpasswd)\b[^\n]*<<<\s*[\"']?(?:[\w.-]+:)?([^\"'$\s]{4,})"),
}  # fmt: skip
_SENT_BY_EXPECT = Lazy(r"\bsend\s+(?:--\s+)?\"([^\"\\$]{4,60})\\r")
_WORD = Lazy(r"(?<![\w$-])[A-Za-z0-9][\w-]*")
_ARGUMENT = Lazy(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^\s\"'`|()\[\]]+(?:\"[^\"\n]*\"|'[^'\n]*')?|[|]|&&")
_WITH_OTHERS = Lazy(r"-[a-zA-Z]{1,8}u")
_OTHER_OPTION = Lazy(r"-?(?:ort|rotocol|assword|ager|lugin|rint|ath|olicy|riority)\b")
_MOST_COMMANDS, _MOST_ARGUMENTS = 8, 60


def read_commands(line: Line) -> Iterator[Claim]:
    """Claim passwords among the arguments of commands that take them."""
    if not _COMMANDS.isdisjoint(_WORD().findall(line.text)):
        known = (found for found in _WORD().finditer(line.text) if found[0] in _COMMANDS)
        for found in itertools.islice(known, _MOST_COMMANDS):
            if line.text[found.end() : found.end() + 1] in ("", " ", "\t", '"', "'", "."):
                yield from _of_command(line, found[0], found.end() + 4 * line.text.startswith(".exe", found.end()))
    for phrase, pattern in _PHRASES.items():
        if phrase in line.lower:
            yield from (_claim(line, found.start(1), found[1]) for found in pattern().finditer(line.text))
    if 'send "' in line.lower and "assword" in line.before.rstrip("\n").rpartition("\n")[2] + line.text:  # expect "*assword:*"
        yield from (_claim(line, found.start(1), found[1]) for found in _SENT_BY_EXPECT().finditer(line.text))


def _of_command(line: Line, command: str, at: int) -> Iterator[Claim]:
    given = _arguments(line, at)
    if command in _LOGIN_ONLY and not any(value in _LOGS_IN for _, value in given):
        return
    for (_, option), (place, value) in zip(given, given[1:], strict=False):
        if option in _OPTIONS.get(command, ()) and not value.startswith(("-", ":")):
            yield _claim(line, place + 5 * value.startswith("pass:"), value.removeprefix("pass:"))
    for place, value in given:
        yield from _glued(line, command, place, value)
    if command in _USERS:
        yield from _user_and(line, *_USERS[command], given)
    if command in _SLASHED:
        yield from _slashed(line, given)


def _arguments(line: Line, at: int) -> list[tuple[int, str]]:
    """The arguments after a command with their places, up to a pipe; a line that ends in a backslash goes on."""
    text = line.ahead
    end = _end_of_command(text, len(line.text))
    at += text[at : at + 1] in ('"', "'")
    closes = text.find("`", at, end)
    end = closes if closes >= 0 and text[closes + 1 : closes + 2] not in ("\n", "\r") else end
    found: list[tuple[int, str]] = []
    for each in _ARGUMENT().finditer(text, at, end):
        if each[0] in ("|", "&&") or len(found) > _MOST_ARGUMENTS:
            break
        quoted = len(each[0]) > 1 and each[0][0] in "\"'"
        value = each[0][1:-1] if quoted else each[0].rstrip(",;")
        if value and value != "\\":
            found.append((each.start() + quoted, value))
    return found


def _end_of_command(text: str, end: int) -> int:
    while text[:end].rstrip()[-1:] in ("\\", ",", "`", "^") and end < len(text) - 1:
        following = text.find("\n", end + 1)
        end = following if following > 0 else len(text)
    return end


def _glued(line: Line, command: str, place: int, value: str) -> Iterator[Claim]:
    """`-pX`: option and password in one word."""
    for option in _GLUES.get(command, ()):
        rest = value[len(option) :]
        if value.startswith(option) and rest and not _OTHER_OPTION().match(rest):
            yield _claim(line, place + len(option), rest)


def _user_and(line: Line, sign: str, options: tuple[str, ...], given: list[tuple[int, str]]) -> Iterator[Claim]:
    """`-u user:password`, `--user=user:password`, `-uuser:password`."""
    for at, (place, value) in enumerate(given):
        option, joined, rest = value.partition("=")
        is_option = value in options or ("-u" in options and sign == ":" and _WITH_OTHERS().fullmatch(value))
        if is_option and at + 1 < len(given):
            place, rest = given[at + 1]
        elif option in options and joined:
            place += len(option) + 1
        elif value[:2] in options and len(value) > 3:
            place, rest = place + 2, value[2:]
        else:
            continue
        _, found, password = rest.partition(sign)
        if found and password:
            yield _claim(line, place + rest.index(sign) + 1, password)


def _slashed(line: Line, given: list[tuple[int, str]]) -> Iterator[Claim]:
    """`sqlplus user/password@database`."""
    for place, value in given[:4]:
        found = re.match(r"(?:userid=)?[A-Za-z]\w*/\"?([^\s/@\"]+)\"?(?:@|$)", value, re.I)
        if found and not value.lower().endswith((".sql", ".dmp", ".ctl", ".par", ".log")):
            yield _claim(line, place + found.start(1), found[1])


def _claim(line: Line, at: int, value: str) -> Claim:
    shift = len(value) - len(value.lstrip("\"'"))
    value = value.strip("\"'").removesuffix("\\n")
    if default := inner_default(value):
        at, value = at + value.index(default), default
    return Claim(line.start + at + shift, value, "password on a command line", NOTHING_ELSE)
