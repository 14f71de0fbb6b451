"""Run the tests of workflows with branch coverage: python tools/run_tests.py [NAME ...]

The same as `workflow test`; every option is passed on to it.
"""

import sys

try:
    from workflow_template.cli import main
except ImportError:
    sys.exit("error: the `workflow` command is not installed\n  hint: python -m pip install -r requirements-dev.txt")

if __name__ == "__main__":
    sys.exit(main(["test", *sys.argv[1:]]))
