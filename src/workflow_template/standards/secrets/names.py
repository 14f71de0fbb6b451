"""What a name says of its value: that it is a password, another secret, or neither."""

from __future__ import annotations

import functools
from enum import Enum

from workflow_template.standards.secrets.patterns import Lazy, words


class Role(Enum):
    """What a name promises; the value must look the part."""

    PASSWORD = "password"  # noqa: S105 - the name of a role
    SECRET = "secret"  # noqa: S105 - the name of a role
    SIGNING = "signing secret"
    TOKEN = "token or key"  # noqa: S105 - the name of a role
    KEY = "key"
    ITS_KEY = "key of something"
    PIN = "PIN"
    LOGIN = "user and password"


_PASSWORDS = words("""password passwd passwort kennwort passphrase passcode passwrd pwd pswd pw psw passw passwords pwds passwörter
    contraseña contrasena contrasenha senha palavrapasse wachtwoord haslo hasło heslo parola lösenord losenord passord adgangskode
    salasana jelszo jelszó şifre sifre mdp motdepasse parool passwordtext passwd2
    пароль пароля 密码 密碼 口令 パスワード 비밀번호 暗証番号 סיסמה κωδικός रहस्य
    storepass keypass requirepass bindpw rootpw masterauth passe palabraclave parol lozinka geslo kodeord slaptazodis contrasenya
    pasahitza parolachiave codeword senhas contraseñas contrasenas passwörter passwoerter kennwörter kennwoerter wachtwoorden hasła
    lösenorden psk presharedkey rocommunity rwcommunity motsdepasse""")
_WHICH_SCHLUESSEL = ("zugang", "zugriff", "geheim", "api", "lizenz", "krypto", "signatur", "verschl", "privat", "konto")
_NETWORKS = words("wlan wifi wpa wpa2 fi netzwerk wireless hotspot")
_SHORT_PASSWORDS = words("pass clave")
_PASSES_OF = words("""ssh sftp ftp db sql smtp mail imap user admin root my pg ldap proxy web jdbc redis api app mysql ora vpn rdp nas
    smb wifi dwh etl sap svc srv oracle mssql mongo rabbit kafka elastic cert store jks ssl tls wp zip pdf excel sheet batch job bot jira
    git repo key trust postgres maria hive neo bi""")
_CLAVE_OF = words(
    "acceso ftp sftp bd db usuario correo servidor ssh api admin sql wifi red banco smtp imap mail proxy ldap oracle mysql vpn"
)
_GLUED_PASSWORDS = ("password", "passwd", "passwort", "kennwort", "passphrase", "pwd", "passcode", "contrasena", "contraseña", "wachtwoord")
_SECRETS = words("secret secrets geheimnis segreto secreto geheim sekret passkey salt pepper")
_SIGNS = words(
    "jwt app session client cookie flask django rails shared webhook signing hmac oauth consumer auth encryption hash token next"
)
_TOKENS = words("token tokens bearer jwt apikey apikeys accesskey secretkey authkey authtoken accesstoken sas sessionid jeton")
_GLUED_TOKENS = ("token", "apikey", "accesskey", "secretkey", "accountkey", "privatekey", "authkey", "apisecret", "clientsecret")
_LOGINS = words("""credential credentials creds cred login logins auth basicauth httpauth proxyauth userpwd userpass zugang
    zugangsdaten logindaten anmeldedaten toegang
    identifiants credenciales credenziali""")
_KEYS = words("key keys schlüssel schluessel clé cle llave chave chiave sleutel klucz ключ 密钥 鍵")
_KEYS_OF = words("""api access secret private auth account signing sign encryption encrypt encrypted crypto cipher master shared license
    licence subscription service client app application admin storage fernet aes hmac jwt session flask django webhook sas host function
    functions deploy consumer instrumentation ingestion root user write read rest maps stripe sendgrid openai anthropic azure aws gcp
    validation decryption google cosmos cosmosdb search bot hash token security cookie integration routing datadog dd newrelic
    pagerduty mailgun mailchimp
    twilio bearer d'api aplikacji zugangs zugriffs""")
