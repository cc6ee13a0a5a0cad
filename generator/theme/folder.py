"""The folder of one theme as it was read, before it is joined with what it inherits."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal, NoReturn

import msgspec

from generator.containment import is_inside
from generator.errors import ThemeError
from generator.theme.about import THEME_FILE, About, read_about

_KB, _MB = 1_000, 1_000_000
LARGEST = {"theme.toml": 16 * _KB, "templates": 64 * _KB, "strings": 8 * _KB, "static": 10 * _MB}
"""How many bytes a file of a part may have: to compile a template, or to parse TOML, may take time
that grows with the square of its length."""
LARGEST_PART = {"templates": _MB, "strings": 200 * _KB, "static": 50 * _MB}
"""How many bytes all files of a part may have."""
MOST_FILES = 1_000
"""How many files a part may have."""


class Source(msgspec.Struct, frozen=True):
    """A text file of a theme."""

    text: str
    path: Path
    """Where it was read from, for messages only."""


Origin = Literal["site", "package", "bundled"]
"""Where a theme is: in a folder of the site, in an installed package, or in this one."""


class Folder(msgspec.Struct, frozen=True):
    """One theme's own files."""

    about: About
    path: Path
    templates: Mapping[str, Source]
    """By name: `portfolio.html`, `partials/hero.html`."""
    static: Mapping[str, bytes]
    """By name: `theme.css`."""
    strings: Mapping[str, Source]
    """By language tag: `pt-BR`."""
    origin: Origin = "site"
    replaces: Path | None = None
    """The bundled theme of the same name, if there is another."""
    parent: "Folder | None" = None
    """Of a bundled theme, the bundled one it inherits from, whatever a site calls its own."""


def read_folder(path: Path) -> Folder:
    """Read the theme in a folder.

    Raises:
        ThemeError: There is no `theme.toml`, it can't be used, a template is not UTF-8, or a file
            can't be read, is too large, or isn't the theme's own.
    """
    about = path / THEME_FILE
    if about.is_symlink():
        _require_inside(path, about)
    with suppress(OSError):  # that it isn't there is told where it is read
        _require_small(about, about.stat().st_size, LARGEST[THEME_FILE])
    return Folder(
        about=read_about(_text(about), about),
        path=path,
        templates={name: _source(file) for name, file in _files(path, "templates")},
        static={name: _bytes(file) for name, file in _files(path, "static")},
        strings={
            name.removesuffix(".toml"): _source(file)
            for name, file in _files(path, "strings")
            if name.endswith(".toml")
        },
    )


def _files(theme: Path, kind: str) -> list[tuple[str, Path]]:
    """Files of a part with their names in it, but for hidden ones and editors'.

    Raises:
        ThemeError: A folder can't be read, there is too much in it, a name can't be published, or a
            link leads out of the theme: what is elsewhere on the machine is not the theme's to
            publish.
    """
    folder = theme / kind
    if not os.path.lexists(folder):
        return []
    paths: list[Path] = []
    total = 0
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = filter(_is_meant, folders)
        for name in filter(_is_meant, (*folders, *files)):
            path = Path(parent, name)
            _require_inside(theme, path)
            if not path.is_file():
                continue
            if not str(path.relative_to(folder)).isprintable() or "\\" in name:
                raise ThemeError(
                    f"a file of a theme can't be named {name!r}",
                    where=str(folder),
                    fix="use letters, digits, hyphens, underscores and dots",
                )
            size = path.stat().st_size
            _require_small(path, size, LARGEST[kind])
            total += size
            paths.append(path)
            if len(paths) > MOST_FILES or total > LARGEST_PART[kind]:
                raise ThemeError(
                    f"a theme may have {MOST_FILES:,} files of {LARGEST_PART[kind]:,} bytes in all "
                    f"in its {kind}",
                    where=str(folder),
                    fix="take out what no page needs",
                )
    return [(path.relative_to(folder).as_posix(), path) for path in sorted(paths)]


def _require_inside(theme: Path, path: Path) -> None:
    if not is_inside(theme, path):
        raise ThemeError(
            "a link leads out of the theme's folder, or nowhere",
            where=str(path),
            fix="put a copy of the file in the theme",
        )


def _require_small(path: Path, size: int, most: int) -> None:
    if size > most:
        raise ThemeError(
            f"a file of the theme has {size:,} bytes; {most:,} are the most",
            where=str(path),
            fix="make it smaller, or cut it in parts",
        )


def _is_meant(name: str) -> bool:
    return not name.startswith(".") and not name.endswith("~")


def _refuse(error: OSError) -> NoReturn:
    raise ThemeError(
        f"a part of the theme can't be read: {error.strerror}",
        where=str(error.filename),
        fix="let this account read it",
    )


def _source(path: Path) -> Source:
    return Source(_text(path), path)


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ThemeError(
            f"a file of the theme can't be read: {error}", where=str(path), fix="save it as UTF-8"
        ) from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(error)
