"""Judge a value: a stand-in, what a name or a word would be, what a person would choose as a password, or random signs."""

from __future__ import annotations

import base64
import functools
import math
import re
import unicodedata
from collections import Counter
from enum import IntEnum

from workflow_template.standards.secrets.patterns import Lazy, words


class Grade(IntEnum):
    """How much a value looks like a secret, by itself."""

    NONE = 0
    NAME = 1
    WORD = 2
    CHOSEN = 3
    RANDOM = 4
    NEVER = 5


_STANDS_FOR = words("""password passwd passwort kennwort pass pwd pw passphrase passcode secret secrets token tokens key keys api apikey
    auth authorization credential credentials creds login access private public signing client account my your our some any the a an
    this that here insert enter put set add change changeme replace replaceme me with todo tbd fixme example examples sample test tests
    testing tester tested dummy fake mock mocked stub foo bar baz qux quux foobar spam eggs ham lorem ipsum value values string str text
    default none null nil undefined empty blank unset unknown na true false yes no on off redacted masked hidden removed user users
    username usr name db database local localhost dev prod staging env environment variable var config setting settings param real
    actual valid invalid wrong bad good correct incorrect old new current previous first second other another one two random generated
    plain clear encrypted hashed strong secure super very long short safe simple basic hello world demo temp tmp insecure unsafe
    somepassword mypassword yourpassword userpassword testpassword dbpassword mypass mysecret mytoken mykey testpass testtoken
    testsecret topsecret yourtoken yourkey yoursecret required optional bool int integer varchar nvarchar char bytes object secretstr
    int64 float boolean number array list dict file path url uri host hostname email id type header bearer oauth oauth2 basic digest
    ntlm kerberos saml jwt from in of to for is be will not it as by at or and if else bla blah blub thing something whatever scott
    tiger guest abc abcd abcdef abcdefg xyz xxx yyy zzz xx x y z b c d e f g qwerty asdf asdfgh prompt ask stdin inherit keyring vault
    environ getenv hide show visible visibility toggle confirm confirmation repeat forgot reset placeholder contraseña contrasena senha
    mdp wachtwoord hasło haslo clave parola mot de passe ihr dein votre tu su twoje hier aqui ici identifier utf8 ascii utf sha1 sha256
    sha512 md5 hs256 rs256 es256 sha hmac hex base64 b64 b64encode csrf csrftoken service app application session cookie code grant
    implicit refresh scope scopes aws azure gcp google github gitlab slack s3 minio server web data admin_password provider plugin
    backend module class method function field column table row line label title remote proxy cluster node root_password sys system
    global shared common internal external override custom bot webhook deploy ci cd pipeline job run worker task flow dag connection
    conn engine pool query abc123 a1b2c3 123 1234 12345 123456 1234567 12345678 123456789 1234567890 0 1 2 3 4 5 6 7 8 9 10 00 000 0000
    11 111 1111 42 99 99999 supersecret secret1 pass1 pass2 pw1 pw2 sekret sekrit s3cr3t s3cret secretkey secrettoken secretpassword
    secretpass passw notasecret nopassword anonymous пароль пользователь логин хост κωδικός 密码""")
# Where somebody says where a password is kept, or that there is none, alone in its place.
_SAYS_WHERE = words("""bitwarden keepass keepassxc lastpass 1password onepassword keychain tresor unchanged unverändert expired revoked
    rotated gelöscht geändert abgelaufen unbekannt keines keine ohne same siehe see trust peer always never oui non si sí sim não
    ja nein nee tak nie да нет vrai faux wahr falsch verdadero
    falso pedirla pedirlo demander fragen anfragen erfragen pedir solicitar kennwortsafe passwortsafe""")
