"""Tables that are hard to fill, for each database; and random ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import sqlalchemy as sa

SHOP = """
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    first_name VARCHAR(40) NOT NULL, last_name VARCHAR(40) NOT NULL, email VARCHAR(120) NOT NULL UNIQUE, phone VARCHAR(30),
    street VARCHAR(80), postcode VARCHAR(12), city VARCHAR(60), country CHAR(2) NOT NULL, currency CHAR(3) NOT NULL,
    created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    order_number VARCHAR(20) NOT NULL UNIQUE,
    status VARCHAR(12) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'shipped', 'delivered', 'cancelled')),
    quantity INTEGER NOT NULL CHECK (quantity > 0), unit_price NUMERIC(10, 2) NOT NULL, total NUMERIC(12, 2) NOT NULL,
    ordered_at TIMESTAMP NOT NULL, shipped_at TIMESTAMP, delivered_at TIMESTAMP, comment VARCHAR(200),
    CHECK (shipped_at >= ordered_at), CHECK (delivered_at >= shipped_at)
);
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id), line_no INTEGER NOT NULL, product VARCHAR(60) NOT NULL, quantity INTEGER NOT NULL,
    PRIMARY KEY (order_id, line_no)
);
CREATE TABLE employees (
    id INTEGER PRIMARY KEY, name VARCHAR(60) NOT NULL, boss_id INTEGER REFERENCES employees (id), hired_on DATE NOT NULL
)
"""

# One text for all databases; {words} differ. Tables are in groups that are filled by one call.
HARD = """
CREATE TABLE tenants (id {int} {key}, name {text30} NOT NULL UNIQUE);
CREATE TABLE customers (tenant_id {int} NOT NULL, id {int} NOT NULL, email {text100} NOT NULL, PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, email), FOREIGN KEY (tenant_id) REFERENCES tenants (id));
CREATE TABLE products (tenant_id {int} NOT NULL, id {int} NOT NULL, sku {text10} NOT NULL UNIQUE CHECK ({sku_pattern}),
    price NUMERIC(8, 2) NOT NULL CHECK (price BETWEEN 0.5 AND 999.99), PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id) REFERENCES tenants (id));
CREATE TABLE orders (tenant_id {int} NOT NULL, id {int} NOT NULL, customer_id {int} NOT NULL,
    status {text10} NOT NULL CHECK (status IN ('open', 'sent', 'done')), ordered DATE NOT NULL, sent DATE, done_at {moment},
    PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id), CHECK (sent >= ordered),
    CHECK ((status = 'open' AND sent IS NULL) OR (status <> 'open' AND sent IS NOT NULL)), CHECK (status <> 'done' OR done_at IS NOT NULL));
CREATE TABLE order_lines (tenant_id {int} NOT NULL, order_id {int} NOT NULL, line_no SMALLINT NOT NULL CHECK (line_no > 0),
    product_id {int} NOT NULL, qty {int} NOT NULL CHECK (qty BETWEEN 1 AND 50), price NUMERIC(10, 2) NOT NULL CHECK (price > 0),
    total NUMERIC(12, 2) NOT NULL, disc NUMERIC(4, 3) NOT NULL CHECK (disc >= 0 AND disc < 1), PRIMARY KEY (tenant_id, order_id, line_no),
    FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id),
    FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id), CONSTRAINT total_ok CHECK (total = qty * price));

CREATE TABLE employees (id {int} {key}, name {text50} NOT NULL, boss_id {int}, mentor_id {int},
    salary NUMERIC(9, 2) CHECK (salary >= 1000 AND salary < 100000), hired DATE NOT NULL, left_on DATE,
    FOREIGN KEY (boss_id) REFERENCES employees (id), FOREIGN KEY (mentor_id) REFERENCES employees (id),
    CHECK (left_on IS NULL OR left_on > hired), CHECK (boss_id <> mentor_id),
    CHECK ({length}(name) BETWEEN 3 AND 40), CHECK (LOWER(name) <> 'root'));
