"""What a migration costs, side by side in one run: python benchmarks/migrate.py [--workflows 1000] [--rounds 3]

A legacy repository is made: for each workflow a script with two helpers, three tests, two debug scripts and an experiment, in 490 lines of
Python, with samples, a flow and a README. Contenders are interleaved; the table shows medians and ratios.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from workflow_template.core import transaction
from workflow_template.core.host import Host, require_host
from workflow_template.upkeep import migrate

FILLER = '''

def step_{number}(rows, limit=100):
    """Keep the rows of step {number}."""
    kept = []
    for row in rows:
        if row["amount"] is None or row["amount"] < 0:
            continue
        if len(kept) >= limit:
            break
        kept.append({{**row, "step": {number}, "label": f"step {number} of {{row['id']}}"}})
    return kept
'''
HEAD = """\
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
from db_helper import DatabaseHelper
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workflows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HOME": folder, "GIT_CONFIG_NOSYSTEM": "1"}
        host = make(Path(folder) / "host", options.workflows)
        _table(host, options.rounds)
        _apply(host)


def make(top: Path, count: int) -> Host:
    """Make the repository."""
    for number in range(count):
        for path, text in files_of(f"flow_{number:04}").items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text, encoding="utf-8")
    (top / "utils").mkdir(parents=True)
    (top / "utils" / "db_helper.py").write_text("class DatabaseHelper:\n    pass\n", encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=top, check=True)
    return require_host(top)


def files_of(name: str) -> dict[str, str]:
    """One workflow."""
    base = f"scripts/{name}"
    script = HEAD + f"from {name}_rules import step_0\nfrom {name}_rows import step_1\n\nRATES = Path(__file__).parent / 'rates.csv'\n"
    test = (
        HEAD + f"import {name}\n\nHERE = Path(__file__).parent\n\n\ndef test_sample():\n    assert (HERE / 'sample_{name}.csv').exists()\n"
    )
    debug = HEAD + f"import {name}\n\nprint({name}.step_2([]), open(Path(__file__).parent / 'sample_{name}.csv').read())\n"
    code = {
        f"{name}.py": script + filler(9),
        f"{name}_rules.py": filler(4),
        f"{name}_rows.py": filler(4),
        f"test_{name}.py": test + filler(4),
        f"test_{name}_rules.py": test.replace(f"import {name}\n", f"import {name}_rules\n") + filler(4),
        f"test_{name}_rows.py": test + filler(3),
        f"debug_{name}.py": debug + filler(3),
        f"debug_{name}_rows.py": debug + filler(2),
        f"experiments/try_{name}.py": "import csv\n" + filler(2),
    }
    other = {
        f"sample_{name}.csv": "id,amount\n1,2\n",
        "rates.csv": "EUR\n",
        "README.md": f"# {name}\n\nSee [the test](test_{name}.py) and `python debug_{name}.py`.\n",
        "kestra_flow.yml": f"id: {name}\nnamespace: company\ntasks:\n  - id: run\n    commands:\n      - python {base}/{name}.py\n",
    }
    return {f"{base}/{path}": text for path, text in (code | other).items()}


def filler(count: int) -> str:
    return "".join(FILLER.format(number=number) for number in range(count))


def _table(host: Host, rounds: int) -> None:
    paths = list((host.top / "scripts").rglob("*.py"))
    lines = sum(path.read_bytes().count(b"\n") for path in paths)
    print(f"{len(paths):,} Python files, {lines:,} lines, {rounds} rounds")
    contenders: dict[str, Callable[[], object]] = {
        "read and parse every file": lambda: [ast.parse(path.read_bytes()) and None for path in paths],
        "read every file": lambda: [path.read_bytes() and None for path in paths],
        "git status": lambda: subprocess.run(["git", "status", "--porcelain"], cwd=host.top, check=True, capture_output=True),
        "workflow migrate (in this process)": lambda: migrate.make_plan(host),
        "workflow migrate (the command)": lambda: _command(host, "--json"),
        "workflow migrate, one workflow": lambda: _command(host, "flow_0001"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            gc.collect()
            start = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - start)
    base = statistics.median(seconds["read and parse every file"])
    for name, taken in seconds.items():
        print(f"  {name:36} {statistics.median(taken):7.2f} s  {statistics.median(taken) / base:5.2f}x")
    print(f"  most memory of a command {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:,.0f} MiB")


def _command(host: Host, *words: str) -> None:
    subprocess.run([sys.executable, "-m", "workflow_template", "migrate", *words], cwd=host.top, check=True, capture_output=True)


def _apply(host: Host) -> None:
    plan = migrate.make_plan(host)
    print(f"\n{len(plan.moves):,} moves, {len(plan.repairs):,} repairs, {len(plan.creates):,} new files")
    for name, work in _steps(host, plan):
        start = time.perf_counter()
        with transaction.locked(host):
            work()
        print(f"  {name:36} {time.perf_counter() - start:7.2f} s")


def _steps(host: Host, plan: migrate.Plan) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "apply", lambda: migrate.apply(host, plan)
    yield "undo", lambda: migrate.undo(host)


if __name__ == "__main__":
    main()
