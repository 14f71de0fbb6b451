"""Repair what names moved files in text that is not Python: links, flows, continuous integration, settings."""

from __future__ import annotations

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
    if kind == "flow":
        doubts += _not_included(text.text, edits)
    edits += links(path, text.text, moves) if kind == "document" and path in moves.new else []
    return edits, doubts


def _not_included(text: str, edits: list[Edit]) -> Iterator[Doubt]:
    """A flow that runs what moved must also get it: `namespaceFiles` lists the folders that it is given."""
    included = _included(text)
    for edit in edits:
        line = text[text.rfind("\n", 0, edit.start) + 1 : edit.start]
        if included and not any("dev/" in each for each in included) and not line.lstrip().startswith(("#", "description")):
            number = text.count("\n", 0, edit.start) + 1
            yield Doubt(number, f"runs {edit.new}: its namespaceFiles must include {'/'.join(edit.new.split('/')[:2])}/**, too")


def _included(text: str) -> list[str]:
    """What stands below `include:` of `namespaceFiles:`."""
    found: list[str] = []
    state = ""
    for line in text.splitlines():
        if line.strip() in ("namespaceFiles:", "include:"):
            state = line.strip()
        elif state == "include:" and line.lstrip().startswith("- "):
            found.append(line.strip())
        elif state == "include:":
            state = ""
    return found


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
