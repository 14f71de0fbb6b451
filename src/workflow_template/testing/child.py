"""Run the tests of one workflow in this process, once, as `python -m pytest dev/<name>` would, and write what came out."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import site
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import coverage
import pytest

from workflow_template.testing import facts, trace
from workflow_template.testing.recorder import Recorder

RESULT, JOURNAL, OUTPUT, STACK = "result.json", "journal", "output", "stack"
STARTED = "test"  # a line of the journal: this test begins
_CRASHED = 3  # pytest's own code for an error inside of it


def do(job: dict[str, Any], top: Path) -> int:
    """Do what *job* asks for. Returns an exit code."""
    return _run(job, top) if job["do"] == "test" else _draw(job, top)


def _run(job: dict[str, Any], top: Path) -> int:
    """Run the tests of a workflow, and write result, journal and output into the job's folder. Returns pytest's exit code."""
    aside, folder = Path(job["aside"]), top / "dev" / job["name"]
    start = time.perf_counter()
    _redirect(aside / OUTPUT)
    drop_doubtful_bytecode(job["code"], top)
    journal = _watch(aside, top)
    if job["timeout"]:
        faulthandler.dump_traceback_later(job["timeout"], file=open(aside / STACK, "w"))  # noqa: SIM115 - open until the end
    measure = _Measure(job, aside)
    recorder = Recorder(folder, measure.begin, lambda test: journal.write(STARTED, test))
    process = os.getpid()
    code = _pytest(_words(job, aside, top), recorder)
    if os.getpid() != process:  # a test forked, and its copy came as far as this
        os._exit(code)
    covered, problem = measure.end()
    _note_modules(journal)
    found = facts.Facts(code, round(time.perf_counter() - start, 4), recorder.tests(), covered, problem)
    temporary = aside / "result.tmp"
    temporary.write_text(json.dumps(facts.to_json(found)), encoding="utf-8", errors="surrogatepass")
    os.replace(temporary, aside / RESULT)
    return code


def _redirect(output: Path) -> None:
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
    words = (str(aside / JOURNAL), str(followers), sorted({str(top), os.path.realpath(top)}), [str(aside), *_package_folders()])
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


def _package_folders() -> list[str]:
    """Where Python and the installed packages lie: their versions tell what they are."""
    paths = sysconfig.get_paths()
    found = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")} | set(site.getsitepackages())
    return sorted(found | {site.getusersitepackages()})


def _note_modules(journal: trace.Journal) -> None:
    """Code that was imported before the journal began, such as a pytest plugin of the team's own."""
    for module in list(sys.modules.values()):
        if file := getattr(module, "__file__", None):
            journal.note(trace.READ, os.path.abspath(file))


def _words(job: dict[str, Any], aside: Path, top: Path) -> list[str]:
    folder = os.path.join("dev", job["name"])
    words = [folder, "-q", "--no-header", f"--basetemp={aside / 'tmp'}", "-o", f"cache_dir={aside / 'cache'}"]
    if not any((parent / name).exists() for parent in (top, top / "dev") for name in ("conftest.py", "__init__.py")):
        words.append(f"--confcutdir={folder}")  # else pytest lists all of dev/ to find this one
    return words + (["-k", job["expression"]] if job["expression"] else [])


def _pytest(words: list[str], recorder: Recorder) -> int:
    sys.argv[:] = [os.path.join(os.path.dirname(pytest.__file__), "__main__.py"), *words]
    try:
        return int(pytest.main(words, plugins=[recorder]))
    except SystemExit as stop:
        print(f"a test or a conftest.py ended Python: {stop!r}")
    except BaseException:  # noqa: BLE001 - whatever a conftest.py raises, the other workflows go on
        sys.excepthook(*sys.exc_info())
    return _CRASHED


