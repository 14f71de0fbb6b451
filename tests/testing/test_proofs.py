"""A proof holds exactly as long as nothing has changed that the result depends on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.testing.conftest import Team
from workflow_template.core.host import require_host
from workflow_template.testing import environment, places, proof
from workflow_template.testing.plan import Wish, plan
from workflow_template.testing.run import prove

READS = """
    import os, sqlite3, subprocess, sys
    from pathlib import Path
    TOP = Path(__file__).parents[3]
    sys.path.insert(0, str(TOP / "lib"))
    import library
    SCRIPTS = "import sys; sys.path.insert(0, 'lib'); import sub_library; open('data/by_program.txt').read()"

    def test_reads(monkeypatch):
        sys.path.insert(0, str(Path(__file__).parents[1]))
        import script
        script.double(1), script.double(-1)
        assert (TOP / "data" / "input.csv").read_text()
        assert sorted(path.name for path in (TOP / "data" / "parts").iterdir())
        assert [entry.name for entry in os.scandir(TOP / "data" / "scanned")]
        assert not (TOP / "data" / "absent.txt").is_file()
        try:
            open(TOP / "data" / "absent.txt")
        except FileNotFoundError:
            pass
        with sqlite3.connect(TOP / "data" / "facts.db") as db:
            db.execute("SELECT * FROM facts").fetchall()
        (TOP / "logs").mkdir(exist_ok=True)
        with open(TOP / "logs" / "run.log", "w") as log:
            log.write("x")
        assert (TOP / "logs" / "run.log").read_text() == "x"
        assert (TOP / "dev" / "reads" / "logs" / "ignored.txt").read_text()
        assert os.environ.get("SALES_REGION") != "nowhere"
        done = subprocess.run([sys.executable, "-c", SCRIPTS], cwd=TOP)
        assert done.returncode == 0
