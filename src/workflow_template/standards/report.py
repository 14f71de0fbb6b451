"""How findings are shown: to a person, to a machine, in a pull request."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Any

from workflow_template import __version__
from workflow_template.standards.finish import Report
from workflow_template.standards.rule import Finding
from workflow_template.standards.rules import RULES

_COLOURS = {"error": "31", "warning": "33", "info": "36"}
_BY_ID = {rule.id: rule for rule in RULES}
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_GITHUB = {"error": "error", "warning": "warning", "info": "notice"}
REPOSITORY = "the repository"


def text(report: Report, colour: bool) -> str:
    """Findings by workflow, then one line that sums up."""
    lines: list[str] = []
    for group, found in groupby(sorted(report.findings, key=_by_group), key=lambda finding: finding.group):
        findings = list(found)
        lines += [_styled(f"{group or REPOSITORY}", "1", colour) + f"  {_count(len(findings), 'finding')}"]
        lines += [_line(finding, colour) for finding in findings]
        lines.append("")
    return "\n".join([*lines, summary_line(report, colour)])


def summary_line(report: Report, colour: bool = False) -> str:
    """What a run came to, in one line."""
    severities = Counter(each.severity for each in report.findings)
    said = ", ".join(
        _count(severities[severity], severity) if severity != "info" else f"{severities[severity]} for information"
        for severity in _COLOURS
        if severities[severity]
    )
    fixable = sum(each.fixable for each in report.findings)
    parts = [_styled(said, _COLOURS["error" if report.failed else "info"], colour) if said else _styled("no findings", "32", colour)]
    parts[0] += f" in {_count(len(report.workflows), 'workflow')} and {_count(report.files, 'file')}"
    if fixable:
        parts.append(f"{fixable} can be fixed: --fix")
    if report.known:
        parts.append(f"{report.known} known from the baseline")
    if report.passed_over:
        parts.append(f"{report.passed_over} passed over")
    if report.removable:
        parts.append(f"{_count(len(report.removable), 'entry', 'entries')} of the baseline mended: --baseline takes them out")
    return "; ".join(parts)


def statistics(report: Report) -> str:
    """How often each rule was broken, the most often first."""
    counts = Counter(each.rule for each in report.findings)
    fixable = Counter(each.rule for each in report.findings if each.fixable)
    width = max((len(str(count)) for count in counts.values()), default=1)
    return "\n".join(
        f"{count:{width}}  {rule:6}  [{'*' if fixable[rule] else ' '}] {title_of(rule)}".rstrip() for rule, count in counts.most_common()
    )


def as_json(report: Report) -> str:
    import json

    severities = Counter(each.severity for each in report.findings)
    summary = {
        "findings": len(report.findings),
        **{f"{severity}s" if severity != "info" else "info": severities[severity] for severity in _COLOURS},
        "fixable": sum(each.fixable for each in report.findings),
        "workflows": len(report.workflows),
        "files": report.files,
        "rules": len(RULES),
        "passed_over": report.passed_over,
        "baseline": report.known,
        "removable": list(report.removable),
    }
    return json.dumps({"findings": [_as_dict(each) for each in report.findings], "summary": summary}, indent=2, ensure_ascii=False)


def github(report: Report) -> str:
    """Workflow commands that GitHub shows beside the lines of a pull request."""
    lines = []
    for each in report.findings:
        place = {"file": each.path, "line": max(each.line, 1), "col": each.column, "title": f"{each.rule} {title_of(each.rule)}".strip()}
        told = ",".join(f"{key}={_escaped(str(value), True)}" for key, value in place.items())
        lines.append(f"::{_GITHUB[each.severity]} {told}::{_escaped(each.message)}")
    return "\n".join([*lines, summary_line(report)])


def markdown(report: Report) -> str:
    """A table for a pull request."""
    lines = [f"**Standards:** {summary_line(report)}", ""]
    if report.findings:
        lines += ["| place | rule | finding |", "| --- | --- | --- |"]
        lines += [f"| `{_place(each)}` | {each.rule} | {_cell(each.message)} |" for each in report.findings]
    return "\n".join(lines).rstrip()


def junit(report: Report) -> str:
    """A suite for each workflow, with a case for each finding, for systems that show test results."""
    import xml.etree.ElementTree as ElementTree

    groups: dict[str, list[Finding]] = {name: [] for name in [*report.workflows, ""]}
    for each in report.findings:
        groups.setdefault(each.group, []).append(each)
    top = ElementTree.Element("testsuites", name="standards")
    for name, findings in groups.items():
        shown = [each for each in findings if each.severity != "info"]
        counts = {"tests": str(len(shown) or 1), "failures": str(len(shown)), "errors": "0", "skipped": "0"}
        suite = ElementTree.SubElement(top, "testsuite", {"name": _xml(name or REPOSITORY), **counts})
        for each in shown:
            case = ElementTree.SubElement(suite, "testcase", {"classname": _xml(each.path), "name": f"{each.rule} line {each.line}"})
            failure = ElementTree.SubElement(case, "failure", {"type": each.rule, "message": _xml(each.message)})
            failure.text = _xml(f"{_place(each)}: {each.message}")
        if not shown:
            ElementTree.SubElement(suite, "testcase", {"classname": _xml(name or REPOSITORY), "name": "standards"})
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(top, encoding="unicode")


def sarif(report: Report) -> str:
    """SARIF 2.1.0, for code scanning."""
    import json

    ids = sorted({each.rule for each in report.findings} | set(_BY_ID))
    place = {rule: number for number, rule in enumerate(ids)}
    driver = {
        "name": "workflow check",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_sarif_rule(rule) for rule in ids],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"HOST": {"description": {"text": "The top of the repository."}}},
        "results": [_sarif_result(each, place[each.rule]) for each in report.findings],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": lambda report: text(report, False),
    "json": as_json,
    "sarif": sarif,
    "github": github,
    "markdown": markdown,
    "junit": junit,
}


def has_colour() -> bool:
    """Whether standard output is a terminal that may show colours; https://no-color.org"""
    return bool(sys.stdout.isatty() and not os.environ.get("NO_COLOR") or os.environ.get("FORCE_COLOR"))


