"""A batch of events, stored; a bad one among them spoils nobody else's."""

import asyncio
from collections.abc import Coroutine, Sequence
from enum import Enum
from typing import Any, TypeVar

import msgspec

from generator.beacon.event import Event
from generator.beacon.quarantine import Quarantine
from generator.beacon.store import PATIENCE, AwayError, RefusedError, Session

_T = TypeVar("_T")


class Fate(Enum):
    """What became of an event."""

    STORED = "it is in the database, or on disk"
    UNKNOWN = "nobody who is public is there"
    FOREIGN = "the project is somebody else's"
    REFUSED = "the database refuses it"
    FULL = "there is no room for it now"


class Verdict(msgspec.Struct, frozen=True):
    """What became of a batch that the database was there for."""

    new: int
    duplicate: int
    fates: Sequence[Fate]
    """One for each event."""


async def store_batch(session: Session, events: Sequence[Event], quarantine: Quarantine) -> Verdict:
    """Store a batch; of one that is refused each half, until the bad event stands alone.

    Raises:
        AwayError: The database can't, or the quarantine; some may be stored all the same.
    """
    if not events:
        return Verdict(0, 0, [])
    try:
        receipt = await session.store(events)
    except RefusedError as error:
        if len(events) == 1:
            await quarantined(quarantine, events[0], str(error))
            return Verdict(0, 0, [Fate.REFUSED])
        middle = len(events) // 2
        first = await store_batch(session, events[:middle], quarantine)
        second = await store_batch(session, events[middle:], quarantine)
        return Verdict(
            first.new + second.new,
            first.duplicate + second.duplicate,
            [*first.fates, *second.fates],
        )
    fates = [Fate.STORED] * len(events)
    for place in receipt.unknown:
        fates[place] = Fate.UNKNOWN
    for place in receipt.foreign:
        fates[place] = Fate.FOREIGN
    duplicate = len(events) - receipt.new - len(receipt.unknown) - len(receipt.foreign)
    return Verdict(receipt.new, duplicate, fates)


async def quarantined(quarantine: Quarantine, record: Event | dict[str, object], why: str) -> None:
    """Keep what the database refuses for good.

    Raises:
        AwayError: It can't be kept; whatever it came with is to be tried again.
    """
    try:
        await asyncio.to_thread(quarantine.keep, record, why)
    except OSError as error:
        raise AwayError(f"{why}; and that can't be kept: {error.strerror}") from None


async def within(work: Coroutine[Any, Any, _T]) -> _T:
    """What the database answers, unless it takes too long.

    Not `asyncio.timeout`: the driver would hold us up until the server has heard that nobody waits
    any more, and it is the server that doesn't answer.

    Raises:
        AwayError: It takes too long; or whatever `work` raises.
    """
    task = asyncio.create_task(work)
    done, _pending = await asyncio.wait((task,), timeout=PATIENCE)
    if not done:
        task.cancel()
        task.add_done_callback(lambda it: it.cancelled() or it.exception())
        raise AwayError(f"the database has not answered for {PATIENCE} s")
    return task.result()
