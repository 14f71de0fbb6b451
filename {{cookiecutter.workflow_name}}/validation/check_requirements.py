"""Say which requirements of the plan are met: `python validation/check_requirements.py [--json]`.

The plan lists each with what verifies it: `test: NAME` (a test of this workflow), `rule: BR-NN` (a business rule, judged on
the samples) or `person: ROLE, DAY` (met when the day is written). Exit code: 0 all are met, 1 one is not.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

WORKFLOW = Path(__file__).parent.parent
HOST = WORKFLOW.parent.parent
PLAN = HOST / "dev" / "checklists" / "workflow_plans" / "{{ cookiecutter.workflow_name }}.md"
sys.path.insert(0, str(HOST / "dev" / "shared"))
from validation_helpers import format_table
from workflow_testing.scripts import load_script

business_rules = load_script(Path(__file__).parent / "validate_business_rules.py")

ROW = re.compile(r"\|\s*([A-Z]+-\d+)\s*\|\s*(.+?)\s*\|\s*(test|rule|person)\s*:\s*(.+?)\s*\|")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Requirement(NamedTuple):
    """One row of the plan's table; *kind* is `test`, `rule` or `person`."""

    id: str
    text: str
    kind: str
    by: str


def read_requirements(plan: Path) -> list[Requirement]:
    """Read the table of requirements.

    Raises:
        ValueError: the plan is missing or lists none, since no requirement at all is not "all are met".
    """
    found = [Requirement(*row) for row in ROW.findall(plan.read_text(encoding="utf-8"))] if plan.is_file() else []
    if not found:
        raise ValueError(f"{plan} lists no requirements: write rows such as | REQ-01 | what must hold | test: test_name |")
    return found


def is_met(requirement: Requirement, tests: dict[str, bool], rules: dict[str, bool]) -> bool:
    """Whether what verifies *requirement* says yes; a test or rule that is not there says no."""
    if requirement.kind == "person":
        return bool(DAY.search(requirement.by))
    return (tests if requirement.kind == "test" else rules).get(requirement.by.strip("`"), False)


def run_tests() -> dict[str, bool]:
    """Run the tests of this workflow once. Returns {name of the test function: all its cases passed}."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        command = [sys.executable, "-m", "pytest", str(WORKFLOW / "testing"), "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        subprocess.run(command, cwd=HOST, capture_output=True, check=False)
        return read_results(report)


def read_results(report: Path) -> dict[str, bool]:
    """Read a JUnit report. Returns {name of the test function: all its cases passed}; a skipped case has not passed."""
    results: dict[str, bool] = {}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest has just written it
        name = case.attrib["name"].partition("[")[0]
        results[name] = results.get(name, True) and len(case.findall("*")) == 0
    return results


def main(argv: Sequence[str] | None = None) -> int:
    """Print which requirements are met. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(argv)
    try:
        requirements = read_requirements(PLAN)
    except ValueError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    tests = run_tests() if any(each.kind == "test" for each in requirements) else {}
    rules = {result.id: result.ok for report in business_rules.validate_samples() for result in report.results}
    met = [is_met(each, tests, rules) for each in requirements]
    sys.stdout.write(_json(requirements, met) if given.json else _table(requirements, met))
    return 0 if all(met) else 1


def _json(requirements: list[Requirement], met: list[bool]) -> str:
    rows = [{**each._asdict(), "met": yes} for each, yes in zip(requirements, met, strict=True)]
    return json.dumps({"ok": all(met), "requirements": rows}, indent=2, ensure_ascii=True) + "\n"


def _table(requirements: list[Requirement], met: list[bool]) -> str:
    rows = [(each.id, each.text[:60], f"{each.kind}: {each.by}", "met" if yes else "NOT MET") for each, yes in zip(requirements, met, strict=True)]
    return format_table(("id", "requirement", "verified by", ""), rows) + f"\n{sum(met)} of {len(met)} requirements are met\n"


if __name__ == "__main__":
    sys.exit(main())
