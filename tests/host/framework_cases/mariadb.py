"""Statements that commit by themselves on MariaDB."""

import pytest


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE new (a INTEGER)",
        "TRUNCATE totals",
        "ALTER TABLE totals ADD extra INTEGER",
        "DROP TABLE totals",
        "LOCK TABLES totals WRITE",
    ],
)
def test_a_statement_that_commits(statement, db):
    """its transaction was ended by"""
    db.execute_query(statement)


def test_a_procedure_that_commits(db):
    """its transaction was ended"""
    db.execute_query("CREATE PROCEDURE closing() BEGIN COMMIT; END")
    db.execute_query("CALL closing()")
