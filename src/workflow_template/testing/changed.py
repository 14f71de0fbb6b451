"""Coverage of the lines that changed since a base, by diff-cover: a whole that is covered well can hide new code that is not."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.testing.facts import Measured
from workflow_template.testing.run import Outcome

_MAIN = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master")


class Lines(NamedTuple):
    """Changed lines of one workflow: how many ran of how many, and where the others are."""

    covered: int
    all: int
    missing: dict[str, list[int]]

    @property
    def percent(self) -> float:
        return 100.0 * self.covered / self.all if self.all else 100.0


class Changed(NamedTuple):
    """Changed lines by workflow since *base*; *problem* and *hint* say why they could not be judged."""

    base: str
    lines: dict[str, Lines]
    problem: str = ""
    hint: str = ""


def find_changed(host: Host, outcomes: Sequence[Outcome], since: str = "") -> Changed:
    """Find the lines that changed *since* a commit (default: where this branch left the main one) and whether tests ran them.

    Lines that are not committed yet, and new files, count as changed.

    Raises:
        UserError: there is no commit *since*, or diff-cover is needed for it and is not installed.
    """
    measured = {path: file for outcome in outcomes for path, file in outcome.facts.coverage.items()}
    try:
        base, commit = _base(host, since)
        paths = sorted(set(_changed_paths(host, commit)) & measured.keys())
    except _NoHistory as error:
        return Changed("", {}, str(error))
    if not paths:
        return Changed(base, {})
    if importlib.util.find_spec("diff_cover") is None:
        problem, hint = "diff-cover is not installed", "python -m pip install -r requirements-dev.txt"
        if since:
            raise UserError(problem, hint)
        return Changed(base, {}, problem, hint)
    return Changed(base, _by_workflow(_diff_cover(host, commit, {path: measured[path] for path in paths})))


class _NoHistory(Exception):
    pass


def _base(host: Host, since: str) -> tuple[str, str]:
    """Name and id of the commit to compare with."""
    if since:
        found = _git(host, "rev-parse", "--verify", "--quiet", f"{since}^{{commit}}")
        if not found:
            raise UserError(f'there is no commit "{since}"', "name a branch, a tag or a commit; in CI, fetch the whole history")
        return since, _merge_base(host, since) or found
    known = _git(host, "for-each-ref", "--format=%(refname)", *_MAIN).split()
    name = next((ref for ref in _MAIN if ref in known), "")
    if not name:
        raise _NoHistory("there is no main branch to compare with")
    commit = _merge_base(host, name)
    if not commit:
        raise _NoHistory("this branch and the main one have no common commit here: the history is cut off")
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/"), commit


def _merge_base(host: Host, ref: str) -> str:
    return _git(host, "merge-base", ref, "HEAD")


def _changed_paths(host: Host, commit: str) -> Iterator[str]:
    for command in (("diff", "--name-only", "-z", "--relative", commit), ("ls-files", "-z", "--others", "--exclude-standard")):
        yield from _git(host, *command, "--", "dev").split("\0")


def _git(host: Host, *words: str) -> str:
    """What git says; empty when it refuses, as in a repository without a commit."""
    try:
        done = subprocess.run(["git", *words], cwd=host.top, capture_output=True, check=False)  # noqa: S603, S607 - the user's own git
    except OSError as error:
        raise _NoHistory("git is not installed") from error
    return done.stdout.decode("utf-8", "surrogateescape").strip() if done.returncode == 0 else ""


def _diff_cover(host: Host, commit: str, measured: dict[str, Measured]) -> dict[str, dict[str, list[int]]]:
    """Ask diff-cover. Returns its statistics by file."""
    with tempfile.TemporaryDirectory() as folder:
        coverage, report = Path(folder, "coverage.xml"), Path(folder, "report.json")
        coverage.write_bytes(_cobertura(measured))
        command = [sys.executable, "-m", "diff_cover.diff_cover_tool", str(coverage), f"--compare-branch={commit}", "--quiet"]
        command += ["--branch-coverage", "--include-untracked", "--format", f"json:{report}"]
        done = subprocess.run(command, cwd=host.top, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603
        if not report.is_file():
            told = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise UserError(f"diff-cover failed: {told}", "python -m pip install --upgrade diff-cover")
        statistics: dict[str, dict[str, list[int]]] = json.loads(report.read_text(encoding="utf-8"))["src_stats"]
    return statistics


def _cobertura(measured: dict[str, Measured]) -> bytes:
    """Coverage in the form that diff-cover reads."""
    root = ElementTree.Element("coverage")
    classes = ElementTree.SubElement(ElementTree.SubElement(ElementTree.SubElement(root, "packages"), "package"), "classes")
    for path, file in measured.items():
        lines = ElementTree.SubElement(ElementTree.SubElement(classes, "class", filename=path), "lines")
        partial = {start for start, _ in file.missing_branches}
        for number in sorted(file.executed + file.missing):
            line = ElementTree.SubElement(lines, "line", number=str(number), hits=str(int(number not in file.missing)))
            if number in partial:
                line.attrib |= {"branch": "true", "condition-coverage": "50% (1/2)"}
    return ElementTree.tostring(root)


def _by_workflow(statistics: dict[str, dict[str, list[int]]]) -> dict[str, Lines]:
    found: dict[str, Lines] = {}
    for path, file in statistics.items():
        name = path.replace("\\", "/").split("/")[1]
        covered, missing = len(file["covered_lines"]), file["violation_lines"]
        before = found.get(name, Lines(0, 0, {}))
        every = {**before.missing, path: missing} if missing else before.missing
        found[name] = Lines(before.covered + covered, before.all + covered + len(missing), every)
    return {name: lines for name, lines in found.items() if lines.all}
