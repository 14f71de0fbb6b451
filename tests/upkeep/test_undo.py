"""A migration is taken back, whatever happened since, and nobody's work is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Run, snapshot
from tests.upkeep.conftest import SALES, write

Commit = Callable[..., None]


def files(top: Path) -> dict[str, str]:
    return {path: what for path, what in snapshot(top).items() if what != "folder"}


def test_without_a_migration_there_is_nothing_to_undo(commit: Commit, migrate: Run) -> None:
    commit(SALES)

    done = migrate("--undo")

    assert done.stderr == "Error: no migration to undo in this repository\n  hint: git log shows what was committed\n"
    assert done.returncode == 1


def test_committed_it_is_taken_back_as_a_change_of_its_own(commit: Commit, migrate: Run, run: Run, host: Path) -> None:
    commit(SALES)
    before = files(host)
    migrate("--apply")
    run("git", "commit", "-qm", "Move")

    done = migrate("--undo")

    assert done.returncode == 0, done.stderr
    assert files(host) == before
    assert run("git", "diff", "--cached", "HEAD~1", "--stat").stdout == ""
    assert run("git", "status", "--short", "scripts/sales/test_sales.py").stdout.startswith(("R", "A"))


def test_work_that_was_staged_since_stays_staged(commit: Commit, migrate: Run, run: Run, host: Path) -> None:
    commit(SALES)
    migrate("--apply")
    write(host, {"mine.md": "mine\n"})
    run("git", "add", "mine.md")

    migrate("--undo")

    assert run("git", "status", "--short").stdout == "A  mine.md\n"


def test_a_change_made_since_in_a_moved_file_comes_back_with_it(commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES)
    migrate("--apply")
    for path in ("dev/sales/testing/test_data_samples/sample_sales.csv", "dev/sales/testing/test_sales.py"):
        with open(host / path, "a", encoding="utf-8") as file:
            file.write("# added since\n")

    done = migrate("--undo")

    assert done.returncode == 0, done.stderr
    assert (host / "scripts/sales/sample_sales.csv").read_text() == "1,2\n# added since\n"
    assert (host / "scripts/sales/test_sales.py").read_text() == str(SALES["scripts/sales/test_sales.py"]) + "# added since\n"
    assert "note: kept what was changed in dev/sales/testing/test_sales.py since" in done.stderr


def test_a_change_made_since_where_it_was_repaired_is_refused(commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES)
    migrate("--apply")
    path = host / "dev/sales/testing/test_sales.py"
    path.write_text(path.read_text().replace("sys.path.insert(0", "sys.path.insert(1"))
    before = snapshot(host)

    done = migrate("--undo")

    assert done.stderr.startswith("Error: dev/sales/testing/test_sales.py was changed since, where the migration had repaired it\n")
    assert done.returncode == 1
    assert snapshot(host) == before


def test_a_file_that_is_gone_is_refused(commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES)
    migrate("--apply")
    (host / "dev/sales/debugging/debug_sales.py").unlink()
    before = snapshot(host)

    done = migrate("--undo")

    assert "scripts/sales/debug_sales.py is not in dev/sales/debugging/debug_sales.py any more" in done.stderr
    assert snapshot(host) == before


def test_a_description_that_was_filled_in_is_kept(commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES)
    migrate("--apply")
    (host / "dev/sales/workflow.toml").write_text("# filled in\n")

    done = migrate("--undo")

    assert "note: kept dev/sales/workflow.toml, which was changed since" in done.stderr
    assert (host / "dev/sales/workflow.toml").read_text() == "# filled in\n"
    assert not (host / "dev/sales/README.md").exists()


def test_migrations_are_taken_back_one_by_one(commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES | {path.replace("sales", "stock"): text for path, text in SALES.items()})
    start = snapshot(host)
    migrate("sales", "--apply")
    between = snapshot(host)
    migrate("stock", "--apply")

    assert migrate("--undo").returncode == 0
    assert snapshot(host) == between
    assert migrate("--undo").returncode == 0
    assert snapshot(host) == start
    assert migrate("--undo").returncode == 1


def test_applied_again_after_an_undo_it_is_the_same(commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES)
    migrate("--apply")
    applied = snapshot(host)
    migrate("--undo")

    migrate("--apply")

    assert snapshot(host) == applied
