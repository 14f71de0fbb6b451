"""What a type of SQLAlchemy holds: from which value to which, how long, how exact."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .geometry import GEOMETRIES
from .shapes import DAY, Column, day_of

_WHOLE = {  # bytes of a whole number
    "TINYINT": 1,
    "SMALLINT": 2,
    "SmallInteger": 2,
    "MEDIUMINT": 3,
    "BIGINT": 8,
    "BigInteger": 8,
    "Integer": 4,
}
_TEXT_BYTES = {"TINYTEXT": 255, "MEDIUMTEXT": 1 << 24}
_SPANS = {  # first and last moment, where a type holds less than the years 1 to 9999
    ("mssql", "DATETIME"): ("1753-01-01", "9999-12-31"),
    ("mssql", "SMALLDATETIME"): ("1900-01-01", "2079-06-05"),
    ("mysql", "TIMESTAMP"): ("1970-01-02", "2038-01-18"),
    ("mysql", "DATETIME"): ("1000-01-01", "9999-12-31"),
    ("mysql", "DATE"): ("1000-01-01", "9999-12-31"),
}
LITERALS = {  # types of PostgreSQL that are rare: values of them
    "xml": ("<a>1</a>", "<a><b>two</b></a>", "<a/>"),
    "point": ("(0,0)", "(1.5,-2)", "(8.54,47.37)"),
    "box": ("(1,1),(0,0)", "(3,4),(1,2)"),
    "circle": ("<(0,0),1>", "<(2,3),1.5>"),
    "lseg": ("[(0,0),(1,1)]", "[(1,2),(3,4)]"),
    "path": ("((0,0),(1,1),(2,0))", "[(0,0),(1,1)]"),
    "polygon": ("((0,0),(1,1),(2,0))", "((0,0),(0,2),(2,2),(2,0))"),
    "line": ("{1,-1,0}", "{0,1,2}"),
    "macaddr8": ("00:00:5e:ff:fe:00:53:01", "00:00:5e:ff:fe:00:53:2f"),
    "tsvector": ("'fox':2 'quick':1", "'brown':1"),
    "tsquery": ("'fox'", "'fox' & 'quick'"),
    "name": ("alpha", "beta", "gamma"),
    '"char"': ("a", "b", "c"),
    "pg_lsn": ("0/0", "16/B374D848"),
    "jsonpath": ('$."a"', '$."b"[*]'),
    "txid_snapshot": ("10:20:10,14,15",),
}
_RANGES: dict[str, Any] = {
    "INT4": sa.Integer(),
    "INT8": sa.BigInteger(),
    "NUM": sa.Numeric(12, 2),
    "DATE": sa.Date(),
    "TS": sa.TIMESTAMP(),
    "TSTZ": sa.TIMESTAMP(timezone=True),
}


class NamedType(sa.types.UserDefinedType[Any]):
    """A type of which no more than its name is known."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_options: Any) -> str:
        """Its name."""
        return self.name


def read_type(kind: Any, dialect: str) -> dict[str, Any] | None:
    """Say what a type holds; None where nothing is known of it."""
    while type(kind).__name__ == "DOMAIN":
        kind = kind.data_type
    names = [each.__name__ for each in type(kind).__mro__]
    if names[0].removesuffix("RANGE") in _RANGES and names[0].endswith("RANGE"):
        return _range(_RANGES[names[0].removesuffix("RANGE")], dialect)
    for name in names:
        if reader := _READERS.get(name):
            return reader(kind, names, dialect)
    return None


def _named(kind: Any, _names: list[str], dialect: str) -> dict[str, Any] | None:
    if kind.name in ("inet4", "inet6"):
        return {"kind": "network", "like": "ip" if kind.name == "inet4" else "ipv6"}
    if dialect == "mysql" and kind.name in GEOMETRIES:
        return {"kind": "binary", "like": kind.name}
    return {"kind": "literal", "like": kind.name} if kind.name in LITERALS else None


