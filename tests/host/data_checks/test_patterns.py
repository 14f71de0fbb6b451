"""A pattern means on each database what it means to Python, for any pattern and any value."""

from __future__ import annotations

import contextlib
import re
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from data_checks.glob import Form
from data_checks.regex import SPACES, NotExact, normal, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from validation_helpers import matches_pattern, validate

from .conftest import fill

VALUES = [
    *("", " ", "a", "ab", "AB", "abc", "a b", "a ", " a", "\t", "\n", "a\n", "a\nb", "a-b", "a--b", "-", "a.b", ".", "..", "a@b.c"),
    *("a@@b.c", "@b.c", "1", "12", "123", "1234", "12-34", "1.5", "-1", "+1.50", "1e5", "AB-123456", "ab-123456", "AB-12345"),
    *("AB-1234567", "2026-02-29", "2024-02-29", "é", "É", "žluť", "ž", "ß", "ẞ", "K", "\u212a", "ſ", "s", "İ", "i", "ı", "٣", "１", "²"),
    *("_", "a_b", "%", "a%", "*", "?", "[", "]", "[a]", "^", "\\", "\u00a0", "a\u00a0", "\u2003", "\u3000", "\x1c", "\x1f", "\x7f"),
    *("\x85", "😀", "a😀", "😀😀", "𝟙", "\u200b", "e\u0301", "'", "''", '"', "--", "; DROP", ":a", "x" * 300),
]
PATTERNS = [
    *(r"[A-Z]{2}-\d{6}", r"[^@\s]+@[^@\s]+\.[^@\s]+", r"\d+", r"-?\d+(\.\d+)?", r"\w+", r"\W+", r"\S+", r"\D*", r"[^\d]+", r".", r".*"),
    *(r"(?s).*", r"(?s).+", r"a|ab|b", r"(a|b)*", r"(ab)+c?", r"a{2,3}", r"[ab]{1,3}", r"\d{4}-\d\d-\d\d", r"[A-Z]+-\d+", r"\s*"),
    *(r"[\s.]+", r"(?i)ab", r"(?i)k", r"(?i)[a-z]+", r"(?i)é", r"(?a)\w+", r"(?a)(?i)k", r"(?i:a)b", r"^a$", r"^(a|b)$", r"\Aa\Z"),
    *(r"a$|^b", r"[]^-]+", r"[^]]", r"[\[\]]+", r"[*?%_]+", r"%|_", r"\\", r"'+", r":a", r"", r"|a", r"(?=a).*", r"(a)\1", r"\ba\b"),
    *(r"(?<!x)a", r"a++", r"a*?b", r"[^a-z]{2}", r"[^-]+-[^-]+", r"x{300}", r"x{299,301}", r"[\x00-\x1f]", r"[\x80-\xff]+", r"[😀]+"),
    *(r"[^a]{2}", r".{2}", r"[^\s\S]", r"(?x) a b # c", r"([0-9]{1,3}\.){3}[0-9]{1,3}"),
    *(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", r"(?u)\d", r"(?a:\d)|x"),
]


def test_the_characters_that_are_space_to_python_are_those_we_name() -> None:
    assert normal((code, code) for code in range(0x110000) if re.match(r"\s", chr(code))) == SPACES


def wrong(pattern: str, values: list[str]) -> set[int]:
    return {number for number, value in enumerate(values) if re.fullmatch(pattern, value) is None}


def test_every_database_says_what_python_says(engine: sa.Engine) -> None:
    fill(engine, "texts", {"id": sa.Integer, "value": sa.Unicode(400)}, [*enumerate(VALUES), (len(VALUES), None)])
    checks = [matches_pattern("value", pattern, id=f"{number}") for number, pattern in enumerate(PATTERNS)]

    report = validate(engine, "texts", checks, samples=1000)

    said = {PATTERNS[int(each.id)]: {int(sample.removeprefix("id=")) for sample in each.samples} for each in report.results}
    assert {
        pattern: [VALUES[n] for n in rows ^ wrong(pattern, VALUES)] for pattern, rows in said.items() if rows != wrong(pattern, VALUES)
    } == {}
    assert [each.failed for each in report.results] == [len(wrong(pattern, VALUES)) for pattern in PATTERNS]


CHARACTERS = "ab-.@1 A\n]^[*%_é\u212a😀\\"
SETS = {"[ab]": "ab", "[^a]": "b1é😀", "[a-z]": "abz", r"\d": "19٣", r"\w": "a1é", r"\s": " \t\u2003", r"\S": "aé]", r"[^\d-]": "a @é"}
SETS |= {
    "[]^-]": "]^-",
    "[^]]": "a[^",
    ".": "a.é😀",
    "[^@ ]": "ab.é",
    r"[\w.]": "a.é",
    "[é-ž]": "éž",
    "[%_]": "%_",
    "[*?]": "*?",
    "[A-Z]": "AK",
}
TIMES = {"": (1, 1), "*": (0, 3), "+": (1, 3), "?": (0, 1), "{2}": (2, 2), "{1,3}": (1, 3), "{2,}": (2, 4), "*?": (0, 3)}


def draw_row(draw: Any, depth: int, within: bool = False) -> tuple[str, str]:
    """A pattern, and a value that (but for its flags) it matches. No repeat without end *within* another: Python would take hours."""
    pattern = value = ""
    for _ in range(draw(st.integers(1, 4))):
        times = draw(st.sampled_from([*(each for each in TIMES if TIMES[each][1] < 3 or not within), "", "", ""]))
        part, example = draw_part(draw, depth, within or TIMES[times][1] >= 3)
        low, high = TIMES[times]
        pattern, value = f"{pattern}{part}{times}", value + example * draw(st.integers(low, high))
    return pattern, value


def draw_part(draw: Any, depth: int, within: bool) -> tuple[str, str]:
    kind = draw(st.sampled_from(["set", "set", "character", "group" if depth else "set"]))
    if kind == "set":
        part = draw(st.sampled_from(list(SETS)))
        return part, draw(st.sampled_from(SETS[part]))
    if kind == "character":
        character = draw(st.sampled_from(CHARACTERS))
        return re.escape(character), character
    choices = [draw_row(draw, depth - 1, within) for _ in range(draw(st.integers(1, 3)))]
    return f"({'|'.join(pattern for pattern, _ in choices)})", draw(st.sampled_from([value for _, value in choices]))


@st.composite
def cases(draw: Any) -> tuple[str, list[str]]:
    """A pattern with values that match, nearly match and do not match."""
    pattern, value = draw_row(draw, 2)
    changed = value.replace(draw(st.sampled_from(CHARACTERS)), draw(st.sampled_from(CHARACTERS)))
    others = [
        value[1:],
        value[:-1],
        value + draw(st.sampled_from(CHARACTERS)),
        value.swapcase(),
        changed,
        "",
        draw(st.text(CHARACTERS, max_size=6)),
    ]
    return draw(st.sampled_from(["", "", "(?i)", "(?s)", "(?a)"])) + pattern, [each[:12] for each in (value, *others)]


often = settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@often
@given(cases())
def test_one_glob_or_like_matches_what_python_matches(case: tuple[str, list[str]]) -> None:
    pattern, values = case
    for dialect in ("sqlite", "mssql"):
        with contextlib.suppress(NotExact):
            reading = read(re.compile(pattern))
            certain = [value for value in values if not max(value, default="") > "\uffff" and (value.isascii() or not reading.more)]
            assert match_by_form(dialect, reading.tree, certain) == [bool(re.fullmatch(pattern, value)) for value in certain]


def match_by_form(dialect: str, tree: Any, values: list[str]) -> list[bool]:
    """Ask SQLite: GLOB is its own, LIKE and CHARINDEX are those of T-SQL as its manual tells them, since no SQL Server is here."""
    scope: Any = SimpleNamespace(dialect=dialect, length=lambda value: sa.func.length(value, type_=sa.Integer()))
    good = Form(scope, sa.column("value")).matches(tree)
    with sa.create_engine("sqlite://").connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.create_function("like", 2, tsql_like)
        raw.create_function("reverse", 1, lambda value: value[::-1])
        raw.create_function("charindex", 2, lambda part, value: value.find(part) + 1)
        rows = [sa.select(sa.literal(value, sa.Unicode()).label("value")).subquery() for value in values]
        return [bool(connection.scalar(sa.select(good).select_from(row))) for row in rows]


def tsql_like(pattern: str, value: str) -> bool:
    """LIKE of T-SQL under a binary collation: %, _, [set] and [^set]."""
    kinds = {"%": ".*", "_": "."}
    tokens = re.findall(r"\[(\^?)(.[^\]]*)\]|(.)", pattern, re.DOTALL)
    found = [f"[{negated}{tsql_set(members)}]" if members else kinds.get(alone, re.escape(alone)) for negated, members, alone in tokens]
    return re.fullmatch("".join(found), value, re.DOTALL) is not None


def tsql_set(members: str) -> str:
    parts = re.findall(r"(.)-(.)|(.)", members, re.DOTALL)
    return "".join(re.escape(alone) if alone else f"{re.escape(low)}-{re.escape(high)}" for low, high, alone in parts)


@often
@given(cases())
def test_the_whole_way_says_what_python_says(case: tuple[str, list[str]]) -> None:
    pattern, values = case
    engine = sa.create_engine("sqlite://")
    fill(engine, "texts", {"id": sa.Integer, "value": sa.Unicode(400)}, [*enumerate([*values, "a\0b", "a\0"])])

    (result,) = validate(engine, "texts", [matches_pattern("value", pattern)]).results

    assert result.failed == len(wrong(pattern, [*values, "a\0b", "a\0"]))


@pytest.mark.parametrize("dialect", ["postgresql", "mariadb"])
def test_any_pattern_goes_the_whole_way_on_a_server(dialect: str, request: pytest.FixtureRequest) -> None:
    engine = sa.create_engine(request.getfixturevalue(f"{dialect}_url"))
    fill(engine, "texts", {"id": sa.Integer, "value": sa.Unicode(400)}, [])

    @often
    @given(cases())
    def holds(case: tuple[str, list[str]]) -> None:
        pattern, values = case
        with engine.connect() as connection:
            rows = [{"id": number, "value": value} for number, value in enumerate(values)]
            connection.execute(sa.text("INSERT INTO texts (id, value) VALUES (:id, :value)"), rows)
            (result,) = validate(connection, "texts", [matches_pattern("value", pattern)]).results
            connection.rollback()
        assert result.failed == len(wrong(pattern, values))

    holds()
    engine.dispose()
