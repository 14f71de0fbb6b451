"""Questions to git, which it answers on another core while this process goes on."""

from __future__ import annotations

import os
import subprocess
from typing import IO

from workflow_template.core.errors import UserError


class CouldNotJudge(UserError):
    """What was asked for cannot be judged: exit code 2."""

    exit_code = 2


class Question:
    """A git command at work.

    Raises:
        CouldNotJudge: git is not there.
    """

    def __init__(self, top: str, *words: str) -> None:
        self.words = words
        self._told = _file()
        try:
            self._process = subprocess.Popen(["git", *words], cwd=top, stdout=self._told, stderr=subprocess.PIPE)  # noqa: S603, S607
        except OSError as error:
            raise CouldNotJudge(f"git cannot be started: {error.strerror}", "install git, and put it into PATH") from error

    def answer(self) -> bytes:
        """What git prints.

        Raises:
            CouldNotJudge: git refused.
        """
        with self._told:
            problem = self._process.communicate()[1]
            self._told.seek(0)
            told = self._told.read()
        if self._process.returncode:
            name = next(word for word in self.words if word[0] != "-" and "=" not in word)
            raise CouldNotJudge(f"git {name}: {problem.decode(errors='replace').strip()}", "repair the repository first")
        return told


def _file() -> IO[bytes]:
    """A file in memory where the system has such. Nobody has to read from it while git writes, as from a pipe, which holds little."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("git"), "w+b")
    from tempfile import TemporaryFile

    return TemporaryFile()


def git(top: str, *words: str) -> bytes:
    """What a git command prints.

    Raises:
        CouldNotJudge: git is not there, or refused.
    """
    return Question(top, *words).answer()


def what_is_staged(top: str) -> tuple[Question, Question]:
    """Ask for the index, and for the paths in it that differ from the last commit."""
    return (
        Question(top, "ls-files", "-s", "-v", "-z"),
        Question(top, "diff", "--cached", "--name-only", "--no-renames", "--no-ext-diff", "-z"),
    )
