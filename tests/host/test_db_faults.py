"""What goes wrong with real databases: killed, restarted, cut off, locked and full. Nothing is lost, nothing is done twice."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import db_errors
import pytest
from db_errors import CommitUnknown, LoginRefused, fault_of
from db_helper import DatabaseHelper
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from tests.faults.proxy import Proxy
from tests.host.conftest import SERVERS, Database
from tests.servers import Mariadb, Postgresql, Server, running

OPEN_SOURCE = ["postgresql", "mariadb"]
ME = {"postgresql": "SELECT pg_backend_pid() AS id", "mariadb": "SELECT CONNECTION_ID() AS id"}
SLEEP = {"postgresql": "SELECT pg_sleep(20)", "mariadb": "SELECT SLEEP(20) AS x FROM orders"}


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, cut short."""
    taken: list[float] = []
    monkeypatch.setattr(db_errors, "_sleep", taken.append)
    return taken


def ids(db: Any) -> list[int]:
    return [row["id"] for row in db.execute_query("SELECT id FROM orders ORDER BY id")]


def kill(database: Database, session: int) -> None:
    """End a session of the server, as an administrator does."""
    with create_engine(database.url).connect() as administrator:
        command = f"SELECT pg_terminate_backend({session})" if database.name == "postgresql" else f"KILL {session}"
        administrator.execute(text(command))


@contextlib.contextmanager
def killed_soon(database: Database, db: Any) -> Iterator[None]:
    """Kill the session of this transaction while the body waits for an answer."""
    session = db.execute_query(ME[database.name])[0]["id"]
    timer = threading.Timer(0.5, kill, (database, session))
    timer.start()
    yield
    timer.join()


# killed


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_a_session_that_is_killed_in_a_statement_is_told_and_the_next_one_works(database: Database) -> None:
    database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")

    with pytest.raises(DBAPIError) as caught, database.helper.get_connection(), killed_soon(database, database.helper):
        database.helper.execute_query("INSERT INTO orders (id) VALUES (2)")
        database.helper.execute_query(SLEEP[database.name])

    assert fault_of(caught.value).kind == "lost"
    assert ids(database.helper) == [1]


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_sessions_that_were_killed_while_idle_are_replaced(database: Database) -> None:
    with database.helper.get_connection():
        session = database.helper.execute_query(ME[database.name])[0]["id"]
    alone = database.helper.execute_query(ME[database.name])[0]["id"]
    kill(database, session)
    kill(database, alone)

    assert ids(database.helper) == []
    database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
    assert ids(database.helper) == [1]


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_work_whose_session_is_killed_is_done_again_from_its_start(database: Database, pauses: list[float]) -> None:
    def work(connection: Any) -> int:
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        if not pauses:
            with killed_soon(database, database.helper):
                database.helper.execute_query(SLEEP[database.name])
        return 42

    assert database.helper.run_in_transaction(work) == 42
    assert (ids(database.helper), len(pauses)) == ([1], 1)


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_a_stream_whose_session_is_killed_fails_and_is_not_read_again(database: Database, pauses: list[float]) -> None:
    database.helper.bulk_insert("orders", ([n, "x" * 50] for n in range(100_000)), columns=["id", "customer"])
    stream = database.helper.stream_query(f"SELECT id, customer FROM orders ORDER BY id -- {os.getpid()}", batch_size=10)
    assert [row["id"] for row in next(stream)] == list(range(10))
    kill(database, session_that_reads(database))

    with pytest.raises(DBAPIError) as caught:
        list(stream)

    assert fault_of(caught.value).kind == "lost"
    assert pauses == []
    assert len(ids(database.helper)) == 100_000


def session_that_reads(database: Database) -> int:
    """The session that runs the statement with the number of this process in it."""
    tables = {
        "postgresql": "SELECT pid FROM pg_stat_activity WHERE query LIKE :sign AND pid <> pg_backend_pid()",
        "mariadb": "SELECT id FROM information_schema.processlist WHERE info LIKE :sign AND id <> CONNECTION_ID()",
    }
    idle = "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"
    with create_engine(database.url).connect() as administrator:
        if database.name == "postgresql":
            return int(administrator.execute(text(idle)).scalar_one())
        return int(administrator.execute(text(tables[database.name]), {"sign": f"SELECT id, customer%{os.getpid()}%"}).scalar_one())


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_rows_whose_session_is_killed_half_way_leave_nothing(database: Database) -> None:
    def rows() -> Iterator[list[int]]:
        for number in range(30_000):
            if number == 25_000:
                kill(database, database.helper.execute_query(ME[database.name])[0]["id"])
            yield [number]

    with pytest.raises(DBAPIError) as caught:
        database.helper.bulk_insert("orders", rows(), columns=["id"])

    assert fault_of(caught.value).kind == "lost"
    assert ids(database.helper) == []


# restarted


