"""The day's salt: visitors of one portfolio and one day told apart, and nobody recognised later."""

import fcntl
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from errno import EEXIST
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from generator.errors import ConfigError
from generator.obstacle import obstacle

_SALT_BYTES = 32
_VISITOR_BYTES = 8
_EPOCH = date(1970, 1, 1)
_DAY = 86_400  # seconds; Unix time has no leap seconds
_EARLY = 60
"""Seconds by which a clock may be set back over midnight without ending the new day's salt."""
_PATIENCE = 1.0
"""Seconds to wait for another process at the file, which needs it for milliseconds."""
_PAUSE = 0.01
_HEAD = b"qwikfolio salt "
_FILE = re.compile(_HEAD + rb"(\d{4}-\d\d-\d\d) ([0-9a-f]{64})\n")
_REMAINS = re.compile(rb"\0*|" + _HEAD + rb".*", re.DOTALL)
"""What a crash or an accident may leave of such a file."""
_LARGEST = 4096
"""What is larger was never such a file, in bytes."""


class _Day(NamedTuple):
    """A salt, and the day of UTC that it is for."""

    salt: bytes
    date: date

    @property
    def since(self) -> float:
        """When the day began, in seconds since 1970."""
        return (self.date - _EPOCH).days * _DAY

    def serves(self, now: float) -> bool:
        return self.since - _EARLY <= now < self.since + _DAY


class Salt:
    """A random salt that all processes with the same file share, and that midnight destroys.

    Midnight is that of UTC. Wherever the clock goes, a salt that has been left is not come back
    to: it is nowhere any more.

    Args:
        path: Of the file; its folder is made where there is none.

    Raises:
        ConfigError: A salt can't be kept there.
    """

    def __init__(self, path: Path) -> None:
        self._path: Final = path
        self.trouble: str | None = None
        """Why the salt is in this process's memory only, and its visitors counted apart."""
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_kept(path.parent)
            self._use(_shared(path, time.time(), None))
        except OSError as error:
            raise ConfigError(
                f"the salt can't be kept: {obstacle(path.absolute(), error)}",
                where=str(path),
                fix="name a file of its own, in a folder you may write to, with beacon.salt",
            ) from error

    def rotate(self, now: float) -> None:
        """End yesterday's salt, and try again to share today's where that failed.

        For a timer: so it ends at midnight, whether anybody comes or not. Failing stops nobody;
        `trouble` says it.

        Args:
            now: In seconds since 1970.
        """
        is_current = self._since <= now < self._until
        if is_current and self.trouble is None:
            return
        own = self._day if is_current else None
        try:
            self._use(_shared(self._path, now, own))
            self.trouble = None
        except OSError as error:
            self._use(own or _new(now))
            self.trouble = f"the salt can't be kept in {self._path}: {error.strerror}"

    def of(self, now: float) -> bytes:
        """The salt that serves at a time, in seconds since 1970."""
        if not self._since <= now < self._until:
            self.rotate(now)
        return self._day.salt

    def visitor(self, now: float, address: str, agent: bytes, slug: str) -> str:
        """A visitor of a portfolio today: 16 hexadecimal digits.

        Another portfolio or another day gives other digits, and nobody without the salt can tell
        that they are the same person's.
        """
        if not self._since <= now < self._until:
            self.rotate(now)
        digest = self._keyed.copy()
        digest.update(b"\0".join((address.encode(), slug.encode(), agent)))
        return digest.hexdigest()

    def _use(self, day: _Day) -> None:
        self._day = day
        self._since, self._until = day.since - _EARLY, day.since + _DAY
        self._keyed = blake2b(key=day.salt, digest_size=_VISITOR_BYTES)


def _require_kept(folder: Path) -> None:
    """See that no other account may put a salt of its own in the place of ours.

    Raises:
        ConfigError: Every account may.
        OSError: The folder can't be looked at.
    """
    mode = folder.stat().st_mode
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        raise ConfigError(
            "anybody may replace files in the salt's folder",
            where=str(folder),
            fix=f"`chmod o-w {folder}`, or name a file in a folder of its own with beacon.salt",
        )


def _new(now: float) -> _Day:
    return _Day(secrets.token_bytes(_SALT_BYTES), _EPOCH + timedelta(days=now // _DAY))


def _shared(path: Path, now: float, own: _Day | None) -> _Day:
    """The salt in the file; a new one where that isn't today's and nobody else's to read.

    Args:
        path: Of the file.
        now: In seconds since 1970.
        own: Put into the file instead of a new one; who has one doesn't wait.

    Raises:
        OSError: The file can't be read or written, or is something else.
    """
    with _alone(path.with_name(f"{path.name}.lock"), 0 if own else _PATIENCE):
        found = _open(path)
        if found is not None:
            try:
                day = _read(found, path)
                if day is not None and day.serves(now):
                    return day
                _destroy(found, path)
            finally:
                os.close(found)
        day = own or _new(now)
        _write(path, day)
        return day


@contextmanager
def _alone(lock: Path, patience: float) -> Iterator[None]:
    """Keep other processes out, as long as this one lives.

    Raises:
        BlockingIOError: Another was there for all the time.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise
                time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None


def _read(descriptor: int, path: Path) -> _Day | None:
    """What the file says; None where it is broken, or somebody else may have read it.

    Raises:
        FileExistsError: It is something else, which is not ours to destroy.
    """
    status = os.fstat(descriptor)
    is_file = stat.S_ISREG(status.st_mode) and status.st_size <= _LARGEST
    content = os.pread(descriptor, _LARGEST, 0) if is_file else b""
    if not is_file or not _REMAINS.fullmatch(content):
        raise FileExistsError(EEXIST, "something else is there", str(path))
    found = _FILE.fullmatch(content)
    if found is None or status.st_mode & 0o077 or status.st_uid != os.geteuid():
        return None
    try:
        return _Day(bytes.fromhex(found[2].decode()), date.fromisoformat(found[1].decode()))
    except ValueError:  # the 30th of February
        return None


def _destroy(descriptor: int, path: Path) -> None:
    """Overwrite the file on the disk, then remove it: a name less would leave the bytes there."""
    size = os.fstat(descriptor).st_size
    os.pwrite(descriptor, bytes(size), 0)
    os.fsync(descriptor)
    path.unlink()


def _write(path: Path, day: _Day) -> None:
    """Make the file. Who dies on the way leaves a broken one, which nobody uses."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, _HEAD + f"{day.date} {day.salt.hex()}\n".encode())
    finally:
        os.close(descriptor)
