"""The rules themselves, small and true; the tuple at the end is the list of them all."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from workflow_template.stamp.answers import module_name
from workflow_template.standards.rule import Problem, Rule, Script, Workflow

REQUIRED = ("workflow.toml", "README.md", "kestra_flow.yml")
REQUIRED_IN_DEV = (
    "testing/test_integration.py",
    "testing/test_performance.py",
    "validation/validate_data_quality.py",
    "validation/validate_business_rules.py",
    "validation/check_requirements.py",
    "checklists/workflow_development_checklist.md",
    "checklists/testing_checklist.md",
    "checklists/deployment_checklist.md",
)
_STRAY = re.compile(r"(debug_|test_|sample_).*\.py|.*\.(ipynb|rej|orig)")
_MARKERS = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)
_UNRENDERED = re.compile(r"\{\{-? *cookiecutter[.\[]")
_TEXT = (".py", ".md", ".toml", ".yml", ".yaml", ".sql")
_RULES: list[Rule] = []


def _rule(rule_id: str, title: str) -> Callable[[Callable[[Workflow], Iterator[Problem]]], Callable[[Workflow], Iterator[Problem]]]:
    def add(judge: Callable[[Workflow], Iterator[Problem]]) -> Callable[[Workflow], Iterator[Problem]]:
        _RULES.append(Rule(rule_id, title, judge.__doc__ or "", judge))
        return judge

    return add


@_rule("WF001", "Every Python file parses")
def parses(workflow: Workflow) -> Iterator[Problem]:
    """A file that does not parse stops the workflow at its first run, often at night."""
    for script in workflow.scripts:
        if script.error:
            yield Problem(script.path, script.error[0], f"is not Python: {script.error[1]}")


@_rule("WF101", "A workflow has its files")
def has_its_files(workflow: Workflow) -> Iterator[Problem]:
    """Everybody finds the script, the tests, the flow and the checklists of every workflow in the same place."""
    script = module_name(workflow.name)
    wanted = [f"{script}.py", *REQUIRED]
    if workflow.place == "dev":
        wanted += [f"testing/test_{script}.py", *REQUIRED_IN_DEV]
    for path in wanted:
        if path not in workflow.files:
            shown = f"{workflow.place}/{workflow.name}/{path}"
            yield Problem(shown, 0, "is missing: copy it from a newly stamped workflow, or run `workflow register`")


@_rule("WF102", "A workflow is registered with a plan")
def is_registered(workflow: Workflow) -> Iterator[Problem]:
    """A workflow without a plan has no requirements that tests could prove, and no owner to call."""
    plan = workflow.host.plans / f"{workflow.name}.md"
    if workflow.place == "dev" and not (plan.is_file() and workflow.registered):
        yield Problem(f"dev/{workflow.name}", 0, f"has no plan or index row: workflow register {workflow.name}")


@_rule("WF104", "No template text, conflict marker or reject file is left")
def is_rendered(workflow: Workflow) -> Iterator[Problem]:
    """What an update or a merge left open looks finished in a list of files and fails when it runs."""
    for path in workflow.files:
        shown = f"{workflow.place}/{workflow.name}/{path}"
        if path.endswith(".rej"):
            yield Problem(shown, 0, "is what an update could not merge: merge it by hand and remove it")
        if path.endswith(_TEXT):
            yield from _left_open(shown, (workflow.folder / path).read_text(encoding="utf-8", errors="replace"))


@_rule("WF105", "scripts/ holds production files only")
def no_stray_files(workflow: Workflow) -> Iterator[Problem]:
    """A test or debugging script in production is run, scheduled and depended on sooner or later."""
    main = f"{module_name(workflow.name)}.py"
    for path in workflow.files if workflow.place == "scripts" else ():
        name = path.rsplit("/", 1)[-1]
        if path != main and _STRAY.fullmatch(name):
            yield Problem(f"scripts/{workflow.name}/{path}", 0, f"belongs into dev/{workflow.name}/")


@_rule("WF201", "Every script imports the database helper the standard way")
def imports_helper(workflow: Workflow) -> Iterator[Problem]:
    """A script that finds `utils` its own way breaks when it is copied to scripts/."""
    for script in workflow.scripts:
        statement = _helper_import(script)
        if statement is None or script.tree is None:
            continue
        pattern = expected_pattern(script)
        written = [ast.unparse(each) for each in script.tree.body if each.lineno < statement.lineno]
        if pattern not in written:
            yield Problem(script.path, statement.lineno, f"write before this import: {pattern.replace(chr(39), chr(34))}")


def expected_pattern(script: Script) -> str:
    """The statement that leads this script to `utils`, as `ast.unparse` writes it."""
    return f"sys.path.insert(0, str(Path(__file__){'.parent' * len(script.parts)} / 'utils'))"


def _helper_import(script: Script) -> ast.stmt | None:
    for statement in script.tree.body if script.tree else ():
        names = [alias.name for alias in statement.names] if isinstance(statement, ast.Import) else []
        if isinstance(statement, ast.ImportFrom):
            names = [statement.module or ""]
        if "db_helper" in names:
            return statement
    return None


def _left_open(shown: str, text: str) -> Iterator[Problem]:
    for found in _MARKERS.finditer(text):
        yield Problem(shown, text.count("\n", 0, found.start()) + 1, "a merge conflict is left open here")
    for found in _UNRENDERED.finditer(text):
        yield Problem(shown, text.count("\n", 0, found.start()) + 1, "template text was not filled in here")


RULES: tuple[Rule, ...] = tuple(_RULES)
