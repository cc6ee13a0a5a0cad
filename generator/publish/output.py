"""The output folder as one build's own: marked, and locked while a build is at work in it."""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import ELOOP
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from generator.errors import PublishError
from generator.model.identity import DatabaseIdentity
from generator.obstacle import in_the_way, obstacle
from generator.publish.writer import MARKER, Reader, Writer

_LONGEST_MARKER = 2000  # bytes


class Output:
    """An output folder, locked."""

    def __init__(self, files: Writer, descriptor: int, *, is_new: bool) -> None:
        self.files = files
        self.is_new = is_new
        """Whether nothing was in it before this build."""
        self._descriptor = descriptor

    def identity(self) -> str:
        """The manifest that the folder was last written with; empty for a new folder."""
        return self._read()[0].decode("ascii", "replace").strip()

    def mark(self, identity: str) -> None:
        """Say which manifest knows this folder."""
        self._write(identity, self.source())

    def source(self) -> DatabaseIdentity | None:
        """The database that the folder was last built from; None where nobody has said so."""
        try:
            return msgspec.json.decode(self._read()[1], type=DatabaseIdentity)
        except msgspec.MsgspecError:
            return None

    def assign(self, source: DatabaseIdentity) -> None:
        """Say which database this folder is built from."""
        self._write(self.identity(), source)

    def _read(self) -> tuple[bytes, bytes]:
        """The marker's two lines. The second is missing where an earlier version wrote it."""
        first, _, rest = os.pread(self._descriptor, _LONGEST_MARKER, 0).partition(b"\n")
        return first, rest.partition(b"\n")[0]

    def _write(self, identity: str, source: DatabaseIdentity | None) -> None:
        """Write in place, for the lock is on the file; cut only after, lest a line be lost."""
        lines = [identity.encode("ascii"), msgspec.json.encode(source) if source else b"", b""]
        written = os.pwrite(self._descriptor, b"\n".join(lines), 0)
        os.ftruncate(self._descriptor, written)


@contextmanager
def open_output(folder: Path, waiting: Callable[[], None]) -> Iterator[Output]:
    """Lock an output folder for one build.

    Args:
        folder: Made if it is missing. One that holds files but no mark of ours is refused, since
            a build removes whatever it did not write.
        waiting: Called once if another build is at work in it, before waiting for its end.

    Raises:
        PublishError: The folder holds somebody else's files, or can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        marker = folder / MARKER
        is_new = not os.path.lexists(marker)
        if is_new and any(folder.iterdir()):
            raise _foreign(folder)
        descriptor = _open_marker(marker, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise _unusable(folder, obstacle(folder, error, is_folder=True)) from error
    try:
        output = Output(Writer(folder), descriptor, is_new=is_new)
        _lock(descriptor, fcntl.LOCK_EX, waiting)
        try:
            yield output
        finally:
            with suppress(PublishError):  # the next build does it, then
                output.files.tidy()
    finally:
        os.close(descriptor)


@contextmanager
def read_output(folder: Path, waiting: Callable[[], None]) -> Iterator[Output]:
    """An output folder to be read, unchanged, while no build is at work in it.

    Args:
        folder: Need not exist.
        waiting: Called once if a build is at work in it, before waiting for its end.

    Raises:
        PublishError: The folder holds somebody else's files, or can't be read.
    """
    with ExitStack() as stack:
        try:
            marker = folder / MARKER
            is_new = not os.path.lexists(marker)
            if is_new and (found := in_the_way(folder)):
                raise _unusable(folder, found)
            if is_new and folder.exists() and any(folder.iterdir()):
                raise _foreign(folder)
            if is_new:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="qwikfolio-empty-")))
                descriptor = os.open(os.devnull, os.O_RDONLY)
            else:
                descriptor = _open_marker(marker, os.O_RDONLY)
        except OSError as error:
            raise _unusable(folder, obstacle(folder, error, is_folder=True)) from error
        stack.callback(os.close, descriptor)
        if not is_new:
            _lock(descriptor, fcntl.LOCK_SH, waiting)
        yield Output(Reader(folder), descriptor, is_new=is_new)


def _lock(descriptor: int, kind: int, waiting: Callable[[], None]) -> None:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(descriptor, kind)


def _foreign(folder: Path) -> PublishError:
    return PublishError(
        "the output folder holds files that no build wrote",
        where=str(folder),
        fix="name an empty folder with --output, or empty this one",
    )


def _unusable(folder: Path, why: str) -> PublishError:
    return PublishError(
        f"the output folder can't be used: {why}",
        where=str(folder),
        fix="make room for it, or name another folder with --output or paths.output",
    )


def _open_marker(marker: Path, access: int) -> int:
    """Open the mark of a folder; never what a link leads to.

    Raises:
        PublishError: Something else stands there.
        OSError: It can't be opened.
    """
    flags = access | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(marker, flags, 0o644)
    except OSError as error:
        if error.errno != ELOOP:
            raise
    else:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
    raise PublishError(
        "the mark of the output is a link, or no file",
        where=str(marker),
        fix="find out who put it there; then empty the folder and build: all is written again",
    )
