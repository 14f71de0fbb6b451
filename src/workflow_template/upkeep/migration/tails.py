"""Write anew the folders behind a known place, where the rest of a path is known at run time only."""

from __future__ import annotations

import ast
import re

from workflow_template.upkeep.migration.facts import Facts
from workflow_template.upkeep.migration.rewrite import way
from workflow_template.upkeep.migration.source import Edit
from workflow_template.upkeep.migration.where import Where

_FIRST = re.compile(r"\{0?\}|%s")


def behind(facts: Facts, where: Where, base: str, wanted: str) -> Edit | None:
    """The edit that makes the folders behind *base* lead to *wanted*; None where they cannot be told apart from the rest.

    *base* is what the known part means in the new place, when it stays as it is written.
    """
    steps, why = way(base, wanted), f"leads to {wanted}"
    if isinstance(where.whole, ast.JoinedStr):
        return _in_text(facts, facts.source.span(where.whole), facts.source.segment(where.node) + "}", where.prefix, steps, why)
    if isinstance(where.whole, ast.Constant):
        return _in_text(facts, facts.source.span(where.whole), "", where.prefix, steps, why)
    if isinstance(where.whole, ast.Call) and where.prefix:
        return _in_call(facts, where, where.whole, steps, why)
    return None


def _in_text(facts: Facts, span: tuple[int, int], mark: str, prefix: str, steps: list[str], why: str) -> Edit | None:
    """Within a string: behind the place that is put in first."""
    text = facts.source.text[span[0] : span[1]]
    found = _FIRST.search(text) if not mark else None
    end = found.end() if found else text.find(mark) + len(mark) if mark in text else -1
    old = f"/{prefix}" if prefix else ""
    if end < 0 or not text[end:].startswith(f"{old}/"):
        return None
    start = span[0] + end
    return Edit(start, start + len(old), "".join(f"/{step}" for step in steps), why)


def _in_call(facts: Facts, where: Where, whole: ast.Call, steps: list[str], why: str) -> Edit | None:
    """`join(HERE, "folder", name)`, `HERE.joinpath("folder", name)`, `HERE.glob("folder/*.csv")`."""
    arguments = whole.args[1:] if whole.args and whole.args[0] is where.node else whole.args
    folders: list[ast.expr] = []
    names: list[str] = []
    for argument in arguments:
        text = argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
        if not text or names == where.prefix.split("/"):
            break
        if text.startswith(f"{where.prefix}/") and not names:
            return _in_constant(facts, argument, where.prefix, steps, why)
        folders.append(argument)
        names += text.strip("/").split("/")
    if names != where.prefix.split("/") or not folders:
        return None
    quote = "'" if facts.source.segment(folders[0]).startswith("'") else '"'
    start, end = facts.source.span(folders[0])[0], facts.source.span(folders[-1])[1]
    return Edit(start, end, ", ".join(f"{quote}{step}{quote}" for step in steps), why) if steps else None


def _in_constant(facts: Facts, node: ast.expr, prefix: str, steps: list[str], why: str) -> Edit | None:
    start, end = facts.source.span(node)
    at = facts.source.text.find(prefix, start, end)
    return Edit(at, at + len(prefix), "/".join(steps), why) if at >= 0 and steps else None
