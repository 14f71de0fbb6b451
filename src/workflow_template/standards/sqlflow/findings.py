"""Where data that became SQL text is found, and how that is told."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from workflow_template.standards.sqlflow import grammar, words
from workflow_template.standards.sqlflow.module import Function, name_of, root_of
from workflow_template.standards.sqlflow.values import FILE, HOLE, Value, unknown

if TYPE_CHECKING:
    from workflow_template.standards.sqlflow.calls import Call
    from workflow_template.standards.sqlflow.reader import Reader

_DATABASE = r"(?i)cur|conn|cnxn|db|engine|session|database|warehouse|hook|spark|duck|\bcon$|^con$|tx|trans|execute|raw|driver"
_QUIET = (
    r"(?i)debug|info|warn(ing)?|error|exception|critical|log\w*|p?print\w*|s?echo|fail|raises|tim(er|ed|ing)|span|skip|exit|abort|add_argument|"
    r"add_parser|ArgumentParser|option|argument|write\w*|send\w*|\w*(Error|Exception|Warning|Exit)|"
    r"\w*(mail|message|msg|slack|notif|alert|toast|banner|caption|label|tooltip|title|button|header|markdown|describe|progress)\w*|heading|assert\w*|match|search|input"
)
_SQLISH = r"(?i)sql|query|queries|stmt|statement|ddl|dml"


def sink(call: Call) -> Value | None:
    """Look at a call that runs SQL, or makes it into a statement."""
    _fragments(call)
    _expressions(call)
    if call.name == "execute_stored_procedure" and call.args and (call.args[0].built or " " in call.args[0].text):
        report(call.reader, call.args[0], call.node, f"{call.name}()")
    if call.name not in words.SINKS or call.name == "text" and not is_text(call.reader, call.node):
        return None
    given = call.args[:1] + [value for name, value in call.words.items() if name in words.SQL_KEYWORDS]
    for value in given:
        check_text(call.reader, value, call.node, call.name, name_of(call.base) or root_of(call.base) if call.base else call.name)
    for value in call.args[1:3]:
        if not value.parts and value.each is None:
            call.reader.escape(value, call.node, f"{call.name}()")
    if call.name in words.COMPOSERS and given:
        return given[0]
    return unknown(call.node)


def check_text(reader: Reader, value: Value, node: ast.AST, name: str, receiver: str) -> None:
    """Report a text that is given to be run when data is in it, or when it comes from outside as a whole."""
    value = next((part for _, part in value.parts), value)
    if value.data is None:
        return
    if value.outside and not value.built or name == "literal_column" or value.built and _is_run(value.text, name, receiver):
        report(reader, value, node, f"{name}()")


def _is_run(text: str, name: str, receiver: str) -> bool:
    if FILE in text or grammar.has_word(text) or name in words.COMPOSERS:
        return True
    known = name != "execute" or bool(re.search(_DATABASE, receiver))
    return known and (bool(re.search(r"[A-Za-z]", text)) or re.search(HOLE + r"\s*" + HOLE, text) is not None)


def _fragments(call: Call) -> None:
    """`select(…).where(text(condition))`: the text need not be put together to be dangerous."""
    if call.name not in words.FRAGMENT_USERS:
        return
    for each in call.node.args:
        made = call.reader.frame.meaning.get(each.id) if isinstance(each, ast.Name) else each
        if isinstance(made, ast.Call) and made.args and is_text(call.reader, made):
            value = call.reader.read(made.args[0])
            if value.data is not None:
                report(call.reader, value, made, f"{call.name}()")


def _expressions(call: Call) -> None:
    """`frame.where(f"…")`, `expr(f"…")`, `select(…).prefix_with(hint)`: plain text that becomes SQL."""
    if call.name not in words.EXPRESSION_USERS or not call.args:
        return
    value = call.args[-1] if call.name.startswith("with_") else call.args[0]
    raw = call.name in ("prefix_with", "suffix_with", "with_hint", "with_statement_hint")
    if value.built and (raw or re.search(r"[A-Za-z]", value.text) and re.search(r"[=<>]|(?i:\b(?:in|like|as|between)\b)", value.text)):
        report(call.reader, value, call.node, f"{call.name}()")


def is_text(reader: Reader, node: ast.Call) -> bool:
    """Whether this is SQLAlchemy's text()."""
    name = name_of(node.func)
    if name == "literal_column":
        return True
    if name != "text" or any(each.name == "text" for each in reader.module.functions):
        return False
    origin = reader.module.imports.get("text", "sqlalchemy") if isinstance(node.func, ast.Name) else root_of(node.func)
    return bool(re.match(r"sqlalchemy|sqlmodel|sa$|db$|sqla|sql$", origin))


def is_quiet(reader: Reader, name: str, node: ast.Call) -> bool:
    """Whether a call only tells people or machines something."""
    if reader.frame.quiet:
        return True
    return bool(re.fullmatch(_QUIET, name) and not re.search(_SQLISH, name) or re.search(r"(?i)log", root_of(node.func)))


def escape(reader: Reader, value: Value, node: ast.AST, where: str) -> None:
    """Report a finished statement that leaves our sight: somebody will run it."""
    if value.data is None:
        return
    inside = [each for _, each in value.parts] + ([value.each] if value.each is not None and not value.parts else [])
    for each in inside:
        escape(reader, each, node, where)
    if not inside and value.built and grammar.is_statement(value.text):
        report(reader, value, node, where)


def report(reader: Reader, value: Value, node: ast.AST, where: str) -> None:
    place = value.place or (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    reader.found.setdefault(place, (value, where))


def message(value: Value, where: str) -> str:
    """Name the data, the way and the next step."""
    shown = _shown(value.data)
    before = value.text.partition(HOLE)[0]
    bound = re.sub(r"\W+", "_", shown).strip("_")[-30:]
    if not value.built:
        advice = f"write the text here, data as bound parameters such as `:{bound}`, names as `db_helper.quote(name)`"
    elif grammar.takes_a_name(before):
        advice = f"write `{{db_helper.quote({shown})}}` in its place"
    else:
        advice = f'write `:{bound}` in its place, unquoted, and pass {{"{bound}": {shown}}} beside the text'
    return f"`{shown}` flows into SQL text for {where}: {advice}"


def _shown(node: ast.AST | None) -> str:
    if isinstance(node, ast.arg):
        return node.arg
    if isinstance(node, Function):
        return f"{node.name}()"
    return ast.unparse(node)[:60] if node is not None else ""
