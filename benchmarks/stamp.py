"""What a stamp costs, side by side in one run: python benchmarks/stamp.py [--rounds 15]

Contenders are interleaved, so that a slow moment of the machine hits all; the table shows medians and ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workflow_template.commands import new

ROOT = Path(__file__).parents[1]
TRIVIAL = "import sys\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else the hooks compile this package anew each time
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        os.environ |= {"HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"}
        _stamps(room, rounds)
        _many(room)
        _help(rounds)


def _stamps(room: Path, rounds: int) -> None:
    bare, trivial = _without_hooks(room / "bare"), _without_hooks(room / "trivial")
    (trivial / "hooks").mkdir()
    for hook in ("pre_gen_project.py", "post_gen_project.py"):
        (trivial / "hooks" / hook).write_text(TRIVIAL)
    seeded, plain = _host(room / "seeded"), room / "plain"
    plain.mkdir()
    _cookiecutter(ROOT, seeded, "warm_up")
    fresh = [_host(room / f"first{number}") for number in range(rounds + 1)]
    contenders: dict[str, Callable[[int], None]] = {
        "without hooks": lambda number: _cookiecutter(bare, plain, f"bare{number}"),
        "two trivial hooks": lambda number: _cookiecutter(trivial, plain, f"trivial{number}"),
        "into a seeded host, -o dev": lambda number: _cookiecutter(ROOT, seeded, f"flow{number}", "-o", "dev"),
        "into a seeded host, at its top": lambda number: _cookiecutter(ROOT, seeded, f"top{number}"),
        "the very first in a host": lambda number: _cookiecutter(ROOT, fresh[number], f"flow{number}"),
    }
    _table("one stamp by the cookiecutter command", contenders, rounds)


def _many(room: Path) -> None:
    host = _host(room / "many")
    os.chdir(host)
    seconds = []
    for number in range(1000):
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            new.command.main([f"flow{number}", "--defaults"], standalone_mode=False)
        seconds.append(time.perf_counter() - start)
    print("\n1,000 stamps by `workflow new` in one process")
    for first, last in ((1, 100), (451, 550), (901, 1000)):
        print(f"  {first:4}-{last:4}  {statistics.median(seconds[first - 1 : last]) * 1e3:6.1f} ms each")
    print(f"  last hundred / first hundred  {statistics.median(seconds[900:]) / statistics.median(seconds[:100]):.2f}x")


def _help(rounds: int) -> None:
    contenders: dict[str, Callable[[int], None]] = {
        "bare Python": lambda number: _run(sys.executable, "-c", "pass"),
        "workflow --help": lambda number: _run(sys.executable, "-m", "workflow_template", "--help"),
    }
    _table("start", contenders, rounds)


def _table(title: str, contenders: dict[str, Callable[[int], None]], rounds: int) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, work in contenders.items():
            start = time.perf_counter()
            work(number)
            seconds[name].append(time.perf_counter() - start)
    base = next(iter(contenders))
    print(f"\n{title}, {rounds} rounds")
    for name, taken in seconds.items():
        ratio = statistics.median(mine / other for mine, other in zip(taken[1:], seconds[base][1:], strict=True))
        print(f"  {name:32} {statistics.median(taken[1:]) * 1e3:7.1f} ms  {ratio:5.2f}x")


def _without_hooks(place: Path) -> Path:
    place.mkdir()
    shutil.copy(ROOT / "cookiecutter.json", place)
    shutil.copytree(ROOT / "{{cookiecutter.workflow_name}}", place / "{{cookiecutter.workflow_name}}")
    return place


def _host(place: Path) -> Path:
    place.mkdir()
    shutil.copytree(_empty_repository(place.parent), place / ".git")
    return place


def _empty_repository(room: Path) -> Path:
    if not (room / "empty" / ".git").is_dir():
        _run("git", "init", "-q", str(room / "empty"))
    return room / "empty" / ".git"


def _cookiecutter(template: Path, where: Path, name: str, *words: str) -> None:
    _run(str(Path(sys.executable).with_name("cookiecutter")), str(template), "--no-input", *words, f"workflow_name={name}", cwd=where)


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)


if __name__ == "__main__":
    main()
