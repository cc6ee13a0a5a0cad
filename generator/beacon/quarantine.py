"""The quarantine: what the database refuses for good, for a person to look at."""

import os
from contextlib import suppress

import msgspec

from generator.beacon.private_folder import PrivateFolder

_NAME = "refused.jsonl"


class Quarantine:
    """A file with one line of JSON for each event: `{"reason": …, "event": …}`."""

    def __init__(self, folder: PrivateFolder, limit: int = 16 << 20) -> None:
        """Name the file `refused.jsonl` in `folder`; it is made when it is needed.

        Args:
            folder: The spool's.
            limit: How many bytes the file may take; what comes then is only counted.
        """
        self.count = 0
        """How many it was given, since it was made."""
        self._folder = folder
        self._limit = limit

    def keep(self, record: msgspec.Struct | dict[str, object], reason: str) -> None:
        """Add an event; on return it would survive a power cut, if the limit leaves room.

        Raises:
            OSError: The file can't be written, and it was not counted.
        """
        event = msgspec.structs.asdict(record) if isinstance(record, msgspec.Struct) else record
        line = msgspec.json.encode({"reason": reason, "event": event}) + b"\n"
        # Opened anew each time, so that it can be moved away while the beacon runs.
        with self._folder.opened(_NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND) as file:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":  # a process died here
                line = b"\n" + line
            if size + len(line) <= self._limit:
                _write(file, line, size)
                if not size:
                    self._folder.sync()
        self.count += 1


def _write(file: int, line: bytes, size: int) -> None:
    """Put a line at the end of a file of `size` bytes, or leave it as it was."""
    try:
        left = memoryview(line)
        while left:
            left = left[os.write(file, left) :]
        os.fdatasync(file)
    except OSError:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise
