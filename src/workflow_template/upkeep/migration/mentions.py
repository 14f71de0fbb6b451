"""Where text that is not Python names a file: flows, continuous integration, settings, documents."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from workflow_template.upkeep.migration.where import normal

_NAME = re.compile(r"[\w@+%~-](?:[\w@+%~-]|\\?\.(?=\w))*")
_BEFORE = re.compile(r"[^\s\"'`<>|,;()\[\]*?=!^&#]*$")
_SEPARATOR = r"(?:/|\\\\|\\)"
_FLOW = (re.compile(r"^id:", re.MULTILINE), re.compile(r"^namespace:", re.MULTILINE), re.compile(r"^(tasks|triggers):", re.MULTILINE))
_DOCUMENTS = (".md", ".rst", ".txt", ".adoc", ".html", ".htm")
_CI = re.compile(
    r"\.github/.*|\.gitlab-ci.*|\.gitlab/.*|azure-pipelines.*|bitbucket-pipelines\.yml|\.circleci/.*|\.travis\.yml|jenkinsfile.*|(.*/)?ci/.*",
    re.I,
)
_TOOLS = re.compile(
    r"makefile|.*\.mk|justfile|taskfile\.ya?ml|tox\.ini|setup\.cfg|pytest\.ini|pyproject\.toml|\.pre-commit-config\.yaml|\.coveragerc"
    r"|codeowners|\.git(attributes|ignore)|\.dockerignore|\.flake8|mypy\.ini|ruff\.toml|sonar-project\.properties|.*\.code-workspace",
    re.I,
)
_TOOL_FOLDERS = {".vscode", ".idea", ".devcontainer"}
_TEST_SHELL = re.compile(
    r"(run_?|do_?)?(all_?)?(tests?|ci|lint|check|dev|debug)[_.-].*\.(sh|bat|cmd|ps1)|.*[_-](tests?|debug|dev)\.(sh|bat|cmd|ps1)", re.I
)
_FIXED = re.compile(r"/[0-9a-f]{7,40}/")  # a page of one commit, which stays what it is
_TEST_RUN = re.compile(r"\b(pytest|py\.test|unittest|nosetests)\b")
_QUIET = re.compile(r"^\s*(#|//|--|;|rem\b|::|<!--)|^\s*-?\s*(description|message|displayName|title)\s*:", re.I)


class Mention(NamedTuple):
    """One place that names *target*. It is *exact* when the path leads there from the file or from the top of the repository."""

    path: str
    line: int
    start: int
    end: int
    target: str
    exact: bool
    from_top: bool
    uses: bool  # production runs or reads it here, as far as a line of text can tell


def kind_of(path: str, text: str) -> str:
    """What a text file is for: document, ci, tool, flow, or other (settings, schedules, containers, shell)."""
    name = path.rsplit("/", 1)[-1]
    if _CI.fullmatch(path):
        return "ci"
    if _TOOLS.fullmatch(name) or set(path.split("/")) & _TOOL_FOLDERS or _TEST_SHELL.fullmatch(name):
        return "tool"
    if name.lower().endswith(_DOCUMENTS) and not name.lower().startswith("requirements"):
        return "document"
    if name.lower().endswith((".yml", ".yaml")) and all(pattern.search(text) for pattern in _FLOW):
        return "flow"
    return "other"


class Names:
    """The names of files that may move, to be found in text."""

    def __init__(self, paths: Iterable[str], every: Iterable[str], top: str) -> None:
        """*paths* may move, *every* file of the repository helps to tell names that are not unique; *top* is the name of its folder."""
        self.top = top
        self.by_name: dict[str, list[str]] = {}
        for path in paths:
            self.by_name.setdefault(path.rsplit("/", 1)[-1], []).append(path)
        self.spaced = [name for name in self.by_name if not _NAME.fullmatch(name)]
        self.count: dict[str, int] = {}
        for path in every:
            name = path.rsplit("/", 1)[-1]
            if name in self.by_name:
                self.count[name] = self.count.get(name, 0) + 1

    def find(self, path: str, text: str, kind: str, folders: Container[str | None]) -> Iterator[Mention]:
        """All mentions in the *text* of the file *path*; *folders* are the folders of the repository."""
        for start, end, name in self._occurrences(text):
            before = _BEFORE.search(text, max(0, text.rfind("\n", 0, start) + 1, start - 400), start)
            prefix = before[0] if before else ""
            found = self._resolve(path, _plain(prefix), name, folders)
            if found:
                target, exact, from_top = found
                first = _start_of(text, end, target if from_top else "", start - len(prefix))
                line = text.count("\n", 0, start) + 1
                yield Mention(path, line, first, end, target, exact, from_top, _is_use(kind, text, start))

    def _occurrences(self, text: str) -> Iterator[tuple[int, int, str]]:
        for found in _NAME.finditer(text):
            name = found[0].replace("\\", "")
            if name in self.by_name:
                yield found.start(), found.end(), name
        for name in self.spaced:
            for shown in (name, name.replace(" ", "%20")):
                for found in re.finditer(re.escape(shown), text):
                    yield found.start(), found.end(), name

    def _resolve(self, path: str, prefix: str, name: str, folders: Container[str | None]) -> tuple[str, bool, bool] | None:
        """Which file is meant, whether that is certain, and whether its path is written from the top of the repository."""
        whole, folder = prefix + name, posixpath.dirname(path)
        for target in self.by_name[name]:
            if whole == target or whole.endswith(f"/{target}"):
                sure = self._leads_to_top(whole[: -len(target)], folder, folders)
                return None if sure is None else (target, sure, True)
        if (place := normal(folder, whole)) in self.by_name[name]:
            return str(place), True, False
        near = [target for target in self.by_name[name] if workflow_of(target) == workflow_of(path)]
        if "/" not in whole.removeprefix("./") and (near or self.count.get(name) == 1):
            return (near or self.by_name[name])[0], False, False
        return None

    def _leads_to_top(self, prefix: str, folder: str, folders: Container[str | None]) -> bool | None:
        """Whether *prefix* stands for the top of this repository; None when it surely is another place."""
        if "://" in prefix and _FIXED.search(prefix):
            return None
        if not prefix.strip("./") or prefix[0] in "/$%{}~" or prefix[1:2] == ":":
            return "://" not in prefix
        if "://" in prefix or "@" in prefix:
            return False
        if normal(folder, prefix) in folders or normal("", prefix) in folders:
            return None
        return prefix.strip("/").rsplit("/", 1)[-1] == self.top or any(sign in prefix for sign in "${}%")


def workflow_of(path: str) -> str:
    """The workflow that a path lies in; empty outside of `scripts/` and `dev/`."""
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] in ("scripts", "dev") else ""


def _plain(prefix: str) -> str:
    return prefix.replace("\\\\", "/").replace("\\.", ".").replace("\\", "/")


def _start_of(text: str, end: int, target: str, default: int) -> int:
    """Where the path of *target* starts that ends at *end*."""
    if not target:
        return default
    found = re.search(_spelled(target) + "$", text[max(0, end - 3 * len(target)) : end])
    return max(0, end - 3 * len(target)) + found.start() if found else default


def _spelled(path: str) -> str:
    return _SEPARATOR.join(re.escape(part).replace(r"\.", r"\\?\.").replace(r"\ ", "(?: |%20)") for part in path.split("/"))


def respell(shown: str, path: str) -> str:
    """Write *path* with the separators and escapes that *shown* has."""
    separator = "\\\\" if "\\\\" in shown else "\\" if re.search(r"\\(?!\.)", shown) else "/"
    if "\\." in shown:
        path = path.replace(".", "\\.")
    if "%20" in shown:
        path = path.replace(" ", "%20")
    return path.replace("/", separator)


def _is_use(kind: str, text: str, start: int) -> bool:
    if kind not in ("flow", "other"):
        return False
    line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", start) + 1 or len(text) + 1) - 1]
    return not (_QUIET.match(line) or _TEST_RUN.search(line))
