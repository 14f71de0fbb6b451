"""Whatever stops a transaction, the host is as before or as after."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from tests.conftest import snapshot
from tests.faults.sweep import FAULTS, Sweep, make_shim
from workflow_template.core import transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, find_host
from workflow_template.core.transaction import Change

CHANGES = [
    Change("dev/moved", None, source="rendered"),
    Change("dev/new/one.py", b"one\n"),
    Change("dev/new/deeper/two.py", b"two\n" * 5000),
    Change("dev/index.md", b"new index\n", over=True),
    Change("dev/old.md", None),
    Change("git:hooks/pre-commit", b"#!/bin/sh\n", mode=0o755),
    Change("dev/moved_file.py", None, source="scripts/deep/file.py"),
    Change("gitdir:index", b"new entries", over=True),
]
EMPTIED = ["scripts/deep", "scripts"]
SCRIPT = textwrap.dedent("""
    import sys
    from pathlib import Path
    from tests.core.test_transaction import CHANGES, EMPTIED
    from workflow_template.core import transaction
    from workflow_template.core.errors import UserError
    from workflow_template.core.host import require_host
    host = require_host(Path.cwd())
    try:
        with transaction.locked(host):
            transaction.apply(host, CHANGES, emptied=EMPTIED)
    except UserError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