def title_of(rule: str) -> str:
    """What a rule of ours demands; ruff tells that in its message."""
    return _BY_ID[rule].title if rule in _BY_ID else ""


def _by_group(finding: Finding) -> tuple[Any, ...]:
    return (finding.group, finding.path, finding.line, finding.column, finding.rule)


def _line(finding: Finding, colour: bool) -> str:
    rule = _styled(finding.rule, _COLOURS[finding.severity], colour)
    fixable = " [--fix]" if finding.fixable else ""
    return f"  {_styled(_place(finding), '1', colour)}: {rule} {finding.message}{fixable}"


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}:{finding.column}" if finding.line else finding.path


def _as_dict(finding: Finding) -> dict[str, object]:
    shown = finding._asdict()
    del shown["fixes"]
    return shown | {"fixable": finding.fixable}


def _count(number: int, word: str, words: str = "") -> str:
    return f"{number:,} {word if number == 1 else words or word + 's'}"


def _styled(said: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{said}\x1b[0m" if colour else said


def _escaped(said: str, inside: bool = False) -> str:
    for sign, written in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), *(((":", "%3A"), (",", "%2C")) if inside else ())):
        said = said.replace(sign, written)
    return said


def _cell(said: str) -> str:
    return said.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _xml(said: str) -> str:
    return "".join(sign if sign >= " " or sign in "\t\n" else "\ufffd" for sign in said if not "\ud800" <= sign <= "\udfff")


def _sarif_rule(rule: str) -> dict[str, Any]:
    if rule not in _BY_ID:
        return {"id": rule, "helpUri": f"https://docs.astral.sh/ruff/rules/#{rule}"}
    known = _BY_ID[rule]
    level = _LEVELS.get(known.severity, "none")
    return {
        "id": rule,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.why},
        "help": {"text": known.remedy or known.why},
        "defaultConfiguration": {"level": level},
    }


def _sarif_result(finding: Finding, place: int) -> dict[str, Any]:
    from urllib.parse import quote

    location: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.path, errors="surrogateescape"), "uriBaseId": "HOST"}}
    if finding.line:
        location["region"] = {"startLine": finding.line, "startColumn": max(finding.column, 1)}
    return {
        "ruleId": finding.rule,
        "ruleIndex": place,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"place/v1": f"{finding.path}:{finding.rule}:{finding.line}"},
    }
