"""What finds SQL that is built from data, side by side in one run: python benchmarks/sql_injection.py [--rounds 5] [--noise FOLDER]

Contenders are taken from the PATH where they are installed: ruff (S608), bandit (B608), semgrep (with --semgrep-rules FOLDER, since its
rules may not be shipped with others' code). Each snippet of benchmarks/corpora/sql is a file of its own; one is flagged when a contender
says anything of it. Times are medians of interleaved rounds, as ratios to `ast.parse` of the same texts.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from corpora import repository, sql

from workflow_template.standards.sqlflow import NEEDLES, find_injections, may_hold

Flagger = Callable[[Path], set[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--noise", type=Path, help="folder of foreign packages: counts findings per 10,000 lines")
    parser.add_argument("--sample", type=int, default=0, help="with --noise: print so many findings, drawn at random, to be judged by eye")
    parser.add_argument("--semgrep-rules", type=Path, help="folder of semgrep's Python rules about SQL")
    given = parser.parse_args()
    if given.noise:
        print_noise(given.noise, given.sample)
        return
    contenders = {"this package": flag_by_us, **dict(others(given.semgrep_rules))}
    with tempfile.TemporaryDirectory() as folder:
        print_figures(contenders, Path(folder))
        print_times(contenders, Path(folder) / "host", given.rounds)


def others(semgrep_rules: Path | None) -> Iterator[tuple[str, Flagger]]:
    if shutil.which("ruff"):
        yield "ruff S608", lambda folder: flag_by("ruff", "check", "--isolated", "--select", "S608", "--output-format", "json", str(folder))
    if shutil.which("bandit"):
        yield "bandit B608", lambda folder: flag_by("bandit", "-q", "-r", "-t", "B608", "-f", "json", str(folder))
    if shutil.which("semgrep") and semgrep_rules:
        words = ("semgrep", "scan", "--config", str(semgrep_rules), "--metrics", "off", "--disable-version-check", "--no-git-ignore")
        yield "semgrep", lambda folder: flag_by(*words, "--json", str(folder))


def flag_by(*command: str) -> set[str]:
    """Names of the files that a program says anything of."""
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    return {Path(each.get("filename") or each["path"]).stem for each in (told if isinstance(told, list) else told["results"])}


def flag_by_us(folder: Path) -> set[str]:
    return {path.stem for path, text in sources(folder) if any(find_injections(ast.parse(text), text))}


def sources(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        yield path, text


def print_figures(contenders: dict[str, Flagger], room: Path) -> None:
    row("set", "snippets", *contenders)
    for name in sql.SETS:
        snippets = list(sql.snippets(name))
        folder = room / name
        folder.mkdir()
        for number, each in enumerate(snippets):
            (folder / f"s{number}.py").write_text(each.source, encoding="utf-8")
        flagged = {contender: flag(folder) for contender, flag in contenders.items()}
        count = sum(each.vulnerable for each in snippets)
        row(name, f"{count} + {len(snippets) - count}", *(figures(snippets, found) for found in flagged.values()))


def figures(snippets: list[sql.Snippet], flagged: set[str]) -> str:
    alarms = [each for number, each in enumerate(snippets) if f"s{number}" in flagged]
    right, every = sum(each.vulnerable for each in alarms), sum(each.vulnerable for each in snippets)
    return f"recall {right / every:.1%} ({right}/{every}), precision {right / max(1, len(alarms)):.1%} ({right}/{len(alarms)})"


def print_times(contenders: dict[str, Flagger], host: Path, rounds: int) -> None:
    """Times on a repository as a team has it; ours without reading and parsing, which the rules of `workflow check` share."""
    repository.make_repository(host, 60)
    every = [(ast.parse(text), text) for _, text in sources(host)]
    scripts = [(tree, text) for tree, text in every if "query" in text and "def test" not in text]
    lines = sum(text.count("\n") for _, text in every)
    runs: dict[str, Callable[[], object]] = {
        "ast.parse of every file": lambda: [ast.parse(text) for _, text in every],
        "may_hold on every file": lambda: [may_hold(text) for _, text in every],
        "find_injections on every file": lambda: judge(every),
        "ast.parse of the scripts with SQL": lambda: [ast.parse(text) for _, text in scripts],
        "find_injections on the scripts with SQL": lambda: judge(scripts),
        **{f"{name}, process and all": (lambda flag=flag: flag(host)) for name, flag in contenders.items() if flag is not flag_by_us},
    }
    seconds = medians(runs, rounds)
    row("\nwhat", "ms", "ratio")
    for name, value in seconds.items():
        anchor = seconds["ast.parse of the scripts with SQL" if "scripts" in name else "ast.parse of every file"]
        row(name, f"{value * 1000:.1f}", f"{value / anchor:.2f}")
    sys.stdout.write(f"{len(every)} files, {lines:,} lines; {len(NEEDLES)} needles\n")


def judge(files: Iterable[tuple[ast.Module, str]]) -> list[object]:
    return [found for tree, text in files for found in find_injections(tree, text)]


def medians(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in taken.items()}


def print_noise(folder: Path, sample: int) -> None:
    warnings.simplefilter("ignore")  # what foreign code is warned of
    lines, found = 0, []
    for path, text in sources(folder):
        lines += text.count("\n")
        found += [(path.relative_to(folder), each, text) for each in find_injections(ast.parse(text), text)]
    sys.stdout.write(f"{lines:,} lines, {len(found)} findings, {10_000 * len(found) / max(1, lines):.2f} per 10,000 lines\n")
    for path, each, text in random.Random(0).sample(found, min(sample, len(found))):  # noqa: S311 - no secret
        around = text.split("\n")[max(0, each.line - 3) : each.line + 2]
        sys.stdout.write(f"\n{path}:{each.line} {each.message}\n" + "\n".join(f"    {line[:150]}" for line in around) + "\n")


def row(first: str, *others: str) -> None:
    sys.stdout.write(f"{first:42} " + "  ".join(f"{each:>12}" for each in others) + "\n")


if __name__ == "__main__":
    main()
