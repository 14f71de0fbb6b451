"""Run a page of `docs/` as its reader would: every command and every piece of Python in it, in order.

How to write a page, so that it can be run. The reader stands at the top of a freshly stamped host with the workflow `daily_sales`.

    ```sh            each line is run by `sh`; its exit code must be 0, or the one that the line states: `... # exit 1`.
                     `cd`, variables and `export` last until the end of the block; a line may go on after a `\\`.
    ```python        run in one interpreter per page, at the top of the host, with `utils` and `dev/shared` on its path.
                     A block that ends in an error fails, unless its last line says which: `...  # raises LookupError`.
    ```python, ```toml, ```sql, ```csv, ```yaml, ...
                     whose first line is a comment with a path (`# dev/daily_sales/testing/test_orders.py`, `-- path`) is
                     written to this file instead; `# config/settings.toml (added)` puts it behind what is there.
    ```text          directly behind a block is what the block printed (stdout, or stdout and stderr together as a terminal shows them).
                     It is compared; `...` stands for anything, and what no two runs share is passed over: a number before
                     s, ms, µs, KiB, MB, MiB, GiB or rows/s, and a date with a time. How wide a gap is does not count.

Any other block is only shown. `$POSTGRESQL_URL`, `$MARIADB_URL`, `$SQLSERVER_URL` in a page are addresses of real, empty databases; where
there is no such server the page is skipped. Python blocks find them in `os.environ`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:#|--|//) (\S+[/.]\S+?)( \(added\))?\n")
STATED = re.compile(r"\s+# exit (\d+)$")
RAISES = re.compile(r"# raises (\w+)\s*$")
VARIES = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?"), "<moment>"),
    (re.compile(r"\d[\d,]*(\.\d+)? ?(?=(s|ms|µs|KiB|MB|MiB|GiB|rows/s)\b)"), "<measured> "),
    (re.compile(r"[ \t]+"), " "),
)
SECONDS = 600

DRIVER = """
import contextlib, io, json, sys, traceback
scope = {"__name__": "__main__"}
for line in sys.stdin:
    printed, together, failed, last = io.StringIO(), io.StringIO(), "", None
    class Both:
        def write(self, text): printed.write(text); return together.write(text)
        def flush(self): pass
        def isatty(self): return False
    with contextlib.redirect_stdout(Both()), contextlib.redirect_stderr(together):
        try:
            exec(compile(json.loads(line), "<page>", "exec"), scope)
        except BaseException as error:
            failed, last = traceback.format_exc(), [each.__name__ for each in type(error).__mro__]
    print(json.dumps([printed.getvalue(), together.getvalue(), failed, last]), file=sys.__stdout__, flush=True)
"""


class PageError(AssertionError):
    """A page says something that does not happen: where, and what happened instead."""


class Block(NamedTuple):
    """One fenced block: the *line* it begins in, its language, its text, and the output that is shown for it (None: none is)."""

    line: int
    language: str
    text: str
    shown: str | None


class Printed(NamedTuple):
    """What a block printed: on stdout, and on stdout and stderr together."""

    stdout: str
    together: str


def blocks_of(page: str) -> Iterator[Block]:
    """Read the fenced blocks of a page; a ```text block belongs to the one directly before it."""
    found = list(BLOCK.finditer(page))
    for match, after in zip(found, [*found[1:], None], strict=True):
        if match[1] == "text":
            continue
        directly = after is not None and after[1] == "text" and not page[match.end() : after.start()].strip()
        yield Block(page.count("\n", 0, match.start()) + 1, match[1], match[2], after[2] if after and directly else None)


def run_page(page: Path, host: Path, environment: Mapping[str, str] | None = None) -> int:
    """Run all blocks of *page* in the stamped *host*. Returns how many were run or written.

    Raises:
        PageError: a command ended otherwise than stated, or printed something else than the page shows.
    """
    surroundings = {**os.environ, **(environment or {}), "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1", "COLUMNS": "120"}
    count = 0
    with _Interpreter(host, surroundings) as interpreter:
        for block in blocks_of(page.read_text(encoding="utf-8")):
            where = f"{page.name}:{block.line}"
            if _write(block, host):
                count += 1
            elif block.language in ("sh", "python"):
                printed = _run_sh(block, where, host, surroundings) if block.language == "sh" else interpreter.run(block, where)
                _compare(block, printed, where)
                count += 1
    return count


def _write(block: Block, host: Path) -> bool:
    """Write a block that names a file. Returns whether it does."""
    named = FILE.match(block.text)
    if not named or block.language in ("sh", "text"):
        return False
    file = host / named[1]
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if named[2] and file.exists() else ""
    file.write_text(before + block.text[named.end() :], encoding="utf-8")
    return True


def _run_sh(block: Block, where: str, host: Path, environment: Mapping[str, str]) -> Printed:
    script = "\n".join(_checked(block.text))
    run = subprocess.run(
        ["sh", "-c", script], cwd=host, env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False
    )
    printed = Printed(_decoded(run.stdout), _decoded(run.stdout) + _decoded(run.stderr))
    if run.returncode:
        raise PageError(f"{where}: {printed.together}")
    return printed


def _checked(text: str) -> Iterator[str]:
    """Each line with a check of its exit code behind it."""
    for line in text.replace("\\\n", " ").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        stated = STATED.search(line)
        code = stated[1] if stated else "0"
        words = line.replace("'", "'\\''")
        yield STATED.sub("", line)
        yield f"""code=$?; if [ $code -ne {code} ]; then printf '%s\\n' "exit code $code, {code} was stated: "'{words}' >&2; exit 99; fi"""


class _Interpreter:
    """One Python for all blocks of a page, started by the first of them."""

    def __init__(self, host: Path, environment: Mapping[str, str]) -> None:
        path = os.pathsep.join(str(host / folder) for folder in ("utils", "dev/shared"))
        self.host, self.environment = host, {**environment, "PYTHONPATH": path}
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> _Interpreter:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.communicate(timeout=SECONDS)

    def run(self, block: Block, where: str) -> Printed:
        process = self.process = self.process or self._start()
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(block.text) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise PageError(f"{where}: the interpreter ended")
        stdout, together, failed, error = json.loads(answer)
        stated = RAISES.search(block.text)
        if stated and stated[1] not in (error or ()):
            raise PageError(f"{where}: raised {error[0] if error else 'nothing'}, {stated[1]} was stated\n{failed}")
        if failed and not stated:
            raise PageError(f"{where}: {failed}")
        return Printed(stdout, together)

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", DRIVER],
            cwd=self.host,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )


def _compare(block: Block, printed: Printed, where: str) -> None:
    if block.shown is not None and not any(_alike(block.shown, text) for text in printed):
        raise PageError(f"{where}: the page shows\n{block.shown}\nand this was printed\n{printed.together}")


def _alike(shown: str, printed: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in _settled(shown).split("..."))
    return re.fullmatch(pattern, _settled(printed), re.DOTALL) is not None


def _settled(text: str) -> str:
    """The text without what no two runs share."""
    for varies, instead in VARIES:
        text = varies.sub(instead, text)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", errors="replace").replace("\r\n", "\n")
