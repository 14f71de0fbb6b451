"""What a connection asks for: scripted answers first, then a little T-SQL, then SQLite."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.tds import wire
from tests.tds.dialect import columns_of, stage_of, to_sqlite, to_sqlite_value, typed
from tests.tds.script import Action, Drop, Error, Hang, Result, Rule


class Rows(NamedTuple):
    """A result set as it is sent."""

    names: list[str]
    columns: list[wire.Column]
    rows: list[tuple[Any, ...]]


Answer = Rows | int | Error | None
Values = Mapping[str, Any]
_EXEC = re.compile(r"exec(?:ute)?\s+(?:@(\w+)\s*=\s*)?([\w.\[\]\"]+)\s*(.*)$", re.IGNORECASE | re.DOTALL)
_ARGUMENT = re.compile(r"(?:@(\w+)\s*=\s*)?(@\w+|N?'(?:[^']|'')*'|[-\w.]+)(\s+out(?:put)?)?$", re.IGNORECASE)
_CATALOG = {
    "serverproperty('productversion')": ("", "16.0.4000.4"),
    "select @@version": ("", "Microsoft SQL Server 2022 (RTM) - 16.0.4000.4 (X64)"),
    "select schema_name()": ("", "dbo"),
    "test max support": ("", "test max support"),
    "transaction_isolation_level": ("transaction_isolation_level", 2),
    "has_perms_by_name(": ("", 1),
}
_SILENT = re.compile(
    r"set (implicit_transactions|nocount|xact_abort|textsize|quoted_identifier|ansi_|transaction|lock_timeout|fmtonly)|use "
)


@dataclass
class World:
    """What all connections of a server share."""

    file: Path
    rules: list[Rule] = field(default_factory=list)
    procedures: dict[str, Result] = field(default_factory=dict)
    statements: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    declared: list[tuple[str, str]] = field(default_factory=list)
    logins: list[dict[str, Any]] = field(default_factory=list)
    login_errors: list[Error] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)


class Engine:
    """Runs the statements of one connection. *hang* and *drop* do what a script says to the connection."""

    def __init__(self, world: World, hang: Callable[[float], None], drop: Callable[[], None]) -> None:
        self.world, self.hang, self.drop = world, hang, drop
        self.database = sqlite3.connect(world.file, isolation_level=None, timeout=2)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA foreign_keys=ON")
        self.transaction = 0
        self.implicit = False

    def begin(self) -> None:
        if not self.transaction:
            self.transaction = 1
            self.database.execute("BEGIN")

    def end(self, commit: bool) -> None:
        if self.transaction:
            self.transaction = 0
            self.database.execute("COMMIT" if commit else "ROLLBACK")

    def run(self, sql: str, values: Values) -> list[Answer]:
        """Run a batch.

        Raises:
            Error: as SQL Server would answer.
        """
        self.world.statements.append((sql, dict(values)))
        for rule in self.world.rules:
            if rule.takes(sql) and (answers := self._act(rule.action)) is not None:
                return answers
        plain = " ".join(sql.strip().rstrip(";").split())
        if re.search(r"\bexec(ute)?\s|^\{call", plain, re.IGNORECASE):
            return self._batch(plain, dict(values))
        return [self._statement(plain, values)]

    def declared(self, table: str, columns: str) -> list[str]:
        """The types of columns as their table was made with them."""
        rows = self.database.execute(f"PRAGMA table_info({to_sqlite(table)})")
        kinds = {row[1]: row[2].upper() for row in rows}
        return [kinds.get(column.strip(' []"'), "") for column in columns.split(",")]

    def call(self, name: str, arguments: Values) -> Result:
        """Call a procedure that a test made known."""
        plain = re.sub(r"[\[\]\"]", "", name).lower()
        if plain.endswith("sp_sproc_columns_100"):
            return self._parameters(str(arguments.get("procedure_name")))
        if plain.endswith("sp_datatype_info_100"):
            size = {12: 8000, -9: 4000, -3: 8000, 93: 27}.get(arguments["0"], 0)
            return Result([(["type_name", "data_type", "precision"], [("?", arguments["0"], size)])])
        for rule in self.world.rules:
            if rule.takes(f"exec {plain}") and (answers := self._act(rule.action)) is not None:
                return Result(answers)  # type: ignore[arg-type]
        result = self.world.procedures.get(plain) or self.world.procedures.get(f"dbo.{plain}")
        if result is None:
            raise Error(2812, f"Could not find stored procedure '{name}'.")
        return result

    def _act(self, action: Action) -> list[Answer] | None:
        """Do what a script says; None to go on with the statement."""
        if isinstance(action, Hang):
            self.hang(action.seconds)
            return None
        if isinstance(action, Drop):
            self.drop()
        if isinstance(action, Error):
            raise action
        return self.answers_of(action) if isinstance(action, Result) else None

    def answers_of(self, result: Result) -> list[Answer]:
        return [_rows(*each) if isinstance(each, tuple) else each for each in result.sets]

    def _parameters(self, name: str) -> Result:
        """What sp_sproc_columns tells of a procedure."""
        result = self.world.procedures.get(f"dbo.{name}".lower(), Result())
        names = [
            "qualifier",
            "owner",
            "procedure_name",
            "column_name",
            "column_type",
            "data_type",
            "type_name",
            "precision",
            "length",
            "scale",
        ]
        rows = [("master", "dbo", f"{name};1", f"@{each[0]}", each[1], 0, *each[2:]) for each in result.parameters]
        return Result([(names, rows)] if rows else [])

    def _statement(self, sql: str, values: Values) -> Answer:
        low = sql.lower()
        for sign, (name, value) in _CATALOG.items():
            if sign in low:
                return _rows([name], [(value,)])
        if "fn_listextendedproperty" in low:
            return _rows([""], [])
        if _SILENT.match(low):
            if "implicit_transactions" in low:
                self.implicit = low.endswith("on")
            return None
        if re.match(r"(if @@trancount > 0 )?(commit|rollback)( tran(saction)?)?$", low):
            return self.end("commit" in low)
        if re.match(r"(if @@trancount = 0 )?begin tran", low):
            return self.begin()
        return self._sqlite(sql, values)

    def _sqlite(self, sql: str, values: Values) -> Answer:
        sql = to_sqlite(sql)
        sql = stage_of(self.database, sql) or sql
        if (
            self.implicit
            and not self.transaction
            and re.match(r"select .* from|insert|update|delete|create|drop|alter|with", sql, re.IGNORECASE)
        ):
            self.begin()
        try:
            cursor = self.database.execute(sql, {name: to_sqlite_value(value) for name, value in values.items()})
            if not cursor.description:
                return max(cursor.rowcount, 0) if re.match("insert|update|delete", sql, re.IGNORECASE) else None
            names, found = [column[0] for column in cursor.description], cursor.fetchall()
        except sqlite3.Error as error:
            raise _as_sql_server(error) from None
        columns = columns_of(self.database, sql, names, found)
        return Rows(names, columns, [typed(columns, row) for row in found])

    def _batch(self, sql: str, variables: dict[str, Any]) -> list[Answer]:
        """DECLARE …; EXEC @r = p @a = @P1, @b = @x OUTPUT; SELECT @r AS [r], @x"""
        answers: list[Answer] = []
        call = re.match(r"\{call\s+([\w.\[\]]+)\s*\(?(.*?)\)?\s*\}$", sql, re.IGNORECASE)
        for statement in [f"exec {call[1]} {call[2]}"] if call else [each.strip() for each in sql.split(";")]:
            if re.match(r"declare", statement, re.IGNORECASE):
                for name, value in re.findall(r"@(\w+) [\w(), ]+?(?:\s*=\s*@(\w+))?(?:,|$)", statement):
                    variables[name] = variables.get(value)
            elif found := _EXEC.match(statement):
                answers += self._exec(found, variables)
            elif re.match(r"select @", statement, re.IGNORECASE):
                shown = re.findall(r"@(\w+)(?:\s+as\s+\[?(\w+)\]?)?", statement, re.IGNORECASE)
                answers.append(_rows([alias or name for name, alias in shown], [tuple(variables.get(name) for name, _ in shown)]))
            elif statement:
                answers.append(self._statement(statement, variables))
        return answers

    def _exec(self, found: re.Match[str], variables: dict[str, Any]) -> list[Answer]:
        arguments: dict[str, Any] = {}
        outputs: list[tuple[str, str]] = []
        for place, text in enumerate(each.strip() for each in found[3].split(",") if each.strip()):
            argument = _ARGUMENT.match(text)
            if not argument:
                raise Error(102, f"Incorrect syntax near '{text}'.", 15)
            name = argument[1] or str(place)
            arguments[name] = _value(argument[2], variables)
            if argument[3]:
                outputs.append((name, argument[2][1:]))
        self.world.statements.append((found[2], dict(arguments)))
        result = self.call(found[2], arguments)
        if found[1]:
            variables[found[1]] = result.status
        variables.update({variable: result.outputs.get(name) for name, variable in outputs})
        return self.answers_of(result)


def _rows(names: list[str], rows: list[tuple[Any, ...]]) -> Rows:
    values = zip(*rows, strict=True) if rows else [()] * len(names)
    return Rows(names, [wire.column_of(column) for column in values], rows)


def _value(text: str, variables: Values) -> Any:
    if text.startswith("@"):
        return variables.get(text[1:])
    if "'" in text:
        return text.removeprefix("N")[1:-1].replace("''", "'")
    return None if text.lower() == "null" else float(text) if "." in text else int(text)


def _as_sql_server(error: sqlite3.Error) -> Error:
    message = str(error)
    if isinstance(error, sqlite3.IntegrityError):
        number = 2627 if "UNIQUE" in message else 515 if "NOT NULL" in message else 547
        return Error(number, f"Violation of a constraint: {message}", 14)
    if "no such table" in message:
        return Error(208, f"Invalid object name '{message.split(': ')[-1]}'.")
    if "locked" in message:
        return Error(1222, "Lock request time out period exceeded.")
    return Error(102, f"Incorrect syntax: {message}", 15)
