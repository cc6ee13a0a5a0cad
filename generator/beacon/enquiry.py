"""Asking the database whose addresses are."""

import time
from collections.abc import Mapping, Sequence

from generator.beacon.batch import within
from generator.beacon.owners import Owner
from generator.beacon.store import AwayError, RefusedError, Session

_PAUSE = 1.0  # seconds between two tries for a connection


class Enquiry:
    """A session of its own, opened when there is something to ask: no batch stands in its way."""

    def __init__(self, url: str) -> None:
        """`url`: the database's."""
        self._url = url
        self._session: Session | None = None
        self._why = ""
        self._not_before = 0.0

    async def owners(self, slugs: Sequence[str]) -> Mapping[str, Owner]:
        """Who is at these addresses; one question at a time.

        Raises:
            AwayError: The database can't say.
        """
        if self._session is None:
            await self._open()
        try:
            return await self._ask(slugs)
        except AwayError:
            await self.close()
            raise

    async def close(self) -> None:
        """End the session, if there is one."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _open(self) -> None:
        if time.monotonic() < self._not_before:
            raise AwayError(self._why)
        self._not_before = time.monotonic() + _PAUSE
        try:
            self._session = await within(Session.open(self._url))
        except AwayError as error:
            self._why = str(error)
            raise

    async def _ask(self, slugs: Sequence[str]) -> Mapping[str, Owner]:
        """Ask; a slug that the database can't even read is nobody's, and spoils no other."""
        if self._session is None:
            raise AwayError(self._why)
        try:
            return await within(self._session.owners(slugs))
        except RefusedError:
            if len(slugs) == 1:
                return {}
            middle = len(slugs) // 2
            return {**await self._ask(slugs[:middle]), **await self._ask(slugs[middle:])}
