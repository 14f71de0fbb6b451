"""Which lines of a Python file are worth a second look: most lines of most files say nothing of places, files or deeds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow_template.upkeep.migration.source import Source

_PLACES = (
    *("__file__", "cwd", "Cwd", "chdir", "sys.path", "site.", "path", "Path", "glob", "listdir", "scandir", "iterdir", "walk", "open"),
    *("import", "runpy", "patch", "setattr", "delattr", "inspect", "pkg", "resources", "plugins"),
)
_DEEDS = (
    *("print", "breakpoint", "set_trace", "head", "describe", "execute", "connect", "engine", "Session", "DatabaseHelper", "urlopen"),
    *("FTP", "SMTP", "Client", "commit", "insert", "upsert", "update", "delete", "copy_from", "to_", "write", "unlink", "rmtree", "send"),
    *("callproc", "put", "post", "upload", "run_in", "truncate", "requests", "httpx"),
)
_FILE = re.compile(r"\.\w{1,8}[\"']|[\"'][^\"'\n]*[/\\]")
_BOUND = re.compile(r"[ \t]*(?:self\.|cls\.)?(\w+)[ \t]*(?::[^=\n]+)?=(?!=)(.*)")
_GOES_ON = ("(", "[", "{", ",", "\\", "")


def worth_reading(source: Source) -> set[int]:
    """The numbers of lines with a word that matters, or with a name that such a line binds."""
    text, line_of = source.text, source.line_of
    words = _PLACES if "def test" in text else (*_PLACES, *_DEEDS)  # what tests do beside testing, nobody asks
    new = {line_of(at) for word in words for at in _finds(text, word)}
    new |= {line_of(found.start()) for found in _FILE.finditer(text)}
    lines: set[int] = set()
    known: set[str] = set()
    while new:
        lines |= new
        names = {name for line in new if (name := _bound_at(line, source))} - known
        known |= names
        new = {line_of(at) for name in names for at in _finds(text, name)} - lines
    return lines


def _finds(text: str, word: str) -> Iterator[int]:
    """Where a word stands; quicker than one pattern of them all."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _bound_at(line: int, source: Source) -> str:
    """The name that a statement binds which goes over this line; a statement may begin a few lines above."""
    for before in range(line, max(line - 4, 0), -1):
        found = _BOUND.match(source.text, source.starts[before - 1])
        if found and (before == line or found[2].rstrip()[-1:] in _GOES_ON):
            return found[1]
    return ""
