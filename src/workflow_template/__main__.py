"""`python -m workflow_template` is the `workflow` command."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `workflow` command. Returns its exit code: 0 fine, 1 findings or refused, 2 could not judge or wrong usage.

    What every commit waits for, `workflow check --staged`, goes past the reading of options, which takes as long as the check itself.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["check"] and arguments is None:
        gc.disable()  # what a check reads lives until its end
        _run_and_leave(words)
    return _run(words)


def _run(words: list[str]) -> int:
    if words == ["check", "--staged"]:
        from workflow_template.standards import hook

        return hook.main()
    from workflow_template.cli import main as whole

    return whole(words)


def _run_and_leave(words: list[str]) -> NoReturn:
    """End the process without taking down what it built, which takes a tenth of the time of a commit's check."""
    try:
        code = _run(words)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # the reader has gone: `workflow check | head`
        code = 1
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
