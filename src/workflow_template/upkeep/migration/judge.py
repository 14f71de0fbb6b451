"""Decide of each file of `scripts/<name>/` whether it stays, moves, or is for a person to decide."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping

from workflow_template.upkeep.migration import kinds
from workflow_template.upkeep.migration.alone import Alone
from workflow_template.upkeep.migration.kinds import Guess, guess
from workflow_template.upkeep.migration.modules import Library
from workflow_template.upkeep.migration.notebook import Notebook
from workflow_template.upkeep.migration.reader import read
from workflow_template.upkeep.migration.source import Source, Text, read_text
from workflow_template.upkeep.migration.tree import Tree
from workflow_template.upkeep.migration.users import User, Users, said_by
from workflow_template.upkeep.migration.verdict import MOVE, STAY, UNSURE, Verdict

_TEST_DATA = re.compile(r".*\.(json|xml|txt|sql|dat|eml|edi)$", re.IGNORECASE)
_TOOLS = ("noxfile.py", "tasks.py", "fabfile.py", "dodo.py", "setup.py")
_SETTINGS = re.compile(r"(config|settings|requirements|readme|credentials|secrets|package|license|changelog)\b.*", re.IGNORECASE)


class Judge:
    """Judges the files of some workflows; *decided* are the words of a person, {path: stay, testing, samples or debugging}."""

    def __init__(self, tree: Tree, library: Library, names: Iterable[str], decided: Mapping[str, str], every: bool) -> None:
        """*every*: these are all workflows that there are, so that what they share may move, too."""
        self.every = every
        self.tree, self.library, self.decided = tree, library, decided
        self.paths_of = {name: list(tree.below(f"scripts/{name}")) for name in names}
        self.guesses = {path: guess(name, path.removeprefix(f"scripts/{name}/")) for name, paths in self.paths_of.items() for path in paths}
        may_move = [path for path, each in self.guesses.items() if each.kind or _TEST_DATA.match(path) or _is_support(path)]
        self.notebooks: dict[str, tuple[Text, Notebook]] = {}
        self._read_notebooks()
        self.users = Users(tree, library, [*may_move, *self.shared_conftest()])
        for path in self.notebooks:
            facts = library.facts(path)
            if facts:
                self.users.add_python(path, facts)
        self.verdicts: dict[str, Verdict] = {}

    def shared_conftest(self) -> list[str]:
        """`scripts/conftest.py`, which serves all workflows at once."""
        return [path for path in ("scripts/conftest.py",) if self.every and path in self.tree.files]

    def _read_notebooks(self) -> None:
        """The code of every notebook, as if it were a module."""
        for path in sorted(each for each in self.tree.files if each.endswith(".ipynb")):
            text = read_text(self.tree.read(path))
            try:
                notebook = Notebook(text.text if text else "")
                self.library.add(path, read(Source(path, notebook.code.encode()), self.tree.exists))
            except (ValueError, SyntaxError, RecursionError) as error:
                self.library.broken[path] = str(error)
                continue
            if text:
                self.notebooks[path] = (text, notebook)

    def judge(self) -> dict[str, Verdict]:
        """Judge each file alone, then by its users until nothing changes any more."""
        alone = Alone(self.tree, self.library, self.users, self.guesses, self.decided)
        for name, paths in self.paths_of.items():
            for path in paths:
                self.verdicts[path] = alone.judge(path, name)
        for path in self.shared_conftest():
            self.verdicts[path] = Verdict(path, "", MOVE, "testing", "pytest's conftest.py, serves the tests of all workflows")
        moving = self.moving()
        for path in list(self.verdicts):
            self._by_users_alone(path, moving)
        self.settle()
        return self.verdicts

    def settle(self) -> None:
        """Take back moves that something which stays stands in the way of."""
        changed = True
        while changed:
            moving = self.moving()
            wrong = {path: why for path in moving if (why := self._in_the_way(path, moving))}
            for path, why in wrong.items():
                self.demote(path, why)
            changed = bool(wrong)

    def moving(self) -> set[str]:
        return {path for path, verdict in self.verdicts.items() if verdict.state == MOVE}

    def demote(self, path: str, why: str) -> None:
        """Leave to a person what seemed sure; what is only named like a sample is production then, and stays."""
        said = self.guesses.get(path, Guess("", ""))
        alike = said.weak and path.endswith(".py") and "imports it" in why
        used = (
            (alike or said.why == "data" or not said.kind)
            and why.endswith(": production")
            and "uses files like" not in why
            and "uses the files" not in why
        )
        self.verdicts[path] = self.verdicts[path]._replace(state=STAY if used else UNSURE, why=why)

    def _by_users_alone(self, path: str, moving: set[str]) -> None:
        """Settings-like data goes with the tests when they alone use it."""
        verdict = self.verdicts[path]
        said = self.guesses.get(path, Guess("", ""))
        if path in self.decided or path.endswith(".py") or verdict.state == UNSURE:
            return
        soft = not said.kind and _TEST_DATA.match(path) and not _SETTINGS.match(posixpath.basename(path))
        if not (soft or (said.kind and said.weak)):
            return
        users = [user for user in self.users.of.get(path, ()) if not user.vague or user.path in moving]
        if users and all(user.path in moving for user in users):
            names = sorted({posixpath.basename(user.path) for user in users})
            kind = said.kind or "samples"
            self.verdicts[path] = verdict._replace(
                state=MOVE, kind=kind, why=f"only {', '.join(names[:3])} use{'s' * (len(names) == 1)} it"
            )
        elif said.weak and said.why == "made-up data":
            self.verdicts[path] = verdict._replace(state=STAY, kind="", why="no test uses it")

    def _in_the_way(self, path: str, moving: set[str]) -> str:
        """Why *path* cannot move, in words; empty when it can."""
        if posixpath.basename(path) == "__init__.py":
            return self._package_stays(path, moving)
        if posixpath.basename(path) == "conftest.py":
            return self._conftest_stays(path, moving)
        for user in self.users.staying(path, moving):
            if user.path in self.tree.links:
                return said_by(user)
            if self._follows(user.path, path) or self._is_too_vague(path, user) or self._is_overruled(path, user):
                continue
            verdict = self.verdicts.get(user.path)
            if verdict and verdict.state == UNSURE:
                return f"{said_by(user)}, which stays until somebody decides on it"
            return f"{said_by(user)}: production"
        return self._needs_conftest(path, moving)

    def is_repairable(self, path: str) -> bool:
        """Whether a file that is not judged is no production, so that it can be repaired when what it uses moves."""
        if path.startswith("scripts/"):
            return path not in self.verdicts and (kinds.is_test_like(path) or path in self.notebooks)
        return path.startswith(("dev/", "tools/")) or path in _TOOLS or path in self.notebooks or kinds.is_test_like(path)

    def _follows(self, path: str, used: str) -> bool:
        """Whether *path* may be repaired when *used* moves; to tools only tests are nothing of production."""
        return self.is_repairable(path) and (not path.startswith("tools/") or self.verdicts[used].kind == "testing")

    def _is_too_vague(self, path: str, user: User) -> bool:
        """A pattern such as *.csv, or a name without its path, says little of what is named as a sample or test."""
        return user.vague and self.guesses.get(path, Guess("", "")).why.startswith(("named", "in "))

    def _is_overruled(self, path: str, user: User) -> bool:
        """A person may decide against a mention in a text, which is repaired then, but not against code of production."""
        return path in self.decided and (user.vague or not user.path.endswith(".py"))

    def _package_stays(self, path: str, moving: set[str]) -> str:
        folder = posixpath.dirname(path)
        others = [each for each in self.tree.below(folder) if each.endswith(".py") and each != path]
        return "" if all(each in moving for each in others) else "its folder keeps other modules"

    def _conftest_stays(self, path: str, moving: set[str]) -> str:
        """It must stay when a test stays that uses it, or may use it without saying so."""
        given = self.library.facts(path)
        silent = given is not None and "autouse" in given.source.text
        for each in self.tree.below(posixpath.dirname(path)):
            if each in moving or not each.endswith(".py") or not kinds.is_test_like(each) or each == path:
                continue
            facts = self.library.facts(each)
            if facts and given and facts.tests and (silent or facts.asked & given.fixtures.keys()):
                return f"{each} uses it, and stays"
        return ""

    def _needs_conftest(self, path: str, moving: set[str]) -> str:
        facts = self.library.facts(path) if path.endswith(".py") and self.verdicts[path].kind == "testing" else None
        for each in self.library.conftests(path) if facts else ():
            given = self.library.facts(each)
            if each.startswith("scripts/") and each not in moving and facts and given and facts.asked & given.fixtures.keys():
                return f"uses fixtures of {each}, which stays"
        return ""


def _is_support(path: str) -> bool:
    return path.endswith(".py") and kinds.is_support(posixpath.basename(path).removesuffix(".py"))
