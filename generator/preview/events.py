"""Server-sent events: what browsers are told the moment something changed."""

import asyncio
from collections.abc import AsyncIterator

import msgspec

MOST = 100
"""How many browsers are told at once. One more, and the one that has listened longest is let go; it
asks again. Without a bound, streams would use up the descriptors that pages need."""
_RETRY = b"retry: 500\n\n"  # milliseconds until a browser asks again


class Events:
    """Sends to every browser that listens; all of it in one thread's loop."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[bytes | None], None] = {}  # in the order they came
        self._sent = 0

    def send(self, kind: str, facts: object) -> int:
        """Tell everybody; how many there are."""
        self._sent += 1
        message = f"event: {kind}\ndata: {msgspec.json.encode(facts).decode()}\n\n".encode()
        for listener in self._listeners:
            listener.put_nowait(message)
        return len(self._listeners)

    def end(self) -> None:
        """Nothing will be sent any more."""
        for listener in self._listeners:
            listener.put_nowait(None)

    async def listen(self) -> AsyncIterator[bytes]:
        """What is sent from now on; first of all, how much was sent before.

        Who listens again after a pause sees by that whether something was missed.
        """
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        while len(self._listeners) >= MOST:
            oldest = next(iter(self._listeners))
            del self._listeners[oldest]
            oldest.put_nowait(None)
        self._listeners[queue] = None
        try:
            yield _RETRY + f"event: hello\ndata: {id(self)}.{self._sent}\n\n".encode()
            while (message := await queue.get()) is not None:
                yield message
        finally:
            self._listeners.pop(queue, None)
