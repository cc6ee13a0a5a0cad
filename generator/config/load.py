"""Reading the settings."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from generator.config.check import faults
from generator.config.database_url import UrlError, parse_database_url
from generator.config.document import read_document
from generator.config.given import TABLES, Given, gather, variable
from generator.config.masking import masked
from generator.config.origin import DEFAULT, Origin
from generator.config.require import keep_apart
from generator.config.settings import Settings, StoreAddress
from generator.config.tables import File
from generator.errors import ConfigError
from generator.model.problem import quote

SETTINGS_FILE = "qwikfolio.toml"
_STORES = {"s3", "gs", "az"}
_OPTIONS = MappingProxyType(
    {("paths", "output"): "--output", ("database", "url"): "--database-url"}
)


def load(root: Path, environ: Mapping[str, str] | None = None, **options: str | None) -> Settings:
    """Read the settings that hold in the folder `root`.

    Args:
        root: Where `qwikfolio.toml` is; without the file the defaults hold.
        environ: The environment; None means this process's.
        options: `output` and `database_url` as given on the command line; None where not given.

    Raises:
        ConfigError: The file is not TOML, names an unknown key, or a value can't be used; or a
            database URL is given but empty. It tells everything that is wrong.
    """
    environ = os.environ if environ is None else environ
    root = root.resolve()
    gathered = gather(read_document(root / SETTINGS_FILE), environ)
    values = dict(gathered.values)
    values.update(_database_url(environ))
    for (table, key), option in _OPTIONS.items():
        given = options.get("database_url" if key == "url" else key)
        if given is not None:
            values[table, key] = Given(given, Origin("option", option))
    file = _file(values)
    origins = {f"{table}.{key}": given.origin for (table, key), given in values.items()}
    _raise_all((*gathered.faults, *_faults(file, origins, root)), root / SETTINGS_FILE)
    output = origins.get("paths.output", DEFAULT)
    settings = Settings(
        root=root,
        site=file.site,
        output=_output(
            current_folder if output.kind == "option" else lambda: root, file.paths.output, output
        ),
        themes=_themes(root, file.paths.themes),
        content=root / file.paths.content,
        state=root / file.paths.state,
        database_url=file.database.url,
        embedded=file.database.embedded,
        beacon=file.beacon,
        privacy=file.privacy,
        limits=file.limits,
        origins=origins,
        notes=(*gathered.notes, *_url_notes(file.database.url, origins)),
    )
    keep_apart(settings)
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


def _database_url(environ: Mapping[str, str]) -> dict[tuple[str, str], Given]:
    """`DATABASE_URL`, which goes before the file, and behind the variable of our own."""
    url = environ.get("DATABASE_URL")
    if url is None or variable("database", "url") in environ:
        return {}
    return {("database", "url"): Given(url, Origin("variable", "DATABASE_URL"))}


def _file(values: Mapping[tuple[str, str], Given]) -> File:
    """The tables: what is given, over the defaults."""
    tables = {
        name: struct(
            **{key: given.value for (table, key), given in values.items() if table == name}
        )
        for name, struct in TABLES.items()
    }
    return File(**tables)  # type: ignore[arg-type]


def _faults(file: File, origins: Mapping[str, Origin], root: Path) -> Iterator[ConfigError]:
    """What can't be used, each with who says it."""
    for fault in faults(file):
        origin = origins.get(fault.key, DEFAULT)
        where = str(root / SETTINGS_FILE) if origin.kind == "default" else str(origin)
        yield ConfigError(fault.what, where=where, fix=fault.fix)
    url, origin = file.database.url, origins.get("database.url", DEFAULT)
    if url is not None and not url.strip():
        name = "database.url" if origin.kind == "file" else origin.name
        yield ConfigError(
            f"{name} is empty: it names no database",
            where=str(origin),
            fix=f"give {name} a postgresql:// URL, or leave it out altogether",
        )


def _url_notes(url: str | None, origins: Mapping[str, Origin]) -> Iterator[str]:
    """What is made of the database's URL. What is wrong with it is told when it is used."""
    if url is None:
        return
    with suppress(UrlError):
        for note in parse_database_url(url).notes:
            yield f"{origins.get('database.url', DEFAULT)}: {note}"


def _raise_all(errors: Iterable[ConfigError], path: Path) -> None:
    """Tell everything at once: as it stands in the file, and what isn't in the file after it."""
    ordered = sorted(errors, key=lambda error: _place(error, path))
    if ordered:
        first, *others = ordered
        raise ConfigError(first.what, where=first.where, fix=first.fix, also=tuple(others))


def _place(error: ConfigError, path: Path) -> tuple[int, ...]:
    """Line and column, if it has some in the file."""
    place = (error.where or "").removeprefix(f"{path}:").split(":")
    return tuple(map(int, place)) if all(map(str.isdecimal, place)) else (sys.maxsize,)


def _themes(root: Path, paths: str | tuple[str, ...]) -> tuple[Path, ...]:
    several = (paths,) if isinstance(paths, str) else paths
    return tuple(root / path for path in several)


def _output(base: Callable[[], Path], text: str, origin: Origin) -> Path | StoreAddress:
    """A path relative to a folder, or the address of a place in an object store."""
    if not text.strip():
        raise ConfigError(
            "the output is empty: it names no folder",
            fix='name a folder by --output or paths.output, like "output"',
        )
    scheme, colon, rest = text.partition("://")
    if not colon:
        return base() / text
    if scheme == "file" and rest.startswith("/") and "\0" not in unquote(rest):
        return Path("/") / unquote(rest)
    place = rest.rstrip("/")
    if scheme not in _STORES or not place or not text.isprintable() or set(place) & set("?#@ "):
        raise ConfigError(
            f"the output can't be {quote(masked(text))}",
            where=str(origin),
            fix="name a folder, or a place like s3://bucket/prefix (also gs: and az:)",
        )
    return StoreAddress(f"{scheme}://{place}")
