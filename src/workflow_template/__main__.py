"""`python -m workflow_template` is the `workflow` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `workflow` command. Returns its exit code: 0 fine, 1 findings or refused, 2 could not judge or wrong usage.

    What every commit waits for, `workflow check --staged`, goes past the reading of options, which takes as long as the check itself.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words == ["check", "--staged"]:
        from workflow_template.standards import staged

        return staged.main()
    from workflow_template.cli import main as whole

    return whole(words)


if __name__ == "__main__":
    sys.exit(main())
