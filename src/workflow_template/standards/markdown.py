"""What rules read in a Markdown document: its sections, tables and links, with code left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_template.standards.pattern import Pattern
from workflow_template.standards.source import Source

_CODE = Pattern(
    r"^(?P<fence>```+|~~~+)[^\n]*\n.*?(?:^(?P=fence)[ \t]*$|\Z)|(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)|<!--.*?(?:-->|\Z)",
    re.MULTILINE | re.DOTALL,
)
_HEADING = Pattern(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_LINK = Pattern(
    r"!?\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]\(\s*<?([^()\s<>]+(?:\([^()\s]*\)[^()\s<>]*)?)>?(?:\s+[\"'][^\n]{0,200}?[\"'])?\s{0,9}\)"
)
_REFERENCE = Pattern(r"^[ ]{0,3}\[[^\]\n]+\]:\s*<?(\S+?)>?(?:\s|$)", re.MULTILINE)
_OTHERS = Pattern(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
ITEM = Pattern(r"^[ \t]*[-*] \[([ xX])\] \*\*([A-Z]+-\d+)\*\*[ \t]+(.*?)(?:<!-- proof: ([a-z ]{1,40}?) -->[ \t]*(.*))?$", re.MULTILINE)


class Section:
    """A heading and the text below it, down to the next heading; *offset* is where the heading begins."""

    def __init__(self, level: int, title: str, offset: int, body: str) -> None:
        self.level, self.title, self.offset, self.body = level, title, offset, body


class Item:
    """A line of a checklist. *proof* names what proves it, *note* is what stands behind."""

    def __init__(self, id: str, ticked: bool, text: str, proof: str, note: str, offset: int, line: str) -> None:
        self.id, self.ticked, self.text, self.proof, self.note, self.offset, self.line = id, ticked, text, proof, note, offset, line


def prose(source: Source) -> str:
    """The text with code and comments blanked out, so that offsets stay."""
    return source.kept("prose", lambda: _CODE.sub_by(_blank, source.text))


def sections(source: Source) -> list[Section]:
    text = prose(source)
    heads = list(_HEADING.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)][: len(heads)]
    return [
        Section(len(head[1]), source.text[head.start(2) : head.end(2)], head.start(), source.text[head.end() : end])
        for head, end in zip(heads, ends, strict=True)
    ]


def anchors(source: Source) -> set[str]:
    """The names that a link to a heading of this document may have, as GitHub makes them."""
    found: dict[str, int] = {}
    for section in sections(source):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", section.title).lower()).strip().replace(" ", "-")
        number = found.get(plain, -1) + 1
        found[plain] = number
        if number:
            found[f"{plain}-{number}"] = 0
    return set(found) | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", source.text))


def links(source: Source) -> Iterator[tuple[int, str]]:
    """Where each relative link stands, and what it leads to."""
    text = prose(source)
    for found in [*_LINK.finditer(text), *_REFERENCE.finditer(text)]:
        if not _OTHERS.match(found[1]) and "{" not in found[1]:
            yield found.start(1), found[1]


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Where each row of a table begins, and its cells."""
    for found in re.finditer(r"^[ \t]*\|(.+)\|[ \t]*$", text, re.MULTILINE):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", found[1])]
        if not all(re.fullmatch(r":?-{2,}:?|", cell) for cell in cells):
            yield found.start(), cells


def items(source: Source) -> list[Item]:
    """The items of a checklist."""
    return [
        Item(found[2], found[1] != " ", " ".join(found[3].split()), found[4] or "", (found[5] or "").strip(), found.start(), found[0])
        for found in ITEM.finditer(source.text)
    ]


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
