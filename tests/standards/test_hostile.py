"""Whatever a file holds, the check ends, soon, with findings and without a traceback."""

from __future__ import annotations

import importlib.util
import random
import time
from copy import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.standards.cases import judged, stamped
from tests.standards.conftest import Judge, write
from workflow_template.core.errors import UserError
from workflow_template.standards.rules import RULES
from workflow_template.standards.settings import FILE as SETTINGS
from workflow_template.standards.settings import read_settings
from workflow_template.standards.source import Source
from workflow_template.standards.suppression import suppressions
from workflow_template.standards.unit import FAULT, MOST, judge_file

_SPEC = importlib.util.spec_from_file_location("hostile", ROOT / "benchmarks" / "corpora" / "hostile.py")
assert _SPEC and _SPEC.loader
hostile = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(hostile)

FILES = hostile.hostile_files()
NAMES = ("workflow.toml", "kestra_flow.yml", "daily_sales.py", "testing_checklist.md", "settings.toml", "standards.toml", "README.md")
SPECIAL = sorted(path for path in stamped() if Path(path).name in NAMES or "workflow_plans" in path)
TEXTS = sorted(path for path in stamped() if Path(path).suffix in (".py", ".md", ".toml", ".yml", ".csv", ".json", ".txt"))
CONTENTS = {
    "nothing": b"",
    "NUL": b"\0",
    "Latin-1": b"name = '\xe9'\n",
    "UTF-16": "[workflow]\nname = 'x'\n".encode("utf-16"),
    "nested lists": b"a = " + b"[" * 100_000 + b"]" * 100_000,
    "nested tables": b"a" + b".a" * 100_000 + b" = 1\n",
    "nested mappings": b"{a: " * 100_000,
    "a list": b"- 1\n- 2\n",
    "a number": b"5\n",
    "other types": b"[workflow]\nname = 5\nowner = []\nbudget = {}\ntables = 'x'\n[workflow.tables]\nreads = 5\n",
    "tasks of other types": b"id: 5\ntasks: {a: b}\ntriggers: [1, null]\nlabels: x\ninputs: 7\n",
    "a tag": b"!!python/object/apply:os.system ['true']\n",
    "a page of signs": "".join(map(chr, range(1, 0x3000))).encode(),
}
LONG = 20  # seconds of the processor: blow-ups take minutes, and a busy machine must not fail a test; benchmarks/hostile.py is stricter


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_judged_or_passed_over_with_a_finding(name: str) -> None:
    path, data = FILES[name]
    start = time.process_time()

    source = Source(path, data)
    found = list(judge_file(source))
    suppressions(source)

    assert time.process_time() - start < LONG
    assert all(0 <= problem.line <= len(source.lines) and not problem.message.startswith(FAULT) for _, problem in found)
    assert len(found) <= 3 * MOST


def test_what_was_not_judged_to_its_end_says_so_and_holds_nobody_up() -> None:
    steps, passwords = FILES["38,000 runs of SQL"][1], b"password = 'Gr33n-Fr0g!77'\n" * 1_200
    found = judged({"dev/daily_sales/daily_sales.py": steps, "dev/daily_sales/docs/api.md": passwords})

    assert {path for rule, path, _, _ in found if rule == "WF005"} == {"dev/daily_sales/daily_sales.py", "dev/daily_sales/docs/api.md"}
    assert next(rule for rule in RULES if rule.id == "WF005").severity == "info"


def test_one_file_that_ruff_crashes_on_hides_no_finding_of_the_others(team: Path, judge: Judge) -> None:
    write(team, "dev/daily_sales/deep.py", FILES["half a million open brackets"][1])
    write(team, "dev/daily_sales/validation/show.py", b"import os\n")

    found = {(each.rule, each.path) for each in judge().findings}

    assert {("WF001", "dev/daily_sales/deep.py"), ("F401", "dev/daily_sales/validation/show.py")} <= found


@pytest.mark.parametrize("content", CONTENTS)
def test_any_file_of_a_repository_may_hold_anything(content: str) -> None:
    for path in SPECIAL:
        assert _faults(judged({path: CONTENTS[content]})) == []


def test_a_fault_of_a_rule_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = copy(next(rule for rule in RULES if rule.id == "WF101"))
    rule.judge = lambda workflow: [1 / 0]
    monkeypatch.setattr("workflow_template.standards.unit._WORKFLOW_RULES", (rule,))

    assert _faults(judged({})) == [f"{FAULT} WF101: ZeroDivisionError: division by zero; please tell its makers"]


@pytest.mark.parametrize("content", CONTENTS)
def test_a_configuration_that_cannot_be_read_is_an_error_of_the_user(content: str) -> None:
    text = CONTENTS[content].decode("utf-8", "replace")
    try:
        read_settings(text, [rule.id for rule in RULES])
    except UserError as error:
        assert str(error).startswith(SETTINGS)
    else:
        assert not text


@pytest.mark.parametrize("content", ["NUL", "nested lists", "a list", "a number", "other types"])
def test_a_baseline_that_cannot_be_read_is_an_error_of_the_user(content: str, team: Path, judge: Judge) -> None:
    write(team, "config/standards-baseline.json", CONTENTS[content])

    with pytest.raises(UserError, match="standards-baseline"):
        judge()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.integers(0, 2**32))
def test_a_damaged_file_is_judged(path: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311

    assert _faults(judged({path: _damaged(stamped()[path], chance)})) == []


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TEXTS), st.text(max_size=400) | st.binary(max_size=400))
def test_any_text_is_judged(path: str, content: str | bytes) -> None:
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    source = Source(path, data)

    found = list(judge_file(source))

    assert all(0 <= problem.line <= len(source.lines) and not problem.message.startswith(FAULT) for _, problem in found)


def _faults(found: list[tuple[str, str, int, str]]) -> list[str]:
    return [message for _, _, _, message in found if message.startswith(FAULT)]


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """What an editor, a merge or a bad disk makes of a file: pieces lost, doubled, exchanged."""
    for _ in range(chance.randint(1, 5)):
        start, length = chance.randrange(len(data) + 1), chance.choice((1, 1, 3, 20, 200))
        piece, end = data[start : start + length], min(len(data), start + length)
        made = chance.choice((b"", piece * 2, piece[::-1], bytes(chance.randrange(256) for _ in piece), b"\n" + piece, b'"' + piece))
        data = data[:start] + made + data[end:]
    return data
