"""Files reach `output/` whole or not at all (DESIGN, rule 5)."""

import os
import platform
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import ENOENT
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from generator.errors import PublishError
from generator.publish.tree import Tree, UnchangedTree, open_tree

MARKER = ".qwikfolio-site"
"""In every output: says that it is a build's, names its manifest, and carries the lock."""
_TEMPORARY = ".qwikfolio-tmp"
"""A folder of the output's, for it is the same disk; there while a build is at work."""
_FENCES = "fences"


class Writer:
    """Writes and removes files below one folder, which is a build's own.

    Nothing is reached through a symbolic link in it (`tree.py`); the folder itself may be one.
    """

    _tree_kind: ClassVar[type[Tree]] = Tree

    def __init__(self, folder: Path, name: str = "main") -> None:
        """`name` is this writer's own among those that are at work in the folder.

        Raises:
            PublishError: The folder can't be opened.
        """
        self.folder = folder
        try:
            self._tree = open_tree(folder, self._tree_kind)
        except OSError as error:
            raise PublishError(
                f"the output folder can't be used: {error.strerror}",
                where=str(folder),
                fix="name a folder you may write to with --output",
            ) from error
        self._own = f"{_TEMPORARY}/{name}"
        self._source = f"{name}/file"
        self._room: Tree | None = None
        self._temporary: Tree | None = None

    def tidy(self) -> None:
        """Remove every temporary file, whoever's it is."""
        self.unfence()
        self._clear(_TEMPORARY)

    def fence(self, name: str) -> None:
        """Make a fence: a folder that a `FencedWriter` makes its temporary files in."""
        folder = f"{_TEMPORARY}/{_FENCES}/{name}"
        try:
            self._tree.make(folder)
        except OSError as error:
            raise PublishError(
                f"the output folder can't be written: {error.strerror or error}",
                where=f"{self.folder}/{folder}",
                fix="free space or mend the permissions, then build again; the site is whole",
            ) from error

    def unfence(self) -> None:
        """Take every fence down."""
        nowhere = uuid4().hex
        try:
            self._tree.rename(f"{_TEMPORARY}/{_FENCES}", nowhere)  # all at once
        except FileNotFoundError:
            return
        except OSError:
            nowhere = _FENCES
        self._clear(f"{_TEMPORARY}/{nowhere}")

    def write(self, path: str, body: bytes, location: str = "") -> None:  # noqa: ARG002 - for stores
        """Put `body` at `path`; whoever reads sees the old file or the new one, never a part.

        Raises:
            PublishError: The disk is full, or the path can't be written.
        """
        with self._refusing(path):
            try:
                self._write(path, body)
            except (FileNotFoundError, FileExistsError):
                self._make_room()
                self._write(path, body)

    def copy(self, path: str, pieces: Iterable[bytes]) -> None:
        """Put what the pieces make together at `path`; as `write`, without holding it whole.

        Raises:
            PublishError: The disk is full, or the path can't be written.
        """
        with self._refusing(path):
            self._make_room()  # at once: the pieces come but once
            if self._room is None or self._temporary is None:
                raise FileNotFoundError(ENOENT, os.strerror(ENOENT))
            self._room.create_from("file", pieces)
            self._tree.take(path, self._temporary, self._source)

    @contextmanager
    def _refusing(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with suppress(PublishError):
                self._clear(self._own)
            self._tree.prune(path)  # a folder that was made for it
            raise PublishError(
                f"the file can't be written: {error.strerror or error}",
                where=f"{self.folder}/{path}",
                fix="free space or mend the permissions, then build again; the site is whole",
            ) from error

    def _write(self, path: str, body: bytes) -> None:
        if self._room is None or self._temporary is None:
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT))
        self._room.create("file", body)
        # By its path, not from its folder: that may have been taken away meanwhile.
        self._tree.take(path, self._temporary, self._source)

    def _make_room(self) -> None:
        """A folder each: writers that share one wait for each other."""
        self._clear(self._own)  # what a killed writer left
        self._room = self._tree.make(self._own)
        self._temporary = self._tree.below(_TEMPORARY)

    def remove(self, path: str) -> None:
        """Take what is at `path` away, and its folder if nothing else is in it."""
        self._clear(path)
        self._tree.prune(path)

    def size(self, path: str) -> int | None:
        """The size of the file at `path` in bytes; None where there is none."""
        return self._tree.size(path)

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`; None where there is no file."""
        return self._tree.read(path)

    def digest(self, path: str) -> bytes | None:
        """The digest of the bytes at `path` (`measured.py`); None where there is no file."""
        return self._tree.digest(path)

    def strays(self, known: Callable[[str], bool]) -> Iterator[str]:
        """Every file below the folder that is not `known`, and every link."""
        for path, is_link in self._tree.files():
            if path != MARKER and (is_link or not known(path)):
                yield path

    def state(self) -> str:
        """Another one whenever a name in the folder itself came or went."""
        return self._tree.state()

    def remove_links(self) -> None:
        """Remove every link that stands in the folder itself; `take_links` tells of them."""
        for name in self._tree.top_links():
            self._clear(name)

    def take_links(self) -> tuple[str, ...]:
        """The symbolic links that were met, and removed, since this was last asked."""
        links = tuple(map(printable, self._tree.links))
        self._tree.links.clear()
        return links

    def _clear(self, path: str) -> None:
        try:
            self._tree.remove(path)
        except OSError as error:
            raise PublishError(
                f"the file can't be removed: {error.strerror or error}",
                where=f"{self.folder}/{path}",
                fix="mend the permissions, then build again",
            ) from error


class Reader(Writer):
    """The files of a folder that nothing is written to: links in it stay."""

    _tree_kind = UnchangedTree


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
        unseen = PublishError(
            f"the worker on {platform.node()} does not see the build's output folder",
            where=str(folder),
            fix="mount the same folder at the same path on every worker, writable",
        )
        try:
            super().__init__(folder, f"{_FENCES}/{fence}/{uuid4().hex}")
            self._tree.below(f"{_TEMPORARY}/{_FENCES}/{fence}")
        except (PublishError, OSError) as error:
            raise unseen from error

    def _make_room(self) -> None:
        self._room = self._tree.make_last(self._own)  # if the fence is there to make it in
        self._temporary = self._tree.below(_TEMPORARY)


def printable(path: str) -> str:
    """The path as it can be stored and printed: the name of a file need not be UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
