"""Every place of a credential, in every kind of file, with every style of value: secrets_grid.txt holds the places, `▮` marks the value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workflow_template.standards.secrets import find_secrets

_GRID = Path(__file__).with_name("secrets_grid.txt").read_text(encoding="utf-8")
PLAIN = ["regenschirm", "Regenschirm", "Grünkohl", "regen.schirm", "regen-schirm-blau", "drei rote Schirme am See"]
STRIKING = ["regenschirm7", "Regen!schirm4", "q8ZkLm2Xv9"]
STAND_INS = ["<password>", "changeme", "xxxxxxxx", "********"]


def _places(number: int) -> list[tuple[str, str]]:
    section = re.split(r"(?m)^#--- .*\n", _GRID)[number]
    rows = [line.partition("|") for line in section.splitlines()]
    return [(path, re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text) + "\n") for path, _, text in rows]


@pytest.mark.parametrize(("path", "text"), _places(1))
def test_any_value_is_found_where_only_a_secret_can_stand(path: str, text: str) -> None:
    missed = [value for value in PLAIN + STRIKING if not list(find_secrets(path, text.replace("▮", value)))]

    assert missed == []


@pytest.mark.parametrize(("path", "text"), _places(2))
def test_a_value_with_digits_or_signs_is_found_where_a_secret_may_stand(path: str, text: str) -> None:
    missed = [value for value in STRIKING if not list(find_secrets(path, text.replace("▮", value)))]

    assert missed == []


@pytest.mark.parametrize(("path", "text"), _places(1) + _places(2))
def test_a_stand_in_is_no_secret_at_any_place(path: str, text: str) -> None:
    alarms = [value for value in STAND_INS if list(find_secrets(path, text.replace("▮", value)))]

    assert alarms == []


@pytest.mark.parametrize(("path", "text"), _places(3))
def test_nothing_is_found_where_no_secret_stands(path: str, text: str) -> None:
    assert list(find_secrets(path, text)) == []
