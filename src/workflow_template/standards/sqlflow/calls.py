"""What calls give back, and what they do to what they are given."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import NamedTuple

from workflow_template.standards.sqlflow import findings, words
from workflow_template.standards.sqlflow.module import Function, name_of, parameters, root_of
from workflow_template.standards.sqlflow.reader import Outcome, Reader, is_static
from workflow_template.standards.sqlflow.strings import format_text, join_text, replace_text, substitute_pattern
from workflow_template.standards.sqlflow.values import CLEAN, CONTENT, EMPTY, HOLE, Code, Env, Value, container, either, together, unknown

_DATA_FILE = r"\.(txt|csv|tsv|json|jsonl|ya?ml|xml|dat|lst|log)$"
_QUOTES = r"(?i)quote(?!d?_plus)|identifier|^format_(table|column|schema|sequence|index|constraint)$|^to_table$"


class Call(NamedTuple):
    """A call with what its parts are worth; *base* is what a method belongs to, *owner* what that (or a plain name) is worth."""

    reader: Reader
    node: ast.Call
    name: str
    base: ast.expr | None
    owner: Value
    args: list[Value]
    words: dict[str, Value]

    @property
    def all(self) -> list[Value]:
        return [*self.args, *self.words.values()]


Way = Callable[[Call], "Value | None"]


def read_call(reader: Reader, node: ast.Call) -> Value:
    func = node.func
    if isinstance(func, ast.Name) and isinstance(meant := reader.frame.meaning.get(func.id), ast.Attribute):
        func = meant  # run = cursor.execute
    base = func.value if isinstance(func, ast.Attribute) else None
    owner = reader.read(base if base is not None else func)
    args = [reader.read(each) for each in node.args]
    named = {word.arg or "**": reader.read(word.value) for word in node.keywords}
    reader.step()
    call = Call(reader, node, name_of(func), base, owner, args, named)
    for way in _WAYS:
        if (value := way(call)) is not None:
            return value
    return _unknown(call)


# functions and classes of this module


def _code_of(call: Call) -> Code | None:
    """The function, lambda or class that a call leads to."""
    reader, func = call.reader, call.node.func
    if call.base is None:
        if isinstance(func, ast.Name):
            return call.owner.code or _of_module(reader, func.id)
        return call.owner.code
    known = call.owner.part(call.name)
    if known is not None:
        return known.code
    root = name_of(call.base)
    kind = call.owner.kind or (reader.frame.kind if root in ("self", "cls", "super") or root_of(call.base) == "super" else root)
    if kind in reader.module.methods:
        method = reader.module.method(kind, call.name)
        return Code(method, {}) if method else None
    method = reader.module.only_method(call.name) if call.name not in words.SINKS else None
    return Code(method, {}) if method else None


def _of_module(reader: Reader, name: str) -> Code | None:
    """A function or class that is defined further down."""
    node = reader.module.classes.get(name) or reader.module.by_name.get(name)
    return Code(node, {}) if node is not None and name not in reader.module.imports else None


def _local(call: Call) -> Value | None:
    code = _code_of(call)
    if code is None:
        return None
    if isinstance(code.node, ast.Lambda):
        return _call_lambda(call, code, code.node)
    if isinstance(code.node, ast.ClassDef):
        return _construct(call, code.node)
    if not isinstance(code.node, Function):
        return None
    outcome = _enter(call, code.node, code.env, _me(call, code))
    return outcome.value


def _me(call: Call, code: Code) -> Value | None:
    if "" in code.env:
        return code.env[""]
    return call.owner if call.owner.kind else None


def _enter(call: Call, function: Function, outer: Env, me: Value | None) -> Outcome:
    given = _bound(call, function)
    if function.args.vararg:
        for value in call.args:
            call.reader.escape(value, call.node, f"{call.name}()")
    if function is not call.reader.frame.function:
        call.reader.called.add(function)
    outcome = call.reader.enter(function, given, {name: value for name, value in outer.items() if name}, me)
    names = [each.arg for each in parameters(function) if each.arg not in ("self", "cls")]
    for name, each in zip(names, call.node.args, strict=False):
        if name in outcome.proven:
            call.reader.clean(each)
    return outcome


def _bound(call: Call, function: Function) -> Env:
    """What each parameter is given; nothing is known where a call unpacks its arguments."""
    arguments = function.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if function in call.reader.module.owners and not is_static(function):
        names = names[1:]
    if any(isinstance(each, ast.Starred) for each in call.node.args) or "**" in call.words:
        return {name: value for name, value in call.words.items() if name != "**"}
    with call.reader.aside() as env:
        env.clear()
        late = dict(zip(names[::-1], map(call.reader.read, arguments.defaults[::-1]), strict=False))
        late |= {
            each.arg: call.reader.read(value) for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value
        }
    return {**late, **dict(zip(names, call.args, strict=False)), **call.words}


def _call_lambda(call: Call, code: Code, function: ast.Lambda) -> Value:
    reader = call.reader
    with reader.aside() as env:
        env.update(code.env)
        env.update((each.arg, unknown(each)) for each in parameters(function))
        env.update(zip([each.arg for each in function.args.args], call.args, strict=False))
        return reader.read(function.body) if reader.loops < 50 else unknown(call.node)


def _construct(call: Call, node: ast.ClassDef) -> Value | None:
    """A new object of a class of this module: its fields are what the constructor leaves in them, or is given for a record."""
    reader, module = call.reader, call.reader.module
    if node.name in module.enums:
        return CLEAN
    start = module.method(node.name, "__init__")
    if start is not None and node.name in module.family(module.owners[start]):
        fields = _enter(call, start, {}, Value(HOLE, call.node, kind=node.name)).fields
    else:
        names = [name_of(each.target) for each in node.body if isinstance(each, ast.AnnAssign)]
        clean = {name_of(each.target) for each in node.body if isinstance(each, ast.AnnAssign) and module.is_clean_type(each.annotation)}
        given = {**dict(zip(names, call.args, strict=False)), **call.words}
        fields = tuple((name, CLEAN if name in clean else value) for name, value in given.items() if name != "**")
        for _, value in fields:
            reader.escape(value, call.node, f"{node.name}()")
    whole = container(fields, call.node)
    return Value(HOLE if whole.data is not None else whole.text, whole.data, whole.outside, parts=whole.parts, kind=node.name)


# calls known by name


def _clean(call: Call) -> Value | None:
    name = call.name
    if name in words.CLEAN_CALLS or name in call.reader.module.enums or call.base is None and name in words.CLEAN_FUNCTIONS:
        return CLEAN
    if re.search(_QUOTES, name):
        origin = call.reader.module.imports.get(name, "") if call.base is None else root_of(call.base)
        return CLEAN if origin.split(".")[0] not in words.FOREIGN_QUOTES else None
    if name == "strftime":
        return call.args[-1] if call.args else CLEAN
    return None


def _by_name(call: Call) -> Value | None:
    see: Way | None = (_METHODS if call.base is not None else _FUNCTIONS).get(call.name)
    if see is None and call.name in words.MAKERS and not call.all:
        return EMPTY
    return see(call) if see else None


def _read_file(call: Call) -> Value | None:
    """What a file says: SQL of our own, unless it is a file of data or was named from outside."""
    if call.owner.outside or call.owner.data is None and re.search(_DATA_FILE, call.owner.text):
        return unknown(call.node, outside=call.owner.outside)
    return CONTENT


def _open(call: Call) -> Value:
    path = call.args[0] if call.args and (call.base is None or name_of(call.base) in ("io", "codecs", "gzip")) else call.owner
    return path._replace(each=unknown(call.node), parts=(), place=None, code=None)


def _listing(call: Call) -> Value:
    return unknown(call.node)._replace(each=unknown(call.node))


def _add(call: Call) -> Value | None:
    if not call.args:
        if call.words and call.base is not None:  # update(name=…)
            for word, value in call.words.items():
                call.reader.add(call.base, value, ast.Constant(word))
        return CLEAN
    if call.base is None:
        return None
    value = call.args[-1]
    name = call.node.args[0] if call.name == "setdefault" else None
    if call.name == "update":
        return _update(call, value)
    if call.name in ("extend", "writelines") and value.each is not None:
        value = value.each
    call.reader.add(call.base, value, name)
    return value if name is not None else CLEAN


def _update(call: Call, value: Value) -> Value:
    assert call.base is not None  # noqa: S101 - a method
    if not value.parts:
        call.reader.add(call.base, value)
    for name, part in value.parts:
        call.reader.add(call.base, part, ast.Constant(str(name)))
    return CLEAN


def _get(call: Call) -> Value | None:
    """`mapping.get(name, otherwise)`."""
    if not call.args or not call.owner.parts and call.owner.data is not None:
        return None
    first = call.node.args[0]
    known = call.owner.part(first.value) if isinstance(first, ast.Constant) else None
    found = [known] if known is not None else [part for _, part in call.owner.parts] or [call.owner._replace(each=None)]
    return either([*found, *call.args[1:]])


def _keys(call: Call) -> Value | None:
    return call.owner if not call.args else None


def _values(call: Call) -> Value | None:
    if not call.owner.parts:
        return call.owner._replace(each=None) if not call.args else None
    return container([(at, part) for at, (_, part) in enumerate(call.owner.parts)], call.node)


def _passing(call: Call) -> Value | None:
    """What comes out is what goes in."""
    if not call.all:
        return EMPTY if call.name in words.MAKERS else None
    if call.name == "dict" and call.words and not call.args:
        return container([(name, value) for name, value in call.words.items() if name != "**"], call.node, CLEAN)
    if call.name in ("filter", "map_str") and len(call.args) > 1:
        return _filtered(call)
    return either(call.all) if len(call.all) > 1 else call.all[0]


def _filtered(call: Call) -> Value:
    """`filter(ALLOWED.__contains__, names)`."""
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
    if name in words.CLEAN_CALLS or re.search(_QUOTES, name):
        return CLEAN
    code = call.args[0].code or (_of_module(call.reader, name) if isinstance(how, ast.Name) else None)
    if code is not None:
        made = ast.copy_location(ast.Call(how, [ast.Name("", ast.Load())], []), call.node)
        inner = _local(Call(call.reader, made, name, how.value if isinstance(how, ast.Attribute) else None, call.args[0], [element], {}))
        if inner is not None:
            return inner._replace(each=inner, parts=())
    return call.args[1]


def _join(call: Call) -> Value:
    if name_of(call.base) in ("path", "posixpath", "ntpath") or call.base is None:
        return together(call.args, call.node)
    return join_text(call)


def _split(call: Call) -> Value:
    return call.owner._replace(parts=(), each=call.owner._replace(each=None, parts=()))


def _owner_when_bare(call: Call) -> Value | None:
    return call.owner if not call.args else None


def _intersection(call: Call) -> Value | None:
    value = call.args[0] if call.args else CLEAN
    return CLEAN if value.data is None and not value.outside or call.owner.data is None else None


def _executed_elsewhere(call: Call) -> Value | None:
    """`pool.submit(cursor.execute, sql)`, `asyncio.to_thread(run_sql, sql)`, `loop.run_in_executor(None, execute, sql)`."""
    for at, each in enumerate(call.node.args[:2]):
        if name_of(each) in words.SINKS and len(call.args) > at + 1:
            findings.check_text(call.reader, call.args[at + 1], call.node, name_of(each), name_of(getattr(each, "value", None)))
    return None


_METHODS: dict[str, Way] = {
    **dict.fromkeys(("format", "format_map", "substitute", "safe_substitute", "render"), format_text),
    **dict.fromkeys(words.READS, _read_file),
    **dict.fromkeys(words.LISTINGS, _listing),
    **dict.fromkeys(words.ADDING, _add),
    **dict.fromkeys(
        words.PASSING_METHODS, lambda call: either([call.owner, *call.args]) if call.owner.text == HOLE or call.args else call.owner
    ),
    **dict.fromkeys(("submit", "to_thread", "run_in_executor", "run_sync", "apply_async", "run_in_threadpool"), _executed_elsewhere),
    "getvalue": lambda call: call.owner,
    "compile": lambda call: call.args[0] if call.args and name_of(call.base) in ("re", "regex") else CLEAN,
    "join": _join,
    "replace": replace_text,
    "sub": substitute_pattern,
    "open": _open,
    "get": _get,
    "pop": _get,
    "keys": _keys,
    "values": _values,
    "copy": _owner_when_bare,
    "split": _split,
    "splitlines": _split,
    "rsplit": _split,
    "intersection": _intersection,
    "dedent": lambda call: call.args[0] if call.args else None,
    "cleandoc": lambda call: call.args[0] if call.args else None,
}
_FUNCTIONS: dict[str, Way] = {
    **dict.fromkeys(words.PASSING, _passing),
    **dict.fromkeys(words.LISTINGS, _listing),
    "open": _open,
    "map": _map,
    "join": _join,
    "to_thread": _executed_elsewhere,
    "partial": _executed_elsewhere,
}


def _outside(call: Call) -> Value | None:
    """What comes from outside the program."""
    if call.name not in words.OUTSIDE:
        return None
    if call.name in ("load", "loads", "safe_load") and root_of(call.node.func) in ("tomllib", "toml", "tomli", "pickle", "joblib"):
        return None
    return unknown(call.node, outside=True)


def _pure(call: Call) -> Value | None:
    """A function of the standard library whose result says nothing that it was not given."""
    if call.base is None or name_of(call.base) not in words.PURE_MODULES or call.owner.code:
        return None
    return _passing(call) or CLEAN


def _record(call: Call) -> Value | None:
    """An object of a class we do not see, made of proven pieces only."""
    proven = call.all and all(value.data is None for value in call.all)
    return CLEAN if proven and re.match("_*[A-Z]", call.name) and (call.base is None or not call.owner.outside) else None


def _unknown(call: Call) -> Value:
    if not findings.is_quiet(call.reader, call.name, call.node):
        for value in call.all:
            call.reader.escape(value, call.node, f"{call.name}()")
    if call.base is None or call.owner.text == HOLE or call.owner.kind:
        return unknown(call.node, outside=call.owner.outside and call.base is not None)
    return call.owner._replace(parts=(), kind="", code=None)


_WAYS = (_local, findings.sink, _clean, _by_name, _outside, _pure, _record)
