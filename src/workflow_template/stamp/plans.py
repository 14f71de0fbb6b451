"""The plan of a workflow and the index of all plans."""

from __future__ import annotations

import re
from collections.abc import Mapping

BUDGETS = {"standard": "10 minutes", "critical": "30 seconds"}
INDEX_HEAD = """\
# Workflows

Every workflow of this repository, with its plan. `workflow register` keeps this page.

| workflow | title | owner | criticality | schedule | plan |
| --- | --- | --- | --- | --- | --- |
"""
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_ROW = re.compile(r"\| \[([a-z0-9_-]+)\]")


def fill_plan(template: str, answers: Mapping[str, str]) -> str:
    """Put *answers* into the host's own plan template, once: an answer that looks like a placeholder stays as it is."""
    values = {**answers, "name": answers["workflow_name"], "budget": BUDGETS[answers["criticality"]]}
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def index_with(index: str, *workflows: Mapping[str, str]) -> str:
    """Add or renew the rows of *workflows*, each given by its answers; rows are sorted by name, all other text stays."""
    newline = "\r\n" if "\r\n" in index else "\n"
    lines = (index or INDEX_HEAD).splitlines()
    rows = {found[1]: line for line in lines if (found := _ROW.match(line))}
    at = next((number for number, line in enumerate(lines) if _ROW.match(line)), None)
    kept = [line for line in lines if not _ROW.match(line)]
    if at is None:
        at = next((number + 1 for number, line in enumerate(kept) if line.startswith("| ---")), len(kept))
    rows |= {answers["workflow_name"]: _row(answers) for answers in workflows}
    kept[at:at] = [rows[name] for name in sorted(rows)]
    return newline.join(kept) + newline


def registered(index: str) -> list[str]:
    """Names of the workflows in the index."""
    return [found[1] for line in index.splitlines() if (found := _ROW.match(line))]


def _row(answers: Mapping[str, str]) -> str:
    name = answers["workflow_name"]
    cells = [_cell(answers[key]) for key in ("title", "owner", "criticality", "schedule")]
    return "| " + " | ".join([f"[{name}](../../{name}/)", *cells, f"[plan]({name}.md)"]) + " |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
