"""Repair the folders that settings and documents name, when all that was in them has moved."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from workflow_template.upkeep.migration.mentions import kind_of, respell
from workflow_template.upkeep.migration.moves import Moves
from workflow_template.upkeep.migration.python_repair import Doubt
from workflow_template.upkeep.migration.source import Edit, Text

_FOLDER = re.compile(r"(?<![\w.$}/\\-])(?:\./|/)?(scripts(?:/|\\\\|\\)[\w@+/\\-]+)(?![\w@+.*?$%{\\/-])")


def repair(path: str, text: Text, edits: list[Edit], moves: Moves) -> tuple[list[Edit], list[Doubt]]:
    """The edits for folders from the top of the repository in one text, besides *edits*, and what a person must look at."""
    if "scripts" not in text.text or kind_of(path, text.text) not in ("ci", "tool", "document"):
        return [], []
    found: list[Edit] = []
    doubts: list[Doubt] = []
    for start, end, folder in _named(text.text, moves):
        if any(each.start < end and start < each.end for each in edits):
            continue
        place = moves.place(folder)
        new = place if place != folder else common(folder, moves)
        if new.count("/") > 1:
            found.append(Edit(start, end, respell(text.text[start:end], new), f"its files are in {new} now"))
        else:
            doubts.append(Doubt(text.text.count("\n", 0, start) + 1, f'"{folder}" is empty now: its files are in {new}'))
    return found, doubts


def _named(text: str, moves: Moves) -> Iterator[tuple[int, int, str]]:
    """Folders that everything moves out of, and where they stand, a slash behind them left out."""
    for match in _FOLDER.finditer(text):
        shown = match[1].rstrip("/\\")
        folder = shown.replace("\\\\", "/").replace("\\", "/")
        if folder in moves.tree.folders and not moves.may_stand_for(folder):
            yield match.start(1), match.start(1) + len(shown), folder


def common(folder: str, moves: Moves) -> str:
    """The folder that everything from *folder* is in now."""
    return posixpath.commonpath([posixpath.dirname(moves.new[each]) for each in moves.tree.below(folder)])
