"""Where tests are called by their folder: commands, `cd folder && pytest`, `working-directory`, `testpaths`, patterns."""

from __future__ import annotations

import contextlib
import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from workflow_template.upkeep.migration.mentions import kind_of
from workflow_template.upkeep.migration.moves import Moves
from workflow_template.upkeep.migration.python_repair import Doubt
from workflow_template.upkeep.migration.source import Edit, Text
from workflow_template.upkeep.migration.where import normal

_RUNNER = re.compile(r"(?<![\w./-])(pytest|py\.test|unittest|nosetests)(?![\w./=-])")
_PATH = re.compile(r"(?!-)[\w.\\/-]*\w[\w.\\/-]*(::.*)?")
_SCRIPTS = (".sh", ".bat", ".cmd", ".ps1", ".yml", ".yaml", "dockerfile", ".mk", ".ini", ".toml", ".cfg")
_WORD = re.compile(r"[^\s\"',]+")
_TAKES_VALUE = re.compile(
    r"-[kmpcoWnt]|--(rootdir|cov|cov-config|cov-report|junitxml|junit-xml|ignore|deselect|confcutdir|maxfail|tb|durations|basetemp"
    r"|import-mode|dist|pattern)"
)
_CD = re.compile(r"(?<![\w./-])cd\s+[\"']?([\w./\\-]+)[\"']?\s*(&&|;|$)")
_WORKING = re.compile(r"working-directory:\s*[\"']?([\w./\\-]+)")
_GLOB = re.compile(r"(?<![\w./-])(?:\./)?(scripts/[\w./*?-]*[*?][\w./*?-]*)")
_EXPRESSION = re.compile(r"^\s*(?:files|exclude):\s*(\S.*)$", re.MULTILINE)
_SETTING = re.compile(r"^[ \t]*(testpaths|pythonpath)[ \t]*=[ \t]*(\[[^\]]*\]|[^\n]*(?:\n[ \t]+\S[^\n]*)*)", re.MULTILINE)
_KINDS = ("testing", "testing/test_data_samples", "debugging")


class Token(NamedTuple):
    """A word of a text, and where it stands."""

    start: int
    end: int
    text: str

    @property
    def path(self) -> str:
        return self.text.replace("\\", "/").partition("::")[0].rstrip("/")


