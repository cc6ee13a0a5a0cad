"""`qwikfolio theme …`."""

from pathlib import Path

import click
import msgspec

from generator.cli.options import json_option, load_settings
from generator.cli.terminal import say_result
from generator.errors import ConfigError, ThemeError
from generator.theme.find import find_folders, lineage
from generator.theme.folder import Folder
from generator.theme.scaffold import scaffold
from generator.theme.theme import make_theme


@click.group("theme")
def theme_group() -> None:
    """Make themes, and see what they are worth."""


@theme_group.command("new")
@click.argument("name")
@click.option("--inherits", metavar="THEME", help="Begin as THEME. [default: the site's]")
def new_command(*, name: str, inherits: str | None) -> None:
    """Begin a theme in themes/NAME: one that works, with a README that says what to change."""
    settings = load_settings(None)
    folders = find_folders(settings.themes)
    parent = _named(inherits or settings.site.theme, folders)
    folder = scaffold(settings.themes[0], name, parent)
    say_result(f"{folder} is a theme, and looks like {parent.about.name} so far")
    say_result(f"look at it: qwikfolio serve --theme {folder}")


@theme_group.command("list")
@json_option
def list_command(*, as_json: bool) -> None:
    """Every theme there is, and where it was found."""
    folders = sorted(find_folders(load_settings(None).themes).values(), key=_name)
    if as_json:
        facts = [{**msgspec.to_builtins(it.about), "folder": str(it.path)} for it in folders]
        say_result(msgspec.json.encode(facts).decode())
        return
    for folder in folders:
        about = folder.about
        kind = "abstract" if about.abstract else about.version
        parent = f" (inherits {about.inherits})" if about.inherits else ""
        say_result(f"{about.name:12} {kind:10} {about.description}{parent}\n{'':24}{folder.path}")


@theme_group.command("docs")
@click.argument("name", required=False)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page into FILE instead.",
)
def docs_command(*, name: str | None, output: Path | None) -> None:
    """All that a template can read, with the settings and words of the theme NAME, as Markdown."""
    from generator.contract.page import page  # noqa: PLC0415 - it needs the rendering libraries

    settings = load_settings(None)
    folders = find_folders(settings.themes)
    text = page(make_theme(lineage(_named(name or settings.site.theme, folders), folders)))
    if output is None:
        say_result(text.rstrip("\n"))
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(
            f"the page can't be written: {error.strerror}",
            where=str(output),
            fix="name a file in a folder that is there",
        ) from error
    say_result(f"written {output}")


def _named(name: str, folders: dict[str, Folder]) -> Folder:
    if name not in folders:
        raise ThemeError(
            f"there is no theme {name!r}",
            fix=f"name one of: {', '.join(sorted(folders)) or '(none found)'}",
        )
    return folders[name]


def _name(folder: Folder) -> str:
    return folder.about.name
