"""Repair what names moved files in text that is not Python: links, flows, continuous integration, settings."""

from __future__ import annotations

import contextlib
import posixpath
import re
from collections.abc import Iterator

from workflow_template.upkeep.migration.mentions import Mention, kind_of, respell
from workflow_template.upkeep.migration.moves import Moves
from workflow_template.upkeep.migration.python_repair import Doubt
from workflow_template.upkeep.migration.source import Edit, Text
from workflow_template.upkeep.migration.where import normal

_LINK = re.compile(
    r"\]\(\s*<?([^)\s>]+)|^\s*\[[^\]]+\]:\s*<?(\S+?)>?\s*$|(?:href|src)=[\"']([^\"']+)"
    r"|^\s*\.\. (?:image|include|literalinclude|figure)::\s*(\S+)",
    re.MULTILINE,
)
_COMMAND = re.compile(r"(?:[`(\"'<]|\b(?:python3?|py|pytest|jupyter \w+|sh|bash|cat|open|run)(?:\s+-\S+)*\s+)$")
_TEST_RUN = re.compile(r"\b(pytest|py\.test|unittest|nosetests)\b")
_OPTION = re.compile(r"(--cov|--ignore|--rootdir|--junitxml|--confcutdir|--cov-config|--deselect|-p|-c|-o|-k|-m|-W)[= ]\s*[\"']?$")
_FOLDER = re.compile(r"(?<![\w./\\-])(?:\./)?(scripts(?:[/\\][\w.-]+)*)[/\\]?(?![\w./\\*-])")
_GLOB = re.compile(r"(?<![\w./-])(?:\./)?(scripts/[\w./*?-]*[*?][\w./*?-]*)")
_EXPRESSION = re.compile(r"^\s*(?:files|exclude):\s*(\S.*)$", re.MULTILINE)
_CHANGE = re.compile(r"\bcd\s+[\"']?$|working-directory:\s*[\"']?$")


def repair(path: str, text: Text, mentions: list[Mention], moves: Moves) -> tuple[list[Edit], list[Doubt]]:
    """The edits of one text file, and what a person must look at."""
    edits: list[Edit] = []
    doubts: list[Doubt] = []
    kind = kind_of(path, text.text)
    for mention in mentions:
        if mention.target not in moves.new:
            continue
        new = moves.new[mention.target]
        if edit := _mention(path, text.text, kind, mention, moves):
            edits.append(edit)
        else:
            doubts.append(Doubt(mention.line, f'"{text.text[mention.start : mention.end]}" is {new} now'))
    edits += links(path, text.text, moves) if kind == "document" and path in moves.new else []
    return edits, doubts


def _mention(path: str, text: str, kind: str, mention: Mention, moves: Moves) -> Edit | None:
    shown, new = text[mention.start : mention.end], moves.new[mention.target]
    if not mention.exact or (mention.uses and mention.target not in moves.decided):
        return None
    if mention.from_top:
        return Edit(mention.start, mention.end, respell(shown, new), f"leads to {new}")
    folder = posixpath.dirname(moves.new.get(path, path))
    before = text[max(0, mention.start - 60) : mention.start]
    certain = kind in ("ci", "tool") or "/" in shown or "\\" in shown or _COMMAND.search(before)
    if (kind in ("flow", "other") and mention.target not in moves.decided) or not certain:
        return None
    return Edit(mention.start, mention.end, respell(shown, _way(folder, new)), f"leads to {new}")


def links(path: str, text: str, moves: Moves) -> Iterator[Edit]:
    """The links of a document that moves itself."""
    old, new = posixpath.dirname(path), posixpath.dirname(moves.new.get(path, path))
    for found in _LINK.finditer(text):
        number = found.lastindex or 1
        shown, hash_sign, rest = found[number].partition("#")
        target = normal(old, shown.replace("%20", " ")) if shown and "://" not in shown and not shown.startswith(("/", "mailto:")) else None
        if target is None or not moves.tree.exists(target):
            continue
        way = _way(new, moves.place(target)).replace(" ", "%20")
        if way != shown:
            yield Edit(found.start(number), found.end(number), way + hash_sign + rest, f"leads to {moves.place(target)}")


def _way(folder: str, path: str) -> str:
    return posixpath.relpath("/" + path, "/" + folder)


