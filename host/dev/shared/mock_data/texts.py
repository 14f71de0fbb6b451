"""Values that are text or bytes: names, addresses, codes, sentences, documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from . import pools
from .chance import Array, as_text, below, key_of, mix, np, permute, pick, pool, spell, table_of
from .facts import BEGUN, CANCELLED, COMPLETED, NEW, STAGE_DELIVERED, STAGE_PAID, STAGE_SHIPPED, Rows, Values
from .people import (
    HOUSES,
    PRODUCTS,
    VARIANTS,
    capacity,
    categories,
    companies,
    filled,
    mail_tails,
    persons,
    places,
    plain,
    products,
    streets,
)
from .pools import NATIONS
from .shapes import DAY, Column

Make = Callable[[Rows], Values]
Text = Callable[[Rows], Array]

_FEW = 24
MOST_CODES = 1 << 52
_LEAST = {"company": 8, "product": 12, "full_name": 8, "name": 8, "subject": 20, "brand": 5, "category": 6, "status_task": 6}  # signs
LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
SIGNS = DIGITS + LETTERS
_HEX = np.array([[ord(sign) for sign in f"{byte:02x}"] for byte in range(256)], dtype=np.uint32)
_DASHES = (8, 13, 18, 23)
_STAGE_WORDS = {
    NEW: "new open pending draft created received registered offen neu placed submitted queued planned",
    STAGE_PAID: "paid confirmed approved accepted active processing running started in_progress bezahlt bestaetigt",
    STAGE_SHIPPED: "shipped sent dispatched in_transit out_for_delivery versendet versandt",
    STAGE_DELIVERED: "delivered arrived geliefert fulfilled",
    COMPLETED: "completed complete closed done finished resolved succeeded success erledigt abgeschlossen archived",
    CANCELLED: "cancelled canceled refunded returned rejected failed expired void declined storniert inactive blocked error unknown",
}


def texts_for(column: Column, role: str, part: str) -> Make:
    """How to make text for *column* by its role, else by its length."""
    if column.alphabets:
        return lambda rows: Values(_coded(rows, column.name, column.alphabets))
    if column.values:
        return lambda rows: Values(_listed(rows, column, role))
    if column.length is not None and column.length < _LEAST.get(role, 0):
        role = ""
    if column.length in (32, 36) and role in ("code", ""):
        role = "uuid"
    make = _TEXTS.get(role) or _by_length(column)
    return make(column, part)


def fitted(words: Sequence[str] | Array, column: Column) -> Array:
    """Make a pool fit: no longer and no shorter than the column allows, in signs that it holds, without the values a CHECK excludes."""
    found = [_fit_one(word, column) for word in words]
    if not column.excluded:
        return pool(found)
    kept = [word for word in found if not is_excluded(word, column)] or found
    return pool([kept[number % len(kept)] if is_excluded(word, column) else word for number, word in enumerate(found)])


def is_excluded(text: str, column: Column) -> bool:
    """Whether a CHECK excludes a text, by any collation: without case, and without blanks at the end."""
    return text.casefold().rstrip(" ") in {str(value).casefold().rstrip(" ") for value in column.excluded}


def _fit_one(word: str, column: Column) -> str:
    if column.signs == "latin" and not word.isascii():
        word = "".join(sign if ord(sign) < 256 else plain(sign) for sign in word)
    if len(word) < column.shortest:
        word = (word + " ") * (column.shortest // (len(word) + 1)) + word
    if column.length is not None and len(word) > column.length:
        word = word[: column.length].strip() or word[: column.length]
    return word.ljust(column.shortest, "x")


def _from_persons(part: str) -> Callable[[Column, str], Make]:
    def prepare(column: Column, whose: str) -> Make:
        words = fitted(persons(part), column)
        return lambda rows: Values(words[rows.person(whose)[0]])

    return prepare


def _gender(column: Column, whose: str) -> Make:
    short = column.length is not None and column.length < 6
    words = pool([word[0].upper() for word in persons("gender")]) if short else persons("gender")
    return lambda rows: Values(words[rows.person(whose)[0]])


def _from_cities(field: str) -> Callable[[Column, str], Make]:
    def prepare(column: Column, whose: str) -> Make:
        words = fitted(places(field), column)
        return lambda rows: Values(words[rows.city(whose)])

    return prepare


def _country(column: Column, whose: str) -> Make:
    length = column.length or 99
    field = "code" if length < 3 or "code" in column.name.lower() and length < 14 and length != 3 else "code3" if length == 3 else "name"
    return _from_cities(f"nation.{field}")(column, whose)


def _from_masks(field: str) -> Callable[[Column, str], Make]:
    def prepare(column: Column, whose: str) -> Make:
        words = fitted(filled(field), column)
        return lambda rows: Values(words[rows.city(whose) * VARIANTS + below(rows.raw(f"#{field} {whose}"), VARIANTS)])

    return prepare


def _street(column: Column, whose: str) -> Make:
    words, count = fitted(streets(), column), HOUSES * 16
    return lambda rows: Values(words[rows.nation(whose) * count + below(rows.raw(f"#street {whose}"), count)])


def _company(column: Column, whose: str) -> Make:
    names = fitted([name for nation in range(len(NATIONS)) for name in companies(nation)], column)
    count = len(names) // len(NATIONS)
    return lambda rows: Values(names[rows.nation(whose) * count + _shuffled(rows, "#company", count)])


def _shuffled(rows: Rows, fact: str, size: int) -> Array:
    """Each number below *size* once before one comes again."""
    return permute(rows.numbers % size, size, key_of(rows.seed, rows.table, fact, size=7))


def _product(column: Column, _whose: str) -> Make:
    first, second, third = products()
    short = column.length is not None and column.length < 36

    def make(rows: Rows) -> Values:
        number = _shuffled(rows, "#product", PRODUCTS)
        words = first[number // (len(second) * len(third))] + second[number // len(third) % len(second)] + third[number % len(third)]
        return Values(_cut(words, column) if short else words)

    return make


def _category(column: Column, _whose: str) -> Make:
    words = fitted(categories(), column)
    return lambda rows: Values(words[_shuffled(rows, "#product", PRODUCTS) % len(words)])


def _description(column: Column, _whose: str) -> Make:
    first, second = pool(pools.FEATURES.split(";")), pool([f", {use}" for use in pools.USES.split(";")])
    short = column.shortest > 1 or column.length is not None and column.length < 90

    def make(rows: Rows) -> Values:
        raw = rows.raw(column.name)
        words = first[below(raw, len(first))] + second[below(raw << np.uint64(24), len(second))]
        return Values(_cut(words, column) if short else words)

    return make


def _cut(words: Array, column: Column) -> Array:
    return pool([_fit_one(word, column) for word in words.tolist()])


def _sentence(column: Column, _whose: str) -> Make:
    openings = pool(pools.OPENINGS.split(";"))
    closings = pool([""] + [f"; {closing}" for closing in pools.CLOSINGS.split(";")])
    short = column.shortest > 1 or column.length is not None and column.length < 96 or column.signs == "latin"

    def make(rows: Rows) -> Values:
        raw = rows.raw(column.name)
        words = openings[below(raw, len(openings))] + closings[below(raw << np.uint64(24), len(closings))]
        return Values(_cut(words, column) if short else words)

    return make


def _words(text: str, even: bool = False, between: str = ";") -> Callable[[Column, str], Make]:
    """A few words of a list, the first ones more often unless *even*."""
    listed = text.split(between) if between in text else text.split()
    table = table_of([1 if even else 1 / (number + 1.5) for number in range(len(listed))])

    def prepare(column: Column, _whose: str) -> Make:
        words = fitted(listed, column)
        return lambda rows: Values(words[pick(rows.raw(column.name), table)])

    return prepare


def _pairs(column: Column, _whose: str) -> Make:
    single = pools.WORDS.split()
    listed = [f"{one} {other}" for one in single for other in single if one != other]
    words = fitted(listed if column.length is None or column.length > 15 else single, column)
    return lambda rows: Values(words[below(rows.raw(column.name), len(words))])


def _titles(column: Column, _whose: str) -> Make:
    listed = [f"{one} {other}" for one in pools.COMPANY_FIRST.split() for other in pools.WORDS.title().split()]
    words = fitted(listed, column)
    return lambda rows: Values(words[_shuffled(rows, f"#title {column.name}", len(words))])


def _by_length(column: Column) -> Callable[[Column, str], Make]:
    short = column.length is not None and (column.length <= 4 or column.fixed)
    return _code if short else _pairs


def _code(column: Column, _whose: str) -> Make:
    alphabets = code_alphabets(column)
    if len(alphabets) <= 4:  # short codes stand for few things
        size = capacity(list(alphabets))
        few = fitted(
            spell(permute(np.arange(min(_FEW, size), dtype=np.int64), size, key_of("code", column.name, size=7)), alphabets), column
        )
        table = table_of([1 / (number + 2) for number in range(len(few))])
        return lambda rows: Values(few[pick(rows.raw(column.name), table)])
    alphabets = roomy_alphabets(column)  # codes of things: each is another one, whether the database asks for that or not
    return lambda rows: Values(codes_of(rows.numbers, alphabets, key_of(rows.seed, rows.table, column.name, size=7)))


def codes_of(numbers: Array, alphabets: tuple[str, ...], key: int) -> Array:
    """Another code for each row, as long as there are any."""
    size = min(capacity(list(alphabets)), MOST_CODES)
    return spell(permute(numbers % size, size, key), alphabets)


def roomy_alphabets(column: Column) -> tuple[str, ...]:
    """How a code looks of which there must be many."""
    usual, roomy = code_alphabets(column), (SIGNS,) * min(column.length or 12, max(12, column.shortest))
    usual = (*usual, *(DIGITS,) * (column.shortest - len(usual)))
    return usual if capacity(list(usual)) >= min(capacity(list(roomy)), 1_000_000) else roomy


def code_alphabets(column: Column) -> tuple[str, ...]:
    """How a code of this column looks: letters for short ones, else two letters of its name, a dash and digits."""
    length = column.length or 11
    if length <= 4:
        return (LETTERS,) * length
    if column.fixed:
        return (SIGNS,) * min(length, 12) + ("0",) * (length - 12)
    if length < 7:
        return (LETTERS,) + (DIGITS,) * (length - 1)
    return (*_initials(column.name), "-") + (DIGITS,) * max(min(length - 3, 8), column.shortest - 3)


def _initials(name: str) -> str:
    letters = [sign for sign in plain(name.upper(), german=True) if sign in LETTERS]
    return "".join([*letters, "X", "X"][:2])


def _coded(rows: Rows, name: str, alphabets: Sequence[str]) -> Array:
    return spell(below(rows.raw(name), min(capacity(list(alphabets)), (1 << 31) - 1)), alphabets)


def _listed(rows: Rows, column: Column, role: str) -> Array:
    """A value of an enumeration: as the spec weighs them, by how far along the row is, else the default and the first more often."""
    values = pool(column.values)
    if role.startswith("status") and not column.weights:
        by_stage, counts = _stages_of(column.values)
        stage = rows.stage()
        return values[by_stage[stage, below(rows.raw(column.name), 1 << 20) % counts[stage]]]
    return values[pick(rows.raw(column.name), table_of(weights_of(column)))]


def weights_of(column: Column) -> list[float]:
    """The share of each listed value."""
    if column.weights:
        return list(column.weights)
    likely = [1 / (number + 2) for number in range(len(column.values))]
    return [weight * (4 if value == column.default else 1) for weight, value in zip(likely, column.values, strict=True)]


@cache
def _stages_of(values: tuple[str, ...]) -> tuple[Array, Array]:
    """For each stage the values that mean it, else those of the stage before; words that mean no stage belong to all."""
    stage_of = {value: _stage_word(value) for value in values}
    rows, before = [], [number for number, value in enumerate(values) if stage_of[value] is None] or [0]
    for stage in range(CANCELLED + 1):
        own = [number for number, value in enumerate(values) if stage_of[value] == stage]
        before = own or before
        rows.append(before)
    width = max(map(len, rows))
    return np.array([(row * width)[:width] for row in rows]), np.array([len(row) for row in rows])


def _stage_word(value: str) -> int | None:
    word = plain(str(value).lower(), german=True).replace(" ", "_").replace("-", "_")
    return next((stage for stage, words in _STAGE_WORDS.items() if word in words.split()), None)


def _status(of: str) -> Callable[[Column, str], Make]:
    def prepare(column: Column, _whose: str) -> Make:
        listed = tuple(dict.fromkeys(fitted(pools.STATES[of].split(";"), column)))
        return lambda rows: Values(_listed(rows, _with_values(column, listed), "status"))

    return prepare


def _with_values(column: Column, values: tuple[str, ...]) -> Column:
    return Column(column.name, column.sql, column.kind, values=values)


def email_of(person: Array, serial: Array, column: Column, numbers: Array) -> Array:
    """Addresses that never repeat; where the column is short, the number of the row stands for the person."""
    if column.length is not None and column.length < 40:
        room = max(column.length - len("@example.com"), 1)
        return pool([f"u{number + 1}"[-room:] + "@example.com" for number in numbers.tolist()])
    tails = pool([tail for round_ in range(int(serial.max(initial=0)) + 1) for tail in mail_tails(round_)])
    return persons("address")[person] + tails[serial * len(pools.DOMAINS) + person % len(pools.DOMAINS)]


def _email(column: Column, whose: str) -> Make:
    if column.length is not None and column.length < len("u1000000@example.com"):
        return _by_length(column)(column, whose)
    return lambda rows: Values(email_of(*rows.person(whose), column, rows.numbers))


def login_of(person: Array, serial: Array, column: Column, numbers: Array) -> Array:
    """User names that never repeat."""
    if column.length is not None and column.length < 27:
        return pool([f"u{number + 1}"[-column.length :] for number in numbers.tolist()])
    tails = pool([str(round_ + 1) if round_ else "" for round_ in range(int(serial.max(initial=0)) + 1)])
    return persons("address")[person] + tails[serial]


def _login(column: Column, whose: str) -> Make:
    return lambda rows: Values(login_of(*rows.person(whose), column, rows.numbers))


def uuid_of(numbers: Array, key: int, dashes: bool = True) -> Array:
    """Random UUIDs (version 4) by row number; different rows give different ones."""
    high, low = mix(numbers, key), mix(numbers, key + 1)
    high = high & np.uint64(0xFFFFFFFFFFFF0FFF) | np.uint64(0x4000)
    low = low & np.uint64(0x3FFFFFFFFFFFFFFF) | np.uint64(0x8000000000000000)
    octets = np.stack([high, low], axis=1).astype(">u8").view(np.uint8)
    signs = _HEX[octets].reshape(len(numbers), 32)
    return as_text(np.insert(signs, (8, 12, 16, 20), ord("-"), axis=1)) if dashes else as_text(signs)


def _uuid(column: Column, _whose: str) -> Make:
    dashes = column.length is None or column.length >= 36
    return lambda rows: Values(uuid_of(rows.numbers, key_of(rows.seed, rows.table, column.name, size=7), dashes))


def _hash(column: Column, _whose: str) -> Make:
    words = min(column.length or 64, 64)

    def make(rows: Rows) -> Values:
        key = key_of(rows.seed, rows.table, column.name, size=7)
        octets = np.stack([mix(rows.numbers, key + part) for part in range(4)], axis=1).astype(">u8").view(np.uint8)
        return Values(as_text(_HEX[octets].reshape(len(octets), 64)[:, :words]))

    return make


def _date_text(column: Column, whose: str) -> Make:
    """A date or a moment written into a text column, in ISO 8601."""
    length = column.length or 19
    if length < 10:
        return _code(column, whose)
    if "date" in column.name.lower() or length < 19:
        return lambda rows: Values((rows.moment(BEGUN) // DAY).view("datetime64[D]").astype("U10").astype(object))
    return lambda rows: Values(_iso(rows.moment(BEGUN)))


def _iso(moments: Array) -> Array:
    seconds = moments.view("datetime64[us]").astype("datetime64[s]").astype("U19")
    return np.asarray(np.strings.replace(seconds, "T", " ").astype(object))


def _masked(*masks: str) -> Callable[[Column, str], Make]:
    """Signs of a mask: `#` digits, `@` letters, others as they are."""

    def prepare(column: Column, _whose: str) -> Make:
        alphabets = [tuple({"#": DIGITS, "@": LETTERS, "%": "0123456789abcdef"}.get(sign, sign) for sign in mask) for mask in masks]

        def make(rows: Rows) -> Values:
            parts = [_coded(rows, column.name, each) for each in alphabets]
            words = np.stack(parts)[below(rows.raw(column.name) << np.uint64(24), len(parts)), np.arange(len(parts[0]))]
            fits = column.shortest <= min(map(len, masks)) and (column.length is None or column.length >= max(map(len, masks)))
            return Values(words if fits else _cut(words, column))

        return make

    return prepare


def documents_for(column: Column) -> Make:
    """How to make JSON documents, as text; as words where the column is too short for them."""
    texts = pool([json.dumps(document) for document in _documents()])
    if column.length is not None and column.length < max(map(len, texts)):
        return _by_length(column)(column, "")
    return lambda rows: Values(texts[below(rows.raw(column.name), len(texts))])


def _documents() -> list[Any]:
    sources, words = ("web", "shop", "phone", "import"), pools.WORDS.split()
    return [
        {"source": sources[number % 4], "tags": words[number : number + number % 3], "score": number % 11 / 2, "vip": number % 9 == 0}
        for number in range(len(words) - 3)
    ]


def octets_for(column: Column) -> Make:
    """How to make bytes."""
    length = min(column.length or 16, 32) if not column.fixed else column.length or 1
    words = -(-length // 8)

    def make(rows: Rows) -> Values:
        parts = [rows.raw(column.name if part == 0 else f"{column.name}#{part}") for part in range(words)]
        data = np.stack(parts, axis=1).astype("<u8").tobytes()
        return Values(pool([data[start : start + length] for start in range(0, len(data), 8 * words)]))

    return make


_TEXTS: dict[str, Callable[[Column, str], Make]] = {
    "email": _email,
    "username": _login,
    "first_name": _from_persons("first"),
    "last_name": _from_persons("family"),
    "full_name": _from_persons("full"),
    "salutation": _from_persons("salutation"),
    "gender": _gender,
    "phone": _from_masks("phone"),
    "street": _street,
    "address2": _words("Flat 2;2nd floor;c/o reception;Apt 4B;Building C;Hinterhaus;Bât. A"),
    "house": _words(" ".join(str(1 + number * 7 % 131) for number in range(64)), even=True),
    "postcode": _from_masks("postcode"),
    "city": _from_cities("name"),
    "region": _from_cities("region"),
    "country": _country,
    "currency": _from_cities("nation.currency"),
    "language": _from_cities("nation.language"),
    "timezone": _from_cities("zone"),
    "company": _company,
    "product": _product,
    "category": _category,
    "brand": _words(pools.BRANDS),
    "department": _words(pools.DEPARTMENTS),
    "job": _words(pools.JOBS, even=True),
    "colour": _words(pools.COLOURS),
    "priority": _words("normal;high;low;urgent"),
    "delivery": _words("standard;express;pickup"),
    "payment": _words("card;paypal;invoice;bank transfer;cash"),
    "channel": _words("web;store;app;phone;partner"),
    "unit": _words("pcs;kg;m;l;box"),
    "size": _words("M;L;S;XL;XS"),
    "type": _words(pools.TYPES),
    "flag": _words("N;Y"),
    "status": _status("order"),
    "status_payment": _status("payment"),
    "status_task": _status("task"),
    "status_person": _words(pools.STATES["person"]),
    "comment": _sentence,
    "description": _description,
    "name": _titles,
    "subject": _words(pools.OPENINGS, even=True),
    "agent": _words(pools.AGENTS, between="|"),
    "url": _masked("https://www.example.com/item/######", "https://shop.example.org/p/######", "https://example.net/@@######"),
    "ip": _masked("192.0.2.1##", "198.51.100.1##", "203.0.113.1##"),
    "ipv6": _masked("2001:db8::1%%%:f%%%"),
    "cidr": _words("192.0.2.0/24;198.51.100.0/24;203.0.113.0/24"),
    "mac": _masked("00:00:5e:00:53:%%"),
    "card": _masked("****-****-****-####"),
    "iban": _masked("XX00 #### #### #### ####"),
    "file": _masked("data/20##/report_####.csv", "export/@@_#####.xml"),
    "uuid": _uuid,
    "hash": _hash,
    "code": _code,
    "date_text": _date_text,
    "json": lambda column, _whose: documents_for(column),
    "bits": lambda column, _whose: lambda rows: Values(_coded(rows, column.name, ("01",) * (column.length or 1))),
}