"""


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """A host with one workflow that reads this and that, proved; each test puts back what it changes."""
    team = Team(tmp_path_factory.mktemp("proofs") / "data-orchestration")
    team.workflow("reads", READS)
    for path in (
        "data/input.csv",
        "data/by_program.txt",
        "data/parts/one.txt",
        "data/scanned/one.txt",
        "dev/reads/logs/ignored.txt",
        "config/secrets.toml",
    ):
        team.write(path, "x = 1\n")
    team.write("lib/library.py", "A = 1\n")
    team.write("lib/sub_library.py", "A = 1\n")
    team.write("dev/reads/checklists/testing_checklist.md", "- [ ] x\n")
    with __import__("sqlite3").connect(team.top / "data" / "facts.db") as db:
        db.execute("CREATE TABLE facts (x)")
    for path in team.top.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, (1_700_000_000, 1_700_000_000))
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith("WORKFLOW_")]:  # as every test has it
            patch.delenv(name)
        (outcome,) = prove(require_host(team.top), ["reads"], Wish())
    assert (outcome.facts.code, outcome.note) == (0, ""), outcome.facts.output
    return team


def why(team: Team) -> str:
    """Why the workflow would run; empty when its proof holds."""
    return plan(require_host(team.top), ["reads"], Wish()).whys["reads"]


@pytest.fixture
def change(proved: Team) -> Iterator[Callable[..., None]]:
    """Write, add or remove a file of the host, and put it back afterwards."""
    before: dict[Path, bytes | None] = {}

    def do(path: str, text: str | None) -> None:
        file = proved.top / path
        about = file.stat() if file.exists() else None
        before.setdefault(file, file.read_bytes() if about else None)
        if text is None:
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if about:
            os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))

    yield do
    for file, data in before.items():
        file.write_bytes(data) if data is not None else file.unlink(missing_ok=True)


def test_a_proof_holds_when_nothing_changed(proved: Team) -> None:
    assert why(proved) == ""


CHANGES = {
    "the script": ("dev/reads/script.py", "# other\n"),
    "a test": ("dev/reads/testing/test_it.py", "def test_other(): ...\n"),
    "a new file": ("dev/reads/new.txt", "x"),
    "a file less": ("dev/reads/script.py", None),
    "the shared modules": ("dev/shared/common.py", "LIMIT = 4\n"),
    "the database helper": ("utils/db.py", "URL = 'other'\n"),
    "the settings": ("config/settings.toml", "[api]\nendpoint = 'y'\n"),
    "a secret that git ignores": ("config/secrets.toml", "x = 2\n"),
    "pytest.ini": ("pytest.ini", "[pytest]\naddopts = --import-mode=importlib\n"),
    ".coveragerc": (".coveragerc", "[run]\nbranch = true\n"),
    "a conftest.py at the top": ("conftest.py", ""),
    "a conftest.py in dev": ("dev/conftest.py", ""),
    "pyproject.toml": ("pyproject.toml", "[tool.x]\n"),
    "a module at the top": ("json.py", ""),
    "a file that a test read": ("data/input.csv", "x = 2\n"),
    "a file that a test looked for": ("data/absent.txt", "x"),
    "a file in a folder that a test listed": ("data/parts/two.txt", "x"),
    "a file in a folder that a test scanned": ("data/scanned/two.txt", "x"),
    "a database that a test read": ("data/facts.db", "other"),
    "a file that git ignores and a test read": ("dev/reads/logs/ignored.txt", "x = 2\n"),
    "a module that a test imported": ("lib/library.py", "A = 2\n"),
    "a module that would come before it": ("lib/sqlite3.py", ""),
    "a module that a program imported": ("lib/sub_library.py", "A = 2\n"),
    "a file that a program read": ("data/by_program.txt", "x = 2\n"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_proof_is_stale_when_this_changes(what: str, proved: Team, change: Callable[..., None]) -> None:
    path, text = CHANGES[what]

    change(path, text)

    assert why(proved) in (f"{path} changed", f"{path.rpartition('/')[0]} changed"), "same size and time, where there was one"


@pytest.mark.parametrize(
    "path", ["dev/other/script.py", "scripts/reads/script.py", "docs/x.md", "README.md", "data/unread.csv", "logs/run.log"]
)
def test_a_proof_holds_when_something_else_changes(path: str, proved: Team, change: Callable[..., None]) -> None:
    change(path, "x = 5\n")

    assert why(proved) == ""


def test_ticking_a_checklist_by_a_proof_does_not_undo_the_proof(proved: Team, change: Callable[..., None]) -> None:
    change("dev/reads/checklists/testing_checklist.md", "- [x] x\n")

    assert why(proved) == ""


@pytest.mark.parametrize(
    "name", ["WORKFLOW_API__ENDPOINT", "SALES_REGION", "PYTHONHASHSEED", "PYTHONPATH", "PYTEST_ADDOPTS", "TZ", "LC_ALL", "COVERAGE_CORE"]
)
def test_a_proof_is_stale_when_a_variable_changes(name: str, proved: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    before = why(proved)
    monkeypatch.setenv(name, "0")

    assert (before, why(proved)) == ("", "environment variables changed")


def test_a_variable_that_nobody_names_does_not_count(proved: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_NUMBER", "17")

    assert why(proved) == ""


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("platform.python_version", "Python changed: {} -> 3.99.0 cpython on linux x86_64"),
        ("workflow_template.testing.environment.__version__", "workflow-template changed: {} -> 9.9"),
    ],
)
def test_a_proof_is_stale_on_another_version(target: str, told: str, proved: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    before = environment.describe()["Python" if "python" in target else "workflow-template"]
    monkeypatch.setattr(target, (lambda: "3.99.0") if "python" in target else "9.9")

    assert why(proved) == told.format(before)


def test_a_proof_is_stale_when_a_package_is_installed(proved: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "requests-2.0.dist-info").mkdir()
    monkeypatch.setattr("site.getsitepackages", lambda: [str(tmp_path)])
    monkeypatch.setattr("sys.path", [*sys.path, str(tmp_path)])
    with_one = environment.describe()["packages"]
    (tmp_path / "requests-2.0.dist-info").rename(tmp_path / "requests-2.1.dist-info")

    assert environment.describe()["packages"] != with_one
    assert why(proved) == "packages changed"


def test_code_outside_of_the_repository_counts_too(proved: Team) -> None:
    """As of a package that is installed with `pip install -e`: this one is."""
    last = proof.read(require_host(proved.top), "reads")

    assert last is not None
    assert any(key.endswith("workflow_template/testing/recorder.py") for key in last.basis.besides) or "site-packages" in places.__file__


def test_no_secret_is_kept(proved: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKFLOW_DATABASE__PASSWORD", "Sesame-17")
    prove(require_host(proved.top), ["reads"], Wish())

    kept = b"".join(path.read_bytes() for path in places.folder(require_host(proved.top)).iterdir())
    assert b"Sesame" not in kept
    assert (places.folder(require_host(proved.top)) / "key").stat().st_mode & 0o077 == 0
    monkeypatch.delenv("WORKFLOW_DATABASE__PASSWORD")
    prove(require_host(proved.top), ["reads"], Wish())


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "another result": lambda data: data.replace(b'"code":0', b'"code":1', 1),
    "a digest put right": lambda data: data.replace(b'script.py":"', b'script.py":"0', 1),
    "no JSON": lambda data: b"\x00" * 400,
    "of another workflow": lambda data: data.replace(b'"workflow":"reads"', b'"workflow":"other"'),
    "a list": lambda data: b"[]",
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_proof_is_none(how: str, proved: Team) -> None:
    path = places.folder(require_host(proved.top)) / "reads.proof.json"
    data = path.read_bytes()
    assert DAMAGE[how](data) != data
    path.write_bytes(DAMAGE[how](data))

    told = why(proved)
    path.write_bytes(data)

    assert (told, why(proved)) == ("never proved", "")


@pytest.mark.parametrize("text", ["", "{", '{"format": 2, "files": []}', '{"format": 1, "files": {}}', "[]"])
def test_a_damaged_memory_of_files_is_none(text: str, proved: Team) -> None:
    path = places.folder(require_host(proved.top)) / "files.json"
    data = path.read_bytes()
    path.write_text(text)

    told = why(proved)
    path.write_bytes(data)

    assert told == ""


def test_a_failed_run_is_no_proof(team: Team, workflow: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    team.workflow("fails", "def test_fails(): assert 0\n")

    first, second = workflow("test"), workflow("test", "--json")

    assert (first.returncode, second.returncode) == (1, 1)
    assert json.loads(second.stdout)["workflows"][0]["proved"] is None


def test_what_a_test_changes_of_its_own_inputs_is_no_proof(team: Team) -> None:
    team.workflow(
        "counts",
        """
        from pathlib import Path
        def test_counts():
            file = Path(__file__).with_name('n.txt')
            file.write_text(file.read_text() + 'x')
        """,
    )
    team.write("dev/counts/testing/n.txt", "x")

    (outcome,) = prove(require_host(team.top), ["counts"], Wish())

    assert outcome.note == "dev/counts/testing/n.txt changed while its tests ran"
    assert plan(require_host(team.top), ["counts"], Wish()).left == ["counts"]


SEEN_BY_NAME_ONLY = {
    "a database that is attached": (
        "import sqlite3; sqlite3.connect(':memory:').execute(\"ATTACH 'data/x.db' AS other\")",
        "data/x.db",
        "databases changed",
    ),
    "a table that a library in C reads": ("import sys; sys.path.insert(0, 'lib'); import polars", "data/x.parquet", "data files changed"),
    "an ignored file in a command line": (
        "import subprocess; subprocess.run('cat logs/x.csv', shell=True, check=True)",
        "logs/x.csv",
        "logs/x.csv changed",
    ),
}


@pytest.mark.parametrize("what", SEEN_BY_NAME_ONLY)
def test_what_python_does_not_tell_of_is_found_by_its_name(what: str, team: Team) -> None:
    """A stand-in for polars: what counts is that a library of this name was imported."""
    code, path, told = SEEN_BY_NAME_ONLY[what]
    team.write("lib/polars.py", "")
    team.write(path, "")
    team.workflow("flow", f"def test_it():\n    {code}\n")
    prove(require_host(team.top), ["flow"], Wish())
    before = plan(require_host(team.top), ["flow"], Wish()).whys["flow"]
    team.write(path, "other")

    assert (before, plan(require_host(team.top), ["flow"], Wish()).whys["flow"]) == ("", told)


def test_a_variable_that_an_imported_module_asks_for_counts(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.write("lib/region.py", "import os\nREGION = os.environ.get('SALES_REGION')\n")
    team.workflow("flow", "import sys\nsys.path.insert(0, 'lib')\nimport region\ndef test_it(): assert region.REGION is None\n")
    prove(require_host(team.top), ["flow"], Wish())
    monkeypatch.setenv("SALES_REGION", "north")

    assert plan(require_host(team.top), ["flow"], Wish()).whys["flow"] == "environment variables changed"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="elsewhere pytest begins anew for each workflow")
def test_what_a_plugin_of_the_team_reads_counts_also_where_pytest_begins_once_for_many(team: Team) -> None:
    team.write("pytest.ini", "[pytest]\naddopts = --import-mode=importlib -p ours\npythonpath = plugins\n")
    team.write("plugins/ours.py", "from pathlib import Path\n\nLIMIT = Path('plugins/limit.txt').read_text()\n")
    team.write("plugins/limit.txt", "1")
    names = [team.workflow(f"flow{number}").name for number in range(3)]
    host = require_host(team.top)
    prove(host, names, Wish(jobs=1))
    before = plan(host, names, Wish()).whys

    team.write("plugins/limit.txt", "2")

    assert set(before.values()) == {""}
    assert set(plan(host, names, Wish()).whys.values()) == {"plugins/limit.txt changed"}


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (["git", "ls-files"], "repository changed"),
        (["git", "-C", ".", "grep", "-c", "x"], "repository changed"),
        (["git", "rev-parse", "--show-toplevel"], ""),
        (["git", "--no-pager", "-C", ".", "status"], ""),
    ],
)
def test_a_program_that_cannot_be_followed_makes_every_file_count(words: list[str], changed: str, team: Team) -> None:
    """All but git's words on where a result comes from: they change with every commit."""
    team.workflow("starts", f"import subprocess\ndef test_starts(): subprocess.run({words}, check=True)\n")
    team.write("docs/x.md", "x")
    subprocess.run(["git", "add", "docs"], cwd=team.top, check=True)
    prove(require_host(team.top), ["starts"], Wish())
    before = plan(require_host(team.top), ["starts"], Wish()).whys
    team.write("docs/x.md", "y")

    assert before == {"starts": ""}
    assert plan(require_host(team.top), ["starts"], Wish()).whys == {"starts": changed}


