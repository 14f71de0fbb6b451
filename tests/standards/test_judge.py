"""What is judged, what is kept, and that what is kept is never old."""

from __future__ import annotations

import ast
import gc
import json
import os
import subprocess
import time
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.standards.conftest import Judge, commit, places, write
from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.standards import judge as judging
from workflow_template.standards.cache import JUDGING
from workflow_template.standards.git import CouldNotJudge
from workflow_template.standards.judge import Scope, changed_since, check
from workflow_template.standards.listing import Disk, list_files
from workflow_template.standards.staged import check_staged
from workflow_template.standards.unit import judge as judge_unit
from workflow_template.standards.unit import units
from workflow_template.standards.workflow import Repository

PRINTS = '"""Help."""\n\n\ndef show(row):\n    """Show a row."""\n    print(row)\n'
TESTED = "def test_it():\n    assert 1 + 1 == 2\n"
SHOW = [("T201", "dev/daily_sales/show.py", 6), ("WF308", "dev/daily_sales/show.py", 6)]


@pytest.fixture
def show(team: Path) -> Path:
    """A script that prints rows, with a test file, so that nothing else is wrong with it."""
    write(team, "dev/daily_sales/testing/test_show.py", TESTED)
    return write(team, "dev/daily_sales/show.py", PRINTS)


def test_a_stamped_repository_has_no_findings(judge: Judge) -> None:
    report = judge()

    assert report.findings == []
    assert report.workflows == ["daily_sales"]
    assert report.files > 40


def test_our_rules_and_those_of_ruff_are_in_one_report(show: Path, judge: Judge) -> None:
    assert places(judge()) == SHOW


def test_what_git_ignores_is_not_judged(show: Path, team: Path, judge: Judge) -> None:
    write(team, ".gitignore", "dev/daily_sales/show.py\n")

    assert places(judge()) == []


def test_an_environment_inside_the_repository_is_not_walked(team: Path, judge: Judge) -> None:
    write(team, ".gitignore", ".venv/\n")
    write(team, ".venv/lib/x.py", "password = 'Gr33n-Fr0g!77'\n")

    assert judge().findings == []


def test_a_name_takes_the_workflow_in_both_places(show: Path, team: Path, judge: Judge) -> None:
    write(team, "scripts/daily_sales/debug_it.py", "x = 1\n")
    write(team, "dev/other/other.py", "x = 1\n")

    report = judge(Scope(frozenset(["daily_sales"])))

    assert {path.split("/")[1] for _, path, _ in places(report)} == {"daily_sales"}
    assert ("WF105", "scripts/daily_sales/debug_it.py", 0) in places(report)
    assert report.workflows == ["daily_sales"]


def test_a_path_takes_what_is_below_it(show: Path, team: Path, judge: Judge) -> None:
    assert places(judge(Scope(frozenset(), frozenset(["dev/daily_sales/show.py"])))) == SHOW
    assert places(judge(Scope(frozenset(), frozenset(["dev/daily_sales/testing"])))) == []
    assert places(judge(Scope(frozenset(), frozenset(["dev"])))) == SHOW


def test_since_takes_what_a_branch_changed(team: Path, its_host: Host, judge: Judge) -> None:
    write(team, "dev/daily_sales/old.py", PRINTS)
    commit(team)
    subprocess.run(["git", "checkout", "-qb", "work"], cwd=team, check=True)
    write(team, "dev/daily_sales/new.py", PRINTS)
    commit(team)
    (team / "dev/daily_sales/kestra_flow.yml").unlink()

    report = judge(Scope(changed=changed_since(its_host, "main")))

    found = {path for _, path, _ in places(report)}
    assert "dev/daily_sales/new.py" in found
    assert "dev/daily_sales/old.py" not in found
    assert ("WF101", "dev/daily_sales/kestra_flow.yml", 0) in places(report)


def test_since_a_reference_that_is_not_there_cannot_be_judged(its_host: Host) -> None:
    with pytest.raises(CouldNotJudge, match="merge-base"):
        changed_since(its_host, "origin/main")


@pytest.mark.parametrize(
    "change",
    [
        lambda team: write(team, "dev/daily_sales/show.py", PRINTS.replace("print", "str")),
        lambda team: (team / "dev/daily_sales/show.py").unlink(),
        lambda team: write(team, ".gitignore", "show.py\n"),
    ],
)
def test_a_kept_verdict_is_not_told_after_its_file_changed(change, show: Path, team: Path, judge: Judge) -> None:
    assert judge().findings

    change(team)

    assert [each for each in judge().findings if each.path.endswith("show.py")] == []


