"""Read calls that take a password by place: `FTP(host, user, "…")`, `auth=("user", "…")`, `login("user", "…")`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import NOTHING_ELSE, Claim, by_role
from workflow_template.standards.secrets.kinds import Kind
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.literals import Literal, literals
from workflow_template.standards.secrets.names import Role
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.striking import AFTER_A_USER
from workflow_template.standards.secrets.values import Grade, grade

_BY_PLACE = {
    0: """quote_plus check_password verify_password checkpw b64encode btoa fernet azurekeycredential apikeycredential
        encryptbypassphrase decryptbypassphrase hashpw generate_password_hash make_password bestavailableencryption setpassword unprotect
        pbekeyspec rfc2898derivebytes cookieparser secretkeyspec urlsafetimedserializer urlsafeserializer timestampsigner passwordhash
        crypt urlsafe_b64encode standard_b64encode encodestring encodebytes base64_encode encode_base64 encode64 strict_encode64
        urlsafe_encode64 tobase64string encodetostring""",
    1: """login httpbasicauth httpdigestauth basicauth digestauth httpntlmauth httpproxyauth networkcredential
        usernamepasswordcredential usernamepasswordcredentials passwordcredential usernamepasswordauthentication plaintextauthprovider
        basic_auth basicauthcredentials setbasicauth basicauthentication passwordauthentication ntlmauth sqlcredential set_basic_auth
        authenticate salesforce smbconnection simple_bind_s bind_s connect create_user createuser create_superuser basicauthprovider
        username_pw_set addcredentials add_credentials plaincredentials azurenamedkeycredential sharedkeycredential
        storagesharedkeycredential databasecredentials auth credentials userpass signin sign_in log_in logon open_session
        open_connection create_connection passwordauthenticator authbasic clientcredential usernametoken pscredential anmelden
        einloggen inloggen acceder entrar iniciar_sesion connexion_ftp zaloguj from_private_key from_private_key_file load_pem_private_key
        load_der_private_key load_ssh_private_key load_key_and_certificates load_pkcs12 x509certificate2 pbkdf2_hmac createhmac
        createcipheriv oauthhandler oci_connect""",
    2: """ftp ftp_tls ftphost connection getconnection plainauth set_password clientsecretcredential minio
        conexao conexão conexion conexión connexion connessione verbindung verbinding anslutning conectar connecter verbinden verbinde
        collega polacz połącz key_set_with_value load_cert_chain set_keyring pdo mysqli
        mysqli_connect mysql_connect odbc_connect ftp_login ssh2_auth_password imap_open ldap_bind""",
    3: "add_password redis influxdbclient",
}  # fmt: skip
_PLACES = {name: place for place, names in _BY_PLACE.items() for name in names.split()}
_OF_MODULE = {
    "pymysql.connect": 2, "mysqldb.connect": 2, "pymssql.connect": 2, "ssh.connect": 3, "client.connect": 3, "sshclient.connect": 3,
    "url.create": 2, "redis.redis": 3, "redis.strictredis": 3, "jwt.encode": 1, "jwt.decode": 1, "jwt.sign": 1, "jwt.verify": 1,
    "db.auth": 1, "keyring.set_password": 2, "hmac.new": 0, "hmac.digest": 0, "dbapi.connect": 3, "oracledb.connect": 1,
    "cx_oracle.connect": 1, "ldap3.connection": 2,
    "drivermanager.getconnection": 2, "yagmail.smtp": 1, "buffer.from": 0,
    "dbi.connect": 2, "pysftp.connection": 3, "aes.new": 0,
    "aes.encrypt": 1, "aes.decrypt": 1, "reader.decrypt": 0, "writer.encrypt": 0, "pdf.decrypt": 0, "pdf.encrypt": 0,
}  # fmt: skip
_ENCODES = words("""b64encode btoa urlsafe_b64encode standard_b64encode encodestring encodebytes base64_encode encode_base64 encode64
    strict_encode64 urlsafe_encode64 tobase64string encodetostring from""")
_METHODS = frozenset(name.partition(".")[2] for name in _OF_MODULE)
# Where these take a password, nothing but a password can stand.
_CERTAIN = words("""pymysql.connect mysqldb.connect pymssql.connect url.create redis.redis redis.strictredis db.auth keyring.set_password
    oracledb.connect cx_oracle.connect ldap3.connection drivermanager.getconnection dbi.connect
    pysftp.connection pdo mysqli mysqli_connect odbc_connect
    oci_connect yagmail.smtp
    ftp_login ssh2_auth_password imap_open ldap_bind ssh.connect sshclient.connect login ftp ftp_tls username_pw_set
    simple_bind_s check_password jwt.encode jwt.decode setpassword
    from_private_key from_private_key_file load_pem_private_key load_ssh_private_key bestavailableencryption key_set_with_value unprotect
    jwt.sign hmac.new basicauth httpbasicauth dbapi.connect reader.decrypt writer.encrypt pdf.decrypt pdf.encrypt""")
_ISSUED_ONLY = words("""azurekeycredential apikeycredential fernet clientsecretcredential azurenamedkeycredential sharedkeycredential
    storagesharedkeycredential""")
_WARY = words("quote_plus connect connection getconnection auth create_connection create_user create_superuser createuser credentials")
_PERHAPS_NEXT = words("salesforce connect connection create_user create_superuser")
_MOST_CALLS = 12
_CALL = Lazy(r"([A-Za-z_]\w*)\s?\(")
_MODULE = Lazy(r"(\w+)(?:\([^()]*\))?(?:\.|->|::)$")
_PAIR = Lazy(
    r"(?i)\b(?:\w+_)?(?:auth|basic_auth|http_auth|httpauth|credentials?|creds|login|proxy_auth|user_?pass|login_info|auth_tuple|zugangsdaten)"
    r"[\"']?\s{0,3}\]?\s{0,3}(?:=|:|==|=>)\s{0,3}(?:\w+\s?)?[(\[]"
)
_LOGINS = Lazy(r"(?i)cred|login|user|account|auth|zugang")
_CLIENT = Lazy(
    r"""\b(?!\w{0,40}(?:[Hh]ash|Digest|Commit|Sha|Revision|Checksum))\w{0,40}(?:Client|API|Api|Geocod\w{1,9}|Bot|SDK|Sdk|Service|Weather\w{0,9}|Maps?|Translator)"""
    r"""\(\s{0,3}(?:(?:["'][^"'\n]{1,60}["']|[\w.]{1,40}),\s?){0,2}(?P<quote>["'])(?P<value>[A-Za-z0-9_-]{20,64})(?P=quote)\s{0,3}[,)]"""
)
_KEYED_PAIR = Lazy(r"[\"']\s{0,3}:\s{0,3}[(\[]\s?[\"'][^\"'\n]{2,40}[\"']\s{0,3},\s{0,3}[\"'](?P<value>[^\"'\s]{6,40})[\"']\s?[)\]]")
_HOLDS_A_PASSWORD = Lazy(r"(?i)auth[\"']?\s{0,3}\]?\s{0,3}(?:=|:)\s{0,3}\($")
_WITHOUT_BRACKETS = Lazy(
    r"(?i)(?:\.open\s{1,9}(?:\"[^\"\n]{0,300}\"|[\w.]{1,60})\s{0,9},\s{0,9}(?:\"[^\"\n]{0,60}\"|[\w.]{1,60})\s{0,9},\s{0,9}|\.(?:un)?protect\s{1,9}"
    r"|(?<![\w-])(?:basic_auth|login|authenticate)\s{1,9}[\"'][^\"'\n]{1,60}[\"']\s{0,9},\s{0,9})(?P<quote>[\"'])(?P<value>[^\"'\n]{3,80})(?P=quote)"
)
_NO_PASSWORD = Lazy(
    r"[\w.-]+:\d+/[\w.]+|[\w.-]*\.[a-z]{2,}(?::\d+)?(?:/\w*)?|[\d.:]+|[a-z]+[\w-]*\d{1,2}|[^\s]*[/\\][^\s]*|.*[=;].*|[A-Za-z_-]+"
)


def read_calls(line: Line) -> Iterator[Claim]:
    """Claim texts that stand where a call takes its password."""
    for found in itertools.islice(_WITHOUT_BRACKETS().finditer(line.text), _MOST_CALLS) if '"' in line.text or "'" in line.text else ():
        yield Claim(line.start + found.start("value"), found["value"], "password in a call", NOTHING_ELSE)
    if "(" not in line.text and "[" not in line.text:
        return
    calls = ((found, found[1].lower()) for found in _CALL().finditer(line.text))
    known = ((found, name) for found, name in calls if name in _PLACES or name in _METHODS)
    for found, name in itertools.islice(known, _MOST_CALLS):
        yield from _passed(line, name, found.start(), found.end())
    for found in itertools.islice(_KEYED_PAIR().finditer(line.text), _MOST_CALLS) if _LOGINS().search(line.text) else ():
        yield Claim(line.start + found.start("value"), found["value"], "user and password")
    for found in itertools.islice(_CLIENT().finditer(line.text), _MOST_CALLS):
        yield Claim(line.start + found.start("value"), found["value"], "token or key", Grade.RANDOM)
    for found in itertools.islice(_PAIR().finditer(line.text), _MOST_CALLS):
        yield from _pair(line, found.end() - 1, certain=bool(_HOLDS_A_PASSWORD().search(found[0])))


def _passed(line: Line, name: str, start: int, at: int) -> Iterator[Claim]:
    module = _MODULE().search(line.lower[max(0, start - 60) : start])
    qualified = f"{module[1]}.{name}" if module else ""
    known = _OF_MODULE.get(qualified)
    wanted = _PLACES.get(name) if known is None else known
    if wanted is None or (name == "connect" and line.kind is Kind.TEXT) or (name == "crypt" and line.kind is Kind.SQL):
        return
    for literal in _arguments(line, at - 1):
        if literal.place == wanted or (wanted < literal.place <= wanted + 2 and known is None and name in _PERHAPS_NEXT):
            if name in _ENCODES:
                if ":" in literal.value or name != "from":  # `Buffer.from` reads what was encoded, too
                    yield by_role(line.start + literal.start, literal.value, Role.LOGIN)
            else:
                claims = _claim(line, literal, "password in a call", name if known is None else "")
                certain = name in _CERTAIN or qualified in _CERTAIN
                yield from (claim._replace(asks=NOTHING_ELSE) if certain else claim for claim in claims)


def _arguments(line: Line, at: int) -> Iterator[Literal]:
    """The texts that are passed by place in the bracket at *at*, to it or to what is called inside it."""
    for literal in literals(line.ahead, at, 60):
        if literal.bracket in ("(", "[") and not literal.keyword and not literal.is_key:
            yield literal


def _pair(line: Line, at: int, *, certain: bool) -> Iterator[Claim]:
    """`auth=("user", "…")`, `auth=(user, "…")`: two values, the second a text."""
    stretch = line.ahead[at : at + 400]
    closes = stretch.find("]" if stretch[:1] == "[" else ")")
    given = [literal for literal in _arguments(line, at) if literal.start < at + (closes if closes > 0 else 400)]
    if given and given[-1].place == 1 and not given[-1].call:
        claims = _claim(line, given[-1], "user and password", "")
        yield from (claim._replace(asks=NOTHING_ELSE) if certain else claim for claim in claims)


def _claim(line: Line, literal: Literal, kind: str, name: str) -> Iterator[Claim]:
    value = literal.value
    if "f" in literal.prefix and "{" in value:
        return
    if name and not literal.call and AFTER_A_USER().search(line.ahead, max(0, literal.before - 80), literal.before):
        yield Claim(line.start + literal.start, value, kind, NOTHING_ELSE)
        return
    if name in _WARY and _NO_PASSWORD().fullmatch(value):
        return
    asks = Grade.RANDOM if name in _ISSUED_ONLY else Grade.CHOSEN
    weak = name not in _WARY and " " not in value and asks is Grade.CHOSEN and grade(value) is Grade.WORD
    yield Claim(line.start + literal.start, value, kind, Grade.WORD if weak else asks)