_HINTS = Lazy(
    r"example|placeholder|dummy|change[-_ ]?(?:me|it|this|in)|replace[-_ ]?(?:me|this|with)|redacted|your[-_ ]"
    r"|your(?:own|pass|secret|token|key|strong)|insert[-_ ]|<[^<>]*>|\*{3,}|x{4,}|\.{3}|…|not[-_ ]?(?:a[-_ ]?)?(?:real|secret|used|set)"
    r"|\bfake|_fake|fake_|lorem|0123456789|123456789|abcdefgh|fill[-_ ]?(?:me|in)|to[-_ ]?be[-_ ]|goes[-_ ]?here|\bn/a\b"
    r"|^todo|^tbd|^anonymous|^my[-_ ]|deadbeef|cafebabe|sample|foobar|000000|mock"
)
_LOOKED_UP = Lazy(
    r"""^(?:\${1,2}\w+|\$?\{.*\}|%\w+%|\#\{.*|@{1,2}\w+@{1,2}|__\w+__|\[.*\]|\(.*\)|&\w+|\*\w+|!\w.*|:\w+|\?|@\w+)$
    | \$\{|\$\(|\{\{|\}\}|\#\{|<%|%\(\w+\)|%[sdr](?![A-Za-z0-9])|^%s|`|\$env:
    | (?<![A-Za-z0-9$.])\$[A-Za-z_]{3,}|(?<![A-Za-z0-9$])(?-i:\$[A-Z_]{3,})
    | ^(?:env|file|vault|ssm|arn|op|sm|kms|gcp|aws|azure|keyvault|secretsmanager|secretref|secret|ref|akv|doppler|keyring|enc|sops
      |conjur|cyberark|bws|lookup|urn|data|awssm|gsm|projects/[^/]*/secrets?)(?:\+\w+)?[:(\[{/]
    | ^\$ansible_vault|^@microsoft\.|os\.environ|getenv|process\.env|secrets\.|environ\[""",
    re.X | re.I,
)
_CODE = Lazy(
    r"[\w.\[\]'\"]{1,400}+\(.*\).*|[A-Za-z_.]{1,400}+[\[(].*|[\[({<=:,;|&>].*|.*[=:,({\[]|[A-Za-z]{1,400}+[:=/][A-Za-z_]+"
    r"|[\w-]{1,400}+:\d+|[A-Za-z ]{1,400}+[:.?,]"
)
_JOINED = Lazy(r"[A-Z]?[a-z]{2,}(?:[-_./][A-Z]?[a-z]{2,})+")
_TITLES = Lazy(r"[A-Z][a-z]{2,}(?:[-_.][A-Za-z][a-z]*){0,4}[-_.][A-Z][a-z]+")
_FIELD = Lazy(r"\{[A-Za-z_]*[\w.\[\]'\"()]*(?:![rsa])?(?::[^{}]*)?\}")
_NOT_TEXT = Lazy(
    r"""^(?:~|\.{0,2})/(?!(?=[A-Za-z/]*[0-9+])[A-Za-z0-9+/]{26,}={0,2}$)
    | ^[A-Za-z]:[\\/]\w | ^(?:jdbc:)?[a-z][a-z0-9+.-]*:// | ^[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,}$
    | \.(?:py|json|ya?ml|txt|pem|crt|key|cer|pfx|p12|p8|der|jks|toml|ini|cfg|conf|md|html?|env|sql|csv|xml|sh|log|pub|gpg|asc|zip|gz
      |js|ts|parquet|lock)$
    | \\[dwsbSDWAZ](?![A-Za-z0-9]{3}) | \[\^? [a-zA-Z0-9]-[a-zA-Z0-9] | \(\?[:=!P<] | ^\^.*\$$ | ^[\#.][a-z][a-z_-]*$
    | ^[\w.]*[A-Za-z_]\(.*\)$
    | ^[a-z]+/[a-z.+-]+$ | ^(?:[a-z_.-]+/)+[a-z_.-]+$ | ^v?\d+(?:\.\d+)+$ | ^[xX]-[A-Za-z]+-[\w-]+$ | ^[\w\[\],.-]+[=~<>]=\d
    | ^\d{4}-\d\d-\d\d | ^(?:\\[nrt0])+$ | ^<.*>$ | ^[a-zA-Z]:\w+=""",
    re.X,
)
_DIGEST = Lazy(
    r"^(?:\$[0-9a-z]{1,10}\$|\{?s?sha\d*[-:=$}]|md5[:=$]?|pbkdf2|argon2|bcrypt|Ag[A-Za-z0-9+/]{98}|scram-sha|scrypt|\*[0-9A-F]{40}$|ssha|\{\w+\}"
    r"|(?:sk-)?ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-|AQAAANCMnd8B|AAAA(?:B3Nza|C3Nza|E2Vj|G[nN]))",
    re.I,
)
_IN_CLEAR = Lazy(r"\{(?:noop|plain|plaintext|clear|cleartext)\}", re.I)
_NUMBERED = Lazy(
    r"(?:[a-z]|[A-Z](?=[a-z])){0,64}[A-Z]{0,64}\d|[A-Z][A-Za-z]{0,64}?(?:Int|Float|Complex|Decimal|Base|Sha|Utf|Version|Python|Windows|Level|Column|Table|Sheet)\d+"
    r"|[A-Za-z]{1,5}\d{1,3}(?:[A-Z]\w*|[a-z]{0,3}\d?)|(?:[A-Z]+_)+\w+|[A-Z][A-Za-z]{1,64}\d[A-Z]\w*(?:-[A-Z]\w*)*"
)
_PUNCTUATED = Lazy(r"[\s\"'`<>(){}\[\]|,;\\]|://|^[./%*&]|[.:/-]\d+[.:/-]|\w\.\w+\.\w|%[a-zA-Z]|^\w+[/=]\w+")
_PASSWORD_SIGNS = frozenset("!#$%&*?@+^~=")
_LEET = Lazy(r"[a-z]\d[a-z]{2}|[A-Z]\d[a-z]{3}|[a-z]{2}\d[a-zA-Z]")
_WITH_SIGN = Lazy(r"[a-z]{4,}(?:19|20)\d\d|[A-Za-z]{3}[\w-]*[!#$%&*?@+^~][\w!#$%&*?@+^~-]*")
_UUID = Lazy(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_HEX = Lazy(r"(?:0x)?[0-9a-fA-F]+")
_WORDLIKE = Lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_NAMING = words("""password passwd pass pwd pw passphrase passwort secret secrets token tokens key keys cred creds credential credentials
    name id ref env var file path url uri host port user username db database login auth value field param config setting settings string
    text type label title input form page button error message hint test example default service account client admin vault api access
    private public store manager provider session cookie header bearer prompt new old confirm current change reset my your haslo hasło
    senha contrasena contraseña clave mdp wachtwoord kennwort parola heslo""")
_DOTTED = Lazy(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_OWNERS = words("""self cls args opts options conf cfg ctx context item items params var vars module local locals data each env os sys
    result results random request response model props state this inputs outputs steps needs jobs github matrix runner corp intern
    internal lan www mail app apps core utils util helpers common models base abc test tests py js json yml
    yaml md txt cfg ini exe bat sh sql csv xml html css""")
_TITLES_NUMBERED = Lazy(r"[^\W\d_a-z][^\W\d_A-Z]{2,20}\.[^\W\d_a-z][^\W\d_A-Z]{2,20}_?\d{1,4}")
_ENDS_IN_A_NUMBER = Lazy(r"_\d{1,4}$")
_DOMAINS = words("example test invalid localhost com org net io de fr ch at uk nl be it es se dk pl eu local dev app cloud")
_NAMELIKE = Lazy(
    r"[a-z][a-z]*(?:[_.-][a-z]+)*(?:[_.-]?v?\d{1,2})?|[A-Z]?[a-z]+(?:-[A-Z]?[a-z]+)+|[A-Z]+(?:_[A-Z]+)*(?:_?\d{1,2})?|[a-z]+(?:[A-Z][a-z]+)+|(?:[A-Z][a-z]+){2,}"
)
_WEAK = Lazy(
    r"(?i)(?:admin|qwerty|password|passwort|passwd|secret|geheim|welcome|root|postgres|letmein|tiger)[-_@!.#$%&*+]?\d{2,8}[!.*#]?|admin[!@#]+"
    r"|tiger\d|abc[-_@!.#$%&*+]\d{3,8}"
)
_NAMES_ITSELF = Lazy(r"(?i)pass|pwd?$|secret|token|credential|^(?:test|new|old|wrong|bad|some|my|your|another|any)")
_PLAIN_SIGNS = Lazy(r"[a-z]+|[a-z0-9]+(?:_[a-z0-9]+)+|[A-Z]+|[A-Z0-9]+(?:_[A-Z0-9]+)+")
_UNDIVIDED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "đ": "d", "ı": "i", "œ": "oe", "Ø": "O", "Ł": "L", "Æ": "Ae"})
_SPOKEN_ELSEWHERE = Lazy("[\u0370-\u052f]{4,}")
_CONSONANTS = Lazy("[bcdfghjklmnpqrstvwxz]{6,}")
_TECHNICAL = Lazy(
    r"(?:utf|sha|md|oauth|base|b|http|x|s|rsa|aes|tls|ipv|python|py|int|float|uint|str|h|ec|p|k8s|k|v|ssl|es|rs|hs|ps|db|node|port|col|key"
    r"|level|step|part|test|user|arg|item|val|value|field|token|foo|bar|baz|host|server|name|id|abc|sql)[-_]?\d{1,4}(?:le|be)?"
    r"|(?:pass|pw|pwd|secret|password)[-_]?\d",
    re.I,
)


