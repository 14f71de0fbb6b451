"""git's lock on its index: ours is freed after a kill, that of others never."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from workflow_template.core import gitindex, transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import require_host


def test_git_cannot_change_the_index_meanwhile(host: Path, run: Run) -> None:
    (host / "a.py").write_text("a = 1\n")

    with transaction.locked(require_host(host)), gitindex.held(require_host(host)):
        refused = run("git", "add", "a.py")
    added = run("git", "add", "a.py")

    assert "index.lock" in refused.stderr
    assert (refused.returncode, added.returncode) == (128, 0)


def test_the_lock_of_a_killed_command_is_freed_by_the_next(host: Path) -> None:
    code = (
        "import os; from pathlib import Path; from workflow_template.core import gitindex, transaction\n"
        "from workflow_template.core.host import require_host; host = require_host(Path.cwd())\n"
        "with transaction.locked(host), gitindex.held(host): os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=host, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    assert (host / ".git" / "index.lock").exists()

    with transaction.locked(require_host(host)):
        left = list((host / ".git").glob("index.*"))

    assert left == []


def test_the_lock_of_another_is_named_and_stays(host: Path) -> None:
    (host / ".git" / "index.lock").write_bytes(b"")

    with transaction.locked(require_host(host)), pytest.raises(UserError, match=r"index\.lock exists: git is at work"), gitindex.held(
        require_host(host)
    ):
        pass

    assert (host / ".git" / "index.lock").read_bytes() == b""
