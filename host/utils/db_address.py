"""Which database: its address and how it is opened, from the section `[database]` of the configuration.

    [database]                 # DatabaseHelper()
    url = "mssql+pyodbc://svc_sales@db1.example.org/sales"
    timeout = 300              # seconds that a statement may take
    [database.warehouse]       # DatabaseHelper("warehouse")
    url = "postgresql://db2.example.org/warehouse"
    read_only = true

The password is the key `password` of the same section in config/secrets.toml, as it is: no character of it needs an escape.
"""

from __future__ import annotations

import importlib
import re
import struct
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import db_config
from db_config import ConfigError, Section, remember_secret, workflow_name
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {"postgresql": "psycopg", "postgres": "psycopg", "mysql": "pymysql", "mariadb": "pymysql", "mssql": "pyodbc"}
KEYS = ("url", "user", "password", "authentication", "read_only", "read_only_user", "timeout", "connect_timeout", "pool_size")
TOKEN_SCOPE = "https://database.windows.net/.default"  # noqa: S105 - the name of a service
TOKEN_ATTRIBUTE = 1256  # SQL_COPT_SS_ACCESS_TOKEN of Microsoft's ODBC driver

_ODBC_PAIR = re.compile(r"\s*([^=;]+?)\s*=\s*(\{(?:[^}]|\}\})*\}|[^;]*)\s*(?:;|$)")
_ODBC_NAMES = {"uid": "user", "user id": "user", "pwd": "password", "address": "server", "addr": "server", "initial catalog": "database"}


@dataclass(frozen=True)
class Settings:
    """One database: its address and how it is opened. Times are in seconds.

    *read_only_user* is the user of an SQL Server database that `read_only` connections act as, and cannot stop acting as.
    """

    url: URL
    authentication: str = ""
    read_only: bool = False
    timeout: float | None = None
    connect_timeout: int = 15
    pool_size: int = 5
    read_only_user: str = ""

    @cached_property
    def limited(self) -> bool:
        """Whether a statement that reads needs more than a connection: a limit that SQLite keeps, a transaction that is undone."""
        return bool(self.family == "sqlite" and self.timeout) or (self.family == "mssql" and self.read_only)

    def __hash__(self) -> int:  # the key of the engines, asked for with every statement
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.url)

    @cached_property
    def family(self) -> str:
        """`sqlite`, `mssql`, `postgresql`, or `mysql` for MariaDB."""
        name = self.url.get_backend_name()
        return "mysql" if name == "mariadb" else name


def settings_of(address: str | URL, *, read_only: bool = False) -> Settings:
    """The settings of an address that is given, not configured."""
    return Settings(complete(_parsed(address, "the address")), read_only=read_only)


def read_settings(name: str, *, read_only: bool = False) -> Settings:
    """The settings of a database of the configuration.

    Raises:
        ConfigError: there is no such section or address, a key is not known, or a value has the wrong form.
    """
    section = db_config.load_config().get("database", Section("database", {}))
    if name != "default":
        section = section.get(name, Section(f"database.{name}", {}))
    for key, value in section.items():
        if key not in KEYS and not isinstance(value, dict):
            near = "".join(f", did you mean {each}" for each in get_close_matches(key, KEYS, 1))
            raise ConfigError(f"[{section.name}] {key} is not known{near} (known: {', '.join(KEYS)})")
    url = _parsed(section["url"], f"[{section.name}] url")
    if url.get_backend_name() != "sqlite":  # which has no users, where a developer tries what has them elsewhere
        url = url.set(username=_text(section, "user"), password=_text(section, "password"))
    try:
        return Settings(
            complete(url),
            str(section.get("authentication", "")),
            read_only or bool(section.get("read_only", False)),
            float(section.get("timeout", 0)) or None,
            int(section.get("connect_timeout", 15)),
            int(section.get("pool_size", 5)),
            str(section.get("read_only_user", "")),
        )
    except (TypeError, ValueError) as error:
        raise ConfigError(f"[{section.name}]: {error}") from None