@functools.lru_cache(maxsize=8192)
def grade(value: str) -> Grade:
    """How much *value* looks like a secret; what only stands for one is NONE."""
    if value[:1] == "{" and (marked := _IN_CLEAR().match(value)):
        return grade(value[marked.end() :])
    if len(value) < 2 or len(value) > 2000 or len(set(value)) < 3 and not value.isalpha() or stands_for(value):
        return Grade.NONE
    if value.isalpha():
        return _letters(value)
    if not value.isascii() and not any(sign.isdigit() or sign in "!#$%&@*?" for sign in value):
        plain = _without_accents(value)
        return Grade.NONE if not plain.isascii() else _phrase(plain) if " " in value else _mixed(plain)
    if value.isdigit():
        return Grade.WORD if 4 <= len(value) <= 12 else Grade.NONE
    if any(sign.isspace() for sign in value):
        return _phrase(value)
    return Grade.RANDOM if is_random(value) else _mixed(value)


def stands_for(value: str) -> bool:
    """Whether *value* is a stand-in, a look-up, a name, a path, a pattern or a digest."""
    low = value.lower()
    if (
        low in _STANDS_FOR
        or low in _SAYS_WHERE
        or _HINTS().search(low)
        or _LOOKED_UP().search(value)
        or _NOT_TEXT().search(value)
        or _DIGEST().search(value)
    ):
        return True
    if _FIELD().search(value) or _UUID().fullmatch(value) or _TECHNICAL().fullmatch(value) or _is_attribute(value):
        return True
    return _only_filler(value)


