"""The pages of docs/rules, one for each rule, made from the rules: python -m workflow_template.standards.pages docs"""

from __future__ import annotations

import sys
from pathlib import Path

from workflow_template.standards import ruff
from workflow_template.standards.rule import Rule
from workflow_template.standards.rules import RULES

FAMILIES = {
    "WF0": "Files",
    "WF1": "Structure",
    "WF2": "Database",
    "WF3": "Errors and logging",
    "WF4": "Configuration",
    "WF5": "Security",
    "WF6": "Tests",
    "WF7": "Documents and checklists",
    "WF8": "Kestra flow",
    "WF9": "What is passed over",
}
_LANGUAGES = {"WF606": "csv", "WF703": "markdown", "WF706": "markdown", "WF806": "yaml", "WF117": "text"}
_SUBJECTS = {
    "file": "each file by itself",
    "name": "the path of each file",
    "odd": "files that are not plain UTF-8",
    "workflow": "a workflow as a whole",
    "repository": "the repository as a whole",
    "comment": "comments that pass findings over",
}
_INDEX = """\
# The rules

{count} rules of our own, each with a page made from the rule itself, and a selection of [ruff](https://docs.astral.sh/ruff/rules/)'s beside
them, in one report. How to run, choose, pass over and freeze: [standards](../standards.md).

{families}

## From ruff

Everywhere in `dev/`, `scripts/`, `utils/` and `tools/`: {select}. Not: {ignore}.
Tests need no docstrings and may assert and print; `print` (T20) is refused where it would run in production. `[ruff] select` and
`ignore` in `config/standards.toml` add to both lists.
"""


def pages() -> dict[str, str]:
    """Name of each page in docs/rules -> its text."""
    return {f"{rule.id}.md": _page(rule) for rule in RULES} | {"README.md": _index()}


def main(folder: str = "docs") -> int:
    """Write all pages, and remove those of rules that are gone."""
    place = Path(folder) / "rules"
    place.mkdir(parents=True, exist_ok=True)
    made = pages()
    for path in place.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (place / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


def _page(rule: Rule) -> str:
    about = f"{FAMILIES[rule.id[:3]]} · {rule.severity} · judges {_SUBJECTS[rule.subject]}{' · `--fix` mends it' if rule.fixes else ''}"
    parts = [f"# {rule.id}: {rule.title}", about, rule.why]
    for name, code in (("Bad", rule.bad), ("Good", rule.good)):
        if code:
            parts.append(f"{name}:\n\n```{_LANGUAGES.get(rule.id, 'python')}\n{code}\n```")
    parts.append(f"**What to do:** {rule.remedy}")
    if rule.subject != "comment":
        parts.append(_passing_over(rule))
    return "\n\n".join(parts) + "\n"


def _passing_over(rule: Rule) -> str:
    if rule.subject in ("file", "workflow"):
        return (
            f"To pass one place over: `# workflow: ignore[{rule.id}] reason` on its line ([more](../standards.md#passing-findings-over))."
        )
    entry = f'`[[ignore]]` with `rule = "{rule.id}"` in config/standards.toml'
    return f"To pass places over: {entry} ([more](../standards.md#passing-findings-over))."


def _index() -> str:
    families = []
    for start, name in FAMILIES.items():
        rows = [
            f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.severity} | {'✓' if rule.fixes else ''} |"
            for rule in RULES
            if rule.id.startswith(start)
        ]
        families.append("\n".join([f"## {name}", "", "| id | what must hold | severity | fix |", "| --- | --- | --- | --- |", *rows]))
    select, ignore = (", ".join(f"`{each}`" for each in ids) for ids in (ruff.SELECT, ruff.IGNORE))
    return _INDEX.format(count=len(RULES), families="\n\n".join(families), select=select, ignore=ignore)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
