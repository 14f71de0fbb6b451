"""In which state a repository may be, what is refused, and what is kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run, snapshot
from tests.upkeep.conftest import SALES, Plan, reasons, where, write
from workflow_template.core import transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import require_host
from workflow_template.upkeep import migrate as migration

Commit = Callable[..., None]
MOVED = {
    "scripts/sales/sales.py": "",
    "scripts/sales/test_sales.py": "dev/sales/testing/test_sales.py",
    "scripts/sales/debug_sales.py": "dev/sales/debugging/debug_sales.py",
    "scripts/sales/sample_sales.csv": "dev/sales/testing/test_data_samples/sample_sales.csv",
}


def test_a_merge_under_way_is_refused(commit: Commit, migrate: Run, run: Run, host: Path) -> None:
    commit(SALES)
    run("git", "checkout", "-qb", "other")
    commit({"a.md": "other\n"})
    run("git", "checkout", "-q", "main")
    commit({"b.md": "main\n"})
    run("git", "merge", "--no-commit", "--no-ff", "other")
    before = snapshot(host)

    done = migrate("--apply")

    assert done.stderr == "Error: a merge is under way\n  hint: finish or abort it first; nothing was changed\n"
    assert done.returncode == 1
    assert snapshot(host) == before


def test_a_conflict_cannot_be_judged(commit: Commit, migrate: Run, run: Run) -> None:
    commit(SALES)
    run("git", "checkout", "-qb", "other")
    commit({"scripts/sales/sales.py": "other = 1\n"})
    run("git", "checkout", "-q", "main")
    commit({"scripts/sales/sales.py": "main = 1\n"})
    run("git", "merge", "other")

    done = migrate()

    assert done.stderr == "Error: scripts/sales/sales.py has a merge conflict\n  hint: resolve it and add it, then try again\n"
    assert done.returncode == 2


def test_a_lock_of_git_is_refused_and_stays(commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES)
    (host / ".git" / "index.lock").write_bytes(b"")
    before = snapshot(host)

    done = migrate("--apply")

    assert f"{host / '.git' / 'index.lock'} exists: git is at work in this repository" in done.stderr
    assert done.returncode == 1
    assert snapshot(host) == before
    assert (host / ".git" / "index.lock").exists()


def test_outside_of_a_repository_nothing_can_be_judged(migrate: Run, tmp_path: Path) -> None:
    done = migrate(cwd=tmp_path)

    assert "is in no git repository" in done.stderr
    assert done.returncode == 2


def test_a_repository_without_scripts_has_nothing_to_do(migrate: Run) -> None:
    done = migrate("--apply")

    assert done.stdout == "nothing to do in 0 workflows: 0 unsure, 0 stay\n"
    assert done.returncode == 0


def test_before_the_first_commit_everything_moves_and_comes_back(migrate: Run, run: Run, host: Path) -> None:
    write(host, SALES)
    before = snapshot(host)

    applied = migrate("--apply")
    status = run("git", "status", "--short", "-uall").stdout
    undone = migrate("--undo")

    assert (applied.returncode, undone.returncode) == (0, 0)
    assert "?? dev/sales/testing/test_sales.py\n" in status
    assert "A  dev/sales/workflow.toml\n" in status
    assert snapshot(host) == before
    assert not (host / ".git" / "index").exists()


def test_in_a_linked_work_tree_only_its_own_index_changes(commit: Commit, migrate: Run, run: Run, host: Path, tmp_path: Path) -> None:
    commit(SALES)
    linked = tmp_path / "linked"
    run("git", "worktree", "add", "-q", linked)
    before, index = snapshot(host), (host / ".git" / "index").read_bytes()

    done = migrate("--apply", cwd=linked)

    staged = run("git", "diff", "--cached", "--name-status", "-M", cwd=linked).stdout
    assert done.returncode == 0, done.stderr
    assert "R100\tscripts/sales/sample_sales.csv\tdev/sales/testing/test_data_samples/sample_sales.csv" in staged
    assert (snapshot(host), (host / ".git" / "index").read_bytes()) == (before, index)


def test_from_a_folder_within_the_repository_it_is_the_same(commit: Commit, plan: Plan, host: Path) -> None:
    commit(SALES)

    assert plan(cwd=host / "scripts" / "sales") == plan()


def test_what_is_no_ordinary_file_is_told_and_stays(commit: Commit, plan: Plan, migrate: Run, run: Run, host: Path, tmp_path: Path) -> None:
    commit(SALES)
    other = tmp_path / "other"
    other.mkdir()
    for words in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "x")):
        run("git", *words, cwd=other)
    run("git", "-c", "protocol.file.allow=always", "submodule", "add", "-q", other, "scripts/sales/tests")
    (host / "scripts/sales/debug_link.py").symlink_to("debug_sales.py")
    (host / "scripts/sales/sample_gone.csv").write_text("x")
    run("git", "add", "-A")
    run("git", "commit", "-qm", "x")
    (host / "scripts/sales/sample_gone.csv").unlink()
    (host / "scripts/sales/sample_new.csv").write_text("x")
    run("git", "add", "-N", "scripts/sales/sample_new.csv")
    run("git", "update-index", "--assume-unchanged", "scripts/sales/sample_sales.csv")

    told = reasons(plan())
    migrate("--apply")

    assert {
        path.removeprefix("scripts/sales/"): told[path] for path in told if "is " in told[path] and told[path].split("is ")[0] == ""
    } == {
        "tests": "is a submodule",
        "debug_link.py": "is a link",
        "sample_gone.csv": "is deleted in the work tree, but not in git",
        "sample_new.csv": "is marked by `git add -N`, but not added",
        "sample_sales.csv": "is marked as assume-unchanged in git",
    }
    assert told["scripts/sales/debug_sales.py"] == "scripts/sales/debug_link.py is a link to it"
    assert (host / "scripts/sales/debug_link.py").is_symlink()
    assert (host / "scripts/sales/sample_sales.csv").exists()


def test_where_git_would_treat_a_file_otherwise_it_stays(commit: Commit, plan: Plan, host: Path) -> None:
    commit(SALES | {".gitattributes": "scripts/**/*.csv text eol=crlf\n", ".gitignore": "dev/*/debugging/debug_mine.py\n"})
    write(host, {"scripts/sales/debug_mine.py": "print(1)\n"})

    told = reasons(plan())

    assert told["scripts/sales/sample_sales.csv"] == (
        ".gitattributes treats dev/sales/testing/test_data_samples/sample_sales.csv in another way: give dev/ the same line first"
    )
    assert told["scripts/sales/debug_mine.py"] == "git would ignore it as dev/sales/debugging/debug_mine.py"


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ({"dev/sales/testing": "a file"}, "dev/sales/testing is a file where a folder should be"),
        ({"dev/sales/testing/test_sales.py": "other"}, "dev/sales/testing/test_sales.py is there already, with other content"),
        (
            {"dev/sales/testing/test_sales.py": SALES["scripts/sales/test_sales.py"]},
            "dev/sales/testing/test_sales.py is there already, with the same content: remove one of the two",
        ),
        ({"dev/sales/Testing/x.py": ""}, "dev/sales/Testing is there already: on some systems both are one name"),
        ({"dev/sales/testing/Test_Sales.py": ""}, "dev/sales/testing/Test_Sales.py is there already: on some systems both are one name"),
        (
            {"scripts/sales/tests/test_sales.py": "def test_x():\n    assert 1\n"},
            "dev/sales/testing/test_sales.py is where scripts/sales/tests/test_sales.py would go, too",
        ),
    ],
)
def test_nothing_lands_on_what_is_there(there: dict[str, str], told: str, commit: Commit, plan: Plan, migrate: Run, host: Path) -> None:
    commit(SALES | there)
    before = {path: (host / path).read_bytes() for path in there}

    said = plan()
    migrate("--apply")

    assert reasons(said)["scripts/sales/test_sales.py"] == told
    assert (host / "scripts/sales/test_sales.py").exists()
    assert {path: (host / path).read_bytes() for path in there} == before


def test_a_name_that_the_process_refuses_moves_nothing(commit: Commit, plan: Plan) -> None:
    commit({path.replace("/sales/", "/Daily Sales/"): text for path, text in SALES.items()})

    told = reasons(plan())

    assert told["scripts/Daily Sales/test_sales.py"].startswith('"Daily Sales" has white space in it: try "daily_sales"')


def test_twins_of_one_module_name_move_nothing(commit: Commit, plan: Plan) -> None:
    commit(SALES | {"scripts/a-b/test_it.py": "def test_a():\n    assert 1\n", "scripts/a_b/test_it.py": "def test_a():\n    assert 1\n"})

    told = where(plan())

    assert (told["scripts/a-b/test_it.py"], told["scripts/a_b/test_it.py"]) == ("?", "?")
    assert told["scripts/sales/test_sales.py"] == MOVED["scripts/sales/test_sales.py"]


def test_one_workflow_moves_and_the_others_that_use_it_are_repaired(
    commit: Commit, migrate: Run, plan: Plan, tests_of: Run, host: Path
) -> None:
    helper = {"scripts/sales/fake_shop.py": "def sold():\n    return [1, 2]\n"}
    user = "import sys\nfrom pathlib import Path\n\nsys.path.insert(0, str(Path(__file__).parent.parent / 'sales'))\n"
    user += "from fake_shop import sold\nfrom sales import total\n\n\ndef test_it():\n    assert total(sold()) == 3\n"
    mine = {"scripts/sales/test_sold.py": "from fake_shop import sold\n\n\ndef test_sold():\n    assert sold()\n"}
    commit(SALES | helper | mine | {"scripts/stock/test_stock.py": user, "scripts/stock/stock.py": "x = 1\n"})

    migrate("sales", "--apply")

    assert (host / "dev/sales/testing/fake_shop.py").exists()
    assert (host / "scripts/stock/test_stock.py").exists()
    assert "2 passed" in tests_of("dev/sales").stdout
    assert "1 passed" in tests_of("scripts/stock").stdout
    assert where(plan())["scripts/stock/test_stock.py"] == "dev/stock/testing/test_stock.py"
    migrate("--apply")
    assert "1 passed" in tests_of("dev/stock").stdout


def test_an_unknown_name_is_told_with_the_nearest(commit: Commit, migrate: Run) -> None:
    commit(SALES)

    done = migrate("sale")

    assert done.stderr == 'Error: there is no folder "sale" in scripts/\n  hint: did you mean "sales"?\n'
    assert done.returncode == 2


def test_a_file_changed_after_the_plan_stops_it(commit: Commit, host: Path) -> None:
    commit(SALES)
    plan = migration.make_plan(require_host(host))
    (host / "scripts/sales/test_sales.py").write_text("changed = 1\n")
    before = snapshot(host)

    with (
        transaction.locked(require_host(host)),
        pytest.raises(UserError, match=r"scripts/sales/test_sales\.py was changed while the plan was made"),
    ):
        migration.apply(require_host(host), plan)

    assert snapshot(host) == before


@pytest.mark.parametrize(("kind", "target"), [("debugging", "debugging/feed.py"), ("testing", "testing/feed.py"), ("stay", "")])
def test_a_person_decides(kind: str, target: str, commit: Commit, plan: Plan, migrate: Run, host: Path) -> None:
    flow = "id: sales\nnamespace: a.b\ntasks:\n  - id: run\n    commands:\n      - python scripts/sales/test_feed.py\n"
    commit(SALES | {"scripts/sales/test_feed.py": "print('feed')\n" + "# kept\n" * 9, "scripts/sales/kestra_flow.yml": flow})
    assert where(plan())["scripts/sales/test_feed.py"] == "?"

    done = migrate("--decide", f"scripts/sales/test_feed.py={kind}", "--apply")

    new = f"dev/sales/{target}".replace("feed", "test_feed") if target else "scripts/sales/test_feed.py"
    assert done.returncode == 0, done.stdout
    assert (host / new).exists()
    assert new in (host / "scripts/sales/kestra_flow.yml").read_text()


def test_a_person_cannot_move_what_production_imports(commit: Commit, plan: Plan) -> None:
    commit(SALES | {"scripts/sales/sales.py": "from test_rows import rows\n", "scripts/sales/test_rows.py": "rows = []\n"})

    told = plan("--decide", "scripts/sales/test_rows.py=testing")

    assert reasons(told)["scripts/sales/test_rows.py"] == "scripts/sales/sales.py:1 imports it: production"
    assert where(told)["scripts/sales/test_rows.py"] == "?"


@pytest.mark.parametrize("words", [["scripts/sales/test_sales.py"], ["scripts/sales/test_sales.py=nowhere"], ["=stay"]])
def test_a_decision_that_says_nothing_is_refused(words: list[str], commit: Commit, migrate: Run) -> None:
    commit(SALES)

    done = migrate("--decide", *words)

    assert "is not PATH=KIND, with one of stay, testing, samples, debugging" in done.stderr
    assert done.returncode == 2


def test_help_shows_how_it_is_used(migrate: Run) -> None:
    done = migrate("--help")

    assert "workflow migrate monday-boards" in done.stdout
    assert "Exit code: 0 nothing to do or done, 1 something is unsure or was refused, 2 could not judge." in " ".join(done.stdout.split())


def test_a_folder_that_holds_nothing_any_more_vanishes(commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES | {"scripts/trials/experiments/deep/try_it.py": "print(1)\n"})

    migrate("--apply")

    assert not (host / "scripts/trials").exists()
    assert (host / "dev/trials/debugging/deep/try_it.py").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv")
def test_a_file_that_may_not_be_read_cannot_be_judged(commit: Commit, run: Run, host: Path) -> None:
    commit(SALES)
    (host / "scripts/sales/sales.py").chmod(0)

    words = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-m", "workflow_template", "migrate"]
    done = run(*words)

    assert done.stderr == "Error: scripts/sales/sales.py: Permission denied\n  hint: make it readable for you, then try again\n"
    assert done.returncode == 2


def test_git_is_named_when_it_is_missing(commit: Commit, host: Path, tmp_path: Path) -> None:
    commit(SALES)

    words = [sys.executable, "-m", "workflow_template", "migrate"]
    done = subprocess.run(words, cwd=host, env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True)

    assert done.stderr == "Error: git: No such file or directory\n  hint: install git, then try again\n"
    assert done.returncode == 2
