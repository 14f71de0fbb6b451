"""What the slowest files cost: python benchmarks/hostile.py [--above 0.5]

Seconds of the processor that our own rules take for each file of `corpora/hostile.py`, the best of three, and the ratio to `ast.parse` of a
plain script of 25,000 lines in the same run. Nothing may take over 2 s.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from collections.abc import Callable
from pathlib import Path

from workflow_template.standards.source import Source
from workflow_template.standards.suppression import suppressions
from workflow_template.standards.unit import judge_file

sys.path.insert(0, str(Path(__file__).parent))
from corpora.hostile import hostile_files


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--above", type=float, default=0.5, help="show what takes longer than this, in seconds (default 0.5)")
    given = parser.parse_args()
    unit = _best(lambda: ast.parse("value = compute(a, b[0]) + 1\n" * 25_000))
    taken = {name: _best(lambda path=path, data=data: _judge(path, data)) for name, (path, data) in hostile_files().items()}
    print(f"{len(taken)} hostile files; ast.parse of 25,000 plain lines takes {unit:.2f} s")
    for name, seconds in sorted(taken.items(), key=lambda each: -each[1]):
        if seconds > given.above:
            print(f"  {name:40} {seconds:5.2f} s  {seconds / unit:5.1f}x")
    return max(taken.values()) > 2


def _judge(path: str, data: bytes) -> None:
    source = Source(path, data)
    list(judge_file(source))
    suppressions(source)


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(3):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


if __name__ == "__main__":
    sys.exit(main())
