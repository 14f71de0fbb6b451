"""Judge a file by itself: by its name and folder, and by what it does."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from workflow_template.upkeep.migration import kinds
from workflow_template.upkeep.migration.facts import Facts
from workflow_template.upkeep.migration.kinds import Guess
from workflow_template.upkeep.migration.modules import Library
from workflow_template.upkeep.migration.tree import Tree
from workflow_template.upkeep.migration.users import Users, said_by
from workflow_template.upkeep.migration.verdict import MOVE, STAY, UNSURE, Verdict, count


class Alone:
    """Judges files one by one; *decided* are the words of a person, {path: stay, testing, samples or debugging}."""

    def __init__(self, tree: Tree, library: Library, users: Users, guesses: Mapping[str, Guess], decided: Mapping[str, str]) -> None:
        self.tree, self.library, self.users, self.guesses, self.decided = tree, library, users, guesses, decided

    def judge(self, path: str, name: str) -> Verdict:
        said = self.guesses[path]
        if decision := self.decided.get(path):
            state = STAY if decision == STAY else MOVE
            return Verdict(path, name, state, "" if decision == STAY else decision, "decided by you")
        if path in self.tree.odd:
            return Verdict(path, name, UNSURE, said.kind, f"is {self.tree.odd[path]}")
        if kinds.is_left_over(path):
            return Verdict(path, name, UNSURE, "", "looks like what an editor, a copy or a tool left behind: remove it?")
        if {"validation", "checklists"} & set(path.split("/")[2:-1]):
            return Verdict(path, name, UNSURE, "", f"lies in a folder of dev/{name}/: move it there by hand if production does not use it")
        if path.endswith(".log"):
            return Verdict(path, name, UNSURE, "", "a log: take it out of git")
        if path.endswith(".py"):
            return self._python(path, name, said)
        if path in self.library.broken:
            return Verdict(path, name, UNSURE, said.kind, f"cannot be read as a notebook: {self.library.broken[path]}")
        return Verdict(path, name, MOVE if said.kind else STAY, said.kind, said.why or "no sign of development")

    def _python(self, path: str, name: str, said: Guess) -> Verdict:
        facts = self.library.facts(path) if path in self.users.paths or self._smells_of_tests(path) else None
        if path in self.library.broken and said.kind:
            return Verdict(path, name, UNSURE, said.kind, f"cannot be read as Python: {self.library.broken[path]}")
        if facts is None:
            return Verdict(path, name, STAY, "", said.why or "production code by its name")
        if not said.kind:
            return self._plain_name(path, name, facts, said)
        if said.kind == "testing":
            return self._test(path, name, facts, said)
        if said.kind == "samples":
            return self._sample_code(path, name, facts, said)
        done = facts.acts
        if said.weak and done.writes:
            return Verdict(path, name, UNSURE, said.kind, f"{said.why}, but writes (line {done.writes}): a trial, or a job?")
        return Verdict(path, name, MOVE, said.kind, ", ".join(filter(None, (said.why, str(done)))))

    def _smells_of_tests(self, path: str) -> bool:
        data = self.tree.read(path)
        return b"pytest" in data or b"unittest" in data

    def _plain_name(self, path: str, name: str, facts: Facts, said: Guess) -> Verdict:
        """A module that is not named as a test may be one by what it does."""
        if said.why:
            return Verdict(path, name, STAY, "", said.why)
        stem = posixpath.basename(path).removesuffix(".py")
        if facts.uses_pytest and facts.tests:
            return Verdict(path, name, MOVE, "testing", f"defines {count(len(facts.tests), 'test')}, whatever its name")
        if facts.fixtures or (kinds.is_support(stem) and (facts.uses_pytest or self._only_tests_use(path))):
            return Verdict(
                path, name, MOVE, "testing", "helps tests: " + ("defines fixtures" if facts.fixtures else "by its name and its users")
            )
        return Verdict(path, name, STAY, "", "production code by its name")

    def _only_tests_use(self, path: str) -> bool:
        importers = {each for each, _ in self.library.known() for target in self.library.targets(each) if target.path == path}
        return bool(importers) and all(
            self.guesses.get(each, Guess("", "")).kind == "testing" or kinds.is_test_like(each) for each in importers
        )

    def _test(self, path: str, name: str, facts: Facts, said: Guess) -> Verdict:
        found = [count(len(facts.tests), "test")] if facts.tests else []
        found += [count(len(facts.fixtures), "fixture")] if facts.fixtures else []
        if found:
            return Verdict(path, name, MOVE, "testing", f"{said.why}, defines {' and '.join(found)}")
        if said.why.startswith("in ") or path.endswith("conftest.py"):
            return Verdict(path, name, MOVE, "testing", said.why)
        helped = [user.path for user in self.users.of.get(path, ()) if self.guesses.get(user.path, Guess("", "")).kind == "testing"]
        if helped:
            return Verdict(path, name, MOVE, "testing", f"{said.why}, helps {posixpath.basename(helped[0])}")
        done = facts.acts
        if done.writes:
            why = f"{said.why}, but defines no test and writes (line {done.writes}): a test, or a job?"
            return Verdict(path, name, UNSURE, "testing", why)
        return Verdict(path, name, MOVE, "debugging", f"{said.why}, but defines no test: {str(done) or 'does little'}")

    def _sample_code(self, path: str, name: str, facts: Facts, said: Guess) -> Verdict:
        if said.why.startswith("in "):
            return Verdict(path, name, MOVE, "samples", said.why)
        users = self.users.of.get(path, ())
        only_tests = bool(users) and all(self.guesses.get(user.path, Guess("", "")).kind for user in users)
        if only_tests or facts.data_only:
            why = "only tests and trials use it" if only_tests else "holds data only"
            return Verdict(path, name, MOVE, "samples", f"{said.why}, {why}")
        if users:
            return Verdict(path, name, STAY, "", f"only named like a sample: {said_by(users[0])}")
        return Verdict(path, name, UNSURE, "samples", f"{said.why}, but is code that nothing in the repository uses")
