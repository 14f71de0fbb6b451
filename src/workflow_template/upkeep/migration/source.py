"""Text and Python sources whose every byte can be written back: encodings, marks at the start and line ends are kept."""

from __future__ import annotations

import ast
import codecs
import re
import tokenize
import warnings
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from io import BytesIO
from typing import NamedTuple

LARGEST = 2_000_000  # bytes; what is longer is data, whatever its name says
_LINE_END = re.compile(r"\r\n|\r|\n")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Text(NamedTuple):
    """Decoded text, and what turns it back into the same bytes."""

    text: str
    mark: bytes
    encoding: str

    def encode(self, text: str) -> bytes:
        return self.mark + text.encode(self.encoding)


class Edit(NamedTuple):
    """Put *new* in the place of text[start:end]."""

    start: int
    end: int
    new: str
    why: str


def read_text(data: bytes) -> Text | None:
    """Decode any text; None for what is not text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], mark, encoding)
    if b"\0" in data:
        return None
    return _decoded(data, b"", "utf-8") or _decoded(data, b"", "latin-1")


def _decoded(data: bytes, mark: bytes, encoding: str) -> Text | None:
    try:
        return Text(data.decode(encoding), mark, encoding)
    except UnicodeDecodeError:
        return None


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Carry out *edits*; the first of two that overlap wins."""
    pieces, at = [], 0
    for edit in sorted(dict.fromkeys(edits), key=lambda each: (each.start, each.end)):
        if edit.start >= at or edit.start == edit.end == at:
            pieces += [text[at : edit.start], edit.new]
            at = edit.end
    return "".join([*pieces, text[at:]])


class Source:
    """A Python file, parsed once."""

    def __init__(self, path: str, data: bytes) -> None:
        """Parse *data*.

        Raises:
            SyntaxError: it is not Python, or not in the encoding that it claims.
        """
        self.path, self.data = path, data
        self.raw = _read_python(data)
        self.text = self.raw.text
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._tree: ast.Module | None = ast.parse(self.text)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or type(error).__name__) from error

    def take_tree(self) -> ast.Module:
        """Hand out the tree, once: it is larger than all that is kept of it."""
        tree, self._tree = self._tree, None
        if tree is None:
            raise RuntimeError(f"{self.path}: the tree was taken already")
        return tree

    @cached_property
    def starts(self) -> list[int]:
        """Where each line starts."""
        return [0, *(found.end() for found in _LINE_END.finditer(self.text))]

    @cached_property
    def newline(self) -> str:
        found = _LINE_END.search(self.text)
        return found[0] if found else "\n"

    @cached_property
    def quote(self) -> str:
        return "'" if self.text.count("'") > self.text.count('"') else '"'

    def offset(self, line: int, column: int) -> int:
        """Turn a position of `ast` (lines from 1, columns in bytes of UTF-8) into one in the text."""
        start = self.starts[line - 1]
        if column == 0:
            return start
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        shown = self.text[start:end]
        return start + (column if shown.isascii() else len(shown.encode()[:column].decode()))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def segment(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def line_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset)


def _read_python(data: bytes) -> Text:
    if data.startswith(codecs.BOM_UTF8):
        return Text(_strict(data[3:], "utf-8"), codecs.BOM_UTF8, "utf-8")
    if b"coding" not in data[:500]:
        return Text(_strict(data, "utf-8"), b"", "utf-8")
    encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
    return Text(_strict(data, encoding), b"", encoding)


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SyntaxError(f"is not in {encoding}") from error
    if encoding != "utf-8" and text.encode(encoding) != data:
        raise SyntaxError(f"cannot be written back in {encoding}")
    return text
