"""What the standards cost, side by side in one run: python benchmarks/standards.py [--workflows 1000] [--rounds 7] [--large]

A repository of so many workflows is made (9 Python files, about 460 lines each); contenders are interleaved, so that a slow moment of the
machine hits all; the tables show medians and the ratio to one cold run of ruff, pair by pair. --large measures 10,000 workflows too.
"""

from __future__ import annotations

import argparse
import ast
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from corpora.repository import make_repository

RUFF = ["ruff", "check", "--isolated", "-q", "--select", "E,F,W,B,BLE,S,LOG,G,TRY,D1,T20", "."]
CHECK = [sys.executable, "-m", "workflow_template", "check"]
Contenders = dict[str, Callable[[int], None]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workflows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--large", action="store_true")
    given = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start compiles the package anew
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        _whole(_repository(Path(folder) / "host", given.workflows), given.rounds)
        _staged(Path(folder) / "host", 3 * given.rounds)
    if given.large:
        with tempfile.TemporaryDirectory() as folder:
            _whole(_repository(Path(folder) / "host", 10 * given.workflows), 3)


def _repository(top: Path, workflows: int) -> Path:
    make_repository(top, workflows)
    (top / ".gitignore").write_text(".ruff_cache/\n")
    _run(["git", "add", "-A"], top)
    _run(["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x"], top)
    files = list(top.glob("dev/**/*.py"))
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    print(f"{workflows:,} workflows, {len(files):,} Python files, {lines:,} lines, {os.cpu_count()} cores")
    return top


def _whole(top: Path, rounds: int) -> None:
    files = sorted(top.glob("dev/**/*.py"))
    first = next(path for path in files if path.parent.parent.name == "dev")
    cache = top / ".git" / "workflow-template" / "standards.json"

    def cold(number: int) -> None:
        cache.unlink(missing_ok=True)
        _check(top)

    def changed(number: int) -> None:
        first.write_bytes(first.read_bytes() + b"# one more line\n")
        _check(top)

    contenders: Contenders = {
        "ruff, cold": lambda number: _run([*RUFF[:3], "--no-cache", *RUFF[3:]], top),
        "ruff, warm": lambda number: _run(RUFF, top),
        "read every file": lambda number: _read(files),
        "ast.parse of every file": lambda number: _parse(files),
        "workflow check, cold": cold,
        "workflow check, nothing changed": lambda number: _check(top),
        "workflow check, one workflow changed": changed,
    }
    _table("everything", contenders, rounds)
    cold(0)
    cache.unlink()
    print(f"  largest process {_largest_process(top):.0f} MiB")


def _largest_process(top: Path) -> float:
    """MiB at most of the check or of what it started. It tells that itself, as a process takes over the peak of the one that starts it."""
    told = subprocess.run([sys.executable, "-c", _PEAK], cwd=top, capture_output=True, text=True, check=False)
    return float(told.stderr.splitlines()[-1]) / 1024


_PEAK = """
import resource, sys
from workflow_template.cli import main
main(["check", "--format", "json"])
own = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(max(int(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), file=sys.stderr)
"""


def _staged(top: Path, rounds: int) -> None:
    script = next(path for path in sorted(top.glob("dev/*/*.py")))
    script.write_bytes(script.read_bytes() + b"# staged\n")
    _run(["git", "add", "-A"], top)
    contenders: Contenders = {
        "bare Python": lambda number: _run([sys.executable, "-c", "pass"], top),
        "git diff --cached": lambda number: _run(["git", "diff", "--cached", "--name-only"], top),
        "ruff, the file": lambda number: _run([*RUFF[:3], "--no-cache", *RUFF[3:-1], str(script)], top),
        "workflow check --staged": lambda number: _run([*CHECK, "--staged"], top),
    }
    _table("one staged file", contenders, rounds)


def _table(title: str, contenders: Contenders, rounds: int) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, work in contenders.items():
            start = time.perf_counter()
            work(number)
            seconds[name].append(time.perf_counter() - start)
    base = seconds[next(iter(contenders))]
    print(f"\n{title}, {rounds} rounds")
    for name, taken in seconds.items():
        ratio = statistics.median(mine / other for mine, other in zip(taken[1:], base[1:], strict=True))
        print(f"  {name:38} {statistics.median(taken[1:]) * 1e3:9.1f} ms  {ratio:6.2f}x  (from {min(taken[1:]) * 1e3:.1f})")


def _check(top: Path) -> None:
    _run([*CHECK, "--format", "json"], top)


def _read(files: list[Path]) -> None:
    for path in files:
        with open(path, "rb") as file:
            file.read()


def _parse(files: list[Path]) -> None:
    for path in files:
        with open(path, "rb") as file:
            ast.parse(file.read())


def _run(command: list[str], top: Path) -> None:
    done = subprocess.run(command, cwd=top, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{command}: {done.stderr.decode()}")


if __name__ == "__main__":
    main()