def _is_attribute(value: str) -> bool:
    """Whether *value* reads as a part of something: `settings.password`, `mail.corp.net`; not `neckar.rems`, `Neckar.Rems_7`."""
    if not _DOTTED().fullmatch(value):
        return False
    parts = value.split(".")
    if _TITLES_NUMBERED().fullmatch(value) and not _NAMES_ITSELF().search(value):
        return False
    named = any(part in _OWNERS or any(word in _NAMING for word in _WORDLIKE().findall(part.lower())) for part in parts)
    divided = "_" in value and not _ENDS_IN_A_NUMBER().search(value)
    return named or (len(parts) > 3 and not value.islower()) or divided or parts[-1] in _DOMAINS


def _without_accents(value: str) -> str:
    plain = unicodedata.normalize("NFKD", value.translate(_UNDIVIDED))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _only_filler(value: str) -> bool:
    """Words that people write where a secret goes; a capital, a digit and a sign together make a password of them."""
    found = [word.lower() for word in _WORDLIKE().findall(value)]
    if value.isdigit() or _WEAK().fullmatch(value) or (len(value) >= 32 and is_random(value)):
        return False
    if _NAMES_ITSELF().search(value) and (value.islower() or value.isupper()) and _PLAIN_SIGNS().fullmatch(value):
        return True
    if not found or not all(word in _STANDS_FOR or (word.isdigit() and len(word) < 5) for word in found):
        return False
    chosen = any(sign in "!@#$%^&*?+" for sign in value) + any(sign.isupper() for sign in value) + any(sign.isdigit() for sign in value)
    return chosen < 3 and not any(sign in value for sign in "@$") or len(value) < 6


