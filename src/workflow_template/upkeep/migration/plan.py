"""Put it all together: a plan says where each file goes and why, what is repaired, and what a person must look at. It changes nothing."""

from __future__ import annotations

import gc
import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.core.transaction import pending
from workflow_template.stamp.answers import problem_with
from workflow_template.upkeep.migration import layout, text_repair
from workflow_template.upkeep.migration.facts import Facts
from workflow_template.upkeep.migration.import_repair import Imports
from workflow_template.upkeep.migration.judge import MOVE, STAY, UNSURE, Judge, Verdict
from workflow_template.upkeep.migration.kinds import guess
from workflow_template.upkeep.migration.mentions import respell
from workflow_template.upkeep.migration.modules import Library
from workflow_template.upkeep.migration.moves import Moves, clashes, targets
from workflow_template.upkeep.migration.notebook import CellPen, Notebook
from workflow_template.upkeep.migration.python_repair import Doubt, Places
from workflow_template.upkeep.migration.rewrite import Pen
from workflow_template.upkeep.migration.runs import Runs
from workflow_template.upkeep.migration.source import Edit, Source, Text, edited
from workflow_template.upkeep.migration.tree import Tree


class Move(NamedTuple):
    """One file that moves; *tracked* by git or not."""

    workflow: str
    source: str
    target: str
    why: str
    tracked: bool


class Left(NamedTuple):
    """One file that stays; *unsure* where a person has to decide."""

    workflow: str
    path: str
    why: str
    unsure: bool


class Repair(NamedTuple):
    """One place that is written anew, at a line of the file as it is now; *path* is its new path."""

    path: str
    line: int
    before: str
    after: str
    why: str


class Warning(NamedTuple):
    """A place that a person must look at, at a line of the file as it is now."""

    path: str
    line: int
    message: str


