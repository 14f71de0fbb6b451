"""A stamp that is killed, interrupted or starved of disk leaves the host as before or complete."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run, snapshot
from tests.faults.sweep import FAULTS, PARTS, Sweep, calls_to_stop, make_shim

STEP = int(os.environ.get("SWEEP_STEP", "9"))  # look at every nth call; 1 is the whole sweep
Build = Callable[[Path], list[str]]


def _repository(top: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    (top / ".gitignore").write_text("*.tmp\n")
    (top / "README.md").write_text("years of work\n")


def _new(top: Path) -> list[str]:
    _repository(top)
    return [sys.executable, "-m", "workflow_template", "new", "daily_sales", "--defaults"]


def _cookiecutter(top: Path) -> list[str]:
    _repository(top)
    return [str(Path(sys.executable).with_name("cookiecutter")), str(ROOT), "--no-input"]


def _cookiecutter_in_dev(top: Path) -> list[str]:
    return [*_cookiecutter(top), "-o", "dev"]


def _tree(top: Path) -> dict[str, str]:
    """What counts as the host: files, and git's hook; empty folders come and go with git as well."""
    hook = top / ".git" / "hooks" / "pre-commit"
    files = {path: what for path, what in snapshot(top).items() if what != "folder"}
    return files | ({"hook": hook.read_text()} if hook.exists() else {})


def _next_command(top: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "workflow_template", "list"], cwd=top, capture_output=True, text=True)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("fault", [*FAULTS, "28-sticky"])
@pytest.mark.parametrize("build", [_new, _cookiecutter, _cookiecutter_in_dev])
def test_stopped_at_any_call_the_next_command_finds_the_host_as_before_or_complete(
    build: Build, fault: str, part: int, tmp_path: Path
) -> None:
    sweep = Sweep(make_shim(tmp_path), tmp_path / "sweep", build)
    calls = sweep.count()
    after = _tree(sweep.top)
    untouched = tmp_path / "untouched"
    untouched.mkdir()
    _repository(untouched)
    before = _tree(untouched)

    broken = {}
    for number in calls_to_stop(fault, calls, STEP, part):
        done = sweep.run(number, fault.removesuffix("-sticky"), sticky=fault.endswith("-sticky"))
        said = _next_command(sweep.top)
        if said.returncode or _tree(sweep.top) not in (before, after):
            broken[number] = (done.stderr.decode()[-200:], said.stderr[-200:], sorted(set(_tree(sweep.top)) ^ set(after))[:3])

    assert calls > 100
    assert broken == {}


@pytest.mark.parametrize("fault", [*FAULTS, "28-sticky"])
def test_the_parts_of_a_sweep_are_the_whole(fault: str) -> None:
    first = 1 + FAULTS.index(fault) if fault in FAULTS else 1

    parts = [number for part in PARTS for number in calls_to_stop(fault, 400, STEP, part)]

    assert sorted(parts) == list(range(first, 401, STEP))


def _half_rendered(folder: Path) -> Sweep:
    """Kill cookiecutter at the first call after which a file of the workflow is on disk."""
    sweep = Sweep(make_shim(folder), folder / "sweep", _cookiecutter_in_dev)
    for number in range(1, sweep.count()):
        sweep.run(number, "kill")
        if any(path.is_file() for path in (sweep.top / "dev").rglob("*")):
            return sweep
    raise AssertionError("no call leaves a file behind")


def test_a_half_rendered_folder_is_refused_by_the_check_and_taken_away_by_the_next_command(
    host: Path, run: Run, workflow: Run, tmp_path: Path
) -> None:
    sweep = _half_rendered(tmp_path)

    refused = run(sys.executable, "-m", "workflow_template", "check", "--staged", cwd=sweep.top)
    swept = _next_command(sweep.top)

    assert refused.returncode == 1
    assert "dev/daily_sales: WF103 a command was killed here and left it half done" in refused.stdout
    assert "took away dev/daily_sales" in swept.stderr
    assert not (sweep.top / "dev" / "daily_sales").exists()


def test_what_somebody_made_in_its_place_is_not_taken_away(run: Run, tmp_path: Path) -> None:
    sweep = _half_rendered(tmp_path)
    mine = sweep.top / "dev" / "daily_sales"
    mine.rename(sweep.top / "dev" / "elsewhere")
    mine.mkdir()
    (mine / "mine.py").write_text("mine = 1\n")

    _next_command(sweep.top)

    assert (mine / "mine.py").read_text() == "mine = 1\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
@pytest.mark.parametrize("words", [["new", "daily_sales", "--defaults"], ["init"]])
def test_a_read_only_host_is_named_and_nothing_changes(words: list[str], host: Path) -> None:
    script = f'mount --bind {host} {host} && mount -o remount,ro,bind {host} || exit 77\ncd {host} && exec "$@"'
    command = ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, "-m", "workflow_template", *words]

    done = subprocess.run(command, capture_output=True, text=True)

    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no mount namespaces here")
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {host / '.git' / 'workflow-template'}: Read-only file system")
    assert snapshot(host) == {}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv")
def test_a_folder_that_may_not_be_written_is_named_and_nothing_changes(run: Run, host: Path) -> None:
    (host / "dev").mkdir(mode=0o555)
    before = snapshot(host)

    done = run("setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-m", "workflow_template", "new", "a_b", "--defaults")

    assert f"{host / 'dev'}: Permission denied" in done.stderr
    assert snapshot(host) == before
