# ruff: noqa: E501, S105, SIM905, W293, B023 - tables, to be wrapped
"""What a reader claims: that this value, at this place, is a secret if it looks like one."""

from __future__ import annotations

from typing import NamedTuple

from workflow_template.standards.secrets.names import Role
from workflow_template.standards.secrets.values import Grade, decoded, entropy, grade


class Claim(NamedTuple):
    """A value at an absolute place; *asks* is the least grade that makes a secret of it."""

    start: int
    value: str
    kind: str
    asks: Grade = Grade.CHOSEN
    sure: bool = False

    @property
    def holds(self) -> bool:
        return self.sure or grade(self.value) >= self.asks


def by_role(start: int, value: str, role: Role, *, weak: bool = False) -> Claim:
    """A claim that asks of the value what its name promises."""
    if role is Role.PASSWORD:
        return Claim(start, value, "password", Grade.WORD if weak else Grade.CHOSEN)
    if role is Role.SECRET:
        return Claim(start, value, "secret", Grade.CHOSEN, sure=False)
    if role is Role.LOGIN:
        return _login(start, value)
    if role is Role.PIN:
        return Claim(start, value, "PIN", Grade.WORD if value.isdigit() and 4 <= len(value) <= 8 else Grade.RANDOM)
    return Claim(start, value, "token or key", Grade.CHOSEN if issued(value) else Grade.RANDOM)


def issued(value: str) -> bool:
    """Whether a short value looks handed out by a machine: twelve or more signs, digits among them, no words."""
    return len(value) >= 12 and sum(sign.isdigit() for sign in value) >= 2 and entropy(value) > 2.9 and value.isalnum()


def _login(start: int, value: str) -> Claim:
    """User and password in one text, joined by a colon or slash, plain or in base64."""
    plain = decoded(value) if len(value) >= 8 and ":" not in value else value
    sign = ":" if ":" in plain else "/" if plain is value else ""
    user, _, password = plain.partition(sign) if sign else ("", "", "")
    if plain is not value and user and password:
        return Claim(
            start, value, "user and password", Grade.NONE, sure=grade(password) > Grade.NONE or grade(user + password) > Grade.NONE
        )
    if user and user.replace(".", "").replace("_", "").replace("-", "").isalnum() and " " not in password:
        return Claim(start + len(user) + 1, password, "user and password", Grade.CHOSEN)
    return Claim(start, value, "user and password", Grade.RANDOM)
