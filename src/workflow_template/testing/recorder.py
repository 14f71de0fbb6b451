"""The plugin that listens to pytest while it runs the tests of one workflow."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from workflow_template.testing.facts import Test

_WORSE = ("passed", "skipped", "xfailed", "xpassed", "error", "failed")
_BEFORE_TESTS = frozenset(("pytest_addoption", "pytest_collection_modifyitems", "pytest_configure", "pytest_generate_tests"))


class Measure(Protocol):
    """What measures."""

    def begin(self) -> None: ...

    def pause(self) -> None: ...

    def go_on(self) -> None: ...

    def stop(self) -> None: ...


class Recorder:
    """Collects how each test ended, and measures from before the first conftest.py until after the last test.

    Measuring slows down all code, most of which is pytest's own: so it pauses between the parts of a test, unless something of
    the workflow may run there: hooks of its own, `__repr__` in a report, `__str__` of a warning, `__del__` of what is let go.
    """

    def __init__(self, folder: Path, measure: Measure, started: Callable[[str], None]) -> None:
        self._folder, self._measure, self._started = folder, measure, started
        self._tests: dict[str, list[pytest.TestReport | pytest.CollectReport]] = {}
        self._pauses = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> Iterator[None]:
        self.begin(early_config)
        return (yield)

    def begin(self, early_config: pytest.Config) -> None:
        """Measure from here on, in the stead of pytest-cov."""
        if getattr(early_config.known_args_namespace, "cov_source", None):
            early_config.known_args_namespace.cov_source = []
        self._measure.begin()

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Keep pytest-xdist from starting processes of its own: whole workflows run side by side already."""
        if getattr(config.option, "numprocesses", None):
            config.option.numprocesses, config.option.dist, config.option.tx = 0, "no", []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        self._pauses = not self._hooks_between_tests(session.config.pluginmanager)
        try:
            return (yield)
        finally:
            self._measure.stop()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        self._measure.go_on()
        try:
            return (yield)
        finally:
            self._pause()

    pytest_runtest_call = pytest_runtest_setup

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        self._measure.go_on()
        try:
            return (yield)
        finally:  # pytest lets go of the fixtures later
            if not any(map(gc.is_tracked, getattr(item, "funcargs", {}).values())):
                self._pause()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """The report of a failure shows values, and lets go of those that the traceback held."""
        if call.excinfo:
            self._measure.go_on()

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self) -> None:
        """What a warning says is asked for when the test is over."""
        self._measure.go_on()

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Do not look into the other workflows on the way to this one: that took as long as there are workflows."""
        return True if collection_path.parent == self._folder.parent and collection_path != self._folder else None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self._tests.setdefault(report.nodeid, []).append(report)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._started(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._tests.setdefault(report.nodeid, []).append(report)

    def _pause(self) -> None:
        if self._pauses:
            self._measure.pause()

    def _hooks_between_tests(self, plugins: pytest.PytestPluginManager) -> bool:
        """Whether the team has hooks there, other than those of its framework, which know nothing of a workflow."""
        dev = self._folder.parent
        own = [each for each in plugins.get_plugins() if _home(each).is_relative_to(dev) and not _home(each).is_relative_to(dev / "shared")]
        return any(caller.name not in _BEFORE_TESTS for plugin in own for caller in plugins.get_hookcallers(plugin) or ())

    def tests(self) -> list[Test]:
        """All tests in the order they ran."""
        return [_test(nodeid, reports) for nodeid, reports in self._tests.items()]


def _home(plugin: object) -> Path:
    """The file in which a plugin is written, whether it is a module or an object."""
    module = sys.modules.get(getattr(plugin, "__module__", None) or "", plugin)
    return Path(getattr(module, "__file__", None) or "")


def _test(nodeid: str, reports: list[Any]) -> Test:
    """One test out of the reports of its setup, call and teardown: the worst of them counts, every failure is told."""
    seconds = round(sum(getattr(report, "duration", 0.0) for report in reports), 4)
    outcome, report = max(((_outcome(each), each) for each in reports), key=lambda pair: _WORSE.index(pair[0]))
    line = ((getattr(report, "location", None) or ("", None, ""))[1] or 0) + 1
    if outcome == "passed":
        return Test(nodeid, outcome, seconds, line)
    bad = [each for each in reports if each.failed]
    text = "\n\n".join(_indented(str(each.longreprtext)) for each in bad) or _reason(report)
    return Test(nodeid, outcome, seconds, line, _place(bad[0] if bad else report), text, _output(bad))


def _outcome(report: Any) -> str:
    expected = hasattr(report, "wasxfail")
    if report.skipped:
        return "xfailed" if expected else "skipped"
    if report.failed:
        return "failed" if getattr(report, "when", "collect") == "call" else "error"
    return "xpassed" if expected and report.when == "call" else "passed"


def _place(report: Any) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return f"{crash.path}:{crash.lineno}" if crash else ""


def _indented(text: str) -> str:
    """Give the first line back the margin that pytest strips, so that a function stands above its lines."""
    return f"    {text}" if text.startswith(("def ", "async def ", "class ", "@")) else text


def _reason(report: Any) -> str:
    """Why a test was skipped, or failed as expected."""
    if hasattr(report, "wasxfail"):
        return str(report.wasxfail)
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return ""


def _output(reports: list[Any]) -> str:
    """What a failed test printed and logged, each part once."""
    parts = dict.fromkeys((title, text.rstrip()) for report in reports for title, text in report.sections if text.strip())
    return "\n".join(f"--- {title} ---\n{text}" for title, text in parts)
