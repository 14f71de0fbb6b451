"""Whatever the tests of one workflow do, the others do not feel it, and each comes out as with pytest alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.testing.conftest import TESTS, Team

LEAVES = """
    import decimal, json, locale, logging, os, signal, sqlite3, sys, threading, time, types, warnings

    def test_everything_is_left_in_disorder(tmp_path):
        os.environ["LEFT"] = "x"
        os.chdir(tmp_path)
        os.umask(0o777)
        sys.path.insert(0, str(tmp_path))
        sys.modules["left"] = types.ModuleType("left")
        logging.getLogger().addHandler(logging.NullHandler())
        logging.disable(logging.CRITICAL)
        warnings.simplefilter("error")
        decimal.getcontext().prec = 2
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sqlite3.register_adapter(complex, str)
        json.loads = None
        sys.setrecursionlimit(300)
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        threading.Thread(target=time.sleep, args=(600,)).start()
"""
FINDS = """
    import decimal, json, logging, os, signal, sqlite3, sys, threading, warnings
    import pytest

    def test_nothing_is_found():
        assert "LEFT" not in os.environ
        assert (os.path.basename(os.getcwd()), "left" in sys.modules) == ("data-orchestration", False)
        assert os.umask(0o022) != 0o777
        assert not any("everything_is_left" in path for path in sys.path)
        assert logging.getLogger().manager.disable == 0
        assert decimal.getcontext().prec == 28
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        assert threading.active_count() == 1
        assert sys.getrecursionlimit() == 1000
        assert json.loads("1") == 1
        warnings.warn("only a warning", UserWarning)
        with pytest.raises(sqlite3.Error):
            sqlite3.connect(":memory:").execute("SELECT ?", (1j,))
"""
TWIN = """
    import sys
    from pathlib import Path
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from helper import NAME

    def test_the_helper_is_our_own():
        assert NAME == Path(__file__).parents[1].name
"""
KINDS = """
    import unittest
    import pytest

    @pytest.mark.skip(reason="no server here")
    def test_skipped(): ...

    @pytest.mark.xfail(reason="known")
    def test_known(): assert 0

    @pytest.mark.xfail
    def test_better_than_known(): ...

    class TestClass:
        @pytest.mark.parametrize("text", ["a::b", "[x]", "é🚀", ""])
        def test_text(self, text): ...

    class TestOld(unittest.TestCase):
        def setUp(self): self.number = 1
        def test_old(self): self.assertEqual(self.number, 1)
        @unittest.skip("old reason")
        def test_old_skipped(self): ...
"""
FAILS = """
    import pytest

    @pytest.fixture
    def broken():
        yield 1
        raise ValueError("broken afterwards")

    @pytest.fixture
    def never(): raise OSError("never there")

    def test_fails(): assert 1 == 2
    def test_passes_and_breaks(broken): ...
    def test_fails_and_breaks(broken): assert 0
    def test_cannot_begin(never): ...
    def test_stops(): raise SystemExit(3)
    def test_reads(): input()
    def test_passes(): ...
"""
PLUGINS = """
    def test_fixtures_of_plugins_are_there(cov, cache, no_cover, capsys, caplog, recwarn, tmp_path, worker_id):
        assert cache.get("x/y", None) is None
        cache.set("x/y", 1)
        assert worker_id == "master"

    def test_the_settings_of_the_host_hold(request):
        assert request.config.getoption("importmode") == "importlib"
        assert request.config.args == ["dev/plugins"]
        assert request.config.invocation_params.args[0] == "dev/plugins"
"""
PROCESSES = """
    import multiprocessing, os, subprocess, sys, threading
    from pathlib import Path
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import script

    def test_threads_and_processes():
        thread = threading.Thread(target=script.double, args=(2,))
        thread.start()
        thread.join()
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            assert pool.map(abs, [-1]) == [1]
        done = subprocess.run([sys.executable, "-c", "import sys; print(sys.argv)"], capture_output=True)
        assert done.stdout == b"['-c']" + os.linesep.encode()
"""
COPIES = """
    import os

    def test_a_copy_goes_on():
        if hasattr(os, "fork") and os.fork() == 0:
            raise ValueError("the copy fails")
