"""Every way to call cookiecutter and cruft gives the same workflow, and none harms a host."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run, snapshot

OUTSIDE_OF_A_STAMP = (".cruft.json",)


def workflow_files(folder: Path) -> dict[str, str]:
    found = snapshot(folder)
    return {path: what.split()[0] for path, what in found.items() if path not in OUTSIDE_OF_A_STAMP}


@pytest.fixture(scope="session")
def template_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This template as a git repository of its own, as it stands in the work tree."""
    place = tmp_path_factory.mktemp("origin") / "workflow-template"
    ignore = shutil.ignore_patterns(".git", "__pycache__", ".nox", ".venv", "*.egg-info", ".*_cache", "build", "dist")
    shutil.copytree(ROOT, place, ignore=ignore)
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", *words], cwd=place, check=True)
    return place


@pytest.fixture
def expected(tmp_path: Path, run: Run) -> dict[str, str]:
    """What a stamp with the default answers looks like."""
    top = tmp_path / "reference"
    top.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    done = run("cookiecutter", ROOT, "--no-input", cwd=top)
    assert done.returncode == 0, done.stderr
    return workflow_files(top / "dev" / "daily_sales")


def test_a_plain_call_at_the_top_lands_in_dev(bake: Run, host: Path, expected: dict[str, str]) -> None:
    done = bake()

    assert done.returncode == 0, done.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected
    assert not (host / "daily_sales").exists()
    assert "next: cd dev/daily_sales && python daily_sales.py --sample" in done.stdout


def test_dash_o_dev_gives_the_same(bake: Run, host: Path, expected: dict[str, str]) -> None:
    done = bake("-o", "dev")

    assert done.returncode == 0, done.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected


def test_a_relative_path_is_found_from_anywhere(bake: Run, host: Path, expected: dict[str, str]) -> None:
    done = bake("-o", str(host / "dev"), cwd=ROOT.parent, template=os.path.relpath(ROOT, ROOT.parent))

    assert done.returncode == 0, done.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected


def test_workflow_new_makes_the_same_bytes(workflow: Run, host: Path, expected: dict[str, str]) -> None:
    done = workflow("new", "daily_sales", "--defaults")

    assert done.returncode == 0, done.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected


def test_a_template_from_git_pins_its_own_hook_by_commit(
    bake: Run, run: Run, host: Path, template_repository: Path, expected: dict[str, str]
) -> None:
    done = bake(template=f"git+file://{template_repository}")

    head = run("git", "rev-parse", "HEAD", cwd=template_repository).stdout.strip()
    assert done.returncode == 0, done.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected
    assert f"repo: file://{template_repository}\n    rev: {head}\n" in (host / ".pre-commit-config.yaml").read_text()
    assert f"workflow-template @ git+file://{template_repository}@{head}\n" in (host / "requirements-dev.txt").read_text()


@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_the_pinned_hook_refuses_a_commit_that_breaks_a_standard(
    runner: str, bake: Run, run: Run, host: Path, template_repository: Path
) -> None:
    bake(template=f"git+file://{template_repository}")
    run("git", "add", "-A")

    clean = run(runner, "run")
    installed = _installed_for_the_hook(run)
    (host / "dev" / "daily_sales" / "kestra_flow.yml").unlink()
    run("git", "add", "-A")
    broken = run(runner, "run")

    assert clean.returncode == 0, clean.stdout + clean.stderr
    assert broken.returncode == 1
    assert "kestra_flow.yml: WF101 is missing" in broken.stdout
    assert {"click", "jinja2", "pyyaml", "ruff"} < installed
    assert len(installed) <= 12, installed


def _installed_for_the_hook(run: Run) -> set[str]:
    """The packages beside ours in the environment that the runner made, without those that every such environment has."""
    cache = Path(run("sh", "-c", 'printf %s "$XDG_CACHE_HOME"').stdout)
    ours = next(cache.rglob("workflow_template-*.dist-info"))
    names = {path.name.partition("-")[0].lower() for path in ours.parent.glob("*.dist-info")}
    return names - {"pip", "setuptools", "wheel", "workflow_template"}


def test_checkout_takes_that_version(bake: Run, run: Run, host: Path, template_repository: Path) -> None:
    head = run("git", "rev-parse", "HEAD", cwd=template_repository).stdout.strip()

    done = bake("--checkout", head, template=f"git+file://{template_repository}")

    assert done.returncode == 0, done.stderr
    assert (host / "dev" / "daily_sales" / "workflow.toml").is_file()


