"""Labelled snippets of data pipelines, with and without SQL injection: python benchmarks/corpora/sql.py [--wrong]

`sql/<set>_<verdict>.txt` holds one set, each snippet under a line `#--- name`. The first set was written with the detector and says
nothing new; each later set was written without a look at the detector, and its first figure stands beside it in docs/sql_injection.md.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("sql")
SETS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


class Snippet(NamedTuple):
    set: str
    name: str
    source: str
    vulnerable: bool


class Figures(NamedTuple):
    right: int
    vulnerable: int
    alarms: int
    safe: int
    wrong: list[str]

    def __str__(self) -> str:
        return f"recall {self.right}/{self.vulnerable}, precision {self.right}/{self.alarms} (safe ones: {self.safe})"


def snippets(name: str) -> Iterator[Snippet]:
    """Read the set *name*."""
    for verdict in ("vulnerable", "safe"):
        text = (FOLDER / f"{name}_{verdict}.txt").read_text(encoding="utf-8")
        for snippet in f"\n{text}".split("\n#--- ")[1:]:
            title, _, source = snippet.partition("\n")
            yield Snippet(name, title, source, verdict == "vulnerable")


def figures(chosen: Iterable[Snippet]) -> Figures:
    """Judge snippets: one is flagged when anything in it is found."""
    from workflow_template.standards.sqlflow import find_injections

    judged = [(each, any(find_injections(ast.parse(each.source), each.source))) for each in chosen]
    wrong = [f"{'missed' if each.vulnerable else 'alarm'}: {each.set}/{each.name}" for each, found in judged if each.vulnerable != found]
    right = sum(each.vulnerable and found for each, found in judged)
    vulnerable = sum(each.vulnerable for each, _ in judged)
    return Figures(right, vulnerable, sum(found for _, found in judged), len(judged) - vulnerable, wrong)


def main() -> None:
    for name in SETS:
        found = figures(snippets(name))
        sys.stdout.write(f"{name}: {found}\n")
        if "--wrong" in sys.argv:
            sys.stdout.write("".join(f"  {each}\n" for each in found.wrong))


if __name__ == "__main__":
    main()