class _Measure:
    """Coverage of the workflow's own code, in memory unless the host's settings measure processes that tests start."""

    def __init__(self, job: dict[str, Any], aside: Path) -> None:
        self._aside = aside
        source = os.path.join("dev", job["name"])
        self._measured = coverage.Coverage(data_file=str(aside / "coverage"), branch=True, source=[source])
        shared = ("run:parallel", "run:patch", "run:concurrency")
        self._on_disk = any(self._measured.get_option(name) for name in shared)
        if not self._on_disk:
            self._measured = coverage.Coverage(data_file=None, branch=True, source=[source])

    def begin(self) -> None:
        self._measured.start()

    def end(self) -> tuple[dict[str, facts.Measured], str]:
        """Coverage by file, and what kept it from being read."""
        self._measured.stop()
        report = self._aside / "coverage.json"
        try:
            if self._on_disk:
                self._measured.save()
                self._measured.combine([str(self._aside)])
            self._measured.json_report(outfile=str(report))
        except coverage.exceptions.NoDataError:
            return {}, ""
        except coverage.CoverageException as error:
            return {}, str(error)
        return self._files(json.loads(report.read_text(encoding="utf-8"))), ""

    def _files(self, report: dict[str, Any]) -> dict[str, facts.Measured]:
        taken = self._measured.get_data()
        arcs = {os.path.normcase(os.path.abspath(path)): taken.arcs(path) for path in taken.measured_files()}
        return {
            path.replace(os.sep, "/"): facts.Measured(
                file["executed_lines"],
                file["missing_lines"],
                file["summary"].get("num_branches", 0),
                file.get("missing_branches", []),
                sorted(list(pair) for pair in arcs.get(os.path.normcase(os.path.abspath(path))) or ()),
            )
            for path, file in report["files"].items()
        }


def rehearse(folder: Path) -> None:
    """Run one test of no workflow, so that everything a run imports is imported and remembered."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_rehearsal.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    options = os.environ.pop("PYTEST_ADDOPTS", None)
    before = set(sys.modules), list(sys.path)
    measured = coverage.Coverage(data_file=None, branch=True, source=[str(folder)], config_file=False)
    measured.start()
    settings = [f"--rootdir={folder}", "-c", str(folder / "pytest.ini"), "--import-mode=importlib", f"--basetemp={folder / 'tmp'}"]
    pytest.main([str(folder), "-q", *settings])
    measured.stop()
    measured.json_report(outfile=str(folder / "coverage.json"))
    sys.path[:] = before[1]
    for name in set(sys.modules) - before[0]:
        if "test_rehearsal" in name:
            del sys.modules[name]
    if options is not None:
        os.environ["PYTEST_ADDOPTS"] = options


def _draw(job: dict[str, Any], top: Path) -> int:
    """Let coverage write its pages of one workflow from what was kept."""
    _redirect(Path(job["aside"]) / OUTPUT)
    measured = coverage.Coverage(data_file=None, branch=True, source=[os.path.join("dev", job["name"])])
    arcs = {str(top / path): [(start, end) for start, end in pairs] for path, pairs in job["arcs"].items()}
    measured.get_data().add_arcs(arcs)
    measured.get_data().touch_files(arcs)
    measured.html_report(directory=job["folder"], title=job["name"])
    return 0


def drop_doubtful_bytecode(code: list[str], top: Path) -> None:
    """Remove compiled files that may be older than their source without Python seeing it.

    Python compares times in whole seconds, and sizes: a source changed twice within one second keeps the bytecode of the first.
    """
    for folder in {os.path.dirname(path) for path in code}:
        sources = {Path(path).stem: path for path in code if os.path.dirname(path) == folder}
        with contextlib.suppress(OSError), os.scandir(top / folder / "__pycache__") as entries:
            for entry in entries:
                source = sources.get(entry.name.partition(".")[0])
                if source and entry.stat().st_mtime < int(os.stat(top / source).st_mtime) + 1:
                    os.unlink(entry)
