"""What testing 200 workflows costs, side by side in one run: python benchmarks/run_tests.py [--workflows 200] [--rounds 3]

Contenders are interleaved, so that a slow moment of the machine hits all; the table shows medians, and ratios to one covered
run of pytest in one process. Bytecode is warm for all. "One run per workflow" is measured on every tenth workflow and scaled.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from corpora.hosts import TESTS_EACH, make_host

BASE = "pytest, covered, one process"
COVERED = ("--cov-branch", "--cov-report=term", "-q", "-p", "no:cacheprovider")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workflows", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every contender compiles everything each time
    with tempfile.TemporaryDirectory() as folder:
        host = Path(folder, "host")
        make_host(host, options.workflows)
        print(f"{options.workflows} workflows, {options.workflows * TESTS_EACH:,} tests, {os.cpu_count()} cores, {options.rounds} rounds")
        measure(host, options.workflows, options.rounds)


def measure(host: Path, workflows: int, rounds: int) -> None:
    """Run all contenders *rounds* times after each other, and print the table."""
    contenders = _contenders(host, workflows)
    _pytest(host, "dev")  # compiles
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            start = time.perf_counter()
            scale = work() or 1
            seconds[name].append((time.perf_counter() - start) * scale)
            print(f"  {name}: {seconds[name][-1]:.2f} s", file=sys.stderr)
    _table(seconds)


def _contenders(host: Path, workflows: int) -> dict[str, Callable[[], float | None]]:
    sample = range(0, workflows, 10)
    changed = host / "dev" / "flow7" / "flow7.py"

    def one_each() -> float:
        for number in sample:
            _covered(host, f"dev/flow{number}")
        return workflows / len(sample)

    def cold() -> None:
        shutil.rmtree(host / ".git" / "workflow-template", ignore_errors=True)
        _workflow_test(host)

    def one_changed() -> None:
        with open(changed, "a", encoding="utf-8") as file:
            file.write("\n# another line\n")
        _workflow_test(host)

    return {
        "pytest, one process": lambda: _pytest(host, "dev"),
        BASE: lambda: _covered(host, "dev"),
        "pytest, covered, xdist -n 2": lambda: _covered(host, "dev", "-n", "2"),
        "pytest, covered, one run per workflow": one_each,
        "one such run": lambda: _covered(host, "dev/flow7"),
        "workflow test, nothing proved": cold,
        "workflow test, nothing changed": lambda: _workflow_test(host),
        "workflow test, one changed": one_changed,
    }


def _pytest(host: Path, *words: str) -> None:
    _run(host, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words)


def _covered(host: Path, folder: str, *words: str) -> None:
    _run(host, "-m", "pytest", folder, f"--cov={folder}", *COVERED, *words)


def _workflow_test(host: Path) -> None:
    _run(host, "-m", "workflow_template", "test")


def _run(host: Path, *words: str) -> None:
    done = subprocess.run([sys.executable, *words], cwd=host, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _table(seconds: dict[str, list[float]]) -> None:
    for name, taken in seconds.items():
        ratio = statistics.median(mine / base for mine, base in zip(taken, seconds[BASE], strict=True))
        print(f"  {name:40} {statistics.median(taken):7.2f} s  {ratio:6.3f}x")


if __name__ == "__main__":
    main()
