"""General Python rules come from ruff, shown under its own ids: our selection, one run beside our own rules."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from workflow_template.standards.git import CouldNotJudge
from workflow_template.standards.rule import Finding, Fix

LONGEST_LINE = 20_000  # signs; Windows takes 32,767
FOLDERS = ("dev", "scripts", "utils", "tools")
_STARTS = tuple(f"{folder}/" for folder in FOLDERS)
SELECT = (
    "E4",
    "E7",
    "E9",
    "F",
    "B",
    "BLE",
    "S",
    "LOG",
    "G",
    "TRY002",
    "TRY201",
    "TRY203",
    "TRY400",
    "TRY401",
    "D100",
    "D101",
    "D103",
    "T20",
)
IGNORE = (
    "E402",  # the import pattern comes before the import of db_helper
    "S105", "S106", "S107", "S501", "S608",  # WF501, WF503 and WF502 judge these with fewer false alarms
    "S311", "S603", "S607",  # no risk in a script whose words are its own
)  # fmt: skip
PER_FILE = {
    "dev/*/testing/**": ("S", "D", "T20", "BLE", "B017"),
    "dev/*/debugging/**": ("T20", "D103"),
    "dev/*/validation/**": ("T20",),
    "dev/shared/**": ("S101", "T20", "D"),
    "tools/**": ("T20", "D"),
    "utils/**": ("D",),
    "**/__init__.py": ("D",),
}


def find_ruff() -> str:
    """The ruff beside this Python, else the one in PATH.

    Raises:
        CouldNotJudge: there is none.
    """
    name = "ruff.exe" if os.name == "nt" else "ruff"
    for folder in (os.path.dirname(sys.executable), os.path.join(sys.prefix, "Scripts" if os.name == "nt" else "bin")):
        if os.access(path := os.path.join(folder, name), os.X_OK):
            return path
    import shutil

    if found := shutil.which("ruff"):
        return found
    raise CouldNotJudge("ruff is not installed, and it judges the general Python rules", "python -m pip install ruff")


def version_of(ruff: str) -> str:
    """What tells one build of ruff from another, without starting it."""
    about = os.stat(ruff)
    return f"{about.st_size}-{about.st_mtime_ns}"


def is_for_ruff(path: str) -> bool:
    """Whether a file is Python that the standards speak of."""
    return path.endswith(".py") and path.startswith(_STARTS)


class Run:
    """One run of ruff beside other work: start it, do something else, then ask for `findings`.

    Of a file with *text* that is judged, and not what is on disk under its name.
    """

    def __init__(self, top: str, paths: Iterable[str], extra: dict[str, list[str]], text: bytes | None = None) -> None:
        self._top, self._list, self._text, self._extra = os.path.realpath(top), "", text, extra
        self._paths = list(paths)
        words = [find_ruff(), *_choices(extra)]
        words += ["--stdin-filename", self._paths[0], "-"] if text is not None else ["--", *self._listed(self._paths)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(words, cwd=self._top, stdin=pipe if text is not None else None, stdout=pipe, stderr=pipe)  # noqa: S603

    def _listed(self, paths: list[str]) -> list[str]:
        """The paths as words of a command, or the name of a file that lists them where Windows would take no line as long as that."""
        if sum(map(len, paths)) < LONGEST_LINE:
            return paths
        import tempfile

        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="surrogateescape", newline="\n", suffix=".txt", delete=False
        ) as file:
            file.write("".join(f"{path}\n" for path in paths if "\n" not in path))
        self._list = file.name
        return [f"@{file.name}", *(path for path in paths if "\n" in path)]

    def findings(self) -> list[Finding]:
        """Wait for ruff. A file that does not parse is a finding of WF001.

        Raises:
            CouldNotJudge: ruff failed.
        """
        try:
            told, problem = self._process.communicate(self._text)
        finally:
            if self._list:
                os.unlink(self._list)
        if self._process.returncode:
            said = problem.decode(errors="replace").strip()
            if self._process.returncode < 0 or "overflow" in said or "panic" in said:
                return self._without_what_crashes()
            raise CouldNotJudge(
                f"ruff failed: {said.splitlines()[-1] if said else self._process.returncode}",
                "look at the settings under [ruff] in config/standards.toml",
            )
        if told.strip() in (b"", b"[]"):
            return []
        import json

        return [self._finding(each) for each in json.loads(told)]

    def _without_what_crashes(self) -> list[Finding]:
        """Ruff ends at a file that is nested some thousand deep, and then says nothing of the others: halve until the file is alone."""
        if len(self._paths) == 1:
            return [Finding(self._paths[0], 1, 1, "WF001", "error", "is not judged by ruff, which crashes on it: it is nested too deeply")]
        half = len(self._paths) // 2
        runs = [Run(self._top, part, self._extra) for part in (self._paths[:half], self._paths[half:])]
        return [found for run in runs for found in run.findings()]

    def _finding(self, given: dict[str, Any]) -> Finding:
        path = os.path.relpath(given["filename"], self._top).replace(os.sep, "/")
        place = given.get("location") or {"row": 1, "column": 1}
        code, message = given.get("code") or "", str(given["message"])
        if code in ("", "invalid-syntax"):
            code, message = "WF001", f"is not Python: {message.removeprefix('SyntaxError: ')}"
        return Finding(path, place["row"], place["column"], code, "error", message, _fixes(given.get("fix")))


def _choices(extra: dict[str, list[str]]) -> list[str]:
    """What is judged and how it is told, as words of the command."""
    words = ["check", "--isolated", "--no-cache", "--extend-exclude", "*.ipynb"]
    words += ["--exit-zero", "--quiet", "--output-format", "json", "--target-version", "py311"]
    words += ["--select", ",".join([*SELECT, *extra.get("select", ())]), "--ignore", ",".join([*IGNORE, *extra.get("ignore", ())])]
    return words + ["--per-file-ignores", ",".join(f"{pattern}:{code}" for pattern, codes in PER_FILE.items() for code in codes)]


def _fixes(fix: dict[str, Any] | None) -> tuple[Fix, ...]:
    """Ruff's safe edits. It tells lines and columns; `fixes.offset` knows them by their sign."""
    if not fix or fix.get("applicability") != "safe":
        return ()
    return tuple(Fix(_place(each["location"]), _place(each["end_location"]), each["content"]) for each in fix["edits"])


def _place(location: dict[str, int]) -> int:
    return -(location["row"] << 20 | location["column"])
