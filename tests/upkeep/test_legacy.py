"""51 workflows written by hand, with everything that years leave in a repository, moved and moved back."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import ROOT, snapshot
from tests.upkeep import legacy_repository as legacy

QUIET = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "GIT_CONFIG_NOSYSTEM": "1", "HOME": os.devnull}
WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
Outcomes = dict[str, str]


class Story(NamedTuple):
    """The repository before and after its migration."""

    top: Path
    plan: dict[str, Any]
    before: dict[str, str]
    bytes_before: dict[str, bytes]
    index: bytes
    tests: dict[str, Outcomes]
    printed: dict[tuple[str, str], str]

    @property
    def moves(self) -> dict[str, str]:
        return {move["source"]: move["target"] for move in self.plan["moves"]}


def call(top: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=cwd or top, env=os.environ | QUIET, capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL
    )


def migrate(top: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return call(top, sys.executable, "-m", "workflow_template", "migrate", *words)


def outcomes(top: Path, mode: str, folders: list[str]) -> Outcomes:
    there = [folder for folder in folders if (top / folder).is_dir()]
    done = call(top, sys.executable, str(Path(__file__).with_name("outcomes.py")), mode, *there)
    assert done.returncode == 0, done.stderr
    return {test: how for found in json.loads(done.stdout).values() for test, how in found.items()}


def print_all(top: Path, scripts: dict[str, str]) -> dict[tuple[str, str], str]:
    """What each script prints, called from the top and from its own folder, {(old path, where): text}."""
    printed = {}
    for old, path in scripts.items():
        for where in ("top", "own"):
            done = call(
                top, sys.executable, path if where == "top" else Path(path).name, cwd=top if where == "top" else (top / path).parent
            )
            printed[old, where] = done.stdout if done.returncode == 0 else f"failed: {done.stderr[-300:]}"
    return printed


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    top = tmp_path_factory.mktemp("legacy") / "data-orchestration"
    top.mkdir()
    legacy.build(top)
    folders = [f"scripts/{name}" for name in legacy.names()]
    tests = {mode: outcomes(top, mode, [*folders, "tests"]) for mode in ("top", "own")}
    plan = json.loads(migrate(top, "--json").stdout)
    scripts = {
        move["source"]: move["source"] for move in plan["moves"] if "/debugging/" in move["target"] and move["source"].endswith(".py")
    }
    printed = print_all(top, scripts)
    bytes_before = {path: (top / path).read_bytes() for path, what in snapshot(top).items() if what != "folder"}
    index = (top / ".git" / "index").read_bytes()
    told = Story(top, plan, snapshot(top), bytes_before, index, tests, printed)
    done = migrate(top, "--apply")
    assert done.returncode == 1, done.stderr  # some files are for a person to decide
    for name in ("undone", "committed"):
        shutil.copytree(top, top.parent / name, symlinks=True)
    return told


def test_there_are_fifty_workflows_and_their_tests_pass_before(story: Story) -> None:
    failed = {test for test, how in story.tests["own"].items() if how != "passed"}

    assert len(legacy.names()) > 50
    assert len(story.tests["own"]) > 110
    assert failed == set()


def test_every_file_goes_where_its_author_says_it_must(story: Story) -> None:
    told = story.moves | {each["path"]: "?" for each in story.plan["unsure"]} | {each["path"]: "" for each in story.plan["stays"]}

    assert told == legacy.expected()


def test_every_file_has_a_reason(story: Story) -> None:
    assert all(each["why"] for kind in ("moves", "unsure", "stays") for each in story.plan[kind])


@pytest.mark.parametrize("mode", ["top", "own", "importlib"])
def test_the_moved_tests_still_pass(mode: str, story: Story) -> None:
    names = [name for name in legacy.names() if (story.top / "dev" / name / "testing").is_dir()]
    after = outcomes(story.top, mode, [*(f"dev/{name}/testing" for name in names), "tests"])

    moved = {test.partition("::")[0] for test in story.tests["own"]} & (story.moves.keys() | {"tests/test_hotel_rates.py"})
    wanted = set()
    for test, how in story.tests["own" if mode == "own" else "top"].items():
        file, _, name = test.partition("::")
        if how == "passed" and file in moved:
            wanted.add(f"{story.moves.get(file, file)}::{name}")
    assert len(wanted) > 100
    assert {test: after.get(test, "not run") for test in wanted if after.get(test) != "passed"} == {}


def test_tests_that_stay_pass_as_before(story: Story) -> None:
    staying = {test for test in story.tests["top"] if test.partition("::")[0] not in story.moves}

    after = outcomes(story.top, "top", [f"scripts/{name}" for name in legacy.names()])

    assert len([test for test in staying if test.startswith("scripts/")]) >= 4
    assert {test: after[test] for test in staying if test.startswith("scripts/")} == {
        test: story.tests["top"][test] for test in staying if test.startswith("scripts/")
    }


def test_the_moved_scripts_print_the_same(story: Story) -> None:
    after = print_all(story.top, {old: story.moves[old] for old, _ in story.printed})

    worked = {key: text for key, text in story.printed.items() if not text.startswith("failed")}
    assert len(worked) > 40
    assert {key: after[key] for key in worked if after[key] != worked[key]} == {}


def test_the_cells_of_the_notebook_run_in_its_new_folder(story: Story) -> None:
    path = story.top / "dev/stock_levels/debugging/explore_stock.ipynb"
    cells = json.loads(path.read_text())["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code").replace("%matplotlib inline", "")

    done = call(story.top, sys.executable, "-c", code, cwd=path.parent)

    assert done.stdout == "{'apples': 3, 'pears': 4}\n", done.stderr


def test_production_files_are_not_touched(story: Story) -> None:
    stays = [path for path, goes in legacy.expected().items() if goes != "" or not path.endswith((".md", ".yml", ".txt", "Makefile"))]

    touched = [path for path in stays if path not in story.moves and (story.top / path).read_bytes() != story.bytes_before[path]]

    assert touched == []


def test_only_the_told_lines_of_a_repaired_file_change(story: Story) -> None:
    told: dict[str, set[str]] = {}
    for repair in story.plan["repairs"]:
        told.setdefault(repair["path"], set()).update(
            line.strip() for text in (repair["before"], repair["after"]) for line in text.splitlines()
        )
    wrong = {}
    for path, lines in told.items():
        old = next((source for source, target in story.moves.items() if target == path), path)
        for line in changed_lines(story.bytes_before[old], (story.top / path).read_bytes()):
            if line.strip() and line.strip() not in lines:
                wrong[path] = line

    assert len(told) > 80
    assert wrong == {}


def changed_lines(before: bytes, after: bytes) -> Iterator[str]:
    encoding = "utf-16" if before.startswith(b"\xff\xfe") else "latin-1" if b"latin-1" in before else "utf-8-sig"
    old, new = (data.decode(encoding).splitlines(keepends=True) for data in (before, after))
    for line in difflib.ndiff(old, new):
        if line[:1] in "+-":
            yield line[2:]


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("dev/refunds/testing/test_refunds.py", b"\xef\xbb\xbfimport sys\r\n"),
        ("dev/refunds/testing/test_refunds_latin.py", '# -*- coding: latin-1 -*-\n"""Prüft'.encode("latin-1")),
        ("dev/customer_sync/testing/test_customer_sync.py", b"import os\r\nimport sys\r\n"),
        ("scripts/refunds/NOTES.txt", "\ufeffSee dev/refunds/testing/test_refunds.py and dev\\refunds\\".encode("utf-16-le")),
    ],
)
def test_encodings_and_line_ends_are_kept(path: str, mark: bytes, story: Story) -> None:
    data = (story.top / path).read_bytes()

    assert data.startswith(mark)
    if b"\r\n" in mark:
        assert data.count(b"\n") == data.count(b"\r\n")


