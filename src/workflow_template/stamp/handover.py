"""What cookiecutter's two hooks do: refuse bad answers before anything is rendered; hand the rendered folder over to the host."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, find_host
from workflow_template.stamp import answers as rules
from workflow_template.stamp import marks


def pre_gen(context: Mapping[str, object], root: Path) -> int:
    """Judge the answers and mark the folder that cookiecutter is about to fill. Returns the hook's exit code."""
    return _spoken(_pre_gen, context, root)


def post_gen(context: Mapping[str, object], root: Path) -> int:
    """Give the folder that cookiecutter filled its place in the host. Returns the hook's exit code."""
    return _spoken(_post_gen, context, root)


def _pre_gen(context: Mapping[str, object], root: Path) -> None:
    folder = Path.cwd()
    host = _host_of(context, folder, root)
    if found := rules.braces_in(context) + rules.problems(context):
        raise UserError("\nerror: ".join(found))
    if host is None:
        if any(folder.iterdir()) and "_output_dir" in context:
            raise UserError(f"{folder} exists already and is not empty", "choose another workflow_name, or move that folder away")
        return
    with marks.at_work(host) as notes:
        folder.mkdir(exist_ok=True)  # a killed stamp of the same name was taken away, folder and all
        os.chdir(folder)
        taken = [name for name in host.workflow_names() if not _is_same(host, name, folder)]
        if found := rules.problems(context, taken):
            raise UserError("\nerror: ".join(found))
        if any(folder.iterdir()):
            raise UserError(f"{folder} exists already and is not empty", "nothing was changed; choose another workflow_name")
        marks.leave(host, folder, os.getppid())
    print(*notes, sep="\n", end="\n" if notes else "")


def _post_gen(context: Mapping[str, object], root: Path) -> None:
    import signal

    from workflow_template.core import transaction  # the other hook needs none of these, and every stamp waits for both
    from workflow_template.stamp import place, precommit, words

    folder = Path.cwd()
    host = _host_of(context, folder, root)
    answers = {key: str(context[key]) for key in rules.KEYS}
    name = answers["workflow_name"]
    _drop_compiled(folder)
    if host is None:
        place.add_checklists(folder, place.masters(root))
        print(
            f"rendered {name}; no host was changed. In your repository: cruft create --output-dir dev ..., then: workflow register {name}"
        )
        return
    stays = folder == host.top / "dev" / name
    origin = precommit.find_origin(str(context.get("_template", "")), root)
    with transaction.locked(host):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end is a few milliseconds away, and cookiecutter stops anyway
        stamp = place.plan_rendered(host, root, answers, folder, origin)
        needs = [path.relative_to(host.top).as_posix() for path in folder.rglob("*") if path.is_file()] if stays else []
        os.chdir(host.top)  # Windows moves no folder that somebody stands in
        transaction.apply(host, stamp.changes, drop=[marks.mark_of(host, folder)], needs=needs)
    print(words.report(name, stamp))
    print(words.next_steps(name, rules.module_name(name)))


def _host_of(context: Mapping[str, object], folder: Path, root: Path) -> Host | None:
    """The host to change: only when cookiecutter itself renders at its top or in its `dev`.

    cruft gives no `_output_dir` and renders again, in temporary folders, at every update: it changes nothing but the folder.
    """
    if "_output_dir" not in context:
        return None
    host = find_host(folder.parent)
    if host is None or os.path.realpath(host.top) == os.path.realpath(root):
        return None
    return host if folder.parent in (host.top, host.top / "dev") else None


def _is_same(host: Host, name: str, folder: Path) -> bool:
    """Whether this name is only the folder that cookiecutter has just made, and no workflow yet."""
    return folder == host.top / "dev" / name and not (host.top / "scripts" / name).exists()


def _drop_compiled(folder: Path) -> None:
    """Take out what Python compiled in the template, where it was installed by pip or tried in place: cookiecutter copies that too."""
    for compiled in folder.rglob("__pycache__"):
        for path in compiled.iterdir():
            path.unlink()
        compiled.rmdir()


def _spoken(work: object, context: Mapping[str, object], root: Path) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console that lacks a sign must not end the stamp
    try:
        work(context, root)  # type: ignore[operator]
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error.filename or Path.cwd()}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
