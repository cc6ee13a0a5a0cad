"""What is not stored, by rule, so that an owner can see how much it was."""

import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

import msgspec

from generator.beacon.accounts import Filter
from generator.beacon.private_folder import PrivateFolder

_FILE = "left-out.json"


class LeftOut(msgspec.Struct, frozen=True):
    """Of which portfolio, on which day, and why."""

    owner: UUID | None
    """None while the database has not said whose the slug is."""
    day: str
    """UTC: `2026-11-23`."""
    reason: Filter
    slug: str = ""
    """Empty where the owner is known: a portfolio with two slugs has one count."""


def save(folder: PrivateFolder, counts: Mapping[LeftOut, int]) -> None:
    """Keep what the database could not be told, for the next start."""
    if counts:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with suppress(OSError), folder.opened(_FILE, flags) as file:
            os.write(file, msgspec.json.encode(list(counts.items())))


def load(folder: PrivateFolder) -> Counter[LeftOut]:
    """Take what an earlier process kept."""
    try:
        with os.fdopen(folder.open(_FILE, os.O_RDONLY), "rb") as file:
            counts = msgspec.json.decode(file.read(), type=list[tuple[LeftOut, int]])
    except (OSError, msgspec.DecodeError, UnicodeError):
        return Counter()
    with suppress(OSError):
        folder.unlink(_FILE)
    return Counter(dict(counts))
