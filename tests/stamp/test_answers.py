"""One rule for names and texts, for the hook and for the command."""

from __future__ import annotations

import pytest

from workflow_template.stamp import answers as rules

FINE = {
    "workflow_name": "daily_sales",
    "title": "Daily sales",
    "description": "What was sold.",
    "owner": "data-team",
    "criticality": "standard",
    "schedule": "0 6 * * 1-5",
    "source_table": "dbo.orders",
    "target_table": "sales",
}
REFUSED = [
    *(
        "",
        " ",
        "../escape",
        "..",
        ".",
        "/etc/x",
        "..\\x",
        "a/b",
        "C:x",
        "\\\\srv\\x",
        "-rf",
        "--help",
        "2day",
        "123",
        "my flow",
        " a",
        "a ",
        "a\t",
    ),
    *("flow\n", "flow\r", "a\0b", "class", "import", "None", "match", "CON", "con", "nul", "nul.txt", "COM1", "com1", "lpt9", "aux", "prn"),
    *(
        "a.",
        "a.b",
        "flow;touch x",
        "$(id)",
        "`id`",
        "a|b",
        "%PATH%",
        "!x!",
        "a'b",
        'a"b',
        "{{7*7}}",
        "{% raw %}",
        "${x}",
        "~",
        "a" * 64,
        "a" * 300,
    ),
    *(
        "é",
        "ﬁ",
        "аdmin",
        "a\u202eb",
        "a\u200bb",
        "İ",
        "ß",
        "Flow",
        "shared",
        "checklists",
        "test",
        "tests",
        "testing",
        "utils",
        "dev",
        "scripts",
    ),
    *(
        "json",
        "os",
        "sys",
        "site",
        "logging",
        "pytest",
        "db_helper",
        "test_sales",
        "sales_test",
        "test-sales",
        "flow-",
        "flow_",
        "_flow",
        ".git",
    ),
]


@pytest.mark.parametrize("name", ["daily_sales", "monday-boards", "a", "a1", "x" * 63, "sales2024", "con2"])
def test_a_plain_name_is_fine(name: str) -> None:
    assert rules.problem_with("workflow_name", name) == ""


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_a_name_that_some_system_could_not_hold_is_refused_in_one_ascii_line(name: str) -> None:
    problem = rules.problem_with("workflow_name", name)

    assert problem.startswith("workflow_name ")
    assert problem.isascii()
    assert problem.isprintable()


@pytest.mark.parametrize("name", REFUSED, ids=ascii)
def test_what_is_suggested_is_fine(name: str) -> None:
    suggestion = rules.suggest(name)

    assert suggestion == "" or rules.problem_with("workflow_name", suggestion) == ""


def test_the_reason_and_a_better_name_are_said() -> None:
    problem = rules.problem_with("workflow_name", "2024 Sales/é")

    assert problem == r'workflow_name "2024 Sales/\xe9" is a path: try "sales"'


@pytest.mark.parametrize(
    ("name", "taken"), [("daily_sales", "daily_sales"), ("daily_sales", "Daily_Sales"), ("daily-sales", "daily_sales")]
)
def test_a_twin_of_a_workflow_is_refused(name: str, taken: str) -> None:
    assert taken in rules.problem_with("workflow_name", name, [taken])


@pytest.mark.parametrize(
    "schedule", ["none", "@daily", "0 6 * * *", "*/15 8-18 * * MON-FRI", "0 0 1,15 * *", "5 4 * JAN,jul 0", "0 6 * * 7"]
)
def test_a_cron_expression_is_fine(schedule: str) -> None:
    assert rules.problem_with("schedule", schedule) == ""


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "daily",
        "* * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "*/0 * * * *",
        "5-1 * * * *",
        "0 6 * * *\n",
        "0  6 * * *",
        "a b c d e",
        "1-2-3 * * * *",
    ],
)
def test_anything_else_is_no_schedule(schedule: str) -> None:
    assert "is no cron expression" in rules.problem_with("schedule", schedule)


@pytest.mark.parametrize("table", ["orders", "dbo.orders", "sales.dbo.Orders_2"])
def test_a_table_has_up_to_three_parts(table: str) -> None:
    assert rules.problem_with("source_table", table) == ""


@pytest.mark.parametrize("table", ["", "a b", "a;drop table b", "a.b.c.d", "1a", "a.", "a\n", 'a"b', "é"])
def test_other_text_is_no_table(table: str) -> None:
    assert "is no table name" in rules.problem_with("source_table", table)


@pytest.mark.parametrize(
    "text", ['a "quote"', "back\\slash\\", "日本 ✓ 🚀", "{{ inputs.day }}", "'''", "${title}", "C:\\Users\\new\\t", "<b>", "#"]
)
@pytest.mark.parametrize("key", ["title", "description", "owner"])
def test_free_text_may_hold_any_sign(key: str, text: str) -> None:
    assert rules.problem_with(key, text) == ""


def test_only_the_description_may_have_lines() -> None:
    assert rules.problem_with("description", "one\ntwo") == ""
    assert rules.problem_with("title", "one\ntwo") == "title holds a line break: write plain text on one line"


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "a\x1b[31m", "a\rb", "a\u2028b", "\ud800"], ids=ascii)
def test_text_that_files_or_consoles_would_change_is_refused(text: str) -> None:
    assert rules.problem_with("description", text)


def test_braces_are_named_with_the_way_round_them() -> None:
    assert rules.braces_in({**FINE, "title": "use {{ inputs.day }}"}) == [
        'title holds "{{", which cookiecutter and cruft read as template code: leave it out, or use `workflow new`'
    ]


def test_good_answers_have_no_problems() -> None:
    assert rules.problems(FINE) == []


def test_a_workflow_does_not_load_a_table_into_itself() -> None:
    assert rules.problems({**FINE, "target_table": "DBO.Orders"}) == [
        'target_table "DBO.Orders" is the source table: a workflow does not load a table into itself'
    ]


def test_an_unknown_criticality_names_the_two() -> None:
    assert rules.problems({**FINE, "criticality": "urgent"}) == [
        'criticality "urgent" is not known: write standard (10 minutes) or critical (30 seconds)'
    ]
