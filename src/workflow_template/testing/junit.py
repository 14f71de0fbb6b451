"""Results as JUnit XML, which every CI system shows: one suite for each workflow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from workflow_template.testing.facts import Test
from workflow_template.testing.verdict import Judged

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(judged: Sequence[Judged]) -> bytes:
    """The file. What fails a workflow without failing a test, such as its coverage, is a test case of its own."""
    suites = [_suite(each) for each in judged]
    root = ElementTree.Element("testsuites", {"name": "workflow test", **_sums(suites)})
    root.extend(suites)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(judged: Judged) -> ElementTree.Element:
    outcome, verdict, _ = judged
    cases = [_case(test) for test in outcome.facts.tests]
    if verdict.code and not any(test.bad for test in outcome.facts.tests):
        case = ElementTree.Element("testcase", classname=f"dev.{outcome.workflow}", name=verdict.word.lower(), time="0.000")
        kind = "failure" if verdict.code == 1 else "error"
        _add(case, kind, verdict.reason, outcome.facts.output)
        cases.append(case)
    suite = ElementTree.Element("testsuite", {"name": outcome.workflow, **_counted(cases), "time": f"{outcome.facts.seconds:.3f}"})
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (("coverage", f"{outcome.facts.percent:.2f}"), ("proved", outcome.since or "now"), ("reason", verdict.reason)):
        ElementTree.SubElement(properties, "property", name=name, value=_clean(value))
    suite.extend(cases)
    return suite


def _counted(cases: Sequence[ElementTree.Element]) -> dict[str, str]:
    counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    found = {name: str(sum(case.find(kind) is not None for case in cases)) for name, kind in counts.items()}
    return {"tests": str(len(cases)), **found}


def _sums(suites: Sequence[ElementTree.Element]) -> dict[str, str]:
    counts = {name: str(sum(int(suite.get(name, "0")) for suite in suites)) for name in ("tests", "failures", "errors", "skipped")}
    return {**counts, "time": f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}"}


def _case(test: Test) -> ElementTree.Element:
    path, *parts = re.split("::", test.id, maxsplit=1)
    classes, _, name = _split(parts[0] if parts else "")
    classname = ".".join(filter(None, [path.removesuffix(".py").replace("/", "."), classes.replace("::", ".")]))
    attributes = {"classname": classname, "name": name or "import", "file": path, "line": str(test.line), "time": f"{test.seconds:.3f}"}
    case = ElementTree.Element("testcase", {key: _clean(value) for key, value in attributes.items()})
    for kind, message in _elements(test):
        _add(case, kind, message, test.text if test.bad else "")
    if test.output:
        ElementTree.SubElement(case, "system-out").text = _clean(test.output)
    return case


def _split(name: str) -> tuple[str, str, str]:
    """Classes and function; `::` within the parameters of a test is no border."""
    head, bracket, parameters = name.partition("[")
    classes, border, function = head.rpartition("::")
    return classes, border, f"{function}{bracket}{parameters}"


def _elements(test: Test) -> Iterator[tuple[str, str]]:
    if test.bad:
        told = [line[1:].strip() for line in test.text.splitlines() if line.startswith("E ")]
        yield ("failure" if test.outcome == "failed" else "error"), (told or test.text.splitlines() or [""])[0]
    elif test.outcome in ("skipped", "xfailed"):
        yield "skipped", test.text or ("expected to fail" if test.outcome == "xfailed" else "")


def _add(case: ElementTree.Element, kind: str, message: str, text: str) -> None:
    ElementTree.SubElement(case, kind, message=_clean(message)).text = _clean(text) or None


def _clean(text: str) -> str:
    """What XML 1.0 cannot hold is written as Python would."""
    return _NOT_XML.sub(lambda found: ascii(found[0])[1:-1], text)
