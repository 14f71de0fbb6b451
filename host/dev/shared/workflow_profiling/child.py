"""Runs one version of a workflow, in a process of its own, whenever it is told to.

    python child.py FOLDER

FOLDER is the workflow (`dev/<name>` or `scripts/<name>` of any checkout); the database helper is the one of its own repository. Each line
of input is JSON, {"url": "…", "watch": false}; each line of output tells {"seconds": 1.2, "statements": null}. Needs of this repository
nothing but its clock: the other version may be older than all of it.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLOCK = Path(__file__).parents[1] / "workflow_testing" / "stopwatch.py"


def load(folder: Path) -> tuple[Any, Callable[[Any], Any]]:
    """Import the version's `DatabaseHelper`, and give its work as a function of one."""
    sys.path.insert(0, str(folder.parents[1] / "utils"))
    from db_helper import DatabaseHelper  # of the version's own repository

    profiling = folder / "debugging" / "profile_performance.py"
    if profiling.is_file() and hasattr(module := _module(profiling), "run"):
        return DatabaseHelper, module.run
    module = _module(folder / f"{folder.name.replace('-', '_')}.py")
    batch_size = DatabaseHelper().load_config()["processing"]["batch_size"]
    return DatabaseHelper, lambda db: module.run(db, batch_size)


def run(helper: Any, work: Callable[[Any], Any], now: Callable[[], float], url: str, watch: bool) -> dict[str, Any]:
    """Do the work once on the database at *url*; with *watch*, count its statements too."""
    from sqlalchemy import Engine, event

    seen: list[str] = []
    listener = lambda *words: seen.append(words[2])  # noqa: E731
    if watch:
        event.listen(Engine, "before_cursor_execute", listener)
    db = helper(url=url)
    gc.collect()
    start = now()
    work(db)
    seconds = now() - start
    db.close()
    if watch:
        event.remove(Engine, "before_cursor_execute", listener)
    return {"seconds": seconds, "statements": len(seen) if watch else None}


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Answer until the input ends. What the version prints goes to stderr: stdout is for the answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    now = _module(CLOCK).now
    helper, work = load(Path(sys.argv[1]).resolve())
    logging.disable(logging.INFO)
    for line in sys.stdin:
        asked = json.loads(line)
        answers.write(json.dumps(run(helper, work, now, asked["url"], asked["watch"])) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
