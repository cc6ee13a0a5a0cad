"""Asking the database whose addresses are."""

import time
from collections.abc import Callable, Mapping, Sequence

from generator.beacon.batch import within
from generator.beacon.owners import Owner
from generator.beacon.store import AwayError, RefusedError, Session

_PAUSE = 1.0  # seconds between two tries for a connection


class Enquiry:
    """A session of its own, opened when there is something to ask: no batch stands in its way."""

    def __init__(self, url: str, is_away: Callable[[], bool]) -> None:
        """Begin without a session.

        Args:
            url: The database's.
            is_away: Whether there is no point in trying.
        """
        self._url = url
        self._is_away = is_away
        self._session: Session | None = None
        self._why = "the database is away"
        self._not_before = 0.0

    async def owners(self, slugs: Sequence[str]) -> Mapping[str, Owner]:
        """Who is at these addresses; one question at a time.

        Raises:
            AwayError: The database can't say.
        """
        session = self._session or await self._open()
        try:
            return await whose(session, slugs)
        except AwayError:
            await self.close()
            raise

    async def close(self) -> None:
        """End the session, if there is one."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _open(self) -> Session:
        if self._is_away() or time.monotonic() < self._not_before:
            raise AwayError(self._why)
        self._not_before = time.monotonic() + _PAUSE
        try:
            session = self._session = await within(Session.open(self._url))
        except AwayError as error:
            self._why = str(error)
            raise
        return session


async def whose(session: Session, slugs: Sequence[str]) -> Mapping[str, Owner]:
    """Who is at these addresses; one that the database can't even read is nobody's.

    Raises:
        AwayError: The database can't say.
    """
    try:
        return await within(session.owners(slugs))
    except RefusedError:
        if len(slugs) == 1:
            return {}
        middle = len(slugs) // 2
        return {**await whose(session, slugs[:middle]), **await whose(session, slugs[middle:])}
