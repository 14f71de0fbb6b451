"""Stored procedures of real databases, and the functions that stand in for them on SQLite."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from db_helper import ProcedureResult
from sqlalchemy.exc import DBAPIError

from tests.host.conftest import SERVERS, Database

TOTALS = {
    "postgresql": """
        CREATE PROCEDURE totals (low integer, INOUT step integer, OUT n bigint, OUT label text) LANGUAGE plpgsql AS $$
        BEGIN SELECT COUNT(*) INTO n FROM orders WHERE id >= low; step := step + 1; label := 'žluť'; END $$""",
    "mariadb": """
        CREATE PROCEDURE totals (low INTEGER, INOUT step INTEGER, OUT n BIGINT, OUT label VARCHAR(20))
        BEGIN
            SELECT id FROM orders WHERE id >= low ORDER BY id;
            SELECT 1 AS one, 'x' AS two;
            SELECT COUNT(*) INTO n FROM orders WHERE id >= low; SET step = step + 1; SET label = 'žluť';
        END""",
    "sqlserver": """
        CREATE PROCEDURE totals @low INTEGER, @step INTEGER OUTPUT, @n BIGINT OUTPUT, @label NVARCHAR(20) OUTPUT AS
        BEGIN
            SELECT id FROM orders WHERE id >= @low ORDER BY id;
            SELECT 1 AS one, 'x' AS two;
            SELECT @n = COUNT(*) FROM orders WHERE id >= @low; SET @step = @step + 1; SET @label = N'žluť';
            RETURN 7;
        END""",
}
LATE = {
    "postgresql": "CREATE PROCEDURE late () LANGUAGE plpgsql AS $$ BEGIN INSERT INTO orders (id) VALUES (9); RAISE 'late failure'; END $$",
    "mariadb": """
        CREATE PROCEDURE late ()
        BEGIN INSERT INTO orders (id) VALUES (9); SELECT 1 AS one; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'late failure'; END""",
    "sqlserver": """
        CREATE PROCEDURE late AS
        BEGIN INSERT INTO orders (id) VALUES (9); SELECT 1 AS one; RAISERROR('late failure', 16, 1); END""",
}
TYPES = {"step": "int", "n": "bigint", "label": "nvarchar(20)"}
servers = pytest.mark.parametrize("database", SERVERS, indirect=True)


@servers
def test_a_procedure_gives_back_all_that_it_has(database: Database) -> None:
    database.helper.bulk_insert("orders", [[n] for n in (1, 2, 3)], columns=["id"])
    database.helper.execute_query(TOTALS[database.name])

    result = database.helper.execute_stored_procedure("totals", {"step": 4, "low": 2}, outputs=TYPES)

    assert result.outputs == {"step": 5, "n": 2, "label": "žluť"}
    if database.name != "postgresql":  # whose procedures have no result sets
        assert result.result_sets == [[{"id": 2}, {"id": 3}], [{"one": 1, "two": "x"}]]
    assert result.return_value == (7 if database.name == "sqlserver" else None)


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_outputs_are_found_without_being_told(database: Database) -> None:
    database.helper.execute_query(TOTALS[database.name])

    assert database.helper.execute_stored_procedure("totals", {"low": 1, "step": 0}).outputs == {"step": 1, "n": 0, "label": "žluť"}


@servers
def test_a_procedure_that_fails_late_has_failed_and_left_nothing(database: Database) -> None:
    database.helper.execute_query(LATE[database.name])

    with pytest.raises(DBAPIError, match="late failure"):
        database.helper.execute_stored_procedure("late")

    assert database.helper.execute_query("SELECT id FROM orders") == []


@pytest.mark.parametrize("database", ["mariadb", pytest.param("sqlserver", marks=pytest.mark.sqlserver)], indirect=True)
def test_a_stream_of_a_procedure_that_fails_late_fails(database: Database) -> None:
    database.helper.execute_query(LATE[database.name])
    call = "CALL late()" if database.name == "mariadb" else "EXEC late"

    with pytest.raises(DBAPIError, match="late failure"):
        list(database.helper.stream_query(call))


@servers
def test_a_procedure_is_a_part_of_the_transaction_around_it(database: Database) -> None:
    body = {
        "postgresql": "CREATE PROCEDURE add_one (id integer) LANGUAGE sql AS $$ INSERT INTO orders (id) VALUES (id) $$",
        "mariadb": "CREATE PROCEDURE add_one (number INTEGER) INSERT INTO orders (id) VALUES (number)",
        "sqlserver": "CREATE PROCEDURE add_one @number INTEGER AS INSERT INTO orders (id) VALUES (@number)",
    }
    database.helper.execute_query(body[database.name])
    name = "id" if database.name == "postgresql" else "number"

    with pytest.raises(ZeroDivisionError), database.helper.get_connection():
        database.helper.execute_stored_procedure("add_one", {name: 1})
        raise ZeroDivisionError
    database.helper.execute_stored_procedure("add_one", {name: 2})

    assert database.helper.execute_query("SELECT id FROM orders") == [{"id": 2}]


@servers
def test_what_is_passed_is_never_a_part_of_the_sql(database: Database) -> None:
    body = {
        "postgresql": "CREATE FUNCTION echo (given text) RETURNS text LANGUAGE sql AS $$ SELECT given $$",
        "mariadb": "CREATE FUNCTION echo (given VARCHAR(100)) RETURNS VARCHAR(100) RETURN given",
        "sqlserver": "CREATE PROCEDURE echo @given NVARCHAR(100) AS SELECT @given AS echo",
    }
    database.helper.execute_query(body[database.name])
    nasty = "x'); DROP TABLE orders; -- \\' :y %s ?"

    result = database.helper.execute_stored_procedure("echo", {"given": nasty})

    assert nasty in (result.return_value, *(value for rows in result.result_sets for row in rows for value in row.values()))
    assert database.helper.execute_query("SELECT id FROM orders") == []


@pytest.mark.parametrize("name", ["nope", 'no"pe', "no`pe", "public.nope"])
@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_a_procedure_that_is_not_there_is_an_error_of_the_database(name: str, database: Database) -> None:
    with pytest.raises(DBAPIError, match="nope|no.pe"):
        database.helper.execute_stored_procedure(name)


@pytest.mark.parametrize(
    ("params", "message"),
    [({"low": 1}, "totals needs step: its parameters are low, step, n, label"), ({"lo": 1}, "totals has no parameter lo:")],
)
@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_parameters_that_do_not_fit_are_named(params: dict[str, Any], message: str, database: Database) -> None:
    database.helper.execute_query(TOTALS["mariadb"])

    with pytest.raises(ValueError, match=message):
        database.helper.execute_stored_procedure("totals", params)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_function_of_postgresql_gives_its_rows(database: Database) -> None:
    database.helper.execute_query("CREATE SCHEMA shop")
    database.helper.execute_query(
        "CREATE FUNCTION shop.numbers (most integer) RETURNS TABLE (n integer) LANGUAGE sql AS $$ SELECT generate_series(1, most) $$"
    )

    assert database.helper.execute_stored_procedure("shop.numbers", {"most": 2}).result_sets == [[{"n": 1}, {"n": 2}]]


# on SQLite


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_function_stands_in_for_a_procedure_in_one_transaction(database: Database) -> None:
    def close_day(db: Any, day: str, fail: bool = False) -> ProcedureResult:
        db.execute_query("INSERT INTO orders (id, placed) VALUES (1, :day)", {"day": day})
        if fail:
            raise ZeroDivisionError
        return ProcedureResult([db.execute_query("SELECT placed FROM orders")], {"total": Decimal("1.5")}, 0)

    database.helper.register_procedure("dbo.close_day", close_day)

    with pytest.raises(ZeroDivisionError):
        database.helper.execute_stored_procedure("dbo.close_day", {"day": "2026-01-01", "fail": True})
    result = database.helper.execute_stored_procedure("dbo.close_day", {"day": "2026-01-02"})

    assert result == ProcedureResult([[{"placed": "2026-01-02"}]], {"total": Decimal("1.5")}, 0)


@pytest.mark.parametrize(("returned", "sets"), [(None, []), ([], [[]]), ([{"a": 1}], [[{"a": 1}]])])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_a_function_returns_is_its_result_set(returned: Any, sets: Any, database: Database) -> None:
    database.helper.register_procedure("p", lambda db: returned)

    assert database.helper.execute_stored_procedure("p").result_sets == sets
