"""What a fix writes: the smallest change, once, and nothing else of the file."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path

import pytest

from tests.conftest import snapshot
from tests.standards.cases import judged_with_fixes, read_cases, stamped
from tests.standards.conftest import write
from workflow_template.standards import fixes
from workflow_template.standards.rules import RULES
from workflow_template.standards.source import Source

FIXABLE = {rule.id for rule in RULES if rule.fixes} - {"WF903"}  # a comment is tried with its own tests
CASES = [case for case in read_cases() if case.rule in FIXABLE and case.places]


def fixed(files: dict[str, bytes | None], rule: str) -> dict[str, bytes | None]:
    """The files after one round of all fixes of a rule."""
    whole = {**stamped(), **files}
    made: dict[str, bytes | None] = dict(files)
    by_path: dict[str, list] = {}
    for path, fix in judged_with_fixes(files, rule):
        by_path.setdefault(path, []).append((fix,))
    for path, given in by_path.items():
        source = Source(path, whole[path] or b"")
        made[path] = fixes.change_of(source, fixes.apply(source, given)).data
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{next(iter(case.files)).rpartition('/')[2]}")
def test_a_fix_takes_its_finding_away_and_a_second_one_changes_nothing(case) -> None:
    before = len(judged_with_fixes(case.files, case.rule))
    once = fixed(case.files, case.rule)
    twice = fixed(once, case.rule)

    assert twice == once
    assert judged_with_fixes(once, case.rule) == []
    assert before == 0 or once != case.files


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{next(iter(case.files)).rpartition('/')[2]}")
def test_a_fix_keeps_the_syntax_and_all_other_lines(case) -> None:
    once = fixed(case.files, case.rule)

    for path, data in once.items():
        old, new = (case.files.get(path) or stamped().get(path) or b"").decode().splitlines(), (data or b"").decode().splitlines()
        if path.endswith(".py"):
            ast.parse(data or b"")
        changed = [line for line in difflib.ndiff(old, new) if line.startswith(("- ", "+ "))]
        assert len(changed) <= 2 * len(judged_with_fixes(case.files, case.rule)), changed


def test_each_rule_with_a_fix_has_a_case_that_shows_it() -> None:
    assert {case.rule for case in CASES if judged_with_fixes(case.files, case.rule)} == FIXABLE
    assert len(FIXABLE) >= 12


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_fix_keeps_encoding_and_line_ends(encoding: str, newline: str) -> None:
    text = '# coding: latin-1\nimport sys\nNAME = "Zürich"\nsys.path.append("../../utils")\nfrom db_helper import DatabaseHelper\n'
    data = text.replace("\n", newline).encode(encoding)
    path = "dev/daily_sales/load.py"

    made = fixed({path: data}, "WF201")[path]

    wanted = text.replace('sys.path.append("../../utils")', 'sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))')
    assert made == wanted.replace("\n", newline).encode(encoding)


def test_of_two_fixes_that_touch_each_other_the_first_is_made() -> None:
    source = Source("x.py", b"abcdef")
    first, second, third = (fixes.Fix(0, 3, "X"),), (fixes.Fix(2, 4, "Y"),), (fixes.Fix(5, 6, "Z"),)

    assert fixes.apply(source, [first, second, third]) == "XdeZ"


class TestCommand:
    """`workflow check --fix` and `--diff`."""

    BROKEN = (
        'import os\nimport sys\nfrom pathlib import Path\n\nsys.path.append("../utils")\n'
        'from db_helper import DatabaseHelper\n\nPLACE = Path("x")\nDB = DatabaseHelper()\n'
    )
    FIXED = (
        'import sys\nfrom pathlib import Path\n\nsys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))\n'
        'from db_helper import DatabaseHelper\n\nPLACE = Path("x")\nDB = DatabaseHelper()\n'
    )

    @pytest.fixture
    def broken(self, team: Path) -> Path:
        return write(team, "dev/daily_sales/load.py", '"""Load."""\n\n' + self.BROKEN)

    def test_fix_writes_what_can_be_fixed_and_reports_the_rest(self, broken: Path, workflow) -> None:
        done = workflow("check", "--fix")

        assert broken.read_text(encoding="utf-8") == '"""Load."""\n\n' + self.FIXED
        assert done.stderr == "fixed dev/daily_sales/load.py\n"
        assert done.returncode == 1
        assert "WF601" in done.stdout and "WF201" not in done.stdout and "F401" not in done.stdout

    def test_diff_shows_it_and_changes_nothing(self, broken: Path, team: Path, workflow) -> None:
        before = snapshot(team)

        done = workflow("check", "--fix", "--diff")

        assert snapshot(team) == before
        assert done.returncode == 1
        assert "-import os\n" in done.stdout
        assert '+sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))\n' in done.stdout
        assert done.stderr == "1 file would change: --fix writes them\n"

    def test_only_chosen_rules_are_fixed(self, broken: Path, workflow) -> None:
        workflow("check", "--fix", "--select", "WF201")

        assert broken.read_text(encoding="utf-8").count("import os") == 1

    def test_nothing_to_fix_changes_nothing(self, team: Path, workflow) -> None:
        before = snapshot(team)

        done = workflow("check", "--fix")

        assert (done.returncode, done.stderr) == (0, "")
        assert snapshot(team) == before
