"""What a host's tests depend on now, looked at once for a whole command."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from workflow_template.core.host import Host
from workflow_template.testing import besides, environment, files, places
from workflow_template.testing.contents import Contents
from workflow_template.testing.proof import Basis

_DIALECTS = tuple(f"sqlalchemy.dialects.{name}" for name in ("sqlite", "mssql", "mysql"))
_WARM = {"sqlalchemy": ("sqlalchemy", "sqlalchemy.ext.compiler", *_DIALECTS)}  # imported beforehand: they ask nothing of the environment


class State:
    """The host's files and this Python, as they are when the command looks at them first."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.contents = Contents(host)
        self.files = files.find_files(host)
        self.besides = besides.Digests(host, self.contents)
        self._environment = environment.describe()
        self._key = places.key(host)

    def basis(self, name: str, needs: Iterable[str]) -> Basis:
        """What the result of a workflow depends on: its files, what all share, and *needs*, which its tests read besides."""
        own = {path: self.contents[path] for path in self.files.own.get(name, ())}
        needed = {key: self.besides[key] for key in needs}
        read = [self.contents[path] for path in besides.code(needed)]
        variables = self._shared_variables | {each for held in (*own.values(), *read) for each in held.variables}
        digest = environment.variables(self._key, variables)
        paths = self._shared | {path: held.sha for path, held in own.items()}
        return Basis(paths, needed, {**self._environment, "environment variables": digest})

    def code(self, name: str, needs: Iterable[str]) -> list[str]:
        """Python files of a workflow, those that all share, and those that its tests read besides."""
        return [path for path in (*self.files.own.get(name, ()), *self.files.common) if path.endswith(".py")] + besides.code(needs)

    def changed(self, name: str) -> list[str]:
        """Files of a workflow, or of all, that are no longer what they were when the command began."""
        return [path for path in (*self.files.own.get(name, ()), *self.files.common) if not self.contents.as_before(path)]

    def to_warm(self, names: Iterable[str]) -> list[str]:
        """Modules that the tests of these workflows import sooner or later, as far as their text tells."""
        wanted = {module for name in names for path in self.files.own.get(name, ()) for module in self.contents[path].imports}
        for path in self.files.common:
            if path.rpartition("/")[2].removesuffix(".py") in wanted:
                wanted |= set(self.contents[path].imports)
        return [module for package, modules in _WARM.items() if package in wanted for module in modules]

    @cached_property
    def _shared(self) -> dict[str, str]:
        return {path: self.contents[path].sha for path in self.files.common}

    @cached_property
    def _shared_variables(self) -> set[str]:
        return {each for path in self.files.common for each in self.contents[path].variables}
