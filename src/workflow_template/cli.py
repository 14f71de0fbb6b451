"""Assemble the commands; each is imported only when it is asked for, so that `--help` is quick."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

import click

from workflow_template import __version__
from workflow_template.core.errors import UserError

COMMANDS = {
    "new": "Start a new workflow in dev/, with its plan and checklists.",
    "init": "Give this repository the files every host has, where they are missing.",
    "register": "Give workflows that are already there their plan, checklists and index row.",
    "list": "List the workflows of this repository.",
    "check": "Check workflows against the standards.",
    "test": "Run the tests of workflows with branch coverage.",
    "deploy": "Copy a checked and tested workflow to scripts/.",
    "migrate": "Move tests, debug scripts and samples out of scripts/ to where they belong.",
    "demo": "Show the whole way on real flight data, in a new repository.",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"workflow_template.commands.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(f'no command "{args[0]}"' + (f', did you mean "{near[0]}"?' if near else f": there are {', '.join(COMMANDS)}"))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="workflow")
def cli() -> None:
    """Take a workflow from the idea to production, with proof.

    \b
    Examples:
      workflow new daily_sales owner=sales-team schedule="0 6 * * 1-5"
      workflow check daily_sales
      workflow test daily_sales
      workflow deploy daily_sales
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `workflow` command. Returns its exit code: 0 fine, 1 findings or refused, 2 could not judge or wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(args=arguments if arguments is None else list(arguments), prog_name="workflow", standalone_mode=False)
    except UserError as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_code
    except click.exceptions.Abort:
        click.echo("stopped: nothing was left half done", err=True)
        return 130
    except KeyboardInterrupt:
        click.echo("stopped: nothing was left half done", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else 0
