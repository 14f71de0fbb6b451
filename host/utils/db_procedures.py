"""Stored procedures: called as their database calls them, read to the end, with what they give back.

| database   | call                            | result sets        | outputs                           | return value |
| SQL Server | DECLARE …; EXEC @r = p @a = ?   | all                | asked for, or found by the server | yes          |
| PostgreSQL | CALL p(a => …), SELECT * FROM f | of a function: one | INOUT and OUT of a procedure      | -            |
| MariaDB    | CALL p(?, @b)                   | all                | INOUT and OUT                     | -            |
| SQLite     | a Python function               | one                | -                                 | -            |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from db_engine import TOLD
from db_read import result_sets
from db_sql import Row, as_rows, for_driver, quoted, with_zone
from sqlalchemy import Connection

_PLAIN_NAME = re.compile(r"[^\W\d]\w*")
_PLAIN_TYPE = re.compile(r"[A-Za-z]\w*(\.\w+)?\s*(\(\s*(\d+|max)\s*(,\s*\d+\s*)?\))?", re.IGNORECASE)
_LENGTHS = ("char", "varchar", "binary", "varbinary")


class ProcedureResult(NamedTuple):
    """What a stored procedure gave back: its result sets, output parameters and return value, where the database has them."""

    result_sets: list[list[Row]]
    outputs: dict[str, Any]
    return_value: Any


class Call(NamedTuple):
    """A procedure by its name, as its users say it and as it is sent, and its parameters. *types* are those of its outputs, if given."""

    connection: Connection
    name: str
    quoted: str
    params: dict[str, Any]
    types: dict[str, str]


def call_procedure(family: str, call: Call) -> ProcedureResult:
    """Call it.

    Raises:
        ValueError: the name of a parameter or a type is none, or the procedure has no such parameter.
    """
    for name in (*call.params, *call.types):
        if not _PLAIN_NAME.fullmatch(name):
            raise ValueError(f'"{name}" cannot be the name of a parameter')
    for text in call.types.values():
        if not _PLAIN_TYPE.fullmatch(text):
            raise ValueError(f'"{text}" is no type of SQL Server, such as int or nvarchar(50)')
    return {"mssql": _sql_server, "postgresql": _postgresql, "mysql": _mariadb}[family](call)


def _sql_server(call: Call) -> ProcedureResult:
    types = call.types or _output_types(call)
    given = {name: value for name, value in call.params.items() if name not in types}
    declared = "".join(f"DECLARE @out_{name} {kind}{' = ?' if name in call.params else ''}; " for name, kind in types.items())
    arguments = [f"@{name} = ?" for name in given] + [f"@{name} = @out_{name} OUTPUT" for name in types]
    results = "".join(f", @out_{name} AS [{name}]" for name in types)
    sql = (
        f"SET NOCOUNT ON; DECLARE @returned int; {declared}EXEC @returned = {call.quoted} {', '.join(arguments)}; "
        f"SELECT @returned AS [workflow_return_value]{results}"
    )
    values = [with_zone(call.params[name]) for name in types if name in call.params] + list(map(with_zone, given.values()))
    *sets, (last,) = _sets(call.connection, sql, values)
    returned = last.pop("workflow_return_value")
    return ProcedureResult(sets, last, returned)


def _output_types(call: Call) -> dict[str, str]:
    """The output parameters that the server knows of this procedure, with their types."""
    *above, name = [part[1:-1].replace("]]", "]") for part in re.findall(r"\[(?:[^\]]|\]\])*\]", call.quoted)]
    database = f"{call.quoted.partition('].[')[0]}].." if len(above) == 2 else ""
    words = {"@procedure_name": name, "@procedure_owner": above[-1] if above else ""}
    given = {word: value for word, value in words.items() if value}
    sql = f"EXEC {database}sp_sproc_columns_100 {', '.join(f'{word} = ?' for word in given)}, @fUsePattern = 0"
    rows = [list(row.values()) for found in _sets(call.connection, sql, list(given.values())) for row in found]
    return {row[3].lstrip("@"): _type_text(*row[6:10]) for row in rows if row[4] in (2, 4)}


def _type_text(name: str, precision: int, length: int, scale: int | None) -> str:
    plain = name.removeprefix("n")
    if plain in _LENGTHS:
        size = length // 2 if name.startswith("n") else length
        return f"{name}({size if 0 < size <= 8000 else 'max'})"
    if name in ("decimal", "numeric"):
        return f"{name}({precision}, {scale})"
    return f"{name}({scale})" if name in ("datetime2", "datetimeoffset", "time") else name


def _postgresql(call: Call) -> ProcedureResult:
    """CALL for a procedure, SELECT for a function, of which the server has two by one name at times."""
    schema, name = ["", *call.name.split(".")][-2:]
    found = call.connection.exec_driver_sql(
        "SELECT prokind = 'p' AS is_procedure, COALESCE(proargnames, '{}') AS names, COALESCE(proargmodes::text[], '{}') AS modes"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace"
        " WHERE proname = %(name)s AND (nspname = %(schema)s OR %(schema)s = '' AND pg_function_is_visible(p.oid))",
        {"name": name, "schema": schema},
        execution_options=TOLD,
    ).all()
    fitting = next((each for each in found if call.params.keys() <= set(each.names)), None)
    outputs = [each for each, mode in zip(fitting.names, fitting.modes, strict=False) if mode in "ob"] if fitting else list(call.types)
    names = {name: _as_sent(call, name) if fitting else name for name in (*call.params, *outputs)}  # else as the server makes it small
    arguments = [f"{names[name]} => %({name})s" for name in call.params]
    if fitting and not fitting.is_procedure:
        rows = _select(call, f"SELECT * FROM {call.quoted}({', '.join(arguments)})")  # noqa: S608 - quoted
        return ProcedureResult([rows], {}, None)
    arguments += [f"{names[name]} => NULL" for name in outputs if name not in call.params]
    rows = _select(call, f"CALL {call.quoted}({', '.join(arguments)})")
    return ProcedureResult([], rows[0] if rows else {}, None)


def _as_sent(call: Call, name: str) -> str:
    dialect = call.connection.dialect
    return for_driver(quoted(dialect, name), dialect.paramstyle)


def _select(call: Call, sql: str) -> list[Row]:
    result = call.connection.exec_driver_sql(sql, call.params, execution_options=TOLD)
    return as_rows(list(result.keys()), result.fetchall()) if result.returns_rows else []


def _mariadb(call: Call) -> ProcedureResult:
    """MariaDB knows parameters by their place only; the server tells which is where."""
    schema, name = [None, *call.name.split(".")][-2:]
    found = call.connection.exec_driver_sql(
        "SELECT parameter_name, parameter_mode FROM information_schema.parameters"
        " WHERE specific_schema = COALESCE(%(schema)s, DATABASE()) AND specific_name = %(name)s ORDER BY ordinal_position",
        {"schema": schema, "name": name},
        execution_options=TOLD,
    ).all()
    modes = {each: mode for each, mode in found if each is not None}
    _refuse_others(call, modes)
    if len(modes) < len(found):  # a function has what it returns at place 0
        marks = ", ".join("%s" for _ in modes)
        ((row,),) = _sets(call.connection, f"SELECT {call.quoted}({marks}) AS value", [call.params[each] for each in modes])  # noqa: S608
        return ProcedureResult([], {}, row["value"])
    outputs = {each: f"@workflow_{at}" for at, (each, mode) in enumerate(modes.items()) if mode != "IN"}
    for each, variable in outputs.items():
        call.connection.exec_driver_sql(f"SET {variable} = %s", (call.params.get(each),), execution_options=TOLD)
    arguments = ", ".join(outputs.get(each, "%s") for each in modes)
    sets = _sets(call.connection, f"CALL {call.quoted}({arguments})", [call.params[each] for each in modes if each not in outputs])
    if not outputs:
        return ProcedureResult(sets, {}, None)
    ((last,),) = _sets(call.connection, f"SELECT {', '.join(outputs.values())}", [])
    return ProcedureResult(sets, dict(zip(outputs, last.values(), strict=True)), None)


def _refuse_others(call: Call, modes: Mapping[str, str]) -> None:
    others = [name for name in call.params if name not in modes]
    missing = [name for name, mode in modes.items() if mode != "OUT" and name not in call.params]
    if others or missing:
        problem = f"has no parameter {others[0]}" if others else f"needs {missing[0]}"
        raise ValueError(f"{call.name} {problem}: its parameters are {', '.join(modes) or 'none'}")


def _sets(connection: Connection, sql: str, values: list[Any]) -> list[list[Row]]:
    return [as_rows(found.names, found.rows) for found in result_sets(connection, sql, tuple(values))]
