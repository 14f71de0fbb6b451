"""What a reader claims: that this value, at this place, is a secret if it looks like one."""

from __future__ import annotations

from typing import NamedTuple

from workflow_template.standards.secrets.names import Role, role
from workflow_template.standards.secrets.patterns import Lazy
from workflow_template.standards.secrets.values import Grade, decoded, entropy, grade, stands_for

_KEY = Lazy(r"(?:[a-z]{2,8}[-_])?[A-Za-z0-9]{20,64}|[A-Za-z0-9+/_-]{42,88}={0,2}")
NOTHING_ELSE = Grade.NAME  # the least of a password where nothing but a value can stand: `PWD=…;`, `--password …`


class Claim(NamedTuple):
    """A value at an absolute place; *asks* is the least grade that makes a secret of it, *sure* means that its form has told already."""

    start: int
    value: str
    kind: str
    asks: Grade = Grade.CHOSEN
    sure: bool = False

    @property
    def holds(self) -> bool:
        return self.sure or grade(self.value) >= self.asks


def by_role(start: int, value: str, named: Role, asks: Grade = Grade.CHOSEN) -> Claim:
    """A claim that asks of the value what its name promises; *asks* is the least that will do for a password at this place."""
    if named is Role.PASSWORD:
        return Claim(start, value, "password", asks)
    if named in (Role.SIGNING, Role.SECRET) and asks <= Grade.WORD and value.count(" ") >= (3 if named is Role.SECRET else 2):
        return Claim(start, value, "secret", Grade.NAME)
    if named is Role.SIGNING:
        return Claim(start, value, "secret", Grade.WORD if asks < Grade.WORD else Grade.CHOSEN)
    if named is Role.SECRET:
        return Claim(start, value, "secret", Grade.CHOSEN)
    if named is Role.LOGIN:
        return _login(start, value)
    if named in (Role.KEY, Role.ITS_KEY):
        is_key = _mixed_key(value) or (named is Role.ITS_KEY and 24 <= len(value) <= 128 and value.isalnum())
        return Claim(start, value, "token or key", Grade.RANDOM if is_key else Grade.NEVER)
    if named is Role.PIN:
        return Claim(start, value, "PIN", Grade.WORD if value.isdigit() and 4 <= len(value) <= 8 else Grade.RANDOM)
    return Claim(start, value, "token or key", Grade.CHOSEN if _issued(value) else Grade.RANDOM)


def direct(value: str, *, labels: bool = True) -> Grade:
    """The least of a password that a name is given directly in code or data, where *labels* and names of other things stand too."""
    if value.isalpha() and role(value):
        return Grade.NEVER
    if any(sign.isdigit() for sign in value):
        return Grade.NAME
    if not labels:
        return Grade.NAME
    if value[:1].isupper() and (value[1:].islower() or " " in value):
        return Grade.CHOSEN
    return Grade.NAME if any(sign in value for sign in "-.") and " " not in value else Grade.WORD


def _mixed_key(value: str) -> bool:
    """Whether a value is what programs make for keys: long, of letters in both cases and digits, plain or in base64."""
    found = _KEY().fullmatch(value)
    return bool(found) and all(any(map(kind, value)) for kind in (str.islower, str.isupper, str.isdigit))


def _issued(value: str) -> bool:
    """Whether a short value looks handed out by a machine: twelve or more signs, digits among them, no words."""
    return len(value) >= 12 and value.isalnum() and sum(sign.isdigit() for sign in value) >= 2 and entropy(value) > 2.9


def _login(start: int, value: str) -> Claim:
    """User and password in one text, joined by a colon or slash, plain or in base64."""
    if stands_for(value):
        return Claim(start, value, "user and password", Grade.RANDOM)
    plain = decoded(value) if len(value) >= 8 and ":" not in value else ""
    user, _, password = plain.partition(":")
    if user and password:
        return Claim(start, value, "user and password", sure=grade(password) > Grade.NONE or grade(user + password) > Grade.NONE)
    user, _, password = value.partition(":" if ":" in value else "/")
    if user.replace(".", "").replace("_", "").replace("-", "").strip().isalnum() and password and " " not in password.strip():
        is_word = ":" in value and len(password) >= 8 and password.isalpha() and not stands_for(user) and not role(password)
        return Claim(start + value.index(password), password.strip(), "user and password", Grade.WORD if is_word else Grade.CHOSEN)
    return Claim(start, value, "user and password", Grade.RANDOM)
