"""Where a site goes: a folder, or an object store; here it is decided which.

A build that is over must not be written by its workers any more, although one of them may have been
cut off, taken for dead, and come back late. So they are *fenced in*: a build of many machines makes
a fence in the output, its workers write only while it stands, and every build takes down the fences
that it finds before it does anything else.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from generator.config import StoreAddress
from generator.errors import PublishError
from generator.extras import extra, folder_of
from generator.model.identity import DatabaseIdentity
from generator.publish import output
from generator.publish.writer import FencedWriter


class Files(Protocol):
    """The files of an output."""

    def tidy(self) -> None:
        """Remove what writers of a build that was killed left unfinished."""

    def fence(self, name: str) -> None:
        """Make a fence: workers write while it stands."""

    def unfence(self) -> None:
        """Take every fence down."""

    def write(self, path: str, body: bytes, location: str = "") -> None:
        """Put `body` at `path`; whoever reads sees the old file or the new one, never a part.

        Where the file only sends on to a `location`, a store notes it for the host.
        """

    def copy(self, path: str, pieces: Iterable[bytes]) -> None:
        """The same, of what the pieces make together, which is never held whole."""

    def remove(self, path: str) -> None:
        """Take what is at `path` away."""

    def size(self, path: str) -> int | None:
        """The size of the file at `path` in bytes; None where there is none."""

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`; None where there is no file."""

    def digest(self, path: str) -> bytes | None:
        """The digest of the bytes at `path` (`measured.py`); None where there is no file."""

    def strays(self, known: Callable[[str], bool]) -> Iterator[str]:
        """Every file that is not `known`, and every symbolic link."""

    def state(self) -> str | None:
        """Another one whenever a name in the output itself came or went; None: it can't be told."""

    def remove_links(self) -> None:
        """Remove every symbolic link that stands in the output itself."""

    def take_links(self) -> tuple[str, ...]:
        """The symbolic links that were met, and removed, since this was last asked."""


class Output(Protocol):
    """An output, locked for one build."""

    @property
    def is_new(self) -> bool:
        """Whether nothing was in it before this build."""

    @property
    def files(self) -> Files:
        """What is in it, for whoever holds the lock."""

    def identity(self) -> str:
        """The manifest that it was last written with; empty for a new one."""

    def mark(self, identity: str) -> None:
        """Say which manifest knows it."""

    def source(self) -> DatabaseIdentity | None:
        """The database that it was last built from; None where nobody has said so."""

    def assign(self, source: DatabaseIdentity) -> None:
        """Say which database it is built from."""


def open_target(
    target: Path | StoreAddress, waiting: Callable[[], None]
) -> AbstractContextManager[Output]:
    """Lock an output for one build.

    Args:
        target: Made if it is missing. One that holds files but no mark of ours is refused, since
            a build removes whatever it did not write.
        waiting: Called once if another build is at work in it, before waiting for its end.

    Raises:
        PublishError: It holds somebody else's files, or can't be written.
        MissingExtraError: The library for object stores isn't installed.
    """
    if isinstance(target, StoreAddress):
        with _library():
            from generator.publish.store import open_store  # noqa: PLC0415 - may be missing

        return open_store(target, waiting)
    return output.open_output(target, waiting)


def read_target(
    target: Path | StoreAddress, waiting: Callable[[], None]
) -> AbstractContextManager[Output]:
    """An output to be read, unchanged: nothing is made, and nothing in it may be written.

    No build is at work in a folder meanwhile. An object store can't be locked without being
    written: a build may begin there.

    Args:
        target: Need not exist.
        waiting: Called once if a build is at work in it, before waiting for its end.

    Raises:
        PublishError: It holds somebody else's files, or can't be read.
        MissingExtraError: The library for object stores isn't installed.
    """
    if isinstance(target, StoreAddress):
        with _library():
            from generator.publish.store import read_store  # noqa: PLC0415 - may be missing

        return read_store(target, waiting)
    return output.read_output(target, waiting)


@contextmanager
def fenced(files: Files) -> Iterator[str]:
    """A fence's name, which stands until the context is left."""
    name = uuid4().hex
    files.fence(name)
    try:
        yield name
    except BaseException:
        with suppress(PublishError):  # what went wrong first is told; the next build does it
            files.unfence()
        raise
    files.unfence()


def worker_files(target: Path | StoreAddress, fence: str) -> Files:
    """The files of an output as a worker elsewhere may write them, while the fence stands.

    Raises:
        PublishError: There is no such fence: the output isn't the build's, or the build is over.
        MissingExtraError: The library for object stores isn't installed.
    """
    if isinstance(target, StoreAddress):
        with _library():
            from generator.publish.store import fenced_store  # noqa: PLC0415 - may be missing

        return fenced_store(target, fence)
    return FencedWriter(target, fence)


def require_library(target: Path | StoreAddress) -> None:
    """See to it early that an output can be opened.

    Raises:
        MissingExtraError: The library for object stores isn't installed.
    """
    if isinstance(target, StoreAddress):
        with _library():
            folder_of("obstore")


def _library() -> AbstractContextManager[None]:
    return extra("store", "an object store as output", further="here and on every worker")
