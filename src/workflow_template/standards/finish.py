"""What becomes of raw findings: how severe they are here, what a line or the host passes over, and what was there before the standards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from workflow_template.core.errors import UserError
from workflow_template.core.host import RENDERING, TRANSACTION, Host
from workflow_template.standards.listing import Disk
from workflow_template.standards.rule import Finding, Fix
from workflow_template.standards.rules import RULES
from workflow_template.standards.settings import FILE, Pass, Settings, matches
from workflow_template.standards.suppression import Suppression

BASELINE = "config/standards-baseline.json"
_DEFAULTS = {rule.id: rule.severity for rule in RULES}
_MILD = ("D", "G")  # of ruff: documentation and style of log calls
_PROVEN = "WF607"
Proofs = Callable[[Iterable[str]], Mapping[str, str]]  # names of workflows -> what is wrong with the proof of each, if anything
_UNSEEN = ("WF501",)  # what stands on the line of a secret is not kept, not even as a digest


class Raw:
    """Everything that was found: rows and comments as in `unit.Verdict`, and the files that rules on one file have judged (None: all)."""

    def __init__(self, found: list[list[Any]], comments: list[list[Any]], judged: frozenset[str] | None = None) -> None:
        self.found, self.comments, self.judged = found, comments, judged


class Report(NamedTuple):
    """What was found. *workflows* were looked at; *passed_over* by comments and settings; *known* and *removable* by the baseline."""

    findings: list[Finding]
    workflows: list[str]
    files: int
    passed_over: int = 0
    known: int = 0
    removable: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a finding is more than information."""
        return any(each.severity != "info" for each in self.findings)


class Finished:
    """*findings* to report; how many were passed over by a comment or the host, and by the baseline; entries of it that are mended."""

    def __init__(self, findings: list[Finding], passed_over: int, known: int, removable: list[str]) -> None:
        self.findings, self.passed_over, self.known, self.removable = findings, passed_over, known, removable


class Comment(NamedTuple):
    """A comment that passes findings over, as the rules on such comments see it: *used* says that it did so in this run."""

    path: str
    said: Suppression
    used: bool
    today: date
    ids: frozenset[str]

    @property
    def expired(self) -> bool:
        return not self.said.problem and bool(self.said.until) and date.fromisoformat(self.said.until) < self.today


def finish(raw: Raw, settings: Settings, today: date, whole: bool, baseline: Counter[str], print_of: Callable[[Finding], str]) -> Finished:
    """Turn raw findings into those to report. *whole* says that nothing was left out, so that what matches nothing can be told."""
    findings = [each for row in raw.found if (each := _finding(row, settings)).severity != "off"]
    shown, comments = _pass_by_comments(findings, raw.comments, today)
    extra = [each for comment in comments if raw.judged is None or comment.path in raw.judged for each in _on_comment(comment, settings)]
    shown, used = _pass_by_settings(shown, settings, today)
    extra += _on_passes(settings, used, today, whole)
    passed_over = len(findings) - len(shown)
    new, left = _without_known([*shown, *extra], baseline, print_of)
    removable = sorted(left) if whole else []
    return Finished(sorted(new), passed_over, len(shown) + len(extra) - len(new), removable)


def with_proofs(rows: list[list[Any]], proofs: Proofs | None) -> list[list[Any]]:
    """Leave of WF607, which says only what is ticked, what no proof stands behind; nothing of it where nobody can tell."""
    ticked = [row for row in rows if row[3] == _PROVEN]
    if not ticked:
        return rows
    doubts = proofs(sorted({row[0].split("/")[1] for row in ticked})) if proofs else {}
    kept = [row for row in rows if row[3] != _PROVEN]
    for path, line, column, rule, message, fixes in ticked:
        if why := doubts.get(path.split("/")[1]):
            kept.append([path, line, column, rule, f"{message}, and {why}", fixes])
    return kept


