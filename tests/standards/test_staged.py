"""How git's index is searched: what is listed below a path, whatever its neighbours are called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from workflow_template.standards.staged import Lines

PARTS = st.lists(st.sampled_from(["a", "a-b", "a.b", "ab", "a0", "b", "é", "a\tb", "z z"]), min_size=1, max_size=4).map("/".join)


@given(st.sets(PARTS, max_size=40), PARTS)
def test_what_lies_below_a_path_is_found_and_nothing_else(paths: set[str], wanted: str) -> None:
    files = [path for path in paths if not any(other.startswith(f"{path}/") for other in paths)]
    listed = b"".join(b"H 100644 %040d 0\t%s\0" % (1, path) for path in sorted(map(str.encode, files)))

    found = [path for path, _ in Lines(listed).below(wanted)]

    assert sorted(found) == sorted(path for path in files if path == wanted or path.startswith(f"{wanted}/"))


def test_modules_of_git_are_no_files() -> None:
    assert list(Lines(b"H 160000 %040d 0\tdev/other\0" % 1).below("dev")) == []


def test_a_reader_that_has_gone_is_no_traceback(team: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    command = [sys.executable, "-m", "workflow_template", "check", "--staged"]
    done = subprocess.run(command, cwd=team, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)

    assert (done.returncode, done.stderr) == (1, b"")
