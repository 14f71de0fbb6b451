"""Write down which files a Python process reads: what tests depend on beside the files that are known to belong to them.

Python itself tells (PEP 578, audit events). Of libraries that open files in C without asking Python, it tells that they are there.
Loaded by its path into the Pythons that tests start, so: the standard library only, and little of that.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

READ, WRITTEN, LISTED, IMPORTABLE, PROGRAM, LOADED = "read", "written", "listed", "importable", "program", "loaded"
NATIVE = ("duckdb", "h5py", "netCDF4", "polars", "pyarrow")  # they open files without Python
_IMPORTERS = ("<frozen importlib._bootstrap_external>", os.path.join("importlib", "metadata", "__init__.py"))
_TOOLS = tuple(f"{os.sep}{name}{os.sep}" for name in ("_pytest", "coverage", "pluggy"))


class Journal:
    """Lines `kind TAB path`, appended at once: what a process writes is there also when the process is killed.

    Kept are paths below *tops*, and Python code that lies elsewhere; never what lies below *ignored*.
    """

    def __init__(self, path: str, trace: str, tops: Sequence[str], ignored: Sequence[str]) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._trace = trace
        self._tops, self._ignored = (tuple(os.path.join(each, "") for each in places) for places in (tops, ignored))
        self._seen: set[str] = set()
        self._waiting: tuple[tuple[str, ...], Callable[[], None]] | None = None

    def note(self, kind: str, path: str) -> None:
        if sys.pycache_prefix and path.endswith(".pyc") and path.startswith(sys.pycache_prefix):
            folder, name = os.path.split(path[len(sys.pycache_prefix) :])
            path = os.path.join(folder, "__pycache__", name)  # where it would lie without a prefix
        inside = (path + os.sep).startswith(self._tops) or (kind == READ and path.endswith((".py", ".pyc")))
        if inside and not path.startswith(self._ignored):
            self.write(kind, path)

    def write(self, kind: str, text: str) -> None:
        line = f"{kind}\t{text}"
        if line not in self._seen:
            self._seen.add(line)
            escaped = line.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")
            os.write(self._handle, (escaped + "\n").encode("utf-8", "surrogateescape"))

    def at_first(self, folder: str, do: Callable[[], None]) -> None:
        """Call *do* as soon as a file below *folder* is opened, which is before any code in it can run."""
        folders = (os.path.join(folder, ""), os.path.join(os.path.realpath(folder), ""))
        self._waiting = (tuple(map(os.path.normcase, folders)), do)

    def on_open(self, path: Any, mode: Any, flags: Any) -> None:
        if isinstance(path, int) or path is None:
            return
        if self._waiting and os.path.normcase(_absolute(path)).startswith(self._waiting[0]):
            self._waiting[1]()
            self._waiting = None
        flags = flags or 0
        if flags & os.O_TRUNC or flags & os.O_EXCL:
            self.note(WRITTEN, _absolute(path))
        elif not (flags & os.O_WRONLY and flags & os.O_APPEND):
            self.note(READ, _absolute(path))

    def on_listing(self, path: Any, *_: Any) -> None:
        if isinstance(path, int):
            return
        caller = _caller()
        if caller.endswith(_IMPORTERS):
            self.note(IMPORTABLE, _absolute(path or "."))
        elif not any(tool in caller for tool in _TOOLS):
            self.note(LISTED, _absolute(path or "."))

    def on_rename(self, _source: Any, target: Any, *_: Any) -> None:
        self.note(WRITTEN, _absolute(target))

    def on_import(self, name: str, *_: Any) -> None:
        if name in NATIVE:
            self.write(LOADED, name)

    def on_database(self, path: Any, *_: Any) -> None:
        self.write(LOADED, "sqlite3")  # by ATTACH it opens others
        name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        name = name.removeprefix("file:").partition("?")[0]
        if name and name != ":memory:":
            self.note(READ if os.path.exists(name) else WRITTEN, _absolute(name))

    def on_program(self, program: Any, words: Any, folder: Any = None, environment: Any = None) -> None:
        """A program that cannot be followed may read anything where it works."""
        words = _split(words) if isinstance(words, (str, bytes, os.PathLike)) else list(words or ())
        if not self._follows(program or (words[0] if words else ""), words[1:], environment):
            self.write(PROGRAM, "\t".join([_absolute(folder or "."), *(os.fsdecode(word) for word in words)]))

    def on_system(self, command: Any) -> None:
        self.write(PROGRAM, f"{_absolute('.')}\t{os.fsdecode(command)}")

    def _follows(self, program: Any, words: list[Any], environment: Any) -> bool:
        """Whether the started program is a Python that writes into this journal too."""
        name = os.path.basename(os.fsdecode(program)).lower()
        blind = any(str(word) in ("-I", "-E", "-S") for word in words[:3])
        given = os.environ if environment is None else environment
        return name.startswith("python") and not blind and self._trace in str(given.get("PYTHONPATH", ""))


def install(journal: Journal) -> None:
    """Begin to write. There is no way back: Python keeps an audit hook until it ends."""
    watched: dict[str, Callable[..., None]] = {
        "open": journal.on_open,
        "import": journal.on_import,
        "os.listdir": journal.on_listing,
        "os.scandir": journal.on_listing,
        "os.rename": journal.on_rename,
        "sqlite3.connect": journal.on_database,
        "subprocess.Popen": journal.on_program,
        "os.system": journal.on_system,
        "os.posix_spawn": lambda program, words, environment: journal.on_program(program, words, None, environment),
    }

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        write = watched.get(event)
        if write is not None:
            with suppress(Exception):  # the tests must not see that somebody looks on
                write(*arguments)

    sys.addaudithook(hook)


def read(path: str) -> list[tuple[str, str]]:
    """All that was written, in order."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
            pairs = [line.rstrip("\n").partition("\t") for line in lines]
    except FileNotFoundError:
        return []
    return [(kind, text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")) for kind, _, text in pairs]


def _split(command: Any) -> list[str]:
    """The words of a command line, as Windows has it; elsewhere a single word is a program."""
    if os.name != "nt":
        return [os.fsdecode(command)]
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', os.fsdecode(command))]


def _absolute(path: Any) -> str:
    return os.path.abspath(os.fsdecode(path))


def _caller() -> str:
    """The file of the code that asked for a listing."""
    frame: FrameType | None = sys._getframe(1)
    while frame and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame.f_code.co_filename if frame else ""
