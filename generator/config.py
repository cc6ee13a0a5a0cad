"""Settings: frozen, parsed once from `qwikfolio.toml` and the environment.

An option on the command line overrides a `QWIKFOLIO_*` variable (or `DATABASE_URL`), which
overrides the file, which overrides the defaults below.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from generator.errors import ConfigError

SETTINGS_FILE = "qwikfolio.toml"


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
    """How many people one page of the directory lists."""


class PathSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[paths]`: where things are, relative to `qwikfolio.toml`."""

    output: str = "output"
    """The built site. Everything in it belongs to the build."""
    themes: str = "themes"
    """One folder a theme."""
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


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one run, every path absolute."""

    root: Path
    site: SiteSettings
    output: Path
    themes: Path
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
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"a setting can't be used: {error}",
            where=str(root / SETTINGS_FILE),
            fix="compare it with docs/configuration.md",
        ) from None
    _check(file.site, root / SETTINGS_FILE)
    return Settings(
        root=root,
        site=file.site,
        output=_resolve(Path.cwd(), options.get("output")) or root / file.paths.output,
        themes=root / file.paths.themes,
        content=root / file.paths.content,
        state=root / file.paths.state,
        database_url=options.get("database_url") or file.database.url,
    )


def _resolve(base: Path, path: str | None) -> Path | None:
    return (base / path).resolve() if path else None


def _read(path: Path) -> dict[str, dict[str, object]]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the settings can't be read: {error}", where=str(path), fix="make it a UTF-8 text file"
        ) from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"the settings are not TOML: {error}", where=str(path), fix="mend that line"
        ) from None


def _overlay(tables: dict[str, dict[str, object]], environ: Mapping[str, str]) -> None:
    """Lay `QWIKFOLIO_<TABLE>_<KEY>` and `DATABASE_URL` over the file's tables."""
    for table, struct in (("site", SiteSettings), ("paths", PathSettings)):
        for key in struct.__struct_fields__:
            value = environ.get(f"QWIKFOLIO_{table}_{key}".upper())
            if value is not None:
                tables.setdefault(table, {})[key] = value
    url = environ.get("QWIKFOLIO_DATABASE_URL") or environ.get("DATABASE_URL")
    if url:
        tables.setdefault("database", {})["url"] = url


def _check(site: SiteSettings, path: Path) -> None:
    def refuse(key: str, value: str, fix: str) -> ConfigError:
        return ConfigError(f"site.{key} can't be {value!r}", where=str(path), fix=fix)

    url = urlsplit(site.url)
    if url.scheme not in {"http", "https"} or not url.netloc or url.query or url.fragment:
        raise refuse("url", site.url, 'write the whole address, like "https://people.example"')
    if site.contact_endpoint and urlsplit(site.contact_endpoint).scheme != "https":
        raise refuse("contact_endpoint", site.contact_endpoint, "use an https address, or leave it")
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", site.language):
        raise refuse("language", site.language, 'use a language tag, like "en" or "pt-BR"')
    if site.people_per_page < 1:
        raise refuse("people_per_page", str(site.people_per_page), "use 1 or more")
