"""Render the template as cookiecutter does, in memory: the same bytes, without a folder that a kill could leave.

Jinja2 is imported only here, and only when something is rendered: a hook runs under cookiecutter, which has it.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, Template

FOLDER = "{{cookiecutter.workflow_name}}"
EXAMPLE = {
    "workflow_name": "my_workflow",
    "title": "My workflow",
    "description": "What it does and for whom.",
    "owner": "data-team",
    "criticality": "standard",
    "schedule": "none",
    "source_table": "source_table",
    "target_table": "target_table",
}


def find_root() -> Path:
    """Where the template lies: in the wheel beside this package, or in the repository that holds it."""
    installed = Path(__file__).parent.parent / "_template"
    return installed if installed.is_dir() else Path(__file__).parents[3]


@functools.cache
def questions(root: Path) -> dict[str, Any]:
    """The content of `cookiecutter.json`."""
    asked: dict[str, Any] = json.loads((root / "cookiecutter.json").read_text(encoding="utf-8"))
    return asked


def defaults(root: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Complete *given* with the defaults, in the order of the questions; an answer stays the text it is."""
    answers: dict[str, str] = {}
    for key, default in questions(root).items():
        if not key.startswith("_"):
            first = default[0] if isinstance(default, list) else default
            answers[key] = given[key] if key in given else _text(root, str(first), answers)
    return answers


def render(root: Path, answers: Mapping[str, str]) -> dict[str, bytes]:
    """Render the workflow folder for *answers*. Returns {path in the folder with `/`: bytes}."""
    context = {"cookiecutter": context_of(root, answers)}
    return {_compile(root, path).render(context): _fill(body, newline, context) for path, body, newline in _sources(root)}


def render_one(root: Path, path: str, answers: Mapping[str, str] = EXAMPLE) -> bytes:
    """Render one file of the workflow folder, named as it is in the template."""
    body, newline = _read(root, root / FOLDER / path)
    return _fill(body, newline, {"cookiecutter": context_of(root, answers)})


def context_of(root: Path, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers and what `cookiecutter.json` derives from them (its keys with two underscores)."""
    context = dict(answers)
    for key, text in questions(root).items():
        if key.startswith("__") and isinstance(text, str):
            context[key] = _text(root, text, context)
    return context


def _text(root: Path, source: str, known: Mapping[str, str]) -> str:
    return _compile(root, source).render(cookiecutter=known)


def _fill(body: Template | bytes, newline: str, context: Mapping[str, Any]) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.render(context).replace("\n", newline).encode()


@functools.cache
def _sources(root: Path) -> tuple[tuple[str, Template | bytes, str], ...]:
    return tuple((path.relative_to(root / FOLDER).as_posix(), *_read(root, path)) for path in _walk(root / FOLDER))


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each != "__pycache__")
        yield from (Path(parent, name) for name in sorted(names))


def _read(root: Path, path: Path) -> tuple[Template | bytes, str]:
    data = path.read_bytes()
    if b"\0" in data[:1024]:
        return data, ""
    newline = "\r\n" if re.match(rb"[^\n]*\r\n", data) else "\n"
    return _compile(root, data.decode().replace("\r\n", "\n")), newline


@functools.cache
def _compile(root: Path, source: str) -> Template:
    return _environment(root).from_string(source)


@functools.cache
def _environment(root: Path) -> Environment:
    from jinja2 import Environment, StrictUndefined

    options = questions(root).get("_jinja2_env_vars", {})
    return Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False, **options)  # noqa: S701 - writes Python and YAML, not HTML
