"""Plan everything that one stamp writes, inside and outside the new folder, as one list of changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from workflow_template.core.host import Host
from workflow_template.core.transaction import Change
from workflow_template.stamp import plans, precommit, seed


class Stamp:
    """What will be written, which files of the host are kept, and what the user should be told."""

    def __init__(self, changes: list[Change], kept: list[str], notes: list[str]) -> None:
        self.changes, self.kept, self.notes = changes, kept, notes


def plan_host(host: Host, root: Path, origin: precommit.Origin | None = None) -> Stamp:
    """Plan the files a host gets once, and pre-commit."""
    changes, kept = seed.seed(host, root, origin)
    hook, note = precommit.install(host)
    notes = [note] if note else []
    config = host.top / ".pre-commit-config.yaml"
    if config.is_file() and "workflow-check" not in config.read_text(encoding="utf-8", errors="replace"):
        notes.append("kept your .pre-commit-config.yaml: add the hook workflow-check to it to check the standards at commit")
    return Stamp(changes + hook, kept, notes)


def plan_workflow(
    host: Host, root: Path, answers: Mapping[str, str], files: Mapping[str, bytes], origin: precommit.Origin | None = None
) -> Stamp:
    """Plan a whole stamp: the host's files, the workflow's *files* under `dev/<name>/`, its checklists, plan and index row."""
    first = plan_host(host, root, origin)
    name = answers["workflow_name"]
    fresh = {change.path: change.data or b"" for change in first.changes}
    changes = [Change(f"dev/{name}/{path}", data) for path, data in files.items()]
    changes += _checklists(host, name, fresh)
    changes += _plan_and_index(host, answers, fresh)
    return Stamp(first.changes + changes, first.kept, first.notes)


def plan_rendered(host: Host, root: Path, answers: Mapping[str, str], folder: Path, origin: precommit.Origin | None) -> Stamp:
    """Plan the stamp of a *folder* of the host that cookiecutter has filled: its checklists are added at once, then it moves to `dev/`.

    Until the transaction commits, the folder carries a mark, so that what a kill leaves in it is taken away as a whole.
    """
    stamp = plan_host(host, root, origin)
    fresh = {change.path: change.data or b"" for change in stamp.changes}
    add_checklists(folder, {name: _current(host, f"dev/checklists/{name}", fresh) for name in seed.CHECKLISTS})
    target = f"dev/{answers['workflow_name']}"
    move = [] if folder == host.top / target else [Change(target, None, source=folder.relative_to(host.top).as_posix())]
    return Stamp(move + stamp.changes + _plan_and_index(host, answers, fresh), stamp.kept, stamp.notes)


def add_checklists(folder: Path, texts: Mapping[str, bytes]) -> None:
    """Write the checklists, {file name: text}, into a workflow's folder."""
    (folder / "checklists").mkdir(exist_ok=True)
    for name, data in texts.items():
        (folder / "checklists" / name).write_bytes(data)


def masters(root: Path) -> dict[str, bytes]:
    """The checklists as a workflow gets them outside of a host, {file name: text}."""
    return {name: (root / "checklists" / name).read_bytes() for name in seed.CHECKLISTS}


def _checklists(host: Host, name: str, fresh: Mapping[str, bytes]) -> list[Change]:
    """Copy the host's own checklists, which the team may have changed, into the workflow; those it has are kept."""
    wanted = {f"dev/{name}/checklists/{each}": f"dev/checklists/{each}" for each in seed.CHECKLISTS}
    return [Change(target, _current(host, source, fresh)) for target, source in wanted.items() if not os.path.lexists(host.top / target)]


def _plan_and_index(host: Host, answers: Mapping[str, str], fresh: Mapping[str, bytes]) -> list[Change]:
    folder = "dev/checklists/workflow_plans"
    plan = f"{folder}/{answers['workflow_name']}.md"
    changes = []
    if not os.path.lexists(host.top / plan):
        template = _current(host, seed.PLAN_TEMPLATE, fresh).decode("utf-8", errors="surrogateescape")
        changes.append(Change(plan, plans.fill_plan(template, answers).encode("utf-8", errors="surrogateescape")))
    index = host.top / folder / "index.md"
    before = index.read_bytes().decode("utf-8", errors="surrogateescape") if index.is_file() else ""
    after = plans.index_with(before, answers)
    if after != before:
        changes.append(Change(f"{folder}/index.md", after.encode("utf-8", errors="surrogateescape"), over=True))
    return changes


def _current(host: Host, name: str, fresh: Mapping[str, bytes]) -> bytes:
    return fresh[name] if name in fresh else (host.top / name).read_bytes()
