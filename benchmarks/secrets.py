"""What the search for secrets costs, side by side in one run: python benchmarks/secrets.py [--files 9000] [--rounds 5]

Contenders are interleaved, so that a slow moment of the machine hits all; the table shows medians and ratios. The tree holds the Python
files of this repository again and again, up to as many files as 1,000 workflows have.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from workflow_template.standards.secrets import find_secrets
from workflow_template.standards.secrets.places import places

ROOT = Path(__file__).parents[1]
FOLDERS = ("host", "examples", "{{cookiecutter.workflow_name}}")
LARGEST = 8000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=9000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = _tree(Path(folder), given.files)
        texts = [(path.name, path.read_text(encoding="utf-8")) for path in paths]
        size, lines = sum(len(text) for _, text in texts), sum(text.count("\n") for _, text in texts)
        print(f"{len(texts)} files, {size / 1e6:.1f} MB, {lines} lines\n")
        _table(_contenders(Path(folder), paths, texts), given.rounds, size)


def _tree(folder: Path, wanted: int) -> list[Path]:
    """Files as long as those of workflows: 54 lines at the median."""
    found = [path for part in FOLDERS for path in sorted((ROOT / part).rglob("*.py")) if 500 < path.stat().st_size < LARGEST]
    paths = []
    for number, source in zip(range(wanted), itertools.cycle(found), strict=False):
        path = folder / f"{number // 100:03}" / f"{number:05}_{source.name}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(source.read_bytes())
        paths.append(path)
    return paths


def _contenders(folder: Path, paths: list[Path], texts: list[tuple[str, str]]) -> dict[str, Callable[[], object]]:
    return {
        "read every file": lambda: [path.read_bytes() for path in paths],
        "find the places": lambda: [places(name, text) for name, text in texts],
        "find the secrets": lambda: [list(find_secrets(name, text)) for name, text in texts],
        "ruff S105-S107": lambda: _run(
            sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated", "--select", "S105,S106,S107", folder
        ),
        "ast.parse, a tenth": lambda: [_parse(text) for _, text in texts[::10]],
    }


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except SyntaxError:  # a template file before it is rendered
        return None


def _run(*command: str | Path) -> None:
    subprocess.run(command, capture_output=True, check=False)


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of this process and of what it started."""
    before = os.times()
    work()
    return sum(os.times()[:4]) - sum(before[:4])


def _table(contenders: dict[str, Callable[[], object]], rounds: int, size: int) -> None:
    measured: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            measured[name].append(_seconds(work) * (10 if name.endswith("a tenth") else 1))
    medians = {name: statistics.median(seconds) for name, seconds in measured.items()}
    print("| contender | CPU seconds | ns per byte | ratio |\n| --- | ---: | ---: | ---: |")
    for name, seconds in medians.items():
        print(f"| {name} | {seconds:.2f} | {seconds / size * 1e9:.0f} | {seconds / medians['find the secrets']:.2f} |")


if __name__ == "__main__":
    main()
