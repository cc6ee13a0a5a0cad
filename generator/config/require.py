"""What settings must say, or point at, for a build: not for every command."""

import os
from pathlib import Path

from generator.config.database_url import UrlError, parse_database_url
from generator.config.masking import masked
from generator.config.settings import Settings, StoreAddress
from generator.errors import ConfigError


def require_url(settings: Settings) -> None:
    """Refuse to build a database of the operator's own without the address of the site.

    Raises:
        ConfigError: `site.url` isn't set: every canonical link would name this machine.
    """
    if settings.site.url is None and settings.database_url is not None:
        raise ConfigError(
            "site.url is not set: no page could say where it is served",
            where=str(settings.root / "qwikfolio.toml"),
            fix='write under [site]: url = "https://people.example" (or set QWIKFOLIO_SITE_URL); '
            "if the file isn't there, run this in the folder of qwikfolio.toml",
        )


def require_database_url(settings: Settings) -> str | None:
    """The URL of the database as libpq takes it; None where the settings give none.

    Raises:
        ConfigError: It names no database, or has a parameter that nobody knows.
    """
    if settings.database_url is None:
        return None
    try:
        return parse_database_url(settings.database_url).libpq
    except UrlError as error:
        url = masked(settings.database_url)
        raise ConfigError(
            error.what, where=f"{settings.origin('database.url')}: {url}", fix=error.fix
        ) from None


def require_folders(settings: Settings) -> None:
    """Refuse to go on without folders that the settings name; the defaults need not be there.

    Raises:
        ConfigError: Which is missing, and who names it.
    """
    named = [("paths.themes", folder) for folder in settings.themes]
    named.append(("paths.content", settings.content))
    for key, folder in named:
        origin = settings.origin(key)
        if origin.kind != "default" and not folder.is_dir():
            raise ConfigError(
                f"{key} names {folder}, and that is no folder"
                if folder.exists()
                else f"{key} names a folder that is not there: {folder}",
                where=str(origin),
                fix=f"create it, or correct {key}",
            )


def keep_apart(settings: Settings) -> None:
    """A build sweeps what it did not write out of `output`: nothing else may be kept there.

    Raises:
        ConfigError: Something else is.
    """
    if isinstance(settings.output, StoreAddress):
        return
    output = _real(settings.output)
    others = [("themes", folder) for folder in settings.themes]
    others += [("content", settings.content), ("state", settings.state)]
    for name, folder in others:
        other = _real(folder)
        if output.is_relative_to(other) or other.is_relative_to(output):
            raise ConfigError(
                f"the output and paths.{name} can't share a folder: a build clears its output",
                where=f"{_told(settings, 'output', output)} and {_told(settings, name, other)}",
                fix="give the output a folder of its own",
            )
    if settings.root.is_relative_to(output):
        raise ConfigError(
            "the output can't be the folder of the settings, nor one around it: a build clears it",
            where=_told(settings, "output", output),
            fix='give the output a folder of its own, like "output"',
        )


def _told(settings: Settings, key: str, folder: object) -> str:
    return f"{folder} ({settings.origin(f'paths.{key}')})"


def _real(path: Path) -> Path:
    """A path without symbolic links, as far as they lead anywhere."""
    return Path(os.path.realpath(path))  # `resolve` fails where a link leads to itself
