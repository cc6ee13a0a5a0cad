"""Reading the settings."""

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote

import msgspec

from generator.config.check import check_beacon, check_limits, check_site, keep_apart
from generator.config.settings import Settings, StoreAddress
from generator.config.tables import (
    BeaconSettings,
    DatabaseSettings,
    File,
    LimitSettings,
    PathSettings,
    PrivacySettings,
    SiteSettings,
)
from generator.errors import ConfigError
from generator.model.problem import quote

SETTINGS_FILE = "qwikfolio.toml"
_URL_VARIABLE = "QWIKFOLIO_DATABASE_URL"
_STORES = {"s3", "gs", "az"}
_DIVIDERS = {("paths", "themes"): os.pathsep, ("beacon", "proxies"): ","}


def load(root: Path, environ: Mapping[str, str] | None = None, **options: str | None) -> Settings:
    """Read the settings that hold in the folder `root`.

    Args:
        root: Where `qwikfolio.toml` is; without the file the defaults hold.
        environ: The environment; None means this process's.
        options: `output` and `database_url` as given on the command line; None where not given.

    Raises:
        ConfigError: The file is not TOML, names an unknown key, or a value can't be used; or a
            database URL is given but empty.
    """
    environ = os.environ if environ is None else environ
    root = root.resolve()
    tables = _read(root / SETTINGS_FILE)
    _overlay(tables, environ)
    try:
        file = msgspec.convert(tables, File, strict=False)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ConfigError(
            f"a setting can't be used: {error}",
            where=str(root / SETTINGS_FILE),
            fix="compare it with docs/configuration.md",
        ) from None
    check_site(file.site, root / SETTINGS_FILE)
    check_beacon(file.beacon, root / SETTINGS_FILE)
    check_limits(file.limits, root / SETTINGS_FILE)
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
        database_url=_database_url(options, environ, file.database.url),
        embedded=file.database.embedded,
        beacon=file.beacon,
        privacy=file.privacy,
        limits=file.limits,
    )
    keep_apart(settings)
    return settings


def _database_url(
    options: Mapping[str, str | None], environ: Mapping[str, str], configured: str | None
) -> str | None:
    """The URL that is given first, by option, environment or file; None where none is."""
    given = {
        "--database-url": options.get("database_url"),
        _URL_VARIABLE: environ.get(_URL_VARIABLE),
        "DATABASE_URL": environ.get("DATABASE_URL"),
        "database.url": configured,
    }
    for name, url in given.items():
        if url is None:
            continue
        if not url.strip():
            raise ConfigError(
                f"{name} is empty: it names no database",
                fix=f"give {name} a postgresql:// URL, or leave it out altogether",
            )
        return url
    return None


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
    if not path.strip():
        raise ConfigError(
            f"paths.{key} is empty: it names no folder",
            fix="name a folder, or leave it out for the default",
        )
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
    if not text.strip():
        raise ConfigError(
            "the output is empty: it names no folder",
            fix='name a folder by --output or paths.output, like "output"',
        )
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
    """Lay `QWIKFOLIO_<TABLE>_<KEY>` over the file's tables."""
    known = (
        ("site", SiteSettings),
        ("paths", PathSettings),
        ("database", DatabaseSettings),
        ("beacon", BeaconSettings),
        ("privacy", PrivacySettings),
        ("limits", LimitSettings),
    )
    for name, struct in known:
        for key in struct.__struct_fields__:
            value = environ.get(f"QWIKFOLIO_{name}_{key}".upper())
            if value is not None:
                divider = _DIVIDERS.get((name, key))
                listed = divider is not None and (key == "proxies" or divider in value)
                _set(tables, name, key, value.split(divider) if listed else value)


def _set(tables: dict[str, object], name: str, key: str, value: object) -> None:
    table = tables.setdefault(name, {})
    if isinstance(table, dict):  # what is no table is refused when it is converted
        table[key] = value
