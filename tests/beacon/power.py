"""`kill -9` leaves what was written; a power cut takes what was not synced. Here are both.

Run as a program, this module is `qwikfolio`, which tells through a pipe what it has synced; the
first argument is the pipe's descriptor. `Disk` listens, and takes away what a power cut may take.
"""

import json
import os
import random
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator.cli import main as qwikfolio


class Disk:
    """A folder of segments, and what of it is sure to be there after a power cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sizes: dict[str, int] = {}
        self._names: set[str] = set()

    def hear(self, line: bytes) -> None:
        """Take what the program tells."""
        told: dict[str, Any] = json.loads(line)
        path = Path(told["path"])
        if path == self.folder:
            self._names = set(told["names"])
        elif path.parent == self.folder:
            self._sizes[path.name] = told["size"]

    def segments(self) -> list[Path]:
        """From the oldest to the newest."""
        return sorted(self.folder.glob("*.spool"))

    def tear(self, chance: random.Random) -> int:
        """Cut the power.

        What was not synced may be there, or in part, or other bytes in its place. A file whose
        folder was not synced is gone.

        Returns:
            How many bytes it took, or made.
        """
        torn = 0
        for path in self.segments():
            size, synced = path.stat().st_size, self._sizes.get(path.name, 0)
            if path.name not in self._names:
                path.unlink()
                torn += size
                continue
            kept = chance.randint(min(size, synced), size)
            os.truncate(path, kept)
            torn += size - kept
            if path == self.segments()[-1]:
                torn += _scribble(path, chance)
            self._sizes[path.name] = path.stat().st_size
        self._names = {path.name for path in self.segments()}
        return torn


def _scribble(path: Path, chance: random.Random) -> int:
    """What is at the end of a file whose last write was cut short."""
    size = path.stat().st_size
    bytes_of_it = path.read_bytes()[: chance.randint(1, 200)]  # the beginning of a frame
    tail = chance.choice([bytes_of_it, bytes(chance.randint(1, 5000)), chance.randbytes(300), b""])
    with path.open("ab") as file:
        file.write(tail)
    return path.stat().st_size - size


def _telling(pipe: int, sync: Callable[[int], None]) -> Callable[[int], None]:
    def synced(descriptor: int) -> None:
        status = os.fstat(descriptor)
        told: dict[str, object] = {"path": str(Path(f"/proc/self/fd/{descriptor}").readlink())}
        if stat.S_ISDIR(status.st_mode):
            told["names"] = os.listdir(descriptor)
        else:
            told["size"] = status.st_size  # of now: what is written from here on may be lost
        sync(descriptor)
        os.write(pipe, json.dumps(told).encode() + b"\n")

    return synced


def main() -> None:
    pipe = int(sys.argv.pop(1))
    vars(os).update(fsync=_telling(pipe, os.fsync), fdatasync=_telling(pipe, os.fdatasync))
    qwikfolio()


if __name__ == "__main__":
    main()