@pytest.mark.parametrize("kind", [Postgresql, Mariadb])
def test_work_goes_on_when_the_server_is_restarted_under_it(kind: type[Server]) -> None:
    with running(kind) as server:
        db = DatabaseHelper(url=server.url.set(database=new_database(server)))
        db.execute_query("CREATE TABLE orders (id INTEGER)")
        restarted: list[threading.Thread] = []

        def work(connection: Any) -> None:
            db.execute_query("INSERT INTO orders (id) VALUES (1)")
            if not restarted:
                restarted.append(threading.Thread(target=restart, args=(server,)))
                restarted[0].start()
                db.execute_query(SLEEP[{Postgresql: "postgresql", Mariadb: "mariadb"}[kind]])

        db.run_in_transaction(work, attempts=10)
        restarted[0].join()

        assert ids(db) == [1]
        db.close()


def new_database(server: Server) -> str:
    with create_engine(server.url, isolation_level="AUTOCOMMIT").connect() as administrator:
        administrator.execute(text("CREATE DATABASE fault"))
    return "fault"


def restart(server: Server) -> None:
    time.sleep(0.3)
    server.stop()
    server.start()


def test_a_server_that_crashes_under_its_clients_is_waited_for() -> None:
    with running(Postgresql) as server:
        db = DatabaseHelper(url=server.url)
        db.execute_query("CREATE TABLE orders (id INTEGER)")
        db.execute_query("CHECKPOINT")  # this server does not wait for the disk when it commits
        done: list[int] = []

        def work(connection: Any) -> None:
            done.append(db.execute_query(ME["postgresql"])[0]["id"])
            db.execute_query("INSERT INTO orders (id) VALUES (1)")
            if len(done) == 1:
                os.kill(done[0], 9)  # PostgreSQL takes all sessions down, and recovers
            db.execute_query("INSERT INTO orders (id) VALUES (2)")

        db.run_in_transaction(work, attempts=10)

        assert ids(db) == [1, 2]
        db.close()


@pytest.mark.parametrize("kind", [Postgresql, Mariadb])
def test_a_server_that_is_away_is_told_after_some_attempts(kind: type[Server], pauses: list[float]) -> None:
    with running(kind) as server:
        server.stop()
        db = DatabaseHelper(url=server.url)

        with pytest.raises(DBAPIError, match="refused") as caught:
            db.execute_query("SELECT 1 AS one")

    assert fault_of(caught.value).kind == "lost"
    assert len(pauses) == 3


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_a_wrong_password_is_tried_once(database: Database, pauses: list[float]) -> None:
    db = DatabaseHelper(url=make_url(database.url).set(password="wr0ng-pass"))  # noqa: S106

    with pytest.raises(LoginRefused, match="hint: see .* password") as caught:
        db.execute_query("SELECT 1 AS one")

    assert pauses == []
    assert "wr0ng-pass" not in str(caught.value)


# cut off


@pytest.mark.parametrize("database", [*SERVERS, "standin"], indirect=True)
def test_work_is_done_again_when_the_network_is_cut_in_a_statement(database: Database, pauses: list[float]) -> None:
    url = make_url(database.url)
    with Proxy.to(url.port or 1433, url.host or "127.0.0.1") as network:
        db = DatabaseHelper(url=url.set(host="127.0.0.1", port=network.port))

        def work(connection: Any) -> None:
            db.execute_query("INSERT INTO orders (id) VALUES (1)")
            if not pauses:
                network.cut()
            db.execute_query("INSERT INTO orders (id) VALUES (2)")

        db.run_in_transaction(work)
        db.close()

    assert (ids(database.helper), len(pauses)) == ([1, 2], 1)


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_a_commit_whose_answer_is_lost_is_told_and_never_repeated(database: Database, pauses: list[float]) -> None:
    with Proxy.to(make_url(database.url).port or 0) as network:
        db = DatabaseHelper(url=make_url(database.url).set(port=network.port))

        def work(connection: Any) -> None:
            db.execute_query("INSERT INTO orders (id) VALUES (1)")
            network.cut_after(b"COMMIT")

        with pytest.raises(CommitUnknown, match="the connection was lost while the transaction was committed"):
            db.run_in_transaction(work)
        db.close()

    assert ids(database.helper) == [1]
    assert pauses == []


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_a_single_write_whose_answer_is_lost_is_never_repeated(database: Database, pauses: list[float]) -> None:
    with Proxy.to(make_url(database.url).port or 0) as network:
        db = DatabaseHelper(url=make_url(database.url).set(port=network.port))
        db.execute_query("SELECT 1 AS one")
        network.cut_after(b"INSERT")

        with pytest.raises(DBAPIError):
            db.execute_query("INSERT INTO orders (id) VALUES (1)")
        db.close()

    assert ids(database.helper) == []
    assert pauses == []


# locked


