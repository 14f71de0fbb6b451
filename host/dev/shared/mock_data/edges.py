"""The edge profile: values that programs trip over, each only in columns that hold it.

The first rows of a table show every one of them; after these, one value in four is an edge. Keys, references and enumerations stay as
they are, and columns that others are computed from get only the small ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from .chance import Array, below, happens, np, pool
from .facts import Rows, Values
from .geometry import GEOMETRIES
from .shapes import ORDERED, Column, day_of
from .texts import is_excluded
from .values import Maker, units_of

SHARE, NULLS = 0.25, 0.15
_LONGEST = 10_000  # of text without a limit

_TEXTS = (
    *("", " ", "a", "0", "-1", "NULL", "null", "None", "N/A", "true", "1e309", "01.02.03", "2024-02-30"),
    *(
        "O'Brien",
        '"quoted"',
        "back\\slash",
        "100 % _x",
        "a;b,c\td",
        "line\nbreak",
        "carriage\r\nreturn",
        "=1+1",
        "--",
        "'; DROP TABLE x; --",
    ),
    *("<b>&amp;</b>", "{{ x }}", "${x}", "../../etc", "trailing  ", "  leading", "tab\t", "no\u00a0break", "soft\u00adhyphen"),
    *(
        "Straße",
        "Ærøskøbing",
        "naïve",
        "Łódź",
        "İstanbul",
        "ﬁne",
        "e\u0301te\u0301",
        "a\u200bb",
        "\ufeffbom",
        "z\u0351a\u0323l\u0360go\u031e",
    ),
    *("שלום עולם", "مرحبا", "\u202ertl\u202c", "日本語", "한국어", "Ελληνικά", "Пётр", "नमस्ते", "ไทย"),
    *("🙂", "👩\u200d👩\u200d👧", "🇩🇪", "𝒳𝒴", "𠮷野家"),
)
_DATES = (
    *("1582-10-15", "1899-12-30", "1900-02-28", "1900-03-01", "1969-12-31", "1970-01-01", "1999-12-31", "2000-01-01", "2000-02-29"),
    *("2023-12-31", "2024-02-29", "2024-12-30", "2025-03-09", "2025-03-30", "2025-10-26", "2038-01-19", "2038-01-20", "2100-02-28"),
)
_MOMENTS = (
    *("1969-12-31 23:59:59", "1970-01-01 00:00:00", "1999-12-31 23:59:59", "2000-02-29 00:00:00", "2001-09-09 01:46:40"),
    *("2024-02-29 23:59:59", "2024-12-31 23:59:59.999999", "2025-01-01 00:00:00", "2038-01-19 03:14:07", "2038-01-19 03:14:08"),
)
_CLOCK_CHANGES = (  # in Berlin and New York: an hour that does not exist, one that comes twice, and the moments around them
    *("2025-03-30 01:59:59", "2025-03-30 02:30:00", "2025-03-30 03:00:00", "2025-10-26 02:30:00", "2025-10-26 03:00:00"),
    *("2025-03-09 02:30:00", "2025-11-02 01:30:00"),
)
_TIMES = ("00:00:00", "00:00:01", "02:30:00", "12:00:00", "23:59:59", "23:59:59.999999")
_DOCUMENTS: tuple[Any, ...] = (
    *({}, [], {"": ""}, {"a": None}, {"big": 12345678901234567, "small": 1e-7}, {"text": 'quote " and \\ and \n'}),
    *({"emoji": "🙂", "rtl": "שלום"}, {"deep": [[[[[[[[1]]]]]]]]}, [0, -1, 1.5, True, False], {"long": "x" * 2000}),
)


def edged(maker: Maker, dialect: str, calm: bool) -> Maker:
    """The maker with edge values among the others; only small ones when *calm*."""
    column = maker.column
    candidates = _candidates(column, dialect, calm)
    if not len(candidates):
        return maker

    def make(rows: Rows) -> Values:
        data, null = maker.values(rows)
        raw = rows.raw(f"{column.name}#edge")
        shown = (rows.numbers < len(candidates)) & (rows.attempt == 0)  # what a CHECK refused is not shown again
        place = np.where(shown, rows.numbers, below(raw, min(len(candidates), _frequent(candidates))))
        edge = shown | happens(raw, SHARE)
        mixed = np.where(edge, candidates[place], _alike(data, candidates, column))
        missing = _missing(null, rows, column, shown)
        return Values(mixed, missing)

    return replace(maker, make=make, why=f"{maker.why}; {len(candidates)} edges among them")


def _frequent(candidates: Array) -> int:
    """How many of the candidates come again after the first rows: all but the longest one, which is the last."""
    return len(candidates) - 1 if len(candidates) > 1 else 1


def _missing(null: Array | None, rows: Rows, column: Column, shown: Array) -> Array | None:
    if not column.nullable:
        return null
    missing = happens(rows.raw(f"{column.name}#edge null"), NULLS if column.nulls is None else column.nulls)
    return (missing if null is None else null | missing) & ~shown


def _alike(data: Array, candidates: Array, column: Column) -> Array:
    """Typical values in the form of the candidates."""
    if column.kind == "float" and data.dtype == np.int64 and candidates.dtype.kind == "f":
        return np.asarray(data / 10**column.scale)
    if column.kind == "decimal" and candidates.dtype == object and data.dtype == np.int64:
        return pool([Decimal(value).scaleb(-column.scale) for value in data.tolist()])
    return data


def _candidates(column: Column, dialect: str, calm: bool) -> Array:
    if column.values or column.alphabets or column.kind == "bool" or column.like == "bits":
        return np.array([], dtype=np.int64)
    if column.kind == "float":
        return _floats(column, calm)
    if column.kind == "decimal" and (column.length or 0) > 18 and dialect != "sqlite" and not calm:
        return _wide_decimals(column)
    if column.kind in ORDERED:
        units = [value for value in _units(column, dialect, calm) if _inside(value, column)]
        return np.array(list(dict.fromkeys(units)), dtype=np.int64)
    return pool(_OTHERS[column.kind](column) if column.kind in _OTHERS else [])


def _inside(value: int, column: Column) -> bool:
    low, high = column.low, column.high
    return (low is None or low <= value) and (high is None or value <= high) and value not in column.excluded


def _units(column: Column, dialect: str, calm: bool) -> list[int]:
    if column.kind in ("int", "decimal"):
        return _whole(column, dialect, calm)
    limits = [] if calm or column.low is None or column.high is None else [column.low, column.high]
    if column.kind == "date":
        return [day_of(text) for text in _DATES] + limits
    texts = _TIMES if column.kind == "time" else _MOMENTS
    if column.kind == "datetime" and not (
        dialect == "mysql" and column.sql.startswith("TIMESTAMP")
    ):  # which refuses hours that do not exist
        texts += _CLOCK_CHANGES
    step = 10 ** (6 - column.scale)
    limits = [limit // step * step for limit in limits] if column.kind == "datetime" else []
    return [units_of(text, column) // step * step for text in texts] + limits


def _whole(column: Column, dialect: str, calm: bool) -> list[int]:
    one = 10**column.scale
    small = [0, 1, -1, one, -one, 10 * one, 100 * one, max(column.low or 0, 0)]
    if calm:
        return small
    most = 10**15 - 1 if column.kind == "decimal" and dialect == "sqlite" else (1 << 63) - 1
    powers = [(1 << bits) - 1 for bits in (7, 8, 15, 16, 31, 32)] if column.kind == "int" else []
    limits = [max(column.low if column.low is not None else -most, -most), min(column.high if column.high is not None else most, most)]
    return [*small, *powers, *limits, limits[0]]


def _wide_decimals(column: Column) -> Array:
    unit = Decimal(1).scaleb(-column.scale)
    most = Decimal(f"{10 ** (column.length or 38) - 1}E-{column.scale}")  # exact, however many digits
    found = [Decimal(0).quantize(unit), unit, -unit, Decimal(1).quantize(unit), most, most.copy_negate()]
    kept = [value for value in found if column.low is None or value > 0 or column.low < 0]
    return pool(kept if column.high is None or column.high == (1 << 63) - 1 else kept[:4])


def _floats(column: Column, calm: bool) -> Array:
    found = [0.0, 1.0, -1.0, 0.01, -0.01]
    if column.length == 53:
        found += [0.1 + 0.2, 1 / 3] + ([] if calm else [1e-300, 5e15, -5e15, 1e308, -1e308])
    unit = 10**column.scale
    low, high = column.low, column.high
    kept = [value for value in found if (low is None or low <= value * unit) and (high is None or value * unit <= high)]
    return np.array(kept, dtype=np.float64)


def _texts(column: Column) -> list[str]:
    longest = column.length if column.length is not None else _LONGEST
    filled = ("x" * longest)[: min(longest, _LONGEST)]
    found = [*_TEXTS, ("ä" * 4000)[:longest], filled] if column.signs != "latin" else [*_TEXTS, filled]
    return [text for text in dict.fromkeys(found) if _holds(column, text)]


def _holds(column: Column, text: str) -> bool:
    if not column.shortest <= len(text) <= (column.length if column.length is not None else _LONGEST) or is_excluded(text, column):
        return False
    if column.fixed and text != text.strip(" "):
        return False
    highest = {"latin": "\xff", "bmp": "\uffff"}.get(column.signs, "\U0010ffff")
    return all(sign <= highest for sign in text)


def _octets(column: Column) -> list[bytes]:
    if column.like in GEOMETRIES:
        return []
    length = column.length if column.length is not None else 2000
    exact = [bytes(length), b"\xff" * length, bytes(range(256)).ljust(length, b"\x01")[:length]]
    return exact if column.fixed else [text for text in (b"", b"\x00", b"\x00abc", b"\xff\xfe", *exact) if len(text) <= length]


_OTHERS: dict[str, Callable[[Column], list[Any]]] = {
    "text": _texts,
    "binary": _octets,
    "json": lambda column: [json.dumps(document) for document in _DOCUMENTS],
    "uuid": lambda column: ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
}
