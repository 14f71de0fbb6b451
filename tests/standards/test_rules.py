"""Each rule finds what breaks it, where it is broken, and nothing in what keeps it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.standards.cases import Case, judged, read_cases, stamped
from workflow_template.standards.rules import RULES

CASES = list(read_cases())
SPECIAL = {"WF003", "WF004", "WF005", "WF103", "WF901", "WF902", "WF903", "WF904"}  # tests of their own look at them


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{len(case.places)}-{next(iter(case.files)).rpartition('/')[2]}")
def test_a_rule_names_the_places_where_it_is_broken_and_no_other(case: Case) -> None:
    found = {(path, line) for rule, path, line, _ in judged(case.files) if rule == case.rule}

    assert found == case.places


def test_each_rule_has_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    broken = {case.rule for case in CASES if case.places}
    kept = {case.rule for case in CASES if not case.places}

    ours = {rule.id for rule in RULES}
    assert ours - broken - SPECIAL == set()
    assert ours - kept - SPECIAL == {"WF605"} - {"WF605"}


def test_a_stamped_repository_breaks_no_rule() -> None:
    assert judged(dict.fromkeys(())) == []
    assert len(stamped()) > 40


def test_there_are_sixty_rules_of_our_own_and_each_says_why_and_what_to_do() -> None:
    assert len(RULES) >= 60
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.why and rule.remedy, rule.id
        assert bool(rule.bad) == bool(rule.good), rule.id


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.bad and rule.subject == "file"], ids=lambda rule: rule.id)
def test_the_example_of_a_rule_breaks_it_and_the_better_one_keeps_it(rule) -> None:
    path = _path_for(rule)

    assert rule.id in [found[0] for found in judged({path: rule.bad.encode()}) if found[1] == path]
    assert rule.id not in [found[0] for found in judged({path: rule.good.encode()})]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.subject == "file" and rule.words], ids=lambda rule: rule.id)
def test_a_rule_finds_nothing_in_a_file_without_its_words(rule) -> None:
    """The words decide which files are looked at: a case that breaks the rule must have one of them."""
    for case in CASES:
        if case.rule == rule.id and case.places:
            assert any(word in (data or b"").decode("utf-8", "replace") for data in case.files.values() for word in rule.words)


def _path_for(rule) -> str:
    if rule.id == "WF606":
        return "dev/daily_sales/testing/test_data_samples/customers.csv"
    if rule.id.startswith("WF6"):
        return "dev/daily_sales/testing/test_examples.py"
    main = rule.id in ("WF301", "WF312")
    return "dev/daily_sales/daily_sales.py" if main else "dev/daily_sales/examples.py"


def test_the_examples_are_python() -> None:
    for rule in RULES:
        if rule.bad and _path_for(rule).endswith(".py") and rule.subject == "file" and rule.id not in ("WF001", "WF117"):
            ast.parse(rule.bad)
            ast.parse(rule.good)


def test_a_message_is_one_line_that_does_not_end_in_a_full_stop() -> None:
    for case in CASES:
        for rule, _, _, message in judged(case.files):
            assert re.fullmatch(r"[^\n]*[^\n.]", message), (rule, message)
