"""A theme: templates and static files, read once and kept as plain data."""

import os
import tomllib
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NoReturn

import msgspec

from generator.errors import ThemeError

THEME_FILE = "theme.toml"


class Asset(msgspec.Struct, frozen=True):
    """A static file of a theme, under a name that changes with its content."""

    name: str
    """As a template asks for it: `emerald.css`."""
    path: str
    """Relative to the site's root: `assets/emerald.0f3a….css`."""
    body: bytes


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`theme.toml`."""

    name: str
    """What `theme.id` of a portfolio and `site.theme` of the settings call it. Required."""
    version: str
    """The theme's own version. Required."""
    licence: str = ""
    """Under which others may use it."""
    author: str = ""
    """Who made it."""
    description: str = ""
    """What it is like, in one sentence."""


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """One theme, whole."""

    about: About
    folder: Path
    """Where it was read from, for messages only."""
    templates: Mapping[str, str]
    """Source by name: `portfolio.html`, `partials/hero.html`."""
    assets: tuple[Asset, ...]
    digest: bytes
    """Changes whenever a template or a static file does."""

    @property
    def name(self) -> str:
        """The theme's name, as `portfolios.theme` gives it."""
        return self.about.name


def load_theme(folder: Path) -> Theme:
    """Read the theme in `folder`.

    Raises:
        ThemeError: There is no `theme.toml`, it can't be used, a template is not UTF-8, or a file
            can't be read or isn't the theme's own.
    """
    about = _about(folder / THEME_FILE)
    templates = {name: _text(path) for name, path in _files(folder, "templates")}
    assets = tuple(_asset(name, _bytes(path)) for name, path in _files(folder, "static"))
    digest = blake2b(digest_size=16)
    for name, body in (*templates.items(), *((a.name, a.path) for a in assets)):
        digest.update(f"{len(name)} {name} {len(body)} {body}".encode())
    return Theme(
        about=about,
        folder=folder,
        templates=templates,
        assets=assets,
        digest=digest.digest(),
    )


def load_themes(folder: Path, *, required: str) -> dict[str, Theme]:
    """Every theme under `folder`, by name.

    Args:
        folder: One theme a subfolder; one without a `theme.toml` is passed over.
        required: The site's own theme, which must be among them.
    """
    found = sorted(file.parent for file in folder.glob(f"*/{THEME_FILE}"))
    themes: dict[str, Theme] = {}
    for theme in map(load_theme, found):
        if theme.name in themes:
            raise ThemeError(
                f"two themes are named {theme.name!r}",
                where=f"{themes[theme.name].folder} and {theme.folder}",
                fix=f"change the name in one {THEME_FILE}, or take that folder away",
            )
        themes[theme.name] = theme
    if required not in themes:
        raise ThemeError(
            f"there is no theme {required!r}",
            where=str(folder),
            fix=f"set site.theme to one of: {', '.join(themes) or '(none found)'}",
        )
    return themes


def _about(path: Path) -> About:
    try:
        return msgspec.convert(tomllib.loads(_text(path)), About)
    except (ValueError, RecursionError) as error:  # both libraries' errors are ValueErrors
        raise ThemeError(
            f"the theme can't be used: {error}", where=str(path), fix="see docs/themes.md"
        ) from None


def _files(theme: Path, kind: str) -> list[tuple[str, Path]]:
    """Files of `templates/` or `static/` with their names in it, but for hidden ones and editors'.

    Raises:
        ThemeError: A folder can't be read, or a link leads out of the theme: what is elsewhere on
            the machine is not the theme's to publish.
    """
    folder = theme / kind
    if not os.path.lexists(folder):
        return []
    paths = []
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = filter(_is_meant, folders)
        for name in filter(_is_meant, (*folders, *files)):
            path = Path(parent, name)
            if not _is_inside(theme, path):
                raise ThemeError(
                    "a link leads out of the theme's folder, or nowhere",
                    where=str(path),
                    fix="put a copy of the file in the theme",
                )
            if path.is_file():
                paths.append(path)
    return [(path.relative_to(folder).as_posix(), path) for path in sorted(paths)]


def _is_meant(name: str) -> bool:
    return not name.startswith(".") and not name.endswith("~")


def _is_inside(theme: Path, path: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(theme.resolve())
    except (OSError, RuntimeError):  # a link to nothing, or to itself
        return False


def _refuse(error: OSError) -> NoReturn:
    raise ThemeError(
        f"a part of the theme can't be read: {error.strerror}",
        where=str(error.filename),
        fix="let this account read it",
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(error)


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ThemeError(
            f"a file of the theme can't be read: {error}", where=str(path), fix="save it as UTF-8"
        ) from None


def _asset(name: str, body: bytes) -> Asset:
    stem, dot, suffix = name.rpartition(".")
    mark = blake2b(body, digest_size=6).hexdigest()
    return Asset(name, f"assets/{stem or suffix}.{mark}{dot}{suffix if stem else ''}", body)