"""
NOISE = """
    import logging, sys

    def test_noise():
        print("Zürich 🚀 \\udc80")
        logging.error("Łódź")
        sys.stdout.buffer.write(b"\\xff\\xfe\\x00\\n")
        assert "Ω \\udc80" == "é\\x1b[31m"
"""
OWN = """
    import pytest
    from pathlib import Path

    def test_the_conftest_and_the_settings_are_our_own(ours, request):
        assert ours == "ours"
        assert request.config.inipath.parent.name == "has_settings"
"""
AROUND = """
    import sys, warnings
    import pytest
    sys.path.insert(0, "dev/around")
    import script

    @pytest.fixture
    def kept(): return script.Kept()

    @pytest.fixture(params=[1, 2], scope="module")
    def opened(request):
        yield request.param
        script.closed()

    def test_fixture_is_let_go(kept): ...
    def test_fixture_is_closed(opened): ...
    def test_warns(): warnings.warn(script.Warned())
    @pytest.mark.skipif("script.skips()")
    def test_is_skipped_by_a_condition(): ...
    def test_is_shown(): raise script.Shown()
    def test_is_the_last(): script.last()
"""
AROUND_SCRIPT = """
    class Kept:
        def __del__(self):
            self.gone = True
    class Warned(UserWarning):
        asked = 0
        def __str__(self):
            self.asked += 1
            if self.asked == 1:
                return "once"
            return "again, when the test is over"
    class Shown(Exception):
        def __str__(self):
            return "shown"
    def closed():
        return 1
    def skips():
        return True
    def last():
        return 1
    def never():
        return 1
"""
HOOKED = """
    import sys
    sys.path.insert(0, "dev/hooked")
    import script

    class Plugin:
        def pytest_runtest_logfinish(self): script.finished()

    def pytest_configure(config): config.pluginmanager.register(Plugin())
    def pytest_runtest_logstart(): script.started()
"""
TRACED = """
    import sys
    sys.path.insert(0, "dev/traced")
    import script
    def test_measured(): script.double(-1)
    def test_looks_away(): sys.settrace(None)
    def test_is_not_measured(): script.double(1)
"""
CONFIGURED = """
    import json, sys

    def test_configured(request, pytestconfig):
        seen = vars(pytestconfig.option) | vars(pytestconfig.known_args_namespace)
        seen |= {"root": pytestconfig.rootpath, "ini": pytestconfig.inipath, "args": pytestconfig.args, "path": sys.path}
        with open("logs/configured.json", "w") as file:
            json.dump({name: repr(value) for name, value in seen.items() if name not in ("basetemp", "override_ini")}, file)
