"""What a host gets once: every file where it is missing, none ever overwritten."""

from __future__ import annotations

import os
import re
from pathlib import Path

from workflow_template.core.host import Host
from workflow_template.core.transaction import Change
from workflow_template.stamp import precommit, render

CHECKLISTS = ("workflow_development_checklist.md", "testing_checklist.md", "deployment_checklist.md")
PLAN_TEMPLATE = "dev/checklists/workflow_plans/template_plan.md"
TEMPLATES = {
    "script_template.py": "{{cookiecutter.__script}}.py",
    "test_template.py": "testing/test_{{cookiecutter.__script}}.py",
    "debug_template.py": "debugging/debug_component.py",
}
IGNORED = (
    "__pycache__/",
    ".coverage*",
    "!.coveragerc",
    "reports/",
    "dev/*/debugging/logs/*",
    "!dev/*/debugging/logs/.gitignore",
    "config/secrets.toml",
    "data/workflows.db*",
    "/logs/",
    ".env",
)


def seed(host: Host, root: Path, origin: precommit.Origin | None) -> tuple[list[Change], list[str]]:
    """Plan the host's missing files. Returns the changes and the names of the files that are kept."""
    changes: list[Change] = []
    kept: list[str] = []
    for name, source in _sources(root).items():
        if os.path.lexists(host.top / name) or _has_settings(host, name):
            kept.append(name)
        else:
            changes.append(Change(name, _content(root, name, source, origin)))
    ignore = _ignore_lines(host)
    changes += ignore
    if not ignore:
        kept.append(".gitignore")
    return changes, kept


def _sources(root: Path) -> dict[str, Path | str]:
    """Name in the host -> the file it comes from, or the name of the template file it is rendered from."""
    found: dict[str, Path | str] = {}
    for parent, folders, names in os.walk(root / "host"):
        folders[:] = sorted(each for each in folders if each != "__pycache__")
        found |= {Path(parent, name).relative_to(root / "host").as_posix(): Path(parent, name) for name in sorted(names)}
    found |= {f"dev/checklists/{name}": root / "checklists" / name for name in CHECKLISTS}
    found[PLAN_TEMPLATE] = root / "checklists" / "template_plan.md"
    found |= {f"dev/shared/workflow_templates/{name}": path for name, path in TEMPLATES.items()}
    found[".pre-commit-config.yaml"] = ""
    return found


def _content(root: Path, name: str, source: Path | str, origin: precommit.Origin | None) -> bytes:
    if name == ".pre-commit-config.yaml":
        return precommit.config_text(origin).encode()
    if isinstance(source, str):
        return render.render_one(root, source)
    data = source.read_bytes()
    return data + _requirement(origin).encode() if name == "requirements-dev.txt" else data


def _requirement(origin: precommit.Origin | None) -> str:
    if origin is None:
        return "# The `workflow` command: python -m pip install <the folder or address of your workflow-template>\n"
    return f"workflow-template @ git+{origin.url.removeprefix('git+')}@{origin.commit}\n"


def _has_settings(host: Host, name: str) -> bool:
    """Whether the host keeps the settings of this file elsewhere, where a new file would overrule them."""
    section = {"pytest.ini": r"\[(tool\.pytest|tool:pytest|pytest\])", ".coveragerc": r"\[(tool\.coverage|coverage:)"}.get(name)
    places = [host.top / each for each in ("pyproject.toml", "setup.cfg", "tox.ini")] if section else []
    return any(re.search(section or "", path.read_text(encoding="utf-8", errors="replace")) for path in places if path.is_file())


def _ignore_lines(host: Host) -> list[Change]:
    """Add to `.gitignore` what it lacks, with its own line ends."""
    path = host.top / ".gitignore"
    text = path.read_bytes().decode("utf-8", errors="surrogateescape") if path.is_file() else ""
    missing = [line for line in IGNORED if line not in [each.strip() for each in text.splitlines()]]
    if not missing:
        return []
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text else newline if text.endswith("\n") else newline * 2
    added = newline.join(["# workflow-template", *missing, ""])
    return [Change(".gitignore", (text + gap + added).encode("utf-8", errors="surrogateescape"), over=True)]