class Plan(NamedTuple):
    """Everything that `apply` would do; *contents* and *creates* are whole files, *before* what the repaired ones hold now."""

    names: list[str]
    moves: list[Move]
    left: list[Left]
    repairs: list[Repair]
    warnings: list[Warning]
    contents: dict[str, bytes]
    before: dict[str, bytes]
    creates: dict[str, bytes]
    ignored: list[str]

    @property
    def unsure(self) -> list[Left]:
        return [each for each in self.left if each.unsure]


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
        self.library = Library(tree)
        self.every = sorted(name for name in tree.folders.get("scripts", ()) if f"scripts/{name}" in tree.folders)
        self.names = self._chosen(names)
        self.judge = Judge(tree, self.library, self.names, decided, self.names == self.every)
        self.repairs: list[Repair] = []
        self.warnings: list[Warning] = []
        self.contents: dict[str, bytes] = {}
        self.before: dict[str, bytes] = {}
        self._production: dict[str, str] = {}

    def _chosen(self, names: list[str]) -> list[str]:
        plain = [name.replace("\\", "/").rstrip("/").removeprefix("./").removeprefix("scripts/") for name in names]
        for name in plain:
            if name not in self.every:
                import difflib

                near = difflib.get_close_matches(name, self.every, n=1)
                raise UserError(
                    f'there is no folder "{name}" in scripts/', f'did you mean "{near[0]}"?' if near else "workflow migrate --help"
                )
        unknown = [path for path in self.decided if path not in self.tree.files]
        if unknown:
            raise UserError(f"{unknown[0]} is no file that git knows", "write the path from the top of the repository")
        return sorted(set(plain)) or self.every

    def plan(self) -> Plan:
        self.judge.judge()
        self._refuse_folders()
        while True:
            moves = self._moves()
            problems = self._repair(moves)
            if not problems:
                break
            for path, why in problems.items():
                self.judge.demote(path, why)
            self.judge.settle()
        return self._result(moves)

    def _refuse_folders(self) -> None:
        """Folders that are no workflow, or whose name the process refuses: nothing of theirs moves."""
        taken = {*self.every, *(name for name in self.tree.folders.get("dev", ()) if f"dev/{name}" in self.tree.folders)}
        refused = {name: why for name in self.names if (why := self._refusal(name, taken - {name, "shared", "checklists"}))}
        for path in self.judge.moving():
            name = self.judge.verdicts[path].workflow
            if name in refused:
                self.judge.demote(path, refused[name])
        self.judge.settle()

    def _refusal(self, name: str, taken: set[str]) -> str:
        if name[0] in "._" or name in ("shared", "checklists"):
            return f"scripts/{name} is no workflow: decide by hand where this belongs"
        said = problem_with("workflow_name", name, sorted(taken))
        return f"{said.removeprefix('workflow_name ')}: rename scripts/{name} first" if said else ""

    def _moves(self) -> Moves:
        while True:
            wanted = targets({path: self.judge.verdicts[path] for path in sorted(self.judge.moving())})
            found = clashes(self.tree, wanted)
            if not found:
                return Moves(self.tree, wanted, self.decided)
            for path, why in found.items():
                self.judge.demote(path, why)
            self.judge.settle()

    # repairs

    def _repair(self, moves: Moves) -> dict[str, str]:
        """Repair all files. Returns what cannot move after all, and why."""
        self.repairs, self.warnings, self.contents, self.before = [], [], {}, {}
        problems: dict[str, str] = {}
        for path, facts in list(self.library.known()):
            concerned = path in moves.new or self._may_follow(path)
            if concerned and (problem := self._python(path, facts, moves)):
                problems[path] = problem
        runs = Runs(moves, {path: path in moves.new for path in self._tests()})
        for path, text in {**self._documents(moves), **self.judge.users.runs, **self.judge.users.texts}.items():
            self._text(path, text, moves, runs)
        return problems

    def _may_follow(self, path: str) -> bool:
        moving = next(iter(self.judge.moving()), "")
        return bool(moving) and self.judge.follows(path, moving)

    def _python(self, path: str, facts: Facts, moves: Moves) -> str:
        verdict = self.judge.verdicts.get(path)
        is_test = verdict.kind == "testing" if verdict else True
        notebook = self.judge.notebooks.get(path)
        pen = (CellPen if notebook else Pen)(facts, moves.new.get(path, path))
        imports = Imports(facts, self.library, moves, is_test and not notebook, pen)
        if imports.problems and path in moves.new:
            return imports.problems[0]
        places = Places(facts, self.library, moves, self._produced(path), pen)
        found_at = imports.search_targets()
        edits = places.edits(found_at)
        edits += imports.edits(found_at, places.pen.needs_path)
        if notebook:
            self._notebook(path, *notebook, edits, moves)
            return ""
        edits += self._spelled_out(path, facts, moves, edits)
        doubts = [*places.doubts, *(Doubt(0, each) for each in imports.problems)]
        if path in moves.new:
            doubts += [Doubt(line, "finds a file in a way that cannot be followed: see whether it still does") for line in facts.hidden]
        self.warnings += [Warning(path, *doubt) for doubt in doubts]
        self._keep(path, facts.source.raw, edits, moves)
        return ""

    def _notebook(self, path: str, text: Text, notebook: Notebook, edits: list[Edit], moves: Moves) -> None:
        """Put the edits of its code, and those of the links in its words, into a notebook."""
        found = notebook.edited(edits)
        for piece in notebook.words:
            for edit in text_repair.links(path, str(piece), moves):
                found.append(notebook.placed_in(piece, edit.start, edit.end, edit.new, edit.why))
        self._keep(path, text, found, moves)

    def _produced(self, path: str) -> str:
        """The text of the production code of the same workflow."""
        verdict = self.judge.verdicts.get(path)
        if verdict is None:
            return ""
        if verdict.workflow not in self._production:
            found = [each for each in self.judge.verdicts.values() if each.workflow == verdict.workflow and each.state != MOVE]
            texts = [self.tree.text(each.path) for each in found if each.path.endswith(".py") and each.path in self.tree.files]
            self._production[verdict.workflow] = "\n".join(text.text for text in texts if text)
        return self._production[verdict.workflow]

    def _spelled_out(self, path: str, facts: Facts, moves: Moves, edits: list[Edit]) -> Iterator[Edit]:
        """Paths from the top of the repository in comments and docstrings."""
        if "scripts" not in facts.source.text:
            return
        spans = None
        for mention in self.judge.users.names.find(path, facts.source.text, "python", self.tree.folders):
            if mention.target not in moves.new or not (mention.exact and mention.from_top):
                continue
            if spans is None:
                spans = _spoken(facts.source)
            inside = any(first <= mention.start and mention.end <= last for first, last in spans)
            if inside and not any(edit.start < mention.end and mention.start < edit.end for edit in edits):
                shown = facts.source.text[mention.start : mention.end]
                new = moves.new[mention.target]
                yield Edit(mention.start, mention.end, respell(shown, new), f"leads to {new}")

    def _documents(self, moves: Moves) -> dict[str, Text]:
        """Documents that move, whose links start from another folder then."""
        paths = (path for path in moves.new if path.lower().endswith((".md", ".rst", ".html")))
        return {path: text for path in paths if (text := self.tree.text(path))}

    def _text(self, path: str, text: Text, moves: Moves, runs: Runs) -> None:
        edits, doubts = text_repair.repair(path, text, self.judge.users.mentions.get(path, []), moves)
        if path in self.judge.users.runs:
            more, unsure = runs.repair(path, text)
            edits += [edit for edit in more if not any(each.start < edit.end and edit.start < each.end for each in edits)]
            doubts += unsure
        self.warnings += [Warning(path, *doubt) for doubt in doubts]
        self._keep(path, text, edits, moves)

    def _tests(self) -> list[str]:
        """Every file in `scripts/` that defines tests."""
        return [path for path, facts in self.library.known() if path.startswith("scripts/") and facts.tests and path.endswith(".py")]

    def _keep(self, path: str, text: Text, edits: list[Edit], moves: Moves) -> None:
        after = edited(text.text, edits)
        if after == text.text:
            return
        self.contents[path], self.before[path] = text.encode(after), text.encode(text.text)
        self.repairs += [Repair(moves.new.get(path, path), *each) for each in _by_line(text.text, edits)]

    def _result(self, moves: Moves) -> Plan:
        verdicts = sorted(self.judge.verdicts.values())
        moved = [
            Move(each.workflow, each.path, moves.new[each.path], each.why, each.path in self.tree.index)
            for each in verdicts
            if each.state == MOVE
        ]
        left = [Left(each.workflow, each.path, each.why, each.state == UNSURE) for each in verdicts if each.state != MOVE]
        left += self._loose()
        names = [name for name in self.names if any(each.workflow == name for each in moved)]
        creates = layout.lacking(self.tree, [name for name in names if self._is_workflow(name)])
        ignored = [path for path in self.tree.ignored if path.split("/")[1] in self.names]
        return Plan(self.names, moved, left, self.repairs, sorted(set(self.warnings)), self.contents, self.before, creates, ignored)

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
        if f"scripts/{name}/{name.replace('-', '_')}.py" in self.tree.files:
            return True
        return any(b"__main__" in self.tree.read(path) for path in self._production_files(name) if path.endswith(".py")) or any(
            path.endswith((".yml", ".yaml")) for path in self._production_files(name)
        )

    def _production_files(self, name: str) -> list[str]:
        return [each.path for each in self.judge.verdicts.values() if each.workflow == name and each.state == STAY]