""")


def make_tree(top: Path) -> None:
    (top / ".git" / "hooks").mkdir(parents=True)
    (top / "dev").mkdir()
    (top / "rendered" / "docs").mkdir(parents=True)
    (top / "rendered" / "docs" / "api.md").write_bytes(b"api\n")
    (top / "dev" / "index.md").write_bytes(b"old index\n")
    (top / "dev" / "old.md").write_bytes(b"to be removed\n")
    (top / "scripts" / "deep").mkdir(parents=True)
    (top / "scripts" / "deep" / "file.py").write_bytes(b"moves\n")
    (top / ".git" / "index").write_bytes(b"old entries")
    os.chmod(top / "dev" / "index.md", 0o640)


def state(top: Path) -> dict[str, str]:
    found = {name: top / ".git" / name for name in ("hooks/pre-commit", "index")}
    return snapshot(top) | {name: path.read_text() for name, path in found.items() if path.exists()}


def recovered(top: Path) -> dict[str, str]:
    host = find_host(top)
    assert host
    with transaction.locked(host):
        pass
    assert sorted(path.name for path in host.room.iterdir()) == ["lock"], "something was left in the room"
    return state(top)


@pytest.fixture
def tree(tmp_path: Path) -> Host:
    make_tree(tmp_path)
    return Host(str(tmp_path), str(tmp_path / ".git"), str(tmp_path / ".git"))


def _build(top: Path) -> list[str]:
    make_tree(top)
    return [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n{SCRIPT}"]


@pytest.mark.parametrize(("fault", "sticky"), [(fault, False) for fault in FAULTS] + [(fault, True) for fault in FAULTS if fault.isdigit()])
def test_stopped_at_any_call_the_host_is_as_before_or_as_after(fault: str, sticky: bool, tmp_path: Path) -> None:
    sweep = Sweep(make_shim(tmp_path), tmp_path / "sweep", _build)
    calls = sweep.count()
    after = state(sweep.top)
    make_tree(tmp_path / "untouched")
    before = state(tmp_path / "untouched")

    broken = {}
    for number in range(1, calls + 1):
        done = sweep.run(number, fault, sticky)
        if b"Traceback" in done.stderr or recovered(sweep.top) not in (before, after):
            broken[number] = done.stderr.decode()[-300:]

    assert calls > 40
    assert broken == {}


def test_a_failed_call_leaves_the_host_as_before_at_once(tmp_path: Path) -> None:
    sweep = Sweep(make_shim(tmp_path), tmp_path / "sweep", _build)
    calls = sweep.count()
    after = state(sweep.top)
    make_tree(tmp_path / "untouched")
    before = state(tmp_path / "untouched")

    states = [(sweep.run(number, "28").returncode, state(sweep.top)) for number in range(1, calls + 1)]

    assert all(tree == (after if code == 0 else before) for code, tree in states)
    assert sum(code != 0 for code, _ in states) > 20


def test_a_file_that_is_there_is_refused_and_nothing_changes(tree: Host) -> None:
    before = state(tree.top)

    with transaction.locked(tree), pytest.raises(UserError, match=r"dev/index\.md exists already"):
        transaction.apply(tree, [Change("dev/a.md", b"a"), Change("dev/index.md", b"b")])

    assert state(tree.top) == before


def test_a_folder_does_not_move_to_where_something_is(tree: Host) -> None:
    before = state(tree.top)

    with transaction.locked(tree), pytest.raises(UserError, match=r"dev/index\.md exists already"):
        transaction.apply(tree, [Change("dev/a.md", b"a"), Change("dev/index.md", None, source="rendered")])

    assert state(tree.top) == before


def test_a_replaced_file_keeps_its_mode(tree: Host) -> None:
    with transaction.locked(tree):
        transaction.apply(tree, CHANGES)

    assert (tree.top / "dev" / "index.md").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("link", ["dev/new", "dev/index.md"])
def test_nothing_is_written_through_a_link(link: str, tree: Host, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (tree.top / link).unlink(missing_ok=True)
    (tree.top / link).symlink_to(outside)

    with transaction.locked(tree), pytest.raises(UserError, match="is a link"):
        transaction.apply(tree, CHANGES)

    assert list(outside.iterdir()) == []


def test_a_file_where_a_folder_should_be_is_named(tree: Host) -> None:
    (tree.top / "dev" / "new").write_text("a file")

    with transaction.locked(tree), pytest.raises(UserError, match="is a file where a folder should be"):
        transaction.apply(tree, CHANGES)


def test_a_second_command_waits_and_then_says_who_is_busy(tree: Host) -> None:
    with (
        transaction.locked(tree),
        pytest.raises(UserError, match="another workflow command is at work"),
        transaction.locked(tree, wait=0.1),
    ):
        pass


def test_parallel_commands_lose_nothing(tree: Host) -> None:
    def append(number: int) -> None:
        with transaction.locked(tree):
            text = (tree.top / "dev" / "index.md").read_bytes()
            transaction.apply(tree, [Change("dev/index.md", text + b"%d\n" % number, over=True)])

    threads = [threading.Thread(target=append, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    lines = (tree.top / "dev" / "index.md").read_text().split()[2:]
    assert sorted(map(int, lines)) == list(range(20))


def kill_after_the_commit(top: Path) -> None:
    code = (
        "import os; from tests.core.test_transaction import *; from workflow_template.core import transaction as t\n"
        "t._forward = lambda *a: os._exit(9)\n"
        "host = find_host(Path.cwd())\n"
        "with t.locked(host): t.apply(host, CHANGES, needs=['dev/mine.md'], emptied=EMPTIED)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=top, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})
    assert done.returncode == 9


def test_what_others_removed_after_a_kill_makes_the_next_command_go_back(tree: Host) -> None:
    (tree.top / "dev" / "mine.md").write_text("mine")
    before = state(tree.top)
    kill_after_the_commit(tree.top)
    (tree.top / "dev" / "mine.md").unlink()

    assert recovered(tree.top) == {path: what for path, what in before.items() if path != "dev/mine.md"}


@pytest.mark.parametrize("path", ["dev/index.md", "dev/old.md", ".git/index", "dev/new/one.py"])
def test_what_was_edited_after_a_kill_is_not_lost(path: str, tree: Host) -> None:
    (tree.top / "dev" / "mine.md").write_text("mine")
    kill_after_the_commit(tree.top)
    (tree.top / path).parent.mkdir(exist_ok=True)
    (tree.top / path).write_text("edited since, by hand")
    edited = state(tree.top)

    assert recovered(tree.top) == edited


@pytest.mark.parametrize("left", ["file.py.bak", "deeper"])
def test_a_folder_that_still_holds_something_stays(left: str, tree: Host) -> None:
    (tree.top / "scripts" / left).mkdir()

    with transaction.locked(tree):
        transaction.apply(tree, CHANGES, emptied=EMPTIED)

    assert os.listdir(tree.top / "scripts") == [left]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_is_named_and_nothing_changes(tmp_path: Path) -> None:
    script = f"mount -t tmpfs -o size=40k tmpfs {tmp_path} || exit 77\n" + textwrap.dedent(f"""
        cd {tmp_path} && {sys.executable} - <<'PY'
        import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from pathlib import Path
        from tests.core.test_transaction import *
        make_tree(Path.cwd()); before = state(Path.cwd()); host = find_host(Path.cwd())
        try:
            with transaction.locked(host): transaction.apply(host, [*CHANGES, Change("dev/big", bytes(80_000))])
        except UserError as error: print(error)
        assert state(Path.cwd()) == before
        PY
    """)
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no mount namespaces here")

    assert "No space left on device" in done.stdout, done.stderr
