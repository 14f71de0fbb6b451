"""Refuse answers that no file system, Python, database or Kestra could hold, before anything is rendered."""

import json
import sys
from pathlib import Path

answers = json.loads({{ cookiecutter | jsonify | pprint }})
# cookiecutter renders a hook while standing in the template's folder, which under cruft no variable names
template = Path({{ cycler.__init__.__globals__.os.getcwd() | pprint }})
sys.path.insert(0, str(template / "src"))
Path(__file__).unlink(missing_ok=True)  # cookiecutter leaves it, and the answers in it, in the temporary folder

from workflow_template.stamp.handover import pre_gen  # noqa: E402

sys.exit(pre_gen(answers, template))
