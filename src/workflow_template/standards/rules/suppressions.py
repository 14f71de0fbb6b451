"""Comments that pass findings over: each has a reason, ends when it says so, and goes when nothing needs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow_template.standards.rule import Fix, Problem, comment_rule
from workflow_template.standards.settings import check_id

if TYPE_CHECKING:
    from workflow_template.standards.finish import Comment


@comment_rule("WF901", "What is passed over has a reason")
def has_a_reason(comment: Comment) -> Iterator[Problem]:
    """The next reader must know whether the reason still holds; without one nobody dares to take the comment away.

    Bad:
        host = "db01.acme.com"  # workflow: ignore[WF401]
    Good:
        host = "db01.acme.com"  # workflow: ignore[WF401] moves into the settings with DATA-81, until 2027-01-31

    Fix: write why, behind the bracket; and a last day, where there is one: `, until 2027-01-31`.
    """
    if comment.said.problem:
        yield Problem(comment.said.line, comment.said.problem)


@comment_rule("WF902", "What is passed over until a day is looked at on that day")
def has_not_ended(comment: Comment) -> Iterator[Problem]:
    """The day was written down so that somebody looks again. From the next day on, what was passed over is reported too.

    Fix: mend what the comment passes over; or write why it still holds, and until when.
    """
    if comment.expired:
        yield Problem(comment.said.line, f"ended on {comment.said.until}: mend what it passed over, or write until when it still holds")


@comment_rule("WF903", "Nothing is passed over that is not there", severity="warning", fixes=True)
def passes_something_over(comment: Comment) -> Iterator[Problem]:
    """A comment that outlived what it passed over hides the next mistake on its line.

    Fix: take it away; `workflow check --fix` does so.
    """
    if not comment.used and not comment.said.problem and not comment.expired and not _unknown(comment):
        rules = ", ".join(comment.said.rules)
        yield Problem(
            comment.said.line, f"passes nothing over: there is no {rules} here any more", fix=Fix(comment.said.start, comment.said.end, "")
        )


@comment_rule("WF904", "What is passed over is a rule that exists")
def names_a_rule(comment: Comment) -> Iterator[Problem]:
    """A comment for a rule with a wrong id passes nothing over, and looks as if it did.

    Bad:
        host = "db01.acme.com"  # workflow: ignore[WF4011] moves with DATA-81
    Good:
        host = "db01.acme.com"  # workflow: ignore[WF401] moves with DATA-81

    Fix: the id stands in the finding; `workflow check --list` has them all.
    """
    for problem in _unknown(comment):
        yield Problem(comment.said.line, problem)


def _unknown(comment: Comment) -> list[str]:
    found = (check_id(rule, comment.ids) if not rule.startswith("WF") or rule not in comment.ids else "" for rule in comment.said.rules)
    return [problem for problem in found if problem]