CREATE TABLE details (employee_id {int} NOT NULL PRIMARY KEY, iban {text34} NOT NULL UNIQUE, note {text10} CHECK (note LIKE 'N-%'),
    x {int}, y {int}, z {int}, flag {flag} NOT NULL, reason {text50}, w {double} CHECK (w > -1 AND w <= 1), pct {int} CHECK (pct % 5 = 0),
    FOREIGN KEY (employee_id) REFERENCES employees (id), CHECK (x < y AND y < z), CHECK (x + y + z < 1000 OR z IS NULL),
    CHECK (flag = {no} OR reason IS NOT NULL));
CREATE TABLE days (day DATE NOT NULL, shop {text10} NOT NULL, sales NUMERIC(10, 2) NOT NULL CHECK (sales >= 0), PRIMARY KEY (day, shop));

CREATE TABLE teams (id {int} NOT NULL PRIMARY KEY, lead_id {int}, code CHAR(3) NOT NULL UNIQUE CHECK (code = UPPER(code)));
CREATE TABLE members (id {int} NOT NULL PRIMARY KEY, team_id {int} NOT NULL, FOREIGN KEY (team_id) REFERENCES teams (id));
{circle}
"""
_TEXT = {f"text{size}": f"VARCHAR({size})" for size in (10, 30, 34, 50, 100)}
_COMMON = {"int": "INTEGER", "key": "PRIMARY KEY", "moment": "TIMESTAMP", "flag": "BOOLEAN", "no": "FALSE", "double": "DOUBLE PRECISION"}
_CLOSED = "ALTER TABLE teams ADD FOREIGN KEY (lead_id) REFERENCES members (id)"
WORDS = {
    "sqlite": {**_COMMON, **_TEXT, "length": "LENGTH", "sku_pattern": "sku GLOB '[A-Z][A-Z]-[0-9][0-9][0-9][0-9]*'", "circle": ""},
    "postgresql": {**_COMMON, **_TEXT, "key": "GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "moment": "TIMESTAMPTZ", "length": "LENGTH"}
    | {"sku_pattern": "sku ~ '^[A-Z]{2}-[0-9]{4,6}$'", "circle": _CLOSED},
    "mariadb": {**_COMMON, **_TEXT, "key": "AUTO_INCREMENT PRIMARY KEY", "moment": "DATETIME", "length": "CHAR_LENGTH"}
    | {"sku_pattern": "sku REGEXP '^[A-Z]{2}-[0-9]{4,6}$'", "circle": _CLOSED},
    "sqlserver": {
        **_COMMON,
        **{name: f"N{text}" for name, text in _TEXT.items()},
        "key": "IDENTITY PRIMARY KEY",
        "moment": "DATETIMEOFFSET",
    }
    | {"flag": "BIT", "no": "0", "double": "FLOAT", "length": "LEN", "sku_pattern": "sku LIKE '[A-Z][A-Z]-[0-9][0-9]%'", "circle": _CLOSED},
}
GROUPS = (
    {"tenants": 7, "customers": 200, "products": 120, "orders": 400, "order_lines": 900},
    {"employees": 500, "details": 400, "days": 500},
    {"teams": 60, "members": 300},
)

TYPES = {
    "sqlite": """CREATE TABLE kinds (
        id INTEGER PRIMARY KEY AUTOINCREMENT, s SMALLINT NOT NULL, b BIGINT, d NUMERIC(10, 2) NOT NULL, n NUMERIC, r REAL, c CHAR(5),
        v VARCHAR(7), t TEXT, bo BOOLEAN NOT NULL DEFAULT 1, da DATE, ti TIME, ts TIMESTAMP, u CHAR(36) NOT NULL, j JSON, by BLOB, anything,
        m VARCHAR(5) CHECK (m IN ('sad', 'ok')), twice NUMERIC GENERATED ALWAYS AS (d * 2) STORED)""",
    "postgresql": """CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN positive AS INTEGER CHECK (value > 0); CREATE TABLE kinds (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s SMALLINT NOT NULL, b BIGINT, d NUMERIC(10, 2) NOT NULL, n NUMERIC(30, 4),
        r REAL, dp DOUBLE PRECISION, c CHAR(5), v VARCHAR(7), t TEXT, bo BOOLEAN NOT NULL DEFAULT true, da DATE, ti TIME, ts TIMESTAMP(0),
        tz TIMESTAMPTZ NOT NULL, u UUID NOT NULL, j JSONB, js JSON, by BYTEA, m mood NOT NULL, iv INTERVAL, ip INET, ci CIDR, mac MACADDR,
        bits BIT(5), arr INTEGER[], tv TSVECTOR, p positive, mo MONEY, comment TEXT CHECK (comment <> ''),
        twice NUMERIC GENERATED ALWAYS AS (d * 2) STORED)""",
    "mariadb": """CREATE TABLE kinds (
        id INTEGER AUTO_INCREMENT PRIMARY KEY, s SMALLINT UNSIGNED NOT NULL, mi MEDIUMINT, ty TINYINT, b BIGINT UNSIGNED,
        d NUMERIC(10, 2) NOT NULL, n NUMERIC(30, 4), r FLOAT, dp DOUBLE, c CHAR(5), v VARCHAR(7), t TEXT, bo BOOLEAN NOT NULL DEFAULT true,
        da DATE, ti TIME, ts TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, dt DATETIME(3), yr YEAR, u UUID NOT NULL, j JSON, bl BLOB,
        bi BINARY(4), vb VARBINARY(3), m ENUM ('sad', 'ok') NOT NULL, se SET ('a', 'b', 'c'), bt BIT(6),
        lat VARCHAR(30) CHARACTER SET latin1, comment VARCHAR(20) CHECK (comment <> ''),
        twice NUMERIC(12, 2) GENERATED ALWAYS AS (d * 2) STORED)""",
    "sqlserver": """CREATE TABLE kinds (
        id INTEGER IDENTITY PRIMARY KEY, s SMALLINT NOT NULL, ty TINYINT, b BIGINT, d NUMERIC(10, 2) NOT NULL, n NUMERIC(30, 4), r REAL,
        dp FLOAT, c CHAR(5), v VARCHAR(7), nv NVARCHAR(20), t NVARCHAR(MAX), bo BIT NOT NULL DEFAULT 1, da DATE, ti TIME, dt DATETIME,
        sd SMALLDATETIME, ts DATETIME2(0), tz DATETIMEOFFSET NOT NULL, u UNIQUEIDENTIFIER NOT NULL, vb VARBINARY(MAX), bi BINARY(4),
        mo MONEY, comment NVARCHAR(20) CHECK (comment <> ''), twice AS (d * 2))""",
}


def statements(text: str, name: str) -> list[str]:
    """The statements of HARD or TYPES for one database."""
    for word, written in WORDS[name].items():
        text = text.replace(f"{{{word}}}", written)
    if name == "sqlite":
        text = text.replace("lead_id INTEGER,", "lead_id INTEGER REFERENCES members (id),")
    return [statement.strip() for statement in text.split(";") if statement.strip()]


def run(engine: sa.Engine, ddl: list[str]) -> sa.Engine:
    """Run statements as they are, whatever signs they hold."""
    with engine.begin() as connection:
        for statement in ddl:
            connection.execute(sa.text(re.sub(r"(?<!:):(?=\w)", r"\:", statement)))
    return engine


_NAMES = """
    id code name email first_name last_name phone city country currency status kind type amount total price quantity qty discount created_at
    updated_at shipped_at order_date due_date valid_from valid_to birth_date age rating weight note comment description active is_deleted
    flag url sku order_no ref year month day percent lat lon x y z customerName Straße betrag menge start_time end_time payload token hash
