"""Run the tests of one workflow with pytest and branch coverage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from workflow_template.core.host import Host

LEAST_COVERAGE = 90.0
_CODES = {1: "tests failed", 2: "stopped", 3: "pytest failed", 4: "pytest could not start", 5: "no tests"}


class Outcome(NamedTuple):
    """How the tests of one workflow went; *coverage* is in percent of lines and branches."""

    workflow: str
    ok: bool
    coverage: float
    seconds: float
    reason: str
    output: str


def run_tests(host: Host, name: str, least: float = LEAST_COVERAGE) -> Outcome:
    """Run the tests of `dev/<name>` in a process of their own; below *least* percent of coverage they fail."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as aside:
        command = [sys.executable, "-m", "pytest", f"dev/{name}", "-q", "--no-header", "-p", "no:cacheprovider"]
        command += [f"--cov=dev/{name}", "--cov-branch", "--cov-fail-under=0", "--cov-report=term-missing:skip-covered"]
        command += [f"--cov-report=json:{aside}/coverage.json"]
        environment = os.environ | {"COVERAGE_FILE": f"{aside}/coverage", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, cwd=host.top, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace")  # noqa: S603
        coverage = _percent(Path(aside) / "coverage.json")
    reason = _CODES.get(done.returncode, "tests failed") if done.returncode else ""
    if not reason and coverage < least:
        reason = f"coverage is {coverage:.1f} %, at least {least:.0f} % is needed"
    return Outcome(name, not reason, coverage, time.perf_counter() - start, reason, done.stdout + done.stderr)


def _percent(report: Path) -> float:
    try:
        return float(json.loads(report.read_text(encoding="utf-8"))["totals"]["percent_covered"])
    except (OSError, ValueError, KeyError):
        return 0.0
