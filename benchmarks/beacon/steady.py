"""So many events a second, whether they are answered or not: `python -m benchmarks.beacon.steady`.

A client that waits for its answer before it sends again says little of how long visitors wait:
while the endpoint stands still it sends nothing, and that time is in no figure. Here each event has
its moment, and is late from that moment on, even while no connection is free to send it.
"""

import argparse
import asyncio
import gc
import os
import random
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec
import uvloop

from benchmarks.beacon.event import Visitors
from benchmarks.figures import percentiles
from benchmarks.results import Answers

_WARM_UP = 1.0  # seconds that are in no figure
_PATIENCE = 10.0  # seconds for the last answers
_TICK = 0.001  # seconds: what the loop's timers are good for
_REFUSED = 400


class Connection(asyncio.Protocol):
    """Sends one event at a time, and says how it was answered."""

    def __init__(self, answered: Callable[["Connection", int], None]) -> None:
        """`answered` is told the status, 0 where the connection is lost."""
        self.due = 0.0
        self._is_waiting = False
        self._answered = answered
        self._read = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's are no such class

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self._is_waiting = True
        self._transport.write(request)

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if end and len(body) >= _length(head):
            self._read = b""
            self._is_waiting = False
            self._answered(self, int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's
        if self._is_waiting:
            self._answered(self, 0)


class Steady:
    """A load of `rate` events a second over some connections."""

    def __init__(self, visitors: Visitors, rate: float, seconds: float) -> None:
        self._visitors = visitors
        self._every = 1 / rate
        self._seconds = seconds
        # In turn, so that no server closes one for want of work.
        self._idle: deque[Connection] = deque()
        self._waiting: deque[float] = deque()
        self._began = 0.0
        self._unanswered = 0
        self._latencies: list[float] = []
        self._counts = {"acknowledged": 0, "refused": 0, "broken": 0}

    async def run(self, host: str, port: int, connections: int) -> Answers:
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, connection = await loop.create_connection(
                lambda: Connection(self._answered), host, port
            )
            self._idle.append(connection)
        self._began = time.perf_counter()
        sent = 0
        while (now := time.perf_counter() - self._began) < self._seconds:
            while sent * self._every <= now:
                self._waiting.append(self._began + sent * self._every)
                sent += 1
                self._unanswered += 1
            self._send()
            await asyncio.sleep(_TICK)
        deadline = time.perf_counter() + _PATIENCE
        while self._unanswered and time.perf_counter() < deadline:
            await asyncio.sleep(_TICK)
        for connection in self._idle:
            connection.close()
        p50, p99, most = percentiles(self._latencies or [0.0])
        self._counts["broken"] += self._unanswered
        return Answers(seconds=self._seconds, p50=p50, p99=p99, most=most, **self._counts)

    def _send(self) -> None:
        while self._waiting and self._idle:
            self._idle.popleft().send(self._visitors.request(), self._waiting.popleft())

    def _answered(self, connection: Connection, status: int) -> None:
        now = time.perf_counter()
        self._unanswered -= 1
        if not status:
            self._counts["broken"] += 1
            return
        self._counts["refused" if status >= _REFUSED else "acknowledged"] += 1
        if connection.due > self._began + _WARM_UP:
            self._latencies.append((now - connection.due) * 1000)
        self._idle.append(connection)
        self._send()


def _length(head: bytes) -> int:
    """Of the body that follows."""
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def main() -> None:
    """Print what came of it, as JSON."""
    parser = argparse.ArgumentParser("python -m benchmarks.beacon.steady", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rate", type=float, default=2000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=64)
    options = parser.parse_args()
    slugs, browsers, result = (
        Path(os.environ[f"BENCH_{name}"]) for name in ("SLUGS", "BROWSERS", "RESULT")
    )
    visitors = Visitors(
        slugs.read_text().split(), browsers.read_text().splitlines(), random.Random()
    )
    steady = Steady(visitors, options.rate, options.seconds)
    gc.disable()  # its pauses would be taken for the endpoint's
    answers = uvloop.run(steady.run(options.host, options.port, options.connections))
    result.write_bytes(msgspec.json.encode(answers))


if __name__ == "__main__":
    main()