def _array(kind: Any, _names: list[str], dialect: str) -> dict[str, Any] | None:
    found = read_type(kind.item_type, dialect)
    return found and {"kind": "array", "element": Column("", written(kind.item_type), **found)}


def _range(kind: Any, dialect: str) -> dict[str, Any] | None:
    found = read_type(kind, dialect)
    return {"kind": "range", "element": Column("", str(kind), **found)} if found else None


def _whole(kind: Any, names: list[str], dialect: str) -> dict[str, Any]:
    if getattr(kind, "display_width", None) == 1 and "TINYINT" in names:
        return _bool(kind, names, dialect)
    size = 8 if dialect == "sqlite" else next((_WHOLE[name] for name in names if name in _WHOLE), 4)
    if getattr(kind, "unsigned", False) or (dialect == "mssql" and "TINYINT" in names):
        return {"kind": "int", "low": 0, "high": min((1 << 8 * size) - 1, (1 << 63) - 1)}
    return {"kind": "int", "low": -(1 << 8 * size - 1), "high": (1 << 8 * size - 1) - 1}


def _year(_kind: Any, _names: list[str], _dialect: str) -> dict[str, Any]:
    return {"kind": "int", "low": 1901, "high": 2155}


def _bits(kind: Any, names: list[str], dialect: str) -> dict[str, Any] | None:
    if dialect == "mssql" or (dialect == "mysql" and (kind.length or 1) == 1):
        return _bool(kind, names, dialect)
    if dialect == "mysql":
        return {"kind": "int", "low": 0, "high": (1 << min(kind.length, 63)) - 1}
    return {"kind": "text", "length": kind.length or 1, "fixed": not kind.varying, "like": "bits"}


def _bool(_kind: Any, _names: list[str], _dialect: str) -> dict[str, Any]:
    return {"kind": "bool", "low": 0, "high": 1}


def _decimal(kind: Any, names: list[str], dialect: str) -> dict[str, Any]:
    money = {"MONEY": (18, 4 if dialect == "mssql" else 2), "SMALLMONEY": (9, 4)}.get(names[0])
    precision, scale = money or (kind.precision or 12, kind.scale if kind.scale is not None else (0 if kind.precision else 2))
    most = min(10**precision, 1 << 63) - 1
    return {"kind": "decimal", "low": 0 if getattr(kind, "unsigned", False) else -most, "high": most, "scale": scale, "length": precision}


def _float(kind: Any, names: list[str], dialect: str) -> dict[str, Any]:
    small = "REAL" in names or (names[0] == "FLOAT" and (dialect == "mysql" or (kind.precision or 53) <= 24))
    if small and dialect != "sqlite":  # six digits are what every database gives back unchanged
        return {"kind": "float", "low": -999_999, "high": 999_999, "scale": 2, "length": 24}
    return {"kind": "float", "scale": 4, "length": 53}


def _moment(kind: Any, names: list[str], dialect: str) -> dict[str, Any]:
    first, last = _SPANS.get((dialect, names[0]), ("0001-01-02", "9999-12-30"))
    precision = getattr(kind, "precision", None)
    fraction = precision if precision is not None else getattr(kind, "fsp", None)
    if fraction is None:
        fraction = 0 if dialect == "mysql" or names[0] in ("DATETIME", "SMALLDATETIME") and dialect == "mssql" else 6
    zone = bool(getattr(kind, "timezone", False)) or names[0] == "DATETIMEOFFSET"
    return {"kind": "datetime", "low": day_of(first) * DAY, "high": (day_of(last) + 1) * DAY - 1, "scale": min(fraction, 6), "zone": zone}


def _date(_kind: Any, _names: list[str], dialect: str) -> dict[str, Any]:
    first, last = _SPANS.get((dialect, "DATE"), ("0001-01-01", "9999-12-31"))
    return {"kind": "date", "low": day_of(first), "high": day_of(last)}


