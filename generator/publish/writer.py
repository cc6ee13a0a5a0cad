"""Files reach `output/` whole or not at all (DESIGN, rule 5)."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from generator.errors import PublishError

MARKER = ".qwikfolio-site"
"""In every output: says that it is a build's, names its manifest, and carries the lock."""
_TEMPORARY = ".qwikfolio-tmp"
"""A folder of the output's, for it is the same disk; there while a build is at work."""
_FENCES = "fences"


class Writer:
    """Writes and removes files below one folder, which is a build's own."""

    def __init__(self, folder: Path, name: str = "main") -> None:
        """`name` is this writer's own among those that are at work in the folder."""
        self.folder = folder
        self._root = f"{folder}/"
        self._temporary = folder / _TEMPORARY
        self._own = self._temporary / name
        self._file = f"{self._own}/file"

    def tidy(self) -> None:
        """Remove every temporary file, whoever's it is."""
        self.unfence()
        self._clear(self._temporary)

    def fence(self, name: str) -> None:
        """Make a fence: a folder that a `FencedWriter` makes its temporary files in."""
        folder = self._temporary / _FENCES / name
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise PublishError(
                f"the output folder can't be written: {error.strerror or error}",
                where=str(folder),
                fix="free space or mend the permissions, then build again; the site is whole",
            ) from error

    def unfence(self) -> None:
        """Take every fence down."""
        nowhere = self._temporary / uuid4().hex
        try:
            os.rename(self._temporary / _FENCES, nowhere)  # noqa: PTH104 - all at once
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError:
            nowhere = self._temporary / _FENCES
        self._clear(nowhere)

    def write(self, path: str, body: bytes) -> None:
        """Put `body` at `path`; whoever reads sees the old file or the new one, never a part.

        Raises:
            PublishError: The disk is full, or the path can't be written.
        """
        target = f"{self._root}{path}"
        try:
            self._write(target, body)
        except OSError as error:
            with suppress(PublishError):
                self._clear(self._own)
            with suppress(OSError):  # a folder that was made for it
                os.rmdir(os.path.dirname(target))  # noqa: PTH106, PTH120
            raise PublishError(
                f"the file can't be written: {error.strerror or error}",
                where=target,
                fix="free space or mend the permissions, then build again; the site is whole",
            ) from error

    def _write(self, target: str, body: bytes) -> None:
        try:
            _write(self._file, body)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._make_room()
            _write(self._file, body)
        try:
            os.replace(self._file, target)  # noqa: PTH105 - half the cost, once a page
        except OSError:
            self._make_way(target)
            os.replace(self._file, target)  # noqa: PTH105

    def _make_room(self) -> None:
        """A folder each: writers that share one wait for each other."""
        if self._temporary.is_symlink() or self._temporary.is_file():
            self._clear(self._temporary)
        self._clear(self._own)  # what a killed writer left
        self._own.mkdir(parents=True)

    def remove(self, path: str) -> None:
        """Take what is at `path` away, and its folder if nothing else is in it."""
        target = self.folder / path
        self._clear(target)
        if target.parent != self.folder:
            with suppress(OSError):  # not empty, or gone already
                target.parent.rmdir()

    def size(self, path: str) -> int | None:
        """The size of the file at `path` in bytes; None where there is none."""
        try:
            return os.stat(self._root + path).st_size  # noqa: PTH116
        except OSError:
            return None

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`; None where there is no file."""
        try:
            descriptor = os.open(self._root + path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            with open(descriptor, "rb", buffering=0, closefd=False) as file:
                return file.read()
        except OSError:  # a folder
            return None
        finally:
            os.close(descriptor)

    def strays(self, known: Callable[[str], bool]) -> Iterator[str]:
        """Every file below the folder that is not `known`, and every link to a folder."""
        for root, folders, files in os.walk(self.folder):
            links = [name for name in folders if os.path.islink(os.path.join(root, name))]  # noqa: PTH114, PTH118
            for name in (*files, *links):
                path = Path(root, name).relative_to(self.folder).as_posix()
                if path != MARKER and not known(path):
                    yield path

    def _make_way(self, target: str) -> None:
        """Make the target's folder; whatever stands in its place, or the folder's, goes."""
        with suppress(OSError):
            os.mkdir(os.path.dirname(target))  # noqa: PTH102, PTH120 - a new page
            return
        path = Path(target)
        for parent in reversed(path.relative_to(self.folder).parents[:-1]):
            folder = self.folder / parent
            if folder.is_symlink() or not folder.is_dir():
                self._clear(folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            self._clear(path)

    def _clear(self, path: Path) -> None:
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except NotADirectoryError:
            pass  # a file stands where its folder was: it is not there
        except OSError as error:
            raise PublishError(
                f"the file can't be removed: {error.strerror or error}",
                where=str(path),
                fix="mend the permissions, then build again",
            ) from error


class FencedWriter(Writer):
    """Writes while a fence stands, and can't once it is down, however late it comes back.

    A file is made in the fence's folder, and put in its place by a rename. Out of a folder that was
    taken away nothing can be renamed, and the file system sees to that in one step: there is no
    moment between looking and writing.
    """

    def __init__(self, folder: Path, fence: str) -> None:
        """Look for the fence.

        Raises:
            PublishError: It isn't there: the folder isn't the build's, or the build is over.
        """
        if not (folder / _TEMPORARY / _FENCES / fence).is_dir():
            raise PublishError(
                f"the worker on {platform.node()} does not see the build's output folder",
                where=str(folder),
                fix="mount the same folder at the same path on every worker, writable",
            )
        super().__init__(folder, f"{_FENCES}/{fence}/{uuid4().hex}")

    def _make_room(self) -> None:
        self._own.mkdir()  # if the fence is there to make it in


def _write(path: str, body: bytes) -> None:
    """By the system's own calls, which cost a small file half of what `open` does."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        left = memoryview(body)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)
