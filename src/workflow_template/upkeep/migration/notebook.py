"""Notebooks: read the code of their cells as one file of Python, and put edits back without touching any other byte."""

from __future__ import annotations

import ast
import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from workflow_template.upkeep.migration.rewrite import Pen, path_name, way
from workflow_template.upkeep.migration.source import Edit
from workflow_template.upkeep.migration.where import Where

_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
_MAGIC = re.compile(r"^([ \t]*)[%!](?!%)", re.MULTILINE)


class Piece(str):
    """A string of a JSON text that knows where it is written: text[start:end], without its quotes."""

    start: int
    end: int


class _Decoder(JSONDecoder):
    """Decodes JSON with every string as a `Piece`."""

    def __init__(self) -> None:
        super().__init__()
        self.parse_string = self._piece
        self.scan_once = py_make_scanner(self)

    def _piece(self, text: str, start: int, strict: bool = True) -> tuple[Piece, int]:
        value, end = scanstring(text, start, strict)
        piece = Piece(value)
        piece.start, piece.end = start, end - 1
        return piece, end


class Notebook:
    """A notebook. *code* is the Python of its cells; what is no Python in them is a comment there, of the same length."""

    def __init__(self, text: str) -> None:
        """Read it.

        Raises:
            ValueError: the text is no notebook.
        """
        self.text = text
        said = _Decoder().decode(text)
        cells = said.get("cells") if isinstance(said, dict) else None
        if not isinstance(cells, list):
            raise ValueError("is no notebook of format 4")
        self.pieces: list[Piece] = []
        self.starts: list[int] = []
        self.words: list[Piece] = []
        parts: list[str] = []
        for cell in cells:
            if isinstance(cell, dict):
                self._cell(cell, parts)
        self.code = "".join(parts)

    def _cell(self, cell: dict[str, Any], parts: list[str]) -> None:
        source = cell.get("source", "")
        pieces = [each for each in (source if isinstance(source, list) else [source]) if isinstance(each, Piece)]
        if cell.get("cell_type") == "markdown":
            self.words += pieces
        if cell.get("cell_type") != "code" or not pieces:
            return
        code = _MAGIC.sub(r"\1#", "".join(pieces))
        if not _is_python(code):
            return
        at = sum(map(len, parts))
        for piece in pieces:
            self.pieces.append(piece)
            self.starts.append(at)
            at += len(piece)
        parts += [code, "\n"]

    def edited(self, edits: Iterable[Edit]) -> list[Edit]:
        """Turn edits of the code into edits of the text."""
        return [found for edit in edits if (found := self._placed(edit))]

    def _placed(self, edit: Edit) -> Edit | None:
        number = bisect_right(self.starts, edit.start) - 1
        piece, start = self.pieces[number], self.starts[number]
        if edit.end > start + len(piece):
            return None
        in_list = self.text[: piece.start - 1].rstrip()[-1:] in ("[", ",")
        if in_list and edit.start == edit.end == start and edit.new.endswith("\n"):
            return self._lines(piece, edit)
        return self.placed_in(piece, edit.start - start, edit.end - start, edit.new, edit.why)

    def placed_in(self, piece: Piece, start: int, end: int, new: str, why: str) -> Edit:
        """An edit of piece[start:end] as one of the text."""
        raw = self.text[piece.start : piece.end]
        offsets = [found.start() for found in _CHARACTER.finditer(raw)] + [len(raw)]
        return Edit(piece.start + offsets[start], piece.start + offsets[end], json.dumps(new, ensure_ascii=False)[1:-1], why)

    def _lines(self, piece: Piece, edit: Edit) -> Edit:
        """New lines of code are new strings of the list."""
        quote = piece.start - 1
        gap = self.text[len(self.text[:quote].rstrip()) : quote]
        lines = [json.dumps(line, ensure_ascii=False) + "," + gap for line in edit.new.splitlines(keepends=True)]
        return Edit(quote, quote, "".join(lines), edit.why)


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


class CellPen(Pen):
    """Writes places as a notebook knows them: from the folder that it lies in, where Jupyter runs it."""

    imports_path = False

    def write(self, where: Where, root: str, target: str, as_path: bool = False) -> str:
        return self.direct(where.core, target, as_text=where.form != "pathlib")

    def direct(self, node: ast.expr, target: str, as_text: bool) -> str:
        quote = self.quote(node)
        text = quote + "/".join(way(self.folder, target) or ["."]) + quote
        path = path_name(self.facts, node.lineno)
        return text if as_text or not path else f"{path}({text})"

    def search_line(self, folder: str, path: str, quote: str) -> str:
        return f"sys.path.insert(0, {quote}{'/'.join(way(self.folder, folder) or ['.'])}{quote})"
