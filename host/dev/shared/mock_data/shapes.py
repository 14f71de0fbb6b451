"""What a table accepts, in plain words: columns, keys, references and CHECK constraints, read from a SQLAlchemy `Table`.

Everything that has an order is kept as whole numbers: a decimal in units of its last digit, a date in days and a moment in microseconds
since 1970. `low` and `high` are the smallest and largest number that the type holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from .indexes import UniqueKey, computed_columns, prefixes, unique_keys

DAY = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()
STEPS = {"date": 7, "datetime": DAY // 24, "int": 10}  # from one to the next where rows must not overlap
ORDERED = ("int", "decimal", "float", "bool", "date", "datetime", "time")

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
_CHARSETS = {"utf8": "bmp", "utf8mb3": "bmp", "latin1": "latin", "ascii": "latin"}
_SPANS = {  # first and last moment, where a type holds less than the years 1 to 9999
    ("mssql", "DATETIME"): ("1753-01-01", "9999-12-31"),
    ("mssql", "SMALLDATETIME"): ("1900-01-01", "2079-06-05"),
    ("mysql", "TIMESTAMP"): ("1970-01-02", "2038-01-18"),
    ("mysql", "DATETIME"): ("1000-01-01", "9999-12-31"),
    ("mysql", "DATE"): ("1000-01-01", "9999-12-31"),
}


@dataclass(frozen=True)
class Column:
    """A column: what its type holds, and what a spec says about it."""

    name: str
    sql: str
    kind: str  # one of ORDERED, or text, binary, uuid, json, interval, network, array, range, literal
    nullable: bool = True
    low: int | None = None
    high: int | None = None
    scale: int = 0
    length: int | None = None
    fixed: bool = False
    values: tuple[Any, ...] = ()
    weights: tuple[float, ...] = ()
    zone: bool = False
    signs: str = "unicode"  # or bmp (no 4-byte signs), or latin (Latin-1)
    default: str | None = None
    like: str = ""
    nulls: float | None = None
    shortest: int = 0  # this and the following are what CHECK constraints leave of the type
    alphabets: tuple[str, ...] = ()
    excluded: tuple[Any, ...] = ()
    element: Column | None = None  # what an array or a range holds


@dataclass(frozen=True)
class Reference:
    """A foreign key: these columns hold a row of that table."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """A CHECK constraint as the database tells it."""

    name: str
    sql: str


@dataclass(frozen=True)
class Table:
    """A table: the columns that get values, and why others do not."""

    name: str
    dialect: str
    columns: tuple[Column, ...]
    primary: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    references: tuple[Reference, ...] = ()
    checks: tuple[Check, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
    counted: str = ""  # the column that the database would number itself
    computed: tuple[tuple[str, str], ...] = ()  # columns that the database computes, and how
    partial: tuple[UniqueKey, ...] = ()  # unique keys of a part of the rows

    def column(self, name: str) -> Column:
        """Find a column.

        Raises:
            KeyError: the table has no such column, or it gets no values.
        """
        return next((each for each in self.columns if each.name == name), None) or self._missing(name)

    def _missing(self, name: str) -> Column:
        raise KeyError(f"{self.name} has no column {name!r} that gets values: {', '.join(each.name for each in self.columns)}")

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Sets of columns that must differ from row to row; the primary key first, a set that holds a smaller one left out."""
        every = dict.fromkeys(key for key in (self.primary, *self.unique) if key)
        return tuple(key for key in every if not any(set(other) < set(key) for other in every))

    def digest(self) -> str:
        """The same for the same table, whatever machine reads it."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def read_table(table: sa.Table, dialect: str, checks: Iterable[Check] = (), unique: Iterable[UniqueKey] = ()) -> Table:
    """Describe a table that SQLAlchemy reflected or that a program declared; *checks* and *unique* are what it does not reflect.

    Raises:
        UnknownType: a column must have a value and its type is not known here.
    """
    dialect = "mysql" if dialect == "mariadb" else dialect
    columns, left_out = _read_columns(table, dialect)
    known = {column.name for column in columns}
    keys = [key for key in (*unique_keys(table), *unique) if key.columns and known.issuperset(key.columns)]
    references = tuple(sorted(_references(table), key=lambda each: (-len(each.columns), each.columns)))
    return Table(
        name=table.fullname,
        dialect=dialect,
        columns=tuple(columns),
        primary=tuple(column.name for column in table.primary_key.columns if column.name in known),
        unique=tuple(sorted({key.columns for key in keys if not key.where})),
        references=tuple(each for each in references if known.issuperset(each.columns)),
        checks=tuple(checks) or tuple(declared_checks(table)),
        left_out=left_out,
        counted=_counted(table),
        computed=computed_columns(table),
        partial=tuple(sorted({key for key in keys if key.where})),
    )


def _read_columns(table: sa.Table, dialect: str) -> tuple[list[Column], dict[str, str]]:
    """The columns that get values, and why others do not."""
    columns, left_out, looked_at = [], {}, prefixes(table)
    for column in table.columns:
        shape = _read_column(column, table, dialect)
        if isinstance(shape, str):
            left_out[column.name] = shape
        else:
            most = looked_at.get(column.name)
            columns.append(replace(shape, length=min(most, shape.length or most)) if most else shape)
    return columns, left_out


class UnknownType(ValueError):
    """A column must have a value and its type is not known here."""


def _read_column(column: sa.Column[Any], table: sa.Table, dialect: str) -> Column | str:
    if column.computed is not None:
        return "computed by the database"
    found = _read_type(column.type, dialect)
    if found is None:
        if column.nullable or column.server_default is not None:
            return f"type {column.type!r} is not known here: NULL or the default of the database"
        raise UnknownType(f"{table.fullname}.{column.name}: no values are known for its type {column.type!r}; give its `type` in a spec")
    if dialect == "mysql" and found.get("kind") == "text":
        found["signs"] = _CHARSETS.get(_charset(column, table), "unicode")
    return Column(name=column.name, sql=_written(column.type), nullable=bool(column.nullable), default=_default(column), **found)


def _written(kind: Any) -> str:
    """The type as SQL writes it; SQLAlchemy's generic form leaves UNSIGNED out."""
    text = str(kind)
    return f"{text} UNSIGNED" if getattr(kind, "unsigned", False) and "UNSIGNED" not in text else text


