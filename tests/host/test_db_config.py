"""`utils/db_config.py` and `utils/db_address.py`: what is configured, where it came from, and what nobody may see."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote

import db_config
import pytest
from db_address import read_settings
from db_config import ConfigError, explain_config, load_config, mask, remember_secret
from db_helper import DatabaseHelper
from sqlalchemy.exc import DBAPIError

SETTINGS = """
[api]
endpoint = "https://api.example.org/v1"
retries = 3
share = 0.5
verify = true
tags = ["a", "b"]
[database]
url = "mssql+pyodbc://svc@db1/sales"
[environments.production.api]
endpoint = "https://api.example.org/live"
[environments.production.database]
url = "mssql+pyodbc://svc@db9/sales"
"""


@pytest.fixture
def settings(config: Path) -> Path:
    (config / "settings.toml").write_text(SETTINGS)
    return config


@pytest.fixture(autouse=True)
def _forget_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the secrets of another one."""
    monkeypatch.setattr(db_config, "_secrets", set())
    monkeypatch.setattr(db_config, "_known", db_config.re.compile(""))
    db_config._mask_output.cache_clear()
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)


# places


def test_each_place_is_over_the_one_before(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings / "secrets.toml").write_text(
        "[four]\nvalue = 'secrets'\n[five]\nvalue = 'secrets'\n[environments.production.five]\nvalue = 'own'\n"
    )
    for number in ("two", "three", "four", "five"):
        with open(settings / "settings.toml", "a") as file:
            file.write(f"[{number}]\nvalue = 'settings'\n[environments.production.{number}]\nvalue = 'environment'\n")
    for number in ("three", "four", "five"):
        monkeypatch.setenv(f"WORKFLOW_{number.upper()}__VALUE", "variable")
    monkeypatch.setenv("WORKFLOW_ENVIRONMENT", "production")

    values = {number: load_config()[number]["value"] for number in ("two", "three", "four", "five")}

    assert values == {"two": "environment", "three": "variable", "four": "secrets", "five": "own"}


def test_an_environment_is_one_of_the_file(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_config()["api"]["endpoint"] == "https://api.example.org/v1"
    monkeypatch.setenv("WORKFLOW_ENVIRONMENT", "production")
    assert load_config()["api"]["endpoint"] == "https://api.example.org/live"
    assert "environments" not in load_config()

    monkeypatch.setenv("WORKFLOW_ENVIRONMENT", "prod")
    with pytest.raises(ConfigError, match=r'WORKFLOW_ENVIRONMENT is "prod", and \[environments\] of config/settings.toml has: production'):
        load_config()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("RETRIES", "5", 5), ("SHARE", "1", 1.0), ("VERIFY", "no", False), ("TAGS", "x, y", ["x", "y"]), ("NEW", "5", "5")],
)
def test_a_variable_takes_the_type_of_what_it_replaces(
    name: str, text: str, value: Any, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"WORKFLOW_API__{name}", text)

    assert load_config()["api"][name.lower()] == value


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("WORKFLOW_API__VERIFY", "maybe", 'WORKFLOW_API__VERIFY must be true or false, not "maybe"'),
        ("WORKFLOW_API__SHARE", "half", 'WORKFLOW_API__SHARE must be a number, not "half"'),
        (
            "WORKFLOW_API__SHARE__MORE",
            "1",
            r"\[api\] share is a value, so that \[api.share\] more cannot be set",
        ),
        ("WORKFLOW_DATABASE__URL", "nonsense", r"\[database\] url is not an address such as"),
    ],
)
def test_a_variable_that_does_not_fit_is_named(
    variable: str, text: str, message: str, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, text)

    with pytest.raises(ConfigError, match=message):
        read_settings("default")


def test_a_key_that_is_missing_says_where_to_write_it(settings: Path) -> None:
    with pytest.raises(KeyError) as caught:
        _ = load_config()["api"]["token"]

    where = "write it into config/settings.toml (secrets: config/secrets.toml, or WORKFLOW_API__TOKEN)"
    assert str(caught.value) == f"[api] token is not set: {where}"


