"""The labelled snippets of benchmarks/corpora, for the tests."""

from __future__ import annotations

import ast
import importlib.util
import sys

from tests.conftest import ROOT
from workflow_template.standards.sqlflow import Injection, find_injections

_spec = importlib.util.spec_from_file_location("sql_corpus", ROOT / "benchmarks" / "corpora" / "sql.py")
assert _spec and _spec.loader
snippets_of = importlib.util.module_from_spec(_spec)
sys.modules["sql_corpus"] = snippets_of
_spec.loader.exec_module(snippets_of)


def judge(source: str) -> list[Injection]:
    return list(find_injections(ast.parse(source), source))
