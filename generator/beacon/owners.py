"""Whose page an event is about: what the database said of an address, as long as it holds."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from time import monotonic
from uuid import UUID

import msgspec

_LOOKUPS_AT_ONCE = 500


class Owner(msgspec.Struct, frozen=True):
    """Somebody public."""

    id: UUID
    """`portfolios.user_id`."""
    projects: frozenset[UUID]


Ask = Callable[[Sequence[str]], Awaitable[Mapping[str, Owner]]]
"""Asks the database whose these addresses are; those that are nobody's are left out."""


class Owners:
    """A cache over `ask`. Whoever changes is forgotten (`forget`), and asked for again."""

    def __init__(
        self, ask: Ask, *, most: int = 10_000, nobody_for: float = 5.0, known_for: float = 600.0
    ) -> None:
        """Begin with nobody.

        Args:
            ask: May raise; then so does `find`.
            most: How many addresses are kept, and as many that are nobody's.
            nobody_for: Seconds for which an unknown address is not asked for again.
            known_for: Seconds after which even who didn't change is asked for again.
        """
        self._ask = ask
        self._most = most
        self._nobody_for = nobody_for
        self._known_for = known_for
        self._known: OrderedDict[str, tuple[Owner, float]] = OrderedDict()
        self._addresses: dict[UUID, set[str]] = {}
        self._nobody: dict[str, float] = {}
        self._asked: dict[str, asyncio.Future[Owner | None]] = {}
        self._waiting: list[str] = []
        self._forgotten = 0
        self._task: asyncio.Task[None] | None = None

    def known(self, slug: str) -> Owner | None:
        """Who is known to be at an address; None where that has to be found out."""
        found = self._known.get(slug)
        if found is not None and found[1] > monotonic():
            return found[0]
        return None

    async def find(self, slug: str) -> Owner | None:
        """Who is at an address; None: nobody who is public. Many may ask at once."""
        if self._nobody.get(slug, 0) > monotonic():
            return None
        asked = self._asked.get(slug)
        if asked is None:
            asked = self._asked[slug] = asyncio.get_running_loop().create_future()
            self._waiting.append(slug)
            if self._task is None:
                self._task = asyncio.create_task(self._look_up())
        return await asyncio.shield(asked)

    def forget(self, owners: Iterable[UUID | None], slugs: Iterable[str] = ()) -> None:
        """Whatever was said of these may have changed; None: of everybody.

        Args:
            owners: Who, under whatever address they were found.
            slugs: Theirs now, and perhaps somebody else's before.
        """
        self._forgotten += 1
        for owner in owners:
            if owner is None:
                self._known.clear()
                self._addresses.clear()
            else:
                for slug in self._addresses.pop(owner, ()):
                    self._known.pop(slug, None)
            self._nobody.clear()
        for slug in slugs:
            self._drop(slug)

    async def _look_up(self) -> None:
        """Ask for all that wait, and for those who come meanwhile."""
        try:
            while self._waiting:
                slugs = self._waiting[:_LOOKUPS_AT_ONCE]
                del self._waiting[:_LOOKUPS_AT_ONCE]
                forgotten = self._forgotten
                try:
                    found = await self._ask(slugs)
                except Exception as error:  # whoever asked is told
                    for slug in slugs:
                        self._asked.pop(slug).set_exception(error)
                    continue
                for slug in slugs:
                    owner = found.get(slug)
                    # What was forgotten meanwhile may have been asked for too early.
                    if forgotten == self._forgotten:
                        self._keep(slug, owner)
                    self._asked.pop(slug).set_result(owner)
        finally:
            self._task = None

    def _keep(self, slug: str, owner: Owner | None) -> None:
        if owner is None:
            if len(self._nobody) >= self._most:
                self._nobody.clear()
            self._nobody[slug] = monotonic() + self._nobody_for
            return
        self._drop(slug)
        self._known[slug] = owner, monotonic() + self._known_for
        self._addresses.setdefault(owner.id, set()).add(slug)
        if len(self._known) > self._most:
            self._drop(next(iter(self._known)))

    def _drop(self, slug: str) -> None:
        owner, _until = self._known.pop(slug, (None, 0))
        if owner is not None:
            slugs = self._addresses.get(owner.id, set())
            slugs.discard(slug)
            if not slugs:
                self._addresses.pop(owner.id, None)
