"""Group commit: events to the database, one INSERT at a time; to the spool while it is away.

While one batch is being committed the next one gathers, so a batch is as large as the load makes
it, and nobody waits for a timer. An event's future is done when it would survive `kill -9`.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from types import MappingProxyType

import msgspec

from generator.beacon.accounts import Accounts, Rejection
from generator.beacon.batch import Fate, quarantined, store_batch, within
from generator.beacon.enquiry import whose
from generator.beacon.event import Event, MalformedError, pack, unpack
from generator.beacon.left_out import LeftOut
from generator.beacon.listener import Listener
from generator.beacon.outage import Outage
from generator.beacon.owners import Owner
from generator.beacon.quarantine import Quarantine
from generator.beacon.spool import Spool, SpoolFullError
from generator.beacon.store import AwayError, RefusedError, Session

_LARGEST_BATCH = 1000
_MOST_COUNTS = 50_000
_LOOKUPS_AT_ONCE = 500
_REPLAYED_AT_ONCE = 200  # so that those who wait in between wait a few milliseconds
_COUNT_EVERY = 5.0  # seconds
_LONGEST_PAUSE = 5.0
_FULL_FOR = 10.0  # seconds, then an event may try: a balancer sends none to who isn't ready
_STEADY = 30.0  # seconds; what was lost sooner may be lost again


Open = Callable[[], Awaitable[Session]]
_REASONS: Mapping[Fate, Rejection] = MappingProxyType(
    {Fate.UNKNOWN: "unknown", Fate.FOREIGN: "project", Fate.REFUSED: "refused"}
)


class Writer:
    """Takes events, and says what became of each."""

    def __init__(
        self,
        open_session: Open,
        spool: Spool,
        quarantine: Quarantine,
        accounts: Accounts,
        listener: Listener,
    ) -> None:
        """`open_session` may raise `AwayError`; it is tried again and again."""
        self._open = open_session
        self.spool = spool
        self._quarantine = quarantine
        self.accounts = accounts
        """What became of every event."""
        self._listener = listener
        self._outage = Outage(listener)
        self._session: Session | None = None
        self._waiting: list[tuple[Event, asyncio.Future[Fate]]] = []
        self._work = asyncio.Event()
        self._lost = asyncio.Event()
        self.connected = asyncio.Event()
        """Set once the database has been there."""
        self._is_full = False
        self._full_at = 0.0
        self._replayed = 0
        self._is_count_due = False
        self.left_out: Counter[LeftOut] = Counter()
        """What is not stored, by rule, and the database doesn't know of yet; bounded."""
        self.is_ending = False

    @property
    def waiting(self) -> int:
        """Events that nothing is decided of yet, but for those being written."""
        return len(self._waiting)

    @property
    def is_away(self) -> bool:
        """Whether the database takes nothing now."""
        return self._session is None

    @property
    def can_accept(self) -> bool:
        """Whether an event that comes now would be stored."""
        was_full_just_now = self._is_full and monotonic() < self._full_at + _FULL_FOR
        return not self.is_ending and not (self.is_away and was_full_just_now)

    def add(self, event: Event) -> asyncio.Future[Fate]:
        """Have an event stored."""
        future: asyncio.Future[Fate] = asyncio.get_running_loop().create_future()
        self._waiting.append((event, future))
        self._work.set()
        return future

    def leave_out(self, what: LeftOut) -> None:
        """Count an event that is not stored.

        While the database is away, anybody can send any number of slugs: past a bound, those that
        are new are not counted.
        """
        if what in self.left_out or len(self.left_out) < _MOST_COUNTS:
            self.left_out[what] += 1

    async def run(self) -> None:
        """Work until `end`; all that came before that is decided when this returns."""
        try:
            async with asyncio.TaskGroup() as group:  # who of these fails, ends all
                others = [
                    group.create_task(self._keep_connected()),
                    group.create_task(self._tick()),
                ]
                await self._write()
                for task in others:
                    task.cancel()
        finally:
            if self._session is not None:
                await self._session.close()

    async def _write(self) -> None:
        while True:
            batch = self._waiting[:_LARGEST_BATCH]
            del self._waiting[:_LARGEST_BATCH]
            if batch:
                await self._settle(batch)
            replayed = not self.is_ending and await self._replay()
            if self._is_count_due:
                await self._count()
            if not (batch or replayed or self._waiting):
                if self.is_ending:
                    break
                self._work.clear()
                await self._work.wait()
        await self._count()

    def end(self) -> None:
        """Take what has come, and no more; `run` returns."""
        self.is_ending = True
        self._work.set()

    async def _settle(self, batch: Sequence[tuple[Event, asyncio.Future[Fate]]]) -> None:
        """Decide what becomes of a batch."""
        events = [event for event, _future in batch]
        fates = await self._to_database(events) or await self._to_spool(events)
        # Told in the loop's next turn: the next batch is on its way to the database by then, and
        # those who hear of this one, and answer, don't hold it up.
        asyncio.get_running_loop().call_soon(_tell, batch, fates)

    async def _to_database(self, events: Sequence[Event]) -> Sequence[Fate] | None:
        """Store a batch; None where the database is away."""
        session = self._session
        if session is None or any(event.owner is None for event in events):
            return None
        try:
            verdict = await store_batch(session, events, self._quarantine)
        except AwayError as error:
            self._lose(session, error)
            return None
        self.accounts.store(verdict.new, verdict.duplicate)
        for fate, reason in _REASONS.items():
            self.accounts.reject(reason, verdict.fates.count(fate))
        return verdict.fates

    async def _to_spool(self, events: Sequence[Event]) -> Sequence[Fate]:
        records = [pack(event) for event in events]
        try:
            await asyncio.to_thread(self.spool.append, records)
        except SpoolFullError as error:
            self._full_at = monotonic()
            if not self._is_full:
                self._is_full = True
                self._listener.full(str(error))
            self.accounts.reject("full", len(events))
            return [Fate.FULL] * len(events)
        self._is_full = False
        self.accounts.spool(len(events))
        return [Fate.STORED] * len(events)

    async def _replay(self) -> bool:
        """Bring the oldest events of the spool to the database; whether there were any to bring."""
        session = self._session
        if session is None or not self.spool.events:
            return False
        held = self.spool.events
        try:
            records = await asyncio.to_thread(self.spool.oldest, _REPLAYED_AT_ONCE)
        except OSError as error:
            self._listener.failed(f"the spool can't be read now: {error}")
            return False
        self.accounts.give_up("damaged", held - self.spool.events)
        events, unreadable = _unpacked(records)
        try:
            known = await self._owned(session, events)
            verdict = await store_batch(session, known, self._quarantine)
            for record, why in unreadable:
                await quarantined(self._quarantine, {"record": record}, why)
        except AwayError as error:
            self._lose(session, error)
            return True
        await asyncio.to_thread(self.spool.forget, len(records))
        self.accounts.unspool(verdict.new, verdict.duplicate)
        self.accounts.give_up("refused", len(unreadable))
        self.accounts.give_up("unknown", len(events) - len(known))
        for fate, reason in _REASONS.items():
            self.accounts.give_up(reason, verdict.fates.count(fate))
        self._is_full = False
        self._replayed += len(records)
        if not self.spool.events:
            self._listener.replayed(self._replayed)
            self._replayed = 0
        return True

    async def _owned(self, session: Session, events: Sequence[Event]) -> Sequence[Event]:
        """Those of the events whose owner is known, or can be said now.

        Raises:
            AwayError: The database can't say.
        """
        slugs = {event.slug for event in events if event.owner is None}
        if not slugs:
            return events
        found = await whose(session, list(slugs))
        return [
            event if event.owner else msgspec.structs.replace(event, owner=found[event.slug].id)
            for event in events
            if event.owner or event.slug in found
        ]

    async def _count(self) -> None:
        """Tell the database what was left out; what it doesn't take is told again."""
        self._is_count_due = False
        session = self._session
        if session is None or not self.left_out:
            return
        counts, self.left_out = self.left_out, Counter()
        try:
            await within(session.leave_out(await self._with_owners(session, counts)))
        except RefusedError:
            pass  # an owner was deleted in this instant
        except AwayError as error:
            self.left_out += counts
            self._lose(session, error)

    async def _with_owners(
        self, session: Session, counts: Mapping[LeftOut, int]
    ) -> Mapping[LeftOut, int]:
        """The same counts by owner; those of slugs that are nobody's are dropped.

        Raises:
            AwayError: The database can't say whose the slugs are.
        """
        unknown = list({key.slug for key in counts if key.owner is None})
        owners: dict[str, Owner] = {}
        for start in range(0, len(unknown), _LOOKUPS_AT_ONCE):
            owners |= await whose(session, unknown[start : start + _LOOKUPS_AT_ONCE])
        found: Counter[LeftOut] = Counter()
        for key, number in counts.items():
            owner = key.owner or (owners[key.slug].id if key.slug in owners else None)
            if owner is not None:
                found[msgspec.structs.replace(key, owner=owner, slug="")] += number
        return found

    def _lose(self, session: Session, error: AwayError) -> None:
        """Go on without the database."""
        if self._session is session:
            self._session = None
            self._outage.begin(error)
            self._lost.set()

    async def _keep_connected(self) -> None:
        """Connect, and anew whenever the database has gone away, with growing pauses."""
        pause = 0.0
        while True:
            began = monotonic()
            try:
                session = await self._open()
            except AwayError as error:
                self._outage.last(error)
            else:
                await self._be_with(session)
            if monotonic() - began > _STEADY:
                pause = 0.0
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, 2 * pause + random.uniform(0.05, 0.2))  # noqa: S311

    async def _be_with(self, session: Session) -> None:
        """Use a session until it is lost."""
        self._lost.clear()
        self._session = session
        self.connected.set()
        self._outage.end()
        self._is_count_due = True
        self._work.set()
        await self._lost.wait()
        await session.close()

    async def _tick(self) -> None:
        """See that what was left out is counted even if nothing comes any more."""
        while True:
            await asyncio.sleep(_COUNT_EVERY)
            self._is_count_due = True
            self._work.set()


def _tell(batch: Sequence[tuple[Event, asyncio.Future[Fate]]], fates: Sequence[Fate]) -> None:
    """Say what became of each event."""
    for (_event, future), fate in zip(batch, fates, strict=True):
        if not future.done():  # its client may have gone
            future.set_result(fate)


def _unpacked(records: Sequence[bytes]) -> tuple[list[Event], list[tuple[bytes, str]]]:
    """The events of some records, and the records that are none, with why."""
    events, unreadable = [], []
    for record in records:
        try:
            events.append(unpack(record))
        except MalformedError as error:
            unreadable.append((record, str(error)))
    return events, unreadable