def _letters(value: str) -> Grade:
    parts = _WORDLIKE().findall(value)
    spoken = all(len(word) >= 2 and not _unspeakable(word) for word in parts) and len(value) >= 4 * len(parts)
    if len(value) >= 16 and not spoken and (_switches(value) > len(value) / 3 or _unspeakable(value)):
        return Grade.RANDOM
    if not value.isascii():
        plain = _without_accents(value)
        return _letters(plain) if plain.isascii() else Grade.WORD if _SPOKEN_ELSEWHERE().fullmatch(value) else Grade.NONE
    if spoken:
        return Grade.WORD
    return Grade.CHOSEN if len(value) >= 8 and (_switches(value) > 4 or _unspeakable(value)) else Grade.WORD


def _switches(value: str) -> int:
    return sum(a.isupper() != b.isupper() for a, b in zip(value, value[1:], strict=False))


def _unspeakable(value: str) -> bool:
    low = value.lower()
    return bool(_CONSONANTS().search(low)) or not any(vowel in low for vowel in "aeiouy")


def _phrase(value: str) -> Grade:
    """Text with blanks: a sentence, unless plain words stand there as in a passphrase."""
    parts = value.split()
    if _is_motto(value, parts):
        return Grade.WORD if len(parts) >= 4 and not value.istitle() and value.replace(" ", "").isalpha() else Grade.NAME
    if all(part.isalpha() and part.islower() for part in parts) and len(value) >= 10:
        if _is_passphrase(value, parts):
            return Grade.WORD if min(map(len, parts)) > 2 else Grade.NAME
        spoken = any(part in _SENTENCE or part in _NAMING for part in parts) or len(parts) > 6
        return Grade.NONE if spoken else Grade.WORD if len(parts) >= 4 and min(map(len, parts)) > 2 else Grade.NAME
    spoken = any(part.lower().strip(".,:") in _SENTENCE or part.lower() in _STANDS_FOR and part.isalpha() for part in parts)
    mixed = len(parts) <= 4 and len(value) <= 30 and any(map(str.isdigit, value)) and any(sign in _PASSWORD_SIGNS for sign in value)
    if _is_passphrase(value, parts) or (mixed and not any(part.lower() in _INSTRUCTS for part in parts)):
        return Grade.NAME
    chosen = len(parts) <= 4 and any(sign.isdigit() for sign in value) and any(sign.isalpha() for sign in value)
    return Grade.CHOSEN if chosen and value[:1].isupper() and not spoken else Grade.NONE


def _is_passphrase(value: str, parts: list[str]) -> bool:
    """Whether four to nine words stand together that say nothing of passwords and ask for nothing."""
    found = [part.lower().strip(",!?-") for part in parts]
    spoken = any(part in _INSTRUCTS or part in _NAMING for part in found)
    return (
        4 <= len(parts) <= 9
        and len(value) <= 60
        and not spoken
        and value[-1] not in ".:"
        and all(not part or part.isalnum() for part in found)
    )


def _is_motto(value: str, parts: list[str]) -> bool:
    """Whether a few words stand together that make no sentence, as in `ruhr gebiet`."""
    found = [part.lower().rstrip("!?.") for part in parts]
    plain = all(part.replace("-", "").replace("'", "").isalnum() for part in found)
    said = any(part not in _JOINING and (part in _SENTENCE or part in _NAMING or part in _STANDS_FOR and part.isalpha()) for part in found)
    return plain and not said and 2 <= len(parts) <= 5 and 8 <= len(value) <= 40


_JOINING = words("und and et y e en i og och di de del la le el van von")
_INSTRUCTS = words("""please enter required invalid must should cannot can need needs use used using when where which will if not your you
    see ask set get stored read sent given missing changed reset rotate rotated only least characters letters digits optional specified
    provided expired incorrect correct choose confirm type kept via vault env environment config file server connection connect bitte
    nicht siehe wird werden muss kann eingeben fragen requis requise requerida requerido obligatorio obligatoire debe doit veuillez
    erforderlich
    encrypted hashed plain base64 hex length characters minimum maximum sign signed verify api access auth authentication authorization
    this that these for with from none true false value string field""")
