"""`workflow check --staged` as a commit waits for it: no reading of options, and git at work while Python loads the rules."""

from __future__ import annotations

import sys

from workflow_template.core.errors import UserError
from workflow_template.core.host import require_host
from workflow_template.standards.git import CouldNotJudge, what_is_staged


def main() -> int:
    """Print what was found in what is staged. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return _check()
    except UserError as error:
        sys.stderr.write(f"Error: {error}\n")
        return CouldNotJudge.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("stopped: nothing was left half done\n")
        return 130


def _check() -> int:
    host = require_host()
    asked = what_is_staged(host.folder)
    from workflow_template.standards import report
    from workflow_template.standards.staged import check_staged

    found = check_staged(host, asked=asked)
    sys.stdout.write(report.text(found, report.has_colour()) + "\n")
    return 1 if found.failed else 0
