"""Run the tests of one workflow in this process, once, as `python -m pytest dev/<name>` would, and write what came out."""

from __future__ import annotations

import contextlib
import faulthandler
import functools
import os
import site
import sys
import sysconfig
import time
from json import dumps  # tests may leave `json.dumps` patched
from pathlib import Path
from typing import Any

import pytest

from workflow_template.testing import bytecode, facts, measure, trace
from workflow_template.testing.recorder import Recorder

_CRASHED = 3  # pytest's own code for an error inside of it


class NotThisWay(BaseException):
    """Raised by a plugin of ours that wants pytest to stop beginning, and nobody to be told."""


class Run:
    """The tests of one workflow, from before pytest until journal and result lie in the job's folder."""

    def __init__(self, job: dict[str, Any], top: Path, cache: Path | None = None) -> None:
        self._job, self._top, self._aside = job, top, Path(job["aside"])
        self._cache = cache or self._aside / "cache"
        self._start, self._process = time.perf_counter(), os.getpid()
        bytecode.drop_doubtful(job["code"], top)
        self._journal = _watch(self._aside, top)
        if job["timeout"]:
            _tell_where_it_hangs(job["timeout"], self._aside / "stack")
        self._measured = measure.Measure(job["name"], top, self._aside, self._journal)
        self.recorder = Recorder(top / "dev" / job["name"], self._measured, lambda test: self._journal.write("test", test))

    @property
    def words(self) -> list[str]:
        """What pytest is asked for."""
        return _words(self._job, self._aside, self._top, self._cache)

    def write(self, code: int) -> int:
        """Write down what came out. Returns pytest's exit *code*."""
        if os.getpid() != self._process:  # a test forked, and its copy came as far as this
            os._exit(code)
        _tidy(self._top)
        covered, problem = self._measured.read()
        _note_modules(self._journal)
        seconds = round(time.perf_counter() - self._start, 4)
        _write(self._aside, facts.Facts(code, seconds, self.recorder.tests(), covered, problem=problem))
        return code


def do(job: dict[str, Any], top: Path) -> int:
    """Do what *job* asks for. Returns an exit code."""
    redirect(Path(job["aside"]) / "output")
    if job["do"] == "draw":
        measure.draw(job["name"], top, job["arcs"], job["folder"])
        return 0
    run = Run(job, top)
    return run.write(run_pytest(run.words, run.recorder))


def _tell_where_it_hangs(timeout: float, stack: Path) -> None:
    """Write the stack down when time is over. In a copy that a test forks, pytest would wait for ever for the thread that does so."""
    faulthandler.dump_traceback_later(timeout, file=open(stack, "w"))  # noqa: SIM115 - open until the end
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: setattr(faulthandler, "cancel_dump_traceback_later", lambda: None))


def _tidy(top: Path) -> None:
    """Tests may leave this process in disorder; what follows needs these."""
    os.chdir(top)
    os.umask(0o077)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 1000))


def _write(aside: Path, found: facts.Facts) -> None:
    temporary = aside / "result.tmp"
    temporary.write_text(dumps(facts.to_json(found)), encoding="utf-8")
    os.replace(temporary, aside / "result.json")


def redirect(output: Path) -> None:
    """Everything that is printed goes into a file, in UTF-8 whatever the console speaks."""
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(handle, number)
    os.close(handle)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def _watch(aside: Path, top: Path) -> trace.Journal:
    """Write down what is read, here and in the Pythons that tests start: these get it by a `sitecustomize` of ours."""
    followers = aside / "trace"
    followers.mkdir()
    words = (str(aside / "journal"), str(followers), sorted({str(top), os.path.realpath(top)}), [str(aside), *_package_folders()])
    (followers / "sitecustomize.py").write_text(_FOLLOW.format(module=trace.__file__, words=words), encoding="utf-8")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(followers), *filter(None, [os.environ.get("PYTHONPATH")])])
    journal = trace.Journal(*words)
    trace.install(journal)
    return journal


_FOLLOW = """\
import importlib.util, os, sys
sys.path[:] = [each for each in sys.path if each != os.path.dirname(__file__)]
spec = importlib.util.spec_from_file_location("_follow", {module!r})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.install(module.Journal(*{words!r}))
del sys.modules["sitecustomize"]
try:
    import sitecustomize
except ImportError:
    pass
"""


@functools.cache
def _package_folders() -> list[str]:
    """Where Python and the installed packages lie: their versions tell what they are."""
    paths = sysconfig.get_paths()
    found = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")} | set(site.getsitepackages())
    return sorted(found | {site.getusersitepackages()})


def _note_modules(journal: trace.Journal) -> None:
    """Code that was imported before the journal began, such as a pytest plugin of the team's own, and libraries that read files in C."""
    for name, module in list(sys.modules.items()):
        journal.on_import(name)
        if file := getattr(module, "__file__", None):
            journal.note(trace.READ, os.path.abspath(file))


def _words(job: dict[str, Any], aside: Path, top: Path, cache: Path) -> list[str]:
    folder = os.path.join("dev", job["name"])
    words = [folder, "-q", "--no-header", f"--basetemp={aside / 'tmp'}", "-o", f"cache_dir={cache}"]
    if not any((parent / name).exists() for parent in (top, top / "dev") for name in ("conftest.py", "__init__.py")):
        words.append(f"--confcutdir={folder}")  # else pytest lists all of dev/ to find this one
    return words + (["-k", job["expression"]] if job["expression"] else [])


def name_program(words: list[str]) -> None:
    """Let tests find in `sys.argv` what `python -m pytest` with these words has there."""
    sys.argv[:] = [os.path.join(os.path.dirname(pytest.__file__), "__main__.py"), *words]


def run_pytest(words: list[str], plugin: object) -> int:
    """Run pytest with a plugin of ours, whatever comes. Returns its exit code."""
    name_program(words)
    try:
        return int(pytest.main(words, plugins=[plugin]))
    except NotThisWay:
        pass
    except SystemExit as stop:
        print(f"a test or a conftest.py ended Python: {stop!r}")
    except BaseException:  # noqa: BLE001 - whatever a conftest.py raises, the other workflows go on
        sys.excepthook(*sys.exc_info())
    return _CRASHED


def rehearse(folder: Path) -> None:
    """Run one test of no workflow, so that everything a run imports is imported and remembered."""
    _package_folders()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_rehearsal.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    options = os.environ.pop("PYTEST_ADDOPTS", None)
    before = set(sys.modules), list(sys.path)
    settings = [f"--rootdir={folder}", "-c", str(folder / "pytest.ini"), "--import-mode=importlib", f"--basetemp={folder / 'tmp'}"]
    measure.warm(folder, lambda: pytest.main([str(folder), "-q", *settings]))
    sys.path[:] = before[1]
    for name in set(sys.modules) - before[0]:
        if "test_rehearsal" in name:
            del sys.modules[name]
    if options is not None:
        os.environ["PYTEST_ADDOPTS"] = options
