"""Where data that became SQL text is found."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from workflow_template.standards.sqlflow import grammar, words
from workflow_template.standards.sqlflow.module import name_of, root_of
from workflow_template.standards.sqlflow.values import CLEAN, FILE, HOLE, Value, unknown

if TYPE_CHECKING:
    from workflow_template.standards.sqlflow.call import Call
    from workflow_template.standards.sqlflow.reader import Reader

_DATABASE = (
    r"(?i)cur|conn|cnxn|db|engine|session|database|warehouse|hook|spark|duck|trans|postgres|mysql|sqlite|"
    r"^(con|c|cs|cn|tx|bq|pg|sf|ctx)$"
)
_QUIET = (
    r"(?i)debug|info|warn(ing)?|error|exception|critical|log\w*|p?print\w*|s?echo|fail|raises|tim(er|ed|ing)|span|skip|exit|abort|add_argument|"
    r"add_parser|ArgumentParser|option|argument|write\w*|send\w*|\w*(Error|Exception|Warning|Exit)|"
    r"\w*(mail|message|msg|slack|notif|alert|toast|banner|caption|label|tooltip|title|button|header|markdown|describe|progress)\w*|set_content|heading|assert\w*|match|search|input"
)
_PROSE = r"(?i)(?:\w*_)?(?:message|msg|notes?|comment|reason|subject|summary|title|description|caption|label)"
_CONDITION = r"(?is)[a-z].*(?:[=<>]|\b(?:in|like|as|between)\b)"
_SQLISH = r"(?i)sql|query|queries|stmt|statement|ddl|dml"


def sink(call: Call) -> Value | None:
    """Look at a call that runs SQL, or makes it into a statement."""
    _fragments(call)
    _expressions(call)
    if call.name == "execute_stored_procedure" and call.args and call.args[0].built:
        report(call.reader, call.args[0], call.node, f"that {call.name}() runs")
    if call.name not in words.SINKS or call.name == "text" and not is_text(call.reader, call.node):
        return None
    given = call.args[:1] + [value for name, value in call.words.items() if name in words.SQL_KEYWORDS]
    for value in given:
        check_text(call.reader, value, call.node, call.name, call.receiver)
    for value in call.args[1:3]:
        if not value.parts and value.each is None:
            call.reader.escape(value, call.node, f"that {call.name}() is given")
    if call.name in words.COMPOSERS and given:
        return given[0]
    return CLEAN if call.name == "mogrify" else unknown(call.node)


def check_text(reader: Reader, value: Value, node: ast.AST, name: str, receiver: str) -> None:
    """Report a text that is given to be run when data is in it, or when it comes from outside as a whole."""
    value = next((part for _, part in value.parts), value)
    if value.data is None:
        return
    if value.outside and not value.built or name == "literal_column" or value.built and _is_run(value.text, name, receiver):
        report(reader, value, node, f"that {name}() runs" if name not in words.COMPOSERS else f"of {name}()")


def _is_run(text: str, name: str, receiver: str) -> bool:
    """Whether this text is SQL: anything is where a database is asked to run it, elsewhere it must look like it."""
    if FILE in text or name in words.COMPOSERS:
        return True
    if name == "execute" and not re.search(_DATABASE, receiver):
        return grammar.is_statement(text) or grammar.has_capital_word(text)
    return bool(re.search(r"[A-Za-z]", text)) or re.search(HOLE + r"\s*" + HOLE, text) is not None


def _fragments(call: Call) -> None:
    """`select(…).where(text(condition))`: the text need not be put together to be dangerous."""
    if call.name not in words.FRAGMENT_USERS:
        return
    for each in call.node.args:
        made = call.reader.frame.meaning.get(each.id) if isinstance(each, ast.Name) else each
        if isinstance(made, ast.Call) and made.args and is_text(call.reader, made):
            value = call.reader.read(made.args[0])
            if value.data is not None:
                report(call.reader, value, made, f"of {call.name}()")


def _expressions(call: Call) -> None:
    """`frame.where(f"…")`, `expr(f"…")`, `select(…).prefix_with(hint)`: plain text that becomes SQL."""
    if call.name not in words.EXPRESSION_USERS:
        return
    raw = call.name in words.RAW_USERS
    given = [*call.args, *call.words.values()]
    if call.name == "extra":  # lists of conditions, mappings of names to expressions
        given = [part for value in given for part in ([each for _, each in value.parts] or [value.element])]
    for value in given:
        if value.built and (raw or re.search(_CONDITION, value.text)):
            report(call.reader, value, call.node, f"of {call.name}()")


def is_text(reader: Reader, node: ast.Call) -> bool:
    """Whether this is SQLAlchemy's text()."""
    name = name_of(node.func)
    if name == "literal_column":
        return True
    if name != "text" or reader.module.has_function("text"):
        return False
    origin = reader.module.imports.get("text", "sqlalchemy") if isinstance(node.func, ast.Name) else root_of(node.func)
    return bool(re.match(r"sqlalchemy|sqlmodel|sa$|db$|sqla|sql$", origin))


def is_quiet(call: Call) -> bool:
    """Whether a call only tells people or machines something."""
    runs = call.name == "option" and call.args and call.args[0].text.lower() in words.SPARK_OPTIONS
    return call.reader.frame.quiet or _tells(call.name) and not runs or "log" in root_of(call.node.func).lower()


@cache
def _tells(name: str) -> bool:
    return re.fullmatch(_QUIET, name) is not None and not re.search(_SQLISH, name)


def escape(reader: Reader, value: Value, node: ast.AST, way: str) -> None:
    """Report a finished statement that leaves our sight: somebody will run it."""
    if value.data is None or value.place in reader.found:
        return
    for name, each in value.parts:
        if not (isinstance(name, str) and re.fullmatch(_PROSE, name)):
            escape(reader, each, node, way)
    if value.each is not None and not value.parts:
        escape(reader, value.each, node, way)
    if not value.parts and value.each is None and value.built and grammar.is_statement(value.text):
        report(reader, value, node, way)


def report(reader: Reader, value: Value, node: ast.AST, way: str) -> None:
    """Keep what was found, under the place where data met text; *way* says what becomes of the text."""
    here = (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    place = value.place or here
    reader.found.setdefault(place, (value, way if here[0] == place[0] else f"{way} in line {here[0]}"))
