"""Run pytest in many folders, each in a process of its own, and tell how each test went: python outcomes.py MODE FOLDER…

MODE is `top` (pytest is called from the top of the repository), `own` (from the folder itself, as `python -m pytest`), or `importlib`
(from the top, with that import mode). Prints {folder: {test: outcome}}.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest


class Outcomes:
    """A plugin that keeps how each test went, by its place from the top of the repository."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.found: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.found[self._place(report.nodeid)] = report.outcome

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.found[self._place(report.nodeid)] = f"not collected: {str(report.longrepr)[-400:]}"

    def _place(self, nodeid: str) -> str:
        return nodeid.replace("\\", "/")


def run(work: tuple[str, str, str]) -> tuple[str, dict[str, str]]:
    """The outcomes of the tests in one folder."""
    mode, top, folder = work
    os.chdir(Path(top, folder) if mode == "own" else top)
    if mode == "own":
        sys.path.insert(0, "")
    words = ["-q", "-p", "no:cacheprovider", f"--rootdir={top}", "." if mode == "own" else folder]
    words += ["--import-mode=importlib"] if mode == "importlib" else []
    outcomes = Outcomes(Path(top))
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(words, plugins=[outcomes])
    return folder, outcomes.found


def main() -> None:
    mode, *folders = sys.argv[1:]
    work = [(mode, str(Path.cwd()), folder) for folder in folders]
    method = "fork" if sys.platform == "linux" else "spawn"
    with ProcessPoolExecutor(2, mp_context=get_context(method), max_tasks_per_child=None if method == "fork" else 1) as pool:
        found = dict(pool.map(run, work)) if method == "spawn" else dict(_forked(work))
    print(json.dumps(found))


def _forked(work: list[tuple[str, str, str]]) -> list[tuple[str, dict[str, str]]]:
    """Each folder in a fresh copy of this process, which has pytest imported already; two at a time."""
    context = get_context("fork")
    with context.Pool(2, maxtasksperchild=1) as pool:
        return pool.map(run, work, chunksize=1)


if __name__ == "__main__":
    main()
