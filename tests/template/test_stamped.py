"""What a stamped workflow does on its first day."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

from tests.browser import look_at
from tests.conftest import ROOT, Run, snapshot

STYLE = "E,F,W,B,I,UP,S,LOG,G,TRY400,D1,T20,BLE"
FILES = {
    *(
        "README.md",
        "kestra_flow.yml",
        "workflow.toml",
        "docs/api.md",
        "docs/business_rules.md",
        "docs/data_flow.md",
        "docs/deployment_guide.md",
    ),
    *("checklists/deployment_checklist.md", "checklists/testing_checklist.md", "checklists/workflow_development_checklist.md"),
    *("testing/test_integration.py", "testing/test_performance.py", "testing/test_data_samples/schema.sql"),
    *("debugging/debug_component.py", "debugging/profile_performance.py", "debugging/logs/.gitignore"),
    *("validation/validate_data_quality.py", "validation/validate_business_rules.py", "validation/check_requirements.py"),
}
HOST_FILES = {
    *(f"utils/db_{name}.py" for name in ("helper", "config", "address", "engine", "sql", "read", "write", "procedures", "errors", "log")),
    *("utils/db_transaction.py", "utils/db_sqlite.py", "utils/db_upsert.py"),
    *("config/settings.toml", "requirements.txt", "requirements-dev.txt", "pytest.ini", ".coveragerc", ".gitignore"),
    *(f"dev/shared/{name}.py" for name in ("test_framework", "mock_data_generator", "performance_profiler", "validation_helpers")),
    "dev/conftest.py",
    *(path.relative_to(ROOT / "host").as_posix() for path in (ROOT / "host" / "dev" / "shared").glob("*/*.*") if path.suffix != ".pyc"),
    *(f"dev/shared/workflow_templates/{name}_template.py" for name in ("script", "test", "debug")),
    *(f"dev/checklists/{name}_checklist.md" for name in ("workflow_development", "testing", "deployment")),
    *(f"tools/{name}.py" for name in ("create_new_workflow", "deploy_workflows", "run_tests", "validate_standards")),
    *("dev/checklists/workflow_plans/template_plan.md", "docs/development/development_deployment_framework.md"),
    *(".github/pull_request_template.md", ".github/workflows/workflows.yml", ".pre-commit-config.yaml"),
}
VARIANTS = [
    {},
    {"workflow_name": "monday-boards", "criticality": "critical", "schedule": "none"},
    {"source_table": "dbo.orders", "target_table": "mart.dbo.daily_orders", "schedule": "@daily"},
    {"title": 'Q "1" \\ é 🚀 # *', "owner": "O'Brien | team", "description": 'two\nlines """ and \\'},
]


def files_below(folder: Path) -> set[str]:
    return {path for path, what in snapshot(folder).items() if what != "folder"}


@pytest.fixture(params=VARIANTS, ids=["default", "hyphen-critical", "schemas", "hostile-text"])
def stamped(request: pytest.FixtureRequest, bake: Run, host: Path) -> Path:
    done = bake(**request.param)
    assert done.returncode == 0, done.stderr
    return host / "dev" / request.param.get("workflow_name", "daily_sales")


def script_of(folder: Path) -> str:
    return folder.name.replace("-", "_")


def test_the_files_are_exactly_these(bake: Run, host: Path) -> None:
    bake()

    expected = {f"dev/daily_sales/{path}" for path in FILES} | HOST_FILES
    expected |= {
        f"dev/daily_sales/{path}"
        for path in (
            *("daily_sales.py", "testing/test_daily_sales.py", "testing/test_data_samples/raw_daily_sales.csv"),
            *("testing/golden/daily_sales.csv", "testing/contracts/daily_sales.json"),
        )
    }
    expected |= {f"dev/checklists/workflow_plans/{name}.md" for name in ("daily_sales", "index")}
    assert files_below(host) == expected


def test_it_runs_on_its_samples(stamped: Path, run: Run) -> None:
    done = run(sys.executable, f"{script_of(stamped)}.py", "--sample", cwd=stamped)

    assert done.returncode == 0, done.stderr
    assert "read 12, loaded 8" in done.stdout


def test_its_tests_pass_and_cover_nine_tenths(stamped: Path, workflow: Run) -> None:
    done = workflow("test", stamped.name, "--json")

    (result,) = json.loads(done.stdout)["workflows"]
    assert done.returncode == 0, result["output"]
    assert result["coverage"] >= 90


def test_it_keeps_the_standards(stamped: Path, workflow: Run) -> None:
    done = workflow("check")

    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("no findings in 1 workflow")


