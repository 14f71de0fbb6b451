"""Errors and logging: what went wrong at night is found in the morning, and nothing private is found with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import Fix, Problem, at, file_rule
from workflow_template.standards.source import Kind, Source, dotted, walk

_FIELD = Pattern(r"%\(\w+\)")
_MARK = Pattern(r"%%|%[-#0 +]{0,5}[\d*]{0,9}(?:\.\d{1,9})?[a-zA-Z]")
_NUMERIC = Pattern(r"[,_]|[bcdeEfFgGnoxX%]'?$")
_LEVELS = frozenset(["debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log"])
_LOUD = frozenset(["warning", "warn", "error", "exception", "critical", "fatal"])
_CONFIGURES = ("basicConfig", "dictConfig", "fileConfig")
_BROAD = frozenset(("Exception", "BaseException"))
_WORK = Pattern(
    r"(.*\.)?(\w*(SQLAlchemy|Database|DBAPI|Operational|Programming|Integrity|Interface|Connection|Timeout|HTTP|Request|SMTP|SFTP|SSH|Transport"
    r"|URL|API)\w*(Error|Exception)|Timeout)|(pyodbc|requests|psycopg2?|pymysql|httpx|aiohttp)\.(exceptions\.)?\w+"
)
_WAITING = Pattern(r"(?i)futures?\.?timeout|asyncio\.timeout|TimeoutExpired|\bEmpty$")  # nothing came yet, which is no error
_SECRET = Pattern(
    r"(?i)(^|_)(pass(word|wd|phrase)?|pwd|secrets?|(api|access|secret|private|auth|encryption)_?key|(access|auth|bearer|refresh|api|sas|session)_?token|token|credentials?|conn(ection)?_?str(ing)?|dsn|authorization)$"
)
_ROWS = frozenset(
    [
        "row",
        "rows",
        "record",
        "records",
        "rec",
        "recs",
        "df",
        "dataframe",
        "payload",
        "params",
        "parameters",
        "customer_row",
        "result_rows",
        "batch_rows",
        "raw_row",
        "raw_record",
    ]
)
_BODIES = frozenset(
    ("response.text", "response.content", "resp.text", "resp.content", "r.text", "request.body", "request.data", "request.form")
)


def _production(kind: Kind) -> bool:
    return kind.is_production


@file_rule("WF301", "The script configures logging once, in the format that all logs have", lambda kind: kind.area == "main", fixes=True)
def configures_logging(source: Source) -> Iterator[Problem]:
    """One format is what a search over all logs reads; a second configuration is ignored by Python in silence.

    Bad:
        import logging

        logging.basicConfig(level=logging.INFO, format="%(message)s")
        logger = logging.getLogger(__name__)
    Good:
        import logging

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        logger = logging.getLogger(__name__)

    Fix: write the call of `logging.basicConfig` as it is above, once, at the top of the script.
    """
    if "logging" not in source.text:
        return
    wanted = str(source.limits["log_format"])
    fields = [field[0] for field in _FIELD.finditer(wanted)]
    found = [call for name, call in source.calls if name.rpartition(".")[2] in _CONFIGURES]
    if not found:
        yield Problem(1, f'does not configure logging: logging.basicConfig(level=logging.INFO, format="{wanted}")')
    for call in found[1:]:
        yield at(source, call, "configures logging a second time, which Python ignores: keep the first")
    for call in found[:1]:
        given = next((word.value for word in call.keywords if word.arg == "format"), None)
        if dotted(call.func).endswith("basicConfig") and given is None:
            yield at(source, call, f'has no format: add format="{wanted}"')
        elif isinstance(given, ast.Constant) and not all(field in str(given.value) for field in fields):
            lacks = ", ".join(field for field in fields if field not in str(given.value))
            yield at(source, given, f'the format lacks {lacks}: write "{wanted}"', Fix(*source.span(given), f'"{wanted}"'))


@file_rule("WF302", "A module logs through a logger of its own", _production, words=("getLogger", "logging."), fixes=True)
def has_a_logger(source: Source) -> Iterator[Problem]:
    """The name of the logger says in which module a line was written; the root logger says nothing, and its level is that of every library.

    Bad:
        import logging

        logger = logging.getLogger()
        logger.info("loaded")
    Good:
        import logging

        logger = logging.getLogger(__name__)
        logger.info("loaded")

    Fix: `logger = logging.getLogger(__name__)` at the top of the module.
    """
    for name, call in source.calls:
        named = bool(call.args) and not isinstance(call.args[0], ast.Constant)
        if name not in ("logging.getLogger", "getLogger") or named or not any(_is_assigned(each, call) for each in source.tree.body):
            continue
        start, end = source.span(call)
        yield at(source, call, "is not the logger of this module: logging.getLogger(__name__)", Fix(start, end, f"{name}(__name__)"))


@file_rule("WF304", "No error of the work is swallowed", _production, words=("except", "suppress("))
def swallows_nothing(source: Source) -> Iterator[Problem]:
    """A database or network error that nobody logs and nobody raises is a run that says it is fine and has loaded nothing.

    Bad:
        try:
            db_helper.bulk_insert("sales", rows)
        except OperationalError:
            pass
    Good:
        try:
            db_helper.bulk_insert("sales", rows)
        except OperationalError:
            logger.exception("sales were not loaded")
            raise

    Fix: log it and raise it again; or leave the `try` away.
    """
    for handler in source.all(ast.ExceptHandler):
        names = [dotted(each) for each in _caught(handler)]
        if handler.type is not None and not _BROAD.intersection(names) and _is_of_the_work(handler) and _does_nothing(handler):
            yield at(source, handler, f"{names[0]} is swallowed here: log it and raise it again")
    for name, call in source.calls:
        if name.endswith("suppress") and any(dotted(each) in _BROAD or _WORK.fullmatch(dotted(each)) for each in call.args):
            yield at(source, call, "swallows every error of the work: log it and raise it again")


@file_rule("WF305", "A broad handler logs and raises again", _production, words=("except",))
def raises_again(source: Source) -> Iterator[Problem]:
    """After an error of any kind nobody knows what is true; going on loads the wrong rows, and the run looks green.

    Bad:
        try:
            run(db_helper)
        except Exception:
            logger.exception("stopped")
        logger.info("done")
    Good:
        try:
            run(db_helper)
        except Exception:
            logger.exception("stopped")
            raise

    Fix: end the handler with `raise`, or with an exit code other than 0 where it is the outermost.
    """
    for handler in source.all(ast.ExceptHandler):
        broad = handler.type is None or any(dotted(each) in _BROAD for each in _caught(handler))
        if broad and _logs(handler) and not _ends_badly(handler):
            yield at(
                source, handler, "logs the error and goes on as if nothing were: end with `raise`, or return an exit code other than 0"
            )


@file_rule("WF307", "No secret reaches a log", _production, words=("log", "print("))
def logs_no_secret(source: Source) -> Iterator[Problem]:
    """Logs are read by more people than the database, are kept for years, and are copied to other systems.

    Bad:
        logger.info("connecting with %s", config["database"]["password"])
    Good:
        logger.info("connecting to %s", config["database"]["host"])

    Fix: log what it is for, not what it is.
    """
    for call in _log_calls(source):
        for node in _said(call):
            name = _last_name(node)
            if _SECRET.search(name):
                yield at(source, node, f"{name} is a secret and is logged here: leave it out")


@file_rule("WF308", "No whole row reaches a log", _production, words=("log", "print("))
def logs_no_rows(source: Source) -> Iterator[Problem]:
    """A row holds names, addresses and amounts; in a log they are out of every access control.

    Bad:
        logger.warning("rejected: %s", row)
    Good:
        logger.warning("row %s rejected: %s", row["id"], reason)

    Fix: log the key of the row and what is wrong with it.
    """
    for call in _log_calls(source):
        for node in _said(call):
            if (
                isinstance(node, ast.Name)
                and node.id in _ROWS
                and node.id not in _counting(source)
                or isinstance(node, ast.Attribute)
                and dotted(node) in _BODIES
            ):
                yield at(source, node, f"{dotted(node)} is logged whole: log its key, or how many there are")


@file_rule("WF311", "A retry comes to an end", _production, words=("while True", "while 1"))
def stops_trying(source: Source) -> Iterator[Problem]:
    """A loop that tries for ever holds its connection and its place in the queue until somebody is called.

    Bad:
        while True:
            try:
                return fetch()
            except ConnectionError:
                time.sleep(60)
    Good:
        for attempt in range(3):
            try:
                return fetch()
            except ConnectionError:
                logger.warning("attempt %d failed", attempt + 1)
                time.sleep(2**attempt)
        raise ConnectionError("the service did not answer")

    Fix: count the attempts; or let `retry` in kestra_flow.yml do it, and `db_helper.run_in_transaction` for the database.
    """
    for loop in source.all(ast.While):
        if not (isinstance(loop.test, ast.Constant) and loop.test.value):
            continue
        for block in (node for node in walk(loop) if isinstance(node, ast.Try)):
            if any(_is_of_the_work(handler) and _only_waits(handler) for handler in block.handlers):
                yield at(source, loop, "tries again for ever when it fails: count the attempts, and raise after the last")
                break


@file_rule("WF312", "A failed run has an exit code other than 0", lambda kind: kind.area == "main", words=("__main__",), fixes=True)
def tells_the_exit_code(source: Source) -> Iterator[Problem]:
    """Kestra sees nothing but the exit code: when `main()` returns 1 and nobody hands it on, the failed run is green.

    Bad:
        def main() -> int:
            return 0 if run() else 1

        if __name__ == "__main__":
            main()
    Good:
        import sys

        def main() -> int:
            return 0 if run() else 1

        if __name__ == "__main__":
            sys.exit(main())

    Fix: `sys.exit(main())`.
    """
    by_name = {each.name: each for each in source.functions}
    for guard in source.tree.body:
        if not (
            isinstance(guard, ast.If) and any(isinstance(part, ast.Constant) and part.value == "__main__" for part in walk(guard.test))
        ):
            continue
        for statement in guard.body:
            call = statement.value if isinstance(statement, ast.Expr) else None
            called = by_name.get(dotted(call.func)) if isinstance(call, ast.Call) else None
            if called is None or call is None or not _returns_a_code(called):
                continue
            imported = any(alias.name == "sys" for node in source.all(ast.Import) for alias in node.names)
            written = source.written(call)
            fix = Fix(*source.span(call), f"sys.exit({written})") if imported else None
            yield at(source, statement, f"the exit code of {called.name}() is lost: sys.exit({written})", fix)


@file_rule("WF313", "An error never ends with exit code 0", _production, words=("exit(",))
def never_exits_well_after_an_error(source: Source) -> Iterator[Problem]:
    """The engine that started the script takes 0 for success: no retry, no alert, and the next workflow reads what was not loaded.

    Bad:
        try:
            run(db_helper)
        except ValueError:
            logger.exception("stopped")
            sys.exit(0)
    Good:
        try:
            run(db_helper)
        except ValueError:
            logger.exception("stopped")
            sys.exit(1)

    Fix: `sys.exit(1)`, or `raise`.
    """
    for handler in source.all(ast.ExceptHandler):
        if {dotted(each) for each in _caught(handler)} <= {"KeyboardInterrupt", "BrokenPipeError", "SystemExit"} and handler.type:
            continue
        for call in walk(handler):
            if isinstance(call, ast.Call) and dotted(call.func) in ("sys.exit", "exit", "os._exit", "quit"):
                code = call.args[0] if call.args else ast.Constant(0)
                if isinstance(code, ast.Constant) and code.value in (0, None):
                    yield at(source, call, "ends an error with exit code 0, which means success: sys.exit(1), or raise")


def _is_assigned(statement: ast.stmt, value: ast.expr) -> bool:
    return isinstance(statement, ast.Assign) and statement.value is value


def _caught(handler: ast.ExceptHandler) -> list[ast.expr]:
    if handler.type is None:
        return []
    return list(handler.type.elts) if isinstance(handler.type, ast.Tuple) else [handler.type]


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    """Whether a handler only passes, goes on, or gives back nothing."""
    return all(
        isinstance(each, ast.Pass | ast.Continue | ast.Break)
        or isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Constant)
        or isinstance(each, ast.Return)
        and (each.value is None or isinstance(each.value, ast.Constant | ast.List | ast.Dict) and not _code(each.value))
        for each in handler.body
    )


def _code(node: ast.expr) -> bool:
    """Whether a value says that something failed: an exit code other than 0, or a text."""
    return isinstance(node, ast.Constant) and bool(node.value) and node.value is not True


def _logs(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Call) and _is_log(node) and dotted(node.func).rpartition(".")[2] in _LOUD for node in walk(handler))


def _ends_badly(handler: ast.ExceptHandler) -> bool:
    """Whether a handler raises, exits, gives something back that the caller can see, or remembers the error."""
    for node in walk(handler):
        if isinstance(node, ast.Raise) or isinstance(node, ast.Return) and node.value is not None and not _is_nothing(node.value):
            return True
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in (
            "exit",
            "_exit",
            "abort",
            "append",
            "add",
            "fail",
            "put",
        ):
            return True
        if isinstance(node, ast.Assign | ast.AugAssign):
            return True
    return False


def _is_nothing(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and (node.value is True or not node.value)
        or isinstance(node, ast.List | ast.Dict | ast.Tuple)
        and not ast.unparse(node)[1:-1]
    )


def _is_log(call: ast.Call) -> bool:
    base, _, last = dotted(call.func).rpartition(".")
    return last in _LEVELS and "log" in base.lower()


def _log_calls(source: Source) -> list[ast.Call]:
    return source.kept("log calls", lambda: [call for name, call in source.calls if name == "print" or _is_log(call)])


def _counting(source: Source) -> set[str]:
    """Names that count: `for row, _ in enumerate(…)`, `for row in range(…)`, `row += 1`."""
    return source.kept("counting", lambda: set(_find_counting(source)))


def _find_counting(source: Source) -> Iterator[str]:
    for loop in [*source.all(ast.For), *source.all(ast.comprehension)]:
        name = dotted(loop.iter.func) if isinstance(loop.iter, ast.Call) else ""
        first = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) and name == "enumerate" else loop.target
        if name in ("enumerate", "range") and isinstance(first, ast.Name):
            yield first.id
    for node in source.all(ast.AugAssign):
        if isinstance(node.target, ast.Name) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, int):
            yield node.target.id


def _said(call: ast.Call) -> Iterator[ast.expr]:
    """What a log call writes: its arguments and the values inside of f-strings, `%` and `format`, but not what only counts or measures."""
    stack: list[ast.AST] = [
        *_unformatted(call),
        *(word.value for word in call.keywords if word.arg not in ("exc_info", "stacklevel", "stack_info")),
    ]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call):
            name = dotted(node.func).rpartition(".")[2]
            if name in ("format", "str", "repr", "dict", "list", "tuple", "pformat", "dumps", "join", "to_string", "head"):
                stack += [*node.args, *(word.value for word in node.keywords)]
                stack += [node.func.value] if isinstance(node.func, ast.Attribute) and name != "join" else []
        elif isinstance(node, ast.FormattedValue):
            stack += [node.value] if not (node.format_spec and _NUMERIC.search(ast.unparse(node.format_spec))) else []
        elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.Tuple | ast.List | ast.Dict | ast.BoolOp | ast.IfExp):
            stack += [each for each in ast.iter_child_nodes(node) if not (isinstance(node, ast.IfExp) and each is node.test)]
        elif isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            yield node


def _unformatted(call: ast.Call) -> list[ast.expr]:
    """The arguments of a log call without those that its text writes as a number: `%d`."""
    first = call.args[0] if call.args else None
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
        return call.args
    marks = [found[0][-1] for found in _MARK.finditer(first.value) if found[0] != "%%"]
    return [each for at, each in enumerate(call.args[1:]) if at >= len(marks) or marks[at] not in "diouxXeEfFgG"]


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return str(node.slice.value) if isinstance(node.slice, ast.Constant) else ""
    return dotted(node).rpartition(".")[2]


def _is_of_the_work(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches anything, or what a database or a network raises."""
    names = [dotted(each) for each in _caught(handler)]
    return handler.type is None or any(name in _BROAD or _WORK.fullmatch(name) and not _WAITING.search(name) for name in names)


def _only_waits(handler: ast.ExceptHandler) -> bool:
    """Whether a handler goes round again whatever happens: it neither raises, returns, breaks nor counts."""
    ends = (ast.Raise, ast.Return, ast.Break, ast.AugAssign, ast.Assign)
    return not any(isinstance(node, ends) for node in walk(handler))


def _returns_a_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if function.returns is not None:
        return ast.unparse(function.returns) in ("int", "'int'", "int | None")
    given = [node.value for node in walk(function) if isinstance(node, ast.Return) and node.value is not None]
    return any(
        isinstance(each, ast.Constant) and isinstance(each.value, int) and not isinstance(each.value, bool) and each.value for each in given
    )