def test_each_value_is_explained_and_secrets_are_masked(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings / "secrets.toml").write_text(
        "[database]\npassword = 'p4ssw0rd!'\n[smtp]\nuser = 'mailer'\nurl = 'smtp://mailer:in-the-url@mail'\n"
    )
    monkeypatch.setenv("WORKFLOW_API__TOKEN", "tok-123456")
    monkeypatch.setenv("WORKFLOW_ENVIRONMENT", "production")

    lines = [" | ".join(re.split("  +", line)) for line in explain_config().splitlines()]

    assert [line for line in lines if not line.startswith("[access_log]")] == [
        '[api] endpoint | "https://api.example.org/live" | config/settings.toml [environments.production]',
        "[api] retries | 3 | config/settings.toml",
        "[api] share | 0.5 | config/settings.toml",
        '[api] tags | ["a", "b"] | config/settings.toml',
        "[api] token | *** | WORKFLOW_API__TOKEN",
        "[api] verify | true | config/settings.toml",
        "[database] password | *** | config/secrets.toml",
        '[database] url | "mssql+pyodbc://svc@db9/sales" | config/settings.toml [environments.production]',
        '[smtp] url | "smtp://mailer:***@mail" | config/secrets.toml',
        '[smtp] user | "mailer" | config/secrets.toml',
    ]


def test_a_variable_sets_a_key_with_capitals(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config / "settings.toml").write_text("[Api]\nbaseUrl = 'x'\nretries = 3\n")
    for name, value in (("BASEURL", "y"), ("RETRIES", "5"), ("NEW", "z")):
        monkeypatch.setenv(f"WORKFLOW_API__{name}", value)

    assert load_config()["Api"] == {"baseUrl": "y", "retries": 5, "new": "z"}


def test_the_module_itself_prints_the_explanation() -> None:
    file = Path(str(db_config.__file__))

    done = subprocess.run([sys.executable, file], capture_output=True, text=True, check=True)

    assert "[processing] batch_size" in done.stdout
    assert "config/settings.toml" in done.stdout


# databases


def test_the_password_is_a_key_of_its_own_with_every_character(settings: Path) -> None:
    (settings / "secrets.toml").write_text("""[database]\npassword = '''p@s/s:w%rd;{}"'#é'''\n""", encoding="utf-8")

    assert read_settings("default").url.password == """p@s/s:w%rd;{}"'#é"""  # noqa: S105


def test_all_that_may_be_said_of_a_database_is_read(settings: Path) -> None:
    with open(settings / "settings.toml", "a") as file:
        file.write("[database.warehouse]\nurl = 'postgres://h/d'\nuser = 'ada'\nread_only = true\nread_only_user = 'reader'\n")
        file.write("timeout = 5\nconnect_timeout = 3\npool_size = 2\n")

    found = read_settings("warehouse")

    assert str(found.url) == "postgresql+psycopg://ada@h/d"
    assert found.read_only_user == "reader"
    assert (found.read_only, found.timeout, found.connect_timeout, found.pool_size) == (True, 5.0, 3, 2)


def test_a_password_for_production_does_not_disturb_sqlite(config: Path) -> None:
    (config / "settings.toml").write_text("[database]\nurl = 'sqlite:///data/a.db'\nuser = 'ada'\npassword = 'p4ssw0rd!'\n")

    assert DatabaseHelper().execute_query("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[database]\nurl = 'sqlite://'\npasword = 'x'", r"\[database\] pasword is not known, did you mean password"),
        ("[database]\nurl = 'sqlite://'\ntimeout = 'soon'", r"\[database\]: could not convert string to float"),
        ("[database.other]\nurl = 'sqlite://'", r"\[database\] url is not set: write it into config/settings.toml"),
    ],
)
def test_what_is_wrong_with_a_database_is_named(text: str, message: str, config: Path) -> None:
    (config / "settings.toml").write_text(text)

    with pytest.raises(ConfigError, match=message):
        DatabaseHelper().execute_query("SELECT 1 AS one")


