"""Run the tests of workflows, side by side, and only where the last result does not hold any more."""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workflow_template.core.host import Host
from workflow_template.testing import besides, facts, places, proof, trace
from workflow_template.testing.facts import Facts
from workflow_template.testing.pool import FORKS, Ended, Job, Pool
from workflow_template.testing.proof import Proof
from workflow_template.testing.state import State

_FEW = 3  # workflows for each worker; for fewer, importing beforehand does not pay


def cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows
        return os.cpu_count() or 1


@dataclass(frozen=True)
class Wish:
    """How to run. *timeout* is in seconds for one workflow, 0 for none; *expression* chooses tests as pytest's -k does."""

    jobs: int = field(default_factory=cores)
    rerun: bool = False
    expression: str = ""
    timeout: float = 900.0
    fork: bool = FORKS


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
    state = State(host)
    last = {name: proof.read(host, name) for name in names}
    whys = {name: _why(state, name, last[name], wish) for name in names}
    outcomes = {name: _proved(last[name]) for name in names if not whys[name]}
    left = sorted((name for name in names if whys[name]), key=lambda name: _length(state, name, last[name]), reverse=True)
    tell("plan", (list(outcomes), left))
    if left:
        for outcome in _run(state, left, last, wish, tell):
            outcomes[outcome.workflow] = replace(outcome, why=whys[outcome.workflow])
            tell("ended", outcomes[outcome.workflow])
    state.contents.save()
    return [outcomes[name] for name in names]


def _why(state: State, name: str, last: Proof | None, wish: Wish) -> str:
    """Why a workflow has to run; empty when its proof holds."""
    if wish.expression:
        return "a part of its tests was asked for"
    if last is None:
        return "never proved"
    changed = proof.difference(last.basis, state.basis(name, last.basis.besides))
    if changed or last.holds:
        return changed or ("asked for" if wish.rerun else "")
    return "not proved last time"


def _proved(last: Proof | None) -> Outcome:
    assert last  # noqa: S101 - a proof holds only where there is one
    return Outcome(last.workflow, last.facts, since=last.at)


def _length(state: State, name: str, last: Proof | None) -> tuple[float, int]:
    """How long a workflow will take, so that the longest begin first: as last time; what never ran may be long."""
    return (last.facts.seconds if last else math.inf, len(state.files.own.get(name, ())))


def _run(state: State, names: list[str], last: dict[str, Proof | None], wish: Wish, tell: Tell) -> Iterator[Outcome]:
    room = Path(tempfile.mkdtemp(prefix="workflow-test-"))
    asked = {name: {"do": "test", "expression": wish.expression, "code": state.code(name)} for name in names}
    jobs = [Job(name, room / str(number), wish.timeout, asked[name]) for number, name in enumerate(names)]
    began = places.file_system_time(state.host)
    words = ["--fork"] if wish.fork else []
    if len(names) >= _FEW * wish.jobs:
        words += ["--rehearse", *state.to_warm(names)]
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
    found = _facts(ended, needs.test)
    shutil.rmtree(aside / "tmp", ignore_errors=True)
    if wish.expression:
        return Outcome(name, found)
    note = _unsure(state, name, needs, began)
    basis = state.basis(name, needs.keys)
    holds = found.code == 0 and not found.ended and not note
    proof.keep(state.host, Proof(name, holds, datetime.now(UTC).isoformat(timespec="seconds"), basis, found))
    return Outcome(name, found, note=note if found.code == 0 else "")


def _unsure(state: State, name: str, needs: besides.Needs, began: int) -> str:
    """Why nobody can say what exactly was proved; empty when one can."""
    changed = state.changed(name) + [key.partition(" ")[2] or key for key in needs.keys if state.besides.touched(key, began)]
    return f"{changed[0]} changed while its tests ran" if changed else ""


def _facts(ended: Ended, test: str) -> Facts:
    aside = ended.job.aside
    output = _text(aside / "output")
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        found = facts.from_json(json.loads((aside / "result.json").read_text(encoding="utf-8")))
        return found if found.code in (0, 5) else replace(found, output="\n".join(filter(None, (found.output, output))))
    where = f" in {test}" if test else ""
    if ended.timed_out:
        return Facts(-1, ended.job.timeout, ended=f"timed out after {ended.job.timeout:g} s{where}", output=output + _text(aside / "stack"))
    return Facts(-1, 0.0, ended=f"{_how(ended.status)}{where}", output=output + _text(aside.parent / "workers.log"))


def _how(status: int | None) -> str:
    if status is None:
        return "its worker was ended"
    if status < 0:
        return f"its process was ended by {signal.Signals(-status).name}"
    return f"its process ended itself (exit {status})"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
