"""At 100 % and 150 % of volume the workflow keeps its budget: {{ cookiecutter.__budget_seconds }} seconds ({{ cookiecutter.criticality }}).

VOLUME is today's number of source rows; make it the real one when the plan knows it. Times grow with the rows, so a smaller
volume is scaled up to VOLUME, and the budget is judged at one and a half times of it.
"""

import sys
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

sys.path.insert(0, str(WORKFLOW.parent / "shared"))
from performance_profiler import judge, measure
from test_framework import load_script

workflow = load_script(WORKFLOW / "{{ cookiecutter.__script }}.py")
profiling = load_script(WORKFLOW / "debugging" / "profile_performance.py")

VOLUME = 8_000


@pytest.mark.parametrize("share", [1.0, 1.5])
def test_the_budget_is_kept(share, tmp_path):
    db = DatabaseHelper.from_samples(workflow.SAMPLES, tmp_path / "volume.db")
    profiling.fill(db, round(VOLUME * share))

    measured = measure(lambda: workflow.run(db, batch_size=1000))
    db.close()

    verdict = judge(measured.seconds * 1.5 / share, "{{ cookiecutter.criticality }}")
    assert measured.result.read == round(VOLUME * share)
    assert verdict.ok, verdict.text
