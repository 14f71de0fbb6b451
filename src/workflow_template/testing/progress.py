"""What is going on, on the error output: one line that changes on a terminal, a line for each workflow elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from typing import Any

import click

from workflow_template.testing.run import Outcome
from workflow_template.testing.verdict import Limits, judge


class Progress:
    """Told by `prove` what happens. Leaving the `with` block takes the live line away."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._live = sys.stderr.isatty()
        self._start = time.monotonic()
        self._running: dict[str, float] = {}
        self._done = self._all = self._bad = 0

    def __call__(self, what: str, content: Any) -> None:
        if what == "plan":
            self._all = len(content[1])
            return
        if what == "began":
            self._running[content] = time.monotonic()
        elif what == "ended":
            self._ended(content)
        if self._live and self._all:
            click.echo(f"\r\033[K{self._line()[: shutil.get_terminal_size().columns - 1]}", nl=False, err=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live and self._all:
            click.echo("\r\033[K", nl=False, err=True)

    def _ended(self, outcome: Outcome) -> None:
        self._done += 1
        self._running.pop(outcome.workflow, None)
        verdict = judge(outcome.facts, self._limits.coverage, self._limits.part)
        self._bad += verdict.code > 0
        if not self._live:
            reason = f" ({verdict.reason})" if verdict.reason else ""
            click.echo(f"[{self._done}/{self._all}] {outcome.workflow} {verdict.word}{reason}, {outcome.facts.seconds:.1f} s", err=True)

    def _line(self) -> str:
        now = time.monotonic()
        running = ", ".join(f"{name} {now - since:.0f} s" for name, since in self._running.items())
        bad = click.style(f"{self._bad} failed, ", fg="red") if self._bad else ""
        return f"[{self._done}/{self._all}] {bad}{now - self._start:.0f} s: {running}"