"""
SHAPES = {
    "a_leaves": {"tests": LEAVES, "one": "", "two": "", "three": "", "four": ""},  # the most files begin first
    "b_finds": {"tests": FINDS},
    "twin_one": {"tests": TWIN, "helper": "NAME = 'twin_one'\n"},
    "twin_two": {"tests": TWIN, "helper": "NAME = 'twin_two'\n"},
    "kinds": {"tests": KINDS},
    "fails": {"tests": FAILS},
    "plugins": {"tests": PLUGINS},
    "processes": {"tests": PROCESSES},
    "noise": {"tests": NOISE},
    "monday-boards": {"tests": TESTS},
    "has_settings": {"tests": OWN, "conftest": "import pytest\n\n@pytest.fixture\ndef ours():\n    return 'ours'\n"},
    "around": {"tests": AROUND, "script": AROUND_SCRIPT},
    "hooked": {
        "tests": "def test_one(): ...\n",
        "conftest": HOOKED,
        "script": "def started():\n    return 1\n\ndef finished():\n    return 1\n",
    },
    "traced": {"tests": TRACED},
    "partly": {"tests": "import sys\nsys.path.insert(0, 'dev/partly')\nimport script\ndef test_one(): assert script.double(1) == 2\n"},
}
ENDS = {
    "exits": (
        "import os\ndef test_exits(): os._exit(0)\n",
        "its process ended itself (exit 0) in dev/exits/testing/test_it.py::test_exits",
    ),
    "crashes": (
        "import os, signal\ndef test_crashes(): os.kill(os.getpid(), signal.SIGSEGV)\n",
        "its process was ended by SIGSEGV in dev/crashes/testing/test_it.py::test_crashes",
    ),
    "syntax": ("def test_is_no_python(:\n", "dev/syntax/testing/test_it.py cannot be imported"),
    "interrupts": ("def test_interrupts(): raise KeyboardInterrupt\n", "pytest was interrupted"),
}


def make(team: Team) -> list[str]:
    for name, files in SHAPES.items():
        team.workflow(name, **files)
    team.write("dev/has_settings/pytest.ini", "[pytest]\naddopts = --import-mode=importlib\n")
    for name, (tests, _) in ENDS.items():
        team.workflow(name, tests)
    team.workflow("copies", COPIES)
    team.workflow("no_tests", "def helper(): ...\n")
    team.workflow("not_python", "def test_passes(): ...\n", broken="def never(:\n")
    team.workflow("conftest_exits", "def test_passes(): ...\n", conftest="import sys\nsys.exit(4)\n")
    return [*SHAPES, *ENDS, "copies", "no_tests", "not_python", "conftest_exits"]


@pytest.fixture(scope="module", params=["forked", "spawned"])
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Team, dict[str, dict[str, object]]]:
    """All of them, run in one worker after each other."""
    team = Team(tmp_path_factory.mktemp(request.param) / "data-orchestration")
    names = make(team)
    words = ["--spawn"] if request.param == "spawned" else []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WORKFLOW_")}
    done = subprocess.run(
        [sys.executable, "-m", "workflow_template", "test", "--jobs=1", "--json", "--fail-under=1", *words],
        cwd=team.top,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 2, done.stderr
    found = {each["workflow"]: each for each in json.loads(done.stdout)["workflows"]}
    assert sorted(found) == sorted(names)
    return team, found


def alone(team: Team, name: str) -> tuple[dict[str, int], float]:
    """Outcomes and coverage of one workflow as pytest and pytest-cov tell them, without us."""
    words = ["-q", f"--cov=dev/{name}", "--cov-branch", "--cov-report=json:alone.json", "--junitxml=alone.xml"]
    try:
        subprocess.run(
            [sys.executable, "-m", "pytest", f"dev/{name}", *words], cwd=team.top, capture_output=True, stdin=subprocess.DEVNULL, timeout=20
        )
    except subprocess.TimeoutExpired:
        assert name == "a_leaves", "only its thread keeps Python from ending"
    suite = ElementTree.parse(team.top / "alone.xml").getroot()[0]
    counts = {kind: int(suite.get(kind)) for kind in ("tests", "failures", "errors", "skipped")}
    return counts, json.loads((team.top / "alone.json").read_text())["totals"]["percent_covered"]


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "a_leaves"])
def test_each_comes_out_as_with_pytest_alone(name: str, results: tuple[Team, dict[str, dict[str, object]]]) -> None:
    team, found = results
    ours = found[name]["tests"]

    counts, percent = alone(team, name)

    skipped = ours.get("skipped", 0) + ours.get("xfailed", 0)
    assert (sum(ours.values()), ours.get("failed", 0), skipped) == (counts["tests"] - both(name), counts["failures"], counts["skipped"])
    assert ours.get("error", 0) == counts["errors"] - both(name)
    assert found[name]["coverage"] == pytest.approx(percent, abs=1e-3)


def both(name: str) -> int:
    """Tests that fail and then break afterwards: JUnit counts these twice."""
    return 1 if name == "fails" else 0


def test_what_one_leaves_the_next_does_not_find(results: tuple[Team, dict[str, dict[str, object]]]) -> None:
    _, found = results

    assert found["a_leaves"]["tests"] == {"passed": 1}
    assert found["b_finds"]["not_passed"] == []


def test_a_copy_of_the_process_that_a_test_lets_go_on_does_not_count(results: tuple[Team, dict[str, dict[str, object]]]) -> None:
    _, found = results

    assert found["copies"]["tests"] == {"passed": 1}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        *((name, reason) for name, (_, reason) in ENDS.items()),
        ("no_tests", "no tests"),
        ("not_python", "its coverage cannot be read: Couldn't parse '{}' as Python source: 'invalid syntax' at line 1"),
        ("conftest_exits", "pytest broke"),
        ("fails", "6 tests failed"),
        ("around", "1 test failed"),
        ("noise", "1 test failed"),
    ],
)
def test_what_did_not_end_well_is_named_and_the_rest_goes_on(
    name: str, reason: str, results: tuple[Team, dict[str, dict[str, object]]]
) -> None:
    team, found = results

    assert found[name]["reason"] == reason.format(team.top / "dev/not_python/broken.py")
    assert found[name]["verdict"] == ("failed" if name in ("no_tests", "fails", "noise", "around") else "not judged")


def test_what_a_failing_test_says_is_told(results: tuple[Team, dict[str, dict[str, object]]]) -> None:
    _, found = results
    told = {test["id"].rpartition("::")[2]: test for test in found["fails"]["not_passed"]}

    assert "E   assert 1 == 2" in told["test_fails"]["text"]
    assert told["test_fails"]["place"].endswith("test_it.py:12")
    assert "assert 0" in told["test_fails_and_breaks"]["text"]
    assert "ValueError: broken afterwards" in told["test_fails_and_breaks"]["text"]
    assert "Zürich 🚀" in found["noise"]["not_passed"][0]["output"]


def test_pytest_is_configured_the_same_where_it_begins_once(team: Team, workflow: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2):
        team.workflow(f"flow{number}")
    team.workflow("last", CONFIGURED)
    (team.top / "logs").mkdir()
    monkeypatch.setenv("PYTEST_ADDOPTS", "-W error::FutureWarning -p no:doctest -o console_output_style=count")

    seen = []
    for words in ([], ["--spawn"]):
        workflow("test", "--jobs=1", "--rerun", *words)
        seen.append(json.loads((team.top / "logs" / "configured.json").read_text()))
        (team.top / "logs" / "configured.json").unlink()

    assert len(seen[0]) > 50
    assert seen[0] == seen[1]


def test_what_pytest_does_not_understand_is_told_for_each(team: Team, workflow: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        team.workflow(f"flow{number}")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")

    done = workflow("test", "--jobs=1")

    assert done.returncode == 2
    assert done.stdout.count("pytest could not start") == 6
    assert done.stdout.count("unrecognized arguments: --nonsense") == 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a worker that runs many exists only where there is fork")
def test_a_test_that_kills_its_worker_is_named_and_a_new_one_goes_on(team: Team, workflow: object) -> None:
    team.workflow("kills", "import os, signal, time\ndef test_kills():\n    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(60)\n")
    for number in range(3):
        team.workflow(f"good{number}")

    start = time.monotonic()
    done = workflow("test", "--jobs=1", "--json")

    found = {each["workflow"]: each for each in json.loads(done.stdout)["workflows"]}
    assert found["kills"]["reason"] == "its worker was ended in dev/kills/testing/test_it.py::test_kills"
    assert [found[f"good{number}"]["verdict"] for number in range(3)] == ["passed"] * 3
    assert time.monotonic() - start < 50, "nobody waited for the orphan"


@pytest.mark.parametrize("words", [[], ["--spawn"]])
def test_a_test_that_hangs_is_ended_and_its_line_told(words: list[str], team: Team, workflow: object, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    team.workflow(
        "hangs",
        f"""
        import subprocess, sys, time
        def test_before(): ...
        def test_hangs():
            sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
            open({str(pid)!r}, "w").write(str(sleeper.pid))
            time.sleep(300)
        """,
    )
    team.workflow("good")

    done = workflow("test", "--timeout=4", *words)

    assert done.returncode == 1
    assert "hangs  FAILED  timed out after 4 s in dev/hangs/testing/test_it.py::test_hangs" in done.stdout
    assert 'testing/test_it.py", line 7 in test_hangs' in done.stdout
    assert "1 passed, 1 failed" in done.stdout
    assert not alive(int(pid.read_text()))


def test_what_tests_leave_running_is_ended(team: Team, workflow: object, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    team.workflow(
        "leaves",
        TESTS
        + f"""
def test_leaves():
    import subprocess
    open({str(pid)!r}, "w").write(str(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"]).pid))
""",
    )

    assert workflow("test").returncode == 0
    assert not alive(int(pid.read_text()))


def alive(pid: int) -> bool:
    """Whether a process is there, after a moment in which it may end."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
        if state == "Z":
            return False
        time.sleep(0.1)
    return True
