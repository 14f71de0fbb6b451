"""What testing 200 workflows costs, side by side in one run: python benchmarks/run_tests.py [--workflows 200] [--rounds 3]

Contenders are interleaved, so that a slow moment of the machine hits all; the table shows medians, and ratios to one covered
run of pytest in one process. Bytecode is warm for all. "One run per workflow" is measured on every tenth workflow and scaled.
Beside the seconds stand those of the processor, of all processes together: on a machine that has other work these are the ones
to compare. `--only` measures some of the contenders; the base is always among them.
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
from typing import NamedTuple

from corpora.hosts import TESTS_EACH, make_host

BASE = "pytest, covered, one process"
COVERED = ("--cov-branch", "--cov-report=term", "-q", "-p", "no:cacheprovider")


class Taken(NamedTuple):
    """What one run took, in seconds: of the clock on the wall, and of the processor."""

    seconds: float
    processor: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workflows", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[], metavar="WORDS", help="contenders whose name has one of these in it")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every contender compiles everything each time
    with tempfile.TemporaryDirectory() as folder:
        host = Path(folder, "host")
        make_host(host, options.workflows)
        print(f"{options.workflows} workflows, {options.workflows * TESTS_EACH:,} tests, {os.cpu_count()} cores, {options.rounds} rounds")
        every = _contenders(host, options.workflows)
        chosen = {name: work for name, work in every.items() if name == BASE or any(each in name for each in options.only or [""])}
        _table(measure(host, chosen, options.rounds))


def measure(host: Path, contenders: dict[str, Callable[[], float | None]], rounds: int) -> dict[str, list[Taken]]:
    """Run all contenders *rounds* times after each other."""
    _pytest(host, "dev")  # compiles
    taken: dict[str, list[Taken]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            wall, processor = time.perf_counter(), _processor()
            scale = work() or 1
            taken[name].append(Taken((time.perf_counter() - wall) * scale, (_processor() - processor) * scale))
            print(f"  {name}: {taken[name][-1].seconds:.2f} s", file=sys.stderr)
    return taken


def _processor() -> float:
    """Seconds of the processor that the processes started from here have taken so far."""
    times = os.times()
    return times.children_user + times.children_system


def _contenders(host: Path, workflows: int) -> dict[str, Callable[[], float | None]]:
    sample = range(0, workflows, 10)
    changed = host / "dev" / "flow1" / "flow1.py"

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
        "one such run": lambda: _covered(host, "dev/flow1"),
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


def _table(taken: dict[str, list[Taken]]) -> None:
    print(f"  {'':40} {'':>9}  {'ratio':>7} {'processor':>11}  {'ratio':>7}")
    for name, mine in taken.items():
        columns = (
            f"{statistics.median(own):7.2f} s  {_ratio(own, base):6.3f}x"
            for own, base in zip(zip(*mine, strict=True), zip(*taken[BASE], strict=True), strict=True)
        )
        print(f"  {name:40} {'  '.join(columns)}")


def _ratio(mine: tuple[float, ...], base: tuple[float, ...]) -> float:
    return statistics.median(one / other for one, other in zip(mine, base, strict=True))


if __name__ == "__main__":
    main()
