"""Real git repositories and real cookiecutter runs for the tests."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import (  # noqa: F401 - fixtures
    _mariadb,
    _postgresql,
    fake_sqlserver,
    mariadb_url,
    odbc_driver,
    postgresql_url,
    run_folder,
    sqlserver_url,
)

ROOT = Path(__file__).parents[1]
Run = Callable[..., subprocess.CompletedProcess[str]]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything can be installed, as in continuous integration, a skipped test is a failed one; SQL Server cannot."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = [report for report in reporter.stats.get("skipped", []) if "sqlserver" not in report.keywords] if reporter else []
    if os.environ.get("WORKFLOW_TEMPLATE_NO_SKIPS") and skipped:
        reporter.write_line(f"skipped: {[report.longrepr for report in skipped]}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own git, cookiecutter and pre-commit settings out of the tests."""
    home = tmp_path_factory.mktemp("home")
    for name, value in {
        "HOME": home,
        "USERPROFILE": home,
        "XDG_CACHE_HOME": home / ".cache",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.org",
    }.items():
        monkeypatch.setenv(name, str(value))
    for name in [each for each in os.environ if each.startswith(("WORKFLOW_", "GIT_DIR", "GIT_INDEX"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """An empty git repository."""
    top = tmp_path / "data-orchestration"
    top.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=top, check=True)
    return top


@pytest.fixture
def run(host: Path) -> Run:
    """Run a command, in the host unless `cwd` says otherwise; the result holds its exit code and what it printed."""

    def run_in(*command: str | Path, cwd: Path = host, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            check=False,
        )

    return run_in


@pytest.fixture
def bake(run: Run, host: Path) -> Run:
    """Stamp by the real `cookiecutter` command; answers as keywords, other words as they are."""

    def bake_with(*words: str, cwd: Path = host, template: str = str(ROOT), **answers: str) -> subprocess.CompletedProcess[str]:
        given = [f"{key}={value}" for key, value in answers.items()]
        return run("cookiecutter", template, "--no-input", *words, *given, cwd=cwd)

    return bake_with


@pytest.fixture
def workflow(run: Run) -> Run:
    """Run the `workflow` command of this checkout."""

    def run_workflow(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "workflow_template", *words, **options)

    return run_workflow


def snapshot(top: Path) -> dict[str, str]:
    """Every file and folder of a repository outside of git's own, with what it holds and its mode."""
    return dict(_entries(top))


def _entries(top: Path) -> Iterator[tuple[str, str]]:
    for parent, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in (".git", "__pycache__")]
        for name in folders:
            yield Path(parent, name).relative_to(top).as_posix(), "folder"
        for name in names:
            path = Path(parent, name)
            data = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
            yield path.relative_to(top).as_posix(), f"{hashlib.sha256(data).hexdigest()} {oct(path.lstat().st_mode)}"