@pytest.mark.parametrize("database", OPEN_SOURCE, indirect=True)
def test_work_is_done_again_when_it_waited_too_long_for_a_lock(database: Database, pauses: list[float]) -> None:
    database.helper.bulk_insert("orders", [{"id": 1, "amount": 0}])
    holder = database.other()
    patience = {"postgresql": "SET LOCAL lock_timeout = '300ms'", "mariadb": "SET innodb_lock_wait_timeout = 1"}[database.name]

    def work(connection: Any) -> None:
        database.helper.execute_query(patience)
        if not pauses:
            with holder.get_connection():
                holder.execute_query("UPDATE orders SET amount = 5 WHERE id = 1")
                database.helper.execute_query("UPDATE orders SET amount = amount + 1 WHERE id = 1")
        database.helper.execute_query("UPDATE orders SET amount = amount + 1 WHERE id = 1")

    database.helper.run_in_transaction(work)

    assert database.helper.execute_query("SELECT amount FROM orders") == [{"amount": 1}]
    assert len(pauses) == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_work_is_done_again_when_it_cannot_be_put_in_an_order(database: Database, pauses: list[float]) -> None:
    database.helper.bulk_insert("orders", [{"id": 1, "amount": 0}])
    other = database.other()

    def work(connection: Any) -> None:
        database.helper.execute_query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        database.helper.execute_query("SELECT amount FROM orders")
        if not pauses:
            other.execute_query("UPDATE orders SET amount = 10 WHERE id = 1")
        database.helper.execute_query("UPDATE orders SET amount = amount + 1 WHERE id = 1")

    database.helper.run_in_transaction(work)

    assert database.helper.execute_query("SELECT amount FROM orders") == [{"amount": 11}]


LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("COMMIT")
"""


@contextlib.contextmanager
def locked_by_another_process(file: Path, seconds: float) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", LOCK, file, str(seconds)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            other.kill()


@pytest.mark.parametrize(("seconds", "waits"), [(1, True), (20, False)])
def test_sqlite_waits_for_another_process_and_says_when_it_took_too_long(seconds: float, waits: bool, tmp_path: Path) -> None:
    db = DatabaseHelper(url=f"sqlite:///{tmp_path / 'one.db'}?timeout=3")
    db.execute_query("CREATE TABLE orders (id INTEGER)")

    outcome = contextlib.nullcontext() if waits else pytest.raises(DBAPIError, match="locked")
    with locked_by_another_process(tmp_path / "one.db", seconds), outcome:
        db.execute_query("INSERT INTO orders (id) VALUES (1)")

    assert ids(db) == ([1] if waits else [])
    db.close()


# full


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 12 MB, where one can be mounted; else a folder on which no file may grow beyond that."""
    folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
    folder.chmod(0o777)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=777", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
    shutil.rmtree(folder, ignore_errors=True)


def fill(db: Any) -> None:
    db.bulk_insert("orders", ([n, os.urandom(2000).hex()] for n in range(100, 20_000)), columns=["id", "customer"])


def test_a_disk_that_is_full_is_told_and_what_was_there_stays(small_disk: Path) -> None:
    db = DatabaseHelper(url=f"sqlite:///{small_disk / 'one.db'}")
    db.execute_query("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT)")
    db.bulk_insert("orders", [{"id": 1}])

    with pytest.raises(DBAPIError, match="full"):
        fill(db)

    assert ids(db) == [1]
    db.execute_query("INSERT INTO orders (id) VALUES (2)")
    assert ids(db) == [1, 2]
    db.close()


def test_a_server_whose_disk_is_full_tells_so_and_goes_on(small_disk: Path, postgresql_url: str, pauses: list[float]) -> None:
    shutil.chown(small_disk, "postgres", "postgres")
    with create_engine(postgresql_url, isolation_level="AUTOCOMMIT").connect() as administrator:
        administrator.execute(text(f"CREATE TABLESPACE small LOCATION '{small_disk}'"))
        db = DatabaseHelper(url=postgresql_url)
        db.execute_query("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT) TABLESPACE small")
        db.bulk_insert("orders", [{"id": 1}])

        with pytest.raises(DBAPIError) as caught:
            db.run_in_transaction(lambda connection: fill(db))

        assert fault_of(caught.value).sqlstate == "53100"
        assert (ids(db), pauses) == ([1], [])
        db.execute_query("INSERT INTO orders (id) VALUES (2)")
        db.execute_query("DROP TABLE orders")
        db.close()
        administrator.execute(text("DROP TABLESPACE small"))


# told apart


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: sqlite3.connect("/nowhere/at/all.db"), "other"),
        (lambda: sqlite3.connect("file::memory:?mode=ro", uri=True).execute("SELECT nothing"), "other"),
    ],
)
def test_what_is_nothing_of_the_rest_is_other(make: Callable[[], Any], kind: str) -> None:
    with pytest.raises(sqlite3.Error) as caught:
        make()

    assert fault_of(caught.value).kind == kind
