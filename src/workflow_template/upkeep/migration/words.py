"""What a plan looks like: a table for people, grouped by workflow, and JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workflow_template.upkeep.migration.plan import Left, Move, Plan, Repair

Style = Callable[[str, str], str]
SHOWN_STAYS = 6


def plain(text: str, _role: str) -> str:
    """No colours."""
    return text


def table(plan: Plan, style: Style = plain) -> str:
    """The whole plan as text; *style* colours a text by its role: head, move, unsure, stay or quiet."""
    parts = [_workflow(name, plan, style) for name in _names(plan)]
    parts += [_repairs(plan, style)] if plan.repairs else []
    parts += [_warnings(plan, style)] if plan.warnings else []
    parts += [_creates(plan, style)] if plan.creates else []
    return "\n\n".join([*parts, summary(plan)])


def _names(plan: Plan) -> list[str]:
    """Workflows that have something to tell; those where all stays are only counted."""
    return sorted({each.workflow for each in plan.moves} | {each.workflow for each in plan.unsure})


def _workflow(name: str, plan: Plan, style: Style) -> str:
    moves = [each for each in plan.moves if each.workflow == name]
    unsure = [each for each in plan.unsure if each.workflow == name]
    stays = [each for each in plan.left if each.workflow == name and not each.unsure]
    counts = ", ".join(f"{len(each)} {word}" for each, word in ((moves, "move"), (unsure, "unsure"), (stays, "stay")) if each)
    lines = [f"{style(f'scripts/{name}' if name else 'scripts', 'head')}  {counts}"]
    lines += _moved(name, moves, style)
    width = max((len(_inside(name, each.path)) for each in unsure), default=0)
    lines += [f"  {style('unsure', 'unsure')}  {_inside(name, each.path):{width}}  {each.why}" for each in unsure]
    lines += [f"  {style('stays', 'stay')}   {style(text, 'quiet')}" for text in _stays(name, stays)]
    return "\n".join(lines)


def _moved(name: str, moves: list[Move], style: Style) -> Iterator[str]:
    """Grouped by the folder they go to."""
    folders: dict[str, list[Move]] = {}
    for move in moves:
        folders.setdefault(move.target.rpartition("/")[0], []).append(move)
    for folder, group in sorted(folders.items()):
        yield f"  {style('moves', 'move')}   to {folder}/"
        width = max(len(_inside(name, move.source)) for move in group)
        for move in group:
            note = "" if move.tracked else ", not tracked by git"
            yield f"            {_inside(name, move.source):{width}}  {style(move.why + note, 'quiet')}"


def _inside(name: str, path: str) -> str:
    return path.removeprefix(f"scripts/{name}/" if name else "scripts/")


def _stays(name: str, stays: list[Left]) -> Iterator[str]:
    """Each file with its reason; those with the same reason on one line."""
    reasons: dict[str, list[str]] = {}
    for each in stays:
        reasons.setdefault(each.why, []).append(_inside(name, each.path))
    for why, paths in reasons.items():
        yield f"{_some(paths)}: {why}"


def _repairs(plan: Plan, style: Style) -> str:
    lines = [style("repairs", "head")]
    path = ""
    for repair in plan.repairs:
        if repair.path != path:
            path = repair.path
            lines.append(f"  {path}")
        lines += _repair(repair, style)
    return "\n".join(lines)


def _repair(repair: Repair, style: Style) -> Iterator[str]:
    for number, line in enumerate(repair.before.splitlines()):
        yield f"    {repair.line + number:4}  {style('- ' + line, 'quiet')}"
    for line in filter(str.strip, repair.after.splitlines()):
        yield f"    {'' if repair.before else repair.line:4}  {style('+ ' + line, 'move')}"


def _warnings(plan: Plan, style: Style) -> str:
    lines = [style("look at these by hand", "head")]
    lines += [f"  {each.path}{f':{each.line}' if each.line else ''}: {each.message}" for each in plan.warnings]
    return "\n".join(lines)


def _creates(plan: Plan, style: Style) -> str:
    """The new files, folders with the same ones together."""
    folders: dict[str, list[str]] = {}
    for path in sorted(plan.creates):
        parts = path.split("/")
        folders.setdefault("/".join(parts[:2]), []).append("/".join(parts[2:]))
    groups: dict[str, list[str]] = {}
    for folder, names in folders.items():
        groups.setdefault(_some(names), []).append(f"{folder}/")
    return "\n".join([style("writes what is missing", "head"), *(f"  {names}  in {_some(each)}" for names, each in groups.items())])


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN_STAYS
    return ", ".join(names[:SHOWN_STAYS]) + (f" and {more} more" if more > 0 else "")


def summary(plan: Plan) -> str:
    """One line of counts, and what git ignores."""
    stays = len(plan.left) - len(plan.unsure)
    files = len({each.path for each in plan.repairs})
    parts = [f"{_count(len(plan.moves), 'file')} to move", f"{len(plan.unsure)} unsure", f"{stays} stay{'s' * (stays == 1)}"]
    parts.append(f"{_count(len(plan.repairs), 'repair')} in {_count(files, 'file')}")
    parts += [_count(len(plan.warnings), "place") + " to look at"] if plan.warnings else []
    parts += [_count(len(plan.creates), "file") + " to write"] if plan.creates else []
    parts += [f"{_count(len(plan.ignored), 'file')} ignored by git left alone"] if plan.ignored else []
    if not plan.moves:
        return f"nothing to do in {_count(len(plan.names), 'workflow')}: {', '.join(parts[1:3])}"
    return f"{_count(len(plan.names), 'workflow')}: {', '.join(parts)}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"


def as_json(plan: Plan) -> str:
    """The plan for machines; paths are relative to the host, with `/`."""
    said: dict[str, Any] = {
        "moves": [each._asdict() for each in plan.moves],
        "unsure": _left(plan.unsure),
        "stays": _left(each for each in plan.left if not each.unsure),
        "repairs": [each._asdict() for each in plan.repairs],
        "warnings": [each._asdict() for each in plan.warnings],
        "creates": sorted(plan.creates),
        "ignored": plan.ignored,
        "summary": {
            "workflows": len(plan.names),
            "moves": len(plan.moves),
            "unsure": len(plan.unsure),
            "stays": len(plan.left) - len(plan.unsure),
            "repairs": len(plan.repairs),
            "warnings": len(plan.warnings),
            "creates": len(plan.creates),
        },
    }
    return json.dumps(said, indent=2)


def _left(left: Iterable[Left]) -> list[dict[str, str]]:
    return [{"workflow": each.workflow, "path": each.path, "why": each.why} for each in left]