def test_a_change_within_the_same_second_and_of_the_same_length_is_seen(show: Path, team: Path, judge: Judge) -> None:
    commit(team)
    about = show.stat()
    assert judge().findings

    show.write_text(PRINTS.replace("print", "ident"), encoding="utf-8")
    os.utime(show, ns=(about.st_atime_ns, about.st_mtime_ns))

    assert [each.rule for each in judge().findings] in ([], ["F821"])


def test_a_file_that_git_was_told_to_take_as_unchanged_is_read(show: Path, team: Path, judge: Judge) -> None:
    commit(team)
    subprocess.run(["git", "update-index", "--assume-unchanged", "dev/daily_sales/show.py"], cwd=team, check=True)
    judge()

    show.write_text('"""Help."""\n', encoding="utf-8")

    assert judge().findings == []


def test_a_link_is_looked_at_again_when_what_it_leads_to_is_gone(team: Path, judge: Judge) -> None:
    write(team, "docs/more.md", "# More\n")
    write(team, "dev/daily_sales/README.md", "# Daily sales\n\n[more](../../docs/more.md)\n")
    commit(team)
    assert places(judge()) == []

    (team / "docs/more.md").unlink()

    assert places(judge()) == [("WF704", "dev/daily_sales/README.md", 3)]


@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("config/standards.toml", '[limits]\nlog_format = "%(process)d %(message)s"\n', "WF301"),
        ("config/settings.toml", "[processing]\nbatchsize = 1\n", "WF407"),
        ("dev/checklists/testing_checklist.md", "- [ ] **TEST-01** New <!-- proof: tests -->\n", "WF707"),
        ("dev/checklists/workflow_plans/template_plan.md", "## A new question\n", "WF702"),
        ("dev/checklists/workflow_plans/index.md", "# Workflows\n", "WF102"),
    ],
)
def test_a_verdict_is_made_anew_when_what_all_workflows_share_changes(path: str, text: str, rule: str, team: Path, judge: Judge) -> None:
    assert judge().findings == []

    write(team, path, text)

    assert rule in [each.rule for each in judge().findings]


