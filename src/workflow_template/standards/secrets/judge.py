"""Read the places of a file with every reader that may know them, and show what holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workflow_template.standards.secrets import UNREAD
from workflow_template.standards.secrets.calls import read_calls
from workflow_template.standards.secrets.claims import Claim
from workflow_template.standards.secrets.commands import read_commands
from workflow_template.standards.secrets.lines import File, Line
from workflow_template.standards.secrets.needles import Why
from workflow_template.standards.secrets.nested import read_nested
from workflow_template.standards.secrets.pairs import read_pairs
from workflow_template.standards.secrets.patterns import Lazy
from workflow_template.standards.secrets.places import MOST_PLACES, WINDOW, Place
from workflow_template.standards.secrets.sql import read_connects, read_sql
from workflow_template.standards.secrets.striking import read_striking
from workflow_template.standards.secrets.tables import read_tables, whole_file
from workflow_template.standards.secrets.tokens import known_example, private_keys, read_tokens
from workflow_template.standards.secrets.urls import read_urls

_READERS: tuple[tuple[int, Callable[[Line], Iterator[Claim]]], ...] = (
    (Why.SHAPE | Why.NAME | Why.URL, read_tokens),
    (Why.URL | Why.SHAPE | Why.NAME, read_urls),
    (Why.COMMAND, read_commands),
    (Why.SQL | Why.NAME | Why.STRIKING | Why.SHAPE, read_sql),
    (Why.URL | Why.CALL, read_connects),
    (Why.NAME | Why.SHAPE | Why.STRIKING, read_pairs),
    (Why.NAME, read_nested),
    (Why.CALL | Why.SHAPE | Why.STRIKING, read_calls),
    (Why.NAME | Why.STRIKING, read_tables),
    (Why.STRIKING, read_striking),
)
_READERS_OF_LOCKS = _READERS[:2]
_LOCK = Lazy(
    r"(?i)(?:^|/)(?:[^/]*\.lock|package-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json|go\.sum|RECORD|[^/]*\.(?:min\.js|min\.css|map|svg|po|pot))$"
)
_MADE_UP = Lazy(
    r"(?i)test[- _]?vectors?|\bdummy\b|\bfake\b|\bnot (?:a )?(?:real|secret|valid)\b|\bno real\b|\brfc ?\d{3,5}|made[- ]up|\bplaceholder"
    r"|\bnonsense\b|\bfictitious|\bfictional|\bmock\b|example (?:only|value)|known answer"
)
_ANONYMOUS = Lazy(r"(?i)\banonymous[\"']?\s{0,3}(?:[,:/]|\s)\s{0,3}(?:passw(?:or)?d\s{0,3}[=:]?\s{0,3})?[\"']?\Z")
_A_MAIL = Lazy(r"[\w.+-]*@[\w.-]*")
_HOST = Lazy(r"[\w-]{1,60}\.example\b|\bexample\.\w")
_MADE_UP_HERE = Lazy(r"(?i)\bexample\b|\bsample\b|\be\.g\.")
# What a file may cost: one made to be slow, or a dump of a million suspicious lines, is read for about a second and no further.
_EFFORT_OF_A_NAME, _EFFORT_OF_A_WINDOW, _MOST_EFFORT = 400, 30, 2_500_000


def claims(path: str, text: str, found: list[Place]) -> Iterator[Claim]:
    """Yield the claims that hold, by place, one for each stretch of text; what is marked as made up is left out."""
    file, last = File(path, text), -1
    for claim in sorted(_claims(file, found), key=lambda claim: (claim.start, -len(claim.value))):
        if claim.start >= last and not _is_marked(file, claim):
            last = claim.start + max(len(claim.value), 1)
            yield claim


def _claims(file: File, found: list[Place]) -> Iterator[Claim]:
    yield from (claim for claim in whole_file(file) if claim.holds)
    yield from private_keys(file.path, file.text)
    readers = _READERS_OF_LOCKS if _LOCK().search(file.path) else _READERS
    effort = 0
    if len(found) >= MOST_PLACES and found[-1][1] - found[-1][0] <= WINDOW:
        yield Claim(found[-1][0], "", UNREAD, sure=True)
    for start, end, why in found:
        line = Line(file, start, end, why)
        effort += len(line.text) * (_EFFORT_OF_A_WINDOW if len(line.text) > WINDOW else 1) + _EFFORT_OF_A_NAME * len(line.names)
        if effort > _MOST_EFFORT:
            if len(line.text) <= WINDOW:  # of minified scripts nobody expects to hear
                yield Claim(start, "", UNREAD, sure=True)
            return
        for wanted, reader in readers:
            if why & wanted:
                yield from (claim for claim in reader(line) if claim.holds and not known_example(claim.value))


def _is_marked(file: File, claim: Claim) -> bool:
    """Whether the line, or the comment right above it, says that its value is made up."""
    text, at = file.text, claim.start
    if _A_MAIL().fullmatch(claim.value) and _ANONYMOUS().search(text, max(0, at - 40), at):
        return True
    start = max(text.rfind("\n", 0, at) + 1, at - 300)
    end = text.find("\n", at, at + 500)
    line = Line(file, start, end if end >= 0 else min(len(text), at + 500), Why.NAME)
    comment = _HOST().sub("", line.text[line.comment :].replace(claim.value, ""))
    if _MADE_UP().search(comment) or _MADE_UP_HERE().search(comment):
        return True
    above = text[max(0, start - 200) : max(0, start - 1)].rpartition("\n")[2].strip()
    return above.startswith(("#", "//", "--", ";", "/*", "*", "<!--")) and bool(_MADE_UP().search(above))
