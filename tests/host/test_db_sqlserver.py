"""The database helper and SQL Server, over Microsoft's ODBC driver: against the stand-in of tests/tds, where no real one can be had."""

from __future__ import annotations

import string
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import db_errors
import pytest
from db_address import Settings, settings_of, with_session
from db_errors import CertificateRefused, CommitUnknown, LoginRefused, TransactionUndone
from db_helper import DatabaseHelper, ProcedureResult
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from tests.tds import Drop, Error, Hang, Result, SqlServer


@pytest.fixture
def server(fake_sqlserver: SqlServer) -> SqlServer:
    return fake_sqlserver


@pytest.fixture
def db(server: SqlServer) -> Iterator[DatabaseHelper]:
    helper = DatabaseHelper(url=server.url())
    helper.execute_query("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer NVARCHAR(20), notes NVARCHAR(max), amount NUMERIC(10, 2))")
    yield helper
    helper.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which the test does not wait for."""
    taken: list[float] = []
    monkeypatch.setattr(db_errors, "_sleep", taken.append)
    return taken


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody but itself has signed, with its key."""
    folder = tmp_path_factory.mktemp("tls")
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out certificate.pem"
    subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


def odbc_text(url: str, **options: Any) -> str:
    """The ODBC connection string that a helper of these settings connects with."""
    address = with_session(Settings(settings_of(url).url, **options))
    dialect: Any = address.get_dialect()
    return str(dialect().create_connect_args(address)[0][0])


# logging in

PASSWORDS = [
    string.punctuation,
    *(f"{sign}a{sign}{sign}b{sign}" for sign in string.punctuation),
    "{braced}",
    "}{",
    ";Encrypt=no;PWD=x",
    " with blanks around ",
    "žluťoučký kůň 😀",
]


def as_address(server: SqlServer, user: str, password: str) -> URL:
    return server.url(user, password)


def as_odbc(server: SqlServer, user: str, password: str) -> URL:
    braced = "{" + password.replace("}", "}}") + "}"
    text = f"Driver=ODBC Driver 18 for SQL Server;Server=tcp:127.0.0.1,{server.port};Database=master;UID={user};PWD={braced};Encrypt=no"
    return URL.create("mssql+pyodbc", query={"odbc_connect": text})


@pytest.mark.parametrize("way", [as_address, as_odbc])
def test_every_password_arrives_as_it_is(way: Callable[[SqlServer, str, str], URL], server: SqlServer) -> None:
    for password in PASSWORDS:
        db = DatabaseHelper(url=way(server, "CORP\\ada", password))
        db.execute_query("SELECT 1 AS one")
        db.close()

    assert [login["password"] for login in server.logins()] == PASSWORDS
    assert {login["user"] for login in server.logins()} == {"CORP\\ada"}


def test_a_connection_string_does_not_show_its_password(server: SqlServer) -> None:
    db = DatabaseHelper(url=as_odbc(server, "ada", "s3cret;}pass"))

    assert "s3cret" not in repr(db.url) + str(db.url) + repr(db.engine) + repr(db.settings)


