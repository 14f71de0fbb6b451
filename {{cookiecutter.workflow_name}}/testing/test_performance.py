"""At 100 % and 150 % of volume the workflow keeps its budget: {{ cookiecutter.__budget_seconds }} seconds ({{ cookiecutter.criticality }}).

VOLUME, today's number of source rows, is said in debugging/profile_performance.py, which measures more, and more exactly, than a test
has time for. Here at most MOST rows are run, and the time is scaled up to VOLUME.
"""

import pytest
from performance_profiler import judge, measure

MOST = 8_000


@pytest.mark.parametrize("share", [1.0, 1.5])
def test_the_budget_is_kept(share, db_clone, load_script):
    profiling = load_script("debugging/profile_performance.py")
    rows = round(min(profiling.VOLUME, MOST) * share)
    profiling.fill(db_clone, rows)

    measured = measure(lambda: profiling.run(db_clone))

    verdict = judge(measured.seconds * 1.5 * profiling.VOLUME / rows, "{{ cookiecutter.criticality }}")
    assert measured.result.read == rows
    assert verdict.ok, verdict.text
