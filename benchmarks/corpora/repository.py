"""Make a repository as a team has it after some years: python benchmarks/corpora/repository.py FOLDER [--workflows 1000] [--seed 0]

Each workflow has 9 Python files of about 490 lines together and 7 others. No two are alike: tables, columns, rules, sources, styles and lengths
are drawn anew for each. They are clean for the most part; one file in forty has something wrong with it, as files have.
"""

from __future__ import annotations

import argparse
import random
import subprocess
from pathlib import Path

AREAS = "sales orders refunds stock prices customers shops carriers invoices budgets visits sensors meters tickets payroll returns leads ads".split()
ADJECTIVES = "daily weekly hourly monthly regional open closed late european nordic retail wholesale online archived corrected gross net".split()
COLUMNS = "amount quantity status region currency customer shop carrier category channel discount weight margin segment source_system note".split()
VERBS = "trim lower round_to_cents drop_unknown fill_missing cap_at_limit reject_negative normalise_code parse_day merge_names".split()
FLAWS = (
    '\n\ndef peek(rows):\n    """Show rows."""\n    print(rows[0])\n',
    '\n\ndef purge(db):\n    """Empty the log."""\n    db.execute_query("DELETE FROM run_log")\n',
    "\n\ndef quiet(rows):\n    \"\"\"Load, whatever happens.\"\"\"\n    try:\n        load(rows)\n    except ConnectionError:\n        pass\n",
    '\n\ndef find(db, name):\n    """Find rows by name."""\n    return db.execute_query(f"SELECT id FROM people WHERE name = \'{name}\'")\n',
    '\n\nENDPOINT = "https://api.acme.com/v1/items"\n',
)
_HEAD = """import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__){parents} / "utils"))
from db_helper import DatabaseHelper
"""
_TEST_HEAD = """import sys
from pathlib import Path
"""


class Maker:
    """Writes the files of one workflow, all drawn from its own random numbers."""

    def __init__(self, number: int, seed: int) -> None:
        self.chance = random.Random(seed * 1_000_003 + number)
        self.area = self.chance.choice(AREAS)
        self.name = f"{self.chance.choice(ADJECTIVES)}_{self.area}_{number:04d}"
        self.source, self.target = f"raw_{self.name}", self.name
        self.columns = self.chance.sample(COLUMNS, self.chance.randint(4, 6))
        self.steps = self.chance.sample(VERBS, self.chance.randint(6, 8))

    def files(self) -> dict[str, str]:
        made = {
            f"{self.name}.py": self.script(),
            f"testing/test_{self.name}.py": self.unit_tests(),
            "testing/test_integration.py": self.integration_tests(),
            "testing/test_performance.py": self.performance_test(),
            "validation/validate_data_quality.py": self.data_quality(),
            "validation/validate_business_rules.py": self.business_rules(),
            "validation/check_requirements.py": self.requirements(),
            "debugging/debug_component.py": self.debugging(),
            "debugging/profile_performance.py": self.profiling(),
            "workflow.toml": self.manifest(),
            "kestra_flow.yml": self.flow(),
            "README.md": f"# {self.title}\n\nLoads `{self.source}` into `{self.target}`. See [api](docs/api.md).\n",
            "docs/api.md": f"# API\n\n`--since`, `--dry-run`\n\nTables: {self.source}, {self.target}\n",
            "testing/test_data_samples/schema.sql": self.schema(),
            f"testing/test_data_samples/{self.source}.csv": self.sample(),
        }
        if self.chance.random() < 9 / 40:
            path = self.chance.choice([path for path in made if path.endswith(".py")])
            made[path] += self.chance.choice(FLAWS)
        return made

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()

    def script(self) -> str:
        listed = ", ".join(["id", *self.columns, "updated_at"])
        steps = "\n\n\n".join(self.step(name) for name in self.steps)
        calls = "\n".join(f"        row = {name}(row)" for name in self.steps)
        return f'''"""Load {self.area} from `{self.source}` into `{self.target}`."""

import argparse
import logging
{_HEAD.format(parents=".parent" * 3)}
db_helper = DatabaseHelper()

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
logger = logging.getLogger(__name__)

SOURCE_TABLE = "{self.source}"
TARGET_TABLE = "{self.target}"
LIMIT = {self.chance.randint(10, 9999)}


{steps}


def extract(db, batch_size, since=None):
    """Yield the source rows in batches."""
    conditions, params = ["1 = 1"], {{}}
    if since:
        conditions.append("updated_at >= :since")
        params["since"] = since
    query = f"SELECT {listed} FROM {{db.quote(SOURCE_TABLE)}} WHERE {{' AND '.join(conditions)}}"
    yield from db.stream_query(query, params, batch_size=batch_size)


def transform(rows):
    """Clean rows; those that break a rule are left out."""
    clean = []
    for row in rows:
{calls}
        if row is None:
            logger.debug("a row was left out")
            continue
        clean.append(row)
    return clean


def load(db, rows):
    """Write rows to the target."""
    return db.upsert(TARGET_TABLE, rows, key="id")


def run(db, batch_size, since=None):
    """Extract, transform and load in one transaction."""
    read = 0
    try:
        with db.get_connection():
            for batch in extract(db, batch_size, since):
                read += len(batch)
                load(db, transform(batch))
    except Exception:
        logger.exception("stopped after %d rows", read)
        raise
    return read


def main(argv=None):
    """Run the workflow. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--since", help="only rows changed on or after this day")
    parser.add_argument("--dry-run", action="store_true")
    given = parser.parse_args(argv)
    config = db_helper.load_config()
    read = run(db_helper, config["processing"]["batch_size"], given.since)
    logger.info("%d rows", read)
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''

    def step(self, name: str) -> str:
        column = self.chance.choice(self.columns)
        bodies = (
            f'    if row is None:\n        return None\n    row["{column}"] = (row["{column}"] or "").strip()\n    return row',
            f'    if row is None or row["{column}"] is None:\n        return None\n    return {{**row, "{column}": round(float(row["{column}"]), 2)}}',
            f'    value = row and row.get("{column}")\n    if value in (None, "", "unknown"):\n        return None\n    return row',
            f'    if row and str(row["{column}"]).startswith("-"):\n        logger.debug("row %s is negative", row["id"])\n        return None\n    return row',
            f'    names = {{"a": "first", "b": "second", "c": "third"}}\n    if row:\n        row["{column}"] = names.get(row["{column}"], row["{column}"])\n    return row',
        )
        return f'def {name}(row):\n    """{name.replace("_", " ").capitalize()} in {column}."""\n{self.chance.choice(bodies)}'

    def unit_tests(self) -> str:
        tests = "\n\n\n".join(
            f"def test_{name}_keeps_good_rows():\n    row = dict(GOOD)\n\n    assert workflow.{name}(row) is not None\n\n\n"
            f"def test_{name}_passes_nothing_on():\n    assert workflow.{name}(None) is None"
            for name in self.steps
        )
        good = ", ".join(f'"{column}": "{self.chance.choice("abcxyz")}{self.chance.randint(1, 99)}"' for column in self.columns)
        return f'''"""Unit tests of `{self.name}.py`."""