def _charset(column: sa.Column[Any], table: sa.Table) -> str:
    of_table = table.kwargs.get("mysql_default charset") or table.kwargs.get("mariadb_default charset")
    return str(getattr(column.type, "charset", None) or of_table or "")


def _read_type(kind: Any, dialect: str) -> dict[str, Any] | None:
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


class NamedType(sa.types.UserDefinedType[Any]):
    """A type of which no more than its name is known."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_options: Any) -> str:
        """Its name."""
        return self.name


def _named(kind: Any, _names: list[str], dialect: str) -> dict[str, Any] | None:
    if kind.name in ("inet4", "inet6"):
        return {"kind": "network", "like": "ip" if kind.name == "inet4" else "ipv6"}
    return {"kind": "literal", "like": kind.name} if kind.name in LITERALS else None


def _array(kind: Any, _names: list[str], dialect: str) -> dict[str, Any] | None:
    found = _read_type(kind.item_type, dialect)
    return found and {"kind": "array", "element": Column("", _written(kind.item_type), **found)}


def _range(kind: Any, dialect: str) -> dict[str, Any] | None:
    found = _read_type(kind, dialect)
    return {"kind": "range", "element": Column("", str(kind), **found)} if found else None


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


def _default(column: sa.Column[Any]) -> str | None:
    """The default of the database where it is a constant, as text."""
    text = str(getattr(getattr(column.server_default, "arg", None), "text", ""))
    bare = re.sub(r"::[\w \"]+(\(\d+\))?$", "", text.strip().strip("()").strip())
    if quoted := re.fullmatch(r"[NnEe]?'((?:[^']|'')*)'", bare):
        return quoted[1].replace("''", "'")
    return bare if re.fullmatch(r"-?\d+(\.\d+)?|true|false", bare, re.IGNORECASE) else None


def _references(table: sa.Table) -> Iterator[Reference]:
    for constraint in table.foreign_key_constraints:
        schema_and_name, targets = set(), []
        for element in constraint.elements:
            name, _, target = element.target_fullname.rpartition(".")
            schema_and_name.add(name)
            targets.append(target)
        yield Reference(tuple(constraint.columns.keys()), schema_and_name.pop(), tuple(targets))


def declared_checks(table: sa.Table) -> Iterator[Check]:
    """The CHECK constraints that SQLAlchemy knows of."""
    found = [each for each in table.constraints if isinstance(each, sa.CheckConstraint)]
    for constraint in sorted(found, key=lambda each: (str(each.sqltext), str(each.name))):
        yield Check(str(constraint.name or ""), str(constraint.sqltext))


def _counted(table: sa.Table) -> str:
    column = table.autoincrement_column
    counted = next((each for each in table.columns if each.identity is not None), column)
    return counted.name if counted is not None else ""


def day_of(text: str) -> int:
    """Days since 1970 of an ISO date."""
    return date.fromisoformat(text[:10]).toordinal() - _EPOCH
