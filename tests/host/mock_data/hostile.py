"""Tables that databases accept and generators stumble over: one small schema each, and the rows that it must get."""

from __future__ import annotations

from typing import NamedTuple


class Hostile(NamedTuple):
    """A schema: what it is about, its statements (with `;` between), and how many rows each table must get."""

    about: str
    ddl: str
    rows: dict[str, int]


_ANY = (  # every database
    Hostile(
        "a reference onto two unique columns",
        """CREATE TABLE p (id INTEGER PRIMARY KEY, region VARCHAR(3) NOT NULL, no INTEGER NOT NULL, UNIQUE (region, no));
        CREATE TABLE c (id INTEGER PRIMARY KEY, p_region VARCHAR(3), p_no INTEGER, FOREIGN KEY (p_region, p_no) REFERENCES p (region, no))""",
        {"p": 60, "c": 300},
    ),
    Hostile(
        "a reference onto a unique column beside the primary key",
        """CREATE TABLE p (id INTEGER PRIMARY KEY, code VARCHAR(8) NOT NULL UNIQUE, name VARCHAR(30));
        CREATE TABLE c (id INTEGER PRIMARY KEY, code VARCHAR(8) NOT NULL REFERENCES p (code), FOREIGN KEY (code) REFERENCES p (code))""",
        {"p": 40, "c": 300},
    ),
    Hostile(
        "a composite reference onto the own table",
        """CREATE TABLE n (t INTEGER NOT NULL, id INTEGER NOT NULL, up_id INTEGER, PRIMARY KEY (t, id),
        FOREIGN KEY (t, up_id) REFERENCES n (t, id))""",
        {"n": 300},
    ),
    Hostile(
        "a reference onto itself that must be there",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, root_id INTEGER NOT NULL, FOREIGN KEY (root_id) REFERENCES n (id))",
        {"n": 200},
    ),
    Hostile(
        "a unique reference onto the own table",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, next_id INTEGER UNIQUE, FOREIGN KEY (next_id) REFERENCES n (id))",
        {"n": 200},
    ),
    Hostile(
        "a chain of four keys that are references",
        """CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a_id INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (a_id, n),
        FOREIGN KEY (a_id) REFERENCES a (id));
        CREATE TABLE c (a_id INTEGER NOT NULL, n INTEGER NOT NULL, m INTEGER NOT NULL, PRIMARY KEY (a_id, n, m),
        FOREIGN KEY (a_id, n) REFERENCES b (a_id, n));
        CREATE TABLE d (a_id INTEGER NOT NULL, n INTEGER NOT NULL, m INTEGER NOT NULL, k INTEGER NOT NULL, PRIMARY KEY (a_id, n, m, k),
        FOREIGN KEY (a_id, n, m) REFERENCES c (a_id, n, m))""",
        {"a": 10, "b": 40, "c": 120, "d": 500},
    ),
    Hostile(
        "NUMERIC(5, 2), (3, 3) and (2, 0) at their limits",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, price NUMERIC(5, 2) NOT NULL, amount NUMERIC(5, 2), rate NUMERIC(3, 3) NOT NULL,
        age NUMERIC(2, 0) NOT NULL, total NUMERIC(5, 2) NOT NULL, salary NUMERIC(5, 2), year NUMERIC(2, 0), quantity NUMERIC(1, 0))""",
        {"t": 1000},
    ),
    Hostile(
        "narrow integers with names of large numbers",
        """CREATE TABLE t (id SMALLINT PRIMARY KEY, population SMALLINT NOT NULL, salary SMALLINT, price SMALLINT, year SMALLINT,
        amount SMALLINT, views SMALLINT, postcode SMALLINT, phone INTEGER, order_number SMALLINT NOT NULL UNIQUE)""",
        {"t": 1000},
    ),
    Hostile(
        "texts of one and two characters under long names",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(5), name CHAR(1) NOT NULL, city VARCHAR(2), street VARCHAR(1), url VARCHAR(3),
        phone VARCHAR(4), description VARCHAR(2), iban CHAR(3), full_name VARCHAR(6) NOT NULL UNIQUE, country VARCHAR(2), currency CHAR(1))""",
        {"t": 500},
    ),
    Hostile(
        "a constraint over two columns of each kind",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, c NUMERIC(6, 2) NOT NULL, d NUMERIC(6, 2) NOT NULL,
        e DATE NOT NULL, f DATE NOT NULL, g VARCHAR(10), h VARCHAR(10),
        CHECK (a < b), CHECK (c >= 2 * d), CHECK (e < f), CHECK (g IS NOT NULL OR h IS NOT NULL), CHECK (g <> h), CHECK (a + b BETWEEN 10 AND 500))""",
        {"t": 800},
    ),
    Hostile(
        "exactly one of three columns",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(10), c DATE,
        CHECK ((CASE WHEN a IS NULL THEN 0 ELSE 1 END) + (CASE WHEN b IS NULL THEN 0 ELSE 1 END) + (CASE WHEN c IS NULL THEN 0 ELSE 1 END) = 1))""",
        {"t": 600},
    ),
    Hostile(
        "an exclusive arc of references",
        """CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER PRIMARY KEY);
        CREATE TABLE t (id INTEGER PRIMARY KEY, a_id INTEGER, b_id INTEGER, FOREIGN KEY (a_id) REFERENCES a (id),
        FOREIGN KEY (b_id) REFERENCES b (id), CHECK ((a_id IS NULL AND b_id IS NOT NULL) OR (a_id IS NOT NULL AND b_id IS NULL)))""",
        {"a": 20, "b": 20, "t": 400},
    ),
    Hostile(
        "a unique key over a nullable column",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, kind VARCHAR(4) NOT NULL CHECK (kind IN ('a', 'b')), slot SMALLINT CHECK (slot BETWEEN 1 AND 3), UNIQUE (kind, slot))",
        {"t": 6},
    ),
    Hostile(
        "two unique keys that share a column",
        "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, PRIMARY KEY (a, b), UNIQUE (b, c), UNIQUE (a, c))",
        {"t": 500},
    ),
    Hostile(
        "unique keys of references that share a parent",
        """CREATE TABLE p (id INTEGER PRIMARY KEY);
        CREATE TABLE friends (a_id INTEGER NOT NULL, b_id INTEGER NOT NULL, PRIMARY KEY (a_id, b_id), FOREIGN KEY (a_id) REFERENCES p (id),
        FOREIGN KEY (b_id) REFERENCES p (id), CHECK (a_id <> b_id))""",
        {"p": 60, "friends": 300},
    ),
    Hostile(
        "pairs of references in order",
        """CREATE TABLE p (id INTEGER PRIMARY KEY);
        CREATE TABLE friends (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL, b_id INTEGER NOT NULL, UNIQUE (a_id, b_id), FOREIGN KEY (a_id) REFERENCES p (id),
        FOREIGN KEY (b_id) REFERENCES p (id), CHECK (a_id < b_id))""",
        {"p": 60, "friends": 300},
    ),
    Hostile(
        "names that are words of SQL",
        """CREATE TABLE {q}order{q} ({q}select{q} INTEGER PRIMARY KEY, {q}from{q} DATE NOT NULL, {q}to{q} DATE NOT NULL, {q}group{q} VARCHAR(10) NOT NULL,
        {q}check{q} INTEGER NOT NULL CHECK ({q}check{q} > 0), {q}Mixed Case{q} VARCHAR(20), CHECK ({q}from{q} <= {q}to{q}));
        CREATE TABLE {q}user{q} (id INTEGER PRIMARY KEY, {q}order{q} INTEGER NOT NULL, FOREIGN KEY ({q}order{q}) REFERENCES {q}order{q} ({q}select{q}))""",
        {"order": 50, "user": 100},
    ),
    Hostile(
        "a status that goes with its dates",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, status VARCHAR(10) NOT NULL CHECK (status IN ('draft', 'sent', 'paid', 'void')),
        sent_on DATE, paid_on DATE, amount NUMERIC(8, 2) NOT NULL CHECK (amount <> 0),
        CHECK (CASE status WHEN 'draft' THEN sent_on IS NULL AND paid_on IS NULL WHEN 'sent' THEN sent_on IS NOT NULL AND paid_on IS NULL
        WHEN 'paid' THEN sent_on IS NOT NULL AND paid_on >= sent_on ELSE amount < 0 END))""",
        {"t": 600},
    ),
    Hostile(
        "a length that a constraint fixes on unique text",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, iso CHAR(2) NOT NULL, CHECK ({length}(code) = 6), CHECK (iso = UPPER(iso)), CHECK (code LIKE 'X%'))",
        {"t": 500},
    ),
    Hostile(
        "a day for each shop",
        """CREATE TABLE shop (id INTEGER PRIMARY KEY); CREATE TABLE sales (shop_id INTEGER NOT NULL, day DATE NOT NULL, amount NUMERIC(9, 2) NOT NULL CHECK (amount >= 0),
        PRIMARY KEY (shop_id, day), FOREIGN KEY (shop_id) REFERENCES shop (id), CHECK (day >= '2025-01-01' AND day <= '2025-12-31'))""",
        {"shop": 5, "sales": 1500},
    ),
    Hostile(
        "a table of nothing but a key, and one of one row",
        "CREATE TABLE only_key (id INTEGER PRIMARY KEY); CREATE TABLE one (id INTEGER PRIMARY KEY CHECK (id = 1), v VARCHAR(5) NOT NULL)",
        {"only_key": 50, "one": 1},
    ),
    Hostile(
        "a date of birth before a date of hire before today",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, birth_date DATE NOT NULL CHECK (birth_date > '1900-01-01'), hire_date DATE NOT NULL, salary NUMERIC(8, 2) NOT NULL,
        bonus NUMERIC(8, 2), min_salary NUMERIC(8, 2), max_salary NUMERIC(8, 2), CHECK (birth_date < hire_date), CHECK (bonus <= salary / 2),
        CHECK (salary BETWEEN min_salary AND max_salary), CHECK (salary > 0))""",
        {"t": 800},
    ),
    Hostile(
        "a constraint on a reference",
        """CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL CHECK (p_id > 10), FOREIGN KEY (p_id) REFERENCES p (id))""",
        {"p": 50, "t": 300},
    ),
    Hostile(
        "a key of a date and a text, referred to",
        """CREATE TABLE rates (day DATE NOT NULL, currency CHAR(3) NOT NULL, rate NUMERIC(12, 6) NOT NULL CHECK (rate > 0), PRIMARY KEY (day, currency));
        CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE NOT NULL, currency CHAR(3) NOT NULL, FOREIGN KEY (day, currency) REFERENCES rates (day, currency))""",
        {"rates": 400, "t": 400},
    ),
    Hostile(
        "a circle of three tables",
        """CREATE TABLE a (id INTEGER PRIMARY KEY, c_id INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL, FOREIGN KEY (a_id) REFERENCES a (id));
        CREATE TABLE c (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL, FOREIGN KEY (b_id) REFERENCES b (id)); {close_abc}""",
        {"a": 30, "b": 40, "c": 50},
    ),
    Hostile(
        "forty columns and a unique key of four",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, "
        + ", ".join(f"c{n} {'INTEGER' if n % 2 else 'VARCHAR(9)'} NOT NULL" for n in range(40))
        + ", UNIQUE (c0, c1, c2, c3))",
        {"t": 300},
    ),
    Hostile(
        "a constraint of many ors",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER NOT NULL, v INTEGER NOT NULL, CHECK ("
        + " OR ".join(f"(k = {n} AND v BETWEEN {n * 10} AND {n * 10 + 4})" for n in range(1, 9))
        + "))",
        {"t": 500},
    ),
    Hostile(
        "a percent that adds up",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL CHECK (a BETWEEN 0 AND 100), b INTEGER NOT NULL CHECK (b BETWEEN 0 AND 100), c INTEGER NOT NULL CHECK (c BETWEEN 0 AND 100), CHECK (a + b + c = 100))",
        {"t": 400},
    ),
    Hostile(
        "discounted prices",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, price NUMERIC(10, 2) NOT NULL CHECK (price > 0), discount_price NUMERIC(10, 2), quantity INTEGER NOT NULL,
        reserved INTEGER NOT NULL DEFAULT 0, CHECK (discount_price > 0 AND discount_price < price), CHECK (reserved >= 0 AND reserved <= quantity), CHECK (quantity >= 0))""",
        {"t": 600},
    ),
)

_POSTGRESQL = (
    Hostile(
        "arrays, ranges, hstore-like documents",
        """CREATE TYPE colour AS ENUM ('red', 'green', 'light blue');
        CREATE TABLE t (id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tags TEXT[] NOT NULL, counts INTEGER[] NOT NULL DEFAULT '{}', colours colour[],
        prices NUMERIC(5, 2)[] NOT NULL, days DATE[], uuids UUID[], matrix INTEGER[][], j JSONB NOT NULL, c colour NOT NULL DEFAULT 'red')""",
        {"t": 300},
    ),
    Hostile(
        "ranges that must be there",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, span INT4RANGE NOT NULL, during TSTZRANGE NOT NULL, days DATERANGE, price NUMRANGE)",
        {"t": 200},
    ),
    Hostile(
        "references deferred, a circle without NULL",
        """CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL); CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);
        ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id) DEFERRABLE INITIALLY IMMEDIATE""",
        {"a": 40, "b": 40},
    ),
    Hostile(
        "domains with constraints and a domain over a domain",
        r"""CREATE DOMAIN email AS TEXT CHECK (value ~ '^[^@]+@[^@]+\.[a-z]+$'); CREATE DOMAIN cents AS NUMERIC(9, 2) CHECK (value >= 0) CHECK (value < 1000);
        CREATE DOMAIN tiny AS cents CHECK (value < 10); CREATE DOMAIN must AS VARCHAR(12) NOT NULL CHECK (length(value) > 2);
        CREATE TABLE t (id INTEGER PRIMARY KEY, mail email NOT NULL UNIQUE, price cents NOT NULL, small tiny NOT NULL, word must, contact email)""",
        {"t": 400},
    ),
    Hostile(
        "a partial unique index",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(60) NOT NULL, deleted_at TIMESTAMPTZ, is_default BOOLEAN NOT NULL, customer_id INTEGER NOT NULL);
        CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE a (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id), is_main BOOLEAN NOT NULL,
        kind VARCHAR(5) NOT NULL CHECK (kind IN ('home', 'work')), ended_on DATE); CREATE UNIQUE INDEX main ON a (p_id) WHERE is_main;
        CREATE UNIQUE INDEX current ON a (p_id, kind) WHERE ended_on IS NULL; CREATE UNIQUE INDEX live ON t (email) WHERE deleted_at IS NULL; CREATE UNIQUE INDEX one_default ON t (customer_id) WHERE is_default""",
        {"t": 400, "p": 40, "a": 300},
    ),
    Hostile(
        "a unique index over an expression",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(60) NOT NULL, name VARCHAR(30) NOT NULL, tenant INTEGER NOT NULL);
        CREATE UNIQUE INDEX lowered ON t (lower(email)); CREATE UNIQUE INDEX named ON t (tenant, lower(name))""",
        {"t": 400},
    ),
    Hostile(
        "citext that is unique",
        "CREATE EXTENSION IF NOT EXISTS citext; CREATE TABLE t (id INTEGER PRIMARY KEY, name CITEXT NOT NULL UNIQUE, code CITEXT UNIQUE)",
        {"t": 3000},
    ),
    Hostile(
        "a collation that knows no case",
        """CREATE COLLATION anycase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(6) COLLATE anycase NOT NULL UNIQUE, name VARCHAR(20) COLLATE anycase NOT NULL UNIQUE)""",
        {"t": 3000},
    ),
    Hostile(
        "no overlap",
        """CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE TABLE t (room INTEGER NOT NULL, day DATE NOT NULL, EXCLUDE USING gist (room WITH =, day WITH =))""",
        {"t": 200},
    ),
    Hostile(
        "a unique key in which NULL is a value",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(5), UNIQUE NULLS NOT DISTINCT (a), UNIQUE NULLS NOT DISTINCT (a, b))",
        {"t": 200},
    ),
    Hostile(
        "identity always, by default, serial, and generated columns",
        """CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n INTEGER GENERATED BY DEFAULT AS IDENTITY, s SERIAL, first VARCHAR(20) NOT NULL, last VARCHAR(20) NOT NULL,
        full_name TEXT GENERATED ALWAYS AS (first || ' ' || last) STORED UNIQUE CHECK (length(full_name) > 3), qty INTEGER NOT NULL, price NUMERIC(8, 2) NOT NULL,
        total NUMERIC(12, 2) GENERATED ALWAYS AS (qty * price) STORED)""",
        {"t": 300},
    ),
    Hostile(
        "constraints with casts, regular expressions, functions and intervals",
        r"""CREATE TABLE t (id INTEGER PRIMARY KEY, phone VARCHAR(20) NOT NULL CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'), slug TEXT NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
        zip CHAR(5) NOT NULL CHECK (zip ~ '^\d{5}$'), s TIMESTAMPTZ NOT NULL, e TIMESTAMPTZ NOT NULL, CHECK (e > s), CHECK (e - s <= INTERVAL '8 hours'),
        year INTEGER NOT NULL CHECK (year BETWEEN 1990 AND EXTRACT(YEAR FROM DATE '2025-05-05')), kind TEXT NOT NULL CHECK (kind = ANY (ARRAY['a', 'b'])),
        trimmed TEXT NOT NULL CHECK (trimmed = btrim(trimmed) AND length(trimmed) > 0), j JSONB NOT NULL CHECK (jsonb_typeof(j) = 'object'), upper2 CHAR(2) NOT NULL CHECK (upper2 ~ '^[A-Z]{2}$'))""",
        {"t": 400},
    ),
    Hostile(
        "a schema of its own",
        """CREATE SCHEMA sales; CREATE TABLE sales.customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES sales.customers (id));
        CREATE TABLE sales.orders (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES public.orders (id))""",
        {"sales.customers": 20, "orders": 60, "sales.orders": 60},
    ),
    Hostile(
        "a partitioned table",
        """CREATE TABLE t (id INTEGER NOT NULL, at TIMESTAMPTZ NOT NULL, v TEXT, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE t_all PARTITION OF t FOR VALUES FROM ('2000-01-01') TO ('2100-01-01')""",
        {"t": 200},
    ),
    Hostile(
        "strange types",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, x XML NOT NULL, p POINT NOT NULL, m MACADDR8 NOT NULL, b VARBIT(9) NOT NULL, ch "char" NOT NULL,
        na NAME NOT NULL, iv INTERVAL NOT NULL, tt TIMETZ NOT NULL, oi OID NOT NULL, tv TSVECTOR NOT NULL, f REAL NOT NULL)""",
        {"t": 200},
    ),
    Hostile(
        "a constraint that calls a function of one's own",
        """CREATE FUNCTION is_even(n INTEGER) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS 'SELECT n IS NOT NULL';
        CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (is_even(n)))""",
        {"t": 100},
    ),
    Hostile(
        "text that must look like another type",
        r"""CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT NOT NULL CHECK (d ~ '^\d{4}-\d{2}-\d{2}$'), n TEXT NOT NULL CHECK (n ~ '^-?[0-9]+$'),
        hex CHAR(7) NOT NULL CHECK (hex ~* '^#[0-9a-f]{6}$'), lang VARCHAR(5) NOT NULL CHECK (lang IN ('de', 'en', 'de-CH')), ip TEXT NOT NULL CHECK (ip ~ '^(\d{1,3}\.){3}\d{1,3}$'))""",
        {"t": 300},
    ),
)