_WHICH_KEY = words("api acceso secreta secreto privada privado secrète secrete privée segreta privata acesso accès acces")
_NOT_KEYS = words("public primary foreign sort partition cache dict cluster order group idempotency natural surrogate business composite")
_OF_A_PIN = words("admin code root user card door sim app login safe alarm gate")
_KEYS_OF_DATA = words("""send
    object file image artifact bucket lookup route event dedup signature thumbnail log task etag commit build version
    state message item entity query map config page data index doc document record hash digest checksum content s3 blob trace parent child
    row column field table node tree unique random test sample expected material setup""")
_NOT_TOKENS = words("""csrf next page continuation cancellation cancel pagination start end stop eos bos pad unk sep mask special max
    min num total prompt completion input output sync resume cursor parse lex syntax sub word first last n per cached reasoning count
    used marker xsrf tokenizer text new_line dry lock whitespace operator""")
_NOT_A_VALUE = words("""file files filename path paths name names id ids url uri urls endpoint field fields column columns col cols
    length len min max policy policies hash hashes hashed digest checksum env var vars variable variables prompt prompts label labels
    type types kind expiry expires expire expiration ttl age count regex pattern re format formatter template templates reset change
    changed required enabled disabled required strength hint help message messages msg error errors title titles placeholder widget
    form page view views router header headers param params parameter parameters arg args option options ref reference store stores
    manager provider providers class validator validators hasher hashers generator factory handler backend backends scope scopes
    audience algorithm alg encoding version versions rotation source location dir directory folder mount prefix suffix separator sep
    limit usage budget index position pos status state date time at on created updated list set map scheme schema rule rules check
    checker checks scanner protection property manager attribute alias description desc doc docs info note notes screen dialog input element
    selector xpath locator button link tooltip icon auth cmd command cls func fn mode method lifetime duration seconds minutes days
    hours timestamp resolver engine arn role secretname quote quoted char chars character characters symbol entropy score size bytes
    bits callback hook event events grant flow request response cache needed missing invalid valid exists present supported allowed
    mismatch match group groups number num code question answer public marks mark mechanism plugin strategy sha md stdin fingerprint
    thumbprint startswith endswith contains icontains isnull iexact mgr authentication encode decode strip lower upper split replace
    expira expiración expiracion caduca caducidad validade vencimiento ablauf ablaufdatum läuft
    hostname port domain realm user username usernames email authority issuer variável variavel zmienna variabele variabile datei pfad
    fichero archivo arquivo ruta caminho fichier chemin bestand pad plik ścieżka sciezka percorso länge laenge longueur longitud feld
    campo champ veld pole spalte columna coluna colonne kolom kolumna nombre nom naam nazwa hinweis richtlinie política politica
    politique beleid richtlijn history lock expired less free update updates oublie
    oublié vergessen olvidada esquecida dimenticata forgotten lost""")
_NEGATING = words("""no not is has have had show hide forgot forgotten reset check verify validate verified public need needs require
    requires required get read load fetch ask prompt mask hash hashed encrypted should can must use uses using with without enable
    disable allow invalid wrong missing dummy fake mock example sample placeholder redacted hidden masked random generate generated
    expected_error old_hash digest sha256 md5 if ignore skip supports label hint title error msg message demander pedir solicitar
    preguntar fragen abfragen chiedere vragen pytaj zapytaj mostrar afficher anzeigen zeigen""")
_MARKED = words("dummy fake mock mocked example sample placeholder redacted testvector")
_SPLIT = Lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+(?:[^\W\d_])*|[^\W\d_]+")
_ACCENTED = Lazy(r"[^\W\d_]+|\d+")


def split(name: str) -> list[str]:
    """The words of a name, lower case: `dbPassword_2` is db, password, 2."""
    found = (_SPLIT if name.isascii() else _ACCENTED)().findall(name)
    return [word.lower() for word in found]


