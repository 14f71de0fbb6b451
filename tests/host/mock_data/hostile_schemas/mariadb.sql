-- # text that is unique whatever its case and accents: t=3000
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE, code VARCHAR(4) NOT NULL UNIQUE, city VARCHAR(30)
    UNIQUE, pair VARCHAR(10) NOT NULL, n SMALLINT NOT NULL, UNIQUE (pair, n)) COLLATE utf8mb4_unicode_ci;

-- # enums, sets, unsigned and generated columns: t=300
CREATE TABLE t (id INTEGER UNSIGNED AUTO_INCREMENT PRIMARY KEY, e ENUM('a', 'B', 'it''s', 'x y', '') NOT NULL, s SET('x', 'y') NOT
    NULL, u TINYINT UNSIGNED NOT NULL, price DECIMAL(5, 2) UNSIGNED NOT NULL, z INTEGER(5) ZEROFILL NOT NULL, first VARCHAR(20)
    NOT NULL, full_name VARCHAR(60) AS (CONCAT(first, '!')) PERSISTENT, virt INTEGER AS (u + 1) VIRTUAL, UNIQUE (full_name));

-- # CHECK with functions of MariaDB: t=300
CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(10) NOT NULL CHECK (code REGEXP '^[A-Z]{3}[0-9]{3}$'), j JSON NOT NULL, k
    LONGTEXT CHECK (JSON_VALID(k)), a INT NOT NULL CHECK (a % 2 = 0), b INT NOT NULL CHECK (b DIV 10 = 3), s DATETIME NOT NULL, e
    DATETIME NOT NULL, CHECK (TIMESTAMPDIFF(HOUR, s, e) BETWEEN 0 AND 8), y YEAR NOT NULL CHECK (y > 2000), c VARCHAR(20) NOT NULL
    CHECK (CHAR_LENGTH(TRIM(c)) > 0));

-- # bits, bytes and moments: t=200
CREATE TABLE t (id BINARY(16) PRIMARY KEY, b BIT(1) NOT NULL, c BIT(12) NOT NULL, tb TINYBLOB NOT NULL, i INET6 NOT NULL, t
    TIME(3) NOT NULL, ts TIMESTAMP(6) NOT NULL);

-- # latin and narrow character sets: t=800
CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(30) NOT NULL, city VARCHAR(30) NOT NULL UNIQUE) CHARACTER SET latin1 COLLATE
    latin1_german1_ci;

-- # a key by prefix: t=200
CREATE TABLE t (id INTEGER PRIMARY KEY, url VARCHAR(600) NOT NULL, note TEXT NOT NULL, UNIQUE (url(10)), UNIQUE (note(5)));

-- # places and shapes: t=60
CREATE TABLE t (id INTEGER PRIMARY KEY, place POINT NOT NULL, way LINESTRING, area POLYGON NOT NULL, places MULTIPOINT NOT NULL, ways
    MULTILINESTRING NOT NULL, areas MULTIPOLYGON NOT NULL, some GEOMETRYCOLLECTION NOT NULL, any_one GEOMETRY NOT NULL, SPATIAL
    INDEX (place));

-- # a unique value that is computed from two columns: t=3000
CREATE TABLE t (id INTEGER PRIMARY KEY, qty INTEGER NOT NULL, price NUMERIC(8, 2) NOT NULL CHECK (price > 5), total NUMERIC(18, 2)
    AS (qty * price) PERSISTENT UNIQUE);
