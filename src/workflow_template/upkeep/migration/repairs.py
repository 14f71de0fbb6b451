"""Collect the repairs of all files: each is read as it is, edited, and kept with what a reader of the plan is shown."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator

from workflow_template.upkeep.migration import folders, text_repair
from workflow_template.upkeep.migration.facts import Facts
from workflow_template.upkeep.migration.import_repair import Imports
from workflow_template.upkeep.migration.judge import Judge
from workflow_template.upkeep.migration.mentions import respell
from workflow_template.upkeep.migration.moves import Moves
from workflow_template.upkeep.migration.notebook import CellPen, Notebook
from workflow_template.upkeep.migration.plan import Repair, Warning
from workflow_template.upkeep.migration.python_repair import Doubt, Places
from workflow_template.upkeep.migration.rewrite import Pen
from workflow_template.upkeep.migration.runs import Runs
from workflow_template.upkeep.migration.source import Edit, Source, Text, edited
from workflow_template.upkeep.migration.verdict import MOVE


class Repairs:
    """The repairs that *moves* ask for. *problems* says of a file why it cannot move after all."""

    def __init__(self, judge: Judge, moves: Moves) -> None:
        self.judge, self.library, self.tree, self.moves = judge, judge.library, judge.tree, moves
        self.shown: list[Repair] = []
        self.warnings: list[Warning] = []
        self.contents: dict[str, bytes] = {}
        self.before: dict[str, bytes] = {}
        self.problems: dict[str, str] = {}
        self._production: dict[str, str] = {}
        for path, facts in list(self.library.known()):
            if path in moves.new or judge.is_repairable(path):
                self._python(path, facts)
        runs = Runs(moves, {path: path in moves.new for path in self._tests()})
        for path, text in {**self._documents(), **judge.users.naming_folders, **judge.users.runs, **judge.users.texts}.items():
            self._text(path, text, runs)

    # Python

    def _python(self, path: str, facts: Facts) -> None:
        notebook = self.judge.notebooks.get(path)
        pen = (CellPen if notebook else Pen)(facts, self.moves.new.get(path, path))
        imports = Imports(facts, self.library, self.moves, self._is_test(path) and not notebook, pen)
        if imports.problems and path in self.moves.new:
            self.problems[path] = imports.problems[0]
            return
        places = Places(facts, self.library, self.moves, self._produced(path), pen)
        found_at = imports.search_targets()
        edits = places.edits(found_at)
        edits += imports.edits(found_at, places.pen.needs_path)
        self._doubt(path, facts, [*places.doubts, *(Doubt(0, each) for each in imports.problems)])
        if notebook:
            self._notebook(path, *notebook, edits)
        else:
            edits += self._spelled_out(path, facts, edits)
            self._keep(path, facts.source.raw, edits)

    def _is_test(self, path: str) -> bool:
        verdict = self.judge.verdicts.get(path)
        return verdict.kind == "testing" if verdict else True

    def _doubt(self, path: str, facts: Facts, doubts: list[Doubt]) -> None:
        if path in self.moves.new:
            doubts += [Doubt(line, "finds a file in a way that cannot be followed: see whether it still does") for line in facts.hidden]
        self.warnings += [Warning(path, *doubt) for doubt in doubts]

    def _notebook(self, path: str, text: Text, notebook: Notebook, edits: list[Edit]) -> None:
        """Put the edits of its code, and those of the links in its words, into a notebook."""
        found = notebook.edited(edits)
        for piece in notebook.words:
            for edit in text_repair.links(path, str(piece), self.moves):
                found.append(notebook.placed_in(piece, edit.start, edit.end, edit.new, edit.why))
        self._keep(path, text, found)

    def _produced(self, path: str) -> str:
        """The text of the production code of the same workflow."""
        verdict = self.judge.verdicts.get(path)
        if verdict is None:
            return ""
        if verdict.workflow not in self._production:
            paths = [each for each in self.judge.paths_of[verdict.workflow] if each.endswith(".py")] if verdict.workflow else []
            texts = [self.tree.text(each) for each in paths if self.judge.verdicts[each].state != MOVE]
            self._production[verdict.workflow] = "\n".join(text.text for text in texts if text)
        return self._production[verdict.workflow]

    def _spelled_out(self, path: str, facts: Facts, edits: list[Edit]) -> Iterator[Edit]:
        """Paths from the top of the repository in comments and docstrings."""
        if "scripts" not in facts.source.text:
            return
        spans = None
        for mention in self.judge.users.names.find(path, facts.source.text, "python", self.tree.folders):
            if mention.target not in self.moves.new or not (mention.exact and mention.from_top):
                continue
            if spans is None:
                spans = _spoken(facts.source)
            inside = any(first <= mention.start and mention.end <= last for first, last in spans)
            if inside and not any(edit.start < mention.end and mention.start < edit.end for edit in edits):
                new = self.moves.new[mention.target]
                shown = respell(facts.source.text[mention.start : mention.end], new)
                yield Edit(mention.start, mention.end, shown, f"leads to {new}")

    # texts

    def _documents(self) -> dict[str, Text]:
        """Documents that move, whose links start from another folder then."""
        paths = (path for path in self.moves.new if path.lower().endswith((".md", ".rst", ".html")))
        return {path: text for path in paths if (text := self.tree.text(path))}

    def _text(self, path: str, text: Text, runs: Runs) -> None:
        edits, doubts = text_repair.repair(path, text, self.judge.users.mentions.get(path, []), self.moves)
        if path in self.judge.users.runs:
            more, unsure = runs.repair(path, text)
            edits += [edit for edit in more if not any(each.start < edit.end and edit.start < each.end for each in edits)]
            doubts += unsure
        more, unsure = folders.repair(path, text, edits, self.moves)
        edits, doubts = edits + more, doubts + unsure
        self.warnings += [Warning(path, *doubt) for doubt in doubts]
        self._keep(path, text, edits)

    def _tests(self) -> list[str]:
        """Every file in `scripts/` that defines tests."""
        return [path for path, facts in self.library.known() if path.startswith("scripts/") and facts.tests and path.endswith(".py")]

    def _keep(self, path: str, text: Text, edits: list[Edit]) -> None:
        after = edited(text.text, edits)
        if after != text.text:
            self.contents[path], self.before[path] = text.encode(after), text.encode(text.text)
            self.shown += [Repair(self.moves.new.get(path, path), *each) for each in _by_line(text.text, edits)]


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
