-- # a reference onto two unique columns: p=60, c=300
CREATE TABLE p (id INTEGER PRIMARY KEY, region VARCHAR(3) NOT NULL, no INTEGER NOT NULL, UNIQUE (region, no));
CREATE TABLE c (id INTEGER PRIMARY KEY, p_region VARCHAR(3), p_no INTEGER, FOREIGN KEY (p_region, p_no) REFERENCES p (region,
    no));

-- # a reference onto a unique column beside the primary key: p=40, c=300
CREATE TABLE p (id INTEGER PRIMARY KEY, code VARCHAR(8) NOT NULL UNIQUE, name VARCHAR(30));
CREATE TABLE c (id INTEGER PRIMARY KEY, code VARCHAR(8) NOT NULL REFERENCES p (code), FOREIGN KEY (code) REFERENCES p (code));

-- # a composite reference onto the own table: n=300
CREATE TABLE n (t INTEGER NOT NULL, id INTEGER NOT NULL, up_id INTEGER, PRIMARY KEY (t, id), FOREIGN KEY (t, up_id) REFERENCES n
    (t, id));

-- # a reference onto itself that must be there: n=200
CREATE TABLE n (id INTEGER PRIMARY KEY, root_id INTEGER NOT NULL, FOREIGN KEY (root_id) REFERENCES n (id));

-- # a unique reference onto the own table: n=200
CREATE TABLE n (id INTEGER PRIMARY KEY, next_id INTEGER UNIQUE, FOREIGN KEY (next_id) REFERENCES n (id));

-- # a chain of four keys that are references: a=10, b=40, c=120, d=500
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE TABLE b (a_id INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (a_id, n), FOREIGN KEY (a_id) REFERENCES a (id));
CREATE TABLE c (a_id INTEGER NOT NULL, n INTEGER NOT NULL, m INTEGER NOT NULL, PRIMARY KEY (a_id, n, m), FOREIGN KEY (a_id, n)
    REFERENCES b (a_id, n));
CREATE TABLE d (a_id INTEGER NOT NULL, n INTEGER NOT NULL, m INTEGER NOT NULL, k INTEGER NOT NULL, PRIMARY KEY (a_id, n, m, k),
    FOREIGN KEY (a_id, n, m) REFERENCES c (a_id, n, m));

-- # NUMERIC(5, 2), (3, 3) and (2, 0) at their limits: t=1000
CREATE TABLE t (id INTEGER PRIMARY KEY, price NUMERIC(5, 2) NOT NULL, amount NUMERIC(5, 2), rate NUMERIC(3, 3) NOT NULL, age
    NUMERIC(2, 0) NOT NULL, total NUMERIC(5, 2) NOT NULL, salary NUMERIC(5, 2), year NUMERIC(2, 0), quantity NUMERIC(1, 0));

-- # narrow integers with names of large numbers: t=1000
CREATE TABLE t (id SMALLINT PRIMARY KEY, population SMALLINT NOT NULL, salary SMALLINT, price SMALLINT, year SMALLINT, amount
    SMALLINT, views SMALLINT, postcode SMALLINT, phone INTEGER, order_number SMALLINT NOT NULL UNIQUE);

-- # texts of one and two characters under long names: t=500
CREATE TABLE t (id INTEGER PRIMARY KEY, email VARCHAR(5), name CHAR(1) NOT NULL, city VARCHAR(2), street VARCHAR(1), url
    VARCHAR(3), phone VARCHAR(4), description VARCHAR(2), iban CHAR(3), full_name VARCHAR(6) NOT NULL UNIQUE, country VARCHAR(2),
    currency CHAR(1));

-- # a constraint over two columns of each kind: t=800
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, c NUMERIC(6, 2) NOT NULL, d NUMERIC(6, 2) NOT
    NULL, e DATE NOT NULL, f DATE NOT NULL, g VARCHAR(10), h VARCHAR(10), CHECK (a < b), CHECK (c >= 2 * d), CHECK (e < f), CHECK
    (g IS NOT NULL OR h IS NOT NULL), CHECK (g <> h), CHECK (a + b BETWEEN 10 AND 500));

