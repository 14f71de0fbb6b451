"""The databases that the tests of one process stand on: one for each folder of samples, made once, and made anew when a test spoilt it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, NullPool, create_engine, select, type_coerce
from sqlalchemy.types import NullType

from workflow_testing.databases import Databases
from workflow_testing.isolation import Isolation
from workflow_testing.tables import read_table, table_names

KEPT = 4  # of workflows whose tests ran last


class Base:
    """A database with the samples of one folder, and the transaction that tests work in."""

    def __init__(self, databases: Databases, samples: Path | None, throw_away: Callable[[Path], bool]) -> None:
        self._databases, self._samples, self._throw_away = databases, samples, throw_away
        self.url = databases.make(samples)
        self._isolation: Isolation | None = None
        self._rows: dict[str, list[dict[str, Any]]] = {}

    @property
    def isolation(self) -> Isolation:
        """The transaction for a test."""
        if self._isolation is None:
            self._isolation = Isolation(self.url, self._throw_away)
        return self._isolation

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of one table of the samples, as the database gives them, in the order of its key."""
        self.read()
        if name not in self._rows:
            raise LookupError(f"the samples have no table {name}; they have {', '.join(sorted(self._rows))}")
        return [dict(row) for row in self._rows[name]]

    def read(self) -> None:
        """Read the rows of all tables, once; while a test works in its transaction, a lock of it could be in the way."""
        if not self._rows:
            with create_engine(self.url, poolclass=NullPool).connect() as connection:
                self._rows = {name: _rows_of(connection, name) for name in table_names(connection)}

    def clone(self) -> URL:
        """A copy of this database."""
        self.release()  # PostgreSQL copies only what nobody is connected to
        return self._databases.clone(self.url, self._samples)

    def release(self) -> None:
        """Let go of the connection."""
        if self._isolation is not None:
            self._isolation.close()
            self._isolation = None

    def drop(self) -> None:
        """Take the database away."""
        self.release()
        self._databases.drop(self.url)


class Bases:
    """The bases of this process, by folder of samples; those that were not used lately are dropped."""

    def __init__(self, databases: Databases, throw_away: Callable[[Path], bool]) -> None:
        self._databases, self._throw_away = databases, throw_away
        self._bases: OrderedDict[Path | None, Base] = OrderedDict()

    def of(self, samples: Path | None) -> Base:
        """The base with these samples (None: an empty database)."""
        if samples not in self._bases:
            while len(self._bases) >= KEPT:
                self._bases.popitem(last=False)[1].drop()
            self._bases[samples] = Base(self._databases, samples, self._throw_away)
        self._bases.move_to_end(samples)
        return self._bases[samples]

    def forget(self, samples: Path | None) -> None:
        """Drop a base that a test spoilt; the next test makes a new one."""
        self._bases.pop(samples).drop()

    def drop_clone(self, url: URL) -> None:
        """Drop what `Base.clone` made."""
        self._databases.drop(url)

    def close(self) -> None:
        """Drop everything."""
        for base in self._bases.values():
            base.release()
        self._databases.drop_all()


def _rows_of(connection: Connection, name: str) -> list[dict[str, Any]]:
    found = read_table(connection, name)
    columns = [type_coerce(each, NullType()).label(each.name) for each in found.columns]
    return [dict(row) for row in connection.execute(select(*columns).order_by(*found.primary_key.columns)).mappings()]
