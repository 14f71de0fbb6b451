"""Database: the import pattern, one door to the database, statements that cannot surprise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import Fix, Problem, at, file_rule, workflow_rule
from workflow_template.standards.source import Kind, Source, dotted, everything, walk
from workflow_template.standards.statements import HOLE, QUERIES, WORDS, statement_of, statements
from workflow_template.standards.workflow import Workflow

_DRIVERS = frozenset(
    [
        "pyodbc",
        "sqlite3",
        "psycopg",
        "psycopg2",
        "pymysql",
        "MySQLdb",
        "mssql_python",
        "pymssql",
        "oracledb",
        "cx_Oracle",
        "duckdb",
        "mysql.connector",
        "asyncpg",
        "aioodbc",
    ]
)
_NAME = r"((?:\[[\w ]+\]|\"[\w ]+\"|`[\w ]+`|[A-Za-z_]\w*)(?:\.(?:\[[\w ]+\]|\"[\w ]+\"|`[\w ]+`|[A-Za-z_]\w*)){0,2})"
_READS = Pattern(rf"(?<!DELETE )\b(?:FROM|JOIN|USING)\s+{_NAME}(?!\s*\()", re.IGNORECASE)
_WRITES = Pattern(rf"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE\s+TABLE)\s+{_NAME}(?!\s+FROM\b)", re.IGNORECASE)
_COMMON = Pattern(r"(?:\bWITH|,|\bRECURSIVE)\s+(\w+)\s*(?:\([^)]{0,2000}\)\s*)?AS\s*\(", re.IGNORECASE)
_STAR = Pattern(r"\bSELECT\s+(?:DISTINCT\s+|ALL\s+|TOP\s*\(?\s*\d+\s*\)?\s+)?(?:\w+\.)?\*", re.IGNORECASE)
_STAR_IS_FINE = Pattern(r"EXISTS\s*\(\s*SELECT\s+\*|\*\s*FROM\s*\(|\*\s*FROM\s+(?:pg_|sys\.|information_schema\.|#)", re.IGNORECASE)
_SAYS_WHICH = Pattern(r"\b(WHERE|JOIN|USING)\b|\bFROM\b.{0,2000},", re.IGNORECASE | re.DOTALL)
_BOUNDED = Pattern(r"\b(WHERE|TOP|LIMIT|FETCH|COUNT|SUM|MIN|MAX|AVG|EXISTS|GROUP\s+BY|HAVING|ROWNUM|QUALIFY)\b|" + HOLE, re.IGNORECASE)
_CHANGES = Pattern(r"\b(?:delete\s+(?:\w+\s+)?from|update\s+\S+\s+(?:as\s+)?(?:\w+\s+)?set)\b", re.IGNORECASE)
_VALUES = Pattern(r"\bVALUES\b", re.IGNORECASE)
_DIRTY = Pattern(r"\s*\bWITH\s*\(\s*NOLOCK\s*\)|\bNOLOCK\b|\bREAD\s+UNCOMMITTED\b", re.IGNORECASE)
_PARENTHESES = Pattern(r"\((?![^()]*\bSELECT\b)[^()]*\)", re.IGNORECASE)  # EXTRACT(year FROM day) reads no table
_TEMPORARY = Pattern(r"(DELETE\s+FROM|UPDATE)\s+[#@]", re.IGNORECASE)
_SYSTEM = ("sys.", "information_schema.", "pg_catalog.", "mysql.", "master.")
_OTHER_COMMITS = Pattern(r"(?i)repo|git|consumer|kafka|producer|index|offset")


def _production(kind: Kind) -> bool:
    return kind.is_production


def _script(kind: Kind) -> bool:
    return kind.is_script


@file_rule("WF201", "Every script imports the database helper the standard way", _script, words=("db_helper",), fixes=True)
def imports_helper(source: Source) -> Iterator[Problem]:
    """A script that finds `utils` its own way breaks when it is copied to scripts/.

    Bad:
        import sys
        sys.path.append("../../utils")
        from db_helper import DatabaseHelper
    Good:
        import sys
        from pathlib import Path

        sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
        from db_helper import DatabaseHelper

    Fix: one `.parent` for each folder between the file and the top of the repository, the file itself counted; `--fix` writes it.
    """
    pattern = expected_pattern(source)
    if source.text.find(pattern + "\nfrom db_helper import ") >= 0:
        return  # as the template writes it
    statement = next((each for each in source.tree.body if _imports_helper(each)), None)
    if statement is None or pattern in source.text[: source.offset_of(statement.lineno, 0)]:
        return
    before = [each for each in source.tree.body if each.lineno < statement.lineno and isinstance(each, ast.Expr)]
    wrong = next((each for each in before if _leads_to_utils(each)), None)
    before_it = source.offset_of(statement.lineno, 0)
    if wrong is None:
        has_both = {"sys", "Path"} <= {
            alias.asname or alias.name for node in source.all(ast.Import, ast.ImportFrom) for alias in node.names
        }
        fix = Fix(before_it, before_it, f"{pattern}\n") if has_both else None
    else:
        fix = Fix(*source.span(wrong), pattern)
    yield at(source, wrong or statement, f"write before the import of db_helper: {pattern}", fix)


@file_rule(
    "WF202",
    "A workflow reaches its database through DatabaseHelper only",
    _production,
    words=("connect(", "create_engine(", "create_async_engine("),
)
def connects_through_helper(source: Source) -> Iterator[Problem]:
    """Only the helper reads the configuration, encrypts, retries, logs the access and closes what it opened.

    Bad:
        import pyodbc

        connection = pyodbc.connect(CONNECTION_STRING)
    Good:
        db_helper = DatabaseHelper()
        with db_helper.get_connection() as connection:
            ...

    Fix: `db_helper.execute_query`, `stream_query`, `bulk_insert`, or `get_connection` for a transaction.
    """
    origins = {alias.asname or alias.name: f"{node.module}.{alias.name}" for node in source.all(ast.ImportFrom) for alias in node.names}
    origins |= {alias.asname or alias.name: alias.name for node in source.all(ast.Import) for alias in node.names}
    for name, call in source.calls:
        first, _, rest = name.partition(".")
        full = ".".join(filter(None, (origins.get(first, first), rest)))
        module, _, last = full.rpartition(".")
        if last == "connect" and module in _DRIVERS or last in ("create_engine", "create_async_engine"):
            yield at(source, call, f"{name} opens its own connection: use db_helper.get_connection() or db_helper.execute_query()")


@file_rule("WF203", "A load names its columns", _production, words=("*",))
def names_its_columns(source: Source) -> Iterator[Problem]:
    """With SELECT * a new column in the source breaks the load, or fills the wrong column in silence.

    Bad:
        db_helper.execute_query("INSERT INTO sales SELECT * FROM raw_sales WHERE day = :day", {"day": day})
    Good:
        db_helper.execute_query("INSERT INTO sales (id, amount) SELECT id, amount FROM raw_sales WHERE day = :day", {"day": day})

    Fix: name the columns, in both lists and in the same order.
    """
    for statement in statements(source):
        text = _STAR_IS_FINE.sub("", statement.text)
        if statement.verb in ("SELECT", "INSERT", "MERGE") and _STAR.search(text):
            yield at(source, statement.node, "SELECT * takes whatever columns there are: name them")


@file_rule(
    "WF204",
    "DELETE and UPDATE say which rows",
    lambda kind: kind.is_script and not kind.is_test,
    words=("DELETE", "UPDATE", "delete ", "update "),
)
def says_which_rows(source: Source) -> Iterator[Problem]:
    """A statement without WHERE changes every row of the table, and looks right on a sample.

    Bad:
        db_helper.execute_query("UPDATE customers SET active = 0")
    Good:
        db_helper.execute_query("UPDATE customers SET active = 0 WHERE last_order < :day", {"day": day})

    Fix: say which rows; to empty a table on purpose write TRUNCATE TABLE, which nobody mistakes.
    """
    for statement in statements(source) if _CHANGES.search(source.text) else ():
        if statement.verb not in ("DELETE", "UPDATE") or HOLE in statement.text[20:]:
            continue
        if not _SAYS_WHICH.search(statement.text) and not _TEMPORARY.search(statement.text):
            message = f"{statement.verb} without WHERE changes every row: say which, or empty a table by TRUNCATE TABLE"
            yield at(source, statement.node, message)


@workflow_rule("WF205", "A workflow touches only the tables that it declares", reads=(".py", "workflow.toml"))
def touches_declared_tables(workflow: Workflow) -> Iterator[Problem]:
    """Its database user gets rights to the declared tables and no other; an undeclared one fails in production first.

    Fix: add the table to `reads` or `writes` under [tables] of workflow.toml, or leave it alone.
    """
    reads, writes = ({name.casefold() for name in workflow.tables(key)} for key in ("reads", "writes"))
    for source in workflow.scripts if reads | writes else ():
        for statement in statements(source) if any(word in source.text for word in WORDS) else ():
            nested = "(" in statement.text
            text = _PARENTHESES.sub("()", statement.text) if nested else statement.text
            own = {name[1].casefold() for name in _COMMON.finditer(statement.text)} if nested else set()
            written = {name[1] for name in _WRITES.finditer(text)}
            read = {name[1] for name in _READS.finditer(text)} - written
            for kind, names, known in (("reads", read, reads | writes | own), ("writes", written, writes)):
                for name in sorted(names):
                    if not _is_declared(name, known):
                        message = f"{name} is not among [tables] {kind} of workflow.toml: add it there, or leave it alone"
                        yield at(source, statement.node, message)._replace(path=source.path)


@file_rule("WF206", "A whole table is read in batches", _production, words=("fetchall(", "execute_query(", "read_sql"), severity="warning")
def reads_in_batches(source: Source) -> Iterator[Problem]:
    """A table that fits into memory today does not at 150 % of volume.

    Bad:
        rows = db_helper.execute_query("SELECT id, amount FROM orders")
    Good:
        for rows in db_helper.stream_query("SELECT id, amount FROM orders", batch_size=config["processing"]["batch_size"]):
            load(rows)

    Fix: `stream_query` with the configured batch size; or say in the statement how many rows there are at most.
    """
    for name, call in source.calls:
        last = name.rpartition(".")[2]
        chunked = any(word.arg == "chunksize" for word in call.keywords)
        if last in ("execute_query", "read_sql", "read_sql_query") and not chunked and _is_unbounded(source, call):
            yield at(source, call, "reads a whole table at once: use db_helper.stream_query(sql, params, batch_size=...)")
        elif last == "fetchall" and any(isinstance(part, ast.Call) and _is_unbounded(source, part) for part in everything(call.func)):
            yield at(source, call, "fetchall() holds the whole table in memory: use db_helper.stream_query(sql, params, batch_size=...)")


@file_rule("WF207", "Writes that belong together stand in one transaction", _production, words=("bulk_insert(", "upsert(", *WORDS))
def writes_in_one_transaction(source: Source) -> Iterator[Problem]:
    """When the second of two writes fails, the first must not stay.

    Bad:
        def load(rows):
            db_helper.execute_query("DELETE FROM sales WHERE day = :day", {"day": rows[0]["day"]})
            db_helper.bulk_insert("sales", rows)
    Good:
        def load(rows):
            with db_helper.get_connection():
                db_helper.execute_query("DELETE FROM sales WHERE day = :day", {"day": rows[0]["day"]})
                db_helper.bulk_insert("sales", rows)

    Fix: put them into `with db_helper.get_connection():`, here or where the function is called.
    """
    writes = {id(call) for _, call in source.calls if _writes(source, call)}
    if len(writes) < 2:
        return
    covered = {id(node) for block in source.all(ast.With, ast.AsyncWith) if _opens(block) for node in everything(block)}
    writes -= covered
    protected = _protected_functions(source, covered)
    for function in source.functions:
        loose = [call for call in walk(function) if id(call) in writes]
        if len(loose) > 1 and function.name not in protected:
            second = sorted(loose, key=lambda call: (call.lineno, call.col_offset))[1]
            message = f"is the second write of {function.name}() outside of a transaction: put them into `with db_helper.get_connection():`"
            yield at(source, second, message)


@file_rule("WF208", "Nobody commits by hand", _production, words=(".commit()", ".rollback()"))
def commits_by_the_helper(source: Source) -> Iterator[Problem]:
    """A commit in the middle leaves half a run behind when the rest fails; get_connection() commits once, at the end.

    Bad:
        with db_helper.get_connection() as connection:
            connection.execute(statement)
            connection.commit()
    Good:
        with db_helper.get_connection() as connection:
            connection.execute(statement)

    Fix: take the call away; raise an exception to roll back.
    """
    for name, call in source.calls:
        if (
            name.endswith((".commit", ".rollback"))
            and not call.args
            and not call.keywords
            and not _OTHER_COMMITS.search(name.rpartition(".")[0])
        ):
            yield at(source, call, f"{name}() ends the transaction by hand: leave that to `with db_helper.get_connection():`")


@file_rule(
    "WF209",
    "Nothing reads uncommitted rows",
    _production,
    words=("NOLOCK", "nolock", "UNCOMMITTED", "uncommitted"),
    severity="warning",
    fixes=True,
)
def reads_committed_rows(source: Source) -> Iterator[Problem]:
    """NOLOCK may skip rows, read them twice, or read what is rolled back later: the totals are then wrong, and never again the same.

    Bad:
        SALES = "SELECT SUM(amount) AS total FROM sales WITH (NOLOCK) WHERE day = :day"
    Good:
        SALES = "SELECT SUM(amount) AS total FROM sales WHERE day = :day"

    Fix: leave the hint out; where readers must not wait, let the database use SNAPSHOT isolation.
    """
    for node in source.strings:
        if _DIRTY.search(str(node.value)):
            start, end = source.span(node)
            hint = re.search(r"\s*\bWITH\s*\(\s*NOLOCK\s*\)", source.text[start:end], re.IGNORECASE)
            fix = Fix(start + hint.start(), start + hint.end(), "") if hint else None
            yield at(source, node, "reads uncommitted rows: leave NOLOCK out, or use SNAPSHOT isolation", fix)


@workflow_rule("WF210", "A workflow declares no table that it does not touch", severity="warning", reads=(".py", "workflow.toml"))
def declares_what_it_touches(workflow: Workflow) -> Iterator[Problem]:
    """Each declared table is a right that its database user gets; a right that nobody needs is a way in.

    Fix: take the table out of [tables] in workflow.toml.
    """
    source = workflow.files.get("workflow.toml")
    said = "\n".join(script.folded for script in workflow.scripts)
    if source is None or not said:
        return
    for key in ("reads", "writes"):
        for name in workflow.tables(key):
            if name.casefold().rpartition(".")[2] not in said:
                line = next((number for number, text in enumerate(source.lines, 1) if f'"{name}"' in text or f"'{name}'" in text), 1)
                yield Problem(line, f'[tables] {key} has "{name}", which no script names: take it out', path=source.path)


@file_rule("WF211", "Rows are written in batches", _production, words=("INSERT", "insert", "UPDATE", "update"), severity="warning")
def writes_in_batches(source: Source) -> Iterator[Problem]:
    """A statement for each row costs a round trip each: a hundred thousand rows take minutes instead of a second.

    Bad:
        for row in rows:
            db_helper.execute_query("INSERT INTO sales (id, amount) VALUES (:id, :amount)", row)
    Good:
        db_helper.bulk_insert("sales", rows)

    Fix: `db_helper.bulk_insert` or `db_helper.upsert` with all rows.
    """
    for loop in source.all(ast.For, ast.AsyncFor):
        names = {node.id for node in everything(loop.target) if isinstance(node, ast.Name)}
        for call in walk(loop):
            if isinstance(call, ast.Call) and dotted(call.func).rpartition(".")[2] in ("execute", "execute_query", "exec_driver_sql"):
                row = {node.id for each in call.args[1:] for node in everything(each) if isinstance(node, ast.Name)}
                statement = statement_of(source, call) if names & row else None
                if statement and statement.verb == "INSERT" and _VALUES.search(statement.text):
                    yield at(source, call, "inserts row by row: db_helper.bulk_insert(table, rows) takes all at once")


def expected_pattern(source: Source) -> str:
    """The statement that leads this script to `utils`."""
    return f'sys.path.insert(0, str(Path(__file__){".parent" * (source.path.count("/") + 1)} / "utils"))'


def _imports_helper(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import):
        return any(alias.name in ("db_helper", "utils.db_helper") for alias in statement.names)
    return isinstance(statement, ast.ImportFrom) and statement.module in ("db_helper", "utils.db_helper")


def _leads_to_utils(statement: ast.Expr) -> bool:
    call = statement.value
    return isinstance(call, ast.Call) and dotted(call.func) in ("sys.path.insert", "sys.path.append") and "utils" in ast.unparse(call)


def _is_declared(name: str, known: set[str]) -> bool:
    """Whether a table is declared; with and without its schema, and however it is quoted, it is the same table."""
    plain = re.sub(r'[\[\]"`]', "", name).casefold()
    last = plain.rpartition(".")[2]
    if plain.startswith(_SYSTEM) or last in ("dual", "inserted", "deleted", "lateral", "unnest", "set", "excluded"):
        return True
    return plain in known or any(each == last or each.rpartition(".")[2] == plain for each in known)


def _opens(block: ast.With | ast.AsyncWith) -> bool:
    names = [dotted(node.func) for item in block.items for node in everything(item.context_expr) if isinstance(node, ast.Call)]
    return any(name.rpartition(".")[2] in ("get_connection", "begin", "transaction", "begin_nested", "atomic") for name in names)


def _protected_functions(source: Source, covered: set[int]) -> set[str]:
    """Functions that are called only from inside a transaction, or that are given to `run_in_transaction` as its work."""
    called: dict[str, list[tuple[int, str]]] = {}
    for caller in source.functions:
        for call in walk(caller):
            if isinstance(call, ast.Call):
                called.setdefault(dotted(call.func).rpartition(".")[2], []).append((id(call), caller.name))
    given = [call.args[:1] for name, call in source.calls if name.endswith("run_in_transaction")]
    protected = {each.id for work in given for each in work if isinstance(each, ast.Name)}
    while True:
        more = {name for name, calls in called.items() if all(number in covered or caller in protected for number, caller in calls)}
        if more <= protected:
            return protected
        protected |= more


def _writes(source: Source, call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in ("bulk_insert", "upsert"):
        return True
    statement = statement_of(source, call) if name in QUERIES else None
    return statement is not None and statement.verb != "SELECT"


def _is_unbounded(source: Source, call: ast.Call) -> bool:
    statement = statement_of(source, call)
    return statement is not None and statement.verb == "SELECT" and not _BOUNDED.search(statement.text)
