"""Make a plan: read the repository, judge each file, find where it goes and what must be repaired. Nothing is changed."""

from __future__ import annotations

import difflib
import gc
from collections.abc import Iterable, Iterator, Mapping

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.core.transaction import pending
from workflow_template.stamp.answers import module_name, problem_with
from workflow_template.upkeep.migration import layout
from workflow_template.upkeep.migration.judge import Judge
from workflow_template.upkeep.migration.kinds import guess, is_role
from workflow_template.upkeep.migration.modules import Library
from workflow_template.upkeep.migration.moves import Moves, clashes, targets
from workflow_template.upkeep.migration.plan import Left, Move, Plan
from workflow_template.upkeep.migration.repairs import Repairs
from workflow_template.upkeep.migration.tree import Tree
from workflow_template.upkeep.migration.verdict import MOVE, STAY, UNSURE


def make_plan(host: Host, names: Iterable[str] = (), decided: Mapping[str, str] | None = None) -> Plan:
    """Plan the migration of these workflows, or of all in `scripts/`.

    Raises:
        UserError: there is no such workflow, or git cannot tell what is in the work tree.
    """
    if pending(host):
        raise UserError("a command was killed half way", "run `workflow list`, which finishes or undoes it, then try again")
    collecting = gc.isenabled()
    gc.disable()  # to look for cycles in the trees of thousands of files costs more than reading them
    try:
        return _Planner(Tree(host), list(names), dict(decided or {})).plan()
    finally:
        if collecting:
            gc.enable()


class _Planner:
    """Makes one plan."""

    def __init__(self, tree: Tree, names: list[str], decided: dict[str, str]) -> None:
        self.tree, self.decided = tree, decided
        self.every = sorted(name for name in tree.folders.get("scripts", ()) if f"scripts/{name}" in tree.folders)
        self.names = self._chosen(names)
        self.judge = Judge(tree, Library(tree), self.names, decided, self.names == self.every)

    def _chosen(self, names: list[str]) -> list[str]:
        plain = [name.replace("\\", "/").rstrip("/").removeprefix("./").removeprefix("scripts/") for name in names]
        for name in plain:
            if name not in self.every:
                near = difflib.get_close_matches(name, self.every, n=1)
                hint = f'did you mean "{near[0]}"?' if near else "workflow migrate --help"
                raise UserError(f'there is no folder "{name}" in scripts/', hint)
        unknown = [path for path in self.decided if path not in self.tree.files]
        if unknown:
            raise UserError(f"{unknown[0]} is no file that git knows", "write the path from the top of the repository")
        return sorted(set(plain)) or self.every

    def plan(self) -> Plan:
        """Repair, and take back what cannot be repaired, until all that moves can."""
        self.judge.judge()
        self._refuse_folders()
        while True:
            moves = self._moves()
            repairs = Repairs(self.judge, moves)
            if not repairs.problems:
                return self._result(moves, repairs)
            for path, why in repairs.problems.items():
                self.judge.demote(path, why)
            self.judge.settle()

    def _refuse_folders(self) -> None:
        """Folders that are no workflow, or whose name the process refuses: nothing of theirs moves."""
        taken = {*self.every, *(name for name in self.tree.folders.get("dev", ()) if f"dev/{name}" in self.tree.folders)}
        twins: dict[str, set[str]] = {}
        for name in taken - {"shared", "checklists"}:
            twins.setdefault(module_name(name.casefold()), set()).add(name)
        refused = {name: why for name in self.names if (why := _refusal(name, twins.get(module_name(name.casefold()), set()) - {name}))}
        for path in self.judge.moving():
            name = self.judge.verdicts[path].workflow
            if name in refused:
                self.judge.demote(path, refused[name])
        self.judge.settle()

    def _moves(self) -> Moves:
        while True:
            wanted = targets({path: self.judge.verdicts[path] for path in sorted(self.judge.moving())})
            found = clashes(self.tree, wanted)
            if not found:
                return Moves(self.tree, wanted, self.decided)
            for path, why in found.items():
                self.judge.demote(path, why)
            self.judge.settle()

    def _result(self, moves: Moves, repairs: Repairs) -> Plan:
        verdicts = sorted(self.judge.verdicts.values())
        moving = [each for each in verdicts if each.state == MOVE]
        moved = [Move(each.workflow, each.path, moves.new[each.path], each.why, each.path in self.tree.index) for each in moving]
        left = [Left(each.workflow, each.path, each.why, each.state == UNSURE) for each in verdicts if each.state != MOVE]
        left += self._loose()
        names = sorted({each.workflow for each in moved} - {""})
        creates = layout.lacking(self.tree, [name for name in names if self._is_workflow(name)])
        ignored = [path for path in self.tree.ignored if path.split("/")[1] in self.names]
        shown = sorted(repairs.shown, key=lambda each: (each.path, each.line))
        return Plan(self.names, moved, left, shown, sorted(set(repairs.warnings)), repairs.contents, repairs.before, creates, ignored)

    def _loose(self) -> Iterator[Left]:
        """Files that lie in `scripts/` itself, and what git cannot show the inside of."""
        for name in sorted(self.tree.folders.get("scripts", ())) if self.names == self.every else ():
            path = f"scripts/{name}"
            if path in self.tree.files and path not in self.judge.verdicts:
                unsure = bool(guess("", name).kind)
                why = "lies in no workflow's folder" + (": move it into scripts/<name>/ first" if unsure else "")
                yield Left("", path, why, unsure)
        for path, what in sorted(self.tree.odd.items()):
            if path.startswith("scripts/") and path not in self.judge.verdicts and path.split("/")[1] in self.names:
                yield Left(path.split("/")[1], path, f"is {what}", True)

    def _is_workflow(self, name: str) -> bool:
        """Whether something in the folder can be run; a folder of helpers gets no plan and no checklists."""
        paths = [path for path in self.judge.paths_of[name] if self.judge.verdicts[path].state == STAY]
        if f"scripts/{name}/{module_name(name)}.py" in paths or any(path.endswith((".yml", ".yaml")) for path in paths):
            return True
        return any(b"__main__" in self.tree.read(path) for path in paths if path.endswith(".py"))


def _refusal(name: str, twins: set[str]) -> str:
    """Why nothing of a folder moves; *twins* are other workflows that some systems take for the same."""
    if name[0] in "._" or name in ("shared", "checklists") or is_role(name):
        return f"scripts/{name} is no workflow: decide by hand where this belongs"
    said = problem_with("workflow_name", name, sorted(twins))
    return f"{said.removeprefix('workflow_name ')}: rename scripts/{name} first" if said else ""
