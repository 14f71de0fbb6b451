"""Which workflows have to run: those whose last result does not hold any more."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from workflow_template.core.host import Host
from workflow_template.testing import proof
from workflow_template.testing.pool import FORKS
from workflow_template.testing.proof import Proof
from workflow_template.testing.state import State


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
class Plan:
    """What is known before anything runs. *whys* tell why a workflow has to run; it is empty for what is proved."""

    state: State
    last: dict[str, Proof | None]
    whys: dict[str, str]

    @property
    def proved(self) -> list[str]:
        """Workflows whose proof holds."""
        return [name for name, why in self.whys.items() if not why]

    @property
    def left(self) -> list[str]:
        """Workflows that have to run, longest first."""
        return sorted((name for name, why in self.whys.items() if why), key=self._length, reverse=True)

    def needs(self, name: str) -> list[str]:
        """What the tests of a workflow read besides its files when they ran last."""
        last = self.last[name]
        return list(last.basis.besides) if last else []

    def _length(self, name: str) -> tuple[float, int]:
        """As long as last time; what never ran may be long."""
        last = self.last[name]
        return (last.facts.seconds if last else math.inf, len(self.state.files.own.get(name, ())))


def plan(host: Host, names: Sequence[str], wish: Wish) -> Plan:
    """Find out which proofs hold."""
    state = State(host)
    last = {name: proof.read(host, name) for name in names}
    return Plan(state, last, {name: _why(state, name, last[name], wish) for name in names})


def _why(state: State, name: str, last: Proof | None, wish: Wish) -> str:
    """Why a workflow has to run; empty when its proof holds."""
    if wish.expression:
        return "a part of its tests was asked for"
    now = state.basis(name, last.basis.besides if last else ())  # also where there was none: looked at before tests can change it
    if last is None:
        return "never proved"
    changed = proof.difference(last.basis, now)
    if changed or last.holds:
        return changed or ("asked for" if wish.rerun else "")
    return "not proved last time"
