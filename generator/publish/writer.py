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
_FENCES = f"{_TEMPORARY}-fences"


class Writer:
    """Writes and removes files below one folder, which is a build's own."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """`name` is this writer's own among those that are at work in the folder."""
        self.folder = folder
        self._root = f"{folder}/"
        self._temporary = folder / f"{_TEMPORARY}{name}"

    def tidy(self) -> None:
        """Remove what writers of a build that was killed left unfinished."""
        self.unfence()
        for path in self.folder.glob(f"{_TEMPORARY}*"):
            self._clear(path)

    def fence(self, name: str) -> None:
        """Make a fence: a folder that a `FencedWriter` makes its temporary files in."""
        folder = self.folder / _FENCES / name
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
        nowhere = self.folder / f"{_TEMPORARY}-{uuid4().hex}"
        try:
            os.rename(self.folder / _FENCES, nowhere)  # noqa: PTH104 - all at once
        except FileNotFoundError:
            return
        except OSError:
            nowhere = self.folder / _FENCES
        self._clear(nowhere)

    def write(self, path: str, body: bytes) -> None:
        """Put `body` at `path`; whoever reads sees the old file or the new one, never a part.

        Raises:
            PublishError: The disk is full, or the path can't be written.
        """
        target = f"{self._root}{path}"
        folder = os.path.dirname(target)  # noqa: PTH120 - half the cost, once a page
        try:
            try:
                self._write(folder, target, body)
            except (FileExistsError, IsADirectoryError):  # what a killed writer left unfinished
                self._clear(self._temporary)
                self._write(folder, target, body)
        except OSError as error:
            with suppress(PublishError):
                self._clear(self._temporary)
            raise PublishError(
                f"the file can't be written: {error.strerror or error}",
                where=target,
                fix="free space or mend the permissions, then build again; the site is whole",
            ) from error

    def _write(self, folder: str, target: str, body: bytes) -> None:
        if os.path.lexists(folder):
            self._write_file(target, body)
        else:
            self._write_folder(folder, target, body)

    def _write_file(self, target: str, body: bytes) -> None:
        temporary = os.fspath(self._temporary)
        _write(temporary, body)
        try:
            os.replace(temporary, target)  # noqa: PTH105 - as above
        except OSError:
            self._make_way(Path(target))
            os.replace(temporary, target)  # noqa: PTH105

    def _write_folder(self, folder: str, target: str, body: bytes) -> None:
        """A page that is alone in its folder comes with it, for half the cost."""
        temporary = os.fspath(self._temporary)
        os.mkdir(temporary)  # noqa: PTH102
        _write(temporary + target[len(folder) :], body)
        try:
            os.rename(temporary, folder)  # noqa: PTH104
        except OSError:
            if os.path.isdir(folder):  # noqa: PTH112 - another worker had the same page, and was first
                self._clear(self._temporary)
                self._write_file(target, body)
                return
            self._make_way(Path(folder))
            os.rename(temporary, folder)  # noqa: PTH104

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

    def _make_way(self, target: Path) -> None:
        """Make the target's folder; whatever stands in its place, or the folder's, goes."""
        for parent in reversed(target.relative_to(self.folder).parents[:-1]):
            folder = self.folder / parent
            if folder.is_symlink() or not folder.is_dir():
                self._clear(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            self._clear(target)

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
        if not (folder / _FENCES / fence).is_dir():
            raise PublishError(
                f"the worker on {platform.node()} does not see the build's output folder",
                where=str(folder),
                fix="mount the same folder at the same path on every worker, writable",
            )
        super().__init__(folder, f"-fences/{fence}/{uuid4().hex}")


def _write(path: str, body: bytes) -> None:
    """By the system's own calls, which cost a small file half of what `open` does."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        left = memoryview(body)
        while left:
            left = left[os.write(descriptor, left) :]
    finally:
        os.close(descriptor)
