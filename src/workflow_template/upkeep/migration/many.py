"""Read many Python files on all cores, where the system can copy a process; elsewhere they are read one by one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence

from workflow_template.core.errors import UserError
from workflow_template.upkeep.migration.facts import Facts
from workflow_template.upkeep.migration.reader import read
from workflow_template.upkeep.migration.source import Source
from workflow_template.upkeep.migration.tree import Tree

WORTH_A_POOL = 400  # files: below, starting processes costs more than they save
_CHUNK = 50
_tree: list[Tree] = []  # what the copies of this process read from


def read_one(path: str, data: bytes, exists: Callable[[str], bool]) -> Facts | str:
    """What a file says, or why it is not Python."""
    try:
        return read(Source(path, data), exists)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}" if error.lineno else str(error.msg)
    except RecursionError:
        return "is nested too deeply"


def read_many(tree: Tree, paths: Sequence[str]) -> Iterator[tuple[str, Facts | str]]:
    """What each file says; those that are not worth a pool, or that could not be read in one, are left out."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    if cores < 2 or len(paths) < WORTH_A_POOL:
        return
    chunks = [paths[at : at + _CHUNK] for at in range(0, len(paths), _CHUNK)]
    _tree[:] = [tree]
    try:
        with multiprocessing.get_context("fork").Pool(min(cores, 8), _ignore_interrupts) as pool:
            for found in pool.imap_unordered(_read_chunk, chunks):
                for path, facts in found:
                    if isinstance(facts, Facts):
                        facts.evaluator.exists = tree.exists
                    yield path, facts
    finally:
        _tree.clear()


def _ignore_interrupts() -> None:
    """Ctrl-C ends the process that waits; its copies need not say so, too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _read_chunk(paths: Sequence[str]) -> list[tuple[str, Facts | str]]:
    tree = _tree[0]
    found = []
    for path in paths:
        try:
            facts = read_one(path, tree.read(path), tree.exists)
        except UserError:  # said by whoever reads it next
            continue
        if isinstance(facts, Facts):
            facts.evaluator.exists = bool  # a tree is not sent back with every file
        found.append((path, facts))
    return found
