"""Server-sent events: what browsers are told the moment something changed."""

import asyncio
from collections.abc import AsyncIterator

import msgspec

_RETRY = b"retry: 500\n\n"  # milliseconds until a browser asks again


class Events:
    """Sends to every browser that listens; all of it in one thread's loop."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
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
        self._listeners.add(queue)
        try:
            yield _RETRY + f"event: hello\ndata: {id(self)}.{self._sent}\n\n".encode()
            while (message := await queue.get()) is not None:
                yield message
        finally:
            self._listeners.discard(queue)