def test_a_zip_as_github_makes_it(
    bake: Run, run: Run, host: Path, tmp_path: Path, template_repository: Path, expected: dict[str, str]
) -> None:
    archive = tmp_path / "workflow-template-0.1.0.zip"
    run("git", "archive", "--prefix=workflow-template-0.1.0/", "-o", archive, "HEAD", cwd=template_repository)

    done = bake(template=str(archive))

    assert done.returncode == 0, done.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected
    assert "repo: local" in (host / ".pre-commit-config.yaml").read_text()


def test_what_python_compiled_in_the_template_is_left_out(
    bake: Run, host: Path, tmp_path: Path, template_repository: Path, expected: dict[str, str]
) -> None:
    template = tmp_path / "installed"
    shutil.copytree(template_repository, template, ignore=shutil.ignore_patterns(".git"))
    compileall.compile_dir(template / "{{cookiecutter.workflow_name}}", quiet=1)
    assert list(template.glob("{{*/__pycache__/*.pyc"))

    done = bake(template=str(template))

    assert done.returncode == 0, done.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected
    assert not list(host.glob("dev/daily_sales/**/__pycache__"))


def test_replay_stamps_the_recorded_answers_again(bake: Run, run: Run, host: Path, tmp_path: Path) -> None:
    assert bake(owner="night-shift").returncode == 0
    other = tmp_path / "other"
    other.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=other, check=True)

    done = run("cookiecutter", ROOT, "--replay", cwd=other)

    assert done.returncode == 0, done.stderr
    assert workflow_files(other / "dev" / "daily_sales") == workflow_files(host / "dev" / "daily_sales")


@pytest.mark.parametrize("words", [[], ["-f"], ["-f", "-s"]], ids=["plain", "f", "f-s"])
@pytest.mark.parametrize("output", [[], ["-o", "dev"]], ids=["top", "dev"])
def test_an_existing_workflow_is_never_harmed(words: list[str], output: list[str], bake: Run, host: Path) -> None:
    (host / "dev" / "daily_sales").mkdir(parents=True)
    (host / "dev" / "daily_sales" / "daily_sales.py").write_text("mine = 1\n")
    before = snapshot(host)

    done = bake(*words, *output)

    assert done.returncode != 0
    assert snapshot(host) == before


@pytest.mark.parametrize("name", ["../escape", "2day", "class", "CON", "My Flow", "json", "test_x", "é", "a" * 64, "shared"])
@pytest.mark.parametrize("words", [[], ["-f"], ["-o", "dev"]], ids=["plain", "f", "dev"])
def test_a_bad_name_is_refused_and_nothing_is_written(name: str, words: list[str], bake: Run, host: Path) -> None:
    (host / "README.md").write_text("years of work\n")
    (host / "dev").mkdir()
    before = snapshot(host)

    done = bake(*words, workflow_name=name)

    assert done.returncode == 1
    assert "error: workflow_name " in done.stderr
    assert snapshot(host) == before
    assert not (host.parent / "escape").exists()


@pytest.mark.parametrize(
    "text",
    [
        'say "hi"',
        "it's",
        "a\\b\\",
        "C:\\Users\\new\\t",
        "one\ntwo",
        "日本 ✓ 🚀",
        "'''",
        '"""',
        "${title}",
        "# - * |",
        'x"; import os; os.abort()',
    ],
)
def test_free_text_comes_out_as_it_went_in(text: str, bake: Run, host: Path) -> None:
    done = bake(description=text)

    assert done.returncode == 0, done.stderr
    assert _about(host)["description"] == text


def _about(host: Path) -> dict[str, str]:
    import tomllib

    content = tomllib.loads((host / "dev" / "daily_sales" / "workflow.toml").read_text(encoding="utf-8"))
    about: dict[str, str] = content["workflow"]
    return about


@pytest.mark.parametrize("key", ["title", "description", "owner"])
def test_braces_stay_text_with_workflow_new(key: str, workflow: Run, host: Path) -> None:
    done = workflow("new", "daily_sales", f"{key}=use {{{{ inputs.day }}}} {{% raw %}}", "--defaults")

    assert done.returncode == 0, done.stderr
    assert _about(host)[key] == "use {{ inputs.day }} {% raw %}"


def test_braces_that_reach_the_hook_are_refused_in_one_line(bake: Run, host: Path) -> None:
    done = bake(title="{{ '{{' }} inputs.day }}")

    assert done.returncode == 1
    assert 'error: title holds "{{", which cookiecutter and cruft read as template code' in done.stderr
    assert snapshot(host) == {}


