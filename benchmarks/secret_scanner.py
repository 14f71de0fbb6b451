"""What the search for secrets costs, side by side in one run: python benchmarks/secret_scanner.py [--workflows 1000] [--rounds 5]

Contenders are interleaved, so that a slow moment of the machine hits all; the table shows medians and ratios to one `ast.parse` of every
Python file. The repository is made by corpora/repository.py: 9 Python files and 7 others for each workflow.
"""

from __future__ import annotations

import argparse
import ast
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from corpora.repository import make_repository

from workflow_template.standards.secrets import find_secrets

ALL_PARSED = "ast.parse of every Python file"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workflows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_repository(Path(folder), given.workflows)
        paths = [path for path in sorted(Path(folder).rglob("*")) if path.is_file() and ".git" not in path.parts]
        texts = [(path.name, path.read_text(encoding="utf-8")) for path in paths]
        lines = sum(text.count("\n") for name, text in texts if name.endswith(".py"))
        print(f"{len(texts)} files, {sum(len(text) for _, text in texts) / 1e6:.1f} MB, {lines} lines of Python\n")
        _table(_contenders(Path(folder), paths, texts), given.rounds)


def _contenders(folder: Path, paths: list[Path], texts: list[tuple[str, str]]) -> dict[str, Callable[[], object]]:
    python = [(name, text) for name, text in texts if name.endswith(".py")]
    others = [(name, text) for name, text in texts if not name.endswith(".py")]
    return {
        "read every file": lambda: _each(lambda path, _: Path(path).read_bytes(), [(str(path), "") for path in paths]),
        "search the Python files": lambda: _each(lambda name, text: list(find_secrets(name, text)), python),
        "search the other files": lambda: _each(lambda name, text: list(find_secrets(name, text)), others),
        ALL_PARSED: lambda: _each(lambda name, text: _parse(text), python),
        "ruff S105-S107": lambda: _run(
            sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated", "--select", "S105,S106,S107", folder
        ),
    }


def _each(work: Callable[[str, str], object], texts: list[tuple[str, str]]) -> None:
    """Do it with each and keep nothing: looking through thousands of kept trees for garbage would take longer than making them."""
    for name, text in texts:
        work(name, text)


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


def _table(contenders: dict[str, Callable[[], object]], rounds: int) -> None:
    measured: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            measured[name].append(_seconds(work))
    medians = {name: statistics.median(seconds) for name, seconds in measured.items()}
    print("| contender | CPU seconds | ratio |\n| --- | ---: | ---: |")
    for name, seconds in medians.items():
        print(f"| {name} | {seconds:.2f} | {seconds / medians[ALL_PARSED]:.2f} |")


if __name__ == "__main__":
    main()
