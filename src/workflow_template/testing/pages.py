"""Write the pages: one for all workflows, and coverage's own of each, drawn side by side."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.testing import page
from workflow_template.testing.changed import Changed
from workflow_template.testing.plan import Wish
from workflow_template.testing.pool import Job, Pool
from workflow_template.testing.verdict import Judged


def write(host: Host, judged: Sequence[Judged], changed: Changed, folder: Path, least: float, wish: Wish) -> None:
    """Write `index.html` and `coverage/<workflow>/` into *folder*.

    Raises:
        UserError: the folder cannot be written.
    """
    try:
        (folder / "coverage").mkdir(parents=True, exist_ok=True)
        _draw(host, judged, folder.absolute() / "coverage", wish)
        (folder / "index.html").write_text(page.render(judged, changed, host.top, least), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UserError(f"{error.filename or folder}: {error.strerror}", "name a folder that you can write into") from error


def _draw(host: Host, judged: Sequence[Judged], folder: Path, wish: Wish) -> None:
    room = Path(tempfile.mkdtemp(prefix="workflow-test-"))
    jobs = [_job(each, room / str(number), folder) for number, each in enumerate(judged) if each.outcome.facts.coverage]
    try:
        for job in jobs:
            job.aside.mkdir()
        with Pool(host.top, wish.jobs, ["--fork"] if wish.fork else [], room / "workers.log") as pool:
            for _ in pool.run(jobs):
                pass
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _job(judged: Judged, aside: Path, folder: Path) -> Job:
    name = judged.outcome.workflow
    arcs = {path: file.arcs for path, file in judged.outcome.facts.coverage.items()}
    return Job(name, aside, 0.0, {"do": "draw", "folder": str(folder / name), "arcs": arcs})
