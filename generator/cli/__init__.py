"""The command line: options in, one call, exit code out.

Exit codes: 0, done; 1, it could not be done, and the message says why; 2, the command was not
understood; 3, done, but some people's pages could not be built; 4, nothing was done, since more
people than `limits.removals` allows would be removed; 130, interrupted.
"""

import os
import sys
from importlib import import_module

import click

from generator import __version__
from generator.cli.terminal import say_error
from generator.errors import QwikfolioError, RemovalLimitError
from generator.model.problem import quote

EXIT_FAILED = 1
EXIT_HELD_BACK = 4
EXIT_INTERRUPTED = 130
TRACEBACK = "QWIKFOLIO_TRACEBACK"
"""The environment variable that asks for the traceback of an error."""


_COMMANDS = {
    "build": "generator.cli.build:build_command",
    "watch": "generator.cli.watch:watch_command",
    "serve": "generator.cli.serve:serve_command",
    "beacon": "generator.cli.beacon:beacon_command",
    "theme": "generator.cli.theme:theme_group",
    "hosting": "generator.cli.hosting:hosting_command",
    "stats": "generator.cli.stats:stats_command",
    "db": "generator.cli.db:db_group",
}


class _Commands(click.Group):
    """Imports a command when it is asked for: each needs libraries that the others don't."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="qwikfolio")
def cli() -> None:
    """Turn the portfolios of a PostgreSQL database into a static site."""


def main() -> None:
    """Run the command line; an error becomes its message, never a traceback."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say_error("interrupted: what was written is whole; run it again to go on")
        code = EXIT_INTERRUPTED
    except QwikfolioError as error:
        code = _fail(error)
    except Exception as error:  # the last resort: no mistake of ours may look like theirs
        code = _fail(
            QwikfolioError(
                f"this is a fault in qwikfolio: {type(error).__name__}: {quote(str(error))}",
                fix=f"set {TRACEBACK}=1, run it again, and report what it prints",
            )
        )
    sys.exit(code or 0)


def _fail(error: QwikfolioError) -> int:
    """Say what went wrong; a traceback comes before it where one is asked for."""
    if os.environ.get(TRACEBACK):
        sys.excepthook(*sys.exc_info())
    say_error(str(error))
    return EXIT_HELD_BACK if isinstance(error, RemovalLimitError) else EXIT_FAILED
