"""Copy a tested workflow to scripts/: python tools/deploy_workflows.py NAME

The same as `workflow deploy`; every option is passed on to it.
"""

import sys

try:
    from workflow_template.cli import main
except ImportError:
    sys.exit("error: the `workflow` command is not installed\n  hint: python -m pip install -r requirements-dev.txt")

if __name__ == "__main__":
    sys.exit(main(["deploy", *sys.argv[1:]]))
