"""Settings: frozen, parsed once from `qwikfolio.toml` and the environment.

An option on the command line overrides a `QWIKFOLIO_*` variable (or `DATABASE_URL`), which
overrides the file, which overrides the defaults below.
"""

import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from generator.errors import ConfigError
from generator.model.problem import quote

SETTINGS_FILE = "qwikfolio.toml"
_HOST = re.compile(r"[^\W_](?:[\w.-]*\w)?|[0-9a-f:.]*:[0-9a-f:.]*")  # the latter is IPv6
_STORES = {"s3", "gs", "az"}
_FEWEST_PEOPLE = 2  # a page of one person would be an index of nothing
_MOST_PEOPLE = 1000


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[site]`: what every page of the site shares."""

    title: str = "QwikFolio"
    """The site's name: on the home page, and in `og:site_name`."""
    description: str = "Portfolios of people who build things."
    """One sentence for the home page and search engines."""
    url: str = "http://127.0.0.1:8000"
    """Where the site will be served, for canonical links. It may end in a path."""
    language: str = "en"
    """The `lang` of every page, a BCP 47 tag."""
    theme: str = "emerald"
    """The theme of the site's own pages, and of a portfolio whose theme is unknown."""
    contact_endpoint: str = ""
    """Where a contact form posts to (https). Empty: a mail link is shown instead."""
    currency: str = "$"
    """Written before an hourly rate; the database stores the number only."""
    people_per_page: int = 60
    """About how many people one page of the directory lists, 2 to 1000: at least half as many."""


class PathSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[paths]`: where things are, relative to `qwikfolio.toml`."""

    output: str = "output"
    """The built site: a folder, or `s3://bucket/prefix`. Everything in it belongs to the build."""
    themes: str | tuple[str, ...] = "themes"
    """One folder a theme; or several such folders: a list, or in the environment divided by `:`."""
    content: str = "content"
    """`pages/*.md` and the sample `portfolios/*.toml`."""
    state: str = ".qwikfolio"
    """Manifests, and the embedded PostgreSQL."""


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[database]`: which PostgreSQL."""

    url: str = ""
    """A `postgresql://` URL. Empty: an embedded server under `paths.state`."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    site: SiteSettings = SiteSettings()
    paths: PathSettings = PathSettings()
    database: DatabaseSettings = DatabaseSettings()


class StoreAddress(msgspec.Struct, frozen=True):
    """A place in an object store, as output."""

    url: str
    """`s3://bucket/prefix`, or likewise `gs:` or `az:`."""

    def __str__(self) -> str:
        return self.url

    def __bytes__(self) -> bytes:
        return self.url.encode()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one run, every path absolute."""

    root: Path
    site: SiteSettings
    output: Path | StoreAddress
    themes: tuple[Path, ...]
    """Folders of themes, as they are named."""
    content: Path
    state: Path
    database_url: str


