"""The command line: options in, one call, exit code out.

Exit codes: 0, done; 1, it could not be done, and the message says why; 2, the command was not
understood; 3, done, but some people's pages could not be built; 4, nothing was done, since more
people than `limits.removals` allows would be removed; 130, interrupted by Ctrl-C; 143, stopped by
SIGTERM.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from io import TextIOWrapper

import click
from click.shell_completion import CompletionItem

from generator import __version__, interrupts
from generator.cli.common import Voice, dressed
from generator.cli.lines import columns
from generator.cli.terminal import is_of_output, say_error, say_usage, unprinted
from generator.errors import QwikfolioError, RemovalLimitError
from generator.model.problem import quote

EXIT_FAILED = 1
EXIT_HELD_BACK = 4
_WIDEST_HELP = 100  # columns
TRACEBACK = "QWIKFOLIO_TRACEBACK"
"""The environment variable that asks for the traceback of an error."""


_COMMANDS = {
    "init": ("generator.cli.init:init_command", "Begin a new site in DIR."),
    "build": ("generator.cli.build:build_command", "Bring the site up to date with the database."),
    "watch": ("generator.cli.watch:watch_command", "Keep the site up to date until stopped."),
    "serve": ("generator.cli.serve:serve_command", "Preview the site, with live reload."),
    "beacon": ("generator.cli.beacon:beacon_command", "Take visitors' events into the database."),
    "theme": ("generator.cli.theme:theme_group", "Make, list, check and document themes."),
    "hosting": (
        "generator.cli.hosting:hosting_command",
        "Print the configuration of a web server or host for this site.",
    ),
    "stats": ("generator.cli.stats:stats_command", "Show what visitors did on a portfolio."),
    "config": (
        "generator.cli.config:config_command",
        "Show the settings in force, and where each comes from.",
    ),
    "db": ("generator.cli.db:db_group", "Set up the database and look after it."),
}
"""Where each command is, and its summary: neither `--help` nor the shell's completion imports it.
The summary is the first sentence of the command's help."""


class _Commands(click.Group):
    """Imports a command when it is asked for: each needs libraries that the others don't."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), name)
        return dressed(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        found = [
            CompletionItem(name, help=summary)
            for name, (_target, summary) in _COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        found = super().resolve_command(ctx, args)
        interrupts.raise_interrupted()  # all is imported
        return found

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:  # click would print an empty line
            say_error(interrupts.sentence(error))
            return ctx.exit(interrupts.exit_code(error))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", prog_name="qwikfolio")
def cli() -> None:
    """Turn the portfolios of a PostgreSQL database into a static site."""


dressed(cli)


def main() -> None:
    """Run the command line; an error becomes its message, never a traceback."""
    voice = Voice(say_error)
    if isinstance(sys.stdout, TextIOWrapper):  # names have letters that a Latin-1 terminal lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(
            prog_name="qwikfolio",
            standalone_mode=False,
            obj=voice,
            terminal_width=min(columns(sys.stdout) or _WIDEST_HELP, _WIDEST_HELP),
        )
    except click.ClickException as error:
        say_usage(error)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        say_error(interrupts.sentence(error))
        code = interrupts.exit_code(error)
    except QwikfolioError as error:
        code = _fail(error, voice.say_error)
    except Exception as error:  # the last resort: no mistake of ours may look like theirs
        found = unprinted(error) if is_of_output(error) else _fault(error)
        code = _fail(found, voice.say_error)
    sys.exit(code or 0)


def _fault(error: Exception) -> QwikfolioError:
    return QwikfolioError(
        f"this is a fault in qwikfolio: {type(error).__name__}: {quote(str(error))}",
        fix=f"set {TRACEBACK}=1, run it again, and report what it prints",
    )


def _fail(error: QwikfolioError, say: Callable[[str], None]) -> int:
    """Say what went wrong, a traceback before it where one is asked for; returns the exit code."""
    if os.environ.get(TRACEBACK):
        sys.excepthook(*sys.exc_info())
    say(str(error))
    return EXIT_HELD_BACK if isinstance(error, RemovalLimitError) else EXIT_FAILED
