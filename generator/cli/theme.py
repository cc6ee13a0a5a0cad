"""`qwikfolio theme …`."""

from pathlib import Path

import click
import msgspec

from generator.cli import EXIT_FAILED
from generator.cli.options import json_option, load_settings
from generator.cli.terminal import say_result, write_page
from generator.errors import ThemeError
from generator.extras import extra
from generator.theme.find import find_folders, lineage
from generator.theme.folder import Folder
from generator.theme.scaffold import scaffold
from generator.theme.theme import make_theme

_COLORS = {"error": "red", "warning": "yellow"}
_ORIGINS = {"site": "this site", "package": "installed package", "bundled": "bundled"}


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
    if name in folders and folders[name].origin != "site":
        raise ThemeError(
            f"there is a theme {name!r} already, which the new one would stand in for",
            where=str(folders[name].path),
            fix="choose another name",
        )
    folder = scaffold(settings.themes[0], name, lineage(parent, folders))
    say_result(f"{folder} is a theme, and looks like {parent.about.name} so far")
    say_result(f"look at it: qwikfolio serve --theme {folder}")


@theme_group.command("list")
@json_option
def list_command(*, as_json: bool) -> None:
    """Every theme there is, and where it was found."""
    folders = sorted(find_folders(load_settings(None).themes).values(), key=_name)
    if as_json:
        facts = [
            {**msgspec.to_builtins(it.about), "folder": str(it.path), "origin": it.origin}
            for it in folders
        ]
        say_result(msgspec.json.encode(facts).decode())
        return
    for folder in folders:
        about = folder.about
        kind = "abstract" if about.abstract else about.version
        parent = f" (inherits {about.inherits})" if about.inherits else ""
        place = f"{_ORIGINS[folder.origin]}: {folder.path}"
        if folder.replaces:
            place += f"\n{'':24}in place of the bundled {folder.replaces}"
        say_result(f"{about.name:12} {kind:10} {about.description}{parent}\n{'':24}{place}")


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
    write_page(output, text)
    say_result(f"written {output}")


@theme_group.command("check")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="Read the theme only: render no page, open no browser.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON list.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Print the findings as SARIF 2.1.0.")
@click.pass_context
def check_command(
    context: click.Context, *, folder: Path | None, quick: bool, as_json: bool, as_sarif: bool
) -> None:
    """Look for mistakes in the theme in DIR, or in every theme of the project.

    Templates, words, style sheets and theme.toml are read; then everybody of the gallery gets a
    page, which is validated and looked at in a browser. docs/theme-rules.md lists the rules.

    Exit code 0: no errors, though there may be warnings. 1: there are errors.
    """
    with extra("check", "`qwikfolio theme check`"):  # the other commands do without it
        from generator.check.check import check  # noqa: PLC0415
        from generator.check.report import failed, report  # noqa: PLC0415
        from generator.check.sarif import sarif  # noqa: PLC0415

    if as_json and as_sarif:
        raise click.UsageError("--json and --sarif exclude each other")
    outcome = check(load_settings(None), folder, quick=quick, say=_say)
    if as_json:
        say_result(msgspec.json.encode(outcome.findings).decode())
    elif as_sarif:
        say_result(sarif(outcome.findings))
    else:
        say_result(report(outcome, _paint, quick=quick))
    if quick and (as_json or as_sarif):
        _say("pages were not rendered (--quick)")
    context.exit(EXIT_FAILED if failed(outcome.findings) else 0)


def _say(text: str) -> None:
    click.echo(text, err=True)


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
