"""Calls that are known by their name: of the standard library, of database libraries, of data frames."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache

from workflow_template.standards.sqlflow import findings, words
from workflow_template.standards.sqlflow.call import Call
from workflow_template.standards.sqlflow.local import call_with
from workflow_template.standards.sqlflow.module import name_of
from workflow_template.standards.sqlflow.strings import format_text, is_strict, join_text, replace_text, substitute_pattern
from workflow_template.standards.sqlflow.values import CLEAN, CONTENT, EMPTY, HOLE, Value, container, either, together, unknown

Way = Callable[[Call], Value | None]

_DATA_FILE = r"\.(txt|csv|tsv|json|jsonl|ya?ml|xml|dat|lst|log)$"
# what gives back a name that is quoted or was checked, marks for parameters, or a statement that a library wrote
_QUOTES = (
    r"(?i)quote(?!d?_plus)|identifier|placeholder|^format_(table|column|schema|sequence|index|constraint)$|^to_table$|^as_sql$"
    r"|escape_\w*(name|column|table|literal|schema|sqlite)|^_*(get_)?(valid|check|ensure|assert|require|verify|safe|sanitiz|allowed)"
    r"[a-z]*_\w*(name|table|column|schema|field|sort|order|direction)"
)
_WRITERS = frozenset(("sqlglot", "sg", "sge", "exp", "pypika"))


def clean(call: Call) -> Value | None:
    """What gives back a number, a date, a digest, a quoted name: text that holds no SQL."""
    name = call.name
    if name in words.CLEAN_CALLS or name in call.reader.module.enums or call.base is None and name in words.CLEAN_FUNCTIONS:
        return CLEAN
    if vouches(name) and call.origin not in words.FOREIGN_QUOTES:
        return CLEAN
    if name in words.CLASS_READERS and call.origin in words.CLASS_LIBRARIES:
        return CLEAN
    if call.origin in _WRITERS or "compiler" in call.receiver or name == "sql" and {"dialect", "identify", "pretty"} & call.words.keys():
        return CLEAN
    if name == "strftime":
        return call.args[-1] if call.args else CLEAN
    return None


@cache
def vouches(name: str) -> bool:
    """Whether a function that we cannot see says by its name that it quotes or checks a name."""
    return name == "quote" or re.search(_QUOTES, name) is not None


def by_name(call: Call) -> Value | None:
    see = (_METHODS if call.base is not None else _FUNCTIONS).get(call.name)
    if see is not None and (value := see(call)) is not None:
        return value
    if call.name in words.MAKERS and not call.all:
        return EMPTY
    return _outside(call)


def _outside(call: Call) -> Value | None:
    """What comes from outside the program."""
    if call.name not in words.OUTSIDE or call.name in ("load", "loads", "safe_load") and call.origin in words.OWN_FORMATS:
        return None
    return unknown(call.node, outside=True)


def pure(call: Call) -> Value | None:
    """A function of the standard library, or of Jinja, whose result says nothing that it was not given."""
    if call.base is None or name_of(call.base) not in words.PURE_MODULES or call.owner.code:
        return None
    return _passing(call) or CLEAN


# files


def _read_file(call: Call) -> Value:
    """What a file says: SQL of our own, unless it is a file of data or was named from outside."""
    if call.owner.outside or call.owner.data is None and re.search(_DATA_FILE, call.owner.text):
        return unknown(call.node, outside=call.owner.outside)
    return CONTENT


def _open(call: Call) -> Value:
    by_module = call.base is None or name_of(call.base) in ("io", "codecs", "gzip", "bz2")
    path = call.args[0] if call.args and by_module else call.owner
    return path._replace(each=unknown(call.node), parts=(), place=None, code=None)


def _listing(call: Call) -> Value:
    return unknown(call.node)._replace(each=unknown(call.node))


# containers


def _add(call: Call) -> Value | None:
    if call.base is None:
        return None
    for word, value in call.words.items():  # update(name=…)
        call.reader.add(call.base, value, ast.Constant(word))
    if not call.args:
        return CLEAN
    value = call.args[-1]
    if call.name == "update" and value.parts:
        for name, part in value.parts:
            call.reader.add(call.base, part, ast.Constant(str(name)))
    elif call.name == "setdefault":
        call.reader.add(call.base, value, call.node.args[0])
        return value
    else:
        call.reader.add(call.base, value.element if call.name in ("extend", "writelines") else value)
        if isinstance(call.base, ast.Name) and call.reader.frame.inside and call.base.id in call.reader.globals:
            call.reader.escape(value, call.node, f"kept in `{call.base.id}`")
    return CLEAN


def _get(call: Call) -> Value | None:
    """`mapping.get(name, otherwise)`."""
    if not call.args or not call.owner.parts and call.owner.data is not None:
        return None
    first = call.node.args[0]
    known = call.owner.part(first.value) if isinstance(first, ast.Constant) else None
    found = [known] if known is not None else [part for _, part in call.owner.parts] or [call.owner._replace(each=None)]
    return either([*found, *call.args[1:]])


def _values(call: Call) -> Value | None:
    if call.args:
        return None
    if not call.owner.parts:
        return call.owner._replace(each=None)
    return container([(at, part) for at, (_, part) in enumerate(call.owner.parts)], call.node)


def _itself(call: Call) -> Value | None:
    """`mapping.keys()`, `names.copy()`."""
    return call.owner if not call.args else None


def _intersection(call: Call) -> Value | None:
    value = call.args[0] if call.args else CLEAN
    return CLEAN if value.data is None and not value.outside or call.owner.data is None else None


def _passing(call: Call) -> Value | None:
    """What comes out is what goes in."""
    if not call.all:
        return EMPTY if call.name in words.MAKERS else None
    if call.name == "dict" and call.words and not call.args:
        return container([(name, value) for name, value in call.words.items() if name != "**"], call.node, CLEAN)
    return either(call.all) if len(call.all) > 1 else call.all[0]


def _as_text(call: Call) -> Value | None:
    """`str(names)`: what was a container is one text from here on."""
    return call.args[0]._replace(each=None, parts=()) if call.args else EMPTY


def _filter(call: Call) -> Value | None:
    """`filter(ALLOWED.__contains__, names)`."""
    if len(call.args) < 2:
        return None
    check, value = call.node.args[0], call.args[1]
    proven = isinstance(check, ast.Attribute) and check.attr == "__contains__" and not call.args[0].outside
    return value._replace(each=CLEAN, parts=()) if proven else value


def _map(call: Call) -> Value | None:
    if len(call.args) < 2:
        return None
    how, element = call.node.args[0], call.args[1].element
    name = name_of(how)
    if name in words.SINKS:
        findings.check_text(call.reader, element, call.node, name, name_of(getattr(how, "value", None)))
    if name in words.CLEAN_CALLS or vouches(name):
        return CLEAN
    inner = call_with(call, how, element)
    return call.args[1] if inner is None else inner._replace(each=inner, parts=())


# text


def _join(call: Call) -> Value:
    paths = call.base is None or name_of(call.base) in ("path", "posixpath", "ntpath")
    return together(call.args, call.node) if paths else join_text(call)


def _split(call: Call) -> Value:
    text = call.args[1] if call.origin in ("re", "regex") and len(call.args) > 1 else call.owner
    return text._replace(parts=(), each=text._replace(each=None, parts=()))


def _matched(call: Call) -> Value | None:
    r"""`re.findall(r"\w+", text)`, `re.match(r"(\w+)", text)[1]`: what the pattern allows."""
    pattern = call.args[0] if call.origin in ("re", "regex") and call.args else call.owner
    return CLEAN if pattern.data is None and is_strict(pattern.text, whole=True) else None


def _compile(call: Call) -> Value:
    """`re.compile(pattern)` is its pattern; `statement.compile(engine)` is SQLAlchemy's own text."""
    return call.args[0] if call.args and call.origin in ("re", "regex", "") and "compile_kwargs" not in call.words else CLEAN


