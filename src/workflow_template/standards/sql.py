"""Find SQL text that is put together from data: SQL injection.

Each function is read once with its parameters as data, and again for calls in the module with what they pass. A value is its known
text with a mark for each unknown piece; a piece is proven when it is a constant, a number, a quoted name or was checked against a list.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

HOLE, PROVEN, FILE = "\ue000", "\ue001", "\ue002"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SINKS = _words("""execute executemany executescript exec_driver_sql execute_query stream_query read_sql read_sql_query read_database
    read_database_uri execute_async execute_sql run_sql run_query text literal_column SQL
    RawSQL copy_expert mogrify fetchrow fetchval fetch_all""")
_SQL_KEYWORDS = _words("sql query statement stmt operation sql_query")
_FRAGMENT_USERS = _words("""where filter order_by group_by having select_from select and_ or_ join outerjoin distinct add_columns
    with_only_columns desc asc not_ column_property""")
_CLEAN_CALLS = _words("""int float bool len round abs sum ord hash id range Decimal date datetime timedelta now today utcnow fromisoformat
    isoformat fromtimestamp strptime uuid1 uuid4 UUID time monotonic token_hex hexdigest timestamp randint random getpid count
    quoted_name Identifier Literal Placeholder Composed Composable table column select insert update delete Table Column bindparam literal
    toordinal isocalendar to_period bit_length perf_counter time_ns ident""")
_CLEAN_TYPES = _words("""int float bool Decimal date datetime timedelta UUID Literal LiteralString Identifier Composed Composable SQL Table
    Column Select TextClause Timestamp None complex quoted_name IntRange FloatRange Choice DateTime fromisoformat ColumnElement""")
_CONTAINERS = _words(
    "list List set Set frozenset tuple Tuple Sequence Iterable Iterator Collection Optional Union Final ClassVar typing t "
    "datetime decimal uuid click sqlalchemy sa sql psycopg pd Annotated Mapping dict Dict collections abc date"
)
_CLEAN_FIELDS = _words("year month day hour minute second days rowcount lastrowid microsecond pid")
_PASSING = _words("""str list tuple set frozenset sorted reversed iter next dedent cleandoc Template cast dict min max copy deepcopy zip
    Path open files joinpath literal_eval filter chain StringIO SQL text PurePath resolve get_data unique islice from_iterable OrderedDict
    Environment from_string ascii repr deque islice""")
_READS = _words("read read_text readlines read_bytes readline getvalue")
_OUTSIDE = _words("input parse_args parse_known_args getenv DictReader reader json load loads safe_load get_json getlist raw_input")
_ADDING = _words("append extend add insert write appendleft writelines update setdefault")
_NAME_CHECKS = _words("isidentifier isalnum isdigit isdecimal isnumeric isalpha")
_FOREIGN_QUOTES = _words("shlex urllib html parse pipes requests json")
_MESSAGE = re.compile(
    r"debug|info|warn(ing)?|error|exception|critical|log\w*|p?print\w*|s?echo|fail|raises|tim(er|ed|ing)|span|skip|exit|abort|add_argument|add_parser|ArgumentParser|"
    r"option|argument|write\w*|send\w*|\w*(Error|Exception|Warning|Exit)|\w*(mail|message|msg|slack|notif|alert|toast|banner|caption)\w*",
    re.I,
)
_SQLISH = re.compile(r"(?i)sql|query|queries|stmt|statement|ddl|dml|(^|_)(cmd|command)s?$")
_STATEMENT = re.compile(
    r"""
    ^[\s(;]*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:(?:EXPLAIN|DECLARE\b[^;]*;|BEGIN|SET\s+NOCOUNT\s+ON;?)\s+)*(?:
    SELECT\b.+\bFROM\b | SELECT\s+(?:TOP|COUNT|MAX|MIN|DISTINCT)\b | WITH\s+\S+\s*(?:\([^)]*\)\s*)?AS\s*(?:NOT\s+|MATERIALIZED\s+)*\(
    | INSERT\s+(?:INTO|OVERWRITE|OR|IGNORE)\b | REPLACE\s+INTO\b | UPDATE\s.+\sSET\b | DELETE\s+(?:\S+\s+)?FROM\b | MERGE\s+(?:INTO\s+)?\S
    | (?:DROP|CREATE|ALTER)\s+(?:OR\s+\w+\s+)?(?:\w+\s+)*?(?:TABLE|VIEW|INDEX|SCHEMA|DATABASE|USER|ROLE|LOGIN|PROC\w*|FUNCTION|TRIGGER|
      SEQUENCE|TYPE|PARTITION|EXTENSION|SYNONYM|STAGE|WAREHOUSE|SESSION|COLUMN|TABLESPACE|POLICY|PARTITION|STATISTICS)\b
    | TRUNCATE\s+(?:TABLE\s+)?\S | EXEC(?:UTE)?\s*(?:\(|\s@?[\w\[.\ue000"']) | CALL\s+[\w.\ue000"`\[]+\s*\( | GRANT\s.+\s(?:TO|ON)\b
    | REVOKE\s.+\sFROM\b | DENY\s.+\sTO\b | BULK\s+INSERT\b | IF\b.+\b(?:DROP|TRUNCATE|DELETE|INSERT|UPDATE|EXEC|CREATE|ALTER)\b
    | COPY\s.+\s(?:FROM|TO)\b | USE\s+\S+\s*;?\s*$ | SET\s+\S+.*(?:=|TO\b|ON|OFF|\ue000)
    | DECLARE\s+@?\w+ | LOAD\s+DATA\b | LOCK\s+TABLE\b | ATTACH\s+(?:DATABASE\s+)?'? | (?:BACKUP|RESTORE|VACUUM|ANALYZE|REFRESH|PRAGMA|DBCC
      |KILL|OPTIMIZE|RENAME|COMMENT\s+ON|UNLOAD|SHOW|DESCRIBE|REINDEX|NOTIFY|LISTEN)\s+\S | EXPLAIN\s+\S
    ) | \bSELECT\b.+\bFROM\b | [;(]\s*(?:INSERT\s+INTO|DELETE\s+FROM|DROP\s+TABLE|UPDATE\s+\S+\s+SET|EXEC)\b""",
    re.S | re.X,
)
_LOWER = re.compile(
    r"^[\s(;]*(?:select\s.+\sfrom\s|insert\s+into\s+\S+\s*(?:\(|values|select)|update\s+\S+\s+set\s+\S+\s*=|merge\s+into\s|"
    r"delete\s+from\s+\S+(?:\s+where\s|;?$)|with\s+\S+\s+as\s*\(|(?:drop|truncate|create|alter)\s+(?:table|view|index|schema|database)\s|"
    r"exec\s+\S+|call\s+\S+\(|copy\s.+\sfrom\s)",
    re.S,
)
_ANY_SQL = re.compile(
    r"(?i)\b(select|insert|update|delete|merge|drop|create|alter|truncate|exec|execute|call|grant|revoke|bulk|copy|use|set|declare|with|from|"
    r"where|order|group|join|and|or|limit|having|values|vacuum|analyze|pragma|refresh|show|describe|explain|attach|lock|kill|backup|restore)\b"
)
_NAME_PLACE = re.compile(
    r"(?i)(from|into|table|update|join|exec|execute|call|use|database|schema|view|index|by|select|on|to|truncate|insert|copy|column|role|user"
    r"|procedure|exists|merge|using|analyze|vacuum)\s*[\[\"`(\w.,\s]*$|^$"
)
_FIELD = re.compile(r"\{\{|\}\}|\{\s*([\w.]*)[^{}:!]*(?:![rsa])?(?::([^{}]*))?\}")
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*[\d*]*(?:\.\d+)?([a-zA-Z%])")
_DOLLAR = re.compile(r"\$\{?(\w+)\}?")
_JINJA = re.compile(r"\{\{\s*(\w+)[^}]*\}\}|\{%.*?%\}")
_QUOTES = re.compile(r"(?i)quote(?!d?_plus)|identifier|^format_(table|column|schema|sequence|index|constraint)$")
_MARK = re.compile(r"(^|[\s,(=])(:|%\()[\w\ue001]*$")
_DATA_FILE = re.compile(r"\.(txt|csv|tsv|json|jsonl|ya?ml|xml|dat|lst|log)$")
_NUMERIC_SPEC = re.compile(r".*[bcdeEfFgGnoxX%,]")


class Injection(NamedTuple):
    """A place where data becomes SQL text; *line* counts from 1, *column* from 0."""

    line: int
    column: int
    message: str


class _Value(NamedTuple):
    """What is known of a value, or of every element of a container: *data* is the unproven piece in it."""

    text: str = PROVEN
    data: ast.AST | None = None
    outside: bool = False
    place: tuple[int, int] | None = None
    each: Any = None
    parts: tuple[tuple[object, Any], ...] = ()

    @property
    def built(self) -> bool:
        return self.data is not None and bool(re.search(r"[A-Za-z\ue002]", self.text))

    @property
    def statement(self) -> bool:
        return self.built and bool(_STATEMENT.search(self.text) or _LOWER.search(self.text))


_CLEAN, _CHECKED = _Value(), _Value(PROVEN * 2)
_Env = dict[str, _Value]


def find_injections(tree: ast.Module) -> Iterator[Injection]:
    """Yield the places where data becomes SQL text, by line; a tree too deep to read yields nothing."""
    try:
        facts = _Facts(tree)
        found = _Reader(facts).run(tree) if facts.speaks_sql else {}
    except RecursionError:
        return
    yield from sorted(found.values())


def _either(values: Iterable[_Value]) -> _Value:
    """One of these values: the one we know worst about, with what all agree on inside."""
    given = list(dict.fromkeys(values))
    if len(given) < 2:
        return given[0] if given else _CLEAN
    worst = max(given, key=lambda value: (value.data is not None, value.built, value.outside, len(value.text)))
    names = [name for name, _ in given[0].parts]
    alike = all([name for name, _ in value.parts] == names for value in given)
    parts = tuple((name, _either(value.parts[at][1] for value in given)) for at, name in enumerate(names)) if alike else ()
    inside = [value.each for value in given if value.each is not None]
    return worst._replace(parts=parts, each=_either(inside) if inside else None)


def _together(values: Iterable[_Value], node: ast.AST, between: str = "") -> _Value:
    """These values one after another."""
    given = list(values)
    before = ""
    for at, value in enumerate(given):
        if value.text == HOLE and _MARK.search(before[-80:]):
            given[at] = _CLEAN  # it names a bound parameter
        before += given[at].text + between
    text = between.join(value.text for value in given)
    dirty = next((value for value in given if value.data is not None), None)
    if dirty is None:
        return _Value(text[:4000])
    place = next((value.place for value in given if value.place), None) or (node.lineno, node.col_offset)  # type: ignore[attr-defined]
    return _Value(text[:4000] + HOLE * (len(text) > 4000), dirty.data, any(value.outside for value in given), place)


def _depth(value: _Value) -> int:
    """How many containers lie in each other; they are known three deep, as comparing deeper ones doubles with each."""
    return 1 + max(map(_depth, [each for _, each in value.parts] + [value.each] * (value.each is not None)), default=-1)


def _container(parts: Sequence[tuple[object, _Value]], node: ast.AST, each: _Value | None = None) -> _Value:
    parts = [(name, value if _depth(value) < 3 else value._replace(parts=(), each=None)) for name, value in parts]
    inside = [value for _, value in parts]
    return _together(inside, node, "\n")._replace(each=each or _either(inside), parts=tuple(parts))


def _is_clean_type(annotation: ast.AST | None, enums: set[str]) -> bool:
    if annotation is None or isinstance(annotation, ast.Name) and annotation.id not in _CLEAN_TYPES | enums:
        return False
    if isinstance(annotation, ast.Subscript) and _name(annotation.value) == "Literal":
        return True
    names = {_name(node) for node in ast.walk(annotation) if isinstance(node, (ast.Name, ast.Attribute))}
    return bool(names & (_CLEAN_TYPES | enums)) and names <= _CLEAN_TYPES | _CONTAINERS | enums


def _name(node: ast.AST | None) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _key(node: ast.AST | None) -> str:
    """How the environment calls a place: `x`, `x.y`, `x['y']`; empty for what is no place."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return base + "." + node.attr if (base := _key(node.value)) else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Constant, ast.Name)):
        return f"{base}[{ast.unparse(node.slice)}]" if (base := _key(node.value)) else ""
    return ""


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return _name(node)


def _same(node: ast.expr) -> ast.expr:
    """The place whose content a check of *node* speaks about: `x` for `x.strip().lower()`, `set(x)`, `x.replace("_", "")`."""
    while isinstance(node, (ast.Call, ast.NamedExpr)):
        if isinstance(node, ast.NamedExpr):
            node = node.target
        elif isinstance(node.func, ast.Attribute) and node.func.attr in ("lower", "upper", "strip", "casefold", "replace", "keys"):
            node = node.func.value
        elif _name(node.func) in ("set", "str", "frozenset", "list", "tuple", "sorted") and node.args:
            node = node.args[0]
        else:
            break
    return node


def _is_strict(pattern: str, *, whole: bool) -> bool:
    """Whether a match says that the text holds nothing that ends a name or a number."""
    plain = re.sub(r"\\[.dwDZAb\-$]|\[[^]^'\";\s\\]+(?:\\[wd.$\-][^]^'\";\s\\]*)*\]", "", pattern)
    anchored = whole or pattern.endswith(("$", r"\Z"))
    return anchored and not re.search(r"[.'\";]|\[\^|\\[SWs]|\s", plain.replace("(?:", ""))


def _joined(envs: Sequence[_Env]) -> _Env:
    """What holds after branches that ended so; what was only proven of a part of an object must hold in all."""
    if len(envs) == 1:
        return dict(envs[0])
    names = dict.fromkeys(name for env in envs for name in env)
    return {
        name: _either(env[name] for env in envs if name in env) for name in names if name.isidentifier() or all(name in env for env in envs)
    }


_Function = ast.FunctionDef | ast.AsyncFunctionDef


class _Facts:
    """What one walk over the module tells: functions, classes, imports, options that hold numbers or choices."""

    def __init__(self, tree: ast.Module) -> None:
        self.functions: dict[str, _Function] = {}
        self.owners: dict[ast.AST, str] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.enums: set[str] = set()
        self.imports: dict[str, str] = {}
        self.clean_fields = set(_CLEAN_FIELDS)
        self.options: set[str] = set()
        self.speaks_sql = False
        self.called, self.named = Counter[str](), Counter[str]()
        sight = {getattr(ast, name[5:]): getattr(self, name) for name in dir(self) if name.startswith("_see_")}
        for node in ast.walk(tree):
            if see := sight.get(type(node)):
                see(node)
        self.top = {*tree.body, *(each for kind in self.classes.values() for each in kind.body)}

    def is_inlined(self, function: _Function) -> bool:
        """Whether every use of a function is a call that we see."""
        hidden = function.name.startswith("_") and not function.name.endswith("__") or function not in self.top
        plain = not function.decorator_list or function.name.startswith("_") and len(function.decorator_list) == 1
        return hidden and plain and 0 < self.called[function.name] == self.named[function.name]

    def _see_Constant(self, node: ast.Constant) -> None:
        if not self.speaks_sql and isinstance(node.value, str) and _ANY_SQL.search(node.value):
            self.speaks_sql = True

    def _see_Name(self, node: ast.Name) -> None:
        self.named[node.id] += isinstance(node.ctx, ast.Load)
        self.speaks_sql = self.speaks_sql or node.id in _SINKS

    def _see_Attribute(self, node: ast.Attribute) -> None:
        self.named[node.attr] += 1
        self.speaks_sql = self.speaks_sql or node.attr in _SINKS or node.attr == "execute_stored_procedure"

    def _see_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        self.called[name] += 1
        words = {word.arg: word.value for word in node.keywords}
        if name in ("add_argument", "option", "argument", "Option", "Argument") and node.args:
            kind = words.get("type")
            kind = kind.func if isinstance(kind, ast.Call) else kind
            if "choices" in words or _name(kind) in _CLEAN_TYPES or _name(words.get("action")) in ("count",):
                names = [str(each.value).lstrip("-").replace("-", "_") for each in node.args if isinstance(each, ast.Constant)]
                dest = words.get("dest")
                self.options |= {str(dest.value)} if isinstance(dest, ast.Constant) else set(names)

    def _see_FunctionDef(self, node: _Function) -> None:
        self.functions[node.name] = node

    _see_AsyncFunctionDef = _see_FunctionDef

    def _see_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        module = getattr(node, "module", None)
        for alias in node.names:
            self.imports[alias.asname or alias.name] = module or alias.name

    _see_ImportFrom = _see_Import

    def _see_ClassDef(self, node: ast.ClassDef) -> None:
        self.classes[node.name] = node
        if any(re.search(r"Enum$|Flag$", _name(base)) for base in node.bases):
            self.enums.add(node.name)
        for each in node.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions[f"{node.name}.{each.name}"] = each
                self.owners[each] = node.name
            if isinstance(each, ast.AnnAssign) and _is_clean_type(each.annotation, self.enums):
                self.clean_fields.add(_name(each.target))


class _Call(NamedTuple):
    """A call with what its parts are worth; *base* is what the method belongs to."""

    node: ast.Call
    name: str
    base: ast.expr | None
    owner: _Value
    args: list[_Value]
    words: dict[str, _Value]

    @property
    def all(self) -> list[_Value]:
        return [*self.args, *self.words.values()]


class _Reader:
    """Reads functions statement by statement; `env` is what names hold at this point."""

    def __init__(self, facts: _Facts) -> None:
        self.facts, self.found = facts, dict[tuple[int, int], Injection]()
        self.env: _Env = {}
        self.globals: _Env = {}
        self.inside = False
        self.sight = {getattr(ast, name[6:]): getattr(self, name) for name in dir(self) if name.startswith("_read_")}
        self.fields: dict[str, _Env] = {name: {} for name in facts.classes}
        self.owner = ""
        self.meaning: dict[str, ast.expr] = {}
        self.exits: list[list[_Env]] = []
        self.returns: list[_Value] = []
        self.closures: dict[ast.AST, _Env] = {}
        self.read_before: dict[Any, tuple[_Value, frozenset[str]]] = {}
        self.seen: Counter[ast.AST] = Counter()

    def run(self, tree: ast.Module) -> dict[tuple[int, int], Injection]:
        """Read the module, then every function that can be called from elsewhere, then what nobody called."""
        self.block(tree.body)
        functions = sorted(dict.fromkeys(self.facts.functions.values()), key=lambda each: each.name != "__init__")
        for function in functions:
            if function in self.facts.top and not self.facts.is_inlined(function):
                self.enter(function, {})
        for function in functions:
            if not self.seen[function]:
                self.enter(function, {})
        return self.found

    # functions

    def enter(self, function: _Function, given: _Env) -> _Value:
        """Read a function with these arguments, the others being data. Returns what it returns."""
        key = (function, tuple(given.items()))
        if key not in self.read_before:
            if self.seen[function] > 12:
                return _Value(HOLE, function)
            self.seen[function] += 1
            self.read_before[key] = (_Value(HOLE, function), frozenset())
            self.read_before[key] = self._body(function, given)
        return self.read_before[key][0]

    def _body(self, function: _Function, given: _Env) -> tuple[_Value, frozenset[str]]:
        kept = self.env, self.owner, self.exits, self.returns, self.meaning, self.inside
        if not self.inside:
            self.globals, self.inside = self.env, True
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [each for each in (arguments.vararg, arguments.kwarg) if each]
        self.env = {**self.closures.get(function, {}), **{each.arg: self._argument(function, each, given) for each in every}}
        self.owner, self.exits, self.returns, self.meaning = self.facts.owners.get(function, self.owner), [], [], dict(self.meaning)
        self.block(function.body)
        proven = frozenset(each.arg for each in every if self.env.get(each.arg) == _CHECKED)
        result = _CLEAN if _is_clean_type(function.returns, self.facts.enums) else _either(self.returns)
        self.env, self.owner, self.exits, self.returns, self.meaning, self.inside = kept
        return result, proven

    def _argument(self, function: _Function, argument: ast.arg, given: _Env) -> _Value:
        chosen = function.decorator_list and argument.arg in self.facts.options
        if chosen or _is_clean_type(argument.annotation, self.facts.enums):
            return _CLEAN
        return given.get(argument.arg, _Value(HOLE, argument))

    def _bind(self, function: _Function, call: _Call) -> _Env:
        names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        if function in self.facts.owners and names[:1] in (["self"], ["cls"]):
            names = names[1:]
        given = dict(zip(names, call.args, strict=False))
        defaults = function.args.defaults
        late = {name: self.read(value) for name, value in zip(names[-len(defaults) :] if defaults else [], defaults, strict=False)}
        late |= {
            each.arg: self.read(value) for each, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True) if value
        }
        if any(isinstance(each, ast.Starred) for each in call.node.args) or None in {word.arg for word in call.node.keywords}:
            late, given = {}, {}
        return {**late, **given, **{name: value for name, value in call.words.items() if name}}

    # statements

    def block(self, statements: Iterable[ast.stmt]) -> bool:
        """Read statements. Returns whether their end can be reached."""
        return all(self._step(statement) for statement in statements)

    def _step(self, node: ast.stmt) -> bool:
        do = getattr(self, f"_do_{type(node).__name__}", None)
        if do:
            return do(node) is not False
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.read(child)
        return True

    def _do_FunctionDef(self, node: _Function) -> None:
        self.closures[node] = self.env if self.inside else {}

    _do_AsyncFunctionDef = _do_FunctionDef

    def _do_ClassDef(self, node: ast.ClassDef) -> None:
        kept, self.env, self.owner = self.env, dict(self.env), node.name
        open_fields = {_name(base) for base in node.bases} & {"NamedTuple", "BaseModel", "BaseSettings", "TypedDict"} or any(
            "dataclass" in ast.unparse(each) or "define" in ast.unparse(each) for each in node.decorator_list
        )
        for each in node.body:
            self._step(each)
            target = each.target if isinstance(each, ast.AnnAssign) else each.targets[0] if isinstance(each, ast.Assign) else None
            if isinstance(target, ast.Name) and (value := self.env.get(target.id)) is not None:
                constant = isinstance(each, ast.Assign) or not open_fields or "ClassVar" in ast.unparse(each)
                self.fields[node.name][target.id] = value if constant else _Value(HOLE, target)
        self.env, self.owner = kept, ""

    def _do_Assign(self, node: ast.Assign) -> None:
        value = self.read(node.value)
        for target in node.targets:
            self.assign(target, value, node.value)

    def _do_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            value = self.read(node.value)
            self.assign(node.target, _CLEAN if _is_clean_type(node.annotation, self.facts.enums) else value, node.value)

    def _do_AugAssign(self, node: ast.AugAssign) -> None:
        whole = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
        self.assign(node.target, self.read(whole))

    def _do_Return(self, node: ast.Return) -> bool:
        value = self.read(node.value) if node.value else _CLEAN
        self.escape(value, node, "a returned value")
        self.returns.append(value)
        return False

    def _do_Raise(self, node: ast.Raise) -> bool:
        if isinstance(node.exc, ast.Call):
            for each in [*node.exc.args, *(word.value for word in node.exc.keywords)]:
                self.read(each)
        return False

    def _do_Continue(self, _node: ast.stmt) -> bool:
        if self.exits:
            self.exits[-1].append(self.env)
        return False

    _do_Break = _do_Continue

    def _do_Expr(self, node: ast.Expr) -> bool:
        value = node.value
        self.read(value)
        if isinstance(value, ast.Call) and _name(value.func) in _CLEAN_CALLS | self.facts.enums and value.args:
            self.clean(value.args[0])
        return not (isinstance(value, ast.Call) and _name(value.func) in ("exit", "abort", "fail", "_exit"))

    def _do_Assert(self, node: ast.Assert) -> None:
        self.read(node.test)
        self.prove(node.test, True)

    def _do_If(self, node: ast.If) -> bool:
        self.read(node.test)
        before = self.env
        return self._merge(self._branch(before, node.test, True, node.body), self._branch(before, node.test, False, node.orelse))

    def _do_Match(self, node: ast.Match) -> bool:
        self.read(node.subject)
        before, ends = self.env, []
        for case in node.cases:
            self.env = dict(before)
            patterns = list(ast.walk(case.pattern))
            if not any(isinstance(each, (ast.MatchAs, ast.MatchStar, ast.MatchMapping, ast.MatchClass)) for each in patterns):
                self.clean(node.subject)
            for each in patterns:
                if isinstance(each, (ast.MatchAs, ast.MatchStar)) and each.name:
                    bound = isinstance(each, ast.MatchAs) and each.pattern is not None
                    self.env[each.name] = _CLEAN if bound else _Value(HOLE, node.subject)
            if case.guard:
                self.prove(case.guard, True)
            ends.append(self.env if self.block(case.body) else None)
        complete = any(isinstance(case.pattern, ast.MatchAs) and not case.pattern.pattern and not case.guard for case in node.cases)
        return self._merge(*ends, None if complete else before)

    def _do_For(self, node: ast.For | ast.AsyncFor) -> bool:
        item = self._element(node.iter)
        place = _key(_same(node.iter))
        self._loop(node.body, lambda: self.assign(node.target, item), _key(node.target) if place else "", place)
        return self.block(node.orelse)

    _do_AsyncFor = _do_For

    def _do_While(self, node: ast.While) -> bool:
        self._loop(node.body, lambda: self._test(node.test), "", "")
        self.prove(node.test, False)
        return self.block(node.orelse)

    def _test(self, test: ast.expr) -> None:
        self.read(test)
        self.prove(test, True)

    def _loop(self, body: list[ast.stmt], start: Callable[[], object], item: str, whole: str) -> None:
        for _ in range(2):
            before = dict(self.env)
            self.exits.append([])
            start()
            alive = self.block(body)
            ends = self.exits.pop() + [self.env] * alive
            checked = item and ends and before.get(whole, _CLEAN).data and all(env.get(item, _CLEAN).data is None for env in ends)
            self.env = _joined([before, *ends])
            if checked:
                self.env[whole] = _CLEAN
            if self.env == before:
                break

    def _do_With(self, node: ast.With | ast.AsyncWith) -> bool:
        before = dict(self.env)
        for each in node.items:
            value = self.read(each.context_expr)
            if each.optional_vars:
                self.assign(each.optional_vars, value)
        alive = self.block(node.body)
        if any(isinstance(each.context_expr, ast.Call) and _name(each.context_expr.func) == "suppress" for each in node.items):
            return self._merge(before, self.env if alive else None)
        return alive

    _do_AsyncWith = _do_With

    def _do_Try(self, node: ast.Try) -> bool:
        before = dict(self.env)
        ends = [self.env if self.block([*node.body, *node.orelse]) else None]
        middle = _joined([before, self.env])
        for handler in node.handlers:
            self.env = dict(middle)
            ends.append(self.env if self.block(handler.body) else None)
        alive = self._merge(*ends)
        return self.block(node.finalbody) and alive

    _do_TryStar = _do_Try

    def _branch(self, before: _Env, test: ast.expr, truth: bool, body: list[ast.stmt]) -> _Env | None:
        self.env = dict(before)
        self.prove(test, truth)
        return self.env if self.block(body) else None

    def _merge(self, *envs: _Env | None) -> bool:
        alive = [env for env in envs if env is not None]
        joined = _joined(alive) if alive else self.env
        self.env = joined
        return bool(alive)

    def assign(self, target: ast.expr, value: _Value, source: ast.expr | None = None) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            inside = dict(value.parts)
            for at, each in enumerate(target.elts):
                whole = isinstance(each, ast.Starred)
                self.assign(
                    each.value if isinstance(each, ast.Starred) else each, value if whole else inside.get(at, value._replace(parts=()))
                )
            return
        key, name = _key(target), _name(target)
        if _SQLISH.search(name) and value.statement:
            self.report(value, target, f"`{name}`")
        for stale in [each for each in self.env if each.startswith((key + ".", key + "["))]:
            del self.env[stale]
        if isinstance(target, ast.Subscript):
            self._add(target.value, value, target.slice)
        elif key:
            self.env[key] = value
            self.meaning.pop(key, None)
            if isinstance(source, (ast.Compare, ast.Call, ast.BoolOp, ast.ListComp, ast.SetComp, ast.BinOp, ast.UnaryOp)):
                self.meaning[key] = source
        if isinstance(target, ast.Attribute) and _name(target.value) in ("self", "cls") and self.owner:
            known = self.fields[self.owner]
            known[name] = _either([known[name], value]) if name in known else value

    def _add(self, where: ast.expr, value: _Value, name: ast.expr | None = None) -> None:
        """Put *value* into a container."""
        key, old = _key(where), self.read(where)
        each = self.read(name) if name is not None else value
        parts: dict[object, _Value] = {}
        if isinstance(name, ast.Constant):
            parts = {**dict(old.parts), name.value: value}
        if name is None and old.data is not None and old.text == HOLE and value.data is None:
            return
        new = _together([old, value] if old != _CLEAN else [value], where, "\n")
        new = new._replace(parts=tuple(parts.items()), each=_either([each] if old.each is None else [old.each, each]))
        if isinstance(where, ast.Attribute) and _name(where.value) == "self" and self.owner:
            self.fields[self.owner][where.attr] = new
        if key:
            self.env[key] = new

    # what a test proves

    def clean(self, node: ast.expr) -> None:
        """Take the place as proven; the source of a loop's or comprehension's item with it."""
        if key := _key(_same(node)):
            self.env[key] = _CHECKED

    def prove(self, test: ast.expr, truth: bool) -> None:
        """Take for proven what this test says when it is true, or false."""
        handle = getattr(self, f"_prove_{type(test).__name__}", None)
        if handle:
            handle(test, truth)

    def _prove_UnaryOp(self, test: ast.UnaryOp, truth: bool) -> None:
        if isinstance(test.op, ast.Not):
            self.prove(test.operand, not truth)

    def _prove_BoolOp(self, test: ast.BoolOp, truth: bool) -> None:
        if isinstance(test.op, ast.And) is truth:
            for each in test.values:
                self.prove(each, truth)
            return
        ends, before = [], self.env
        for each in test.values:
            self.env = dict(before)
            self.prove(each, truth)
            ends.append(self.env)
        self.env = _joined(ends)

    def _prove_Name(self, test: ast.Name, truth: bool) -> None:
        if meaning := self.meaning.pop(test.id, None):
            self.prove(meaning, truth)
            self.meaning[test.id] = meaning
        elif not truth and test.id in self.env:
            self.env[test.id] = _CLEAN

    def _prove_NamedExpr(self, test: ast.NamedExpr, truth: bool) -> None:
        self.prove(test.value, truth)

    def _prove_BinOp(self, test: ast.BinOp, truth: bool) -> None:
        if isinstance(test.op, ast.Sub) and not truth and self._lists(test.right):
            self.clean(test.left)

    def _prove_ListComp(self, test: ast.ListComp | ast.SetComp | ast.GeneratorExp, truth: bool) -> None:
        if not truth:
            self._prove_all(test.generators[0], test.generators[0].ifs, False)

    _prove_SetComp = _prove_GeneratorExp = _prove_ListComp

    def _prove_Compare(self, test: ast.Compare, truth: bool) -> None:
        kind, left, right = type(test.ops[0]), test.left, test.comparators[-1]
        if isinstance(right, ast.Constant) and right.value is None:
            self.prove(left, truth is (kind in (ast.IsNot, ast.NotEq)))
        elif any(isinstance(each, ast.Constant) and isinstance(each.value, (int, float)) for each in (left, *test.comparators)):
            if not isinstance(test.ops[-1], (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
                middle = test.comparators[0] if len(test.comparators) > 1 or isinstance(left, ast.Constant) else left
                if not isinstance(middle, ast.Call):
                    self.clean(middle)
        elif len(test.ops) > 1:
            return
        elif kind in (ast.In, ast.NotIn) and truth is (kind is ast.In) and self._lists(right):
            self.clean(left)
        elif kind in (ast.Eq, ast.NotEq, ast.Is, ast.IsNot) and truth is (kind in (ast.Eq, ast.Is)):
            if isinstance(left, ast.Call) and _name(left.func) == "type" and left.args:
                if _is_clean_type(right, set()):
                    self.clean(left.args[0])
                return
            if self.read(right).data is None:
                self.clean(left)
        elif kind in (ast.LtE, ast.GtE) and truth:
            small, big = (left, right) if kind is ast.LtE else (right, left)
            if self._lists(big):
                self.clean(small)

    def _prove_Call(self, test: ast.Call, truth: bool) -> None:
        name, base, args = _name(test.func), test.func.value if isinstance(test.func, ast.Attribute) else None, test.args
        if name == "bool" and args:
            self.prove(args[0], truth)
        elif name in ("all", "any") and args and isinstance(args[0], (ast.GeneratorExp, ast.ListComp)) and truth is (name == "all"):
            self._prove_all(args[0].generators[0], [args[0].elt], truth)
        elif name == "isinstance" and truth and len(args) == 2:
            kinds = args[1].elts if isinstance(args[1], ast.Tuple) else [args[1]]
            if all(_is_clean_type(each, self.facts.enums) for each in kinds):
                self.clean(args[0])
        elif name in ("fullmatch", "match", "search") and base is not None and args:
            self._prove_match(name, base, args, truth)
        elif name in _NAME_CHECKS and base is not None and truth:  # noqa: SIM114 - another reason
            self.clean(base)
        elif name == "issubset" and base is not None and args and truth and self._lists(args[0]):
            self.clean(base)
        elif name == "issuperset" and base is not None and args and truth and self._lists(base):
            self.clean(args[0])
        elif name == "difference" and base is not None and args and not truth and self._lists(args[0]):
            self.clean(base)
        elif (function := self._target(test)) and isinstance(function.body[-1], ast.Return) and function.body[-1].value:
            self._prove_local(function, function.body[-1].value, test, truth)

    def _prove_match(self, name: str, base: ast.expr, args: list[ast.expr], truth: bool) -> None:
        direct = _name(base) in ("re", "regex") and len(args) > 1
        pattern = self.read(args[0] if direct else base).text
        subject = args[1] if direct else args[0]
        if truth and _is_strict(pattern, whole=name == "fullmatch") and (name != "search" or pattern.startswith("^")):
            self.clean(subject)
        if not truth and name == "search" and re.fullmatch(r"\[\^[\w\\.-]+\]\+?|\\W\+?", pattern):
            self.clean(subject)

    def _prove_all(self, loop: ast.comprehension, tests: list[ast.expr], truth: bool) -> None:
        kept, item = self.env, _key(loop.target)
        self.env = {**kept, item: _Value(HOLE, loop.target)}
        for test in tests:
            self.prove(test, truth)
        proven = bool(tests) and self.env.get(item, _CLEAN).data is None
        self.env = kept
        if proven:
            self.clean(loop.iter)

    def _prove_local(self, function: _Function, answer: ast.expr, test: ast.Call, truth: bool) -> None:
        names = [each.arg for each in function.args.args if each.arg not in ("self", "cls")]
        kept, self.env = self.env, {name: _Value(HOLE, test) for name in names}
        self.prove(answer, truth)
        proven, self.env = self.env, kept
        for name, each in zip(names, test.args, strict=False):
            if proven[name].data is None:
                self.clean(each)

    def _lists(self, node: ast.expr) -> bool:
        """Whether a container can say which names are allowed: it is not data from outside itself."""
        value = self.read(node)
        return not value.outside and not (isinstance(node, ast.Name) and re.search(r"^(row|record|seen|done|line|payload)s?$", node.id))

    # expressions

    def read(self, node: ast.expr) -> _Value:
        if see := self.sight.get(type(node)):
            found: _Value = see(node)
            return found
        for child in ast.iter_child_nodes(node) if node._fields else ():
            if isinstance(child, ast.expr):
                self.read(child)
        return _CLEAN

    def _read_Constant(self, node: ast.Constant) -> _Value:
        return _Value(str(node.value))

    def _read_Name(self, node: ast.Name) -> _Value:
        found = self.env.get(node.id) or self.globals.get(node.id)
        if found is not None:
            return found
        return _CLEAN if re.fullmatch(r"[A-Z][A-Z0-9_]+|__\w+__", node.id) else _Value(HOLE, node)

    def _read_Attribute(self, node: ast.Attribute) -> _Value:
        key = _key(node)
        if key in self.env:
            return self.env[key]
        base = self.read(node.value)
        root = _name(node.value)
        if root in ("self", "cls"):
            return self._field(self.owner, node)
        if root in self.facts.enums or node.attr in self.facts.clean_fields or re.fullmatch(r"[A-Z][A-Z0-9_]+", node.attr):
            known = self.fields.get(root, {}).get(node.attr)
            return known or _CLEAN
        if root in self.fields:
            return self._field(root, node)
        if base.data is None or node.attr in self.facts.options:
            return _CLEAN
        outside = base.outside or key == "sys.argv" or key == "os.environ" or root == "request"
        return _Value(HOLE, node, outside)

    def _field(self, owner: str, node: ast.Attribute) -> _Value:
        family, classes = [owner], self.facts.classes
        for name in family:
            family += [base for each in (classes[name].bases if name in classes else []) if (base := _name(each)) not in family]
        family += [name for name, each in classes.items() if owner in map(_name, each.bases)]
        known = [found for name in family if (found := self.fields.get(name, {}).get(node.attr)) and found.text != "None"]
        if known:
            return _either(known)
        proven = node.attr in self.facts.clean_fields or re.fullmatch(r"[A-Z][A-Z0-9_]+", node.attr)
        method = self.facts.functions.get(f"{self.owner}.{node.attr}")
        if method and method.decorator_list:
            return self.enter(method, {})
        return _CLEAN if proven else _Value(HOLE, node)

    def _read_Subscript(self, node: ast.Subscript) -> _Value:
        if (key := _key(node)) in self.env:
            return self.env[key]
        value = self.read(node.value)
        self.read(node.slice)
        inside = dict(value.parts)
        if isinstance(node.slice, ast.Constant) and node.slice.value in inside:
            found: _Value = inside[node.slice.value]
            return found
        if isinstance(node.slice, ast.Slice) or value.data is None and not inside:
            return value
        if _name(node.value) in self.facts.enums:
            return _CLEAN
        if inside:
            return _either(inside.values())
        return value._replace(each=None, data=node if value.text == HOLE else value.data)

    def _read_JoinedStr(self, node: ast.JoinedStr) -> _Value:
        return _together([self.read(each) for each in node.values], node)

    def _read_FormattedValue(self, node: ast.FormattedValue) -> _Value:
        value = self.read(node.value)
        spec = self.read(node.format_spec).text if node.format_spec else ""
        return _CLEAN if _NUMERIC_SPEC.fullmatch(spec) else value

    def _read_BinOp(self, node: ast.BinOp) -> _Value:
        left, right = self.read(node.left), self.read(node.right)
        number = any(isinstance(each, ast.Constant) and isinstance(each.value, (int, float)) for each in (node.left, node.right))
        if isinstance(node.op, ast.Add):
            return _CLEAN if number else _together([left, right], node)
        if isinstance(node.op, ast.Mod):
            return _CLEAN if number and isinstance(node.right, ast.Constant) and left.text == HOLE else self._percent(node, left, right)
        if isinstance(node.op, ast.Mult):
            return right if isinstance(node.left, ast.Constant) and not isinstance(node.left.value, str) else left
        if isinstance(node.op, ast.Sub):
            return _CLEAN if number or right == _CLEAN else left
        return _together([left, right], node) if isinstance(node.op, (ast.Div, ast.BitOr, ast.BitAnd)) else _CLEAN

    def _percent(self, node: ast.BinOp, left: _Value, right: _Value) -> _Value:
        inside, positions = dict(right.parts), iter(range(99))

        def lookup(found: re.Match[str]) -> _Value | None:
            if found[2] == "%":
                return _Value("%")
            name: object = found[1] or next(positions, 99)
            value: _Value = inside.get(name, right)
            return _CLEAN if found[2] in "diufFeEgGxXoc" else value

        return self._fill(_PERCENT, left, lookup, [right], node)

    def _fill(
        self, holes: re.Pattern[str], text: _Value, lookup: Callable[[re.Match[str]], _Value | None], given: list[_Value], node: ast.expr
    ) -> _Value:
        """A text whose places are filled; what is given to a text we do not know is somewhere in it."""
        pieces, end = [], 0
        for found in holes.finditer(text.text):
            pieces += [_Value(text.text[end : found.start()]), lookup(found) or _Value(found[0])]
            end = found.end()
        pieces.append(text._replace(text=text.text[end:]))
        if FILE in text.text or text.text == HOLE:
            pieces += given
        return _together(pieces, node)

    def _read_IfExp(self, node: ast.IfExp) -> _Value:
        self.read(node.test)
        before, values = self.env, []
        for truth, each in ((True, node.body), (False, node.orelse)):
            self.env = dict(before)
            self.prove(node.test, truth)
            values.append(self.read(each))
        self.env = before
        return _either(values)

    def _read_BoolOp(self, node: ast.BoolOp) -> _Value:
        before, values = self.env, []
        self.env = dict(before)
        for each in node.values:
            values.append(self.read(each))
            self.prove(each, isinstance(node.op, ast.And))
        self.env = before
        return _either(values)

    def _read_NamedExpr(self, node: ast.NamedExpr) -> _Value:
        value = self.read(node.value)
        self.assign(node.target, value, node.value)
        return value

    def _read_List(self, node: ast.List | ast.Tuple | ast.Set) -> _Value:
        return _container([(at, self.read(each)) for at, each in enumerate(node.elts)], node)

    _read_Tuple = _read_Set = _read_List

    def _read_Dict(self, node: ast.Dict) -> _Value:
        parts: list[tuple[object, _Value]] = []
        names: list[_Value] = []
        for key, each in zip(node.keys, node.values, strict=True):
            value = self.read(each)
            parts += [(key.value if isinstance(key, ast.Constant) else ast.unparse(key), value)] if key else value.parts or [("**", value)]
            names.append(self.read(key) if key else value.each or value)
        return _container(parts, node, _either(names))

    def _read_Starred(self, node: ast.Starred) -> _Value:
        return self.read(node.value)

    _read_Await = _read_YieldFrom = _read_Starred

    def _read_Yield(self, node: ast.Yield) -> _Value:
        value = self.read(node.value) if node.value else _CLEAN
        self.escape(value, node, "a yielded value")
        self.returns.append(value)
        return _Value(HOLE, node)

    def _read_Lambda(self, node: ast.Lambda) -> _Value:
        kept, self.env = self.env, {**self.env, **{each.arg: _Value(HOLE, each) for each in node.args.args}}
        value = self.read(node.body)
        self.env = kept
        return value

    def _read_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> _Value:
        return self._comprehend(node.generators, lambda: [self.read(node.elt)])[0]

    _read_SetComp = _read_GeneratorExp = _read_ListComp

    def _read_DictComp(self, node: ast.DictComp) -> _Value:
        key, value = self._comprehend(node.generators, lambda: [self.read(node.key), self.read(node.value)])
        return value._replace(parts=(), each=key)

    def _comprehend(self, loops: list[ast.comprehension], inside: Callable[[], list[_Value]]) -> list[_Value]:
        kept, self.env = self.env, dict(self.env)
        for loop in loops:
            self.assign(loop.target, self._element(loop.iter))
            for test in loop.ifs:
                self.read(test)
                self.prove(test, True)
        values = [value._replace(parts=(), each=value) for value in inside()]
        self.env = kept
        return values

    def _element(self, node: ast.expr) -> _Value:
        """What a loop over *node* gives."""
        if isinstance(node, ast.Call) and node.args and (name := _name(node.func)) in ("enumerate", "zip"):
            given = [self._element(each) for each in node.args]
            return _container(list(enumerate([_CLEAN, given[0]] if name == "enumerate" else given)), node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "values"):
            owner = self.read(node.func.value)
            value = _either(each for _, each in owner.parts) if owner.parts else owner._replace(each=None)
            return _container([(0, owner.each or owner), (1, value)], node) if node.func.attr == "items" else value
        value = self.read(node)
        return value.each if value.each is not None else value._replace(parts=())

    # calls

    def _read_Call(self, node: ast.Call) -> _Value:
        base = node.func.value if isinstance(node.func, ast.Attribute) else None
        owner = self.read(base) if base is not None else self.read(node.func) if isinstance(node.func, ast.Name) else _CLEAN
        words = {word.arg or "**": self.read(word.value) for word in node.keywords}
        call = _Call(node, _name(node.func), base, owner, [self.read(each) for each in node.args], words)
        for way in (self._local, self._sink, self._text_method, self._proven, self._outside, self._container_method, self._passing):
            if (value := way(call)) is not None:
                return value
        return self._unknown(call)

    def _target(self, node: ast.Call) -> _Function | None:
        """The function of this module that a call leads to."""
        name, functions = _name(node.func), self.facts.functions
        if isinstance(node.func, ast.Name):
            return functions.get(f"{name}.__init__") if name in self.facts.classes else functions.get(name)
        if isinstance(node.func, ast.Attribute) and _name(node.func.value) in ("self", "cls", "super"):
            return functions.get(f"{self.owner}.{name}") or functions.get(name)
        found = functions.get(name)
        return found if found in self.facts.owners and name not in _SINKS and not hasattr(str, name) and not hasattr(dict, name) else None

    def _local(self, call: _Call) -> _Value | None:
        function = self._target(call.node)
        if function is None:
            return None
        given = self._bind(function, call)
        if function.args.vararg:
            for value in call.args:
                self.escape(value, call.node, f"{call.name}()")
        result = self.enter(function, given)
        proven = self.read_before[(function, tuple(given.items()))][1] if (function, tuple(given.items())) in self.read_before else ()
        names = [each.arg for each in function.args.args if each.arg not in ("self", "cls")]
        for name, each in zip(names, call.node.args, strict=False):
            if name in proven:
                self.clean(each)
        if call.name in self.facts.classes:
            return _Value(HOLE, call.node)
        return result

    def _sink(self, call: _Call) -> _Value | None:
        if call.name in _FRAGMENT_USERS:
            for each in call.node.args:
                made = self.meaning.get(each.id) if isinstance(each, ast.Name) else each
                if isinstance(made, ast.Call) and self._is_text(made) and made.args and (value := self.read(made.args[0])).data:
                    self.report(value, made, f"{call.name}()")
        if call.name == "execute_stored_procedure" and call.args and (call.args[0].statement or " " in call.args[0].text):
            self.report(call.args[0], call.node, f"{call.name}()")
        if call.name not in _SINKS or call.name == "text" and not self._is_text(call.node):
            return None
        given = call.args[:1] + [value for name, value in call.words.items() if name in _SQL_KEYWORDS]
        for value in given:
            value = next((part for _, part in value.parts), value)
            if value.built or value.data is not None and (value.outside or call.name == "literal_column"):
                self.report(value, call.node, f"{call.name}()")
        composing = call.name in ("text", "SQL", "literal_column", "RawSQL")
        if composing and given:
            return given[0] if given[0].data or call.name != "SQL" else _CLEAN
        return _Value(HOLE, call.node)

    def _is_text(self, node: ast.Call) -> bool:
        if _name(node.func) == "literal_column":
            return True
        origin = self.facts.imports.get("text", "sqlalchemy") if isinstance(node.func, ast.Name) else _root(node.func)
        return (
            _name(node.func) == "text"
            and bool(re.match(r"sqlalchemy|sqlmodel|sa$|db$|sqla|sql$", origin))
            and "text" not in self.facts.functions
        )

    def _text_method(self, call: _Call) -> _Value | None:
        if call.base is None:
            return None
        if call.name == "join" and call.args:
            given = call.args[0]
            given = given.each if given.parts and isinstance(given.parts[0][0], str) else given
            return _together([given, call.owner, given._replace(text="")], call.node)
        if call.name in ("format", "format_map", "substitute", "safe_substitute", "render"):
            return self._format(call)
        if call.name in ("replace", "sub") and len(call.args) >= 2:
            return self._replace(call)
        return None

    def _format(self, call: _Call) -> _Value:
        if call.owner == _CLEAN:
            return _CLEAN
        named: dict[object, _Value] = {}
        named.update(call.words.items())
        mappings = [named.pop("**")] if "**" in named else []
        for value in mappings if call.name == "format" else [*call.args, *mappings]:
            named = {**dict(value.parts), None: value, **named}
        positions = iter(range(99))

        def lookup(found: re.Match[str]) -> _Value | None:
            name = re.split(r"[.\[]", found[1] or "")[0] if found.re is not _FIELD or found[0] not in ("{{", "}}") else "{"
            if name == "{" or found.lastindex == 2 and _NUMERIC_SPEC.fullmatch(found[2]):
                return _CLEAN
            at = int(name) if name.isdigit() else next(positions, 99) if not name else -1
            return call.args[at] if call.name == "format" and 0 <= at < len(call.args) else named.get(name, named.get(None))

        holes = {"format": _FIELD, "format_map": _FIELD, "render": _JINJA}.get(call.name, _DOLLAR)
        return self._fill(holes, call.owner, lookup, call.all, call.node)

    def _replace(self, call: _Call) -> _Value:
        if call.name == "sub":
            pattern = call.args[0].text if _name(call.base) == "re" else call.owner.text
            subject = call.args[2] if _name(call.base) == "re" and len(call.args) > 2 else call.args[-1]
            return (
                _CLEAN
                if re.fullmatch(r"\[\^[\w\\.-]+\]\+?|\\W\+?", pattern)
                else _either([subject, call.args[1 if _name(call.base) == "re" else 0]])
            )
        old, new = call.args[0].text, call.args[1]
        if (old, new.text) in (("]", "]]"), ('"', '""'), ("`", "``")):
            return _CLEAN
        if new.data is None and old not in call.owner.text:
            return call.owner
        pieces = call.owner.text.split(old) if old else [call.owner.text]
        known = [call.owner._replace(text=pieces[0])]
        for piece in pieces[1:]:
            known += [new, _Value(piece)]
        if len(pieces) == 1 and (FILE in call.owner.text or HOLE in call.owner.text or HOLE in old):
            known.append(new)
        return _together(known, call.node)

    def _proven(self, call: _Call) -> _Value | None:
        origin = self.facts.imports.get(call.name, "") if call.base is None else _root(call.base)
        if _QUOTES.search(call.name) and origin.split(".")[0] not in _FOREIGN_QUOTES:
            return _CLEAN
        if call.name in _CLEAN_CALLS or call.name in self.facts.enums:
            return _CLEAN
        if call.name == "compile" and call.args:
            return call.args[0]
        if call.name == "strftime":
            return call.args[-1] if call.args else _CLEAN
        if call.name == "map" and len(call.args) > 1:
            how = _name(call.node.args[0])
            lambda_value = call.args[0] if isinstance(call.node.args[0], ast.Lambda) else call.args[1]
            return _CLEAN if how in _CLEAN_CALLS or "quote" in how or "identifier" in how else lambda_value
        return None

    def _outside(self, call: _Call) -> _Value | None:
        if call.name in _READS and call.base is not None:
            if call.name == "getvalue":
                return call.owner
            proven = call.owner.data is None and not _DATA_FILE.search(call.owner.text)
            return _Value(FILE) if proven else _Value(HOLE, call.node, call.owner.outside)
        if call.name == "open" and (given := [call.owner] * (call.base is not None and call.owner.text != HOLE) or call.args):
            return given[0]._replace(each=_Value(HOLE, call.node) if _DATA_FILE.search(given[0].text) else None)
        if call.name in _OUTSIDE and not (call.name in ("load", "loads", "safe_load") and _root(call.node.func) in ("tomllib", "toml")):
            return _Value(HOLE, call.node, True)
        return None

    def _container_method(self, call: _Call) -> _Value | None:
        if call.base is None:
            return None
        if call.name in _ADDING and call.args:
            value = call.args[-1]
            if call.name in ("extend", "update", "writelines") and value.each is not None:
                value = value.each
            self._add(call.base, value, call.node.args[0] if call.name == "setdefault" else None)
            return value if call.name == "setdefault" else _CLEAN
        if call.name in ("get", "pop") and call.args and (call.owner.parts or call.owner.data is None):
            inside = dict(call.owner.parts)
            first = call.node.args[0]
            known = isinstance(first, ast.Constant) and first.value in inside
            found = [inside[first.value]] if known and isinstance(first, ast.Constant) else [*inside.values()] or [call.owner]
            return _either([*found, *call.args[1:]])
        if call.name in ("keys", "copy"):
            return call.owner.each if call.owner.each and call.name == "keys" else call.owner
        return None

    def _passing(self, call: _Call) -> _Value | None:
        if call.name in _PASSING and (call.base is None or call.owner.data is not None and call.owner.text == HOLE) and call.all:
            if call.name in ("dict",) and call.words:
                return _container(list(call.words.items()), call.node, _CLEAN)
            return _either(call.all) if len(call.all) > 1 else call.all[0]
        return None

    def _unknown(self, call: _Call) -> _Value:
        quiet = _MESSAGE.fullmatch(call.name) and not _SQLISH.search(call.name) or re.search(r"(?i)log", _root(call.node.func))
        for value in [] if quiet else call.all:
            self.escape(value, call.node, f"{call.name}()")
        if call.base is None and call.args and all(value.data is None for value in call.all) and self._is_record(call.name):
            return _CLEAN
        if call.base is None or call.owner.text == HOLE:
            empty = call.base is None and call.name in ("list", "dict", "set", "tuple", "str", "StringIO", "defaultdict", "deque")
            return _Value("", None) if empty else _Value(HOLE, call.node, call.owner.outside and call.base is not None)
        return call.owner._replace(parts=())

    def _is_record(self, name: str) -> bool:
        """Whether this class only holds what it is given."""
        made = self.meaning.get(name)
        return name in self.facts.classes or isinstance(made, ast.Call) and _name(made.func) == "namedtuple"

    # findings

    def escape(self, value: _Value, node: ast.AST, where: str) -> None:
        """A finished statement leaves our sight: somebody will run it."""
        inside = [each for _, each in value.parts] + ([value.each] if value.each is not None else [])
        for each in inside or [value]:
            if each.parts:
                self.escape(each, node, where)
            elif each.statement:
                self.report(each, node, where)

    def report(self, value: _Value, node: ast.AST, where: str) -> None:
        if value.data is None:
            return
        place = value.place or (node.lineno, node.col_offset)  # type: ignore[attr-defined]
        shown = value.data.arg if isinstance(value.data, ast.arg) else _name(value.data) or ast.unparse(value.data)[:60]
        if isinstance(value.data, _Function):
            shown = f"{value.data.name}()"
        before = value.text.partition(HOLE)[0]
        bound = re.sub(r"\W+", "_", shown).strip("_")[-30:]
        advice = (
            f"write `{{db_helper.quote({shown})}}` in its place"
            if _NAME_PLACE.search(before)
            else (f'write `:{bound}` in its place, unquoted, and pass {{"{bound}": {shown}}} beside the text')
        )
        if not value.built:
            advice = f"write the text here, data as bound parameters such as `:{bound}`, names as `db_helper.quote(name)`"
        self.found.setdefault(place, Injection(place[0], place[1], f"`{shown}` flows into SQL text for {where}: {advice}"))