import pytest
{_TEST_HEAD}
sys.path.insert(0, str(Path(__file__).parents[2] / "shared"))
from test_framework import load_script

workflow = load_script(Path(__file__).parents[1] / "{self.name}.py")
GOOD = {{"id": 1, {good}}}


{tests}


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_no_batch_is_larger_than_the_batch_size(db, size):
    assert all(len(batch) <= size for batch in workflow.extract(db, size))
'''

    def integration_tests(self) -> str:
        names = [f"{verb}_{column}" for column in self.columns for verb in ("keeps", "loads")]
        tests = "\n\n\n".join(
            f"def test_a_run_{name}(db):\n    workflow.run(db, batch_size=5)\n\n    assert [row[\"{name.partition('_')[2]}\"] for row in target(db)] != []"
            for name in names
        )
        return f'''"""The whole workflow on a real database file."""

{_TEST_HEAD}
sys.path.insert(0, str(Path(__file__).parents[2] / "shared"))
from test_framework import load_script, snapshot

workflow = load_script(Path(__file__).parents[1] / "{self.name}.py")


def target(db):
    return snapshot(db, workflow.TARGET_TABLE, "id")


{tests}


def test_a_second_run_changes_nothing(db):
    workflow.run(db, batch_size=5)
    before = target(db)
    workflow.run(db, batch_size=3)

    assert target(db) == before
'''

    def performance_test(self) -> str:
        return f'''"""At 150 % of volume the budget is kept."""

{_TEST_HEAD}
sys.path.insert(0, str(Path(__file__).parents[2] / "shared"))
from performance_profiler import judge, measure
from test_framework import load_script

workflow = load_script(Path(__file__).parents[1] / "{self.name}.py")
VOLUME = {self.chance.randint(1000, 9000)}


def test_the_budget_is_kept(db):
    measured = measure(lambda: workflow.run(db, batch_size=1000))

    assert judge(measured.seconds, "standard").ok
'''

    def data_quality(self) -> str:
        checks = "\n".join(f'    not_null("{column}"),\n    matches_length("{column}", {self.chance.randint(10, 200)}),' for column in self.columns)
        return f'''"""Validate the data quality of `{self.target}`."""

{_HEAD.format(parents=".parent" * 4)}
sys.path.insert(0, str(Path(__file__).parents[2] / "shared"))
from validation_helpers import main_report, matches_length, not_null, unique, validate

db_helper = DatabaseHelper()
CHECKS = (
    unique("id"),
{checks}
)


def main(argv=None):
    """Validate. Returns the exit code."""
    return main_report([validate(db_helper, "{self.target}", CHECKS)], "--json" in (argv or []))


if __name__ == "__main__":
    sys.exit(main())
'''

    def business_rules(self) -> str:
        rules = "\n".join(
            f'    rule("BR-{number:02d}", "{column.capitalize()} is known", "{column} IS NOT NULL AND {column} <> \'\'"),'
            for number, column in enumerate(self.columns, 1)
        )
        return f'''"""Validate the business rules of `{self.target}`."""

