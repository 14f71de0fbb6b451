"""Run the tests of workflows, side by side, and only where the last result does not hold any more."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workflow_template.core.host import Host
from workflow_template.testing import besides, harvest, places, proof, trace
from workflow_template.testing.facts import Facts
from workflow_template.testing.plan import Plan, Wish, plan
from workflow_template.testing.pool import Ended, Job, Pool
from workflow_template.testing.proof import Proof
from workflow_template.testing.state import State

_FEW = 3  # workflows for each worker; for fewer, importing beforehand does not pay


@dataclass(frozen=True)
class Outcome:
    """What is known of a workflow. *since* is when it was proved, empty when it ran just now; *note* why no proof is kept."""

    workflow: str
    facts: Facts
    since: str = ""
    why: str = ""
    note: str = ""


Tell = Callable[[str, Any], None]  # "plan" (proved, to run), "began" (name), "ended" (Outcome), "" (a moment passed)


def prove(host: Host, names: Sequence[str], wish: Wish, tell: Tell = lambda what, content: None) -> list[Outcome]:
    """Find out how the tests of these workflows stand: from their proofs where these hold, else by running them.

    Raises:
        UserError: pytest is not installed.
    """
    found = plan(host, names, wish)
    outcomes = {name: _proved(found.last[name]) for name in found.proved}
    tell("plan", (found.proved, found.left))
    for outcome in _run(found, wish, tell):
        outcomes[outcome.workflow] = replace(outcome, why=found.whys[outcome.workflow])
        tell("ended", outcomes[outcome.workflow])
    found.state.contents.save()
    return [outcomes[name] for name in names]


def _proved(last: Proof | None) -> Outcome:
    assert last  # noqa: S101 - a proof holds only where there is one
    return Outcome(last.workflow, last.facts, since=last.at)


def _run(plan: Plan, wish: Wish, tell: Tell) -> Iterator[Outcome]:
    state, names = plan.state, plan.left
    if not names:
        return
    room = Path(tempfile.mkdtemp(prefix="workflow-test-"))
    asked = {name: {"do": "test", "expression": wish.expression, "code": state.code(name, plan.needs(name))} for name in names}
    jobs = [Job(name, room / str(number), wish.timeout, asked[name]) for number, name in enumerate(names)]
    began = places.file_system_time(state.host)
    words = ["--fork"] if wish.fork else []
    if len(names) >= _FEW * wish.jobs:
        words += [f"--many={room}", *state.to_warm(names)]
    try:
        for job in jobs:
            job.aside.mkdir()
        with Pool(state.host.top, wish.jobs, words, room / "workers.log") as pool:
            for kind, content in pool.run(jobs):
                if kind == "ended":
                    yield _outcome(state, content, wish, began)
                else:
                    tell(kind, content.name if content else None)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _outcome(state: State, ended: Ended, wish: Wish, began: int) -> Outcome:
    """Read what a job left, and keep it as the workflow's last result."""
    name, aside = ended.job.name, ended.job.aside
    known = frozenset(state.files.common) | frozenset(state.files.own.get(name, ()))
    needs = besides.read(trace.read(str(aside / "journal")), state.host, name, known)
    found = harvest.read(ended, needs.test)
    shutil.rmtree(aside / "tmp", ignore_errors=True)
    if wish.expression:
        return Outcome(name, found)
    note = _unsure(state, name, needs, began)
    holds = found.code == 0 and not note
    now = datetime.now(UTC).isoformat(timespec="seconds")
    proof.keep(state.host, Proof(name, holds, now, state.basis(name, needs.keys), found))
    return Outcome(name, found, note=note if found.code == 0 else "")


def _unsure(state: State, name: str, needs: besides.Needs, began: int) -> str:
    """Why nobody can say what exactly was proved; empty when one can."""
    changed = state.changed(name) + [key.partition(" ")[2] or key for key in needs.keys if state.besides.touched(key, began)]
    return f"{changed[0]} changed while its tests ran" if changed else ""