def read_baseline(text: str) -> Counter[str]:
    """Read the findings of a legacy repository: how many of each fingerprint.

    Raises:
        UserError: the file is not what `workflow check --baseline` writes.
    """
    if not text:
        return Counter()
    import json

    try:
        return Counter({str(key): int(count) for key, count in json.loads(text)["known"].items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(f"{BASELINE} is damaged: {error}", "make it anew: workflow check --baseline") from error


def baseline_text(findings: Iterable[Finding], print_of: Callable[[Finding], str]) -> str:
    """The file that freezes these findings; it has a line for each, so that two branches merge."""
    import json

    known = Counter(print_of(each) for each in findings)
    about = "What was there before the standards; only new findings fail. Made by `workflow check --baseline`."
    return json.dumps({"about": about, "known": dict(sorted(known.items()))}, indent=1, ensure_ascii=False) + "\n"


def fingerprint(finding: Finding, line: str) -> str:
    """What tells a finding from others when lines above it come and go: its path, its rule and what stands on its *line*."""
    import hashlib

    said = "" if finding.rule in _UNSEEN else hashlib.blake2b(line.strip().encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"{finding.path} {finding.rule} {said}".rstrip()


def print_of(disk: Disk, texts: dict[str, list[str]], finding: Finding) -> str:
    """The fingerprint of a finding by what stands on its line now."""
    if finding.path not in texts:
        texts[finding.path] = disk.source(finding.path).lines
    lines = texts[finding.path]
    return fingerprint(finding, lines[finding.line - 1] if 0 < finding.line <= len(lines) else "")


def half_done(host: Host) -> tuple[str, ...]:
    """Folders that a killed command left half done."""
    if not any(host.was_left(name) for name in (RENDERING, TRANSACTION)):
        return ()  # as nearly always, and then what knows them need not be loaded
    from workflow_template.core.transaction import pending
    from workflow_template.stamp import marks

    return (*marks.half_rendered(host), *(["."] if pending(host) else []))


def _finding(row: list[Any], settings: Settings) -> Finding:
    path, line, column, rule, message, fixes = row
    default = _DEFAULTS.get(rule) or ("warning" if rule.startswith(_MILD) else "error")
    severity = settings.severity_of(rule, path, default) if settings.severity or settings.paths else default
    return Finding(path, line, column, rule, severity, message, tuple(Fix(*each) for each in fixes))


def _pass_by_comments(findings: list[Finding], rows: list[list[Any]], today: date) -> tuple[list[Finding], list[Comment]]:
    if not rows:
        return findings, []
    ids = frozenset(_DEFAULTS)
    comments: dict[str, list[Comment]] = {}
    for path, *fields in rows:
        line, column, first, last, rules, *rest = fields
        comments.setdefault(path, []).append(Comment(path, Suppression(line, column, first, last, tuple(rules), *rest), False, today, ids))
    shown = []
    for finding in findings:
        given = comments.get(finding.path, [])
        hits = [
            at for at, each in enumerate(given) if finding.rule in each.said.rules and each.said.first <= finding.line <= each.said.last
        ]
        for at in hits:
            given[at] = given[at]._replace(used=True)
        if not any(not given[at].said.problem and not given[at].expired for at in hits):
            shown.append(finding)
    return shown, [each for given in comments.values() for each in given]


def _on_comment(comment: Comment, settings: Settings) -> list[Finding]:
    found = []
    for rule in RULES:
        for problem in rule.judge(comment) if rule.subject == "comment" else ():
            row = [comment.path, comment.said.line, comment.said.column, rule.id, problem.message, [problem.fix] if problem.fix else []]
            found.append(_finding(row, settings))
    return [each for each in found if each.severity != "off"]


def _pass_by_settings(findings: list[Finding], settings: Settings, today: date) -> tuple[list[Finding], set[Pass]]:
    active = [each for each in settings.passes if each.until is None or each.until >= today]
    used: set[Pass] = set()
    shown = []
    for finding in findings:
        hits = {each for each in active if finding.rule.startswith(each.rules) and matches(each.path, finding.path)} if active else set()
        used |= hits
        shown += [] if hits else [finding]
    return shown, used


def _on_passes(settings: Settings, used: set[Pass], today: date, whole: bool) -> list[Finding]:
    found = []
    for each in settings.passes:
        if each.until is not None and each.until < today:
            found.append(
                Finding(
                    FILE, each.line, 1, "WF902", "error", f"this [[ignore]] ended on {each.until}: take it out, or mend what it passed over"
                )
            )
        elif whole and each not in used:
            found.append(Finding(FILE, each.line, 1, "WF903", "warning", "this [[ignore]] passes nothing over any more: take it out"))
    return found


def _without_known(findings: list[Finding], baseline: Counter[str], print_of: Callable[[Finding], str]) -> tuple[list[Finding], list[str]]:
    if not baseline:
        return findings, []
    left = Counter(baseline)
    new = []
    for finding in sorted(findings):
        key = print_of(finding)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return new, [key for key, count in left.items() if count > 0]
