"""What may be answered: one rule, enforced by the `pre_gen` hook and by `workflow new`."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterable, Mapping

NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}", re.ASCII)
TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}(\.[A-Za-z_][A-Za-z0-9_]{0,127}){0,2}", re.ASCII)
CRITICALITIES = ("standard", "critical")
KEYS = ("workflow_name", "title", "description", "owner", "criticality", "schedule", "source_table", "target_table")

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
_OWN = {
    "index",
    "readme",
    "template_plan",
    "shared",
    "checklists",
    "test",
    "tests",
    "testing",
    "debugging",
    "validation",
    "docs",
    "utils",
    "dev",
    "scripts",
    "tools",
    "config",
}
_MODULES = {
    *("db_helper", "db_config", "db_address", "db_engine", "db_sql", "db_read", "db_write", "db_procedures", "db_errors", "db_log"),
    *("db_transaction", "db_sqlite", "db_upsert"),
    *("test_framework", "mock_data_generator", "mock_data", "performance_profiler", "validation_helpers", "data_checks", "conftest"),
    *("workflow_template", "workflow_testing", "workflow_profiling"),
    *("sqlalchemy", "pyodbc", "pytest", "psycopg", "pymysql", "numpy", "pandas", "polars", "pyarrow", "kestra", "click", "rich", "jinja2"),
}
_FIELD_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_FIELD_WORDS = ("", "", "", "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC", "SUN|MON|TUE|WED|THU|FRI|SAT")
_NICKNAMES = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")


def problems(answers: Mapping[str, object], taken: Iterable[str] = ()) -> list[str]:
    """Say what is wrong with *answers*, one line each; *taken* are the names of the workflows that exist."""
    found = []
    for key in KEYS:
        if problem := problem_with(key, answers.get(key, ""), taken):
            found.append(problem)
    source, target = answers.get("source_table"), answers.get("target_table")
    if not found and str(source).casefold() == str(target).casefold():
        found.append(f'target_table "{target}" is the source table: a workflow does not load a table into itself')
    return found


def problem_with(key: str, answer: object, taken: Iterable[str] = ()) -> str:
    """Say in one line what is wrong with one answer; an empty string when nothing is."""
    if not isinstance(answer, str):
        return f"{key} must be text, not {answer!r}"
    if key == "workflow_name":
        return _problem_with_name(answer, taken)
    if key in ("source_table", "target_table"):
        return (
            ""
            if TABLE.fullmatch(answer)
            else f"{key} {_shown(answer)} is no table name: write table, schema.table or database.schema.table in letters, digits and _"
        )
    if key == "criticality":
        return (
            ""
            if answer in CRITICALITIES
            else f"criticality {_shown(answer)} is not known: write standard (10 minutes) or critical (30 seconds)"
        )
    if key == "schedule":
        return _problem_with_schedule(answer)
    return _problem_with_text(key, answer)


def braces_in(answers: Mapping[str, object]) -> list[str]:
    """Name the answers that a template engine would read as code, which a later `cruft update` does."""
    return [
        f'{key} holds "{mark}", which cookiecutter and cruft read as template code: leave it out, or use `workflow new`'
        for key in KEYS
        for mark in ("{{", "{%", "{#")
        if mark in str(answers.get(key, ""))
    ]


def module_name(workflow: str) -> str:
    """Turn a workflow's name into that of its script: hyphens cannot be imported."""
    return workflow.replace("-", "_")


def _problem_with_name(name: str, taken: Iterable[str]) -> str:
    if reason := _refusal(name):
        suggestion = suggest(name)
        return f"workflow_name {_shown(name)} {reason}" + (f': try "{suggestion}"' if suggestion else "")
    for other in taken:
        if module_name(other.casefold()) == module_name(name):
            same = "exists already" if other == name else f'is too like the workflow "{other}": on some systems both are one name'
            return f'workflow_name "{name}" {same}'
    return ""


def _refusal(name: str) -> str:
    """Why no system could hold this name, or why it would be in the way of another; empty when it is fine."""
    module = module_name(name)
    rules = (
        (not name.strip(), "is empty"),
        (len(name) > 63, f"has {len(name)} characters, 63 are the limit of databases and Kestra"),
        ("/" in name or "\\" in name or name.startswith("."), "is a path"),
        (not name.isascii(), "has characters other than a-z, 0-9, _ and -"),
        (name != name.strip() or any(sign.isspace() for sign in name), "has white space in it"),
        (name.startswith("-"), "starts with a dash and would be read as an option"),
        (name[:1].isdigit(), "starts with a digit and could not be imported"),
        (name != name.lower(), "has capital letters, which are one name on Windows and two on Linux"),
        (not NAME.fullmatch(name), "has characters other than a-z, 0-9, _ and -"),
        (name.endswith(("-", "_")), "ends with a dash or underscore"),
        (keyword.iskeyword(module) or keyword.issoftkeyword(module) or module == "none", "is a word of Python"),
        (module in _DEVICES, "is a device on Windows"),
        (module in _OWN, "is a folder that the process itself uses"),
        (module in _MODULES or module in sys.stdlib_module_names, "is a module that the script would hide"),
        (module.startswith("test_") or module.endswith("_test"), "would be collected as a test"),
    )
    return next((reason for broken, reason in rules if broken), "")


def suggest(name: str) -> str:
    """Make the nearest name that is fine; empty when there is none."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    plain = plain.lstrip("0123456789_")
    candidates = (plain[:63].rstrip("_"), f"{plain}_workflow")
    return next((each for each in candidates if each and not _refusal(each)), "")


def _problem_with_schedule(schedule: str) -> str:
    if schedule == "none" or schedule in _NICKNAMES:
        return ""
    fields = schedule.split(" ")
    if len(fields) == 5 and all(_is_cron(field, number) for number, field in enumerate(fields)):
        return ""
    return f'schedule {_shown(schedule)} is no cron expression: write five fields such as "0 6 * * 1-5", or none'


def _is_cron(field: str, number: int) -> bool:
    low, high = _FIELD_RANGES[number]
    words = _FIELD_WORDS[number].split("|")
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if slash and not (re.fullmatch(r"[0-9]{1,2}", step) and 0 < int(step) <= high):
            return False
        ends = ["*"] if span == "*" else span.split("-")
        if len(ends) > 2 or not all(_is_cron_value(end, low, high, words) for end in ends if span != "*"):
            return False
        if len(ends) == 2 and ends[0].isdigit() and ends[1].isdigit() and int(ends[0]) > int(ends[1]):
            return False
    return True


def _is_cron_value(text: str, low: int, high: int, words: list[str]) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,2}", text) and low <= int(text) <= high) or bool(text and text.upper() in words)


def _problem_with_text(key: str, text: str) -> str:
    if not text.strip():
        return f"{key} is empty: say it in a few words"
    allowed = "\n\t" if key == "description" else ""
    for sign in text:
        if (ord(sign) < 32 or ord(sign) in (127, 0x85, 0x2028, 0x2029) or 0xD800 <= ord(sign) <= 0xDFFF) and sign not in allowed:
            what = "a line break" if sign in "\r\n" else f"the control character {ascii(sign)}"
            return f"{key} holds {what}: write plain text" + ("" if allowed else " on one line")
    return ""


def _shown(answer: str) -> str:
    """Show an answer so that it stays on one line, in ASCII, and short."""
    text = ascii(answer)[1:-1].replace('"', '\\"')
    return f'"{text[:70]}…"'.replace("…", "...") if len(text) > 70 else f'"{text}"'