def complete(url: URL) -> URL:
    """Add what the address leaves open: the driver, encryption for SQL Server, the folder of an SQLite file."""
    family = url.get_backend_name()
    if "+" not in url.drivername and family in DRIVERS:
        url = url.set(drivername=f"{family.replace('postgres', 'postgresql') if family == 'postgres' else family}+{DRIVERS[family]}")
    if family == "sqlite":
        return _absolute(url)
    if "odbc_connect" in url.query:
        url = _from_odbc(url)
    if url.password:
        remember_secret(url.password)
    return with_default(url, Encrypt="yes") if family == "mssql" else url


def with_session(settings: Settings) -> URL:
    """The address as it is opened: with the ODBC driver, the name of the workflow, and the way to log in."""
    url = settings.url
    if settings.family != "mssql":
        return url
    authentication = settings.authentication
    if authentication.lower() == "windows":
        url = URL.create(url.drivername, host=url.host, port=url.port, database=url.database, query=url.query)
    elif authentication.lower() not in ("", "sql", "token"):
        url = with_default(url, authentication=authentication)  # in small letters: SQLAlchemy looks for it
    if settings.read_only:
        url = with_default(url, ApplicationIntent="ReadOnly")
    if url.get_driver_name() == "pyodbc":
        return with_default(url, driver=_newest_driver(), APP=workflow_name())
    return url if url.username or authentication else with_default(url, Trusted_Connection="yes")


def with_default(url: URL, **options: str) -> URL:
    """Add options that the address does not have yet, whatever their case."""
    there = {key.lower() for key in url.query}
    return url.update_query_dict({key: value for key, value in options.items() if key.lower() not in there})


def send_token(arguments: list[Any], parameters: dict[str, Any]) -> None:
    """Log in to SQL Server with a token of Microsoft Entra ID, a fresh one for each connection."""
    token = entra_token()
    remember_secret(token)
    data = token.encode("utf-16-le")
    arguments[0] = re.sub(r"(?i);?Trusted_Connection=yes", "", arguments[0])
    parameters["attrs_before"] = {TOKEN_ATTRIBUTE: struct.pack(f"<I{len(data)}s", len(data), data)}


def entra_token() -> str:
    """A token for SQL Server from azure-identity: of a managed identity, a service principal, a developer who is logged in, …

    Raises:
        ConfigError: azure-identity is not installed.
    """
    return str(_credential().get_token(TOKEN_SCOPE).token)


@cache
def _credential() -> Any:
    try:
        return importlib.import_module("azure.identity").DefaultAzureCredential()
    except ImportError:
        raise ConfigError('[database] authentication = "token" needs azure-identity: python -m pip install azure-identity') from None


def _parsed(address: str | URL, where: str) -> URL:
    try:
        return make_url(address)
    except ArgumentError:
        raise ConfigError(f"{where} is not an address such as mssql+pyodbc://HOST/DATABASE or sqlite:///data/workflows.db") from None


def _text(section: Section, key: str) -> str | None:
    value = section.get(key)
    return None if value is None else str(value)


def _absolute(url: URL) -> URL:
    """A relative SQLite file lies in the repository, wherever a script is started."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:") or Path(url.database).is_absolute():
        return url
    file = db_config.CONFIG_FOLDER.parent / url.database
    file.parent.mkdir(parents=True, exist_ok=True)
    return url.set(database=str(file))


def _from_odbc(url: URL) -> URL:
    """Take an ODBC connection string apart: SQLAlchemy would show the password that stands in it."""
    text = url.query["odbc_connect"]
    pairs = {key.lower(): value for key, value in _ODBC_PAIR.findall(text if isinstance(text, str) else text[0])}
    parts = {_ODBC_NAMES.get(key, key): value[1:-1].replace("}}", "}") if value.startswith("{") else value for key, value in pairs.items()}
    host, _, port = parts.pop("server", "").removeprefix("tcp:").partition(",")
    parts.pop("trusted_connection", None)  # SQLAlchemy's own word where there is no user
    return URL.create(
        url.drivername,
        username=parts.pop("user", None),
        password=parts.pop("password", None),
        host=host or None,
        port=int(port) if port else None,
        database=parts.pop("database", "") or ("" if "dsn" not in parts else None),
        query=parts,
    )


def _newest_driver() -> str:
    """Microsoft's newest ODBC driver on this machine."""
    names = [name for name in importlib.import_module("pyodbc").drivers() if re.fullmatch(r"ODBC Driver \d+ for SQL Server", name)]
    return max(names, key=lambda name: int(name.split()[2]), default="ODBC Driver 18 for SQL Server")