"""
_TYPES = """
    INTEGER SMALLINT BIGINT NUMERIC(8,2) NUMERIC(4,3) NUMERIC(20,4) REAL VARCHAR(3) VARCHAR(10) VARCHAR(40) VARCHAR(120) CHAR(2) CHAR(8)
    TEXT BOOLEAN DATE TIMESTAMP TIME BLOB
"""
_NUMBERS, _MOMENTS = ("INT", "SMALL", "BIG", "NUM", "REAL"), ("DATE", "TIMESTAMP")
_RULES = (  # n: a number, m: another one, t: text, d: a date or moment, e: another one
    *("{n} >= 0", "{n} BETWEEN 2 AND 4", "{n} > 0 AND {n} < 9", "{n} IN (1, 2, 3)", "NOT ({n} < 2 OR {n} > 7)", "ABS({n}) < 8", "{n} <> 0"),
    *("{n} < {m}", "{n} + {m} <= 9", "{n} IS NULL OR {m} > 1", "COALESCE({n}, 1) > 0 OR {m} = 2", "{n} <> {m}", "{n} >= {m}"),
    *("LENGTH({t}) >= 2", "{t} LIKE 'A%'", "{t} <> ''", "{d} < {e}", "{d} >= '2020-01-01' AND {d} < '2030-01-01'"),
    *("({n} = 1 AND {t} IS NOT NULL) OR {n} <> 1", "CASE WHEN {n} > 3 THEN {d} > '2021-01-01' ELSE {n} >= 0 END"),
)


def random_schema(seed: int) -> tuple[list[str], list[str]]:
    """Names of tables and statements that create them, in SQLite; constraints do not contradict each other."""
    chance = random.Random(seed)  # noqa: S311 - test data, no secret
    tables: list[tuple[str, list[tuple[str, str]]]] = []
    ddl = []
    for name in ("customers", "orders", "items", "products")[: chance.randrange(1, 5)]:
        columns = [
            (column, chance.choice(_TYPES.split()), chance.random() < 0.5)
            for column in chance.sample(_NAMES.split(), chance.randrange(3, 9))
        ]
        key = _key(columns, chance)
        lines = [f'"{column}" {kind}{"" if nullable and column not in key else " NOT NULL"}' for column, kind, nullable in columns]
        for parent, parent_key in tables:
            if chance.random() < 0.6:
                mine = [f"{parent}_{column}" for column, _ in parent_key]
                lines += [f'"{column}" {kind}' for column, (_, kind) in zip(mine, parent_key, strict=True)]
                ddl_key = f'FOREIGN KEY ({_listed(mine)}) REFERENCES "{parent}" ({_listed(column for column, _ in parent_key)})'
                lines.append(ddl_key)
        lines = sorted(lines, key=lambda line: line.startswith("FOREIGN"))
        free = [each for each in columns if each[0] not in key]
        lines += [f"PRIMARY KEY ({_listed(key)})", *(f"CHECK ({rule})" for rule in _rules(free, chance))]
        ddl.append(f'CREATE TABLE "{name}" (\n  ' + ",\n  ".join(lines) + "\n)")
        tables.append((name, [(column, kind) for column, kind, _ in columns if column in key]))
    return [name for name, _ in tables], ddl


def _key(columns: list[tuple[str, str, bool]], chance: random.Random) -> list[str]:
    good = [column for column, kind, _ in columns if kind in ("INTEGER", "BIGINT", "VARCHAR(40)", "CHAR(8)", "DATE", "TIMESTAMP")]
    if chance.random() < 0.5 or not good:
        columns[:] = [("id", "INTEGER", False), *(each for each in columns if each[0] != "id")]
        return ["id"]
    return good[: chance.randrange(1, 3)]


def _rules(columns: list[tuple[str, str, bool]], chance: random.Random) -> Iterator[str]:
    """At most one rule for each column, so that none contradicts another."""
    free = {
        "n": [column for column, kind, _ in columns if kind.startswith(_NUMBERS)],
        "t": [column for column, kind, _ in columns if kind in ("VARCHAR(10)", "VARCHAR(40)", "VARCHAR(120)", "TEXT")],
        "d": [column for column, kind, _ in columns if kind in _MOMENTS],
    }
    free["m"], free["e"] = free["n"], free["d"]
    for rule in chance.sample(_RULES, 4):
        words = sorted(set(re.findall(r"{(\w)}", rule)), reverse=True)
        if all(len(free[word]) >= 2 for word in words):
            yield rule.format(**{word: f'"{free[word].pop()}"' for word in words})


def _listed(names: object) -> str:
    return ", ".join(f'"{name}"' for name in names)  # type: ignore[attr-defined]
