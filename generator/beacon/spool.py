"""The spool: events on disk, until the database takes them.

A folder of segments, `00000001.spool` and on: frames, of which the first names the format. Only
the newest is written to, and never after it has been read; one that is wholly forgotten is
deleted. Where a process died half-way through a segment, the next one reads it from its start
again: what is stored already is known by its id.
"""

import errno
import fcntl
import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from generator.beacon import frames
from generator.beacon.private_folder import PrivateFolder
from generator.errors import SpoolError
from generator.obstacle import obstacle

_BEGINNING = frames.framed((b"qwikfolio spool 1",), 0)
_BEGIN = len(_BEGINNING)
_ROTATION = 4 << 20
_NAME = re.compile(r"\d{8,}\.(spool|damaged)")


class SpoolFullError(Exception):
    """Nothing of what was to be appended was kept; the message says why."""


@dataclass(eq=False, slots=True)
class _Segment:
    path: Path
    begin: int = _BEGIN
    """Where what isn't forgotten begins."""
    end: int = 0
    """Where the last frame ends that can be trusted; what lies behind is never read."""
    events: int = 0
    damage: set[int] = field(default_factory=set)


class Spool:
    """The spool in one folder, which is this process's alone; calls must not overlap."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Lock the folder, made if it is missing, and find what an earlier process left.

        Args:
            folder: Of this spool's own.
            limit: How many bytes all segments may take.

        Raises:
            SpoolError: The folder can't be used, another process does, or others may look into it.
        """
        self.events = 0
        """How many records it holds."""
        self.size = 0
        """What they take, in bytes of all segments."""
        self.damaged = 0
        """How many places could not be read, since it was opened."""
        self.limit = limit
        """How many bytes they may take."""
        self._segments: list[_Segment] = []
        self._active: _Segment | None = None
        self._file = -1
        self._shown: deque[tuple[_Segment, int]] = deque()
        with _explained(folder):
            self.folder = _locked(folder)
            try:
                names = [name for name in self.folder.names() if _NAME.fullmatch(name)]
                paths = sorted((folder / name for name in names), key=lambda path: int(path.stem))
                self._number = int(paths[-1].stem) if paths else 0
                for path in paths:
                    if path.suffix == ".spool":
                        self._recover(path)
            except BaseException:
                self.folder.close()
                raise

    def append(self, records: Sequence[bytes]) -> None:
        """Add records, all or none; on return they would survive a power cut.

        Raises:
            SpoolFullError: The limit is reached, or the disk can't take them.
        """
        if self._active:
            data = frames.framed(records, self._active.end)
        else:
            data = _BEGINNING + frames.framed(records, _BEGIN)
        if self.size + len(data) > self.limit:
            raise SpoolFullError(f"the spool is full: {self.size:,} of {self.limit:,} bytes")
        try:
            segment = self._active or self._start()
            self._write(segment, data)
        except OSError as error:
            raise SpoolFullError(f"the spool can't be written: {error.strerror}") from error
        segment.end += len(data)
        segment.events += len(records)
        self.size += len(data)
        self.events += len(records)
        if segment.end >= _ROTATION:
            self._seal()

    def oldest(self, most: int) -> list[bytes]:
        """The oldest records that are not forgotten; none only if there are none.

        Raises:
            OSError: They can't be read now; nothing has changed.
        """
        self._shown.clear()
        records: list[bytes] = []
        for segment in tuple(self._segments):
            if segment is self._active:
                self._seal()
            for payload, end in self._records(segment):
                records.append(payload)
                self._shown.append((segment, end))
                if len(records) == most:
                    return records
            if not records:  # the rest of it is damaged
                self._drop(segment)
        return records

    def forget(self, count: int) -> None:
        """Let the first `count` of those go that `oldest` gave: they are stored elsewhere."""
        for _ in range(count):
            segment, end = self._shown.popleft()
            segment.begin = end
            segment.events -= 1
            self.events -= 1
            if not segment.events:
                self._drop(segment)

    def close(self) -> None:
        """Leave the folder to another process."""
        self._seal()
        self.folder.close()

    def _recover(self, path: Path) -> None:
        """Take in a segment of an earlier process, but for what that didn't write to its end."""
        with self._opened(path) as file:
            segment = _Segment(path, end=os.fstat(file.fileno()).st_size)
            self._segments.append(segment)
            beginning = file.read(_BEGIN)
            if beginning != _BEGINNING[: len(beginning)]:
                file.seek(0)
                if frames.read(file, 0, segment.end) is not None:
                    raise SpoolError(
                        "the spool was written by another version of this program",
                        where=str(path),
                        fix="run that version until its spool is empty, or name another folder",
                    )
                self._damage(segment, 0)
            last = len(beginning)
            for _, end in self._records(segment):
                segment.events += 1
                last = end
            if last < segment.end and frames.is_torn(file, last, segment.end):
                with self.folder.opened(path.name, os.O_WRONLY) as descriptor:
                    os.ftruncate(descriptor, last)
                segment.end = last
                segment.damage.remove(last)
                self.damaged -= 1
        self.events += segment.events
        self.size += segment.end
        if not segment.events:
            self._drop(segment)

    def _start(self) -> _Segment:
        self._number += 1
        name = f"{self._number:08}.spool"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._file = self.folder.open(name, flags)
        self._active = _Segment(self.folder.path / name)
        self._segments.append(self._active)
        return self._active

    def _write(self, segment: _Segment, data: bytes) -> None:
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self._file, left) :]
            os.fdatasync(self._file)
            if not segment.end:
                self.folder.sync()
        except BaseException:
            # Nothing is built on what stands behind `end` now: neither on a part of a batch, nor
            # on what a sync failed for, which the kernel may take for written from now on.
            with suppress(OSError):
                os.ftruncate(self._file, segment.end)
            self._seal()
            if not segment.end:
                self._drop(segment)
            raise

    def _seal(self) -> None:
        if self._active:
            self._active = None
            with suppress(OSError):
                os.close(self._file)

    def _records(self, segment: _Segment) -> Iterator[tuple[bytes, int]]:
        """What a segment holds from its `begin` on, and where each record ends."""
        place = segment.begin
        try:
            with self._opened(segment.path) as file:
                file.seek(place)
                while place < segment.end:
                    payload = frames.read(file, place, segment.end)
                    if payload is None:
                        self._damage(segment, place)
                        place = frames.find(file, place + 1, segment.end)
                        file.seek(place)
                    else:
                        place += frames.HEAD + len(payload)
                        yield payload, place
        except OSError as error:
            if error.errno not in {errno.EIO, errno.ENOENT}:
                raise
            self._damage(segment, place)

    def _opened(self, path: Path) -> BinaryIO:
        """A segment to be read."""
        return os.fdopen(self.folder.open(path.name, os.O_RDONLY), "rb")

    def _damage(self, segment: _Segment, place: int) -> None:
        self.damaged += place not in segment.damage
        segment.damage.add(place)

    def _drop(self, segment: _Segment) -> None:
        """Delete a segment; a damaged one is put aside for a person to look at."""
        self._segments.remove(segment)
        self.events -= segment.events
        self.size -= segment.end
        with suppress(OSError):  # then it is read once more after a restart
            if segment.damage:
                name = segment.path.name
                self.folder.rename(name, segment.path.with_suffix(".damaged").name)
            else:
                self.folder.unlink(segment.path.name)
            self.folder.sync()


def _locked(path: Path) -> PrivateFolder:
    """The folder, made if it is missing; locked until it is closed."""
    folder = PrivateFolder(path)
    try:
        fcntl.flock(folder.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        folder.close()
        raise SpoolError(
            "another beacon keeps its spool in this folder",
            where=str(path),
            fix="stop it, or give this one a folder of its own with --spool",
        ) from None
    return folder


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SpoolError(
            f"the spool can't be used: {obstacle(folder.absolute(), error, is_folder=True)}",
            where=str(error.filename or folder),
            fix="see who put it there, and remove it: the beacon makes its files itself"
            if isinstance(error, FileExistsError)
            else "name a folder you may write to with --spool, on a disk of this machine",
        ) from error
