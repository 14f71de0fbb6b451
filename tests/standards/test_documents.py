"""Rules, their pages, README and checklists say the same."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.pages import run_page
from workflow_template.standards import pages
from workflow_template.standards.rules import RULES

IDS = {rule.id for rule in RULES}
CHECKLISTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "checklists").glob("*.md"))
SPAN = re.compile(r"\b(WF\d{3})(?: to (WF\d{3}))?\b")


def named(text: str) -> set[str]:
    """The ids that a text names; `WF301 to WF313` names all rules between the two."""
    found = set()
    for first, last in SPAN.findall(text):
        found |= {first} | ({each for each in IDS if first <= each <= last} | {last} if last else set())
    return found


def test_each_rule_has_the_page_that_is_made_from_it_and_no_page_is_without_its_rule() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "rules").glob("*.md")}

    assert written == pages.pages(), "python -m workflow_template.standards.pages docs"


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "host").rglob("*.md"))]


@pytest.mark.parametrize("path", [*DOCUMENTS, *sorted((ROOT / "checklists").glob("*.md"))], ids=lambda path: path.name)
def test_no_document_names_a_rule_that_is_not_there(path: Path) -> None:
    assert named(path.read_text(encoding="utf-8")) <= IDS


def test_the_readme_counts_the_rules() -> None:
    assert f"[{len(RULES)} rules](docs/rules/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("family", ["WF1", "WF2", "WF3", "WF4", "WF5", "WF6", "WF7", "WF8"])
def test_each_family_of_rules_proves_an_item_of_a_checklist(family: str) -> None:
    assert any(each.startswith(family) for each in named(CHECKLISTS))


def test_an_item_that_a_check_proves_names_what_judges_it() -> None:
    for line in CHECKLISTS.splitlines():
        if "<!-- proof: check -->" in line:
            assert named(line) or "workflow check" in line, line


@pytest.mark.skipif(shutil.which("sh") is None, reason="the commands of the page are those of sh")
def test_the_page_for_users_is_true(workflow: Run, host: Path) -> None:
    assert workflow("new", "daily_sales", "--defaults").returncode == 0

    assert run_page(ROOT / "docs" / "standards.md", host) >= 8
