"""Documents and checklists: what is written is finished, true and still there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_template.standards import markdown
from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import Fix, Problem, at_offset, workflow_rule
from workflow_template.standards.rules import flow
from workflow_template.standards.source import Source
from workflow_template.standards.workflow import PLANS, Workflow

_PLACEHOLDER = Pattern(
    r"\b(?:TODO|TBD|FIXME|TBC)\b:?|(?i:lorem ipsum)|<(?:your|insert|enter|fill in|name of|describe)\b[^<>\n]*>"
    r"|\[(?:your|insert|enter|fill in|describe)\b[^\[\]\n]*\](?!\()"
)
_REQUIREMENT = Pattern(r"[A-Z]{2,}-\d+")
_VERIFIED = Pattern(r"(test|rule|person)\s*:\s*`?([^`]*?)`?\s*")
_DAY = Pattern(r"\b\d{4}-\d{2}-\d{2}\b")
_RULE_ID = Pattern(r"\bBR-\d+\b")
_OPTION = Pattern(r"""add_argument\(\s*(?:["']-\w["']\s*,\s*)?["'](--[a-z][\w-]*)["']""")


@workflow_rule("WF701", "No placeholder is left in a document", reads=(".md",))
def is_filled_in(workflow: Workflow) -> Iterator[Problem]:
    """A document with gaps is believed where it is written and missed where it is not. A plan may have gaps until it is said to be done:
    until DEV-02 is ticked.

    Fix: write what is missing, or take the line away.
    """
    if workflow.place != "dev":
        return
    for source in [*_documents(workflow), *([workflow.plan] if workflow.plan and _plan_is_done(workflow) else [])]:
        for offset, text in _placeholders(source):
            yield at_offset(source, offset, f"{text} is left open: write what is missing")._replace(path=source.path)


@workflow_rule("WF702", "No section is missing or empty", reads=(".md",))
def has_its_sections(workflow: Workflow) -> Iterator[Problem]:
    """The sections of the plan are the questions that somebody asked too late once.

    Fix: write the section, or "none" and why; a plan has the sections of dev/checklists/workflow_plans/template_plan.md.
    """
    if workflow.place != "dev":
        return
    for source in [*_documents(workflow), *([workflow.plan] if workflow.plan else [])]:
        for offset, title in _empty_sections(source):
            yield at_offset(source, offset, f'the section "{title}" is empty')._replace(path=source.path)
    if workflow.plan is not None:
        template = Source("template_plan.md", workflow.repository.read(f"{PLANS}/template_plan.md").encode())
        given = {section.title.casefold() for section in markdown.sections(workflow.plan)}
        for section in markdown.sections(template):
            if section.level == 2 and section.title.casefold() not in given:
                yield Problem(1, f'has no section "{section.title}": copy it from template_plan.md', path=workflow.plan.path)


@workflow_rule("WF703", "Each requirement names what verifies it", reads=(".md", ".py"))
def verifies_its_requirements(workflow: Workflow) -> Iterator[Problem]:
    """A requirement that nothing verifies is a wish. `validation/check_requirements.py` looks whether they hold; this, whether they could.

    Bad:
        | REQ-04 | An amount is never negative | soon |
    Good:
        | REQ-04 | An amount is never negative | rule: BR-01 |

    Fix: `test: NAME` of a test that is there, `rule: BR-NN` of validation/validate_business_rules.py, or `person: ROLE, DAY`.
    """
    plan = workflow.plan
    if workflow.place != "dev" or plan is None:
        return
    tests = "\n".join(source.text for source in workflow.files.values() if source.kind.is_test)
    rules = workflow.text("validation/validate_business_rules.py")
    seen: set[str] = set()
    for offset, cells in markdown.rows(plan.text):
        if not _REQUIREMENT.fullmatch(cells[0]):
            continue
        if problem := _wrong_requirement(cells, tests, rules, seen):
            yield at_offset(plan, offset, problem)._replace(path=plan.path)
        seen.add(cells[0])
    if not seen:
        yield Problem(1, "lists no requirement: | REQ-01 | what must hold | test: test_name |", path=plan.path)


@workflow_rule("WF704", "Links lead somewhere")
def links_lead_somewhere(workflow: Workflow) -> Iterator[Problem]:
    """A broken link is found by the person who needs the page, when it is needed.

    Fix: mend the path, relative to the document; or take the link away.
    """
    for source in [*_all_documents(workflow), *([workflow.plan] if workflow.plan and workflow.place == "dev" else [])]:
        for offset, target in markdown.links(source):
            if problem := _broken(workflow, source, target):
                yield at_offset(source, offset, problem)._replace(path=source.path)


@workflow_rule("WF706", "A ticked item is proven", reads=(".md", ".py"))
def proves_what_is_ticked(workflow: Workflow) -> Iterator[Problem]:
    """A tick that nothing stands behind is worse than none: the next person does not look again.

    Bad:
        - [x] **DEV-03** The requirements are agreed with the stakeholders <!-- proof: person -->
    Good:
        - [x] **DEV-03** The requirements are agreed with the stakeholders <!-- proof: person --> A. Weber, 2026-01-31

    Fix: an item that a person answers for has the name and the day behind it; untick what a machine finds untrue.
    """
    for source in workflow.checklists:
        for item in markdown.items(source):
            if item.ticked and (problem := _unproven(workflow, item)):
                yield at_offset(source, item.offset, f"{item.id} is ticked, and {problem}")._replace(path=source.path)


@workflow_rule("WF707", "A checklist has the items of the team's", reads=(".md",), fixes=True)
def keeps_its_items(workflow: Workflow) -> Iterator[Problem]:
    """An item that is not there is not asked; an id that means something else makes old evidence false.

    Fix: `workflow check --fix` puts the missing line back; an item that does not apply stays unticked, with the reason behind it.
    """
    for source in workflow.checklists:
        master = Source(source.inner[-1], workflow.repository.read(f"dev/checklists/{source.inner[-1]}").encode())
        wanted, given = ({item.id: item for item in markdown.items(each)} for each in (master, source))
        for problem in _wrong_items(source, wanted, given) if wanted else ():
            yield problem._replace(path=source.path)


@workflow_rule(
    "WF708", "The business rules of the document are those of the code", reads=("business_rules.md", "validate_business_rules.py")
)
def documents_its_rules(workflow: Workflow) -> Iterator[Problem]:
    """The business reads the document, the machine runs the code; each rule must be in both, under the same id.

    Fix: add the row to docs/business_rules.md, or the rule to validation/validate_business_rules.py.
    """
    document, code = (workflow.files.get(inner) for inner in ("docs/business_rules.md", "validation/validate_business_rules.py"))
    if workflow.place != "dev" or document is None or code is None:
        return
    said, done = ({found[0]: found.start() for found in reversed(list(_RULE_ID.finditer(each.text)))} for each in (document, code))
    for name in sorted(said.keys() - done.keys()):
        yield at_offset(document, said[name], f"{name} is not in validation/validate_business_rules.py")._replace(path=document.path)
    for name in sorted(done.keys() - said.keys()):
        yield at_offset(code, done[name], f"{name} is not in docs/business_rules.md")._replace(path=code.path)


@workflow_rule("WF709", "The API document names each option", reads=("api.md", ".py"))
def documents_its_options(workflow: Workflow) -> Iterator[Problem]:
    """Who starts the script at night reads docs/api.md; an option that is not there does not exist for him.

    Fix: add a row for the option, or take the row of an option that is gone away.
    """
    document, code = workflow.files.get("docs/api.md"), workflow.files.get(f"{workflow.script}.py")
    if workflow.place != "dev" or document is None or code is None:
        return
    options = {found[1]: found.start() for found in _OPTION.finditer(code.text)}
    for name, offset in options.items():
        if not re.search(rf"(?<![\w-]){name}(?![\w-])", document.text):
            yield at_offset(code, offset, f"{name} is not in docs/api.md")._replace(path=code.path)


@workflow_rule("WF711", "The data flow names each table", reads=("data_flow.md", "workflow.toml"))
def documents_its_tables(workflow: Workflow) -> Iterator[Problem]:
    """When a column changes somewhere, the data flow documents are what tells which workflows must be looked at.

    Fix: draw the table in docs/data_flow.md.
    """
    document = workflow.files.get("docs/data_flow.md")
    if workflow.place != "dev" or document is None:
        return
    for table in dict.fromkeys([*workflow.tables("reads"), *workflow.tables("writes")]):
        name = re.escape(table.rpartition(".")[2].casefold())
        if not re.search(rf"(?<!\w){name}(?!\w)", document.folded):
            yield Problem(1, f"does not name {table}, which workflow.toml declares", path=document.path)


def _all_documents(workflow: Workflow) -> list[Source]:
    return [source for source in workflow.files.values() if source.kind.language == "markdown"]


def _documents(workflow: Workflow) -> list[Source]:
    """README and docs/: what people read; checklists have rules of their own."""
    return [source for source in _all_documents(workflow) if source.inner == ("README.md",) or source.kind.area == "docs"]


def _placeholders(source: Source) -> Iterator[tuple[int, str]]:
    for found in _PLACEHOLDER.finditer(markdown.prose(source)):
        yield found.start(), found[0].rstrip(":")


def _plan_is_done(workflow: Workflow) -> bool:
    return any(item.id == "DEV-02" and item.ticked for source in workflow.checklists for item in markdown.items(source))


def _empty_sections(source: Source) -> Iterator[tuple[int, str]]:
    found = markdown.sections(source)
    for section, after in zip(found, [*found[1:], None], strict=False):
        if not section.body.strip() and not (after and after.level > section.level):
            yield section.offset, section.title


def _wrong_requirement(cells: list[str], tests: str, rules: str, seen: set[str]) -> str:
    name, verified = cells[0], _VERIFIED.fullmatch(cells[-1])
    if name in seen:
        return f"{name} is there twice: an id names one requirement"
    if verified is None:
        return f"{name} is verified by nothing: write test: NAME, rule: BR-NN or person: ROLE, DAY"
    kind, by = verified.groups()
    if kind == "test" and not re.search(rf"\bdef {re.escape(by)}\b", tests):
        return f"{name} is verified by the test {by}, which is not in testing/"
    if kind == "rule" and not re.search(rf"\b{re.escape(by)}\b", rules):
        return f"{name} is verified by the rule {by}, which is not in validation/validate_business_rules.py"
    return "" if by else f"{name} is verified by nobody: person: ROLE, DAY"


def _broken(workflow: Workflow, source: Source, target: str) -> str:
    path, _, anchor = _unquoted(target).partition("#")
    path = path.partition("?")[0]
    whole = (
        source.path
        if not path
        else posixpath.normpath(posixpath.join(posixpath.dirname(source.path), path) if path[0] != "/" else path[1:])
    )
    if path and whole != "." and (whole.startswith("..") or not workflow.exists(whole)):
        return f"leads to {whole}, which is not there"
    inside = source if not path else workflow.files.get(whole.removeprefix(f"{workflow.place}/{workflow.name}/"))
    is_heading = anchor and inside is not None and inside.kind.language == "markdown" and not re.fullmatch(r"L\d+.*", anchor)
    if is_heading and inside is not None and anchor.lower() not in markdown.anchors(inside):
        return f"leads to #{anchor}, and {inside.path} has no such heading"
    return ""


def _unquoted(target: str) -> str:
    if "%" not in target:
        return target
    from urllib.parse import unquote

    return unquote(target)


def _unproven(workflow: Workflow, item: markdown.Item) -> str:
    kind = item.proof.partition(" ")[0]
    if kind in ("person", "approval"):
        return "" if _DAY.search(item.note) or _DAY.search(item.text) else "nobody answers for it: write the name and the day behind it"
    if kind == "registered" and (workflow.plan is None or workflow.name not in workflow.repository.rows):
        return "there is no plan or no row in the index"
    if kind == "plan" and (workflow.plan is None or any(_placeholders(workflow.plan))):
        return "the plan has open places"
    if kind == "docs" and any(any(_placeholders(source)) for source in _documents(workflow)):
        return "a document has open places"
    if kind == "requirements" and any(verifies_its_requirements(workflow)):
        return "the plan has a requirement that nothing verifies"
    if kind == "flow" and any(problem for rule in flow.PROVING for problem in rule(workflow)):
        return "kestra_flow.yml breaks a standard"
    if kind == "deploy" and workflow.other is None:
        return f"there is no scripts/{workflow.name}"
    return ""


def _wrong_items(source: Source, wanted: dict[str, markdown.Item], given: dict[str, markdown.Item]) -> Iterator[Problem]:
    before = 0
    for name, item in wanted.items():
        if name in given:
            before = given[name].offset + len(given[name].line)
            if given[name].text != item.text:
                yield at_offset(source, given[name].offset, f"{name} says something else than in dev/checklists/{source.inner[-1]}")
        else:
            fix = Fix(before, before, f"\n{item.line}") if before else None
            yield at_offset(source, before, f"{name} of dev/checklists/{source.inner[-1]} is not here", fix)
    for name, item in given.items():
        if name not in wanted:
            yield at_offset(source, item.offset, f"{name} is not in dev/checklists/{source.inner[-1]}: ids are never given anew")