class Runs:
    """Where folders of tests are named: what pytest is called with, `testpaths`, patterns."""

    def __init__(self, moves: Moves, tests: dict[str, bool]) -> None:
        """*tests*: every file in `scripts/` that defines tests, and whether it moves."""
        self.moves, self.tests = moves, tests

    def repair(self, path: str, text: Text) -> tuple[list[Edit], list[Doubt]]:
        """The edits and doubts for the folders and patterns in one text file."""
        edits: list[Edit] = []
        doubts: list[Doubt] = []
        for found in _FOLDER.finditer(text.text):
            new = self._new_folders(found[1].replace("\\", "/"))
            if not new:
                continue
            how = self._how(path, text.text, found.start(1))
            if how == "sure":
                edits.append(Edit(found.start(1), found.end(1), self._written(text.text, found, new), f"tests are in {new[-1]} now"))
            elif how == "doubt":
                doubts.append(Doubt(text.text.count("\n", 0, found.start()) + 1, f'"{found[0]}": its tests are in {new[-1]} now'))
        for found in _GLOB.finditer(text.text):
            self._glob(text.text, found, edits, doubts)
        if path.endswith(".pre-commit-config.yaml"):
            doubts += self._expressions(text.text)
        return edits, doubts

    def _expressions(self, text: str) -> Iterator[Doubt]:
        """Regular expressions of pre-commit that find files which move, and will not find them there."""
        for found in _EXPRESSION.finditer(text):
            with contextlib.suppress(re.error):
                pattern = re.compile(found[1].strip("\"' "))
                lost = [old for old, new in self.moves.new.items() if pattern.search(old) and not pattern.search(new)]
                if len(lost) > 1:
                    yield Doubt(text.count("\n", 0, found.start(1)) + 1, f"{found[1]} found {len(lost)} files that moved")

    def _new_folders(self, folder: str) -> list[str]:
        """Where the tests of *folder* are to be found afterwards; empty when none of them moves."""
        mine = {test: moves for test, moves in self.tests.items() if test.startswith(f"{folder}/")}
        if not any(mine.values()):
            return []
        new = {self.moves.new[test] for test, moves in mine.items() if moves}
        depth = 1 if folder == "scripts" else 3
        places = {"/".join(each.split("/")[:depth]) for each in new}
        whole = self.moves.place(folder)
        target = whole if whole != folder else places.pop() if len(places) == 1 else posixpath.commonpath(sorted(new))
        return [target] if all(mine.values()) else [folder, target]

    def _how(self, path: str, text: str, start: int) -> str:
        first, last = text.rfind("\n", 0, start) + 1, text.find("\n", start)
        line, before = text[first : last if last >= 0 else len(text)], text[first:start]
        if _in_testpaths(text, start):
            return "sure"
        if line.lstrip().startswith(("#", "//")) or path.lower().endswith((".md", ".rst")) and not _TEST_RUN.search(before):
            return ""
        if _CHANGE.search(before):
            return self._after_cd(text, start, line[len(before) :])
        if _TEST_RUN.search(before) and not _OPTION.search(before):
            return "sure"
        return ""

    def _after_cd(self, text: str, start: int, rest: str) -> str:
        """`cd folder && pytest`, with nothing else that would care where it runs."""
        command = re.match(
            r"[\w./\\-]+[\"']?\s*(?:&&|;)\s*(?:python3? -m )?(?:pytest|unittest)((?:\s+-[\w=./-]+|\s+[\w./-]+)*)\s*[\"']?$", rest.rstrip()
        )
        if command and not re.search(r"\s\.\.|/", command[1]):
            return "sure"
        nearby = text[start : start + 200]
        return "doubt" if _TEST_RUN.search(nearby) or re.search(r"\b(test|debug)_\w+\.py", nearby) else ""

    def _written(self, text: str, found: re.Match[str], new: list[str]) -> str:
        separator = "\\" if "\\" in found[1] else "/"
        listed = text[found.start() - 1 : found.start()] in ("'", '"')
        quote = text[found.start() - 1] if listed else ""
        gap = f"{quote}, {quote}" if listed and _in_testpaths(text, found.start()) else " "
        return gap.join(each.replace("/", separator) for each in new)

    def _glob(self, text: str, found: re.Match[str], edits: list[Edit], doubts: list[Doubt]) -> None:
        """A pattern is repaired when the new one finds exactly what the old one found."""
        pattern = _translated(found[1])
        old = {path for path in self.moves.tree.files if pattern.fullmatch(path)}
        moved = {path for path in old if path in self.moves.new}
        if not moved:
            return
        *folders, last = found[1].split("/")
        for kind in ("testing", "testing/test_data_samples", "debugging"):
            new = "/".join(["dev", *folders[1:], kind, last])
            wanted = {self.moves.new.get(path, path) for path in old}
            if {path for path in self._after if _translated(new).fullmatch(path)} == wanted:
                edits.append(Edit(found.start(1), found.end(1), new, "finds the same files"))
                return
        doubts.append(Doubt(text.count("\n", 0, found.start()) + 1, f'"{found[1]}" found {len(moved)} files that moved'))

    @property
    def _after(self) -> list[str]:
        if not hasattr(self, "_kept_after"):
            self._kept_after = [self.moves.new.get(path, path) for path in self.moves.tree.files]
        return self._kept_after


def _in_testpaths(text: str, start: int) -> bool:
    """Whether a position lies in the value of pytest's `testpaths`."""
    key = text.rfind("testpaths", 0, start)
    if key < 0:
        return False
    between = text[key + len("testpaths") : start]
    return bool(re.fullmatch(r"\s*=\s*(\[[^\]]*|[^\n\[]*(\n[ \t]+[^\n]*)*)", between))


def _translated(pattern: str) -> re.Pattern[str]:
    """A pattern of a shell as a regular expression: `*` stays within a folder, `**` does not."""
    pieces = re.split(r"(\*\*/?|\*|\?)", pattern)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(words.get(piece, re.escape(piece)) for piece in pieces))
