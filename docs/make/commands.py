"""docs/cli.md: every command, from the commands themselves."""

import inspect
from collections.abc import Iterator

import click

from generator import cli as package
from generator.contract.structs import one_line, table


def commands(
    command: click.Command = package.cli, parent: click.Context | None = None
) -> Iterator[tuple[click.Command, click.Context]]:
    """A command and all below it, each with the context that names it."""
    name = (parent and command.name) or "qwikfolio"
    context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from commands(below, context)


def exit_codes() -> list[tuple[str, str]]:
    """Code and meaning, as the docstring of `generator.cli` lists them."""
    text = one_line(inspect.getdoc(package)).partition("Exit codes: ")[2].rstrip(".")
    pairs = (entry.strip().partition(", ") for entry in text.split(";"))
    return [(code, f"{meaning[:1].upper()}{meaning[1:]}.") for code, _, meaning in pairs]


def page() -> str:
    """The text of docs/cli.md."""
    codes = ((f"`{code}`", meaning) for code, meaning in exit_codes())
    return _PAGE.format(
        commands="\n\n".join(_command(command, context) for command, context in commands()),
        codes=table(("exit code", "meaning"), *codes),
    )


def _command(command: click.Command, context: click.Context) -> str:
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    about = inspect.cleandoc(command.help or "").replace("\n\n", "\0").split("\0")
    text = "\n\n".join(map(one_line, about))
    records = (option.get_help_record(context) for option in command.get_params(context))
    options = [(f"`{names}`", help_) for names, help_ in filter(None, records)]
    return f"## {context.command_path}\n\n```\n{usage}\n```\n\n{text}\n\n" + table(
        ("option", "what it does"), *options
    )


_PAGE = """\
# The command line

Commands read the nearest `qwikfolio.toml`, in the folder they are run in or above
([configuration](configuration.md)). [Using the command line](command-line.md) tells of that, of
what is printed where, of interrupts, and of completion by the shell.

This page is made from the commands: `make docs`. `--help` says the same.

{commands}

## Exit codes

{codes}
"""
