"""The beacon at work: what it is made of, begun and ended in order."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TypeVar

from generator.beacon.accounts import Accounts, Rejection
from generator.beacon.address import Proxies
from generator.beacon.app import PATH, App, Message, Receive, Send
from generator.beacon.enquiry import Enquiry
from generator.beacon.forwarders import Forwarders
from generator.beacon.left_out import load, save
from generator.beacon.listener import Listener
from generator.beacon.owners import Owners
from generator.beacon.quarantine import Quarantine
from generator.beacon.rates import Rate
from generator.beacon.referrer import site
from generator.beacon.salt import Salt
from generator.beacon.spool import Spool
from generator.beacon.store import AwayError, RefusedError, Session, open_session
from generator.beacon.visitors import Visitors
from generator.beacon.writer import Writer
from generator.config import BeaconSettings, host_and_port
from generator.database.rollup import roll_up
from generator.errors import DatabaseError

_WINDOW = 10.0  # seconds that rates are counted in
_PAUSE = 1.0  # seconds between two tries for a connection
_FIRST_WAIT = 1.0  # seconds for the database, before requests are taken without it
_UPKEEP_EVERY = 300.0
_MINUTE = 60
_DAY = 86_400

_T = TypeVar("_T")


class Beacon:
    """An ASGI application, which is at work from its lifespan's start to its end."""

    def __init__(
        self, settings: BeaconSettings, url: str, spool: Path, salt: Path, listener: Listener
    ) -> None:
        """Open the spool and the salt; nothing is asked of the database yet.

        Raises:
            QwikfolioError: The spool or the salt can't be used.
        """
        self._url = url
        self._keep_days = settings.keep_days
        self._listener = listener
        self._spool = Spool(spool, settings.spool_megabytes * 1024 * 1024)
        self._salt = Salt(salt)
        site("example.org")  # the list of suffixes is read now, not while the first events wait
        self._enquiry = Enquiry(url, lambda: self._writer.is_away)
        self._owners = Owners(self._enquiry.owners)
        accounts = Accounts(self._spool.events)
        self._following = asyncio.Event()
        self._writer = Writer(
            lambda: Session.open(url),
            self._spool,
            Quarantine(self._spool.folder),
            accounts,
            listener,
        )
        self._writer.left_out.update(load(self._spool.folder))
        self._accounts = accounts
        self.fault: BaseException | None = None
        """What ended it, if not a signal from outside."""
        proxies = Proxies(settings.proxies, Forwarders(listener.distrusted).distrust)
        self._app = App(
            self._owners,
            self._writer,
            Visitors(
                proxies,
                self._salt,
                most=settings.visitors_per_address,
                rate=settings.visitor_rate,
                seconds=_WINDOW,
            ),
            Rate(settings.slug_rate, _WINDOW),
            host_and_port(settings.metrics)[1] if settings.metrics else None,
        )

    def __call__(self, scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer (ASGI 3)."""
        if scope["type"] == "http":
            return self._app(scope, receive, send)
        return self._live(receive, send)

    def refused(self, reason: Rejection, request: str) -> None:
        """Hear of a request that the server refused before it came here."""
        if request == f"POST {PATH}":
            self._accounts.reject(reason)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin when the server does, and end when it has no request left."""
        await receive()
        writing = asyncio.create_task(self._writer.run())
        others = [
            asyncio.create_task(work) for work in (self._follow(), self._keep_up(), self._rotate())
        ]
        with suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_WAIT):
                await self._writer.connected.wait()
                await self._following.wait()  # or the first owners would be forgotten at once
        for task in (writing, *others):
            task.add_done_callback(self._stopped)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._writer.end()
        await asyncio.wait((writing,))
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._enquiry.close()
        save(self._spool.folder, self._writer.left_out)
        self._spool.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _stopped(self, task: "asyncio.Task[None]") -> None:
        """End at once by a fault of ours: events would wait for ever."""
        if not task.cancelled() and task.exception() is not None:
            self.fault = task.exception()
            signal.raise_signal(signal.SIGTERM)

    async def _follow(self) -> None:
        """Forget whoever changes."""
        while True:
            try:
                async with open_session(self._url) as session:
                    async for owners, slugs in session.changes():
                        self._owners.forget(owners, slugs)
                        self._following.set()
            except (AwayError, RefusedError):
                await asyncio.sleep(_PAUSE + random.random())  # noqa: S311 - not all at once

    async def _keep_up(self) -> None:
        """Sum up the hours, and forget what is older than it is to be kept."""
        pause = random.uniform(1, 30)  # noqa: S311 - of several that begin together, one is first
        while True:
            await asyncio.sleep(pause)
            pause = _UPKEEP_EVERY
            if self._writer.is_away:
                continue
            try:
                rolled = await _aside(lambda: roll_up(self._url, self._keep_days))
            except DatabaseError as error:
                self._accounts.rollup.errors += 1
                self._listener.failed(str(error))
            else:
                news = self._accounts.rollup.take(rolled)
                if news is not None:
                    self._listener.failed(news)

    async def _rotate(self) -> None:
        """Destroy the salt at midnight, whether anybody comes or not."""
        trouble = None
        while True:
            # Not until midnight at once: a machine may sleep, and its clock be set.
            await asyncio.sleep(min(_MINUTE, _DAY - time.time() % _DAY + 0.01))
            self._salt.rotate(time.time())
            if self._salt.trouble not in {None, trouble}:
                self._listener.failed(self._salt.trouble or "")
            trouble = self._salt.trouble


async def _aside(work: Callable[[], _T]) -> _T:
    """Have a thread do it that nobody waits for at the end, as for those of `asyncio.to_thread`.

    Raises:
        Exception: Whatever `work` does.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_T] = loop.create_future()

    def settle(set_it: Callable[[], None]) -> None:
        if not done.done():
            set_it()

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # whoever waits is told
            told = partial(done.set_exception, error)
        else:
            told = partial(done.set_result, result)
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, told)

    Thread(target=run, daemon=True).start()
    return await done