def test_a_console_that_lacks_signs_does_not_end_the_stamp(run: Run, host: Path) -> None:
    done = run("cookiecutter", ROOT, "--no-input", "title=日本 ✓", PYTHONIOENCODING="cp1252", PYTHONUTF8="0")

    assert done.returncode == 0, done.stderr
    assert (host / "dev" / "daily_sales" / "README.md").read_text(encoding="utf-8").startswith("# 日本 ✓")


def test_without_a_repository_only_the_folder_is_made(bake: Run, tmp_path: Path) -> None:
    place = tmp_path / "no-host"
    place.mkdir()

    done = bake(cwd=place)

    assert done.returncode == 0, done.stderr
    assert [path.name for path in place.iterdir()] == ["daily_sales"]
    assert "workflow register daily_sales" in done.stdout


def test_without_hooks_register_completes_the_stamp(bake: Run, workflow: Run, host: Path, expected: dict[str, str]) -> None:
    bake("-o", "dev", "--accept-hooks", "no")

    done = workflow("register", "daily_sales")

    assert done.returncode == 0, done.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected
    assert workflow("check").returncode == 0


def test_registering_twice_changes_nothing(bake: Run, workflow: Run, host: Path) -> None:
    bake()
    before = snapshot(host)

    done = workflow("register", "daily_sales")

    assert "daily_sales was registered already" in done.stdout
    assert snapshot(host) == before


@pytest.mark.parametrize("inside", [False, True], ids=["tmp", "tmp-inside-the-host"])
def test_cruft_creates_checks_and_updates_twice(
    inside: bool, run: Run, host: Path, tmp_path: Path, template_repository: Path, expected: dict[str, str]
) -> None:
    origin = tmp_path / "origin"
    shutil.copytree(template_repository, origin)
    temporary = host / ".tmp" if inside else tmp_path / "elsewhere"
    temporary.mkdir()
    (host / ".gitignore").write_text(".tmp/\n")
    settings = {"TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)}

    created = run("cruft", "create", origin, "--output-dir", "dev", "--no-input", **settings)
    assert created.returncode == 0, created.stderr
    assert workflow_files(host / "dev" / "daily_sales") == expected
    _commit(run, host)
    for number in range(2):
        readme = origin / "{{cookiecutter.workflow_name}}" / "README.md"
        readme.write_text(readme.read_text(encoding="utf-8") + f"\nNews {number}\n", encoding="utf-8")
        _commit(run, origin)
        assert run("cruft", "check", "--project-dir", "dev/daily_sales", **settings).returncode == 1
        updated = run("cruft", "update", "-y", "--project-dir", "dev/daily_sales", **settings)
        assert updated.returncode == 0, updated.stderr
        assert f"News {number}" in (host / "dev" / "daily_sales" / "README.md").read_text(encoding="utf-8")
        changed = run("git", "status", "--porcelain", "-uall").stdout.split()[1::2]
        assert sorted(changed) == ["dev/daily_sales/.cruft.json", "dev/daily_sales/README.md"]
        _commit(run, host)
    assert run("cruft", "check", "--project-dir", "dev/daily_sales", **settings).returncode == 0


def _commit(run: Run, place: Path) -> None:
    run("git", "add", "-A", cwd=place)
    done = run("git", "commit", "-q", "--no-verify", "-m", "x", cwd=place)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hooks_leave_nothing_in_the_temporary_folder(bake: Run, run: Run, host: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    done = run("cookiecutter", ROOT, "--no-input", TMPDIR=str(temporary), TEMP=str(temporary), TMP=str(temporary))

    assert done.returncode == 0, done.stderr
    assert list(temporary.iterdir()) == []


def test_the_template_does_not_seed_itself(run: Run, template_repository: Path) -> None:
    before = snapshot(template_repository)

    run("cookiecutter", ".", "--no-input", cwd=template_repository)

    assert set(snapshot(template_repository)) - set(before) <= {
        path for path in snapshot(template_repository) if path.startswith("daily_sales")
    }
    shutil.rmtree(template_repository / "daily_sales")


def test_json_of_a_dry_run_names_every_file_and_writes_none(workflow: Run, host: Path) -> None:
    done = workflow("new", "daily_sales", "--defaults", "--dry-run", "--json")

    said = json.loads(done.stdout)
    assert "dev/daily_sales/daily_sales.py" in said["created"]
    assert snapshot(host) == {}


def test_python_used_is_this_one() -> None:
    assert Path(shutil.which("cookiecutter") or "").parent == Path(sys.executable).parent