def test_its_code_is_clean_by_ruff(stamped: Path, run: Run, host: Path) -> None:
    ignore = "E402,S101,S603,D1,S608,ANN"  # imports behind the import pattern; asserts in tests; docstrings of tests are their names
    tests = run("ruff", "check", "--isolated", "--line-length", "160", "--select", STYLE, "--ignore", ignore, stamped)
    production = run(
        "ruff",
        "check",
        "--isolated",
        "--line-length",
        "140",
        "--select",
        STYLE,
        "--ignore",
        "E402,BLE001,D102,D105,D107",
        *_production(stamped),
        host / "utils",
    )

    assert tests.returncode == 0, tests.stdout
    assert production.returncode == 0, production.stdout


def _production(stamped: Path) -> list[Path]:
    return [stamped / f"{script_of(stamped)}.py"]


def test_no_template_text_is_left_and_no_foreign_brace_is_lost(stamped: Path) -> None:
    text = "".join(
        path.read_text(encoding="utf-8") for path in stamped.rglob("*") if path.suffix in (".py", ".md", ".toml", ".yml", ".sql", ".csv")
    )

    assert not re.search(r"\{\{ *cookiecutter|\{% (raw|if|endif)", text)
    assert "{{ secret('WORKFLOW_DATABASE_URL') }}" in text
    assert "{{ inputs.since ?? '' }}" in text


def test_the_flow_is_yaml_and_runs_this_script(stamped: Path) -> None:
    flow = yaml.safe_load((stamped / "kestra_flow.yml").read_text(encoding="utf-8"))

    assert flow["id"] == stamped.name
    assert f"scripts/{stamped.name}/{script_of(stamped)}.py" in flow["tasks"][0]["commands"][0]
    assert flow["tasks"][0]["timeout"] == ("PT30S" if stamped.name == "monday-boards" else "PT10M")
    assert ("triggers" in flow) == (stamped.name != "monday-boards")


def test_validation_prints_a_table_json_and_its_verdict(stamped: Path, run: Run) -> None:
    for name in ("validate_data_quality", "validate_business_rules"):
        shown = run(sys.executable, f"validation/{name}.py", "--sample", cwd=stamped)
        as_json = run(sys.executable, f"validation/{name}.py", "--sample", "--json", cwd=stamped)
        assert (shown.returncode, as_json.returncode) == (0, 0), shown.stderr
        assert "checks hold" in shown.stdout
        assert json.loads(as_json.stdout)["ok"] is True


def test_the_page_of_the_business_rules_can_be_read_on_a_telephone(bake: Run, run: Run, host: Path) -> None:
    bake()

    done = run(sys.executable, "dev/daily_sales/validation/validate_business_rules.py", "--sample", "--html", "reports/rules.html")

    assert done.returncode == 0, done.stderr
    seen = look_at((host / "reports" / "rules.html").read_text(encoding="utf-8"), 360)
    assert (seen["width"] <= 360, seen["outside"], seen["loaded"]) == (True, [], [])
    assert seen["title"] == "All 4 checks hold - Business rules of daily_sales"
    for words in ("All 4 checks hold", "An amount is never negative", "BR-01"):
        assert words in seen["text"]


def test_requirements_are_those_of_the_plan(bake: Run, run: Run, host: Path) -> None:
    bake()
    plan = host / "dev" / "checklists" / "workflow_plans" / "daily_sales.md"
    script = "dev/daily_sales/validation/check_requirements.py"

    before = run(sys.executable, script)
    plan.write_text(plan.read_text(encoding="utf-8").replace("business owner, open", "business owner, 2026-01-31"), encoding="utf-8")
    after = run(sys.executable, script)

    assert before.returncode == 1
    assert "7 of 8 requirements are met" in before.stdout
    assert after.returncode == 0, after.stdout
    assert "8 of 8 requirements are met" in after.stdout