def test_modes_and_missing_line_ends_are_kept(story: Story) -> None:
    assert (story.top / "dev/customer_sync/debugging/debug_customer_sync.py").stat().st_mode & 0o777 == 0o755
    assert (story.top / "dev/refunds/debugging/debug_refunds.py").read_bytes().endswith(b"print(refund(1))")


def test_links_lead_to_files_afterwards(story: Story) -> None:
    broken = []
    for document in [*story.top.rglob("*.md"), *story.top.rglob("*.rst")]:
        text = document.read_text(encoding="utf-8")
        for link in re.findall(r"\]\(([^)\s]+)|^\[\w+\]: (\S+)|href=\"([^\"]+)|literalinclude:: (\S+)", text, re.MULTILINE):
            target = next(filter(None, link)).partition("#")[0].replace("%20", " ")
            if target and "://" not in target and not (document.parent / target).exists():
                broken.append((document.relative_to(story.top).as_posix(), target))

    assert [each for each in broken if not each[0].startswith("dev/checklists/")] == []


def test_flows_and_settings_name_files_that_are_there(story: Story) -> None:
    kinds = (".yml", ".yaml", ".json", ".toml", ".ini", "Makefile", "crontab", "CODEOWNERS")
    texts = {path: data.decode() for path, data in story.bytes_before.items() if path.endswith(kinds)}
    now = {path: (story.top / story.moves.get(path, path)).read_text(encoding="utf-8") for path in texts}

    named = {path: paths_in(text) for path, text in texts.items()}
    lost = {path: gone for path, text in now.items() if (gone := [each for each in paths_in(text) if not (story.top / each).exists()])}

    assert sum(map(len, named.values())) >= 18
    assert {path: len(paths_in(text)) for path, text in now.items()} == {path: len(paths) for path, paths in named.items()}
    assert lost == {}


