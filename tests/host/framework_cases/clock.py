"""What the database thinks the time is while the clock stands: by database, because not each can be stopped everywhere."""

SQL = {
    "sqlite": "SELECT CURRENT_TIMESTAMP, CURRENT_DATE, datetime('now', '+1 day'), strftime('%Y', 'now'), date(), time('NOW', '-1 hour')",
    "postgresql": "SELECT CAST(now() AS TEXT), CAST(clock_timestamp() AS DATE)",
    "mysql": "SELECT CAST(NOW() AS CHAR), CAST(CURRENT_TIMESTAMP AS CHAR), CAST(CURDATE() AS CHAR)",
}
EXPECTED = {
    "sqlite": ["2024-02-29 12:00:00", "2024-02-29", "2024-03-01 12:00:00", "2024", "2024-02-29", "11:00:00"],
    "postgresql": ["2024-02-29 12:00:00+00", "2024-02-29"],
    "mysql": ["2024-02-29 12:00:00", "2024-02-29 12:00:00", "2024-02-29"],
}


def times(db):
    (row,) = db.execute_query(SQL[db.dialect])
    return [str(value) for value in row.values()]


def test_the_clock_of_the_database_stands_still(db, frozen_now):
    frozen_now("2024-02-29 12:00")
    assert times(db) == EXPECTED[db.dialect]
    frozen_now("2031-01-01")
    assert times(db)[0].startswith("2031-01-01 00:00:00")


def test_it_goes_on_in_the_next_test(db):
    assert not times(db)[0].startswith(("2024", "2031"))


def test_the_clock_of_a_clone_stands_still(db_clone, frozen_now):
    frozen_now("2024-02-29 12:00")
    assert times(db_clone) == EXPECTED[db_clone.dialect]
    frozen_now("2031-01-01")
    assert times(db_clone)[0].startswith("2031-01-01 00:00:00")