def _time(kind: Any, _names: list[str], dialect: str) -> dict[str, Any]:
    zone = bool(getattr(kind, "timezone", False))
    fraction = 0 if dialect == "mysql" else 6
    return {"kind": "time", "low": 0, "high": DAY - 1, "zone": zone, "scale": getattr(kind, "fsp", None) or fraction}


def _enum(kind: Any, _names: list[str], _dialect: str) -> dict[str, Any]:
    return {"kind": "text", "values": tuple(kind.enums), "length": max(map(len, kind.enums), default=1)}


def _set(kind: Any, _names: list[str], _dialect: str) -> dict[str, Any]:
    single = tuple(kind.values)
    return {"kind": "text", "values": (*single, *(",".join(pair) for pair in zip(single, single[1:], strict=False)))}


def _text(kind: Any, names: list[str], dialect: str) -> dict[str, Any]:
    wide = any(name.startswith(("NVARCHAR", "NCHAR", "NTEXT", "Unicode")) for name in names)
    length = kind.length if isinstance(kind.length, int) and kind.length > 0 else _TEXT_BYTES.get(names[0])
    signs = "latin" if dialect == "mssql" and not wide else "unicode"
    return {"kind": "text", "length": length, "fixed": "CHAR" in names or "NCHAR" in names, "signs": signs}


def _binary(kind: Any, names: list[str], _dialect: str) -> dict[str, Any] | None:
    if names[0] in ("TIMESTAMP", "ROWVERSION"):
        return None
    length = kind.length if isinstance(getattr(kind, "length", None), int) else {"TINYBLOB": 255}.get(names[0])
    return {"kind": "binary", "length": length, "fixed": "BINARY" in names}


def _plain(kind: str, like: str = "", length: int | None = None) -> Any:
    return lambda *_type: {"kind": kind, "like": like, "length": length}


def written(kind: Any) -> str:
    """The type as SQL writes it; SQLAlchemy's generic form leaves UNSIGNED out."""
    text = str(kind)
    return f"{text} UNSIGNED" if getattr(kind, "unsigned", False) and "UNSIGNED" not in text else text


_READERS: dict[str, Any] = {
    "Boolean": _bool,
    "BIT": _bits,
    "YEAR": _year,
    "Integer": _whole,
    "OID": lambda *_type: {"kind": "int", "low": 0, "high": (1 << 32) - 1},
    "MONEY": _decimal,
    "SMALLMONEY": _decimal,
    "Float": _float,
    "Numeric": _decimal,
    "DateTime": _moment,
    "TIMESTAMP": lambda kind, names, dialect: None if dialect == "mssql" else _moment(kind, names, dialect),
    "DATETIMEOFFSET": _moment,
    "Date": _date,
    "Time": _time,
    "TIME": _time,
    "Interval": _plain("interval"),
    "INTERVAL": _plain("interval"),
    "ENUM": _enum,
    "Enum": _enum,
    "SET": _set,
    "UNIQUEIDENTIFIER": _plain("uuid"),
    "Uuid": _plain("uuid"),
    "UUID": _plain("uuid"),
    "JSON": _plain("json"),
    "INET": _plain("network", "ip"),
    "INET4": _plain("network", "ip"),
    "INET6": _plain("network", "ipv6"),
    "CIDR": _plain("network", "cidr"),
    "MACADDR": _plain("network", "mac"),
    "MACADDR8": _plain("literal", "macaddr8"),
    "TSVECTOR": _plain("literal", "tsvector"),
    "TSQUERY": _plain("literal", "tsquery"),
    "_Binary": _binary,
    "String": _text,
    "NullType": lambda _kind, _names, dialect: {"kind": "text"} if dialect == "sqlite" else None,  # a column without a type
    "CITEXT": _text,
    "ARRAY": _array,
    "NamedType": _named,
}
