"""The whole way on real data, step by step: what the `demo` command shows."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from workflow_template.core.errors import UserError
from workflow_template.stamp import render

NAME = "flight_delays"


class Step(NamedTuple):
    """What a person reads, and the work; it returns one line of what came out."""

    title: str
    work: Callable[[], str]


class Demo:
    """A new host repository in *folder*, taken through every step with the commands a user would type."""

    def __init__(self, folder: Path, template: str) -> None:
        self.top = folder / "data-orchestration"
        self.template = template
        self.example = render.find_root() / "examples" / NAME
        self.log = folder / "demo.log"

    def steps(self) -> tuple[Step, ...]:
        """All steps in order."""
        return (
            Step("make a git repository", self.make_repository),
            Step("stamp the workflow with cookiecutter", self.stamp),
            Step("fill it from the example", self.fill),
            Step("load the flights of 2013 into SQLite", self.load),
            Step("run the workflow", lambda: self.python(f"dev/{NAME}/{NAME}.py")),
            Step("run it again: nothing changes", self.run_again),
            Step("validate data quality", self.validate),
            Step("quarantine what breaks business rules", self.quarantine),
            Step("check the requirements", lambda: self.python(f"dev/{NAME}/validation/check_requirements.py")),
            Step("measure it on mock data at 150 %", self.measure),
            Step("run its tests with branch coverage", self.test),
            Step("commit through pre-commit", self.commit),
            Step("break a standard: the commit is refused", self.commit_broken),
            Step("deploy to scripts/", lambda: self.python("tools/deploy_workflows.py", NAME)),
            Step("run it in scripts/", lambda: self.python(f"scripts/{NAME}/{NAME}.py")),
        )

    def make_repository(self) -> str:
        self.top.mkdir(parents=True)
        self.run("git", "init", "-q", "-b", "main")
        for key, value in (("user.name", "Demo"), ("user.email", "demo@example.org")):
            self.run("git", "config", key, value)
        return "an empty git repository"

    def stamp(self) -> str:
        answers = json.loads((self.example / "answers.json").read_text(encoding="utf-8"))
        said = self.run("cookiecutter", self.template, "--no-input", *(f"{key}={value}" for key, value in answers.items())).stdout
        return f"dev/{NAME}, {said.count('created  ')} files for the host"

    def fill(self) -> str:
        target = self.top / "dev" / NAME
        stamped = {path for path in (target / "testing" / "test_data_samples").iterdir() if path.suffix == ".csv"}
        skip = shutil.ignore_patterns("__pycache__", "answers.json", "plan.md")
        given = {
            self.top / "dev" / NAME / path.relative_to(self.example) for path in self.example.rglob("*") if path.suffix not in ("", ".pyc")
        }
        shutil.copytree(self.example, target, dirs_exist_ok=True, ignore=skip)
        for left in stamped - given:
            left.unlink()
        shutil.copy(self.example / "plan.md", self.top / "dev" / "checklists" / "workflow_plans" / f"{NAME}.md")
        return f"{len(given) - 2} files"

    def load(self) -> str:
        return self.python(f"dev/{NAME}/debugging/load_flights.py")

    def run_again(self) -> str:
        before = self.target()
        self.python(f"dev/{NAME}/{NAME}.py")
        if self.target() != before:
            raise UserError("the second run changed the target", f"see {self.log}")
        return f"{len(before):,} rows, the same as before"

    def target(self) -> list[tuple[object, ...]]:
        """All rows of the target, read without the workflow's own code."""
        with contextlib.closing(sqlite3.connect(self.top / "data" / "workflows.db")) as connection:
            return connection.execute(f"SELECT * FROM {NAME} ORDER BY 1, 2, 3").fetchall()  # noqa: S608 - a constant

    def validate(self) -> str:
        (self.top / "reports").mkdir(exist_ok=True)
        return self.python(f"dev/{NAME}/validation/validate_data_quality.py", "--html", f"reports/{NAME}_quality.html")

    def quarantine(self) -> str:
        words = ("--quarantine", "--html", f"reports/{NAME}_rules.html")
        return _last(self.run(sys.executable, f"dev/{NAME}/validation/validate_business_rules.py", *words).stdout, "bad rows")

    def test(self) -> str:
        return " ".join(_last(self.run(sys.executable, "tools/run_tests.py", NAME).stdout, " passed").split())

    def measure(self) -> str:
        """Measure it on made-up flights for about twelve seconds. On a machine that is busy the verdict may be that nobody can tell."""
        done = self.started(sys.executable, f"dev/{NAME}/debugging/profile_performance.py", "--seconds", "12")
        if done.returncode > 1:
            raise UserError(f"the workflow could not be measured:\n{done.stderr[-2000:]}", f"all of it is in {self.log}")
        return done.stdout.partition("\n")[0].removeprefix(f"{NAME}: ")

    def commit(self) -> str:
        self.run("git", "add", "-A")
        done = self.run("git", "commit", "-m", "Add flight_delays")
        return _last(done.stdout + done.stderr, "Passed")

    def commit_broken(self) -> str:
        script = self.top / "dev" / NAME / f"{NAME}.py"
        before = script.read_bytes()
        script.write_bytes(before.replace(b".parent.parent.parent /", b".parent.parent /", 1))
        self.run("git", "add", "-A")
        done = self.started("git", "commit", "-m", "Break a standard")
        script.write_bytes(before)
        self.run("git", "add", "-A")
        if done.returncode == 0 or "WF201" not in done.stdout + done.stderr:
            raise UserError("a commit that breaks a standard was not refused", f"see {self.log}")
        return _last(done.stdout + done.stderr, "WF201")

    def python(self, script: str, *words: str) -> str:
        """Run a script of the host and return the last line it printed."""
        lines = [line for line in self.run(sys.executable, script, *words).stdout.splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the host; everything it prints goes into the log.

        Raises:
            UserError: the command failed.
        """
        done = self.started(*command)
        if done.returncode:
            told = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise UserError(f"{Path(command[0]).name} {' '.join(command[1:])} failed:\n{told}", f"all of it is in {self.log}")
        return done

    def started(self, *command: str) -> subprocess.CompletedProcess[str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PYTHONIOENCODING": "utf-8"}
        found = shutil.which(command[0], path=path)
        if found is None:
            raise UserError(f"{command[0]} is not installed", "python -m pip install 'workflow-template[demo]'")
        done = subprocess.run(  # noqa: S603 - the commands of the steps above
            [found, *command[1:]], cwd=self.top, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace"
        )
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}\n")
        return done


def timed(step: Step) -> tuple[str, float]:
    """Do one step. Returns what came out and the seconds it took."""
    start = time.perf_counter()
    return step.work(), time.perf_counter() - start


def _last(text: str, word: str) -> str:
    return next((re.sub(r"\.{4,}", ": ", line.strip()) for line in reversed(text.splitlines()) if word in line), "")
