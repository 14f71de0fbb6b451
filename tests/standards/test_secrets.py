"""Secrets are found in any text file, and nothing of them leaves the finder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("secrets_corpus", Path(__file__).parents[2] / "benchmarks" / "corpora" / "secrets.py")
assert _SPEC and _SPEC.loader
corpus = importlib.util.module_from_spec(_SPEC)
sys.modules["secrets_corpus"] = corpus
_SPEC.loader.exec_module(corpus)


@pytest.mark.parametrize("held_out", [False, True])
def test_the_figures_hold_on_the_corpus(held_out):
    result = corpus.figures(sample for sample in corpus.SAMPLES if corpus.is_held_out(sample.name) is held_out)

    assert result.recall >= 0.93, result.wrong
    assert result.precision >= 0.96, result.wrong
