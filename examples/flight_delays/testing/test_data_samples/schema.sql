-- The tables of the flights of 2013 and the target. The loader and the samples use the same ones.
CREATE TABLE IF NOT EXISTS airlines (
    carrier VARCHAR(2) NOT NULL PRIMARY KEY,
    name VARCHAR(80) NOT NULL
);

CREATE TABLE IF NOT EXISTS airports (
    faa VARCHAR(4) NOT NULL PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    lat DOUBLE PRECISION,
    lon DOUBLE PRECISION,
    alt INTEGER,
    tz DOUBLE PRECISION,
    dst VARCHAR(4),
    tzone VARCHAR(40)
);

CREATE TABLE IF NOT EXISTS planes (
    tailnum VARCHAR(8) NOT NULL PRIMARY KEY,
    year INTEGER,
    type VARCHAR(40),
    manufacturer VARCHAR(40),
    model VARCHAR(40),
    engines INTEGER,
    seats INTEGER,
    speed INTEGER,
    engine VARCHAR(20)
);

CREATE TABLE IF NOT EXISTS weather (
    id INTEGER NOT NULL PRIMARY KEY,
    origin VARCHAR(4) NOT NULL,
    time_hour VARCHAR(20) NOT NULL,
    temp DOUBLE PRECISION,
    wind_speed DOUBLE PRECISION,
    precip DOUBLE PRECISION,
    visib DOUBLE PRECISION
);

CREATE TABLE IF NOT EXISTS flights (
    id INTEGER NOT NULL PRIMARY KEY,
    flight_date VARCHAR(10) NOT NULL,
    month INTEGER NOT NULL,
    day INTEGER NOT NULL,
    carrier VARCHAR(2) NOT NULL REFERENCES airlines (carrier),
    flight INTEGER NOT NULL,
    tailnum VARCHAR(8),
    origin VARCHAR(4) NOT NULL REFERENCES airports (faa),
    dest VARCHAR(4) NOT NULL,
    dep_delay INTEGER,
    arr_delay INTEGER,
    distance INTEGER,
    time_hour VARCHAR(20) NOT NULL
);

CREATE TABLE IF NOT EXISTS flight_delays (
    carrier VARCHAR(2) NOT NULL,
    origin VARCHAR(4) NOT NULL,
    flight_date VARCHAR(10) NOT NULL,
    flights INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    mean_departure_delay DOUBLE PRECISION,
    worst_departure_delay INTEGER,
    mean_arrival_delay DOUBLE PRECISION,
    worst_arrival_delay INTEGER,
    late_share DOUBLE PRECISION,
    PRIMARY KEY (carrier, origin, flight_date)
);
