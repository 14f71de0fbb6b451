"""The checklists are complete, and each item can be proven."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from workflow_template.stamp import plans

ITEM = re.compile(r"- \[ \] \*\*([A-Z]+-\d{2})\*\* (.+) <!-- proof: ([a-z ]+) -->")
PROOFS = {
    *(
        "check",
        "tests",
        "coverage",
        "performance",
        "validation",
        "rules",
        "requirements",
        "plan",
        "docs",
        "flow",
        "registered",
        "person",
        "deploy",
    ),
    *("approval reviewer", "approval technical", "approval business"),
}
CHECKLISTS = {"workflow_development": "DEV", "testing": "TEST", "deployment": "DEP"}
REQUIREMENTS = {
    "plan is copied": "DEV-01",
    "filled in": "DEV-02",
    "agreed with the stakeholders": "DEV-03",
    "data flow is drawn": "DEV-05",
    "integration point": "DEV-06",
    "Success criteria": "DEV-07",
    "standard layout": "DEV-09",
    "Samples": "DEV-10",
    "database is configured": "DEV-11",
    "connection works": "DEV-12",
    "skeleton runs": "DEV-13",
    "core works": "DEV-14",
    "Unit tests": "DEV-15",
    "debugging scripts": "DEV-16",
    "Data validation": "DEV-17",
    "Integration is tested": "DEV-18",
    "import pattern": "DEV-19",
    "Errors are logged": "DEV-20",
    "input": "DEV-21",
    "Credentials": "DEV-22",
    "comments": "DEV-23",
    "docs/api.md": "DEV-24",
    "business rules": "DEV-25",
    "100 %": "TEST-01",
    "at least 90 %": "TEST-02",
    "150 %": "TEST-08",
    "Memory and connections": "TEST-09",
    "Data quality": "TEST-11",
    "Every business rule": "TEST-12",
    "results are documented": "TEST-18",
    "production files are copied": "DEP-03",
    "production test suite": "DEP-05",
    "kestra_flow.yml": "DEP-06",
    "encrypted": "DEP-11",
    "Access is logged": "DEP-12",
    "least privilege": "DEP-13",
    "deployment_guide.md": "DEP-16",
    "change management": "DEP-17",
    "reviewer other than the author": "DEP-18",
    "business owner approves": "DEP-20",
    "audit record": "DEP-21",
    "Metrics": "DEP-22",
    "review": "DEP-23",
}


def text_of(name: str) -> str:
    return (ROOT / "checklists" / f"{name}_checklist.md").read_text(encoding="utf-8")


def items() -> dict[str, str]:
    return {found[1]: found[2] for name in CHECKLISTS for found in ITEM.finditer(text_of(name))}


@pytest.mark.parametrize("name", CHECKLISTS)
def test_a_checklist_has_15_to_30_items_with_ids_in_order_and_known_proofs(name: str) -> None:
    boxes = [line for line in text_of(name).splitlines() if line.startswith("- [")]

    found = [ITEM.fullmatch(line) for line in boxes]

    assert 15 <= len(boxes) <= 30
    assert [match and match[1] for match in found] == [f"{CHECKLISTS[name]}-{number:02}" for number in range(1, len(boxes) + 1)]
    assert {match[3] for match in found if match} <= PROOFS


@pytest.mark.parametrize(("phrase", "item"), REQUIREMENTS.items())
def test_every_requirement_of_the_process_is_an_item(phrase: str, item: str) -> None:
    assert phrase.lower() in items()[item].lower()


def test_all_five_phases_are_there() -> None:
    text = "".join(map(text_of, CHECKLISTS))

    assert all(f"Phase {number}" in text or "Phases 1 to 3" in text for number in range(1, 6))


def test_the_plan_has_its_sections_and_only_known_placeholders() -> None:
    plan = (ROOT / "checklists" / "template_plan.md").read_text(encoding="utf-8")

    sections = re.findall(r"^## (.+)$", plan, re.MULTILINE)
    assert sections == [
        *("Stakeholders", "Requirements", "Data flow", "Integration points", "Volumes"),
        *("Success criteria and acceptance tests", "Phases", "Risks"),
    ]
    assert set(re.findall(r"\$\{(\w+)\}", plan)) <= {
        *("name", "title", "description", "owner", "criticality", "schedule", "source_table", "target_table", "budget")
    }


def test_an_answer_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    answers = {"workflow_name": "a", "title": "${owner}", "owner": "me", "criticality": "critical"}

    assert plans.fill_plan("${title} ${budget} ${other}", answers) == "${owner} 30 seconds ${other}"
