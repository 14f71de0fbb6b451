"""How text is put together: `%`, `format`, `Template`, `join`, `replace`, `re.sub`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

from workflow_template.standards.sqlflow.values import CLEAN, FILE, HOLE, PROVEN, Value, either, together

if TYPE_CHECKING:
    from workflow_template.standards.sqlflow.call import Call

Lookup = Callable[["re.Match[str]"], "Value | None"]

_BRACES = r"\{\{|\}\}|\{\s*([\w.]*)[^{}:!]*(?:![rsa])?(?::([^{}]*))?\}"
_PERCENT = r"%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.\d+)?([a-zA-Z%])"
_DOLLAR = r"\$\{?(\w+)\}?"
_JINJA = r"\{\{\s*(\w+)[^}]*\}\}|\{%.*?%\}"
NUMERIC_SPEC = r"[^%]*[bcdeEfFgGnoxX%,]"
STRIPS_ALL = r"(?i)\[\^[\w\\.-]+\]\+?|\\W\+?"
_QUOTE_DOUBLING = {("]", "]]"), ('"', '""'), ("`", "``")}


def percent(left: Value, right: Value, node: ast.expr) -> Value:
    """`left % right`."""
    positions = count()

    def lookup(found: re.Match[str]) -> Value | None:
        if found[2] == "%":
            return Value("%")
        value = right.part(found[1] or next(positions))
        return CLEAN if found[2] in "diufFeEgGxXoc" else right if value is None else value

    return _filled(_PERCENT, left, lookup, [right], node)


def format_text(call: Call) -> Value:
    """`text.format(…)`, `format_map`, `Template.substitute`, Jinja's `render`."""
    text, positions = call.owner, count()
    named = dict(call.words)
    mapping = named.pop("**", None)
    given = [] if call.name == "format" else call.args
    for value in [*given, *([mapping] if mapping is not None else [])]:
        named = {**{str(key): part for key, part in value.parts}, "*": value if not value.parts else value.part("**") or CLEAN, **named}

    def lookup(found: re.Match[str]) -> Value | None:
        if found[0] in ("{{", "}}"):
            return Value(found[0][0])
        if found.lastindex == 2 and re.fullmatch(NUMERIC_SPEC, found[2]):
            return CLEAN
        name = re.split(r"[.\[]", found[1] or "")[0]
        if call.name == "format" and (not name or name.isdigit()):
            at = int(name) if name else next(positions)
            return call.args[at] if at < len(call.args) else either(call.args)
        return named.get(name, named.get("*"))

    holes = {"format": _BRACES, "format_map": _BRACES, "render": _JINJA}.get(call.name, _DOLLAR)
    return _filled(holes, text, lookup, [*call.args, *call.words.values()], call.node)


def _filled(holes: str, text: Value, lookup: Lookup, given: list[Value], node: ast.expr) -> Value:
    """A text whose places are filled; what is given to a text we cannot read is somewhere in it."""
    pieces, end = [], 0
    for found in re.finditer(holes, text.text):
        value = lookup(found)
        pieces += [Value(text.text[end : found.start()]), Value(found[0]) if value is None else value]
        end = found.end()
    pieces.append(text._replace(text=text.text[end:], each=None, parts=()))
    if FILE in text.text or text.text == HOLE:
        pieces += given
    return together(pieces, node)


def join_text(call: Call) -> Value:
    """`separator.join(pieces)`."""
    if not call.args:
        return CLEAN
    given = call.args[0]
    if given.parts and all(isinstance(name, int) for name, _ in given.parts):
        return together([value for _, value in given.parts], call.node, call.owner.text)
    element = given.element
    if re.search("[A-Za-z]", given.text) and (given.parts or given.each is not None):
        return together([given._replace(each=None, parts=()), Value("")], call.node)
    if element.data is None or not re.search(r"[A-Za-z'\"]", call.owner.text):
        return element
    return together([element, call.owner, element], call.node)


def replace_text(call: Call) -> Value | None:
    """`text.replace(old, new)`."""
    if len(call.args) < 2:
        return None
    old, new, text = call.args[0].text, call.args[1], call.owner
    if (old, new.text) in _QUOTE_DOUBLING:
        return CLEAN
    known_old = old and not re.search(f"[{HOLE}{PROVEN}{FILE}]", old)
    pieces = text.text.split(old) if known_old else [text.text]
    known = [text._replace(text=pieces[0], each=None, parts=())]
    for piece in pieces[1:]:
        known += [new, Value(piece)]
    if len(pieces) == 1 and (not known_old or FILE in text.text or HOLE in text.text):
        known.append(new)
    return together(known, call.node)


def substitute_pattern(call: Call) -> Value | None:
    """`re.sub(pattern, new, text)`, `pattern.sub(new, text)`."""
    given = call.args if call.origin in ("re", "regex") else [call.owner, *call.args]
    if len(given) < 3:
        return None
    pattern, new, text = given[:3]
    if re.fullmatch(STRIPS_ALL, pattern.text):
        return CLEAN
    return text if new.data is None else together([text._replace(text=text.text or FILE), new], call.node)


def is_strict(pattern: str, *, whole: bool) -> bool:
    """Whether a match says that the text holds nothing that ends a name or a number."""
    plain = re.sub(r"\\[.dwDZAb\-$]|\[[^]^'\";\s\\]+(?:\\[wd.$\-][^]^'\";\s\\]*)*\]", "", pattern)
    anchored = whole or pattern.endswith(("$", r"\Z"))
    return anchored and not re.search(r"[.'\";]|\[\^|\\[SWs]|\s", plain.replace("(?:", ""))