def test_a_verdict_is_made_anew_when_the_rules_change(show: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    judge()
    asked = []
    real = judging.judge
    monkeypatch.setattr(judging, "judge", lambda *given: asked.append(given) or real(*given))

    judge()
    kept = len(asked)
    monkeypatch.setattr(judging, "rules_digest", lambda: "another")
    judge()

    assert kept == 0
    assert len(asked) > 3


def test_only_the_workflow_that_changed_is_judged_again(team: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        write(team, f"dev/{name}/{name}.py", "x = 1\n")
    judge()
    asked = []
    real = judging.judge
    monkeypatch.setattr(judging, "judge", lambda unit, *given: asked.append(unit.name) or real(unit, *given))

    write(team, "dev/one/one.py", "x = 2\n")
    judge()

    assert asked == ["one"]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1, "verdicts": 3}', b"\xff\xfe"])
def test_a_damaged_cache_is_made_anew(damage: bytes, show: Path, its_host: Host, judge: Judge) -> None:
    judge()
    (its_host.room / "standards.json").write_bytes(damage)

    assert places(judge()) == SHOW


def test_a_repository_that_cannot_be_written_is_judged(show: Path, its_host: Host, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_text", lambda *given, **words: (_ for _ in ()).throw(PermissionError(13, "denied")))

    assert places(judge()) == SHOW


def test_many_units_are_judged_by_several_processes_with_the_same_result(team: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        write(team, f"dev/flow{number}/flow{number}.py", PRINTS)
    told = []
    many = judge(progress=lambda done, count: told.append((done, count)))
    monkeypatch.setattr(judging, "ALONE", 1000)
    monkeypatch.setattr(judging, "rules_digest", lambda: "another")

    alone = judge()

    assert many == alone
    assert len(many.workflows) == 41
    assert told[-1][0] == told[-1][1] > 40


def test_without_git_every_file_is_judged(team: Path, show: Path, tmp_path: Path) -> None:
    subprocess.run(["rm", "-rf", ".git"], cwd=team, check=True)
    write(team, ".venv/x.py", "password = 'Gr33n-Fr0g!77'\n")

    assert places(check(Host(str(team), str(team / ".git"), str(team / ".git")), Scope())) == SHOW


def test_a_merge_that_is_not_finished_is_judged(team: Path, judge: Judge) -> None:
    write(team, "dev/daily_sales/notes.md", "one\n")
    commit(team)
    subprocess.run(["git", "checkout", "-qb", "side", "HEAD~1"], cwd=team, check=True)
    write(team, "dev/daily_sales/notes.md", "two\n")
    commit(team)
    subprocess.run(["git", "merge", "-q", "main"], cwd=team, check=False, capture_output=True)

    assert places(judge()) == [("WF117", "dev/daily_sales/notes.md", 1), ("WF117", "dev/daily_sales/notes.md", 5)]


def test_a_linked_work_tree_is_judged_by_its_own_files(team: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "worktree", "add", "-q", str(tmp_path / "linked")], cwd=team, check=True)
    write(tmp_path / "linked", "dev/daily_sales/testing/test_show.py", TESTED)
    write(tmp_path / "linked", "dev/daily_sales/show.py", PRINTS)

    assert places(check(require_host(tmp_path / "linked"), Scope())) == SHOW
    assert places(check(require_host(team), Scope())) == []


def test_a_shallow_clone_is_judged(show: Path, team: Path, tmp_path: Path) -> None:
    commit(team)
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{team}", str(tmp_path / "shallow")], cwd=tmp_path, check=True)

    assert places(check(require_host(tmp_path / "shallow"), Scope())) == SHOW


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes and links")
def test_links_and_files_that_cannot_be_read_are_named(team: Path, judge: Judge) -> None:
    (team / "dev/daily_sales/loop.py").symlink_to("loop.py")
    (team / "dev/daily_sales/folder").symlink_to("..")
    os.mkfifo(team / "dev/daily_sales/pipe.py")

    assert [place for place in places(judge()) if place[0] in ("WF002", "WF004")] == [
        ("WF004", "dev/daily_sales/folder", 0),
        ("WF004", "dev/daily_sales/loop.py", 0),
    ]


def test_a_file_that_may_not_be_read_is_named(team: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    write(team, "dev/daily_sales/closed.md", "x")
    real = os.open

    def denied(path: str, *flags: int, **other: int) -> int:
        if str(path).endswith("closed.md"):
            raise PermissionError(13, "Permission denied")
        return real(path, *flags, **other)

    monkeypatch.setattr(os, "open", denied)

    finding = next(each for each in judge().findings if each.path.endswith("closed.md"))
    assert (finding.rule, finding.message) == ("WF002", "could not be read: Permission denied")


def test_a_file_of_200_megabytes_is_named_and_not_read(team: Path, judge: Judge) -> None:
    with open(team / "dev/daily_sales/big.txt", "wb") as file:
        file.truncate(200_000_000)
    start = time.process_time()

    report = judge()

    assert places(report) == [("WF003", "dev/daily_sales/big.txt", 0)]
    assert time.process_time() - start < 10


def test_a_transaction_that_a_killed_command_left_is_told(team: Path, its_host: Host, judge: Judge) -> None:
    assert "WF103" not in [rule for rule, *_ in places(judge())]

    (its_host.room / "txn").mkdir(parents=True)
    (its_host.room / "txn" / "journal").write_text("{}")

    assert ("WF103", ".", 0) in places(judge())


def test_names_of_files_may_hold_any_sign(team: Path, judge: Judge) -> None:
    for name in ("ä ö.py", "new\nline.py", 'quo"te.py', "日本.py"):
        write(team, f"dev/daily_sales/testing/{name}", "x = (\n")

    assert len([each for each in judge().findings if each.rule == "WF001"]) == 4


def test_what_was_read_for_a_workflow_is_let_go_at_once(its_host: Host) -> None:
    disk, files = Disk(str(its_host.top), 5), list_files(its_host).files
    unit = next(unit for unit in units(files) if unit.name)
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            judge_unit(unit, Repository(files, disk.source), disk.source)
        alive = sum(isinstance(each, ast.Module) for each in gc.get_objects())
    finally:
        gc.enable()

    assert alive == 0


def test_a_change_of_any_module_that_judges_makes_kept_verdicts_worthless() -> None:
    package = ROOT / "src" / "workflow_template"
    judging_modules = [path for room in ("core", "stamp", "standards") for path in (package / room).rglob("*.py")]

    assert {path.parent.relative_to(package).as_posix() for path in judging_modules} == set(JUDGING)


def test_ticked_coverage_is_believed_as_long_as_its_proof_is(team: Path, workflow: Run) -> None:
    write(team, "dev/daily_sales/checklists/testing_checklist.md", "# T\n\n- [x] **TEST-02** Covered <!-- proof: coverage -->\n")

    def said() -> list[str]:
        done = workflow("check", "daily_sales", "--select", "WF607", "--format", "json")
        return [each["message"] for each in json.loads(done.stdout)["findings"]]

    assert said() == []  # no tests were ever run here: nobody can tell
    assert workflow("test", "daily_sales").returncode == 0
    assert said() == []
    script = team / "dev/daily_sales/daily_sales.py"
    script.write_text(script.read_text(encoding="utf-8") + "\n\n# changed\n", encoding="utf-8")
    assert said() == ["TEST-02 is ticked, and its proof is stale: dev/daily_sales/daily_sales.py changed"]
    assert workflow("check", "--staged", "--select", "WF607").returncode == 0


class TestStaged:
    """What a commit hook judges."""

    def test_nothing_staged_is_clean(self, its_host: Host, show: Path) -> None:
        assert check_staged(its_host).findings == []

    def test_a_staged_file_is_judged_alone(self, team: Path, its_host: Host, show: Path) -> None:
        commit(team)
        write(team, "dev/daily_sales/testing/test_more.py", TESTED)
        write(team, "dev/daily_sales/more.py", PRINTS)
        subprocess.run(["git", "add", "-A"], cwd=team, check=True)

        assert {path for _, path, _ in places(check_staged(its_host))} == {"dev/daily_sales/more.py"}

    def test_what_is_staged_counts_and_not_what_is_on_disk(self, team: Path, its_host: Host, show: Path) -> None:
        subprocess.run(["git", "add", "-A"], cwd=team, check=True)
        show.write_text('"""Help."""\n', encoding="utf-8")

        assert ("WF308", "dev/daily_sales/show.py", 6) in places(check_staged(its_host))

    def test_what_is_on_disk_and_not_staged_does_not_count(self, team: Path, its_host: Host, show: Path) -> None:
        clean = show.with_name("clean.py")
        clean.write_text('"""Help."""\n', encoding="utf-8")
        subprocess.run(["git", "add", "dev/daily_sales/clean.py", "dev/daily_sales/testing"], cwd=team, check=True)
        write(team, "dev/daily_sales/testing/test_clean.py", TESTED)
        subprocess.run(["git", "add", "dev/daily_sales/testing"], cwd=team, check=True)
        clean.write_text(PRINTS, encoding="utf-8")

        assert places(check_staged(its_host)) == []

    def test_a_rule_about_a_missing_file_fires(self, team: Path, its_host: Host) -> None:
        subprocess.run(["git", "rm", "-q", "dev/daily_sales/kestra_flow.yml"], cwd=team, check=True)

        assert places(check_staged(its_host)) == [("WF101", "dev/daily_sales/kestra_flow.yml", 0)]

    def test_a_secret_anywhere_is_found(self, team: Path, its_host: Host) -> None:
        write(team, "infra/deploy.sh", "sqlcmd -S db01 -U sa -P 'Gr33n-Fr0g!77' -i x.sql\n")
        subprocess.run(["git", "add", "-A"], cwd=team, check=True)

        assert places(check_staged(its_host)) == [("WF501", "infra/deploy.sh", 1)]

    def test_it_agrees_with_the_whole_check(self, team: Path, its_host: Host, judge: Judge) -> None:
        write(team, "dev/daily_sales/docs/api.md", "# API\n\nTODO: options\n")
        write(team, "dev/daily_sales/workflow.toml", "[workflow]\n")
        write(team, "dev/daily_sales/daily_sales.py", "import os\nx = os.environ['X'\n")
        write(team, "dev/daily-sales/x.py", "x = 1\n")
        subprocess.run(["git", "add", "-A"], cwd=team, check=True)

        assert places(check_staged(its_host)) == places(judge())

    def test_an_empty_repository_is_clean(self, host: Path) -> None:
        assert check_staged(require_host(host)).findings == []


class TestSettings:
    """What the host chooses in config/standards.toml."""

    def settle(self, team: Path, text: str) -> None:
        write(team, "config/standards.toml", text)

    def test_a_severity_is_chosen_by_rule_or_beginning(self, show: Path, team: Path, judge: Judge) -> None:
        self.settle(team, '[severity]\nWF3 = "warning"\nWF308 = "info"\nT = "off"\n')

        assert [(each.rule, each.severity) for each in judge().findings] == [("WF308", "info")]
        assert not judge().failed

    def test_a_path_has_its_own_choice(self, show: Path, team: Path, judge: Judge) -> None:
        self.settle(team, '[[paths]]\nmatch = "dev/daily_*/show.py"\noff = ["T201"]\nseverity = { WF3 = "warning" }\n')

        assert [(each.rule, each.severity) for each in judge().findings] == [("WF308", "warning")]

    def test_findings_are_passed_over_with_a_reason_until_a_day(self, show: Path, team: Path, judge: Judge) -> None:
        self.settle(team, '[[ignore]]\nrule = ["WF308", "T201"]\npath = "dev/daily_sales"\nreason = "until DATA-4"\nuntil = 2027-01-31\n')

        assert judge(today=date(2027, 1, 31)).findings == []
        assert judge(today=date(2027, 1, 31)).passed_over == 2
        assert places(judge(today=date(2027, 2, 1))) == [("WF902", "config/standards.toml", 1), *SHOW]

    def test_what_passes_nothing_over_is_told_when_all_is_judged(self, team: Path, judge: Judge) -> None:
        self.settle(team, '\n[[ignore]]\nrule = "WF308"\npath = "dev/gone"\nreason = "x"\n')

        assert places(judge()) == [("WF903", "config/standards.toml", 2)]
        assert places(judge(Scope(frozenset(["daily_sales"])))) == []

    def test_more_rules_of_ruff_can_be_chosen(self, team: Path, judge: Judge) -> None:
        self.settle(team, '[ruff]\nselect = ["UP"]\nignore = ["T201"]\n')
        write(team, "dev/daily_sales/testing/helper.py", "from typing import List\n\nx: List[int] = []\n")

        assert "UP006" in [each.rule for each in judge().findings]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[severity\n", "config/standards.toml: "),
            ('[severty]\nWF308 = "off"\n', 'config/standards.toml:1: [severty] is not known\n  hint: did you mean "severity"?'),
            ('[severity]\nWF999 = "off"\n', 'config/standards.toml:2: there is no rule "WF999"'),
            ('[severity]\nWF308 = "of"\n', "config/standards.toml:2: WF308 = 'of' is no severity"),
            ('[severity]\n"no rule" = "off"\n', '"no rule" is no rule'),
            ("[limits]\nlog_form = 3\n", 'config/standards.toml:2: [limits] log_form is not known\n  hint: did you mean "log_format"?'),
            ('[limits]\nlargest_file_mb = "5"\n', "must be a number"),
            ('[[ignore]]\nrule = "WF308"\npath = "dev"\n', "an [[ignore]] has no reason"),
            ('[[ignore]]\nrule = "WF308"\npath = "dev"\nreason = " "\n', "needs a reason"),
            ('[[ignore]]\nrule = "WF308"\npath = "dev"\nreason = "x"\nuntil = "2027-01-31"\n', "until must be a day"),
            ('[[paths]]\noff = ["WF1"]\n', "an [[paths]] has no match"),
            ('ignore = "WF308"\n', "ignore must be a list of tables"),
            ('[ruff]\nselect = "UP"\n', "[ruff] select must be a list"),
        ],
    )
    def test_a_mistake_names_line_and_next_step(self, text: str, said: str, team: Path, judge: Judge) -> None:
        self.settle(team, text)

        with pytest.raises(UserError) as error:
            judge()

        assert said in str(error.value)


class TestComments:
    """What a line passes over."""

    def said(self, team: Path, comment: str, before: str = "") -> None:
        write(team, "dev/daily_sales/testing/test_show.py", TESTED)
        text = PRINTS.replace("    print(row)", f"{before}    print(row){comment}")
        write(team, "dev/daily_sales/show.py", text)

    def test_a_comment_on_the_line_passes_its_rules_over(self, team: Path, judge: Judge) -> None:
        self.said(team, "  # workflow: ignore[WF308, T201] shown to the user, who asked")

        report = judge()

        assert report.findings == []
        assert report.passed_over == 2

    def test_a_comment_above_holds_for_the_next_line(self, team: Path, judge: Judge) -> None:
        self.said(team, "", "    # workflow: ignore[WF308] a\n    # workflow: ignore[T201] b\n")

        assert judge().findings == []

    def test_a_comment_behind_a_statement_of_several_lines_holds_for_all_of_it(self, team: Path, judge: Judge) -> None:
        write(team, "dev/daily_sales/testing/test_show.py", TESTED)
        sql = 'QUERY = """\nDELETE FROM\n  orders\n"""  # workflow: ignore[WF204, WF205] the table is a queue\n'
        write(team, "dev/daily_sales/show.py", f'"""Help."""\n\n{sql}')

        assert judge(Scope(frozenset(), frozenset(["dev/daily_sales/show.py"]))).findings == []

    @pytest.mark.parametrize(
        ("comment", "rules"),
        [
            ("  # workflow: ignore[WF308, T201]", ["WF901", "T201", "WF308"]),
            ("  # workflow: ignore please", ["WF901", "T201", "WF308"]),
            ("  # workflow: ignore[WF308, T201] x, until 2026-13-99", ["WF901", "T201", "WF308"]),
            ("  # workflow: ignore[WF308, T201] x, until 2026-01-31", ["WF902", "T201", "WF308"]),
            ("  # workflow: ignore[WF9999] x", ["WF904", "T201", "WF308"]),
            ("  # workflow: ignore[WF308, T201, WF204] x", []),
        ],
    )
    def test_a_comment_that_says_too_little_is_told(self, comment: str, rules: list[str], team: Path, judge: Judge) -> None:
        self.said(team, comment)

        assert sorted(each.rule for each in judge(today=date(2026, 2, 1)).findings) == sorted(rules)

    def test_a_comment_that_passes_nothing_over_is_told_and_can_be_taken_away(self, team: Path, judge: Judge) -> None:
        write(team, "dev/daily_sales/testing/test_show.py", TESTED + "x = 1  # workflow: ignore[WF308] was here\n")
        report = judge()

        assert places(report) == [("WF903", "dev/daily_sales/testing/test_show.py", 3)]
        assert report.findings[0].fixable

    def test_text_that_only_looks_like_a_comment_is_none(self, team: Path, judge: Judge) -> None:
        write(team, "dev/daily_sales/testing/test_show.py", TESTED + 'x = "# workflow: ignore[WF308] x"\n')
        write(team, "dev/daily_sales/docs/api.md", "`# workflow: ignore[WF308] x` --since --sample --dry-run --partition\n")

        assert judge().findings == []

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("dev/daily_sales/docs/notes.md", "TODO: later <!-- workflow: ignore[WF701] the owner writes it -->\n"),
            ("infra/x.yml", "verify_ssl: false  # workflow: ignore[WF503] a test system\n"),
            ("infra/x.ini", "; workflow: ignore[WF503] a test system\nsslmode=disable\n"),
        ],
    )
    def test_other_languages_have_their_own_comments(self, path: str, text: str, team: Path, judge: Judge) -> None:
        write(team, path, text)

        assert judge().findings == []