def test_a_database_that_is_not_configured_is_named(settings: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[database.warehouse\] url is not set"):
        _ = DatabaseHelper("warehouse").url


def test_a_driver_that_is_not_installed_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ConfigError, match=r"postgresql\+psycopg needs psycopg: python -m pip install psycopg"):
        _ = DatabaseHelper(url="postgresql://of-this-test/d").engine


# secrets

SECRET = 'pa"s}s;w@rd/é%'  # noqa: S105


@pytest.fixture
def log() -> Any:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("test")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield logger, stream
    logger.removeHandler(handler)


def in_odbc(text: str) -> str:
    return f"PWD={{{text.replace('}', '}}')}}}"


def in_address(text: str) -> str:
    return f"postgresql://u:{quote(text, safe='')}@h"


@pytest.mark.parametrize("form", [str, repr, json.dumps, in_odbc, in_address])
def test_a_secret_is_in_no_log_in_whatever_form(form: Any, settings: Path, log: Any) -> None:
    (settings / "secrets.toml").write_text(f"[api]\nkey_of_service = '''{SECRET}'''\n", encoding="utf-8")
    config = load_config()
    logger, stream = log

    logger.info("sent %s to %s", form(SECRET), "server")
    logger.warning(f"it was {form(SECRET)}")  # noqa: G004
    logger.info("%(a)s", {"a": config})

    assert "***" in stream.getvalue()
    assert "s;w" not in stream.getvalue()


def test_a_secret_is_in_no_traceback_of_a_log(log: Any) -> None:
    remember_secret(SECRET)
    logger, stream = log

    try:
        raise RuntimeError("connecting with " + SECRET)
    except RuntimeError:
        logger.exception("it failed")

    assert "connecting with ***" in stream.getvalue()
    assert SECRET not in stream.getvalue()


UNCAUGHT = """
import sys, threading
sys.path.insert(0, {utils!r})
from db_config import remember_secret
remember_secret("s3cret" + "-value")

def fail(text):
    raise RuntimeError(text)

if sys.argv[1] == "thread":
    thread = threading.Thread(target=fail, args=("no entry with " + "s3cret" + "-value",))
    thread.start()
    thread.join()
else:
    fail("no entry with " + ("s3cret" + "-value" if sys.argv[1] == "secret" else "a key"))
"""


@pytest.mark.parametrize(("way", "shown"), [("secret", "***"), ("thread", "***"), ("plain", "a key")])
def test_an_error_that_nobody_caught_shows_no_secret(way: str, shown: str) -> None:
    script = UNCAUGHT.format(utils=str(Path(str(db_config.__file__)).parent))

    done = subprocess.run([sys.executable, "-c", script, way], capture_output=True, text=True, check=False)

    assert f"RuntimeError: no entry with {shown}\n" in done.stderr
    assert "s3cret-value" not in done.stderr
    assert done.returncode == (0 if way == "thread" else 1)


def test_other_log_records_are_left_as_they_are(log: Any) -> None:
    remember_secret(SECRET)
    logger, stream = log

    logger.info("%s is %d", "answer", 42)
    logger.info("100 %", *[])

    assert stream.getvalue() == "answer is 42\n100 %\n"


def test_a_section_shows_no_secret_when_it_is_printed(settings: Path) -> None:
    (settings / "secrets.toml").write_text("[database]\npassword = 'p4ssw0rd!'\n")

    config = load_config()

    assert "p4ssw0rd!" not in repr(config) + str(config) + f"{config['database']}"
    assert config["database"]["password"] == "p4ssw0rd!"  # noqa: S105


