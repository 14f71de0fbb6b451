"""Coverage of one workflow's own code, by coverage.py and the host's settings for it."""

from __future__ import annotations

import os
import sys
from json import loads  # tests may leave `json.loads` patched
from pathlib import Path
from typing import Any

import coverage

from workflow_template.testing import facts, trace

_BY_PROCESS = ("run:parallel", "run:patch", "run:concurrency")  # settings that let each process write a file of its own


class Measure:
    """Lines and branches of `dev/<name>`; kept in memory unless the host measures processes that tests start, too."""

    def __init__(self, name: str, top: Path, aside: Path, journal: trace.Journal) -> None:
        self._aside, self._folder, self._journal = aside, top / "dev" / name, journal
        self._paused: Any = None
        self._measured = _coverage(name, None)
        self._on_disk = any(self._measured.get_option(option) for option in _BY_PROCESS)
        if self._on_disk:
            self._measured = _coverage(name, str(aside / "coverage"))

    def begin(self) -> None:
        """Begin where pytest-cov does, before the first conftest.py; until code of the workflow is opened there is nothing to trace."""
        self._measured.start()
        if type(sys.gettrace()).__name__ == "CTracer":
            self._pause()
            self._journal.at_first(str(self._folder), self.go_on)

    def pause(self) -> None:
        """Trace nothing until `go_on`. From Python 3.12 on that saves nothing: each change lets all code be prepared anew."""
        if sys.version_info < (3, 12) and type(sys.gettrace()).__name__ == "CTracer":
            self._pause()

    def go_on(self) -> None:
        """Trace as before the pause; what a test has put in the place of our tracer was left alone."""
        if self._paused:
            sys.settrace(self._paused)
            self._paused = None

    def _pause(self) -> None:
        self._paused = sys.gettrace()
        sys.settrace(None)

    def stop(self) -> None:
        """Stop where pytest-cov does, when the last test is over."""
        self._measured.stop()

    def read(self) -> tuple[dict[str, facts.Measured], str]:
        """Coverage by file, and what kept it from being read."""
        self.stop()  # if no test began
        report = self._aside / "coverage.json"
        try:
            if self._on_disk:
                self._measured.save()
                self._measured.combine([str(self._aside)])
            self._measured.json_report(outfile=str(report))
        except coverage.exceptions.NoDataError:
            return {}, ""
        except coverage.CoverageException as error:
            return {}, str(error)
        return self._files(loads(report.read_text(encoding="utf-8"))), ""

    def _files(self, report: dict[str, Any]) -> dict[str, facts.Measured]:
        taken = self._measured.get_data()
        arcs = {os.path.normcase(os.path.abspath(path)): taken.arcs(path) for path in taken.measured_files()}
        return {
            path.replace(os.sep, "/"): facts.Measured(
                file["executed_lines"],
                file["missing_lines"],
                file["summary"].get("num_branches", 0),
                file.get("missing_branches", []),
                sorted(list(pair) for pair in arcs.get(os.path.normcase(os.path.abspath(path))) or ()),
            )
            for path, file in report["files"].items()
        }


def draw(name: str, top: Path, arcs: dict[str, list[list[int]]], folder: str) -> None:
    """Let coverage write its pages of one workflow from the arcs that were kept."""
    measured = _coverage(name, None)
    pairs = {str(top / path): [(start, end) for start, end in taken] for path, taken in arcs.items()}
    measured.get_data().add_arcs(pairs)
    measured.get_data().touch_files(pairs)
    measured.html_report(directory=folder, title=name)


def warm(folder: Path, work: Any) -> None:
    """Measure *work* for nothing, so that everything that measuring imports is imported."""
    measured = coverage.Coverage(data_file=None, branch=True, source=[str(folder)], config_file=False)
    measured.start()
    work()
    measured.stop()
    measured.json_report(outfile=str(folder / "coverage.json"))


def _coverage(name: str, file: str | None) -> coverage.Coverage:
    return coverage.Coverage(data_file=file, branch=True, source=[os.path.join("dev", name)])