-- # exactly one of three columns: t=600
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b VARCHAR(10), c DATE, CHECK ((CASE WHEN a IS NULL THEN 0 ELSE 1 END) + (CASE
    WHEN b IS NULL THEN 0 ELSE 1 END) + (CASE WHEN c IS NULL THEN 0 ELSE 1 END) = 1));

-- # an exclusive arc of references: a=20, b=20, t=400
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE TABLE b (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, a_id INTEGER, b_id INTEGER, FOREIGN KEY (a_id) REFERENCES a (id), FOREIGN KEY (b_id)
    REFERENCES b (id), CHECK ((a_id IS NULL AND b_id IS NOT NULL) OR (a_id IS NOT NULL AND b_id IS NULL)));

-- # a unique key over a nullable column: t=6
CREATE TABLE t (id INTEGER PRIMARY KEY, kind VARCHAR(4) NOT NULL CHECK (kind IN ('a', 'b')), slot SMALLINT CHECK (slot BETWEEN 1
    AND 3), UNIQUE (kind, slot));

-- # two unique keys that share a column: t=500
CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, PRIMARY KEY (a, b), UNIQUE (b, c), UNIQUE (a, c));

-- # unique keys of references that share a parent: p=60, friends=300
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE friends (a_id INTEGER NOT NULL, b_id INTEGER NOT NULL, PRIMARY KEY (a_id, b_id), FOREIGN KEY (a_id) REFERENCES p
    (id), FOREIGN KEY (b_id) REFERENCES p (id), CHECK (a_id <> b_id));

-- # pairs of references in order: p=60, friends=300
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE friends (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL, b_id INTEGER NOT NULL, UNIQUE (a_id, b_id), FOREIGN KEY
    (a_id) REFERENCES p (id), FOREIGN KEY (b_id) REFERENCES p (id), CHECK (a_id < b_id));

-- # names that are words of SQL: order=50, user=100
CREATE TABLE {q}order{q} ({q}select{q} INTEGER PRIMARY KEY, {q}from{q} DATE NOT NULL, {q}to{q} DATE NOT NULL, {q}group{q}
    VARCHAR(10) NOT NULL, {q}check{q} INTEGER NOT NULL CHECK ({q}check{q} > 0), {q}Mixed Case{q} VARCHAR(20), CHECK ({q}from{q} <=
    {q}to{q}));
CREATE TABLE {q}user{q} (id INTEGER PRIMARY KEY, {q}order{q} INTEGER NOT NULL, FOREIGN KEY ({q}order{q}) REFERENCES {q}order{q}
    ({q}select{q}));

-- # a status that goes with its dates: t=600
CREATE TABLE t (id INTEGER PRIMARY KEY, status VARCHAR(10) NOT NULL CHECK (status IN ('draft', 'sent', 'paid', 'void')), sent_on
    DATE, paid_on DATE, amount NUMERIC(8, 2) NOT NULL CHECK (amount <> 0), CHECK (CASE status WHEN 'draft' THEN sent_on IS NULL
    AND paid_on IS NULL WHEN 'sent' THEN sent_on IS NOT NULL AND paid_on IS NULL WHEN 'paid' THEN sent_on IS NOT NULL AND paid_on
    >= sent_on ELSE amount < 0 END));

-- # a length that a constraint fixes on unique text: t=500
CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, iso CHAR(2) NOT NULL, CHECK ({length}(code) = 6), CHECK
    (iso = UPPER(iso)), CHECK (code LIKE 'X%'));

-- # a day for each shop: shop=5, sales=1500
CREATE TABLE shop (id INTEGER PRIMARY KEY);
CREATE TABLE sales (shop_id INTEGER NOT NULL, day DATE NOT NULL, amount NUMERIC(9, 2) NOT NULL CHECK (amount >= 0), PRIMARY KEY
    (shop_id, day), FOREIGN KEY (shop_id) REFERENCES shop (id), CHECK (day >= '2025-01-01' AND day <= '2025-12-31'));

