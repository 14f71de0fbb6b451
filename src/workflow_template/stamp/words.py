"""What a stamp says: each file of the host told apart as created or kept, then the next step. ASCII only, for any console."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_template.stamp.place import Stamp


def report(name: str, stamp: Stamp, notes: Iterable[str] = ()) -> str:
    """Tell what a stamp did; *name* is empty when only the host was made ready."""
    own = [change.path for change in stamp.changes if name and f"{change.path}/".startswith(f"dev/{name}/")]
    host = [change.path for change in stamp.changes if change.path not in own]
    lines = [f"  created  {path.replace('git:', '.git/')}" for path in sorted(host)]
    shown = stamp.kept if len(stamp.kept) <= 5 or len(host) > 5 else []
    lines += [f"  kept     {path}" for path in shown]
    if stamp.kept and not shown:
        lines.append(f"  kept     {len(stamp.kept)} files of the host as they are")
    lines += [f"note: {note}" for note in (*notes, *stamp.notes)]
    return "\n".join(lines)


def next_steps(name: str, script: str) -> str:
    return f"stamped dev/{name}\nnext: cd dev/{name} && python {script}.py --sample\nplan: dev/checklists/workflow_plans/{name}.md"