def test_a_source_that_changes_twice_within_a_second_is_compiled_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python alone would run the first one's bytecode again: same second, same size."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    team.workflow("quick", "def test_it(): assert 1 == 1\n")
    file = team.top / "dev" / "quick" / "testing" / "test_it.py"
    moment = file.stat().st_mtime_ns // 10**9 * 10**9 + 10**8
    codes = []
    for text in ("def test_it(): assert 1 == 1\n", "def test_it(): assert 1 == 2\n"):
        file.write_text(text)
        compiled = [file.parent / "__pycache__" / name for name in os.listdir(file.parent / "__pycache__")] if codes else []
        for path in (file, *compiled):
            os.utime(path, ns=(moment, moment))
        codes.append(prove(require_host(team.top), ["quick"], Wish())[0].facts.code)

    assert codes == [0, 1]


def test_two_runs_at_once_leave_whole_proofs(team: Team) -> None:
    names = [f"flow{number}" for number in range(6)]
    for name in names:
        team.workflow(name)
    command = [sys.executable, "-m", "workflow_template", "test", "--rerun", "--jobs=2"]
    runs = [subprocess.Popen(command, cwd=team.top, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]

    assert [run.wait(120) for run in runs] == [0, 0]
    assert plan(require_host(team.top), names, Wish()).left == []


def test_without_git_s_program_the_files_are_found_all_the_same(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.workflow("flow")
    monkeypatch.setenv("PATH", "")
    prove(require_host(team.top), ["flow"], Wish())
    before = plan(require_host(team.top), ["flow"], Wish()).whys
    team.write("dev/flow/script.py", "x = 1\n")

    assert (before, plan(require_host(team.top), ["flow"], Wish()).whys) == ({"flow": ""}, {"flow": "dev/flow/script.py changed"})


def test_where_nothing_can_be_kept_the_tests_run_each_time(team: Team) -> None:
    team.workflow("flow")
    places.folder(require_host(team.top)).parent.mkdir(exist_ok=True)
    places.folder(require_host(team.top)).write_text("a file where the folder should be")

    (outcome,) = prove(require_host(team.top), ["flow"], Wish())

    assert outcome.facts.code == 0
    assert plan(require_host(team.top), ["flow"], Wish()).left == ["flow"]


def test_a_copy_of_the_repository_has_no_proofs(proved: Team, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(proved.top, copy, ignore=shutil.ignore_patterns("workflow-template"))

    assert plan(require_host(copy), ["reads"], Wish()).whys == {"reads": "never proved"}


def test_bytecode_that_git_does_not_ignore_is_no_input(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    (team.top / ".gitignore").unlink()
    team.workflow("flow")

    (outcome,) = prove(require_host(team.top), ["flow"], Wish())

    assert list((team.top / "dev" / "flow").rglob("*.pyc"))
    assert (outcome.note, plan(require_host(team.top), ["flow"], Wish()).left) == ("", [])
