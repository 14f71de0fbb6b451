CREATE TABLE customers (
    id BIGINT NOT NULL PRIMARY KEY,
    name VARCHAR(40) NOT NULL UNIQUE
);

CREATE TABLE orders (
    id BIGINT NOT NULL PRIMARY KEY,
    customer BIGINT NOT NULL REFERENCES customers (id),
    status VARCHAR(10) NOT NULL CHECK (status IN ('open', 'paid')),
    amount NUMERIC(12, 2),
    share DOUBLE PRECISION,
    paid BOOLEAN,
    note VARCHAR(40),
    ordered_at TIMESTAMP NOT NULL
);

CREATE TABLE totals (
    customer BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);