def load(root: Path, environ: Mapping[str, str] | None = None, **options: str | None) -> Settings:
    """Read the settings that hold in the folder `root`.

    Args:
        root: Where `qwikfolio.toml` is; without the file the defaults hold.
        environ: The environment; None means this process's.
        options: `output` and `database_url` as given on the command line; None where not given.

    Raises:
        ConfigError: The file is not TOML, names an unknown key, or a value can't be used.
    """
    environ = os.environ if environ is None else environ
    root = root.resolve()
    tables = _read(root / SETTINGS_FILE)
    _overlay(tables, environ)
    try:
        file = msgspec.convert(tables, _File, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ConfigError(
            f"a setting can't be used: {error}",
            where=str(root / SETTINGS_FILE),
            fix="compare it with docs/configuration.md",
        ) from None
    _check(file.site, root / SETTINGS_FILE)
    output = options.get("output")
    settings = Settings(
        root=root,
        site=file.site,
        output=_output(lambda: root, file.paths.output)
        if output is None
        else _output(current_folder, output),
        themes=_themes(root, file.paths.themes),
        content=_folder(root, "content", file.paths.content),
        state=_folder(root, "state", file.paths.state),
        database_url=options.get("database_url") or file.database.url,
    )
    _keep_apart(settings)
    return settings


def current_folder() -> Path:
    """The folder a command is run in.

    Raises:
        ConfigError: It was deleted meanwhile.
    """
    try:
        return Path.cwd()
    except OSError:
        raise ConfigError(
            "the folder this is run in is no longer there",
            where=os.environ.get("PWD"),
            fix="change to the folder of qwikfolio.toml",
        ) from None


def _folder(base: Path, key: str, path: str) -> Path:
    if "\0" in path:
        raise ConfigError(
            f"paths.{key} can't be {quote(path)}", fix="take the NUL character out of the path"
        )
    return base / path


def _themes(root: Path, paths: str | tuple[str, ...]) -> tuple[Path, ...]:
    several = (paths,) if isinstance(paths, str) else paths
    return tuple(_folder(root, "themes", path) for path in several)


def _output(base: Callable[[], Path], text: str) -> Path | StoreAddress:
    """A path relative to a folder, or the address of a place in an object store."""
    scheme, colon, rest = text.partition("://")
    if not colon:
        return _folder(base(), "output", text)
    if scheme == "file" and rest.startswith("/"):
        return _folder(Path("/"), "output", unquote(rest))
    place = rest.rstrip("/")
    if scheme not in _STORES or not place or not text.isprintable() or set(place) & set("?#@ "):
        raise ConfigError(
            f"the output can't be {quote(text)}",
            fix="name a folder, or a place like s3://bucket/prefix (also gs: and az:)",
        )
    return StoreAddress(f"{scheme}://{place}")


def _keep_apart(settings: Settings) -> None:
    """A build sweeps what it did not write out of `output`: nothing else may be kept there."""
    if isinstance(settings.output, StoreAddress):
        return
    output = settings.output.resolve()
    others = [("themes", folder) for folder in settings.themes]
    others += [("content", settings.content), ("state", settings.state)]
    for name, folder in others:
        other = folder.resolve()
        if output.is_relative_to(other) or other.is_relative_to(output):
            raise ConfigError(
                f"the output and paths.{name} can't share a folder: a build clears its output",
                where=f"{output} and {other}",
                fix="give the output a folder of its own",
            )
    if settings.root.is_relative_to(output):
        raise ConfigError(
            "the output can't be the folder of the settings, nor one around it: a build clears it",
            where=str(output),
            fix='give the output a folder of its own, like "output"',
        )


def _read(path: Path) -> dict[str, object]:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the settings can't be read: {error}", where=str(path), fix="make it a UTF-8 text file"
        ) from None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of too many digits
        raise ConfigError(
            f"the settings are not TOML: {error}", where=str(path), fix="mend that line"
        ) from None


def _overlay(tables: dict[str, object], environ: Mapping[str, str]) -> None:
    """Lay `QWIKFOLIO_<TABLE>_<KEY>` and `DATABASE_URL` over the file's tables."""
    for name, struct in (("site", SiteSettings), ("paths", PathSettings)):
        for key in struct.__struct_fields__:
            value = environ.get(f"QWIKFOLIO_{name}_{key}".upper())
            if value is not None:
                listed = key == "themes" and os.pathsep in value
                _set(tables, name, key, value.split(os.pathsep) if listed else value)
    url = environ.get("QWIKFOLIO_DATABASE_URL") or environ.get("DATABASE_URL")
    if url:
        _set(tables, "database", "url", url)


def _set(tables: dict[str, object], name: str, key: str, value: object) -> None:
    table = tables.setdefault(name, {})
    if isinstance(table, dict):  # what is no table is refused when it is converted
        table[key] = value


def _check(site: SiteSettings, path: Path) -> None:
    def refuse(key: str, value: str, fix: str) -> ConfigError:
        return ConfigError(f"site.{key} can't be {quote(value)}", where=str(path), fix=fix)

    if not _is_address(site.url, {"http", "https"}) or "?" in site.url or "#" in site.url:
        raise refuse("url", site.url, 'write the whole address, like "https://people.example"')
    if site.contact_endpoint and not _is_address(site.contact_endpoint, {"https"}):
        raise refuse("contact_endpoint", site.contact_endpoint, "use an https address, or leave it")
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", site.language):
        raise refuse("language", site.language, 'use a language tag, like "en" or "pt-BR"')
    if not _FEWEST_PEOPLE <= site.people_per_page <= _MOST_PEOPLE:
        fix = f"use {_FEWEST_PEOPLE} to {_MOST_PEOPLE}"
        raise refuse("people_per_page", str(site.people_per_page), fix)


def _is_address(text: str, schemes: Collection[str]) -> bool:
    """Whether it is an absolute URL with a host, and without user info, spaces or an odd port."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        return False
    return (
        text.isprintable()
        and " " not in text
        and url.scheme in schemes
        and _HOST.fullmatch(url.hostname or "") is not None
        and "@" not in url.netloc
        and not url.netloc.endswith(":")
        and port != 0
    )