-- # a table of nothing but a key, and one of one row: only_key=50, one=1
CREATE TABLE only_key (id INTEGER PRIMARY KEY);
CREATE TABLE one (id INTEGER PRIMARY KEY CHECK (id = 1), v VARCHAR(5) NOT NULL);

-- # a date of birth before a date of hire before today: t=800
CREATE TABLE t (id INTEGER PRIMARY KEY, birth_date DATE NOT NULL CHECK (birth_date > '1900-01-01'), hire_date DATE NOT NULL,
    salary NUMERIC(8, 2) NOT NULL, bonus NUMERIC(8, 2), min_salary NUMERIC(8, 2), max_salary NUMERIC(8, 2), CHECK (birth_date <
    hire_date), CHECK (bonus <= salary / 2), CHECK (salary BETWEEN min_salary AND max_salary), CHECK (salary > 0));

-- # a constraint on a reference: p=50, t=300
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL CHECK (p_id > 10), FOREIGN KEY (p_id) REFERENCES p (id));

-- # a key of a date and a text, referred to: rates=400, t=400
CREATE TABLE rates (day DATE NOT NULL, currency CHAR(3) NOT NULL, rate NUMERIC(12, 6) NOT NULL CHECK (rate > 0), PRIMARY KEY (day,
    currency));
CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE NOT NULL, currency CHAR(3) NOT NULL, FOREIGN KEY (day, currency) REFERENCES rates
    (day, currency));

-- # a circle of three tables: a=30, b=40, c=50
CREATE TABLE a (id INTEGER PRIMARY KEY, c_id INTEGER);
CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL, FOREIGN KEY (a_id) REFERENCES a (id));
CREATE TABLE c (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL, FOREIGN KEY (b_id) REFERENCES b (id));
{close_abc};

-- # forty columns and a unique key of four: t=300
CREATE TABLE t (id INTEGER PRIMARY KEY, c0 VARCHAR(9) NOT NULL, c1 INTEGER NOT NULL, c2 VARCHAR(9) NOT NULL, c3 INTEGER NOT NULL,
    c4 VARCHAR(9) NOT NULL, c5 INTEGER NOT NULL, c6 VARCHAR(9) NOT NULL, c7 INTEGER NOT NULL, c8 VARCHAR(9) NOT NULL, c9 INTEGER
    NOT NULL, c10 VARCHAR(9) NOT NULL, c11 INTEGER NOT NULL, c12 VARCHAR(9) NOT NULL, c13 INTEGER NOT NULL, c14 VARCHAR(9) NOT
    NULL, c15 INTEGER NOT NULL, c16 VARCHAR(9) NOT NULL, c17 INTEGER NOT NULL, c18 VARCHAR(9) NOT NULL, c19 INTEGER NOT NULL, c20
    VARCHAR(9) NOT NULL, c21 INTEGER NOT NULL, c22 VARCHAR(9) NOT NULL, c23 INTEGER NOT NULL, c24 VARCHAR(9) NOT NULL, c25 INTEGER
    NOT NULL, c26 VARCHAR(9) NOT NULL, c27 INTEGER NOT NULL, c28 VARCHAR(9) NOT NULL, c29 INTEGER NOT NULL, c30 VARCHAR(9) NOT
    NULL, c31 INTEGER NOT NULL, c32 VARCHAR(9) NOT NULL, c33 INTEGER NOT NULL, c34 VARCHAR(9) NOT NULL, c35 INTEGER NOT NULL, c36
    VARCHAR(9) NOT NULL, c37 INTEGER NOT NULL, c38 VARCHAR(9) NOT NULL, c39 INTEGER NOT NULL, UNIQUE (c0, c1, c2, c3));

-- # a constraint of many ors: t=500
CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER NOT NULL, v INTEGER NOT NULL, CHECK ((k = 1 AND v BETWEEN 10 AND 14) OR (k = 2
    AND v BETWEEN 20 AND 24) OR (k = 3 AND v BETWEEN 30 AND 34) OR (k = 4 AND v BETWEEN 40 AND 44) OR (k = 5 AND v BETWEEN 50 AND
    54) OR (k = 6 AND v BETWEEN 60 AND 64) OR (k = 7 AND v BETWEEN 70 AND 74) OR (k = 8 AND v BETWEEN 80 AND 84)));