@pytest.mark.parametrize("secret", ["z", "no", "the", "12"])
def test_a_short_secret_is_not_shown_where_it_surely_stands(secret: str, settings: Path, log: Any) -> None:
    (settings / "secrets.toml").write_text(f"[api]\nanswer = '{secret}'\n[database]\npassword = '{secret}'\n")
    config, (logger, stream) = load_config(), log
    db = DatabaseHelper(url=f"postgresql://u:{secret}@127.0.0.1:1/no?connect_timeout=1")

    logger.info("%s %r %s", db.url.render_as_string(hide_password=False), {"password": secret}, json.dumps(config["database"]))
    logger.info("%s %s %s", config, config["api"], explain_config())
    with pytest.raises(DBAPIError) as failed, db.get_connection():
        pass
    logger.error("it failed", exc_info=failed.value)

    alone = rf"(?<!\w)(?:'{secret}'|\"{secret}\"|:{secret}@|={secret}\b)"
    assert stream.getvalue().count("***") >= 8
    assert not re.search(alone, stream.getvalue() + str(failed.value) + repr(failed.value))
    assert "the server" in mask("the server said no to a 12th")


@pytest.mark.parametrize(("number", "text"), [("5", "ab"), ("true", "ab")])
def test_a_variable_with_a_secret_of_the_wrong_form_is_not_shown(
    number: str, text: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (config / "settings.toml").write_text(f"[api]\ntoken = {number}\n")
    monkeypatch.setenv("WORKFLOW_API__TOKEN", text)

    with pytest.raises(ConfigError, match=r'WORKFLOW_API__TOKEN must be .*, not "\*\*\*"'):
        load_config()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ada:pw@h/d", "postgresql://ada:***@h/d"),
        ("DRIVER={x};UID=ada;PWD={a}}b;c};Encrypt=yes", "DRIVER={x};UID=ada;PWD=***;Encrypt=yes"),
        ("password=abc def", "password=*** def"),
        ("UID=ada;PWD=a%b,c;Encrypt=yes", "UID=ada;PWD=***;Encrypt=yes"),
        ("odbc_connect=UID%3Da%3BPWD%3Dsecret%3BX", "odbc_connect=UID%3Da%3BPWD%3D***%3BX"),
        ("the password is wrong", "the password is wrong"),
        ("postgresql://ada:p@w@h/d", "postgresql://ada:***@h/d"),
        ("postgresql://h/d?user=a&sslpassword=ab&x=1", "postgresql://h/d?user=a&sslpassword=***&x=1"),
        ("https://h/?api_key=ab&page=2", "https://h/?api_key=***&page=2"),
        ("connect(user='ada', password='ab')", "connect(user='ada', password=***)"),
        ("{'user': 'ada', 'password': 'ab', 'n': 1}", "{'user': 'ada', 'password': '***', 'n': 1}"),
        (r'{"api_key": "a\"b", "url": "x"}', '{"api_key": "***", "url": "x"}'),
        ("token=next, tokens = 5", "token=next, tokens = 5"),
        ("{'password_length': 3, 'tokens': 'few'}", "{'password_length': 3, 'tokens': 'few'}"),
        ("SELECT password FROM users", "SELECT password FROM users"),
    ],
)
def test_what_stands_where_a_password_stands_is_masked(text: str, shown: str) -> None:
    assert mask(text) == shown


def test_no_error_of_a_database_or_driver_shows_a_secret(settings: Path, tmp_path: Path) -> None:
    remember_secret("s3cret-value")
    db = DatabaseHelper(url=f"sqlite:///{tmp_path / 'one.db'}")

    try:
        db.execute_query("SELECT 's3cret-value' FROM nowhere_s3cret-value")
    except Exception as error:  # noqa: BLE001
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__) + str(vars(error))
    db.close()

    assert "nowhere_" in shown
    assert "s3cret-value" not in shown.replace("db.execute_query(\"SELECT 's3cret-value' FROM nowhere_s3cret-value\")", "")
