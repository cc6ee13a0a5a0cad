"""A folder that only this account can look into, and its files."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.errors import SpoolError

_OTHERS = 0o077
_SAFELY = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe's other end is not waited for


class PrivateFolder:
    """A folder held by its descriptor: whoever swaps its path changes nothing for us."""

    def __init__(self, path: Path) -> None:
        """Open a folder, made if it is missing.

        Raises:
            SpoolError: It is a link, another account's, or open to others.
            OSError: It can't be made or opened.
        """
        self.path = path
        if not path.exists():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.sync()  # the names of the folder and of those above it
        if path.is_symlink():
            raise SpoolError(
                "the spool's folder is a symbolic link, which may lead elsewhere tomorrow",
                where=str(path),
                fix="name the folder itself with --spool or beacon.spool",
            )
        self.descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _SAFELY)
        try:
            _require_private(os.fstat(self.descriptor), path)
        except BaseException:
            os.close(self.descriptor)
            raise

    def names(self) -> list[str]:
        """The names of whatever is in it.

        Raises:
            OSError: They can't be read.
        """
        return [entry.name for entry in os.scandir(self.descriptor)]

    def open(self, name: str, flags: int) -> int:
        """A descriptor of a file in it; one that is made is for this account only.

        Args:
            name: Of the file.
            flags: As `os.open` takes them.

        Raises:
            FileExistsError: A link, a pipe or a folder has that name.
            OSError: The file can't be opened.
        """
        try:
            descriptor = os.open(name, flags | _SAFELY, 0o600, dir_fd=self.descriptor)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENXIO, errno.EISDIR}:
                raise self._no_file(name) from None
            raise
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise self._no_file(name)
        return descriptor

    @contextmanager
    def opened(self, name: str, flags: int) -> Iterator[int]:
        """A descriptor as of `open`, closed at the end.

        Raises:
            OSError: As `open`.
        """
        descriptor = self.open(name, flags)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def rename(self, name: str, to: str) -> None:
        """Give a file another name.

        Raises:
            OSError: It can't be.
        """
        os.rename(name, to, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def unlink(self, name: str) -> None:
        """Delete a file.

        Raises:
            OSError: It can't be.
        """
        os.unlink(name, dir_fd=self.descriptor)

    def sync(self) -> None:
        """Have the names of its files survive a power cut.

        Raises:
            OSError: It can't be said that they would.
        """
        os.fsync(self.descriptor)

    def close(self) -> None:
        """Let it go."""
        os.close(self.descriptor)

    def _no_file(self, name: str) -> OSError:
        what = "a link, a pipe or a folder stands where a file should be"
        return FileExistsError(errno.EEXIST, what, str(self.path / name))


def _require_private(status: os.stat_result, path: Path) -> None:
    """See that nobody else can put events there, or read them.

    Raises:
        SpoolError: Somebody can.
    """
    another = "or name a folder that is not there yet, which the beacon makes, with --spool"
    if status.st_uid != os.geteuid():
        raise SpoolError(
            "the spool's folder belongs to another account than the one that runs the beacon",
            where=str(path),
            fix=f"run it as the account with the number {status.st_uid}, {another}",
        )
    mode = stat.S_IMODE(status.st_mode)
    if mode & _OTHERS:
        raise SpoolError(
            f"others may look or write into the spool's folder: its mode is {mode:04o}",
            where=str(path),
            fix=f"see that nothing in it is foreign, then `chmod 700 {path}`; {another}",
        )
