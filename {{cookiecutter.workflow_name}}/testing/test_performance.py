"""At 100 % and 150 % of volume the workflow keeps its budget: {{ cookiecutter.__budget_seconds }} seconds ({{ cookiecutter.criticality }}).

VOLUME is today's number of source rows; make it the real one when the plan knows it. Times grow with the rows, so a smaller
volume is scaled up to VOLUME, and the budget is judged at one and a half times of it.
"""

import pytest
from performance_profiler import judge, measure

VOLUME = 8_000


@pytest.mark.parametrize("share", [1.0, 1.5])
def test_the_budget_is_kept(share, workflow, db_clone, load_script):
    load_script("debugging/profile_performance.py").fill(db_clone, round(VOLUME * share))

    measured = measure(lambda: workflow.run(db_clone, batch_size=1000))

    verdict = judge(measured.seconds * 1.5 / share, "{{ cookiecutter.criticality }}")
    assert measured.result.read == round(VOLUME * share)
    assert verdict.ok, verdict.text