@functools.lru_cache(maxsize=1 << 15)
def role(name: str) -> Role | None:
    """What *name* says of its value, None where it speaks of something else: a path, a length, a hash, a prompt."""
    if len(name) > 120:
        return None
    parts = split(name)
    for at in range(len(parts) - 1, -1, -1):
        if found := _noun(parts, at):
            return found if _speaks_of_a_value(parts, at, found) else None
    return None


def _noun(parts: list[str], at: int) -> Role | None:
    word, before = parts[at], parts[at - 1] if at else ""
    if word.startswith(("reset", "forgot", "change", "nopass")) and len(word) > 6:
        return None
    is_last = all(part.isdigit() for part in parts[at + 1 :])
    if _is_password(parts, at, is_last):
        return Role.PASSWORD
    if word in _SECRETS or word.endswith("secret"):
        return Role.SIGNING if before in _SIGNS or (word != "secret" and word.endswith("secret")) else Role.SECRET
    if word.endswith(("schluessel", "schlüssel")) and len(word) > 10:
        return Role.TOKEN if word.startswith(_WHICH_SCHLUESSEL) else None
    if word == "info" and before == "user" and "auth" in parts[:at]:
        return Role.LOGIN
    if word == "jwt" and before in _SECRETS:
        return Role.SIGNING
    return _token_or_key(parts, at, is_last)


def _is_password(parts: list[str], at: int, is_last: bool) -> bool:
    word, before = parts[at], parts[at - 1] if at else ""
    if word in _PASSWORDS or word.endswith(_GLUED_PASSWORDS) or (is_last and word in _SHORT_PASSWORDS):
        return True
    if word.endswith(("pw", "psw", "pswd")) and 4 <= len(word) <= 10 and word != "nopw" and not any(map(str.isdigit, parts[:at])):
        return True
    if (word == "community" and "snmp" in parts[:at]) or (word == "auth" and before in ("redis", "sentinel")):
        return True
    return (word.endswith("pass") and word[:-4] in _PASSES_OF) or (word == "clave" and parts[at + 1] in _CLAVE_OF)


def _token_or_key(parts: list[str], at: int, is_last: bool) -> Role | None:
    word, before, after = parts[at], parts[at - 1] if at else "", parts[at + 1] if at + 1 < len(parts) else ""
    if word in _KEYS and before in _NETWORKS:
        return Role.PASSWORD
    if word in _TOKENS or word.endswith(_GLUED_TOKENS):
        return None if before in _NOT_TOKENS else Role.TOKEN
    if (word in _KEYS or word == "clave") and after in _WHICH_KEY:
        return Role.TOKEN
    if word == "chiave" and before == "parola" or (word in _KEYS and before in ("recovery", "unlock", "bitlocker")):
        return Role.PASSWORD
    if word in _KEYS and (before in _KEYS_OF or before in _SECRETS or before in _PASSWORDS):
        return Role.SIGNING if before in _SIGNS or before in _SECRETS else Role.TOKEN
    if word == "appid" or parts == ["session"]:
        return Role.TOKEN
    if word in _LOGINS:
        return Role.LOGIN
    if parts == ["key"]:
        return Role.KEY
    if word in ("key", "keys") and is_last and before not in _KEYS_OF_DATA:
        return Role.ITS_KEY
    return Role.PIN if word == "pincode" or (word == "pin" and (at == len(parts) - 1 or after in _OF_A_PIN)) else None


def _speaks_of_a_value(parts: list[str], at: int, found: Role) -> bool:
    before, after = parts[:at], parts[at + 1 :]
    if found is Role.PIN or parts[at] == "pepper":
        return True
    if any(word in _NOT_A_VALUE for word in after) or any(word in _NEGATING for word in before):
        return False
    if found in (Role.TOKEN, Role.ITS_KEY) and any(word in _NOT_KEYS for word in before):
        return False
    return not (found is Role.LOGIN and after)


def marked(name: str) -> bool:
    """Whether the name itself says that its value is made up: `dummy_password`."""
    return any(word in _MARKED for word in split(name))