-- # a percent that adds up: t=400
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL CHECK (a BETWEEN 0 AND 100), b INTEGER NOT NULL CHECK (b BETWEEN 0 AND
    100), c INTEGER NOT NULL CHECK (c BETWEEN 0 AND 100), CHECK (a + b + c = 100));

-- # discounted prices: t=600
CREATE TABLE t (id INTEGER PRIMARY KEY, price NUMERIC(10, 2) NOT NULL CHECK (price > 0), discount_price NUMERIC(10, 2), quantity
    INTEGER NOT NULL, reserved INTEGER NOT NULL DEFAULT 0, CHECK (discount_price > 0 AND discount_price < price), CHECK (reserved
    >= 0 AND reserved <= quantity), CHECK (quantity >= 0));

-- # names that are unique among siblings: t=200
CREATE TABLE t (id INTEGER PRIMARY KEY, parent_id INTEGER, name VARCHAR(30) NOT NULL, UNIQUE (parent_id, name), FOREIGN KEY
    (parent_id) REFERENCES t (id));

-- # places among siblings: t=200
CREATE TABLE t (id INTEGER PRIMARY KEY, parent_id INTEGER, position SMALLINT NOT NULL, UNIQUE (parent_id, position), FOREIGN KEY
    (parent_id) REFERENCES t (id));

-- # a key of text, referred to: country=6, city=200, street=400
CREATE TABLE country (code CHAR(2) NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE, CHECK (code = UPPER(code)));
CREATE TABLE city (country CHAR(2) NOT NULL, name VARCHAR(30) NOT NULL, PRIMARY KEY (country, name), FOREIGN KEY (country)
    REFERENCES country (code));
CREATE TABLE street (id INTEGER PRIMARY KEY, country CHAR(2), city VARCHAR(30), name VARCHAR(30) NOT NULL, FOREIGN KEY (country,
    city) REFERENCES city (country, name));

-- # quarters, even numbers, latitudes: t=400
CREATE TABLE t (id INTEGER PRIMARY KEY, rating NUMERIC(2, 1) NOT NULL CHECK (rating IN (0.5, 1, 1.5, 2, 5)), step NUMERIC(6, 2)
    NOT NULL CHECK (step > 0 AND step * 4 = ROUND(step * 4)), even INTEGER NOT NULL CHECK (even % 2 = 0), lat NUMERIC(9, 6) NOT
    NULL CHECK (ABS(lat) <= 90));

-- # booleans that exclude each other: t=300
CREATE TABLE t (id INTEGER PRIMARY KEY, a BOOLEAN NOT NULL, b BOOLEAN NOT NULL, c BOOLEAN, CHECK (NOT (a AND b)), CHECK (a OR b OR
    c), CHECK (a <> b OR c IS NULL));

-- # an order that may be cancelled or delivered but not both: t=400
CREATE TABLE t (id INTEGER PRIMARY KEY, created_at DATE NOT NULL, cancelled_at DATE, delivered_at DATE, refund NUMERIC(8, 2),
    total NUMERIC(8, 2) NOT NULL, CHECK (cancelled_at IS NULL OR delivered_at IS NULL), CHECK (cancelled_at >= created_at), CHECK
    (delivered_at >= created_at), CHECK (refund IS NULL OR (cancelled_at IS NOT NULL AND refund BETWEEN 0 AND total)), CHECK
    (total >= 0));

-- # five references onto one table: p=20, t=200
CREATE TABLE p (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL);
CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER, d INTEGER, e INTEGER, FOREIGN KEY (a)
    REFERENCES p (id), FOREIGN KEY (b) REFERENCES p (id), FOREIGN KEY (c) REFERENCES p (id), FOREIGN KEY (d) REFERENCES p (id),
    FOREIGN KEY (e) REFERENCES p (id), CHECK (a <> b), CHECK (b <> c), CHECK (a < d OR d IS NULL), UNIQUE (a, b, c));

