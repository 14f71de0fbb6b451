"""Tests: each script has some, each of them can fail, and what they stand on is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from workflow_template.standards import markdown
from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import Problem, at, at_offset, file_rule, workflow_rule
from workflow_template.standards.source import Kind, Source, dotted, everything
from workflow_template.standards.workflow import Workflow

SAMPLES = "testing/test_data_samples"
_JUDGES = Pattern(r"(?i)(assert|check|verify|expect|compare|golden|contract|should|ensure|raises|warns|fail|approve|snapshot|match)")
_ENDLESS = (
    *("assert True", "assert 1", "assert not False", 'assert "', "assert '", 'assert f"', "assert f'"),
    *(" or True", " or 1", " or not False", ", object)", ".called_", ".has_calls"),
)
_AT_LEAST_NOTHING = Pattern(r">= 0\b(?!\.)")
_NESTED = Pattern(r"^ +(?:async )?def test_", re.MULTILINE)
_SUPPORT = Pattern(r"(?i)test|helper|assert|check|compar")  # modules of which a function may judge for a test
_NO_JUDGES = ("load_script", "run_script", "snapshot", "workflow_folder", "sample", "DatabaseHelper")
_SKIPS = ("mark.skip", "mark.skipif", "mark.xfail", "pytest.skip(", "unittest.skip", "pytest.xfail(", ".skipTest(", "@skip")
_MAIL = Pattern(r"[A-Za-z0-9._%+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})")
_RESERVED = Pattern(
    r"(?i)(.+\.)?(example\.(com|org|net|edu)|.*\.(example|test|invalid|localhost|local))|.*\.example\..*|(acme|contoso|fabrikam|northwind)\..*"
)
_IBAN = Pattern(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = Pattern(r"(?<![\d.-])(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6011|3[47]\d{2})(?:[ -]?\d{4}){2}[ -]?\d{3,4}(?![\d.-])")
_SOCIAL = Pattern(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_TEST_CARDS = frozenset(
    (
        "4111111111111111",
        "4242424242424242",
        "5555555555554444",
        "378282246310005",
        "4000056655665556",
        "5105105105105100",
        "4012888888881881",
    )
)
_TEST_IBANS = frozenset(
    ("DE89370400440532013000", "GB82WEST12345698765432", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "CH9300762011623852957")
)


def _tests(kind: Kind) -> bool:
    return kind.is_test and kind.area == "testing"


def _samples(kind: Kind) -> bool:
    return kind.area == "testing" and not kind.is_script


@workflow_rule("WF601", "Each script has a test file")
def has_tests(workflow: Workflow) -> Iterator[Problem]:
    """A script without a test file is changed by trial in production.

    Fix: testing/test_SCRIPT.py, with a test for each thing that the script promises.
    """
    if workflow.place != "dev":
        return
    for source in workflow.scripts:
        stem = source.inner[-1].removesuffix(".py")
        if stem in ("__init__", "__main__") or f"testing/test_{stem}.py" in workflow.files:
            continue
        if len(source.inner) == 1 or not any(
            f"{stem} import" in test.text or f"import {stem}" in test.text for test in _test_files(workflow)
        ):
            yield Problem(0, f"is missing: the tests of {'/'.join(source.inner)}", path=workflow.path(f"testing/test_{stem}.py"))


@file_rule("WF602", "Each test looks at something", _tests, words=("def test_", "def test"))
def looks_at_something(source: Source) -> Iterator[Problem]:
    """A test without an assertion is green as long as nothing is raised, and counts as coverage of what it never looked at.

    Bad:
        def test_rows_are_loaded(db):
            workflow.run(db, batch_size=5)
    Good:
        def test_rows_are_loaded(db):
            workflow.run(db, batch_size=5)

            assert target(db) == [1, 2, 3]

    Fix: assert what the name of the test promises.
    """
    if not _may_lack_assertion(source.text):
        return
    helpers = {
        alias.asname or alias.name
        for node in source.all(ast.ImportFrom)
        if _SUPPORT.search(node.module or "")
        for alias in node.names
        if alias.name not in _NO_JUDGES
    }
    helpers |= _judging(source, helpers)
    for function in source.functions:
        if function.name.startswith("test") and not _is_fixture(function) and not _judges(function, frozenset(helpers)):
            yield at(source, function, f"{function.name} asserts nothing: say what must be true afterwards")


@file_rule("WF603", "Each assertion can fail", _tests, words=("assert",))
def can_fail(source: Source) -> Iterator[Problem]:
    """An assertion that is always true protects nothing, and looks as if it did.

    Bad:
        def test_rows_are_read(db):
            assert len(workflow.read(db)) >= 0
    Good:
        def test_rows_are_read(db):
            assert len(workflow.read(db)) == 12

    Fix: compare with the value that is expected.
    """
    for node in source.all(ast.Assert) if _may_always_hold(source.text) else ():
        if why := _is_always_true(node.test):
            yield at(source, node, f"can never fail: {why}")


@file_rule("WF604", "A skipped test says why", lambda kind: kind.language == "python" and kind.area == "testing", words=_SKIPS)
def says_why_it_skips(source: Source) -> Iterator[Problem]:
    """A test that is skipped without a reason is skipped for ever: nobody dares to bring it back, and nobody misses it.

    Bad:
        @pytest.mark.skip
        def test_refunds(db):
            assert workflow.refunds(db) == []
    Good:
        @pytest.mark.skip(reason="refunds come in March, DATA-412")
        def test_refunds(db):
            assert workflow.refunds(db) == []

    Fix: `reason=`, with what must happen before the test comes back.
    """
    called = {id(call.func) for _, call in source.calls}
    for node in source.all(ast.Attribute):
        if dotted(node) in ("pytest.mark.skip", "pytest.mark.xfail", "mark.skip", "mark.xfail") and id(node) not in called:
            yield at(source, node, f'{dotted(node)} has no reason: {dotted(node)}(reason="…")')
    for name, call in source.calls:
        last = name.rpartition(".")[2]
        if last in ("skip", "xfail", "skipif", "skipTest", "skipIf", "skipUnless") and name.split(".")[0] in (
            "pytest",
            "mark",
            "unittest",
            "self",
            "skip",
        ):
            first = 1 if last in ("skipif", "skipIf", "skipUnless") or last == "xfail" and "mark" in name else 0
            reasons = [word.value for word in call.keywords if word.arg in ("reason", "msg")] + (
                call.args[first:] if "mark.skipif" not in name else []
            )
            if not any(not isinstance(each, ast.Constant) or str(each.value or "").strip() for each in reasons):
                yield at(source, call, f'{name} has no reason: reason="…"')


@workflow_rule("WF605", "A workflow has samples of what it reads")
def has_samples(workflow: Workflow) -> Iterator[Problem]:
    """Tests on samples run anywhere in seconds; tests on the real database run nowhere but there.

    Fix: testing/test_data_samples/schema.sql, and one CSV file for each table under `reads` in workflow.toml, named like it.
    """
    if workflow.place != "dev" or not any(inner.startswith("testing/") for inner in workflow.files):
        return
    names = {inner.removeprefix(f"{SAMPLES}/") for inner in workflow.files if inner.startswith(f"{SAMPLES}/")}
    stems = {name.rpartition(".")[0].casefold() for name in names}
    if "schema.sql" not in names:
        yield Problem(
            0, "is missing: CREATE TABLE for each table that the workflow reads and writes", path=workflow.path(f"{SAMPLES}/schema.sql")
        )
    for table in workflow.tables("reads"):
        if table.casefold() not in stems and table.casefold().rpartition(".")[2] not in stems:
            yield Problem(0, f"is missing: sample rows of {table}", path=workflow.path(f"{SAMPLES}/{table}.csv"))


@file_rule("WF606", "Samples hold no personal data", _samples)
def holds_no_personal_data(source: Source) -> Iterator[Problem]:
    """A sample is copied to every clone and every CI machine; the law on personal data goes with each copy.

    Bad:
        id,name,mail
        1,Erika Huber,erika.huber@gmail.com
    Good:
        id,name,mail
        1,Erika Huber,erika.huber@example.com

    Fix: make rows up (`dev/shared/mock_data_generator.py`): addresses in example.com, test numbers for cards and accounts.
    """
    text = source.text
    if "@" in text:
        for found in _MAIL.finditer(text):
            if not _RESERVED.fullmatch(found[1]):
                yield at_offset(source, found.start(), f"an e-mail address at {found[1]} may be somebody's: use example.com")
    for pattern, test, what in (
        (_IBAN, _is_iban, "a bank account (IBAN)"),
        (_CARD, _is_card, "a card number"),
        (_SOCIAL, _is_social, "a social security number"),
    ):
        for found in pattern.finditer(text):
            if test(re.sub(r"[ -]", "", found[0])):
                yield at_offset(source, found.start(), f"holds {what} that may be real: use a published test number")


@file_rule(
    "WF609",
    "Every test is found by pytest",
    lambda kind: kind.language == "python" and kind.area == "testing",
    words=("def test", "class Test", "def Test"),
)
def is_collected(source: Source) -> Iterator[Problem]:
    """A test that pytest does not find is never red.

    Bad:
        class TestLoad:
            def __init__(self):
                self.rows = []

            def test_rows(self):
                assert load(self.rows) == 0
    Good:
        class TestLoad:
            def test_rows(self):
                assert load([]) == 0

    Fix: files are named test_*.py, functions test_*, classes Test* without `__init__`; two tests of one file have two names.
    """
    text = source.text
    if source.kind.is_test and "__init__" not in text and not (" def test_" in text and _NESTED.search(text)):
        return
    tests = [each for each in source.tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test")]
    if tests and not source.kind.is_test and source.inner[-1] != "conftest.py":
        yield at(source, tests[0], "is a test in a file that pytest does not read: name the file test_*.py")
    for kind in source.all(ast.ClassDef):
        methods = {each.name for each in kind.body if isinstance(each, ast.FunctionDef)}
        if kind.name.startswith("Test") and "__init__" in methods and any(name.startswith("test") for name in methods):
            yield at(source, kind, f"{kind.name} has an __init__, so pytest passes it over: use a fixture")
    for function in tests:
        nested = [
            each
            for each in everything(function)
            if isinstance(each, ast.FunctionDef) and each.name.startswith("test_") and each is not function
        ]
        if nested:
            yield at(source, nested[0], f"{nested[0].name} stands inside another test, so it never runs: take it out")


@file_rule(
    "WF610", "Tests do not wait", lambda kind: kind.language == "python" and kind.area == "testing", words=("sleep(",), severity="warning"
)
def does_not_wait(source: Source) -> Iterator[Problem]:
    """A test that sleeps is slow on every machine, and still fails on the one that is slower.

    Bad:
        def test_it_is_done(job):
            job.start()
            time.sleep(5)
            assert job.done
    Good:
        def test_it_is_done(job):
            job.start()
            job.join(timeout=5)
            assert job.done

    Fix: wait for what must happen, with a limit; give code that sleeps another clock.
    """
    for name, call in source.calls:
        seconds = call.args[0].value if name in ("time.sleep", "sleep") and call.args and isinstance(call.args[0], ast.Constant) else 0
        if isinstance(seconds, int | float) and seconds >= source.limits["longest_sleep_seconds"]:
            yield at(source, call, f"sleeps {seconds} seconds: wait for what must happen instead")


def _test_files(workflow: Workflow) -> list[Source]:
    return [source for source in workflow.files.values() if source.kind.is_test]


def _may_lack_assertion(text: str) -> bool:
    """Whether some test has no word in it that says it looks at something: only then is the file parsed."""
    return any("assert" not in part and "raises(" not in part for part in text.split("def test")[1:])


def _may_always_hold(text: str) -> bool:
    """Whether some assertion has a word of one that cannot fail, or the same on both sides: only then is the file parsed."""
    if any(word in text for word in _ENDLESS) or ">= 0" in text and _AT_LEAST_NOTHING.search(text):
        return True
    signs = [sign for sign in (" == ", " is ", " <= ", " >= ") if sign in text]
    conditions = [part.partition("\n")[0] for part in text.split("assert ")[1:]] if signs else []
    return any(_has_the_same_beside(condition, sign) for condition in conditions for sign in signs)


def _has_the_same_beside(condition: str, sign: str) -> bool:
    left, found, right = condition.partition(sign)
    return bool(found) and left.strip() == right.strip()


def _judging(source: Source, helpers: set[str]) -> set[str]:
    """Functions of the file that judge for a test, by themselves or through each other."""
    others = [each for each in source.functions if not each.name.startswith("test")]
    while True:
        found = helpers | {each.name for each in others if _judges(each, frozenset(helpers))}
        if found == helpers:
            return found
        helpers = found


def _is_fixture(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("fixture" in ast.unparse(each) for each in function.decorator_list)


def _judges(function: ast.FunctionDef | ast.AsyncFunctionDef, helpers: frozenset[str]) -> bool:
    """Whether a function asserts, expects an error, calls something that says by its name that it judges, or calls a helper that does."""
    for node in everything(function):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Call):
            last = dotted(node.func).rpartition(".")[2]
            if last in helpers or _JUDGES.match(last) or _JUDGES.search(last) and last not in ("fullmatch", "rematch"):
                return True
            if any(word.arg == "check" and isinstance(word.value, ast.Constant) and word.value.value is True for word in node.keywords):
                return True
    return any(isinstance(each, ast.Call | ast.Attribute) and "benchmark" in ast.unparse(each) for each in function.decorator_list)


def _is_always_true(test: ast.expr) -> str:
    """Why a condition always holds; empty where it need not."""
    if isinstance(test, ast.Constant):
        return "a constant is always true" if test.value else ""
    if isinstance(test, ast.JoinedStr):
        return "a text is always true"
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Constant) and not test.operand.value:
        return "a constant is always true"
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return next((why for why in map(_is_always_true, test.values) if why), "")
    if isinstance(test, ast.Attribute) and test.attr.startswith(("called_", "has_calls")):
        return f"{test.attr} is not called, and a mock has every attribute: assert_{test.attr}()"
    if isinstance(test, ast.Call) and dotted(test.func) == "isinstance" and len(test.args) == 2 and dotted(test.args[1]) == "object":
        return "everything is an object"
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _comparison_is_always_true(test.left, test.ops[0], test.comparators[0])
    return ""


def _comparison_is_always_true(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> str:
    counts = isinstance(left, ast.Call) and dotted(left.func) == "len"
    zero = isinstance(right, ast.Constant) and right.value == 0 and not isinstance(right.value, bool)
    if counts and zero and isinstance(operator, ast.GtE):
        return "a length is never less than 0"
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant) and isinstance(operator, ast.Eq) and left.value == right.value:
        return "both sides are the same constant"
    reflexive = isinstance(operator, ast.Eq | ast.Is | ast.LtE | ast.GtE) and not isinstance(left, ast.Constant) and _is_pure(left)
    return "it compares a value with itself" if reflexive and ast.dump(left) == ast.dump(right) else ""


def _is_pure(node: ast.expr) -> bool:
    """Whether an expression gives the same when it is read twice."""
    return not any(isinstance(part, ast.Call | ast.Await | ast.Yield) for part in everything(node))


def _is_iban(text: str) -> bool:
    if text in _TEST_IBANS or not 15 <= len(text) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    if text in _TEST_CARDS or len(set(text)) < 4:
        return False
    doubled = [sum(divmod(2 * int(sign), 10)) for sign in text[-2::-2]]
    return (sum(map(int, text[-1::-2])) + sum(doubled)) % 10 == 0


def _is_social(text: str) -> bool:
    return text not in ("078051120", "219099999", "123456789", "123121234")


@workflow_rule("WF607", "Ticked tests and coverage are proven by a run", "warning", reads=("testing_checklist.md",))
def are_proven_by_a_run(workflow: Workflow) -> Iterator[Problem]:
    """Code that was changed after its tests ran is not the code that was tested.

    It is asked where tests have been run at all, as in a developer's work tree; a commit is not held up for it.

    Fix: `workflow test NAME`; it takes no time when nothing has changed.
    """
    for source in workflow.checklists:
        for item in markdown.items(source):
            if item.ticked and item.proof.partition(" ")[0] in ("tests", "coverage"):
                yield at_offset(source, item.offset, f"{item.id} is ticked")._replace(path=source.path)
