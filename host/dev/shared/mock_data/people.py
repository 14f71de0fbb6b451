"""Persons, places, firms and goods, put together from the pools: every list here is made once and then picked from by number.

A person is a number below PERSONS: its nation, first name and family name are the digits of that number. Row 0, 1, 2, … of a table get
persons by a shuffle without repeats; after the last one the shuffle starts again and addresses carry a serial number, so that e-mail
addresses and user names never repeat.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

from .chance import Array, key_of, np, permute, pool, spell
from .pools import (
    COMPANY_FIRST,
    COMPANY_SECOND,
    DOMAINS,
    NATIONS,
    PRODUCT_FIRST,
    PRODUCT_SECOND,
    PRODUCT_THIRD,
    Nation,
)

FIRST = 64  # first names of each nation: the first half women's, the second half men's
FAMILY = 76
PERSONS = len(NATIONS) * FIRST * FAMILY
COMPANIES = len(COMPANY_FIRST.split()) * len(COMPANY_SECOND.split())
NOUNS = [(noun, category) for category, nouns in PRODUCT_THIRD.items() for noun in nouns.split()]
PRODUCTS = len(PRODUCT_FIRST.split()) * len(PRODUCT_SECOND.split()) * len(NOUNS)
HOUSES = 64
VARIANTS = 100  # postcodes and telephone numbers kept for each city
CITIES = tuple(city for nation in NATIONS for city in nation.cities)
CITY_COUNT = np.array([len(nation.cities) for nation in NATIONS])
CITY_START = np.cumsum(CITY_COUNT) - CITY_COUNT
_SPELLED = {"ß": "ss", "ı": "i", "ł": "l", "ø": "o", "æ": "ae"}
_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue"}


def plain(text: str, german: bool = False) -> str:
    """Write text without accents: "Çelik" as "Celik"; German "Müller" as "Mueller"."""
    for sign, letters in (_SPELLED | _GERMAN if german else _SPELLED).items():
        text = text.replace(sign, letters).replace(sign.upper(), letters.title())
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def slug(text: str, german: bool = False) -> str:
    """Letters and digits only, for addresses."""
    return "".join(sign for sign in plain(text.lower(), german) if sign.isalnum() and sign.isascii())


@cache
def persons(part: str) -> Array:
    """One text for each person: `first`, `family`, `full`, `address` ("anna.mueller"), `gender`, `salutation`."""
    return pool([text for nation in NATIONS for text in _PARTS[part](nation)])


def _each(texts: list[str]) -> list[str]:
    """A text for each first name, repeated for each family name."""
    return [text for text in texts for _ in range(FAMILY)]


def _firsts(nation: Nation) -> list[str]:
    return nation.women.split() + nation.men.split()


def _full(nation: Nation) -> list[str]:
    return [f"{first} {family}" for first in _firsts(nation) for family in nation.families.split()]


def _addresses(nation: Nation) -> list[str]:
    german = nation.code == "DE"
    families = [slug(family, german) for family in nation.families.split()]
    firsts = [slug(first, german) + "._.-.."[number % 6] for number, first in enumerate(_firsts(nation))]
    return [first + family for first in firsts for family in families]


def _by_gender(woman: str, man: str) -> list[str]:
    return _each([woman] * (FIRST // 2) + [man] * (FIRST // 2))


_SALUTATIONS = {"de": ("Frau", "Herr"), "fr": ("Mme", "M."), "sv": ("Fru", "Herr")}
_PARTS: dict[str, Callable[[Nation], list[str]]] = {
    "first": lambda nation: _each(_firsts(nation)),
    "family": lambda nation: nation.families.split() * FIRST,
    "full": _full,
    "address": _addresses,
    "gender": lambda nation: _by_gender("female", "male"),
    "salutation": lambda nation: _by_gender(*_SALUTATIONS.get(nation.language, ("Ms", "Mr"))),
}


@cache
def mail_tails(serial: int) -> Array:
    """What stands behind a person's address: "@example.com" for the first round of persons, "2@example.com" for the second."""
    return pool([f"{serial + 1 if serial else ''}@{domain}" for domain in DOMAINS])


@cache
def places(part: str) -> Array:
    """One text or number for each city: a field of `City`, or of its nation as in "nation.currency"."""
    if part.startswith("nation."):
        return pool([getattr(nation, part[7:]) for nation in NATIONS for _ in nation.cities])
    return pool([getattr(city, part) for city in CITIES])


@cache
def filled(part: str) -> Array:
    """The masks of `postcode` or `phone` filled in, VARIANTS for each city."""
    return pool([text for city in CITIES for text in fill(getattr(city, part), VARIANTS)])


def fill(mask: str, count: int) -> list[str]:
    """Fill `#` with digits and `@` with capital letters, *count* times; different as long as there are so many."""
    alphabets = ["0123456789" if sign == "#" else "ABCDEFGHJKLMNPRSTUVWXY" if sign == "@" else sign for sign in mask]
    size = capacity(alphabets)
    return list(spell(permute(np.arange(count, dtype=np.int64) % size, size, key_of("fill", mask)), alphabets))


def capacity(alphabets: list[str]) -> int:
    """How many different texts `spell` can write."""
    size = 1
    for alphabet in alphabets:
        size *= len(alphabet)
    return size


@cache
def streets() -> Array:
    """Street and house number, HOUSES times the streets for each nation."""
    return pool([_street(nation, name, number) for nation in NATIONS for name in nation.streets.split(";") for number in range(HOUSES)])


def _street(nation: Nation, street: str, number: int) -> str:
    return nation.house.format(street=street, number=1 + number * 7 % 131)


@cache
def companies(nation: int) -> Array:
    """Names of firms with the legal forms of a nation."""
    forms = NATIONS[nation].forms.split(";")
    names = [f"{first} {second}" for first in COMPANY_FIRST.split() for second in COMPANY_SECOND.split()]
    return pool([f"{name} {forms[number % len(forms)]}" for number, name in enumerate(names)])


@cache
def products() -> tuple[Array, Array, Array]:
    """The three words of a product's name."""
    return (
        pool([word + " " for word in PRODUCT_FIRST.split()]),
        pool([word + " " for word in PRODUCT_SECOND.split()]),
        pool([noun for noun, _ in NOUNS]),
    )


@cache
def categories() -> Array:
    """The category of each product noun."""
    return pool([category for _, category in NOUNS])