def _by_line(text: str, edits: list[Edit]) -> Iterator[tuple[int, str, str, str]]:
    """The edits as a reader sees them: line number, the lines before and after, why; edits of one line are one."""
    groups: list[list[Edit]] = []
    last = -1
    for edit in sorted(dict.fromkeys(edits), key=lambda each: (each.start, each.end)):
        whole = edit.start == edit.end and text[: edit.start][-1:] in ("", "\n", "\r")
        if not whole and groups and edit.start <= last:
            groups[-1].append(edit)
        else:
            groups.append([edit])
        last = -1 if whole else max(last, _end_of_line(text, edit.end))
    for group in groups:
        start = group[0].start
        yield text.count("\n", 0, start) + 1, *_shown(text, group), "; ".join(dict.fromkeys(edit.why for edit in group))


def _shown(text: str, group: list[Edit]) -> tuple[str, str]:
    """The lines that a group of edits touches, before and after; a line that is put in has nothing before."""
    first = text.rfind("\n", 0, group[0].start) + 1
    if group[0].start == group[0].end and group[0].new.endswith(("\n", "\r")):
        return "", group[0].new.strip()
    last = _end_of_line(text, group[-1].end)
    inside = [Edit(each.start - first, each.end - first, each.new, "") for each in group]
    return text[first:last].strip(), edited(text[first:last], inside).strip()


def _end_of_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _spoken(source: Source) -> list[tuple[int, int]]:
    """Where the comments and strings of a Python file are."""
    starts, text = source.starts, source.text
    found = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING) or tokenize.tok_name[token.type].startswith("FSTRING"):
                found.append((starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1]))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return []
    return found


__all__ = ["Left", "Move", "Plan", "Repair", "Verdict", "Warning", "make_plan"]
