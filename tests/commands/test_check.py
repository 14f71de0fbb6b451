"""`workflow check`, and the other words of the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.fixture
def daily(workflow: Run, host: Path) -> Path:
    workflow("new", "daily_sales", "--defaults")
    return host / "dev" / "daily_sales"


def append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


BROKEN = [
    ("WF001", "dev/daily_sales/daily_sales.py", "append", "def broken(:\n"),
    ("WF001", "dev/daily_sales/deep.py", "append", "x = " + "(" * 5000 + ")" * 5000),
    ("WF101", "dev/daily_sales/kestra_flow.yml", "remove", ""),
    ("WF601", "dev/daily_sales/testing/test_daily_sales.py", "remove", ""),
    ("WF102", "dev/checklists/workflow_plans/daily_sales.md", "remove", ""),
    ("WF117", "dev/daily_sales/README.md", "append", "<<<<<<< ours\n"),
    ("WF104", "dev/daily_sales/README.md", "append", "{{ cookiecutter.title }}\n"),
    ("WF116", "dev/daily_sales/README.md.rej", "append", "x\n"),
    ("WF105", "scripts/daily_sales/debug_it.py", "append", "x = 1\n"),
    ("WF105", "scripts/daily_sales/notes.ipynb", "append", "{}\n"),
    ("WF201", "dev/daily_sales/helper.py", "append", "import sys\nsys.path.insert(0, '../utils')\nfrom db_helper import DatabaseHelper\n"),
    ("WF201", "dev/daily_sales/validation/own.py", "append", "from db_helper import DatabaseHelper\n"),
]


@pytest.mark.parametrize(("rule", "path", "how", "text"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_standard_is_found(rule: str, path: str, how: str, text: str, daily: Path, workflow: Run, host: Path) -> None:
    if how == "remove":
        (host / path).unlink()
    else:
        append(host / path, text)

    done = workflow("check", "--format", "json")

    assert done.returncode == 1, done.stderr
    assert rule in [finding["rule"] for finding in json.loads(done.stdout)["findings"]]


def test_a_finding_names_place_rule_and_what_to_write(daily: Path, workflow: Run) -> None:
    append(daily / "helper.py", '"""Help."""\n\nfrom db_helper import DatabaseHelper\n\nDB = DatabaseHelper()\n')
    append(daily / "testing" / "test_helper.py", "def test_it():\n    assert len([]) == 0\n")

    done = workflow("check", "daily_sales")

    assert re.sub(r"\d+ files", "N files", done.stdout) == (
        "daily_sales  1 finding\n"
        "  dev/daily_sales/helper.py:3:1: WF201 write before the import of db_helper: "
        'sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))\n'
        "\n"
        "1 error in 1 workflow and N files\n"
    )


def test_staged_looks_only_at_the_workflows_that_are_touched(daily: Path, workflow: Run, run: Run, host: Path) -> None:
    run("git", "add", "-A")
    run("git", "commit", "-qm", "x", "--no-verify")
    (daily / "kestra_flow.yml").unlink()

    before = workflow("check", "--staged")
    run("git", "add", "-A")
    after = workflow("check", "--staged")

    assert before.returncode == 0
    assert after.returncode == 1


def test_a_rule_explains_itself(workflow: Run) -> None:
    assert (
        "WF201  Every script imports the database helper the standard way  (error)\n\nA script that finds"
        in workflow("check", "--explain", "WF201").stdout
    )
    assert workflow("check", "--explain", "WF999").returncode == 2


def test_the_beginning_of_an_id_lists_its_rules(workflow: Run) -> None:
    listed = workflow("check", "--explain", "WF20").stdout.splitlines()

    assert len(listed) == 9
    assert listed[0].startswith("WF201  ")


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["chek"], 'no command "chek", did you mean "check"?', 2),
        (["check", "daily_sale"], 'there is no workflow and no file "daily_sale"\n  hint: did you mean "daily_sales"?', 2),
        (["new", "x", "titel=y"], 'there is no answer "titel"\n  hint: did you mean "title"?', 1),
        (["new", "x", "--defaults", "criticality=urgent"], 'criticality "urgent" is not known', 1),
        (["new", "--defaults"], "a workflow needs a name", 1),
        (["new", "daily-sales", "--defaults"], 'is too like the workflow "daily_sales"', 1),
        (["new", "x", "owner"], '"owner" is not key=value', 1),
        (["deploy", "nope"], 'there is no workflow "nope"', 1),
    ],
)
def test_a_mistake_is_named_with_the_next_step(words: list[str], said: str, code: int, daily: Path, workflow: Run) -> None:
    done = workflow(*words)

    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == code


def test_outside_of_a_repository_the_message_says_so(workflow: Run, tmp_path: Path) -> None:
    done = workflow("list", cwd=tmp_path)

    assert done.stderr == f"Error: {tmp_path} is in no git repository\n  hint: run this in your team's repository, or make one: git init\n"
    assert done.returncode == 1


def test_list_tells_where_each_workflow_stands(daily: Path, workflow: Run, host: Path) -> None:
    (host / "scripts" / "old_one").mkdir(parents=True)

    rows = json.loads(workflow("list", "--json").stdout)

    assert [(row["workflow"], row["where"], row["plan"]) for row in rows] == [
        ("daily_sales", "dev", "registered"),
        ("old_one", "scripts", "not registered"),
    ]


def test_new_asks_again_until_an_answer_is_fine(run: Run, host: Path) -> None:
    import subprocess
    import sys

    typed = "2bad\nclass\ngood_name\n\n\n\nurgent\ncritical\nnever\nnone\n\n\n"
    done = subprocess.run([sys.executable, "-m", "workflow_template", "new"], cwd=host, input=typed, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert 'workflow_name "2bad" starts with a digit' in done.stderr
    assert 'criticality "urgent" is not known' in done.stderr
    assert 'schedule "never" is no cron expression' in done.stderr
    assert 'criticality = "critical"' in (host / "dev" / "good_name" / "workflow.toml").read_text()


def test_tests_below_the_coverage_fail(daily: Path, workflow: Run) -> None:
    append(daily / "more.py", "def never():\n" + "".join(f"    x{number} = {number}\n" for number in range(200)))

    done = workflow("test", "daily_sales")

    assert done.returncode == 1
    assert "%, at least 90 % is needed" in done.stdout


def test_deploy_refuses_what_breaks_a_standard_or_a_test(daily: Path, workflow: Run, host: Path) -> None:
    script = daily / "daily_sales.py"
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("if amount < 0:", "if amount < -99:"), encoding="utf-8")
    red = workflow("deploy", "daily_sales")
    script.write_text(text.replace(".parent.parent.parent", ".parent.parent"), encoding="utf-8")
    broken = workflow("deploy", "daily_sales")

    assert (red.returncode, broken.returncode) == (1, 1)
    assert " tests failed\n  hint: workflow test daily_sales shows what failed; scripts/ was not changed" in red.stderr
    assert "daily_sales breaks 1 standard" in broken.stderr
    assert not (host / "scripts").exists()


def test_deploying_twice_changes_nothing(daily: Path, workflow: Run) -> None:
    assert workflow("deploy", "daily_sales").returncode == 0

    assert workflow("deploy", "daily_sales").stdout == "scripts/daily_sales: up to date\n"