_SENTENCE = words("""the is are was must should your you please enter for and with not this that from invalid required password token
    secret key has have been can cannot use used when where which will than least use if to of in on be der die das ist und für la le
    les el los por para una un die een het voor characters letters""")


def _mixed(value: str) -> Grade:
    """Letters with digits or signs, too short or too plain to be random."""
    has_letter, has_digit = any(sign.isalpha() for sign in value), any(sign.isdigit() for sign in value)
    signs = sum(not sign.isalnum() and sign not in "_-." for sign in value)
    if _TITLES().fullmatch(value) and not any(word.lower() in _NAMING for word in _WORDLIKE().findall(value)):
        return Grade.WORD
    if _NAMELIKE().fullmatch(value) and not (has_digit and value.isalnum() and len(value) >= 6):
        return _namelike(value)
    if has_letter and (has_digit or signs) and len(value) >= 4 and not _looks_like_code(value):
        return Grade.CHOSEN
    if _JOINED().fullmatch(value):
        return _namelike(value)
    return Grade.WORD if has_digit and signs and len(value) >= 6 else Grade.NONE


def _namelike(value: str) -> Grade:
    """What reads as a name of code: it may be a secret where nothing else can stand, unless it speaks of itself."""
    found = [word.lower() for word in _WORDLIKE().findall(value)]
    naming = sum(word in _NAMING for word in found)
    if len(value) < 6 or naming > 1 or (naming and (len(found) < 4 or value.isupper())):
        return Grade.NONE
    return Grade.WORD if value.count("-") >= 2 and len(value) >= 12 else Grade.NAME


def _looks_like_code(value: str) -> bool:
    bare = value.rstrip("=")
    return bool(_CODE().fullmatch(value)) and not (bare.isalnum() and len(value) % 4 == 0 and 0 < len(value) - len(bare) < 3)


def is_striking(value: str) -> bool:
    """Whether nobody would write *value* but as a password: letters mixed with digits or signs as names of code never are."""
    if not 6 <= len(value) <= 64 or grade(value) < Grade.CHOSEN or _NUMBERED().fullmatch(value) or _PUNCTUATED().search(value):
        return False
    kinds = (str.islower, str.isupper, str.isdigit, _PASSWORD_SIGNS.__contains__)
    return sum(any(map(kind, value)) for kind in kinds) >= 3 or bool(_LEET().search(value)) or bool(_WITH_SIGN().fullmatch(value))


def is_random(value: str) -> bool:
    """Whether the signs follow no plan a person or a program would have for a name."""
    if len(value) < 16 or not any(sign.isdigit() for sign in value) or not any(sign.isalpha() for sign in value):
        return False
    if _HEX().fullmatch(value):
        return len(value) >= 20 and entropy(value) > 2.8
    return entropy(value) >= 3.2 and (_is_scattered(value) or not _wordy(value))


def _is_scattered(value: str) -> bool:
    """Whether small letters, capitals and digits alternate as in no name: every other sign is of another kind than the one before."""
    if not value.isalnum() or not value.isascii():
        return False
    kinds = [sign.isdigit() + 2 * sign.isupper() for sign in value]
    return len(set(kinds)) == 3 and sum(one != two for one, two in zip(kinds, kinds[1:], strict=False)) >= 0.45 * (len(value) - 1)


def _wordy(value: str) -> bool:
    """Mostly readable words of one case: `my-service-2024-prod`, `arn-like/paths_and_names`."""
    letters = [word for word in _WORDLIKE().findall(value) if word.isalpha()]
    speaking = sum(len(word) for word in letters if len(word) >= 3 and not _unspeakable(word))
    digits = sum(sign.isdigit() for sign in value)
    return speaking >= 0.6 * len(value) or (digits <= 4 and speaking >= 0.45 * len(value))


def entropy(value: str) -> float:
    """Shannon's bits per sign."""
    total = len(value)
    return -sum(count / total * math.log2(count / total) for count in Counter(value).values())


def decoded(value: str) -> str:
    """What *value* says in base64; nothing where that is no text."""
    try:
        text = base64.b64decode(value.encode("ascii"), validate=True).decode("ascii") if len(value) % 4 == 0 else ""
    except ValueError:
        return ""
    return text if text.isprintable() else ""
