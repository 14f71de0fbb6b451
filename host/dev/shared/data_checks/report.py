"""What the checks found: a table for the terminal, JSON, JUnit XML; the page is in `page`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
import uuid
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from data_checks.checks import Check
from data_checks.engine import plan, validate
from data_checks.page import to_html
from data_checks.quarantine import quarantine
from data_checks.results import Report, Result, digest_of, summary
from data_checks.sql import CheckError

try:
    from db_errors import DatabaseError  # what DatabaseHelper raises, with a hint
except ImportError:  # it is not in use
    DatabaseError = sa.exc.DBAPIError

WORDS = {"passed": "ok", "failed": "FAILED", "warning": "warning", "info": "info", "skipped": "skipped"}
COLOURS = {"ok": "32", "FAILED": "1;31", "warning": "33", "info": "36", "skipped": "2"}
WIDEST = 60
NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `run_checks`: `--plan`, `--json`, `--html FILE`, `--junit FILE`, `--samples N`, `--quarantine`."""
    parser.add_argument("--plan", action="store_true", help="show the SQL and what it reads, and read nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page to open, to send or to print")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML for a pipeline")
    parser.add_argument("--samples", type=_count, default=0, metavar="N", help="show the keys of N failing rows for each check")
    parser.add_argument("--quarantine", action="store_true", help="copy the rows that break a rule to TABLE_quarantine, with their reasons")


def run_checks(db: Any, checks: Mapping[str, Sequence[Check]], given: argparse.Namespace, title: str = "Data checks") -> int:
    """Judge each table by its *checks* and report, as `check_options` were *given*.

    Returns the exit code: 0 all is well (or only planned), 1 a check failed, 2 one could not be judged.
    """
    try:
        if given.plan:
            plans = [plan(db, table, each) for table, each in checks.items()]
            _print(_as_json([each.as_dict() for each in plans]) if given.json else "\n\n".join(map(str, plans)) + "\n")
            return 0
        run = str(uuid.uuid4())
        reports = [validate(db, table, each, samples=given.samples, run_id=run) for table, each in checks.items()]
        asked = {table: each for table, each in checks.items() if given.quarantine and _by_row(each)}
        moved = [quarantine(db, table, each, f"{table}_quarantine", run_id=run) for table, each in asked.items()]
    except CheckError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except (sa.exc.DBAPIError, DatabaseError) as error:
        problem = str(error.orig).strip().splitlines()[0] if isinstance(error, sa.exc.DBAPIError) else str(error)
        sys.stderr.write(f"error: the checks cannot be run: {problem}\n")
        return 2
    code = main_report(reports, given.json, html=given.html, junit=given.junit, title=title)
    for each in moved:
        (sys.stderr if given.json else sys.stdout).write(f"{each}\n")
    return code


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f'"{text}" is no number of rows, such as 5')
    return int(text)


def _by_row(checks: Sequence[Check]) -> bool:
    return any(each.bad and each.severity == "error" for each in checks)


def main_report(
    reports: Iterable[Report],
    as_json: bool = False,
    *,
    html: Path | str | None = None,
    junit: Path | str | None = None,
    title: str = "Data checks",
) -> int:
    """Print a table (or JSON) of all results, and write the files asked for. Returns the exit code: 0 all is well, 1 a check failed."""
    reports = list(reports)
    said = evidence(reports)
    _print(_as_json(said) if as_json else to_text(reports, colour=_wants_colour()))
    if html:
        _write(Path(html), to_html(reports, said, title).encode())
    if junit:
        _write(Path(junit), to_junit(reports))
    return 0 if said["ok"] else 1


def _as_json(content: Any) -> str:
    return json.dumps(content, indent=2) + "\n"


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def evidence(reports: Sequence[Report]) -> dict[str, Any]:
    """All results for JSON. `digest` is the SHA-256 of all the rest as canonical JSON: what a checklist or an auditor can cite."""
    tables = [report.as_dict() for report in reports]
    results = [result for table in tables for result in table.pop("results")]
    said = {"ok": all(report.ok for report in reports), "results": results, "tables": tables}
    return {**said, "digest": digest_of(said)}


def to_text(reports: Sequence[Report], colour: bool = False) -> str:
    """A table of results for each table, and one sentence for all."""
    parts = []
    for report in reports:
        rows = [(WORDS[each.status], each.id, _short(each.title), each.found) for each in report.results]
        table = format_table(("", "check", "what must hold", "found"), rows)
        samples = [f"  {each.id}: {'; '.join(each.samples)}\n" for each in report.results if each.samples]
        parts.append(f"{report.headline}\n\n{_coloured(table) if colour else table}\n{''.join(['', *samples])}")
    return "\n".join(parts) + f"\n{summary([result for report in reports for result in report.results])}\n"


def format_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows of text in columns."""
    widths = [max(len(str(line[at])) for line in [head, *rows]) for at in range(len(head))]
    lines = ["  ".join(str(cell).ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in [head, *rows]]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def to_junit(reports: Sequence[Report]) -> bytes:
    """JUnit XML: a suite for each table, a case for each check. What only warns has passed, and is told in the suite's output."""
    top = ElementTree.Element("testsuites")
    for number, report in enumerate(reports):
        failed = [each for each in report.results if not each.ok]
        skipped = sum(each.status == "skipped" for each in report.results)
        suite = ElementTree.SubElement(
            top,
            "testsuite",
            {
                **{"id": str(number), "name": _xml(report.table), "package": "data-checks", "hostname": platform.node() or "localhost"},
                **{"timestamp": report.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "time": f"{report.seconds:.3f}"},
                **{"tests": str(len(report.results)), "failures": str(len(failed)), "errors": "0", "skipped": str(skipped)},
            },
        )
        ElementTree.SubElement(suite, "properties")
        for result in report.results:
            _add_case(suite, result)
        told = [
            f"{each.status}: {each.id}: {each.title}: {each.found}" for each in report.results if each.status not in ("passed", "failed")
        ]
        ElementTree.SubElement(suite, "system-out").text = _xml("\n".join(told))
        ElementTree.SubElement(suite, "system-err")
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)


def _add_case(suite: ElementTree.Element, result: Result) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", {"name": _xml(f"{result.id}: {result.title}"), "classname": _xml(result.table), "time": "0"}
    )
    if result.status == "skipped":
        ElementTree.SubElement(case, "skipped")
    if not result.ok:
        failure = ElementTree.SubElement(case, "failure", {"message": _xml(result.found), "type": _xml(result.kind)})
        failure.text = _xml("\n".join([result.title, *result.samples, result.sql]))


def _xml(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return NO_XML.sub("?", text)


def _short(title: str) -> str:
    return title if len(title) <= WIDEST else f"{title[: WIDEST - 3]}..."


def _wants_colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _coloured(table: str) -> str:
    words = "|".join(COLOURS)
    return re.sub(rf"^({words})\b", lambda found: f"\033[{COLOURS[found.group()]}m{found.group()}\033[0m", table, flags=re.MULTILINE)


def _print(text: str) -> None:
    """Write to a terminal that may not know all characters, as those of Windows do not."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