{_HEAD.format(parents=".parent" * 4)}
sys.path.insert(0, str(Path(__file__).parents[2] / "shared"))
from validation_helpers import main_report, rule, validate

db_helper = DatabaseHelper()
RULES = (
{rules}
)


def main(argv=None):
    """Validate. Returns the exit code."""
    return main_report([validate(db_helper, "{self.target}", RULES)], "--json" in (argv or []))


if __name__ == "__main__":
    sys.exit(main())
'''

    def requirements(self) -> str:
        return f'''"""Say which requirements of the plan are met."""

import re
import sys
from pathlib import Path

PLAN = Path(__file__).parents[3] / "dev" / "checklists" / "workflow_plans" / "{self.name}.md"
ROW = re.compile(r"\\|\\s*([A-Z]+-\\d+)\\s*\\|\\s*(.+?)\\s*\\|\\s*(test|rule|person)\\s*:\\s*(.+?)\\s*\\|")


def main():
    """Print the requirements. Returns the exit code."""
    found = ROW.findall(PLAN.read_text(encoding="utf-8"))
    for name, text, kind, by in found:
        sys.stdout.write(f"{{name}} {{text}}: {{kind}} {{by}}\\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
'''

    def debugging(self) -> str:
        stages = "\n".join(f'    if stage == "{name}":\n        rows = [workflow.{name}(row) for row in rows]' for name in self.steps)
        return f'''"""Run one stage on one batch, with a verbose log."""

import logging
{_TEST_HEAD}
sys.path.insert(0, str(Path(__file__).parent.parent))
import {self.name} as workflow

logger = logging.getLogger("debug_component")


def debug(db, stage, batch_size=10):
    """Run one stage. Returns how many rows came out."""
    rows = next(workflow.extract(db, batch_size), [])
{stages}
    logger.debug("%s gave %d rows", stage, len(rows))
    return len(rows)
'''

    def profiling(self) -> str:
        return f'''"""Write a page that shows where the time goes."""

{_HEAD.format(parents=".parent" * 4)}
sys.path.insert(0, str(Path(__file__).parent.parent))
import {self.name} as workflow

sys.path.insert(0, str(Path(__file__).parents[2] / "shared"))
from performance_profiler import write_profile


def main():
    """Profile a run. Returns the exit code."""
    db = DatabaseHelper()
    page = write_profile(lambda: workflow.run(db, batch_size=1000), Path("profile.html"))
    sys.stdout.write(f"{{page}}\\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''

    def manifest(self) -> str:
        return f"""[workflow]
name = "{self.name}"
title = "{self.title}"
description = "Load {self.area}."
owner = "{self.chance.choice(["sales", "finance", "logistics", "data"])}-team"
criticality = "standard"
schedule = "{self.chance.randint(0, 59)} {self.chance.randint(0, 23)} * * *"

[tables]
reads = ["{self.source}"]
writes = ["{self.target}"]
"""

    def flow(self) -> str:
        return f"""id: {self.name}
namespace: company.workflows
inputs:
  - id: since
    type: STRING
    required: false
sla:
  - id: budget
    type: MAX_DURATION
    duration: PT10M
    behavior: FAIL
tasks:
  - id: run
    type: io.kestra.plugin.scripts.python.Commands
    env:
      WORKFLOW_DATABASE__URL: "{{{{ secret('WORKFLOW_DATABASE_URL') }}}}"
      SINCE: "{{{{ inputs.since ?? '' }}}}"
    timeout: PT10M
    retry:
      type: exponential
      interval: PT10S
      maxAttempts: 3
    commands:
      - python scripts/{self.name}/{self.name}.py
"""

    def schema(self) -> str:
        columns = ",\n".join(f"    {column} VARCHAR({self.chance.randint(10, 200)})" for column in self.columns)
        return "".join(f"CREATE TABLE {table} (\n    id INTEGER PRIMARY KEY,\n{columns},\n    updated_at TIMESTAMP\n);\n" for table in (self.source, self.target))

    def sample(self) -> str:
        rows = ["id," + ",".join(self.columns)]
        rows += [f"{number}," + ",".join(self.chance.choice(["north", "south", "7.50", "open", ""]) for _ in self.columns) for number in range(1, 9)]
        return "\n".join(rows) + "\n"


def make_repository(top: Path, workflows: int, seed: int = 0) -> None:
    """Write a repository with so many workflows, all files committed to git's index."""
    for number in range(workflows):
        maker = Maker(number, seed)
        files = {f"dev/{maker.name}/{path}": text for path, text in maker.files().items()}
        files[f"dev/checklists/workflow_plans/{maker.name}.md"] = f"# Plan of {maker.title}\n\n| REQ-01 | rows arrive | rule: BR-01 |\n"
        for path, text in files.items():
            place = top / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
    subprocess.run(["git", "init", "-q"], cwd=top, check=True)
    subprocess.run(["git", "add", "-A"], cwd=top, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workflows", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    make_repository(given.folder, given.workflows, given.seed)


if __name__ == "__main__":
    main()