class Runs:
    """Repairs the folders of tests in texts. *tests*: every file in `scripts/` that defines tests, and whether it moves."""

    def __init__(self, moves: Moves, tests: dict[str, bool]) -> None:
        self.moves, self.tests = moves, tests

    def repair(self, path: str, text: Text) -> tuple[list[Edit], list[Doubt]]:
        """The edits and doubts of one text file."""
        edits: list[Edit] = []
        doubts: list[Doubt] = []
        if kind_of(path, text.text) == "other" and not path.lower().endswith(_SCRIPTS):
            return edits, doubts
        bases = [posixpath.dirname(path), ""] if path.startswith(("scripts/", "dev/")) else ["", posixpath.dirname(path)]
        at = 0
        for line in text.text.splitlines(keepends=True):
            self._line(text.text, Token(at, at + len(line), line), bases, edits, doubts)
            at += len(line)
        for found in _SETTING.finditer(text.text):
            edits += self._setting(path, text.text, found)
        for found in _GLOB.finditer(text.text):
            self._glob(text.text, found, edits, doubts)
        if path.endswith(".pre-commit-config.yaml"):
            doubts += self._expressions(text.text)
        return edits, doubts

    # commands

    def _line(self, text: str, line: Token, bases: list[str], edits: list[Edit], doubts: list[Doubt]) -> None:
        changed = _CD.search(line.text) or _WORKING.search(line.text)
        if changed:
            folder = Token(line.start + changed.start(1), line.start + changed.end(1), changed[1])
            rest = Token(line.start + changed.end(), line.end, line.text[changed.end() :])
            self._in_folder(text, line, folder, rest, edits, doubts)
        elif (runner := _RUNNER.search(line.text)) and "scripts" in line.text + "".join(bases):
            for token in _positional(line, runner.end()):
                edits += self._argument(token, bases)

    def _argument(self, token: Token, bases: list[str]) -> Iterator[Edit]:
        for base in bases:
            folder = normal(base, token.path)
            if folder and folder in self.moves.tree.folders and (new := self._new_folders(folder)):
                shown = [_way(base, each) if base else each for each in new]
                slash = "/" if token.text.endswith(("/", "\\")) else ""
                dot = "./" if token.text.startswith("./") and not base else ""
                written = " ".join(dot + each for each in shown) + slash
                yield Edit(token.start, token.end, _like(token.text, written), f"tests are in {new[-1]} now")
                return

    def _in_folder(self, text: str, line: Token, folder: Token, rest: Token, edits: list[Edit], doubts: list[Doubt]) -> None:
        """A folder is changed to, and tests are called there."""
        old = normal("", folder.path)
        if not old or not any(test.startswith(f"{old}/") and moves for test, moves in self.tests.items()):
            return
        commands = [rest] if rest.text.strip(" \"'\n") else list(_following(text, line))
        found = self._moved_commands(old, folder, commands)
        if found is None:
            if any(_RUNNER.search(each.text) or re.search(r"\b(test|debug)_\w+\.py", each.text) for each in commands):
                number = text.count("\n", 0, line.start) + 1
                doubts.append(Doubt(number, f'"{folder.text}": the tests that are called there are in {self._new_folders(old)[-1]} now'))
            return
        edits += found

    def _moved_commands(self, old: str, folder: Token, commands: list[Token]) -> list[Edit] | None:
        """The edits where nothing but tests is called in a folder, and all of them move; else None."""
        new = self._new_folders(old)
        if len(new) != 1 or not commands:
            return None
        named: list[tuple[Token, str]] = []
        for command in commands:
            runner = _RUNNER.search(command.text)
            if not runner or "&&" in command.text or ";" in command.text or "|" in command.text.strip():
                return None
            named += [(token, place) for token in _positional(command, runner.end()) if (place := normal(old, token.path))]
        named = [(token, place) for token, place in named if self.moves.tree.exists(place)]
        if any(self.moves.place(place) == place for _, place in named):
            return None
        base = "/".join(new[0].split("/")[:2]) if named else new[0]
        edits = [Edit(folder.start, folder.end, _like(folder.text, base), f"tests are in {new[0]} now")]
        for token, place in named:
            shown = token.text.replace(token.path, _way(base, self.moves.place(place)), 1)
            edits.append(Edit(token.start, token.end, shown, f"leads to {self.moves.place(place)}"))
        return edits

    def _new_folders(self, folder: str) -> list[str]:
        """Where the tests of *folder* are to be found afterwards; empty when none of them moves."""
        mine = {test: moves for test, moves in self.tests.items() if test.startswith(f"{folder}/")}
        new = sorted(self.moves.new[test] for test, moves in mine.items() if moves)
        if not new:
            return []
        whole = self.moves.place(folder)
        depth = 1 if folder == "scripts" else 3
        places = {"/".join(each.split("/")[:depth]) for each in new}
        target = whole if whole != folder else places.pop() if len(places) == 1 else posixpath.commonpath(new)
        return [target] if all(mine.values()) else [folder, target]

    # settings and patterns

    def _setting(self, path: str, text: str, found: re.Match[str]) -> Iterator[Edit]:
        """pytest's `testpaths` and `pythonpath`, which start from the folder of the file that they are in."""
        old, new = posixpath.dirname(path), posixpath.dirname(self.moves.new.get(path, path))
        for word in _WORD.finditer(found[2]):
            token = Token(found.start(2) + word.start(), found.start(2) + word.end(), word[0].strip("[]"))
            place = normal(old, token.path) if token.text else None
            if place is None or place not in self.moves.tree.folders:
                continue
            wanted = (self._new_folders(place) if found[1] == "testpaths" else []) or [self.moves.place(place)]
            shown = [_way(new, each) for each in wanted]
            if shown != [token.path]:
                quote = text[token.start - 1] if text[token.start - 1] in "\"'" else ""
                start = token.start + word[0].index(token.text)
                written = (f"{quote}, {quote}" if quote else " ").join(shown)
                yield Edit(start, start + len(token.text), written, f"leads to {wanted[-1]}")

    def _glob(self, text: str, found: re.Match[str], edits: list[Edit], doubts: list[Doubt]) -> None:
        """A pattern is repaired when the new one finds exactly what the old one found."""
        pattern = _translated(found[1])
        old = {path for path in self.moves.tree.files if pattern.fullmatch(path)}
        moved = {path for path in old if path in self.moves.new}
        if not moved:
            return
        *folders, last = found[1].split("/")
        wanted = {self.moves.new.get(path, path) for path in old}
        for kind in _KINDS:
            new = "/".join(["dev", *folders[1:], kind, last])
            if {path for path in self._after if _translated(new).fullmatch(path)} == wanted:
                edits.append(Edit(found.start(1), found.end(1), new, "finds the same files"))
                return
        doubts.append(Doubt(text.count("\n", 0, found.start()) + 1, f'"{found[1]}" found {len(moved)} files that moved'))

    @cached_property
    def _after(self) -> list[str]:
        return [self.moves.new.get(path, path) for path in self.moves.tree.files]

    def _expressions(self, text: str) -> Iterator[Doubt]:
        """Regular expressions of pre-commit that find files which move, and will not find them there."""
        for found in _EXPRESSION.finditer(text):
            with contextlib.suppress(re.error):
                pattern = re.compile(found[1].strip("\"' "))
                lost = [old for old, new in self.moves.new.items() if pattern.search(old) and not pattern.search(new)]
                if len(lost) > 1:
                    yield Doubt(text.count("\n", 0, found.start(1)) + 1, f"{found[1]} found {len(lost)} files that moved")


