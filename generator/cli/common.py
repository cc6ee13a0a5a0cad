"""What every command takes: `-C DIR` and `-q`; and how its help shows in a list.

Both can be given before the command's name and after it; what is given last holds.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from generator.errors import ConfigError


class Voice:
    """How an error that ends the command is said; a command that keeps a log changes it."""

    def __init__(self, say_error: Callable[[str], None]) -> None:
        self.say_error = say_error


def say_errors_by(say_error: Callable[[str], None]) -> None:
    """Have an error that ends this command said as its log's lines are."""
    voice = click.get_current_context().find_object(Voice)
    if voice is not None:
        voice.say_error = say_error


_FOLDER = "site_folder"
_QUIET = "quiet"


def dressed(command: click.Command) -> click.Command:
    """A command, and those below it, with the common options and an uncut summary."""
    names = {option.name for option in command.params}
    if _FOLDER not in names:
        command.params += [_folder_option(), _quiet_option()]
    command.short_help = summary(command)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            dressed(below)
    return command


def summary(command: click.Command) -> str:
    """The first sentence of a command's help, whole: click would cut it."""
    paragraph = " ".join((command.help or "").strip().partition("\n\n")[0].split())
    sentence, full_stop, _rest = paragraph.partition(". ")
    return f"{sentence}." if full_stop else sentence


def start_folder(context: click.Context | None = None) -> Path:
    """Where a command looks for the site: the folder of `-C`, else the current one.

    Args:
        context: The command's; None means that of the command at work.

    Raises:
        ConfigError: There is no such folder; or the current one was deleted meanwhile.
    """
    from generator import config  # noqa: PLC0415 - neither help nor the version needs it

    context = context or click.get_current_context(silent=True)
    given: Path | None = context.meta.get(_key(_FOLDER)) if context else None
    if given is None:
        return config.current_folder()
    if not given.is_dir():
        raise ConfigError(
            "there is no such folder",
            where=f"-C {given}",
            fix=f"name a folder that {config.SETTINGS_FILE} is in or above",
        )
    return given


def is_quiet() -> bool:
    """Whether `-q` was given: neither progress nor a summary is printed."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_key(_QUIET)))


class _KeptOption(click.Option):
    """An option that is found again wherever it was given, also while the shell completes."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        value, rest = super().handle_parse_result(ctx, opts, args)
        if self.name and value and isinstance(value, bool | Path):  # click has another "not given"
            ctx.meta[_key(self.name)] = value
        return value, rest


def _folder_option() -> click.Option:
    return _KeptOption(
        ["-C", _FOLDER],
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        expose_value=False,
        help="Look for qwikfolio.toml in DIR and above it. [default: the current folder]",
    )


def _quiet_option() -> click.Option:
    return _KeptOption(
        ["-q", "--quiet", _QUIET],
        is_flag=True,
        expose_value=False,
        help="Print neither progress nor a summary: only warnings, errors, and what is asked for.",
    )


def _key(name: str) -> str:
    return f"{__name__}.{name}"