_MARIADB = (
    Hostile(
        "text that is unique whatever its case and accents",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE, code VARCHAR(4) NOT NULL UNIQUE, city VARCHAR(30) UNIQUE, pair VARCHAR(10) NOT NULL, n SMALLINT NOT NULL, UNIQUE (pair, n)) COLLATE utf8mb4_unicode_ci",
        {"t": 3000},
    ),
    Hostile(
        "enums, sets, unsigned and generated columns",
        """CREATE TABLE t (id INTEGER UNSIGNED AUTO_INCREMENT PRIMARY KEY, e ENUM('a', 'B', 'it''s', 'x y', '') NOT NULL, s SET('x', 'y') NOT NULL, u TINYINT UNSIGNED NOT NULL, price DECIMAL(5, 2) UNSIGNED NOT NULL,
        z INTEGER(5) ZEROFILL NOT NULL, first VARCHAR(20) NOT NULL, full_name VARCHAR(60) AS (CONCAT(first, '!')) PERSISTENT, virt INTEGER AS (u + 1) VIRTUAL, UNIQUE (full_name))""",
        {"t": 300},
    ),
    Hostile(
        "CHECK with functions of MariaDB",
        r"""CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(10) NOT NULL CHECK (code REGEXP '^[A-Z]{3}[0-9]{3}$'), j JSON NOT NULL, k LONGTEXT CHECK (JSON_VALID(k)),
        a INT NOT NULL CHECK (a % 2 = 0), b INT NOT NULL CHECK (b DIV 10 = 3), s DATETIME NOT NULL, e DATETIME NOT NULL, CHECK (TIMESTAMPDIFF(HOUR, s, e) BETWEEN 0 AND 8), y YEAR NOT NULL CHECK (y > 2000),
        c VARCHAR(20) NOT NULL CHECK (CHAR_LENGTH(TRIM(c)) > 0))""",
        {"t": 300},
    ),
    Hostile(
        "bits, bytes and moments",
        "CREATE TABLE t (id BINARY(16) PRIMARY KEY, b BIT(1) NOT NULL, c BIT(12) NOT NULL, tb TINYBLOB NOT NULL, i INET6 NOT NULL, t TIME(3) NOT NULL, ts TIMESTAMP(6) NOT NULL)",
        {"t": 200},
    ),
    Hostile(
        "latin and narrow character sets",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(30) NOT NULL, city VARCHAR(30) NOT NULL UNIQUE) CHARACTER SET latin1 COLLATE latin1_german1_ci",
        {"t": 800},
    ),
    Hostile(
        "a key by prefix",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, url VARCHAR(600) NOT NULL, note TEXT NOT NULL, UNIQUE (url(10)), UNIQUE (note(5)))",
        {"t": 200},
    ),
)

