"""One workflow of a host, as its `workflow.toml` describes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.core.toml import read_toml


def find_folder(host: Host, name: str) -> Path:
    """The folder `dev/<name>`; *name* may also be written as a path to it.

    Raises:
        UserError: there is no such workflow.
    """
    plain = name.replace("\\", "/").rstrip("/").removeprefix("./").removeprefix("dev/")
    names = dev_names(host)
    if plain in names:
        return host.top / "dev" / plain
    import difflib

    near = difflib.get_close_matches(plain, names, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(names)}" if names else "start one: workflow new"
    raise UserError(f'there is no workflow "{plain}" in dev/', hint)


def dev_names(host: Host) -> list[str]:
    """Names of the workflows in `dev/`."""
    return [name for name in host.workflow_names() if (host.top / "dev" / name).is_dir()]


def read_answers(folder: Path) -> dict[str, str]:
    """Read the answers a workflow was stamped with, as they stand in its `workflow.toml` now.

    Raises:
        UserError: the file is missing, is not TOML, or lacks a key.
    """
    path = folder / "workflow.toml"
    try:
        content = read_toml(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing", "copy one from another workflow and fill it in") from error
    except ValueError as error:
        raise UserError(f"{path}: {error}", "mend the file by hand") from error
    return _answers(path, content)


def _answers(path: Path, content: dict[str, Any]) -> dict[str, str]:
    about, tables = content.get("workflow", {}), content.get("tables", {})
    try:
        answers = {key: str(about[key]) for key in ("title", "description", "owner", "criticality", "schedule")}
        answers["workflow_name"] = str(about["name"])
        answers["source_table"], answers["target_table"] = str(tables["reads"][0]), str(tables["writes"][0])
    except (KeyError, IndexError, TypeError) as error:
        raise UserError(f"{path}: {error} is missing", "compare it with a newly stamped workflow: workflow new --dry-run") from error
    return answers