def test_the_server_is_told_who_comes(server: SqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKFLOW_NAME", "daily_sales")
    db = DatabaseHelper(url=server.url().set(database="sales"), read_only=True)
    db.execute_query("SELECT 1 AS one")
    db.close()

    (login,) = server.logins()
    assert (login["app"], login["database"], login["read_only"]) == ("daily_sales", "sales", True)


def test_a_reader_acts_as_the_user_that_is_named_before_it_reads(server: SqlServer) -> None:
    server.script("EXECUTE AS", Result())
    db = DatabaseHelper(url=server.url())
    db._given = replace(db.settings, read_only=True, read_only_user="o'reader")
    db.execute_query("SELECT 1 AS one")
    db.close()

    said = [text for text, _ in server.statements() if "EXECUTE AS" in text or "AS one" in text]
    assert said == ["EXECUTE AS USER = N'o''reader' WITH NO REVERT", "SELECT 1 AS one"]


def test_a_reader_whose_user_cannot_be_taken_on_reads_nothing(server: SqlServer) -> None:
    server.script("EXECUTE AS", Error(15517, 'Cannot execute as the database principal because the principal "reader" does not exist'))
    db = DatabaseHelper(url=server.url())
    db._given = replace(db.settings, read_only=True, read_only_user="reader")

    with pytest.raises(DBAPIError, match="15517"):
        db.execute_query("SELECT 1 AS one")
    assert not any("AS one" in text for text, _ in server.statements())
    db.close()


@pytest.mark.sqlserver
def test_a_real_server_refuses_what_the_user_of_a_reader_may_not(sqlserver_url: str) -> None:
    db = DatabaseHelper(url=sqlserver_url)
    if db.execute_query("SELECT CAST(SERVERPROPERTY('Babelfish') AS INTEGER) AS it")[0]["it"]:
        pytest.skip("Babelfish has no users without a login")
    db.execute_query("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    db.bulk_insert("orders", [{"id": 1}])
    db.execute_query("DROP USER IF EXISTS workflow_reader")
    db.execute_query("CREATE USER workflow_reader WITHOUT LOGIN")
    db.execute_query("ALTER ROLE db_datareader ADD MEMBER workflow_reader")
    reader = DatabaseHelper(url=sqlserver_url)
    reader._given = replace(reader.settings, read_only=True, read_only_user="workflow_reader")

    assert reader.execute_query("SELECT id FROM orders") == [{"id": 1}]
    with pytest.raises(Exception, match="DELETE permission"), reader.get_connection() as connection:
        connection.connection.cursor().execute("DELETE FROM orders")  # past the helper
    reader.close()
    db.execute_query("DROP USER workflow_reader")

    assert db.execute_query("SELECT id FROM orders") == [{"id": 1}]
    db.close()


@pytest.mark.parametrize("may_write", [True, False])
def test_a_reader_who_may_write_is_told_of(may_write: bool, server: SqlServer, caplog: pytest.LogCaptureFixture) -> None:
    server.script("HAS_PERMS_BY_NAME", Result([(["may"], [(int(may_write),)])]))
    db = DatabaseHelper(url=server.url(), read_only=True)
    db.execute_query("SELECT 1 AS one")
    db.close()

    assert [("read_only_user" in text) for text in caplog.messages if "may write" in text] == [True] * may_write


def test_a_moment_keeps_its_time_zone_alone_in_bulk_and_in_a_procedure(server: SqlServer) -> None:
    east, utc = datetime(2026, 1, 1, 10, tzinfo=timezone(timedelta(hours=2))), datetime(2026, 1, 1, 8, tzinfo=UTC)
    server.procedure("note", Result())
    db = DatabaseHelper(url=server.url())
    db.execute_query("CREATE TABLE moments (id INTEGER PRIMARY KEY, moment DATETIME2)")
    for moment in (east, utc):
        db.execute_query("INSERT INTO moments (id, moment) VALUES (1, :moment)", {"moment": moment})
        db.execute_query("DELETE FROM moments WHERE id = 1")
        db.bulk_insert("moments", [(1, moment), (2, None)], columns=["id", "moment"])
        db.execute_query("DELETE FROM moments WHERE id > 0")
        db.execute_stored_procedure("note", {"moment": moment})
    db.close()

    sent = [value for _, values in server.statements() for value in values.values() if isinstance(value, datetime) or "T10" in str(value)]
    text, clock, plain = "2026-01-01T10:00:00+02:00", datetime(2026, 1, 1, 10), datetime(2026, 1, 1, 8)
    assert [value for value in sent if value in (text, clock)] == [text, clock, text, text]  # of a procedure as parameter and as argument
    assert set(sent) == {text, clock, plain}


def test_encryption_is_on_unless_the_address_says_otherwise(odbc_driver: str) -> None:
    assert "Encrypt=yes" in odbc_text("mssql://ada@db1/sales")
    assert "Encrypt=yes" not in odbc_text("mssql://ada@db1/sales?encrypt=no")
    assert f"DRIVER={{{odbc_driver}}}" in odbc_text("mssql://ada@db1/sales")


def test_without_a_user_windows_logs_in(odbc_driver: str) -> None:
    assert "Trusted_Connection=Yes" in odbc_text("mssql://db1/sales")
    asked = odbc_text("mssql://ada:pw@db1/sales", authentication="windows")
    assert "Trusted_Connection=Yes" in asked
    assert "UID" not in asked


@pytest.mark.parametrize("word", ["ActiveDirectoryMsi", "ActiveDirectoryIntegrated", "ActiveDirectoryInteractive"])
def test_entra_logs_in_as_configured(word: str, odbc_driver: str) -> None:
    text = odbc_text("mssql://db1/sales", authentication=word)

    assert f"Authentication={word}" in text
    assert "Trusted_Connection" not in text


def test_entra_with_a_service_principal_takes_its_secret(odbc_driver: str) -> None:
    text = odbc_text("mssql://app:s3cret@db1/sales", authentication="ActiveDirectoryServicePrincipal")

    assert "UID=app;PWD=s3cret" in text
    assert "authentication=ActiveDirectoryServicePrincipal" in text


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for azure-identity: a new token each time."""
    numbers = iter(range(1, 10))
    credential = SimpleNamespace(get_token=lambda scope: SimpleNamespace(token=f"token-{next(numbers)} for {scope}"))
    module = ModuleType("azure.identity")
    module.DefaultAzureCredential = lambda: credential  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "azure", ModuleType("azure"))
    monkeypatch.setitem(sys.modules, "azure.identity", module)


def test_each_connection_logs_in_with_a_fresh_token(tokens: None, odbc_driver: str, certificate: Path, config: Path) -> None:
    with SqlServer.running(certificate) as server:
        address = f"mssql://127.0.0.1:{server.port}/master?TrustServerCertificate=yes"
        (config / "settings.toml").write_text(f'[database]\nurl = "{address}"\nauthentication = "token"\n')
        db = DatabaseHelper()
        for _ in range(2):
            db.execute_query("SELECT 1 AS one")
            db.close()
        logins = server.logins()

    scope = "https://database.windows.net/.default"
    assert [login["token"] for login in logins] == [f"token-1 for {scope}", f"token-2 for {scope}"]


# encryption


def test_a_certificate_that_nobody_signed_is_refused_with_advice(odbc_driver: str, certificate: Path, pauses: list[float]) -> None:
    with SqlServer.running(certificate) as server, pytest.raises(CertificateRefused) as caught:
        DatabaseHelper(url=f"mssql://sa:sa-pa55@127.0.0.1:{server.port}/master").execute_query("SELECT 1 AS one")

    assert "hint: have the server's certificate signed by an authority that this machine trusts" in str(caught.value)
    assert pauses == []


def test_what_is_sent_is_encrypted_when_the_certificate_is_trusted(odbc_driver: str, certificate: Path) -> None:
    with SqlServer.running(certificate) as server:
        db = DatabaseHelper(url=f"mssql://sa:sa-pa55@127.0.0.1:{server.port}/master?TrustServerCertificate=yes")
        rows = db.execute_query("SELECT :text AS echo", {"text": "ž" * 4000})
        db.close()

    assert rows == [{"echo": "ž" * 4000}]


# what may be tried again


def answer(db: DatabaseHelper) -> Callable[[Any], Any]:
    return lambda connection: db.execute_query("SELECT 42 AS answer FROM orders WHERE id = 1 OR 1 = 1")


TRANSIENT = [1204, 1205, 1222, 3960, 4221, 10928, 10929, 40143, 40197, 40501, 40540, 40613]
TRANSIENT += [41301, 41302, 41305, 41325, 41839, 49918, 49919, 49920]


@pytest.mark.parametrize("number", TRANSIENT)
def test_work_is_done_again_when_the_server_asks_for_it(number: int, server: SqlServer, db: DatabaseHelper, pauses: list[float]) -> None:
    db.bulk_insert("orders", [{"id": 1}])
    server.script("SELECT 42", Error(number, "come back later", 13, ends_transaction=True), times=2)

    assert db.run_in_transaction(answer(db)) == [{"answer": 42}]

    assert len(pauses) == 2
    assert all(pause <= 5 for pause in pauses) or (number == 40501 and all(10 <= pause <= 15 for pause in pauses))


@pytest.mark.parametrize("number", [1205, 40613])
def test_a_single_statement_is_never_done_again(number: int, server: SqlServer, db: DatabaseHelper, pauses: list[float]) -> None:
    server.script("SELECT 42|INSERT", Error(number, "come back later"), times=1)

    with pytest.raises(DBAPIError):
        db.execute_query("SELECT 42 AS answer")
    server.script("INSERT", Error(number, "come back later"), times=1)
    with pytest.raises(DBAPIError):
        db.execute_query("INSERT INTO orders (id) VALUES (1)")

    assert pauses == []


@pytest.mark.parametrize("number", [208, 229, 2627, 547, 8134, 911, 4060])
def test_work_that_is_wrong_is_not_done_again(number: int, server: SqlServer, db: DatabaseHelper, pauses: list[float]) -> None:
    server.script("SELECT 42", Error(number, "no"))

    with pytest.raises(DBAPIError):
        db.run_in_transaction(answer(db))

    assert pauses == []


@pytest.mark.parametrize(("number", "undoes"), [(1205, True), (245, True), (1222, False), (2627, False)])
def test_an_error_that_undid_the_transaction_is_told_when_it_was_caught(
    number: int, undoes: bool, server: SqlServer, db: DatabaseHelper
) -> None:
    server.script("SELECT 42", Error(number, "it failed", ends_transaction=undoes))

    told = pytest.raises(TransactionUndone, match=rf"an error \({number}\) undid") if undoes else nullcontext()
    with told, db.get_connection():
        db.execute_query("INSERT INTO orders (id) VALUES (1)")
        with suppress(DBAPIError):
            answer(db)(None)
        db.execute_query("INSERT INTO orders (id) VALUES (3)")

    assert [row["id"] for row in db.execute_query("SELECT id FROM orders ORDER BY id")] == ([] if undoes else [1, 3])


def test_work_is_given_up_after_some_attempts(server: SqlServer, db: DatabaseHelper, pauses: list[float]) -> None:
    server.script("SELECT 42", Error(1205, "deadlock", 13))

    with pytest.raises(DBAPIError, match="deadlock"):
        db.run_in_transaction(answer(db), attempts=3)

    assert len(pauses) == 2


@pytest.mark.parametrize("number", [40613, 10928, 49920])
def test_connecting_is_tried_again_while_the_server_is_busy(number: int, server: SqlServer, pauses: list[float]) -> None:
    server.refuse_logins(Error(number, "not now", 20), Error(number, "not now", 20))
    db = DatabaseHelper(url=server.url())

    assert db.execute_query("SELECT 1 AS one") == [{"one": 1}]

    assert len(pauses) == 2
    db.close()


def test_a_wrong_password_is_tried_once_and_not_told(server: SqlServer, pauses: list[float]) -> None:
    server.allow(sa="another")

    with pytest.raises(LoginRefused, match=r"Login failed for user 'sa'.*18456") as caught:
        DatabaseHelper(url=server.url("sa", "wr0ng-pass")).execute_query("SELECT 1 AS one")

    assert len(server.logins()) == 1
    assert pauses == []
    assert "wr0ng-pass" not in str(caught.value) + repr(caught.value.__cause__)


def test_connections_that_were_cut_are_replaced_before_they_are_used(server: SqlServer, db: DatabaseHelper) -> None:
    with db.get_connection():
        assert db.execute_query("SELECT 1 AS one") == DatabaseHelper(url=db.url).execute_query("SELECT 1 AS one")
    server.cut_all()

    assert db.execute_query("SELECT 1 AS one") == [{"one": 1}]
    assert db.run_in_transaction(lambda connection: db.execute_query("SELECT 2 AS two")) == [{"two": 2}]


def test_work_is_done_again_when_its_connection_is_cut(server: SqlServer, db: DatabaseHelper, pauses: list[float]) -> None:
    db.bulk_insert("orders", [{"id": 1}])
    server.script("SELECT 42", Drop(), times=1)

    assert db.run_in_transaction(answer(db)) == [{"answer": 42}]
    assert len(pauses) == 1


def test_a_stream_whose_connection_is_cut_fails_and_is_not_read_again(server: SqlServer, db: DatabaseHelper, pauses: list[float]) -> None:
    db.bulk_insert("orders", [[n, "x" * 4000] for n in range(50)], columns=["id", "notes"])
    stream = db.stream_query("SELECT a.id, a.notes FROM orders a, orders b", batch_size=10)  # 20 MB: more than is under way
    next(stream)
    server.cut_all()

    with pytest.raises(DBAPIError):
        list(stream)
    assert pauses == []


def test_a_commit_that_is_not_answered_is_told_and_not_repeated(server: SqlServer, db: DatabaseHelper, pauses: list[float]) -> None:
    def work(connection: Any) -> None:
        db.execute_query("INSERT INTO orders (id) VALUES (1)")
        server.cut_all()

    with pytest.raises(CommitUnknown, match="look whether it was, before running it again"):
        db.run_in_transaction(work)

    assert pauses == []


def test_a_statement_that_is_too_slow_costs_its_own_connection_only(server: SqlServer, db: DatabaseHelper) -> None:
    server.script("SELECT 99", Hang(20), times=1)
    with DatabaseHelper(url=db.url).get_connection(), db.get_connection():
        pass
    before = len(server.logins())

    with pytest.raises(db_errors.StatementTimeout), db.get_connection():
        db.execute_query("SELECT 99 AS slow", timeout=1)

    with DatabaseHelper(url=db.url).get_connection(), db.get_connection():
        pass
    assert len(server.logins()) == before + 1


# procedures


def test_a_procedure_gives_its_sets_outputs_and_return_value(server: SqlServer, db: DatabaseHelper) -> None:
    sets: list[Any] = [3, (["day", "total"], [(1, 2.5), (2, 0.5)]), (["note"], [("žluť",)])]
    parameters = [
        ("year", 1, "int", 10, 4, 0),
        ("count", 2, "int", 10, 4, 0),
        ("sum", 2, "decimal", 18, 20, 2),
        ("name", 2, "nvarchar", 20, 40, 0),
    ]
    server.procedure("dbo.totals", Result(sets, {"count": 2, "sum": Decimal("3.00"), "name": "ž"}, 7, parameters))

    result = db.execute_stored_procedure("dbo.totals", {"year": 2026})

    assert result == ProcedureResult(
        [[{"day": 1, "total": 2.5}, {"day": 2, "total": 0.5}], [{"note": "žluť"}]], {"count": 2, "sum": Decimal("3.00"), "name": "ž"}, 7
    )
    sent = [sql for sql, _ in server.statements() if "EXEC @returned" in sql][-1]
    assert sent.split("; ") == [
        "SET NOCOUNT ON",
        "DECLARE @returned int",
        "DECLARE @out_count int",
        "DECLARE @out_sum decimal(18, 2)",
        "DECLARE @out_name nvarchar(20)",
        "EXEC @returned = [dbo].[totals] @year = @P1, @count = @out_count OUTPUT, @sum = @out_sum OUTPUT, @name = @out_name OUTPUT",
        "SELECT @returned AS [workflow_return_value], @out_count AS [count], @out_sum AS [sum], @out_name AS [name]",
    ]


def test_outputs_may_be_named_with_their_types_and_given_a_value(server: SqlServer, db: DatabaseHelper) -> None:
    server.procedure("dbo.next", Result([], {"number": 8}))

    result = db.execute_stored_procedure("next", {"number": 7, "step": 1}, outputs={"number": "bigint"})

    assert (result.outputs, result.return_value) == ({"number": 8}, 0)
    assert ("[next]", {"step": 1, "number": 7}) in server.statements()


@pytest.mark.parametrize(
    ("outputs", "message"), [({"a": "int; DROP TABLE orders"}, "is no type"), ({"a]; --": "int"}, "cannot be the name of")]
)
def test_types_and_names_that_are_none_are_refused(outputs: dict[str, str], message: str, db: DatabaseHelper) -> None:
    with pytest.raises(ValueError, match=message):
        db.execute_stored_procedure("p", outputs=outputs)


def test_the_name_of_a_procedure_is_quoted(server: SqlServer, db: DatabaseHelper) -> None:
    with pytest.raises(DBAPIError, match="2812"):
        db.execute_stored_procedure("dbo.p]; DROP TABLE orders; --")

    assert any("EXEC @returned = [dbo].[p]]; DROP TABLE orders; --]" in sql for sql, _ in server.statements())


LATE = Result([(["ok"], [(1,)]), Error(50000, "late failure", 16)])


@pytest.mark.parametrize("way", ["procedure", "query", "stream"])
def test_a_procedure_that_fails_after_its_first_rows_has_failed(way: str, server: SqlServer, db: DatabaseHelper) -> None:
    server.procedure("dbo.late", LATE)

    ways: dict[str, Callable[[], Any]] = {
        "procedure": lambda: db.execute_stored_procedure("dbo.late"),
        "query": lambda: db.execute_query("EXEC dbo.late"),
        "stream": lambda: list(db.stream_query("EXEC dbo.late")),
    }
    with pytest.raises(DBAPIError, match="late failure"):
        ways[way]()


def test_a_procedure_that_fails_undoes_what_was_done_around_it(server: SqlServer, db: DatabaseHelper) -> None:
    server.procedure("dbo.late", LATE)

    with pytest.raises(DBAPIError), db.get_connection():
        db.execute_query("INSERT INTO orders (id) VALUES (1)")
        db.execute_stored_procedure("dbo.late")

    assert db.execute_query("SELECT id FROM orders") == []


def test_a_query_that_runs_a_procedure_gives_its_first_rows(server: SqlServer, db: DatabaseHelper) -> None:
    server.procedure("dbo.p", Result([5, (["a"], [(1,), (2,)]), (["b"], [(3,)])]))

    assert db.execute_query("EXEC dbo.p @x = :x", {"x": 1}) == [{"a": 1}, {"a": 2}]


# many rows


def test_parameters_are_as_large_as_their_columns(server: SqlServer, db: DatabaseHelper) -> None:
    db.bulk_insert(
        "orders",
        [(1, "a", "n" * 9000, Decimal("1.5")), (2, None, None, None), (3, "žx", "", 2)],
        columns=["id", "customer", "notes", "amount"],
    )

    assert db.execute_query("SELECT id, customer, notes, amount FROM orders ORDER BY id") == [
        {"id": 1, "customer": "a", "notes": "n" * 9000, "amount": Decimal("1.50")},
        {"id": 2, "customer": None, "notes": None, "amount": None},
        {"id": 3, "customer": "žx", "notes": "", "amount": Decimal("2.00")},
    ]
    declared = {text for sql, text in server.declared() if "INSERT INTO [orders]" in sql}
    assert declared == {"@P1 bigint,@P2 nvarchar(20),@P3 nvarchar(max),@P4 decimal(10,2)"}


def test_a_moment_with_a_time_zone_keeps_it(server: SqlServer, db: DatabaseHelper) -> None:
    db.bulk_insert("orders", [{"id": 1, "notes": datetime(2026, 1, 2, 3, 4, tzinfo=UTC)}, {"id": 2, "notes": None}])

    assert db.execute_query("SELECT notes FROM orders WHERE id = 1") == [{"notes": "2026-01-02 03:04:00+00:00"}]


def test_freetds_is_given_no_arrays_which_would_end_the_process() -> None:
    pytest.importorskip("pyodbc")

    assert DatabaseHelper(url="mssql://h/d?driver=FreeTDS").engine.dialect.fast_executemany is False  # type: ignore[attr-defined]
    assert DatabaseHelper(url="mssql://h/d").engine.dialect.fast_executemany is True  # type: ignore[attr-defined]


# the other driver


def test_the_driver_mssql_python_works_by_its_address(server: SqlServer, db: DatabaseHelper) -> None:
    other = DatabaseHelper(url=server.url().set(drivername="mssql+mssqlpython"))
    server.procedure("dbo.p", Result([(["a"], [(1,)])], status=3))

    with other.get_connection():
        other.bulk_insert("orders", [{"id": 1, "customer": "žx"}, {"id": 2, "customer": None}])
    other.upsert("orders", [{"id": 1, "customer": "new"}, {"id": 3, "customer": "c"}], key="id")

    assert other.execute_query("SELECT id, customer FROM orders WHERE id <> :id ORDER BY id", {"id": 2}) == [
        {"id": 1, "customer": "new"},
        {"id": 3, "customer": "c"},
    ]
    assert [row["id"] for batch in other.stream_query("SELECT id FROM orders", batch_size=2) for row in batch] == [1, 2, 3]
    assert other.execute_stored_procedure("dbo.p").return_value == 3
    other.close()
