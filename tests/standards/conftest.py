"""A host with one stamped workflow, all of it in git."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.standards.cases import stamped
from workflow_template.core.host import Host, require_host
from workflow_template.standards.judge import Report, Scope, check

Judge = Callable[..., Report]
EVERYTHING = Scope()


@pytest.fixture
def team(host: Path) -> Path:
    """The top of a repository in which `daily_sales` was stamped and committed."""
    for path, data in stamped().items():
        (host / path).parent.mkdir(parents=True, exist_ok=True)
        (host / path).write_bytes(data)
    commit(host)
    return host


@pytest.fixture
def judge(team: Path) -> Judge:
    """Judge the repository as it is now."""

    def judge_now(scope: Scope = EVERYTHING, **options: object) -> Report:
        return check(require_host(team), scope, **options)

    return judge_now


@pytest.fixture
def its_host(team: Path) -> Host:
    return require_host(team)


def commit(top: Path) -> None:
    subprocess.run(["git", "add", "-A"], cwd=top, check=True)
    subprocess.run(["git", "commit", "-qm", "x", "--no-verify"], cwd=top, check=True)


def write(top: Path, path: str, text: str | bytes) -> Path:
    file = top / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def places(report: Report) -> list[tuple[str, str, int]]:
    """Rule, path and line of each finding."""
    return [(each.rule, each.path, each.line) for each in report.findings]
