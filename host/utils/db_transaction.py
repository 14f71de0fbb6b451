"""Transactions: committed at their end, or not at all; and parts of them that are undone by themselves.

A process that is forked inside of one leaves it to its parent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import db_engine
from db_address import Settings
from db_errors import CommitUnknown, TransactionUndone, fault_of, undone_by
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


@contextmanager
def transaction(settings: Settings) -> Iterator[Connection]:
    """One transaction: committed at the end, rolled back on any exception.

    Raises:
        CommitUnknown: the connection was lost while it was committed.
        TransactionUndone: the body went on after an error for which the database had undone all that came before it.
    """
    process = os.getpid()
    with db_engine.connect(db_engine.engines(settings).work) as connection:
        begun = connection.begin()
        connection.info.pop("faults", None)
        try:
            yield connection
        except BaseException:
            if os.getpid() == process:
                with suppress(DBAPIError):  # the connection may be gone, and the transaction with it
                    begun.rollback()
            raise
        if os.getpid() == process and not settings.read_only:
            _commit(connection, settings.family)


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a transaction that is undone by itself; where the database has undone all of it, the error tells why."""
    process, part = os.getpid(), connection.begin_nested()
    try:
        yield
    except BaseException:
        if os.getpid() == process:
            with suppress(DBAPIError):
                part.rollback()
        raise
    if os.getpid() == process:
        part.commit()


def _commit(connection: Connection, family: str) -> None:
    if fault := undone_by(connection, family):
        connection.rollback()
        name = fault.number or fault.sqlstate or fault.kind
        hint = "let the error pass, or put the statement that may fail into a get_connection() of its own"
        message = f"nothing is committed: an error ({name}) undid this transaction, and the code went on\n  hint: {hint}"
        raise TransactionUndone(message, fault)
    try:
        connection.commit()
    except DBAPIError as error:
        if fault_of(error).kind != "lost":
            raise
        message = "the connection was lost while the transaction was committed: look whether it was, before running it again"
        raise CommitUnknown(message, fault_of(error)) from error