_SQLITE = (
    Hostile(
        "case-insensitive unique text",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE NOT NULL UNIQUE, code VARCHAR(3) COLLATE NOCASE NOT NULL UNIQUE)",
        {"t": 5000},
    ),
    Hostile(
        "a STRICT table without rowid",
        "CREATE TABLE t (code TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, r REAL NOT NULL, b BLOB NOT NULL, a ANY) STRICT, WITHOUT ROWID",
        {"t": 300},
    ),
    Hostile(
        "partial and expression indexes",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(60) NOT NULL, deleted_at TIMESTAMP, is_default BOOLEAN NOT NULL, customer_id INTEGER NOT NULL, name TEXT NOT NULL);
        CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE a (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id), is_main BOOLEAN NOT NULL,
        kind VARCHAR(5) NOT NULL CHECK (kind IN ('home', 'work')), ended_on DATE); CREATE UNIQUE INDEX main ON a (p_id) WHERE is_main;
        CREATE UNIQUE INDEX current ON a (p_id, kind) WHERE ended_on IS NULL; CREATE UNIQUE INDEX live ON t (email) WHERE deleted_at IS NULL; CREATE UNIQUE INDEX one_default ON t (customer_id) WHERE is_default = 1; CREATE UNIQUE INDEX lowered ON t (lower(name))""",
        {"t": 400, "p": 40, "a": 300},
    ),
    Hostile(
        "CHECK with functions of SQLite",
        """CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT NOT NULL CHECK (d IS date(d)), ty INTEGER NOT NULL CHECK (typeof(ty) = 'integer'), n TEXT CHECK (n NOT GLOB '*[^0-9]*'),
        j TEXT NOT NULL CHECK (json_valid(j)), s TEXT NOT NULL CHECK (substr(s, 1, 1) = 'A'), i TEXT NOT NULL CHECK (instr(i, '@') > 1), m INTEGER NOT NULL CHECK (max(m, 3) = m AND min(m, 9) = m), iff INTEGER NOT NULL CHECK (iif(iff > 5, iff < 9, iff > 2)))""",
        {"t": 300},
    ),
    Hostile(
        "generated columns and a constraint on one",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, c INTEGER AS (a + 1) STORED CHECK (c > 10), UNIQUE (b))",
        {"t": 300},
    ),
    Hostile(
        "deferred references in a circle",
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b (id) DEFERRABLE INITIALLY DEFERRED); CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id))",
        {"a": 40, "b": 40},
    ),
)


def _worded(case: Hostile, name: str) -> Hostile:
    """The schema in the words of one database."""
    quote = "`" if name == "mariadb" else '"'
    close = "" if name == "sqlite" else "ALTER TABLE a ADD FOREIGN KEY (c_id) REFERENCES c (id)"
    words = {"{q}": quote, "{length}": "CHAR_LENGTH" if name == "mariadb" else "LENGTH", "{close_abc}": close}
    ddl = case.ddl
    if name == "sqlite":
        ddl = ddl.replace("c_id INTEGER);", "c_id INTEGER REFERENCES c (id));")
    for word, written in words.items():
        ddl = ddl.replace(word, written)
    return case._replace(ddl=ddl)


# name of the database, schema, profile: what all have in common once with each profile on a server, and with both on SQLite
HOSTILE = [
    *(
        (name, _worded(case, name), profile)
        for case in _ANY
        for name, profile in zip(("sqlite", "sqlite", "postgresql", "mariadb"), ("typical", "edge", "edge", "typical"), strict=True)
    ),
    *(
        (name, _worded(case, name), profile)
        for name, cases in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL), ("mariadb", _MARIADB))
        for case in cases
        for profile in ("typical", "edge")
    ),
]
