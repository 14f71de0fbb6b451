"""A workflow and the repository around it, as rules see them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workflow_template.core.toml import read_toml
from workflow_template.standards.pattern import Pattern
from workflow_template.standards.source import Source

PLANS = "dev/checklists/workflow_plans"
INDEX = f"{PLANS}/index.md"
_ROW = Pattern(r"\| \[([a-z0-9_-]+)\]")


class Repository:
    """The names of all files, and the few files that say something of every workflow; they are read when a rule first asks."""

    def __init__(self, paths: Iterable[str], read: Callable[[str], Source], pending: tuple[str, ...] = ()) -> None:
        self._paths, self._read = frozenset(paths), read
        self._texts: dict[str, str] = {}
        self.pending = pending  # folders that a killed command left half done

    @functools.cached_property
    def _folders(self) -> frozenset[str]:
        found = set()
        for path in self._paths:
            while "/" in path and (path := path.rpartition("/")[0]) not in found:
                found.add(path)
        return frozenset(found)

    def has(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        return path in self._paths or path in self._folders

    @functools.cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Name of each workflow -> where it is: `dev`, `scripts` or both."""
        found: dict[str, tuple[str, ...]] = {}
        for folder in sorted(self._folders):
            place, _, name = folder.partition("/")
            if place in ("dev", "scripts") and name and "/" not in name and name not in ("shared", "checklists") and name[0] not in "._":
                found[name] = (*found.get(name, ()), place)
        return found

    def places_of(self, name: str) -> tuple[str, ...]:
        """Where a workflow of this name is: `dev`, `scripts` or both."""
        return self.names.get(name, ())

    @functools.cached_property
    def plans(self) -> frozenset[str]:
        """Names that have a plan."""
        found = {path[len(PLANS) + 1 : -3] for path in self._paths if path.startswith(PLANS) and path.endswith(".md")}
        return frozenset(found - {"index", "template_plan"})

    @functools.cached_property
    def rows(self) -> dict[str, str]:
        """Name -> its row in the index of plans."""
        return {found[1]: line for line in self.read(INDEX).splitlines() if (found := _ROW.match(line))}

    def read(self, path: str) -> str:
        """What a file says; empty where there is none."""
        if path not in self._texts:
            self._texts[path] = self._read(path).text if self.has(path) else ""
        return self._texts[path]

    @functools.cached_property
    def config(self) -> dict[str, Any]:
        """`config/settings.toml`; empty where it is missing or wrong."""
        return toml(self.read("config/settings.toml"))


class Workflow:
    """One folder of a workflow, in `dev/` or in `scripts/`. *files* maps each path inside it to its source."""

    def __init__(self, repository: Repository, place: str, name: str, files: Mapping[str, Source], plan: Source | None) -> None:
        self.repository, self.place, self.name, self.files, self.plan = repository, place, name, files, plan
        self.script = name.replace("-", "_")
        self.other: Workflow | None = None  # the same workflow in the other place
        self.probes: dict[str, bool] = {}

    def path(self, inner: str) -> str:
        """Where a file of this workflow is, relative to the host."""
        return f"{self.place}/{self.name}/{inner}"

    def text(self, inner: str) -> str:
        """What a file says; empty where there is none."""
        return self.files[inner].text if inner in self.files else ""

    def exists(self, path: str) -> bool:
        """Whether the repository has this file or folder. The answer is noted: a kept verdict holds while it stays the same."""
        self.probes[path] = self.repository.has(path)
        return self.probes[path]

    @functools.cached_property
    def manifest(self) -> tuple[dict[str, Any], str]:
        """`workflow.toml`, and what is wrong with it as a whole."""
        try:
            return read_toml(self.text("workflow.toml")), ""
        except ValueError as error:
            return {}, str(error)

    @property
    def about(self) -> dict[str, Any]:
        """`workflow.toml`; empty where it is missing or wrong."""
        return self.manifest[0]

    def answer(self, key: str) -> str:
        """A value of the section [workflow], as text; empty where it has none."""
        section = self.about.get("workflow")
        return str(section.get(key, "")) if isinstance(section, dict) else ""

    def tables(self, key: str) -> list[str]:
        """The tables that `workflow.toml` declares under `reads` or `writes`."""
        section = self.about.get("tables")
        names = section.get(key) if isinstance(section, dict) else None
        return [str(name) for name in names] if isinstance(names, list) else []

    @property
    def checklists(self) -> list[Source]:
        """Its copies of the checklists, where they are worked on."""
        found = [source for source in self.files.values() if source.kind.area == "checklists" and source.kind.language == "markdown"]
        return found if self.place == "dev" else []

    @property
    def scripts(self) -> list[Source]:
        """Its Python that runs in production."""
        return [source for source in self.files.values() if source.kind.is_production]


def toml(text: str) -> dict[str, Any]:
    """Read TOML; what is wrong reads as empty: finding that is the work of a rule."""
    try:
        return read_toml(text)
    except ValueError:
        return {}