def _on_path(call: Call) -> Value:
    return either([call.owner, *call.args]) if call.owner.text == HOLE or call.args else call.owner


def _first(call: Call) -> Value | None:
    return call.args[0] if call.args else None


def _run_elsewhere(call: Call) -> None:
    """`pool.submit(cursor.execute, sql)`, `asyncio.to_thread(run_sql, sql)`, `loop.run_in_executor(None, execute, sql)`."""
    for at, each in enumerate(call.node.args[:2]):
        if name_of(each) in words.SINKS and len(call.args) > at + 1:
            findings.check_text(call.reader, call.args[at + 1], call.node, name_of(each), name_of(getattr(each, "value", None)))


_ANYWHERE: dict[str, Way] = {
    **dict.fromkeys(words.LISTINGS, _listing),
    **dict.fromkeys(words.RUN_ELSEWHERE, _run_elsewhere),
    **dict.fromkeys(("dedent", "cleandoc"), _first),
    "open": _open,
    "join": _join,
    "compile": _compile,
}
_METHODS: dict[str, Way] = {
    **_ANYWHERE,
    **dict.fromkeys(("format", "format_map", "substitute", "safe_substitute", "render"), format_text),
    **dict.fromkeys(words.READS, _read_file),
    **dict.fromkeys(words.ADDING, _add),
    **dict.fromkeys(words.PASSING_METHODS, _on_path),
    **dict.fromkeys(("split", "splitlines", "rsplit"), _split),
    **dict.fromkeys(("get", "pop"), _get),
    **dict.fromkeys(("keys", "copy"), _itself),
    **dict.fromkeys(("findall", "finditer", "match", "fullmatch", "search"), _matched),
    "getvalue": lambda call: call.owner,
    "replace": replace_text,
    "sub": substitute_pattern,
    "values": _values,
    "intersection": _intersection,
}
_FUNCTIONS: dict[str, Way] = {
    **_ANYWHERE,
    **dict.fromkeys(words.PASSING, _passing),
    **dict.fromkeys(("str", "repr", "ascii"), _as_text),
    "filter": _filter,
    "map": _map,
}