class TestBaseline:
    """Findings of a legacy repository that are frozen."""

    def freeze(self, workflow) -> None:
        assert workflow("check", "--baseline").returncode == 0

    def test_what_was_there_is_known_and_what_is_new_fails(self, show: Path, team: Path, judge: Judge, workflow) -> None:
        self.freeze(workflow)
        assert judge().findings == []
        assert judge().known == 2

        show.write_text(PRINTS + "    print(row)\n", encoding="utf-8")

        assert places(judge()) == [("T201", "dev/daily_sales/show.py", 7), ("WF308", "dev/daily_sales/show.py", 7)]

    def test_lines_above_may_come_and_go(self, show: Path, judge: Judge, workflow) -> None:
        self.freeze(workflow)

        show.write_text(PRINTS.replace('"""Help."""\n', '"""Help."""\n\nX = 1\n'), encoding="utf-8")

        assert judge().findings == []

    def test_what_is_mended_can_be_taken_out(self, show: Path, team: Path, judge: Judge, workflow) -> None:
        self.freeze(workflow)
        show.write_text('"""Help."""\n', encoding="utf-8")

        assert len(judge().removable) == 2
        self.freeze(workflow)
        assert judge().removable == ()
        assert json.loads((team / "config/standards-baseline.json").read_text())["known"] == {}

    def test_nothing_of_a_secret_is_kept(self, team: Path, judge: Judge, workflow) -> None:
        write(team, "a.ini", "password = Gr33n-Fr0g!77\n")
        self.freeze(workflow)
        kept = (team / "config/standards-baseline.json").read_text()
        write(team, "a.ini", "password = An0ther-Fr0g!88\n")

        assert '"a.ini WF501": 1' in kept
        assert judge().findings == []

    def test_a_damaged_baseline_cannot_be_judged_by(self, team: Path, judge: Judge) -> None:
        write(team, "config/standards-baseline.json", "{}")

        with pytest.raises(UserError, match="damaged"):
            judge()