MUTATIONS = {
    "no transaction": ("with db.get_connection():", "if True:"),
    "swallowed exception": ("        raise\n", "        pass\n"),
    "a failure that looks like success": ("        return 1\n", "        return 0\n"),
    "customer not trimmed": ('customer = (row["customer"] or "").strip()', 'customer = row["customer"] or ""'),
    "status not lowered": (".strip().lower()", ".strip()"),
    "amount not rounded": (".quantize(CENT)", ""),
    "negative amounts accepted": ("if amount < 0:", "if amount < -9999:"),
    "unknown status accepted": ("if status not in STATUSES:", "if False:"),
    "batch size ignored": ("batch_size=batch_size)", "batch_size=1000)"),
    "configured batch size ignored": ('config["processing"]["batch_size"]', "1000"),
    "loaded twice": ('return db.upsert(TARGET_TABLE, rows, key="id")', "return db.bulk_insert(TARGET_TABLE, rows)"),
    "since ignored": ("if since:", "if False:"),
    "partition ignored": ("if partition:", "if False:"),
    "dry run writes": ("len(clean) if dry_run else load(db, clean)", "load(db, clean)"),
    "sample run on the configured database": ('db = DatabaseHelper.from_samples(SAMPLES, Path(folder) / "sample.db")', "db = db_helper"),
    "rejected rows not counted": ("rejected += refused", "pass"),
    "whole row logged": ('row["id"], reason)', "row, reason)"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_its_tests_turn_red_when_the_script_is_broken(mutation: str, workflow: Run, run: Run, host: Path) -> None:
    workflow("new", "daily_sales", "--defaults")
    script = host / "dev" / "daily_sales" / "daily_sales.py"
    before, broken = MUTATIONS[mutation]
    text = script.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"the script no longer has {before!r}"
    script.write_text(text.replace(before, broken), encoding="utf-8")

    done = run(sys.executable, "-m", "pytest", "dev/daily_sales", "-x", "-q", "-p", "no:cacheprovider")

    assert done.returncode == 1, done.stdout[-800:]
    assert " failed" in done.stdout


def test_many_workflows_are_collected_and_run_together(host: Path, run: Run) -> None:
    code = (
        "from workflow_template.commands.new import command\n"
        + "for n in range(1000): command.main([f'flow{n}', '--defaults'], standalone_mode=False)"
    )
    made = run(sys.executable, "-c", code)
    assert made.returncode == 0, made.stderr

    collected = run(
        sys.executable, "-m", "pytest", "--collect-only", "-q", "-o", "python_files=test_integration.py", "-k", "runs_by_itself"
    )
    tests = [f"dev/flow{n}/testing/test_integration.py" for n in (0, 500, 999)]
    done = run(sys.executable, "-m", "pytest", "-q", *tests)

    assert "1000/" in collected.stdout.splitlines()[-1], collected.stdout[-500:]
    assert done.returncode == 0, done.stdout[-800:]


def test_no_path_is_too_long_for_windows_and_no_name_is_one_it_cannot_hold(bake: Run, host: Path) -> None:
    name = "a" * 40
    bake(workflow_name=name)

    paths = files_below(host)
    assert max(len(f"C:\\{'p' * 77}\\{path}") for path in paths) <= 240
    assert not [path for path in paths if re.search(r'[<>:"|?*\\]|[. ]$', path)]


def test_every_import_finds_utils_after_the_copy_to_scripts(bake: Run, workflow: Run, run: Run, host: Path) -> None:
    bake()
    deployed = workflow("deploy", "daily_sales")

    done = run(sys.executable, "scripts/daily_sales/daily_sales.py", "--help")

    assert deployed.returncode == 0, deployed.stderr
    assert done.returncode == 0, done.stderr
    assert {path.split("/")[0] for path in files_below(host / "scripts" / "daily_sales")} == {
        *("README.md", "daily_sales.py", "docs", "kestra_flow.yml", "workflow.toml")
    }


def test_importing_a_script_needs_no_database(bake: Run, run: Run, host: Path) -> None:
    bake()

    done = run(
        sys.executable, "-c", "import daily_sales", cwd=host / "dev" / "daily_sales", WORKFLOW_DATABASE__URL="mssql+pyodbc://nowhere/x"
    )

    assert done.returncode == 0, done.stderr


def test_the_seeded_templates_are_the_stamped_files(bake: Run, host: Path) -> None:
    bake(workflow_name="my_workflow", source_table="source_table", target_table="target_table")

    templates = host / "dev" / "shared" / "workflow_templates"
    assert (templates / "script_template.py").read_bytes() == (host / "dev" / "my_workflow" / "my_workflow.py").read_bytes()
    assert (templates / "test_template.py").read_bytes() == (host / "dev" / "my_workflow" / "testing" / "test_my_workflow.py").read_bytes()


def test_a_commit_goes_through_the_installed_pre_commit(bake: Run, run: Run, host: Path) -> None:
    bake()
    run("git", "add", "-A")

    good = run("git", "commit", "-m", "Add daily_sales")
    (host / "dev" / "daily_sales" / "kestra_flow.yml").unlink()
    run("git", "add", "-A")
    bad = run("git", "commit", "-m", "Remove the flow")

    assert good.returncode == 0, good.stdout + good.stderr
    assert bad.returncode == 1
    assert "dev/daily_sales/kestra_flow.yml: WF101 is missing" in bad.stdout + bad.stderr


def test_git_s_hook_is_what_pre_commit_installs(bake: Run, run: Run, host: Path) -> None:
    bake()
    ours = (host / ".git" / "hooks" / "pre-commit").read_text()

    run("pre-commit", "install", "-f")

    theirs = (host / ".git" / "hooks" / "pre-commit").read_text()
    assert ours.replace("/python3\n", "/python\n") == theirs.replace("/python3\n", "/python\n")


@pytest.mark.parametrize("where", ["hook", "hooksPath"])
def test_an_own_hook_is_respected_and_said(where: str, bake: Run, run: Run, host: Path) -> None:
    own = host / ".git" / "hooks" / "pre-commit"
    own.parent.mkdir(exist_ok=True)
    if where == "hook":
        own.write_text("#!/bin/sh\nexit 0\n")
    else:
        run("git", "config", "core.hooksPath", "my-hooks")

    done = bake()

    assert "`pre-commit run`" in done.stdout
    assert own.exists() == (where == "hook")
    assert where != "hook" or own.read_text() == "#!/bin/sh\nexit 0\n"


def test_files_of_the_host_are_kept_as_they_are_and_named(bake: Run, host: Path) -> None:
    mine = {
        "requirements.txt": b"mine\r\n",
        "utils/db_helper.py": b"# mine\n",
        "dev/checklists/testing_checklist.md": b"- [ ] **T-1** mine\n",
    }
    for path, data in mine.items():
        (host / path).parent.mkdir(parents=True, exist_ok=True)
        (host / path).write_bytes(data)
    (host / ".gitignore").write_bytes(b"*.tmp\r\n")

    done = bake()

    assert {path: (host / path).read_bytes() for path in mine} == mine
    assert all(f"  kept     {path}\n" in done.stdout for path in mine)
    assert (host / ".gitignore").read_bytes().startswith(b"*.tmp\r\n\r\n# workflow-template\r\n")
    assert (host / "dev/daily_sales/checklists/testing_checklist.md").read_bytes() == mine["dev/checklists/testing_checklist.md"]


def test_settings_of_pytest_that_the_host_has_are_not_overruled(bake: Run, host: Path) -> None:
    (host / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-q'\n")

    bake()

    assert not (host / "pytest.ini").exists()


def test_a_second_stamp_adds_a_row_and_keeps_the_rest(bake: Run, host: Path) -> None:
    bake()
    before = snapshot(host)

    bake(workflow_name="monday-boards", title="a | b")

    changed = {path for path, what in before.items() if snapshot(host)[path] != what}
    assert changed == {"dev/checklists/workflow_plans/index.md"}
    rows = (host / "dev/checklists/workflow_plans/index.md").read_text().splitlines()[-2:]
    assert rows[0].startswith("| [daily_sales](../../daily_sales/) | Daily sales | data-team |")
    assert rows[1].startswith("| [monday-boards](../../monday-boards/) | a \\| b | data-team |")


def test_the_tools_are_doors_to_the_command(bake: Run, run: Run, host: Path) -> None:
    bake()

    made = run(sys.executable, "tools/create_new_workflow.py", "-WorkflowName", "second", "--defaults")
    checked = run(sys.executable, "tools/validate_standards.py")
    tested = run(sys.executable, "tools/run_tests.py", "second")
    deployed = run(sys.executable, "tools/deploy_workflows.py", "second", "--dry-run")

    assert [done.returncode for done in (made, checked, tested, deployed)] == [0, 0, 0, 0], tested.stdout
    assert "no findings in 2 workflows" in checked.stdout
    assert not (host / "scripts").exists()


def test_hooks_are_these_two_files_and_use_one_line_of_jinja_each_for_answers_and_place() -> None:
    assert sorted(path.name for path in (ROOT / "hooks").iterdir() if path.name != "__pycache__") == [
        "post_gen_project.py",
        "pre_gen_project.py",
    ]
    for hook in (ROOT / "hooks").glob("*.py"):
        text = hook.read_text(encoding="utf-8")
        assert text.count("{{") == 2
        assert "{%" not in text


def test_help_imports_nothing_that_only_other_commands_need(run: Run) -> None:
    imported = run(sys.executable, "-X", "importtime", "-m", "workflow_template", "--help").stderr

    assert [name for name in ("jinja2", "sqlalchemy", "rich", "pytest") if f" {name}\n" in imported] == []
