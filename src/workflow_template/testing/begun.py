"""Let pytest begin once for many workflows: read its settings and load its plugins, as far as the first conftest.py.

There this process waits for jobs; each copy of it goes on with one, as if it had been asked for that folder from the beginning.
"""

from __future__ import annotations

import copy
import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workflow_template.testing import child
from workflow_template.testing.files import SETTINGS

Job = dict[str, Any]


def do(next_job: Callable[[], Job], top: Path, cache: Path) -> int | None:
    """Do a job in a copy of this process, which *next_job* makes. Returns an exit code; None where pytest does not come so far.

    A setting cannot be changed later: all copies, one after the other, have the folder *cache* for what pytest remembers.
    """
    gate = _Gate(next_job, top, cache)
    code = child.run_pytest(list(gate.words), gate)
    if gate.run:
        return gate.run.write(code)
    return child.do(gate.job, top) if gate.job else None


class _Gate:
    """Holds pytest back until there is a job, and lets it find the words of that job where it left those of the beginning."""

    def __init__(self, next_job: Callable[[], Job], top: Path, cache: Path) -> None:
        self._next_job, self._top, self._cache = next_job, top, cache
        self._before = set(sys.modules)
        self.words = ("dev", "-q", "--no-header", "-o", f"cache_dir={cache}")
        self.job: Job = {}
        self.run: child.Run | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config, args: list[str], parser: pytest.Parser) -> Iterator[None]:
        if own := [name for name in sys.modules.keys() - self._before if self._is_the_hosts(name)]:
            for name in own:
                del sys.modules[name]
            raise child.NotThisWay  # a plugin of the team's: each run must see what it reads when it is loaded
        gc.collect()
        gc.freeze()
        self.job = self._next_job()
        if self.job["do"] != "test" or any((self._top / "dev" / self.job["name"] / name).exists() for name in (*SETTINGS, "setup.py")):
            raise child.NotThisWay  # it may have settings of its own
        child.redirect(Path(self.job["aside"]) / "output")
        shutil.rmtree(self._cache, ignore_errors=True)
        self.run = child.Run(self.job, self._top, self._cache)
        self._ask_for(self.run.words, early_config, args, parser)
        early_config.pluginmanager.register(self.run.recorder)
        self.run.recorder.begin(early_config)
        return (yield)

    def _is_the_hosts(self, module: str) -> bool:
        return Path(getattr(sys.modules[module], "__file__", None) or os.sep).is_relative_to(self._top)

    def _ask_for(self, words: list[str], config: pytest.Config, args: list[str], parser: pytest.Parser) -> None:
        """Put *words* in the place of ours, after those of the settings, and read them as pytest has read ours."""
        args[-len(self.words) :] = words
        before, config.known_args_namespace = config.known_args_namespace, parser.parse_known_args(args, copy.copy(config.option))
        if config.known_args_namespace.confcutdir is None:
            config.known_args_namespace.confcutdir = before.confcutdir
        config.invocation_params = pytest.Config.InvocationParams(args=words, plugins=[self.run], dir=self._top)
        child.name_program(words)