-- # one row for each pair of parents and a kind: a=12, b=12, t=400
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE TABLE b (id INTEGER PRIMARY KEY);
CREATE TABLE t (a_id INTEGER NOT NULL, b_id INTEGER NOT NULL, kind VARCHAR(8) NOT NULL CHECK (kind IN ('x', 'y', 'z')), n INTEGER,
    PRIMARY KEY (a_id, b_id, kind), FOREIGN KEY (a_id) REFERENCES a (id), FOREIGN KEY (b_id) REFERENCES b (id));

-- # one to one to one: a=50, b=50, c=50
CREATE TABLE a (id INTEGER PRIMARY KEY);
CREATE TABLE b (id INTEGER PRIMARY KEY, FOREIGN KEY (id) REFERENCES a (id));
CREATE TABLE c (id INTEGER PRIMARY KEY, other INTEGER NOT NULL UNIQUE, FOREIGN KEY (id) REFERENCES b (id), FOREIGN KEY (other)
    REFERENCES a (id));

-- # unicode and blanks in names: Büro_Räume=30, größe=30
CREATE TABLE {q}Büro_Räume{q} ({q}Größe in m²{q} INTEGER PRIMARY KEY, {q}a.b{q} VARCHAR(10) NOT NULL CHECK ({q}a.b{q} <> ''),
    {q}x-y{q} INTEGER CHECK ({q}x-y{q} > 3));
CREATE TABLE {q}größe{q} (id INTEGER PRIMARY KEY, {q}Büro Räume{q} INTEGER,
    FOREIGN KEY ({q}Büro Räume{q}) REFERENCES {q}Büro_Räume{q} ({q}Größe in m²{q}));

-- # a stay of at most two weeks: t=400
CREATE TABLE t (id INTEGER PRIMARY KEY, nights INTEGER NOT NULL CHECK (nights BETWEEN 1 AND 14), adults SMALLINT NOT NULL,
    children SMALLINT NOT NULL DEFAULT 0, rooms SMALLINT NOT NULL, price NUMERIC(8, 2) NOT NULL, per_night NUMERIC(8, 2) NOT NULL,
    CHECK (adults + children <= rooms * 4), CHECK (adults >= 1 AND children >= 0 AND rooms >= 1), CHECK (price >= per_night *
    nights * 0.5), CHECK (per_night > 0));

-- # net, tax and gross: t=400
CREATE TABLE t (id INTEGER PRIMARY KEY, net NUMERIC(10, 2) NOT NULL CHECK (net >= 0), tax_rate NUMERIC(4, 2) NOT NULL CHECK
    (tax_rate IN (0, 7, 19)), tax NUMERIC(10, 2) NOT NULL, gross NUMERIC(10, 2) NOT NULL, CHECK (gross = net + tax), CHECK (tax >=
    0 AND tax <= net));

-- # credit and debit: t=300
CREATE TABLE t (id INTEGER PRIMARY KEY, debit NUMERIC(10, 2) NOT NULL DEFAULT 0 CHECK (debit >= 0), credit NUMERIC(10, 2) NOT NULL
    DEFAULT 0 CHECK (credit >= 0), CHECK ((debit = 0) <> (credit = 0)));

-- # passwords and tokens: t=300
CREATE TABLE t (id INTEGER PRIMARY KEY, password_hash CHAR(60) NOT NULL, token VARCHAR(64) NOT NULL UNIQUE, salt CHAR(16) NOT
    NULL, api_key VARCHAR(40) NOT NULL UNIQUE CHECK ({length}(api_key) >= 32), pin CHAR(4) NOT NULL CHECK ({length}(pin) = 4));

-- # a tree of teams without null: t=50
CREATE TABLE t (id INTEGER PRIMARY KEY, code VARCHAR(6) NOT NULL UNIQUE, parent_code VARCHAR(6) NOT NULL, FOREIGN KEY
    (parent_code) REFERENCES t (code));

-- # a next one that is not itself: t=50
CREATE TABLE t (id INTEGER PRIMARY KEY, next_id INTEGER UNIQUE, FOREIGN KEY (next_id) REFERENCES t (id), CHECK (next_id <> id));

