-- # case-insensitive unique text: t=5000
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE NOT NULL UNIQUE, code VARCHAR(3) COLLATE NOCASE NOT NULL UNIQUE);

-- # a STRICT table without rowid: t=300
CREATE TABLE t (code TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, r REAL NOT NULL, b BLOB NOT NULL, a ANY) STRICT, WITHOUT
    ROWID;

-- # partial and expression indexes: t=400, p=40, a=300
CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(60) NOT NULL, deleted_at TIMESTAMP, is_default BOOLEAN NOT NULL, customer_id
    INTEGER NOT NULL, name TEXT NOT NULL);
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE a (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL REFERENCES p (id), is_main BOOLEAN NOT NULL, kind VARCHAR(5) NOT
    NULL CHECK (kind IN ('home', 'work')), ended_on DATE);
CREATE UNIQUE INDEX main ON a (p_id) WHERE is_main;
CREATE UNIQUE INDEX current ON a (p_id, kind) WHERE ended_on IS NULL;
CREATE UNIQUE INDEX live ON t (email) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX one_default ON t (customer_id) WHERE is_default = 1;
CREATE UNIQUE INDEX lowered ON t (lower(name));

-- # CHECK with functions of SQLite: t=300
CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT NOT NULL CHECK (d IS date(d)), ty INTEGER NOT NULL CHECK (typeof(ty) = 'integer'),
    n TEXT CHECK (n NOT GLOB '*[^0-9]*'), j TEXT NOT NULL CHECK (json_valid(j)), s TEXT NOT NULL CHECK (substr(s, 1, 1) = 'A'), i
    TEXT NOT NULL CHECK (instr(i, '@') > 1), m INTEGER NOT NULL CHECK (max(m, 3) = m AND min(m, 9) = m), iff INTEGER NOT NULL
    CHECK (iif(iff > 5, iff < 9, iff > 2)));

-- # generated columns and a constraint on one: t=300
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, c INTEGER AS (a + 1)
    STORED CHECK (c > 10), UNIQUE (b));

-- # deferred references in a circle: a=40, b=40
CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL REFERENCES b (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL REFERENCES a (id));

-- # a unique value that is computed from several columns: t=3000, u=3000
CREATE TABLE t (id INTEGER PRIMARY KEY, qty INTEGER NOT NULL, price NUMERIC(8, 2) NOT NULL CHECK (price > 5));
CREATE UNIQUE INDEX one ON t (qty * price);
CREATE TABLE u (id INTEGER PRIMARY KEY, first VARCHAR(20), last VARCHAR(20) NOT NULL, day DATE NOT NULL, n SMALLINT);
CREATE UNIQUE INDEX two ON u (lower(first || last));
CREATE UNIQUE INDEX three ON u (coalesce(n, 0) + id, day);
