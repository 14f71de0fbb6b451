-- The tables of the samples, in SQL that every database reads.
CREATE TABLE "{{ cookiecutter.source_table }}" (
    id BIGINT NOT NULL PRIMARY KEY,
    customer VARCHAR(80),
    status VARCHAR(20),
    amount NUMERIC(12, 2),
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE "{{ cookiecutter.target_table }}" (
    id BIGINT NOT NULL PRIMARY KEY,
    customer VARCHAR(80) NOT NULL,
    status VARCHAR(20) NOT NULL,
    amount NUMERIC(12, 2) NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
