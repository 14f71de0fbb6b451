"""Which lines of a Python file are worth a second look: most lines of most files say nothing of places, files or deeds."""

from __future__ import annotations

import re

from workflow_template.upkeep.migration.source import Source

_PLACES = (
    r"__file__|[cC]wd|chdir|sys\.path|site\.|[pP]ath|glob|listdir|scandir|iterdir|walk|open|import|runpy|patch|inspect|pkg|resources|plugins|setattr|delattr"
    r"|\.\w{1,8}[\"']|[\"'][^\"'\n]*[/\\]"
)
_DEEDS = (
    r"print|breakpoint|set_trace|head|describe|execute|connect|engine|Session|DatabaseHelper|urlopen|FTP|SMTP|Client|commit|insert|upsert"
    r"|update|delete|copy_from|to_|write|unlink|rmtree|send|callproc|put|post|upload|run_in|truncate|requests|httpx"
)
_WORTH = re.compile(_PLACES)
_WORTH_OF_A_SCRIPT = re.compile(f"{_PLACES}|{_DEEDS}")
_BOUND = re.compile(r"^[ \t]*(?:self\.|cls\.)?(\w+)[ \t]*(?::[^=\n]+)?=(?!=)(.*)$", re.MULTILINE)
_GOES_ON = ("(", "[", "{", ",", "\\", "")


def worth_reading(source: Source) -> set[int]:
    """The numbers of lines with a word that matters, or with a name that such a line binds."""
    pattern = _WORTH if "def test" in source.text else _WORTH_OF_A_SCRIPT  # what tests do beside testing, nobody asks
    lines = {source.line_of(found.start()) for found in pattern.finditer(source.text)}
    bound = {source.line_of(found.start(1)): found for found in _BOUND.finditer(source.text)}
    known: set[str] = set()
    while new := {name for line in lines if (name := _bound_at(line, bound))} - known:
        known |= new
        pattern = re.compile(rf"\b(?:{'|'.join(new)})\b")
        lines |= {source.line_of(found.start()) for found in pattern.finditer(source.text)}
    return lines


def _bound_at(line: int, bound: dict[int, re.Match[str]]) -> str:
    """The name that a statement binds which goes over this line; a statement may begin a few lines above."""
    for before in range(line, line - 4, -1):
        found = bound.get(before)
        if found and (before == line or found[2].rstrip()[-1:] in _GOES_ON):
            return found[1]
    return ""
