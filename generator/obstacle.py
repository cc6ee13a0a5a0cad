"""What is in the way of a file or folder that can't be made or written: which path, and why."""

import os
import stat
from errno import EACCES, ELOOP, EPERM, EROFS
from pathlib import Path


def obstacle(path: Path, error: OSError, *, is_folder: bool = False) -> str:
    """Why nothing can be written at a path; names the part of it that is in the way.

    Args:
        path: A file or a folder, absolute.
        error: What the system said.
        is_folder: Whether the path itself is to be a folder.
    """
    if found := in_the_way(path if is_folder else path.parent):
        return found
    if found := _dangling(path):
        return found
    if error.errno == EROFS:
        return f"{_nearest(path)} is on a file system that is mounted read-only"
    if error.errno in {EACCES, EPERM}:
        nearest = _nearest(path)
        return f"{nearest} may not be written by this account ({_rights(nearest)})"
    return error.strerror or str(error)


def in_the_way(folder: Path) -> str | None:
    """What is no folder, of an absolute path that is to be one; None where nothing is so."""
    return next(filter(None, map(_no_folder, (*reversed(folder.parents), folder))), None)


def _no_folder(part: Path) -> str | None:
    """What a path that must be a folder is instead; None for a folder, and where nothing is."""
    try:
        found = part.stat()
    except OSError:
        return _dangling(part)
    if stat.S_ISDIR(found.st_mode):
        return None
    kind = "a file, not a folder" if stat.S_ISREG(found.st_mode) else "not a folder"
    if part.is_symlink():
        return f"{part} is a symbolic link to {_aim(part)}, which is {kind}"
    return f"{part} is {kind}"


def _dangling(part: Path) -> str | None:
    """Where a link leads if nothing is there."""
    if not part.is_symlink():
        return None
    try:
        part.stat()
    except OSError as error:
        if error.errno == ELOOP:
            return f"{part} is a symbolic link that leads back to itself (to {_aim(part)})"
        return f"{part} is a symbolic link to {_aim(part)}, which isn't there"
    return None


def _aim(link: Path) -> str:
    return os.readlink(link)  # noqa: PTH115 - as it is written


def _nearest(path: Path) -> Path:
    """The path itself if something is there, else the nearest folder above it that is there."""
    return next(it for it in (path, *path.parents) if os.path.lexists(it) or not it.name)


def _rights(path: Path) -> str:
    try:
        found = path.stat()
    except OSError as error:
        return error.strerror or str(error)
    return (
        f"its user id is {os.geteuid()}; the owner's is {found.st_uid}, "
        f"mode {stat.S_IMODE(found.st_mode):04o}"
    )
