"""The host's choices in `config/standards.toml`: severities, paths, limits, what is passed over and why."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from workflow_template.core.errors import UserError
from workflow_template.core.toml import read_toml
from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import SEVERITIES, nearest
from workflow_template.standards.source import LIMITS

FILE = "config/standards.toml"
SECTIONS = {"severity": dict, "limits": dict, "ruff": dict, "paths": list, "ignore": list}
_KEYS = {"paths": ("match", "off", "severity"), "ignore": ("rule", "path", "reason", "until")}
_ID = Pattern(r"[A-Z]{1,5}\d*")


class PathChoice:
    """What holds for the paths that *match*: rules that are off, and severities."""

    def __init__(self, match: str, off: tuple[str, ...], severity: dict[str, str]) -> None:
        self.match, self.off, self.severity = match, off, severity


class Pass:
    """Findings of these rules below *path* that are passed over until *until*, and why. *line* is where it stands in the file."""

    def __init__(self, rules: tuple[str, ...], path: str, reason: str, until: date | None, line: int) -> None:
        self.rules, self.path, self.reason, self.until, self.line = rules, path, reason, until, line


class Settings:
    """All choices of the host. *limits* has a value for each of `LIMITS`."""

    def __init__(
        self,
        severity: dict[str, str],
        limits: dict[str, Any],
        ruff: dict[str, list[str]],
        paths: tuple[PathChoice, ...],
        passes: tuple[Pass, ...],
    ) -> None:
        self.severity, self.limits, self.ruff, self.paths, self.passes = severity, limits, ruff, paths, passes

    def severity_of(self, rule: str, path: str, default: str) -> str:
        """How severe a rule is for a path: the last of [[paths]] that says so, else the longest prefix under [severity]."""
        said = _by_prefix(self.severity, rule) or default
        for choice in self.paths:
            if matches(choice.match, path):
                if any(rule.startswith(each) for each in choice.off):
                    said = "off"
                said = _by_prefix(choice.severity, rule) or said
        return said


def read_settings(text: str, known: Iterable[str]) -> Settings:
    """Read the file; *known* are the ids of our rules, others are taken for ruff's.

    Raises:
        UserError: it is not TOML, or has a key, a rule or a value that is not known.
    """
    if not text:
        return Settings({}, dict(LIMITS), {}, (), ())
    try:
        content = read_toml(text)
    except ValueError as error:
        raise UserError(f"{FILE}: {error}", "mend the file; it is TOML") from error
    for section, value in content.items():
        _require(section in SECTIONS, text, section, f"[{section}] is not known", SECTIONS)
        _require(
            isinstance(value, SECTIONS[section]),
            text,
            section,
            f"{section} must be a {'table' if SECTIONS[section] is dict else 'list of tables: [[' + section + ']]'}",
        )
    ids = frozenset(known)
    return Settings(
        _severities(content.get("severity", {}), text, ids),
        _limits(content.get("limits", {}), text),
        {key: _texts(content["ruff"], key, text) for key in content.get("ruff", {})},
        tuple(_path_choice(each, text, ids) for each in content.get("paths", ())),
        tuple(_pass(each, number, text, ids) for number, each in enumerate(content.get("ignore", ()))),
    )


@functools.lru_cache(maxsize=512)
def _translated(pattern: str) -> re.Pattern[str]:
    import fnmatch

    return re.compile(fnmatch.translate(pattern))


def matches(pattern: str, path: str) -> bool:
    """Whether a path is the file or in the folder that *pattern* names; `*` stands for any characters, `/` too."""
    plain = pattern.rstrip("/")
    return path == plain or path.startswith(plain + "/") or bool(_translated(pattern).match(path))


def check_id(rule: str, known: frozenset[str]) -> str:
    """What is wrong with the id of a rule, or the beginning of one; empty if nothing is."""
    if not _ID.fullmatch(rule):
        return f'"{rule}" is no rule'
    if rule.startswith("WF") and not any(each.startswith(rule) for each in known):
        near = nearest(rule, known)
        return f'there is no rule "{rule}"' + (f', did you mean "{near}"?' if near else "")
    return ""


def _by_prefix(severities: Mapping[str, str], rule: str) -> str:
    found = [prefix for prefix in severities if rule.startswith(prefix)]
    return severities[max(found, key=len)] if found else ""


def _severities(given: Any, text: str, ids: frozenset[str]) -> dict[str, str]:
    _require(isinstance(given, dict), text, "severity", "severity must be a table")
    for rule, value in given.items():
        problem = check_id(rule, ids)
        _require(not problem, text, rule, problem)
        _require(value in SEVERITIES, text, rule, f"{rule} = {value!r} is no severity", SEVERITIES)
    return dict(given)


def _limits(given: dict[str, Any], text: str) -> dict[str, Any]:
    for key, value in given.items():
        _require(key in LIMITS, text, key, f"[limits] {key} is not known", LIMITS)
        kind = (int, float) if isinstance(LIMITS[key], int) else str
        _require(
            isinstance(value, kind) and not isinstance(value, bool),
            text,
            key,
            f"[limits] {key} must be {'a number' if kind is not str else 'text'}",
        )
    return {**LIMITS, **given}


def _path_choice(given: Any, text: str, ids: frozenset[str]) -> PathChoice:
    _require_keys(given, "paths", ("match",), text)
    off = _rules(given, "off", text, ids) if "off" in given else ()
    return PathChoice(str(given["match"]), off, _severities(given.get("severity", {}), text, ids))


def _pass(given: Any, number: int, text: str, ids: frozenset[str]) -> Pass:
    _require_keys(given, "ignore", ("rule", "path", "reason"), text)
    places = [found.start() for found in re.finditer(r"^[ \t]*\[\[\s*ignore\s*\]\]", text, re.MULTILINE)]
    line = text.count("\n", 0, places[number]) + 1 if number < len(places) else 1
    until = given.get("until")
    _require(until is None or type(until) is date, text, "until", "until must be a day, such as 2027-01-31, without quotes")
    _require(bool(str(given["reason"]).strip()), text, "reason", "an [[ignore]] needs a reason")
    return Pass(_rules(given, "rule", text, ids), str(given["path"]), str(given["reason"]), until, line)


def _rules(given: dict[str, Any], key: str, text: str, ids: frozenset[str]) -> tuple[str, ...]:
    found = given[key] if isinstance(given[key], list) else [given[key]]
    for rule in found:
        problem = check_id(str(rule), ids)
        _require(not problem, text, key, problem)
    return tuple(map(str, found))


def _texts(section: dict[str, Any], key: str, text: str) -> list[str]:
    value = section[key]
    _require(key in ("select", "ignore"), text, key, f"[ruff] {key} is not known", ("select", "ignore"))
    _require(
        isinstance(value, list) and all(isinstance(each, str) for each in value), text, key, f'[ruff] {key} must be a list, such as ["UP"]'
    )
    return list(value)


def _require_keys(given: Any, section: str, needed: tuple[str, ...], text: str) -> None:
    _require(isinstance(given, dict), text, section, f"[[{section}]] must be a table")
    for key in given:
        _require(key in _KEYS[section], text, key, f"[[{section}]] {key} is not known", _KEYS[section])
    for key in needed:
        _require(key in given, text, section, f"an [[{section}]] has no {key}")


def _require(holds: bool, text: str, word: str, problem: str, known: Iterable[str] = ()) -> None:
    """Raise an error that names the line in the file, unless it *holds*."""
    if holds:
        return
    found = re.search(rf"\b{re.escape(word)}\b", text)
    line = text.count("\n", 0, found.start()) + 1 if found else 1
    near = nearest(word, known)
    listed = f"there are: {', '.join(known)}" if known else "see the documentation of config/standards.toml"
    raise UserError(f"{FILE}:{line}: {problem}", f'did you mean "{near}"?' if near else listed)
