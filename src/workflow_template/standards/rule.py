"""What a rule is: an id and a title, a docstring that says why, and a function that yields the places where it is broken."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from workflow_template.standards.source import Kind, Source

if TYPE_CHECKING:
    from workflow_template.standards.finish import Comment
    from workflow_template.standards.workflow import Repository, Workflow

SEVERITIES = ("error", "warning", "info", "off")


class Fix(NamedTuple):
    """Put *text* in the place of the characters from *start* to *end* of the file."""

    start: int
    end: int
    text: str


class Problem(NamedTuple):
    """A place where a rule is broken. *line* and *column* count from 1 (0: the whole file); rules on more than a file name the *path*."""

    line: int
    message: str
    column: int = 1
    path: str = ""
    fix: Fix | None = None


class Finding(NamedTuple):
    """A problem as it is reported. *group* is the workflow it belongs to, or empty."""

    path: str
    line: int
    column: int
    rule: str
    severity: str
    message: str
    fixes: tuple[Fix, ...] = ()

    @property
    def fixable(self) -> bool:
        return bool(self.fixes)

    @property
    def group(self) -> str:
        """The workflow that the finding belongs to; empty for the rest of the repository."""
        parts = self.path.split("/")
        if parts[0] in ("dev", "scripts") and len(parts) > 1:
            if parts[1:3] == ["checklists", "workflow_plans"]:
                return parts[-1].removesuffix(".md")
            return parts[1] if parts[1] not in ("shared", "checklists") else ""
        return ""


OfFile = Callable[[Source], Iterator[Problem]]
OfWorkflow = Callable[["Workflow"], Iterator[Problem]]
OfRepository = Callable[["Repository"], Iterator[Problem]]
OfComment = Callable[["Comment"], Iterator[Problem]]


class Rule:
    """One standard: *judge* is given what *subject* says: `file`, `name`, `odd`, `workflow`, `repository` or `comment`.

    `name` is a file that is judged by its path alone, `odd` one that was not read as plain UTF-8. *words*: a file without any of these
    texts cannot break the rule and is not looked at. *reads*: a commit without a file that ends so cannot change what the rule says of a
    workflow; empty where any file may. *fixes*: `--fix` mends it, at least in some places.
    """

    def __init__(
        self,
        id: str,
        title: str,
        severity: str,
        subject: str,
        text: str,
        judge: Callable[..., Iterator[Problem]],
        applies: Callable[[Kind], bool] = lambda kind: True,
        words: tuple[str, ...] = (),
        reads: tuple[str, ...] = (),
        fixes: bool = False,
    ) -> None:
        self.id, self.title, self.severity, self.subject, self.text = id, title, severity, subject, text
        self.judge, self.applies, self.words, self.reads, self.fixes = judge, applies, words, reads, fixes

    @property
    def why(self) -> str:
        return self._section(0)

    @property
    def bad(self) -> str:
        return self._section(1)

    @property
    def good(self) -> str:
        return self._section(2)

    @property
    def remedy(self) -> str:
        return self._section(3)

    def _section(self, number: int) -> str:
        """The docstring holds the reason, then what is after the lines `Bad:`, `Good:` and the word `Fix:`; examples may be missing."""
        rest, _, remedy = self.text.partition("\nFix: ")
        why, _, examples = rest.partition("\nBad:\n")
        import textwrap  # only --explain and the pages need it

        bad, _, good = examples.partition("\nGood:\n")
        found = [textwrap.dedent(each).strip("\n") for each in (why, bad, good)]
        return [*found, " ".join(remedy.split())][number]


REGISTRY: list[Rule] = []


def file_rule(
    rule_id: str,
    title: str,
    applies: Callable[[Kind], bool],
    words: tuple[str, ...] = (),
    severity: str = "error",
    subject: str = "file",
    fixes: bool = False,
) -> Callable[[OfFile], OfFile]:
    """Register a rule that judges one file by its path and content alone; *subject* `name` by its path, `odd` only what is odd to read."""

    def add(judge: OfFile) -> OfFile:
        REGISTRY.append(Rule(rule_id, title, severity, subject, _text(judge.__doc__), judge, applies, words, fixes=fixes))
        return judge

    return add


def workflow_rule(
    rule_id: str, title: str, severity: str = "error", reads: tuple[str, ...] = (), fixes: bool = False
) -> Callable[[OfWorkflow], OfWorkflow]:
    """Register a rule that judges a folder of a workflow: which files it has, and what they say of each other."""

    def add(judge: OfWorkflow) -> OfWorkflow:
        REGISTRY.append(Rule(rule_id, title, severity, "workflow", _text(judge.__doc__), judge, reads=reads, fixes=fixes))
        return judge

    return add


def repository_rule(rule_id: str, title: str, severity: str = "error") -> Callable[[OfRepository], OfRepository]:
    """Register a rule that judges the repository by the names of its files."""

    def add(judge: OfRepository) -> OfRepository:
        REGISTRY.append(Rule(rule_id, title, severity, "repository", _text(judge.__doc__), judge))
        return judge

    return add


def comment_rule(rule_id: str, title: str, severity: str = "error", fixes: bool = False) -> Callable[[OfComment], OfComment]:
    """Register a rule that judges a comment which passes findings over."""

    def add(judge: OfComment) -> OfComment:
        REGISTRY.append(Rule(rule_id, title, severity, "comment", _text(judge.__doc__), judge, fixes=fixes))
        return judge

    return add


def _text(docstring: str | None) -> str:
    lines = (docstring or "").split("\n")
    return "\n".join([lines[0].strip(), *(line[4:] if line[:4] == "    " else line for line in lines[1:])])


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant; empty if none is near."""
    import difflib

    return next(iter(difflib.get_close_matches(word, list(known), n=1)), "")


def at(source: Source, node: ast.AST, message: str, fix: Fix | None = None) -> Problem:
    """A problem where *node* stands."""
    line = getattr(node, "lineno", 1)
    before = source.lines[line - 1].encode()[: getattr(node, "col_offset", 0)] if line <= len(source.lines) else b""
    return Problem(line, message, len(before.decode(errors="ignore")) + 1, fix=fix)


def at_offset(source: Source, offset: int, message: str, fix: Fix | None = None) -> Problem:
    """A problem at a character of the text."""
    return Problem(source.line_of(offset), message, source.column_of(offset), fix=fix)
