"""Reads `content/static/`: files that are published as they are, under their own names.

Their bodies are not held: each is read in pieces, once for its digest and again when it is copied.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from hashlib import blake2b
from pathlib import Path
from typing import NoReturn

from generator.containment import is_inside
from generator.errors import ContentError, PublishError
from generator.model.content import StaticFile

FOLDER = "static"
"""The folder of static files, in that of content."""
DOT_NAMES = frozenset({".well-known", ".nojekyll", ".htaccess", ".domains"})
"""What is published although its name begins with a dot: browsers or hosts look for it."""
LEFT_OUT = ("*~", "#*#", "*.swp", "*.swo", "*.tmp", "Thumbs.db", "desktop.ini")
"""Files that editors and desktops leave behind, besides those whose names begin with a dot."""

_PIECE = 1 << 20
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe keeps nobody waiting


def load_static(content: Path) -> tuple[StaticFile, ...]:
    """Every file of `static/` in the folder of content, by path.

    Raises:
        ContentError: A file or folder can't be read, a name can't be published, or a link leads
            out of the folder of content: what is elsewhere on the machine is not published.
    """
    folder = content / FOLDER
    if not os.path.lexists(folder):
        return ()
    _require_inside(content, folder)
    if not folder.is_dir():
        raise _refused("it is no folder", folder, "make it a folder, or take it away")
    paths = sorted(_paths(content, folder))
    found = (_static_file(path.relative_to(folder).as_posix(), path) for path in paths)
    return tuple(file for file in found if file is not None)


@contextmanager
def opened(file: StaticFile) -> Iterator[Iterator[bytes] | None]:
    """What reads the file in pieces; None where it was deleted since it was loaded.

    Raises:
        PublishError: It can't be read.
    """
    try:
        descriptor = _open(file.source)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise PublishError(
            f"the static file can't be copied: {error.strerror}",
            where=str(file.source),
            fix="let this account read it, then build again",
        ) from None
    try:
        yield _pieces(descriptor)
    finally:
        os.close(descriptor)


def _paths(content: Path, folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = filter(_is_meant, folders)
        for name in folders:
            if Path(parent, name).is_symlink():
                what = "a link to a folder is not followed"
                raise _refused(what, Path(parent, name), "put a copy of the folder there")
        for name in filter(_is_meant, files):
            path = Path(parent, name)
            _require_inside(content, path)
            if not _is_printable(name):
                raise _refused(
                    f"a static file can't be named {name!r}",
                    Path(parent),
                    "rename it: no control characters, no backslash, and in UTF-8",
                )
            yield path


def _static_file(path: str, source: Path) -> StaticFile | None:
    """The file, read once; None where it was deleted meanwhile, as a save may do it."""
    if not _is_printable(path):  # a folder on the way
        what = f"a static file can't be at {path!r}"
        raise _refused(what, source.parent, "rename its folder, without control characters")
    digest, size = blake2b(digest_size=16), 0
    try:
        file = source.resolve(strict=True)
        descriptor = _open(file)
        try:
            for piece in _pieces(descriptor):
                digest.update(piece)
                size += len(piece)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        _unreadable(error, source)
    return StaticFile(path=path, source=file, digest=digest.digest(), size=size)


def _open(source: Path) -> int:
    """A descriptor of a regular file.

    Raises:
        ContentError: It is something else.
        OSError: It can't be opened.
    """
    descriptor = os.open(source, _OPEN)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise _refused("it is no regular file", source, "take it away: only files can be published")


def _pieces(descriptor: int) -> Iterator[bytes]:
    os.lseek(descriptor, 0, os.SEEK_SET)
    while piece := os.read(descriptor, _PIECE):
        yield piece


def _is_meant(name: str) -> bool:
    if name.startswith("."):
        return name in DOT_NAMES
    return not any(fnmatchcase(name, pattern) for pattern in LEFT_OUT)


def _is_printable(name: str) -> bool:
    """Not so where the name isn't UTF-8: it has surrogates, then."""
    return name.isprintable() and "\\" not in name


def _require_inside(content: Path, path: Path) -> None:
    if path.is_symlink() and not is_inside(content, path):
        what = "a link leads out of the folder of content, or nowhere"
        raise _refused(what, path, "put a copy of the file there")


def _refused(what: str, where: Path, fix: str) -> ContentError:
    return ContentError(what, where=str(where), fix=fix)


def _unreadable(error: OSError, path: Path | None = None) -> NoReturn:
    raise ContentError(
        f"a static file can't be read: {error.strerror}",
        where=str(path or error.filename),
        fix="let this account read it, or take it away",
    ) from None
