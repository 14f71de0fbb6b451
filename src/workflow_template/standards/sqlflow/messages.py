"""How a finding is told: the data, its way into the SQL text, and what to write instead."""

from __future__ import annotations

import ast
import re

from workflow_template.standards.sqlflow.grammar import place_after
from workflow_template.standards.sqlflow.module import Module
from workflow_template.standards.sqlflow.pieces import Function
from workflow_template.standards.sqlflow.values import HOLE, Value

# how the drivers that a module imports mark a bound parameter; the others, and SQLAlchemy, know `:name`
_MARKS = {
    **dict.fromkeys(("pyodbc", "sqlite3", "aiosqlite", "duckdb", "aioodbc"), "?"),
    **dict.fromkeys(("psycopg", "psycopg2", "pymysql", "MySQLdb", "mysql", "aiomysql", "snowflake", "redshift_connector"), "%s"),
    "asyncpg": "$1",
}


def message(value: Value, way: str, module: Module) -> str:
    shown = _shown(value.data)
    origin = " (a parameter)" if isinstance(value.data, ast.arg) else " (from outside)" if value.outside else ""
    return f"`{shown}`{origin} gets into the SQL text {way}: {_advice(value, shown, module)}"


def not_followed(node: ast.AST) -> str:
    """What is said of a function, or of a module, that could not be read to its end."""
    name = f"`{node.name}`" if isinstance(node, Function) else "this module"
    return f"{name} is too long or too deeply nested to be followed: whether data gets into its SQL was not judged; split it"


def _shown(node: ast.AST | None) -> str:
    if isinstance(node, ast.arg):
        return node.arg
    if isinstance(node, Function):
        return f"{node.name}()"
    text = " ".join(ast.unparse(node).split()) if node is not None else ""
    return text if len(text) <= 60 else text[:59] + "…"


def _advice(value: Value, shown: str, module: Module) -> str:
    name = _plain_name(shown)
    if not value.built:
        return f"write the text here, data as bound parameters such as `:{name}`, names as `db_helper.quote(name)`"
    mark = next((_MARKS[root] for each in module.imports.values() if (root := each.split(".")[0]) in _MARKS), ":")
    place = place_after(value.text.partition(HOLE)[0])
    if place == "value":
        mark, given = (f":{name}", f'{{"{name}": {shown}}}') if mark == ":" else (mark, f"({shown},)")
        return f"write `{mark}` in its place, without quotes, and pass {given} beside the text"
    if place == "values":
        listed = f'`:{name}` in its place and make it `bindparam("{name}", expanding=True)`'
        marks = f'`{{", ".join(["{mark}"] * len({name}))}}` in its place'
        return f"write {listed if mark == ':' else marks}, and pass the values beside the text"
    return {
        "condition": f"write the condition here, its values as bound parameters such as `{mark if mark != ':' else ':value'}`",
        "direction": "choose it here from constants, such as `'DESC' if newest_first else 'ASC'`",
        "number": f"write `{{int({shown})}}` in its place",
        "name": f"write `{{db_helper.quote({shown})}}` in its place",
    }[place]


def _plain_name(shown: str) -> str:
    """The last word of an expression: `city` for `row['city'].strip()`."""
    words = [word for word in re.findall(r"[A-Za-z_]\w*(?!\w*\()", shown) if word not in ("str", "self")]
    return words[-1].lower() if words else "value"