def paths_in(text: str) -> list[str]:
    """The files of scripts/ and dev/ that a text names, with whatever separators."""
    plain = text.replace("\\\\", "/").replace("\\.", ".").replace("\\", "/")
    return re.findall(r"\b(?:scripts|dev)/[\w./-]+\.(?:py|csv|json|ipynb|toml)\b", plain)


def test_the_schedule_of_the_flow_is_in_the_new_description(story: Story) -> None:
    text = (story.top / "dev/daily_sales/workflow.toml").read_text(encoding="utf-8")

    assert 'schedule = "30 6 * * 1-5"' in text
    assert 'name = "daily_sales"' in text


def test_what_git_does_not_know_moves_without_it_and_what_it_ignores_stays(story: Story) -> None:
    known = call(story.top, "git", "ls-files").stdout.splitlines()

    assert (story.top / "dev/newsletter/debugging/debug_newsletter.py").exists()
    assert [path for path in known if path.endswith(("debug_newsletter.py", "sample_names.txt"))] == []
    assert (story.top / "scripts/newsletter/subscribers.local.db").read_text() == "secret\n"
    assert (story.top / "scripts/newsletter/output/sample_letters.csv").exists()


def test_staged_work_is_staged_and_other_work_is_not(story: Story) -> None:
    path = "dev/loyalty/testing/test_loyalty.py"

    staged, worked = call(story.top, "git", "show", f":{path}").stdout, (story.top / path).read_text()

    assert "assert points(9) == 0" in staged and "test_not_staged" not in staged
    assert "test_not_staged" in worked
    assert all('.parent.parent.parent.parent / "utils"' in text for text in (staged, worked))
    assert call(story.top, "git", "show", ":dev/loyalty/debugging/debug_loyalty.py").stdout == 'print("points")\n'


def test_a_second_plan_has_nothing_to_do(story: Story) -> None:
    done = migrate(story.top)

    assert done.returncode == 1
    assert (
        done.stdout.splitlines()[-1]
        == f"nothing to do in {len(legacy.names()) + 1} workflows: {len(story.plan['unsure'])} unsure, {len(story.plan['stays'])} stay"
    )


def test_taken_back_every_byte_and_the_index_are_as_before(story: Story) -> None:
    copy = story.top.parent / "undone"

    done = migrate(copy, "--undo")

    assert done.returncode == 0, done.stderr
    assert snapshot(copy) == story.before
    assert (copy / ".git" / "index").read_bytes() == story.index


def test_history_follows_every_tracked_file(story: Story) -> None:
    copy = story.top.parent / "committed"
    call(copy, "git", *WHO, "commit", "-qm", "Move")
    call(copy, "git", *WHO, "commit", "-qam", "Repair")

    lost = {}
    for move in story.plan["moves"]:
        if move["tracked"] and "sample_loyalty" not in move["source"]:
            log = call(copy, "git", "log", "--format=%s", "--follow", "--", move["target"]).stdout.split("\n")
            if "Years of work" not in log:
                lost[move["target"]] = log

    assert lost == {}


def test_this_repository_does_not_lend_it_its_modules(story: Story) -> None:
    assert not story.top.is_relative_to(ROOT)
