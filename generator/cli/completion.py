"""What the shell's completion offers for a value; see docs/command-line.md.

It reads a few files of the site at most, never the database, and says nothing where it can't.
"""

import click
from click.shell_completion import CompletionItem

from generator import config
from generator.cli.common import start_folder
from generator.errors import QwikfolioError


def folders(
    _context: click.Context, _option: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Folders; the shell finds them."""
    return [CompletionItem(incomplete, type="dir")]


def themes(
    context: click.Context, _option: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """The names of the site's themes, with what each is."""
    from generator.theme.find import find_folders  # noqa: PLC0415 - not for other values

    try:
        root = config.find_root(start_folder(context))
        found = find_folders(config.load(root).themes) if root else {}
    except QwikfolioError:
        return []
    return [
        CompletionItem(name, help=found[name].about.description)
        for name in sorted(found)
        if name.startswith(incomplete)
    ]
