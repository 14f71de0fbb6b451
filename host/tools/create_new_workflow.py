"""Start a new workflow: python tools/create_new_workflow.py --workflow-name daily_sales (also: -WorkflowName daily_sales).

The same as `workflow new daily_sales`; every other option is passed on to it.
"""

import sys

try:
    from workflow_template.cli import main
except ImportError:
    sys.exit("error: the `workflow` command is not installed\n  hint: python -m pip install -r requirements-dev.txt")

NAME_OPTIONS = ("--workflow-name", "-workflowname")


def without_name_option(arguments: list[str]) -> list[str]:
    """Turn `--workflow-name X`, `--workflow-name=X` and `-WorkflowName X` into plain X."""
    plain: list[str] = []
    for argument in arguments:
        option, _, value = argument.partition("=")
        if option.lower() not in NAME_OPTIONS:
            plain.append(argument)
        elif value:
            plain.append(value)
    return plain


if __name__ == "__main__":
    sys.exit(main(["new", *without_name_option(sys.argv[1:])]))
