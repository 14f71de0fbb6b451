"""`python -m workflow_template` is the `workflow` command."""

import sys

from workflow_template.cli import main

sys.exit(main())
