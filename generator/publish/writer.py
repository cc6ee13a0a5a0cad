"""Files reach `output/` whole or not at all (DESIGN, rule 5)."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from generator.errors import PublishError
from generator.publish.output import MARKER

_TEMPORARY = ".qwikfolio-tmp"


class Writer:
    """Writes and removes files below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._temporary = folder / _TEMPORARY
        self._temporary.unlink(missing_ok=True)  # of a build that was killed

    def write(self, path: str, body: bytes) -> None:
        """Put `body` at `path`; whoever reads sees the old file or the new one, never a part.

        Raises:
            PublishError: The disk is full, or the path can't be written.
        """
        target = self.folder / path
        try:
            self._temporary.write_bytes(body)
            try:
                self._temporary.replace(target)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                self._make_way(target)
                self._temporary.replace(target)
        except OSError as error:
            with suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            raise PublishError(
                f"the file can't be written: {error.strerror or error}",
                where=str(target),
                fix="free space or mend the permissions, then build again; the site is whole",
            ) from error

    def remove(self, path: str) -> None:
        """Take the file at `path` away, and its folder if nothing else is in it."""
        target = self.folder / path
        try:
            target.unlink(missing_ok=True)
            if target.parent != self.folder:
                with suppress(OSError):  # not empty, or gone already
                    target.parent.rmdir()
        except OSError as error:
            raise PublishError(
                f"the file can't be removed: {error.strerror or error}",
                where=str(target),
                fix="mend the permissions, then build again",
            ) from error

    def size(self, path: str) -> int | None:
        """The size of the file at `path` in bytes; None where there is none."""
        try:
            return os.stat(self.folder / path).st_size  # noqa: PTH116 - half the cost, once a page
        except OSError:
            return None

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`; None where there is no file."""
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            return None

    def strays(self, known: Callable[[str], bool]) -> Iterator[str]:
        """Every file below the folder that is not `known`."""
        for root, _folders, files in os.walk(self.folder):
            for name in files:
                path = Path(root, name).relative_to(self.folder).as_posix()
                if path != MARKER and not known(path):
                    yield path

    def _make_way(self, target: Path) -> None:
        """Make the target's folder; a stray file in its place, or folder, is taken away."""
        for parent in reversed(target.relative_to(self.folder).parents[:-1]):
            if (self.folder / parent).is_file():
                (self.folder / parent).unlink()
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            target.rmdir()