def _positional(line: Token, start: int) -> Iterator[Token]:
    """The arguments behind a test runner that are no options and no values of options."""
    skip = False
    for found in _WORD.finditer(line.text, start):
        text = found[0].rstrip(");`]}")
        if text in ("&&", "||", "|", ";", ">"):
            return
        if not skip and _PATH.fullmatch(text):
            yield Token(line.start + found.start(), line.start + found.start() + len(text), text)
        skip = bool(_TAKES_VALUE.fullmatch(text))


def _following(text: str, line: Token) -> Iterator[Token]:
    """The commands that run in a folder: of the same step (`run:`), or the lines behind a `cd` of its own."""
    indent = len(line.text) - len(line.text.lstrip())
    if "working-directory" in line.text:
        for each in _step(text, line):
            found = re.match(r"\s*(?:- )?run:\s*([^|>\s].*)", each.text)
            if found:
                yield Token(each.start + found.start(1), each.end, found[1])
        return
    at = line.end
    for shown in text[line.end :].splitlines(keepends=True):
        if not shown.strip() or len(shown) - len(shown.lstrip()) != indent:
            return
        yield Token(at, at + len(shown), shown)
        at += len(shown)


def _step(text: str, line: Token) -> Iterator[Token]:
    """The lines of the list item of YAML around *line*."""
    lines, at = [], 0
    for shown in text.splitlines(keepends=True):
        lines.append(Token(at, at + len(shown), shown))
        at += len(shown)
    number = next(index for index, each in enumerate(lines) if each.start == line.start)
    first = next((index for index in range(number, -1, -1) if lines[index].text.lstrip().startswith("- ")), number)
    last = next((index for index in range(first + 1, len(lines)) if lines[index].text.lstrip().startswith("- ")), len(lines))
    yield from lines[first:last]


def _way(folder: str, path: str) -> str:
    return posixpath.relpath("/" + path, "/" + folder)


def _like(shown: str, path: str) -> str:
    return path.replace("/", "\\") if "\\" in shown else path


def _translated(pattern: str) -> re.Pattern[str]:
    """A pattern of a shell as a regular expression: `*` stays within a folder, `**` does not."""
    pieces = re.split(r"(\*\*/?|\*|\?)", pattern)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(words.get(piece, re.escape(piece)) for piece in pieces))
