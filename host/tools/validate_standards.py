"""Check workflows against the standards: python tools/validate_standards.py [NAME ...]

The same as `workflow check`; every option is passed on to it.
"""

import sys

try:
    from workflow_template.cli import main
except ImportError:
    sys.exit("error: the `workflow` command is not installed\n  hint: python -m pip install -r requirements-dev.txt")

if __name__ == "__main__":
    sys.exit(main(["check", *sys.argv[1:]]))
