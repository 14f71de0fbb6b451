"""A repository with years of work in it: 51 workflows written by hand, each in a file of `legacy/`."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "legacy"
_HEAD = re.compile(r"^--- (.+?)(?: (>) (\S.*?)| (\?))?(?: \(([^()]+)\))?$", re.MULTILINE)


class Piece(NamedTuple):
    """One file: where it lies, where it must go (empty: it stays; `?`: a person decides), and how it is written."""

    workflow: str
    path: str
    goes: str
    flags: tuple[str, ...]
    text: str


def pieces() -> Iterator[Piece]:
    """All files, in the order in which they are written."""
    for file in sorted(FOLDER.glob("*.txt")):
        name = file.stem.partition("_")[2]
        text = file.read_text(encoding="utf-8")
        heads = list(_HEAD.finditer(text))
        for head, following in zip(heads, [*heads[1:], None], strict=True):
            body = text[head.end() + 1 : following.start() if following else len(text)]
            yield _piece("" if name == "top" else name, head, body)


def _piece(workflow: str, head: re.Match[str], body: str) -> Piece:
    path = _place(workflow, "scripts", head[1])
    goes = "?" if head[4] else _place(workflow, "dev", head[3]) if head[3] else ""
    return Piece(workflow, path, goes, tuple((head[5] or "").split(", ")), body)


def _place(workflow: str, parent: str, path: str) -> str:
    return path[1:] if path.startswith("/") else f"{parent}/{workflow}/{path}"


def names() -> list[str]:
    """The workflows, without what lies around them."""
    return sorted({piece.workflow for piece in pieces()} - {""})


def expected() -> dict[str, str]:
    """Where each file in `scripts/` must go."""
    again = {"ignored", "staged", "modified"}
    return {piece.path: piece.goes for piece in pieces() if piece.path.startswith("scripts/") and not again & set(piece.flags)}


def build(top: Path) -> Path:
    """Make the repository in the folder *top*: one commit, and work in progress."""
    every = list(pieces())
    _git(top, "init", "-q", "-b", "main")
    _git(top, "config", "core.autocrlf", "false")
    for piece in every:
        if not {"untracked", "staged", "modified", "added", "ignored"} & set(piece.flags):
            _write(top, piece)
    _git(top, "add", "-A")
    _git(top, "commit", "-qm", "Years of work")
    for flag in ("staged", "added", "modified", "untracked", "ignored"):
        for piece in every:
            if flag in piece.flags:
                _write(top, piece)
                if flag in ("staged", "added"):
                    _git(top, "add", "--", piece.path)
    return top


def _write(top: Path, piece: Piece) -> None:
    path = top / piece.path
    path.parent.mkdir(parents=True, exist_ok=True)
    link = next((flag.removeprefix("link: ") for flag in piece.flags if flag.startswith("link: ")), "")
    if link:
        path.symlink_to(link)
    elif "sqlite" in piece.flags:
        _database(path, piece.text)
    else:
        path.write_bytes(_encoded(piece))
    if "mode 755" in piece.flags:
        path.chmod(0o755)


def _encoded(piece: Piece) -> bytes:
    text = piece.text
    if "crlf" in piece.flags:
        text = text.replace("\n", "\r\n")
    if "no newline at the end" in piece.flags:
        text = text.rstrip("\n")
    if "binary" in piece.flags:
        return b"\x00\xff\xfe" + text.encode()
    if "latin-1" in piece.flags:
        return text.encode("latin-1")
    if "utf-16" in piece.flags:
        return text.encode("utf-16")
    return (b"\xef\xbb\xbf" if "bom" in piece.flags else b"") + text.encode()


def _database(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def _git(top: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *words], cwd=top, check=True, capture_output=True)