-- # a circle over a composite key: a=20, b=20
CREATE TABLE a (x INTEGER NOT NULL, y INTEGER NOT NULL, z INTEGER, PRIMARY KEY (x, y));
CREATE TABLE b (x INTEGER NOT NULL, y INTEGER NOT NULL, PRIMARY KEY (x, y), FOREIGN KEY (x, y) REFERENCES a (x, y));

-- # a value of the parent kept with its key: p=30, c=200
CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY, kind VARCHAR(8) NOT NULL CHECK (kind IN ('firm', 'person')), UNIQUE (id, kind));
CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER NOT NULL, kind VARCHAR(8) NOT NULL CHECK (kind = 'firm'), FOREIGN KEY (p_id,
    kind) REFERENCES p (id, kind));

-- # one to one with a kind: p=40, firm=10
CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY, kind VARCHAR(8) NOT NULL CHECK (kind IN ('firm', 'person')), UNIQUE (id, kind));
CREATE TABLE firm (id INTEGER NOT NULL PRIMARY KEY, kind VARCHAR(8) NOT NULL CHECK (kind = 'firm'), FOREIGN KEY (id, kind)
    REFERENCES p (id, kind));

-- # months of years: t=60
CREATE TABLE t (y SMALLINT NOT NULL CHECK (y BETWEEN 2020 AND 2024), m SMALLINT NOT NULL CHECK (m BETWEEN 1 AND 12), v NUMERIC(5,
    2) NOT NULL, PRIMARY KEY (y, m));

-- # seats: hall=3, seat=90, ticket=150
CREATE TABLE hall (id INTEGER PRIMARY KEY, capacity SMALLINT NOT NULL CHECK (capacity BETWEEN 10 AND 500));
CREATE TABLE seat (hall_id INTEGER NOT NULL, seat_row CHAR(1) NOT NULL CHECK (seat_row BETWEEN 'A' AND 'J'), no SMALLINT NOT NULL
    CHECK (no BETWEEN 1 AND 20), PRIMARY KEY (hall_id, seat_row, no), FOREIGN KEY (hall_id) REFERENCES hall (id));
CREATE TABLE ticket (id INTEGER PRIMARY KEY, hall_id INTEGER NOT NULL, seat_row CHAR(1) NOT NULL, no SMALLINT NOT NULL, show_on
    DATE NOT NULL, FOREIGN KEY (hall_id, seat_row, no) REFERENCES seat (hall_id, seat_row, no), UNIQUE (hall_id, seat_row, no,
    show_on));

-- # votes: u=30, q=20, v=300
CREATE TABLE u (id INTEGER PRIMARY KEY);
CREATE TABLE q (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, FOREIGN KEY (author_id) REFERENCES u (id));
CREATE TABLE v (u_id INTEGER NOT NULL, q_id INTEGER NOT NULL, vote SMALLINT NOT NULL CHECK (vote IN (-1, 1)), PRIMARY KEY (u_id,
    q_id), FOREIGN KEY (u_id) REFERENCES u (id), FOREIGN KEY (q_id) REFERENCES q (id));

-- # a tenant carried along every key: tenant=4, customer=50, orders=200, line=500
CREATE TABLE tenant (id INTEGER PRIMARY KEY);
CREATE TABLE customer (id INTEGER NOT NULL PRIMARY KEY, tenant_id INTEGER NOT NULL, UNIQUE (id, tenant_id), FOREIGN KEY
    (tenant_id) REFERENCES tenant (id));
CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, tenant_id INTEGER NOT NULL, customer_id INTEGER NOT NULL, UNIQUE (id,
    tenant_id), FOREIGN KEY (tenant_id) REFERENCES tenant (id), FOREIGN KEY (customer_id, tenant_id) REFERENCES customer (id,
    tenant_id));
CREATE TABLE line (id INTEGER NOT NULL PRIMARY KEY, tenant_id INTEGER NOT NULL, order_id INTEGER NOT NULL, no SMALLINT NOT NULL,
    FOREIGN KEY (order_id, tenant_id) REFERENCES orders (id, tenant_id), UNIQUE (order_id, no));
