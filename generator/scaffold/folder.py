"""The folder that a new site is written into: all of its files, or none."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from generator.config import SETTINGS_FILE
from generator.errors import ConfigError


def require_room(folder: Path, paths: Iterable[str]) -> None:
    """Refuse to write where something stands already.

    Raises:
        ConfigError: One of the files is there, or something that is no folder stands in the way.
    """
    standing = [path for path in paths if os.path.lexists(folder / path)]
    if standing:
        raise ConfigError(
            f"these files are there already: {', '.join(standing)}; nothing was written",
            where=str(folder),
            fix="name an empty folder, or move them away; init overwrites nothing",
        )
    for place in {place for path in paths for place in (folder / path).parents}:
        if os.path.lexists(place) and not place.is_dir():
            raise ConfigError(
                "there is a file where a folder is to be; nothing was written",
                where=str(place),
                fix="name another folder, or move the file away",
            )


def require_apart(folder: Path) -> None:
    """Refuse a folder inside another site.

    What is in a site's output is swept away by its next build, and commands look upwards for their
    settings: whose they are would depend on where they are run.

    Raises:
        ConfigError: It is in one.
    """
    for place in folder.parents:
        if (place / SETTINGS_FILE).is_file():
            raise ConfigError(
                f"the folder is inside another site, whose {SETTINGS_FILE} is in {place}",
                where=str(folder),
                fix="make the new site beside that one",
            )


def write_files(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files; if one can't be written, or the user interrupts, none is left.

    Raises:
        ConfigError: One can't be written.
    """
    made: list[Path] = []
    try:
        for path, text in texts.items():
            file = folder / path
            _make_folder(file.parent, made)
            with file.open("x", encoding="utf-8", newline="\n") as opened:
                made.append(file)
                opened.write(text)
    except BaseException as error:
        for place in reversed(made):
            with suppress(OSError):
                place.rmdir() if place.is_dir() else place.unlink()
        if isinstance(error, OSError):
            raise ConfigError(
                f"the site can't be written: {error.strerror}; nothing was left",
                where=str(error.filename or folder),
                fix="name a folder that this account may write to, on a disk with room",
            ) from error
        raise


def _make_folder(folder: Path, made: list[Path]) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent, made)
    folder.mkdir()
    made.append(folder)
