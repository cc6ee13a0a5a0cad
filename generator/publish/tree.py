"""The files below a folder, of which none is reached through a symbolic link.

Each folder on the way to a file is opened relative to the one above it, and not if it is a link.
So what a link leads to is neither read nor written nor removed, however quickly the link is put
there: there is no moment between looking and opening. A link that is met is itself removed.
"""

import errno
import hashlib
import os
import shutil
import stat
import weakref
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from generator.publish.measured import new_digest

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_INNER = _FOLDER | os.O_NOFOLLOW
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe keeps nobody waiting
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_NO_FOLDER = {errno.ENOTDIR, errno.ELOOP}


class Tree:
    """A folder, held open; paths are relative to it, with slashes."""

    def __init__(self, descriptor: int) -> None:
        """`descriptor` is the folder's, and is closed with the tree."""
        self._root = descriptor
        weakref.finalize(self, os.close, descriptor)
        self.links: list[str] = []
        """The path of each link that was met, and removed."""

    def below(self, folder: str) -> "Tree":
        """A folder below this one.

        Raises:
            OSError: It isn't there, or can't be opened.
        """
        return Tree(self._open(folder))

    def make(self, folder: str) -> "Tree":
        """The same, but that it is made, in place of whatever else stands there.

        Raises:
            OSError: It can't be made.
        """
        return Tree(self._make(folder))

    def make_last(self, folder: str) -> "Tree":
        """A new folder; the one that it is to be in must be there.

        Raises:
            OSError: It can't be made.
        """
        above, _, name = folder.rpartition("/")
        at = self._open(above)
        try:
            os.mkdir(name, dir_fd=at)
            return Tree(os.open(name, _INNER, dir_fd=at))
        finally:
            self._close(at)

    def size(self, path: str) -> int | None:
        """The size of the file at `path` in bytes; None where there is none."""
        folder, _, name = path.rpartition("/")
        try:
            at = self._open(folder)
        except OSError as error:
            self._meet(path, error)
            return None
        try:
            status = os.stat(name, dir_fd=at, follow_symlinks=False)
        except OSError:
            return None
        finally:
            self._close(at)
        if stat.S_ISREG(status.st_mode):
            return status.st_size
        if stat.S_ISLNK(status.st_mode):
            self._remove_link(path)
        return None

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`; None where there is no file."""
        descriptor = self._file(path)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return file.read()

    def digest(self, path: str) -> bytes | None:
        """The digest of the bytes at `path`, read in pieces; None where there is no file."""
        descriptor = self._file(path)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return hashlib.file_digest(file, new_digest).digest()

    def _file(self, path: str) -> int | None:
        """A descriptor of the regular file at `path`; None where there is none."""
        folder, _, name = path.rpartition("/")
        try:
            at = self._open(folder)
            try:
                descriptor = os.open(name, _READ, dir_fd=at)
            finally:
                self._close(at)
        except OSError as error:
            self._meet(path, error)
            return None
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
        return None

    def create(self, name: str, body: bytes) -> None:
        """Make a file in the folder itself; by the system's own calls, which cost half of `open`.

        Raises:
            FileExistsError: Something stands there.
            OSError: It can't be written.
        """
        self.create_from(name, (body,))

    def create_from(self, name: str, pieces: Iterable[bytes]) -> None:
        """The same, of pieces, one after the other.

        Raises:
            FileExistsError: Something stands there.
            OSError: It can't be written.
        """
        descriptor = os.open(name, _NEW, 0o666, dir_fd=self._root)
        try:
            for piece in pieces:
                left = memoryview(piece)
                while left:
                    left = left[os.write(descriptor, left) :]
        finally:
            os.close(descriptor)

    def take(self, path: str, source: "Tree", name: str) -> None:
        """Put the file `name` of another tree at `path`, in one step; its folders are made.

        Raises:
            OSError: The file isn't there, or can't be put there.
        """
        folder, _, last = path.rpartition("/")
        try:
            at = self._open(folder)
        except OSError:
            at = self._make(folder)
        try:
            try:
                os.rename(name, last, src_dir_fd=source._root, dst_dir_fd=at)
            except IsADirectoryError:
                self._take_away(at, last, path)
                os.rename(name, last, src_dir_fd=source._root, dst_dir_fd=at)
        finally:
            self._close(at)

    def rename(self, path: str, name: str) -> None:
        """Give the file or folder at `path` another name in the same folder.

        Raises:
            FileNotFoundError: It isn't there.
            OSError: It can't be renamed.
        """
        folder, _, last = path.rpartition("/")
        try:
            at = self._open(folder)
        except NotADirectoryError as error:
            self._meet(path, error)
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None
        try:
            os.rename(last, name, src_dir_fd=at, dst_dir_fd=at)
        finally:
            self._close(at)

    def remove(self, path: str) -> None:
        """Take away whatever is at `path`, if anything is.

        Raises:
            OSError: It can't be removed.
        """
        folder, _, name = path.rpartition("/")
        try:
            at = self._open(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            if not self._meet(path, error):
                raise
            return
        try:
            with suppress(FileNotFoundError):
                self._take_away(at, name, path)
        finally:
            self._close(at)

    def prune(self, path: str) -> None:
        """Remove the folder that `path` is in, if nothing else is in it."""
        folder = path.rpartition("/")[0]
        above, _, name = folder.rpartition("/")
        if not name:
            return
        with suppress(OSError):  # not empty, or gone already
            at = self._open(above)
            try:
                os.rmdir(name, dir_fd=at)
            finally:
                self._close(at)

    def files(self) -> Iterator[tuple[str, bool]]:
        """The path of everything below that is no folder, and whether it is a link."""
        for folder, folders, files, at in os.fwalk(dir_fd=self._root):
            for name in (*files, *folders):
                with suppress(FileNotFoundError):
                    mode = os.stat(name, dir_fd=at, follow_symlinks=False).st_mode
                    if not stat.S_ISDIR(mode):
                        yield f"{folder}/{name}".removeprefix("./"), stat.S_ISLNK(mode)

    def top_links(self) -> list[str]:
        """The names of the links in the folder itself."""
        with os.scandir(self._root) as entries:
            return [entry.name for entry in entries if entry.is_symlink()]

    def state(self) -> str:
        """Another one whenever a name in the folder itself came or went."""
        now = os.fstat(self._root)
        return f"{now.st_dev} {now.st_ino} {now.st_mtime_ns} {now.st_ctime_ns}"

    def _open(self, folder: str) -> int:
        """A descriptor of a folder; for `_close`."""
        at = self._root
        if folder:
            for name in folder.split("/"):
                try:
                    inner = os.open(name, _INNER, dir_fd=at)
                finally:
                    self._close(at)
                at = inner
        return at

    def _make(self, folder: str) -> int:
        """The same, but that folders are made, in place of whatever stands there."""
        at, path = self._root, ""
        for name in filter(None, folder.split("/")):
            path = f"{path}/{name}" if path else name
            try:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=at)
                try:
                    inner = os.open(name, _INNER, dir_fd=at)
                except OSError as error:
                    if error.errno not in _NO_FOLDER:
                        raise
                    self._take_away(at, name, path)
                    os.mkdir(name, dir_fd=at)
                    inner = os.open(name, _INNER, dir_fd=at)
            finally:
                self._close(at)
            at = inner
        return at

    def _close(self, descriptor: int) -> None:
        if descriptor != self._root:
            os.close(descriptor)

    def _take_away(self, at: int, name: str, path: str) -> None:
        mode = os.stat(name, dir_fd=at, follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            shutil.rmtree(name, dir_fd=at)
            return
        os.unlink(name, dir_fd=at)
        if stat.S_ISLNK(mode):
            self.links.append(path)

    def _meet(self, path: str, error: OSError) -> bool:
        """Remove the link on the way to `path`, if that is what the error is about."""
        if error.errno not in _NO_FOLDER:
            return False
        names = path.split("/")
        for count in range(1, len(names) + 1):
            part = "/".join(names[:count])
            if self._remove_link(part):
                break
        return True

    def _remove_link(self, path: str) -> bool:
        """Remove what is at `path` if it is a link, and nothing before it is."""
        folder, _, name = path.rpartition("/")
        try:
            at = self._open(folder)
            try:
                if not stat.S_ISLNK(os.stat(name, dir_fd=at, follow_symlinks=False).st_mode):
                    return False
                os.unlink(name, dir_fd=at)
            finally:
                self._close(at)
        except OSError:  # it can't be removed, or is gone: it is not followed, in any case
            return False
        self.links.append(path)
        return True


class UnchangedTree(Tree):
    """A tree that is only read: a link that is met is not followed, and stays."""

    def _remove_link(self, path: str) -> bool:  # noqa: ARG002 - as the other tree's
        return False


def open_tree(folder: Path, kind: type[Tree] = Tree) -> Tree:
    """The tree of a folder, which may itself be a link: that is for whoever named it to decide.

    Raises:
        OSError: It can't be opened.
    """
    return kind(os.open(folder, _FOLDER))
