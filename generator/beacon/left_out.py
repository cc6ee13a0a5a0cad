"""What is not stored, by rule, so that an owner can see how much it was."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import msgspec

from generator.beacon.accounts import Filter

_FILE = "left-out.json"


class LeftOut(msgspec.Struct, frozen=True):
    """Of which portfolio, on which day, and why."""

    owner: UUID
    day: str
    """UTC: `2026-11-23`."""
    reason: Filter


def save(folder: Path, counts: Mapping[LeftOut, int]) -> None:
    """Keep what the database could not be told, for the next start."""
    if counts:
        with suppress(OSError):
            (folder / _FILE).write_bytes(msgspec.json.encode(list(counts.items())))


def load(folder: Path) -> Counter[LeftOut]:
    """Take what an earlier process kept."""
    path = folder / _FILE
    try:
        counts = msgspec.json.decode(path.read_bytes(), type=list[tuple[LeftOut, int]])
    except (OSError, msgspec.DecodeError, UnicodeError):
        return Counter()
    path.unlink(missing_ok=True)
    return Counter(dict(counts))
