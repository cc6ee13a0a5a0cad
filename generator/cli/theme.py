"""`qwikfolio theme …`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from generator import interrupts
from generator.cli import EXIT_FAILED
from generator.cli.common import is_quiet
from generator.cli.completion import folders as complete_folders
from generator.cli.completion import themes as complete_themes
from generator.cli.lines import columns, wrap, wrap_message
from generator.cli.options import json_option, load_settings, load_settings_if_any
from generator.cli.terminal import say_aside, say_done, say_result, write_page
from generator.config import Settings, require_folders
from generator.errors import ThemeError
from generator.extras import extra
from generator.theme.about import THEME_FILE
from generator.theme.find import find_folders, lineage, theme_paths
from generator.theme.folder import Folder
from generator.theme.scaffold import scaffold
from generator.theme.theme import make_theme

_SHORTEST_DESCRIPTION = 30  # columns; with less beside it, it stands below the name
_COLORS = {"error": "red", "warning": "yellow"}
_ORIGINS = {"site": "this site", "package": "installed package", "bundled": "bundled"}


@click.group("theme")
def theme_group() -> None:
    """Make, list, check and document themes."""


@theme_group.command("new")
@click.argument("name", help="The theme's name, and its folder's.")
@click.option(
    "--inherits",
    metavar="THEME",
    shell_complete=complete_themes,
    help="Begin as THEME. [default: the site's]",
)
def new_command(*, name: str, inherits: str | None) -> None:
    """Begin a theme of the site, in themes/NAME.

    It works as it is, and has a README that says what to change.
    """
    settings = load_settings(None)
    folders = find_folders(settings.themes)
    parent = _named(inherits or settings.site.theme, folders)
    if name in folders and folders[name].origin != "site":
        raise ThemeError(
            f"there is a theme {name!r} already, which the new one would stand in for",
            where=str(folders[name].path),
            fix="choose another name",
        )
    folder = scaffold(settings.themes[0], name, lineage(parent, folders))
    say_done(f"{folder} is a theme, and looks like {parent.about.name} so far")
    say_done(f"look at it: qwikfolio serve --theme {folder}")


@theme_group.command("list")
@json_option
def list_command(*, as_json: bool) -> None:
    """List every theme, and where it was found."""
    settings = load_settings(None)
    require_folders(settings)
    folders = sorted(find_folders(settings.themes).values(), key=_name)
    if not folders:
        raise _no_themes(settings)
    if as_json:
        facts = [
            {**msgspec.to_builtins(it.about), "folder": str(it.path), "origin": it.origin}
            for it in folders
        ]
        say_result(msgspec.json.encode(facts).decode())
        return
    say_result(listing(folders, columns(sys.stdout)))


def listing(folders: Sequence[Folder], width: int | None) -> str:
    """Name, version and description of each theme, and below it its folder, in whole.

    Args:
        folders: Of the themes.
        width: In columns; None: as long as it takes.
    """
    names = [folder.about.name for folder in folders]
    kinds = ["abstract" if it.about.abstract else it.about.version for it in folders]
    name_width, kind_width = max(map(len, names)), max(map(len, kinds))
    indent = " " * (name_width + kind_width + 4)
    is_narrow = width is not None and width < len(indent) + _SHORTEST_DESCRIPTION
    lines = []
    for folder, name, kind in zip(folders, names, kinds, strict=True):
        about = folder.about
        parent = f" (inherits {about.inherits})" if about.inherits else ""
        description = f"{about.description}{parent}"
        if is_narrow:
            lines += [wrap(f"{name}  {kind}", width), wrap(f"  {description}", width, "  ")]
        else:
            head = f"{name:{name_width}}  {kind:{kind_width}}  "
            lines.append(head + wrap(indent + description, width, indent).lstrip())
        lines.append(f"  {_ORIGINS[folder.origin]}: {folder.path}")
        if folder.replaces:
            lines.append(f"  in place of the bundled {folder.replaces}")
    return "\n".join(lines)


@theme_group.command("docs")
@click.argument(
    "name",
    required=False,
    shell_complete=complete_themes,
    help="The theme whose settings and words are listed. [default: the site's]",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page into FILE instead.",
)
def docs_command(*, name: str | None, output: Path | None) -> None:
    """Print all that a template can read, as Markdown.

    The settings and words are those of the theme NAME.
    """
    with interrupts.importing():
        from generator.contract.page import page  # noqa: PLC0415 - rendering libraries

    settings = load_settings(None)
    folders = find_folders(settings.themes)
    text = page(make_theme(lineage(_named(name or settings.site.theme, folders), folders)))
    if output is None:
        say_result(text.rstrip("\n"))
        return
    write_page(output, text)
    say_done(f"written {output}")


@theme_group.command("check")
@click.argument(
    "folder",
    metavar="[DIR]",
    required=False,
    type=click.Path(path_type=Path),
    shell_complete=complete_folders,
    help="The folder of one theme, in a site or outside. [default: every theme of the site]",
)
@click.option("--quick", is_flag=True, help="Read the theme only: render no page, open no browser.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON list.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Print the findings as SARIF 2.1.0.")
@click.pass_context
def check_command(
    context: click.Context, *, folder: Path | None, quick: bool, as_json: bool, as_sarif: bool
) -> None:
    """Look for mistakes in themes.

    It checks the theme in DIR, or every theme of the site. Templates, words, style sheets and
    theme.toml are read; then everybody of the gallery gets a page, which is validated and looked at
    in a browser. docs/theme-rules.md lists the rules.

    Exit code 0: no errors, though there may be warnings. 1: there are errors.
    """
    # The other commands do without these libraries.
    with interrupts.importing(), extra("check", "`qwikfolio theme check`"):
        from generator.check.check import check  # noqa: PLC0415
        from generator.check.report import failed, report  # noqa: PLC0415
        from generator.check.sarif import sarif  # noqa: PLC0415

    if as_json and as_sarif:
        raise click.UsageError("--json and --sarif exclude each other")
    settings = load_settings_if_any() if folder else load_settings(None)
    if folder is None:
        require_folders(settings)
    if folder is None and not any(theme_paths(settings.themes)):
        raise _no_themes(settings)
    outcome = check(settings, folder, quick=quick, say=_say)
    if as_json:
        say_result(msgspec.json.encode(outcome.findings).decode())
    elif as_sarif:
        say_result(sarif(outcome.findings))
    elif not is_quiet() or outcome.findings:
        say_result(wrap_message(report(outcome, _paint, quick=quick), columns(sys.stdout)))
    if quick and (as_json or as_sarif):
        _say("pages were not rendered (--quick)")
    context.exit(EXIT_FAILED if failed(outcome.findings) else 0)


def _say(text: str) -> None:
    if not is_quiet():
        say_aside(text)


def _no_themes(settings: Settings) -> ThemeError:
    return ThemeError(
        "there is no theme",
        where=f"looked in {', '.join(map(str, settings.themes))}",
        fix=f"put a theme there: a folder with a {THEME_FILE}; or mend paths.themes",
    )


def _paint(role: str, text: str) -> str:
    if role == "place":
        return click.style(text, bold=True)
    return click.style(text, fg=_COLORS[role]) if role in _COLORS else click.style(text, dim=True)


def _named(name: str, folders: dict[str, Folder]) -> Folder:
    if name not in folders:
        raise ThemeError(
            f"there is no theme {name!r}",
            fix=f"name one of: {', '.join(sorted(folders)) or '(none found)'}",
        )
    return folders[name]


def _name(folder: Folder) -> str:
    return folder.about.name
