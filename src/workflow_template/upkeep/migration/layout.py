"""What `dev/<name>/` lacks: a description to complete, a README, checklists, plan and index row, as `workflow register` makes them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.core.workflow import read_answers
from workflow_template.stamp import plans, render, seed
from workflow_template.stamp.answers import module_name
from workflow_template.upkeep.migration.tree import Tree

_CRON = re.compile(r"^\s*-?\s*cron:\s*[\"']?([^\"'\n#]+?)[\"']?\s*(?:#.*)?$", re.MULTILINE)
_HEAD = """\
# Made by `workflow migrate` from what it found in scripts/{name}/: make owner, criticality, schedule and tables true.
"""
_README = """\
# {title}

{script} runs in production from [`scripts/{name}/`](../../scripts/{name}/). What belongs to its development lies here:

| folder | what it holds |
| --- | --- |
| `testing/` | its tests: `pytest dev/{name}/testing` from the top of the repository |
| `testing/test_data_samples/` | what the tests read |
| `debugging/` | scripts and notebooks to look into it |
| `checklists/` | what must be true of it, from development to deployment |

Its plan: [{name}](../checklists/workflow_plans/{name}.md).
"""


def lacking(tree: Tree, names: Iterable[str]) -> dict[str, bytes]:
    """The files that these workflows and the host's own list of them lack, {path: content}; the index is there with its new rows."""
    host, root = tree.host, render.find_root()
    found: dict[str, bytes] = {}
    index_path = "dev/checklists/workflow_plans/index.md"
    before = _read(host, index_path)
    known = set(plans.registered(before))
    fresh: list[dict[str, str]] = []
    masters = {f"dev/checklists/{name}": root / "checklists" / name for name in seed.CHECKLISTS}
    masters[seed.PLAN_TEMPLATE] = root / "checklists" / "template_plan.md"
    for name in sorted(names):
        answers = _answers(tree, name)
        _add(found, host, f"dev/{name}/workflow.toml", _HEAD.format(name=name).encode() + render.render_one(root, "workflow.toml", answers))
        _add(found, host, f"dev/{name}/README.md", _readme(tree, name, answers["title"]).encode())
        for path, master in masters.items():
            _add(found, host, path, master.read_bytes())
        for checklist in seed.CHECKLISTS:
            _add(found, host, f"dev/{name}/checklists/{checklist}", _current(found, host, f"dev/checklists/{checklist}"))
        template = _current(found, host, seed.PLAN_TEMPLATE).decode("utf-8", errors="surrogateescape")
        plan = plans.fill_plan(template, answers).encode("utf-8", errors="surrogateescape")
        _add(found, host, f"dev/checklists/workflow_plans/{name}.md", plan)
        if name not in known:
            fresh.append(answers)
    if fresh:
        found[index_path] = plans.index_with(before, *fresh).encode("utf-8", errors="surrogateescape")
    return found


def _answers(tree: Tree, name: str) -> dict[str, str]:
    """What the workflow says of itself, or else what its folder tells."""
    if os.path.lexists(tree.host.top / "dev" / name / "workflow.toml"):
        try:
            return read_answers(tree.host.top / "dev" / name) | {"workflow_name": name}
        except UserError:
            pass
    words = name.replace("_", " ").replace("-", " ")
    return {
        "workflow_name": name,
        "title": words.capitalize(),
        "description": f"{words.capitalize()}, moved from scripts/{name}/.",
        "owner": "TODO: team",
        "criticality": "standard",
        "schedule": _schedule(tree, name),
        "source_table": "todo_source",
        "target_table": "todo_target",
    }


def _schedule(tree: Tree, name: str) -> str:
    """The schedule of the one flow that lies beside the script; `none` where there is no such or several."""
    crons = set()
    for path in tree.below(f"scripts/{name}"):
        if path.endswith((".yml", ".yaml")) and (text := tree.text(path)):
            crons |= {" ".join(found.split()) for found in _CRON.findall(text.text)}
    cron = crons.pop() if len(crons) == 1 else ""
    return cron if len(cron.split(" ")) == 5 else "none"


def _readme(tree: Tree, name: str, title: str) -> str:
    script = f"{module_name(name)}.py"
    return _README.format(title=title, name=name, script=f"`{script}`" if f"scripts/{name}/{script}" in tree.files else "It")


def _add(found: dict[str, bytes], host: Host, path: str, data: bytes) -> None:
    if path not in found and not os.path.lexists(host.top / path):
        found[path] = data


def _current(found: dict[str, bytes], host: Host, path: str) -> bytes:
    return found[path] if path in found else (host.top / path).read_bytes()


def _read(host: Host, path: str) -> str:
    file = host.top / path
    return file.read_bytes().decode("utf-8", errors="surrogateescape") if file.is_file() else ""
