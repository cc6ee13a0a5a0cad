"""Bytes ↔ requests, with bounds on time and size: the one module that knows uvicorn's inside.

uvicorn bounds neither the size nor the time of headers with httptools, nor a body that stalls, nor
a connection that sends nothing. Here the application is started once its request is complete, so
one that is refused for its size or its slowness never reaches it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from uvicorn._types import ASGI3Application, HTTPScope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from generator.beacon.bounds import Bounds
from generator.beacon.framing import refused
from generator.beacon.refusal import BODY, ENDING, FULL, HEADERS, INVALID, SLOW, Refusal

_PIECE = 4096  # bytes that the parser gets at once
_FRAMING = 8  # bytes on the wire for one of a body: chunks of one byte take six
_LINES = 128  # headers: a few bytes on the wire are a hundred in memory
_PIPELINED = 64  # requests that may wait behind the one in hand
_DISCARDED = 1 << 20  # bytes of a refused request that are read, so that its answer arrives


class _RefusedError(Exception):
    """Raised inside of the parser, which stops for ever then: not a byte more is read."""


@dataclass
class Registry:
    """A server's connections that wait for their client, the longest waiting first."""

    bounds: Bounds
    now: float = 0
    """Of the last sweep: to ask for the time with each request would cost more than it tells."""
    idle: "OrderedDict[Connection, float]" = field(default_factory=OrderedDict)
    """Without a request, since when."""
    due: "OrderedDict[Connection, float]" = field(default_factory=OrderedDict)
    """In the midst of one, or of reading an answer, since when."""
    swept: bool = False

    def sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what has waited too long, now and from now on."""
        self.swept = True
        self.now = loop.time()
        loop.call_later(min(1, self.bounds.seconds / 4, self.bounds.idle / 4), self.sweep, loop)
        for connection in _before(self.idle, self.now - self.bounds.idle):
            connection.transport.close()
        for connection in _before(self.due, self.now - self.bounds.seconds):
            connection.overdue()

    def make_room(self) -> bool:
        """End the connection that has waited longest, if there is one."""
        if self.idle:
            connection, _ = self.idle.popitem(last=False)
            connection.transport.close()
        elif self.due:
            connection, _ = self.due.popitem(last=False)
            connection.overdue()
        else:
            return False
        if connection.transport.is_closing():
            connection.connections.discard(connection)
        return True


def _before(waiting: "OrderedDict[Connection, float]", time: float) -> "Iterator[Connection]":
    while waiting and next(iter(waiting.values())) <= time:
        yield waiting.popitem(last=False)[0]


class _Cycle(RequestResponseCycle):
    """A request and its answer; one that is known beforehand is written as it is.

    uvicorn looks through every header of every answer, which takes a tenth of an event's time.
    """

    async def send(self, message: Any) -> None:
        """As ASGI has it; `head` of a response's start is all of it but for the date."""
        head = message.get("head")
        if self.is_written:
            return
        if head is None or not self.keep_alive or self.flow.write_paused or self.disconnected:
            await super().send(message)
            return
        self.is_written = self.response_started = self.response_complete = True
        date = self.default_headers[0][1]
        self.transport.write(b"%bdate: %b\r\n\r\n" % (head, date))
        self.message_event.set()
        self.on_response()

    is_written = False


class Connection(HttpToolsProtocol):
    """A client's connection."""

    # One attribute too many for a dictionary of shared keys costs 1.5 KiB a connection.
    __slots__ = ("_held", "_measured", "_refusal", "_running", "_size", "_verdict")

    registry: ClassVar[Registry]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._measured: HTTPScope | None = None
        """The request that is arriving."""
        self._size = 0
        """Its bytes; 0: none is."""
        self._held: tuple[RequestResponseCycle, ASGI3Application] | None = None
        """The next request to answer, as far as it has arrived."""
        self._running: RequestResponseCycle | None = None
        """The request that the application is at work on."""
        self._refusal: Refusal | None = None
        self._verdict = INVALID
        """Of whoever stops the parser."""
        # Nothing is parsed behind `Connection: close`, which uvicorn allows.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=False)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It is accepted."""
        registry = self.registry
        if not registry.swept:
            registry.sweep(self.loop)
        full = len(self.connections) >= registry.bounds.connections and not registry.make_room()
        super().connection_made(transport)
        if full:
            self._refuse(FULL)
        else:
            registry.idle[self] = registry.now

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended."""
        self.registry.idle.pop(self, None)
        self.registry.due.pop(self, None)
        if self._running is not None:  # uvicorn tells the newest only
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came: a part of a request, or several."""
        self.registry.idle.pop(self, None)
        if len(data) <= _PIECE:
            self._take(data)
        else:
            for start in range(0, len(data), _PIECE):
                self._take(data[start : start + _PIECE])

    def _take(self, piece: bytes) -> None:
        if self._refusal is not None:
            self._discard(piece)
            return
        super().data_received(piece)
        held = self._held
        if held is not None and not held[0].more_body:
            self._held = None
            self._start_asgi_task(*held)
        if self._refusal is None:
            self._measure(piece)

    def _measure(self, piece: bytes) -> None:
        """Bound what waits: the request that is arriving, or those that wait for another."""
        cycle = self.cycle
        if self._size and self._measured is not self.scope:
            self._arrived()
        if len(self.pipeline) > _PIPELINED:
            self._refuse(FULL)
        elif cycle is None or cycle.scope is not self.scope or cycle.more_body:
            self._wait(len(piece))
        elif self._size:
            self._arrived()
        elif self._running is None:  # an empty line
            self.registry.idle[self] = self.registry.now

    def _wait(self, size: int) -> None:
        """For the rest of a request, of which these bytes have come."""
        self.registry.due.setdefault(self, self.registry.now)
        self._measured = self.scope
        self._size += size
        cycle = self._arriving()
        most = self.registry.bounds.headers + _PIECE
        if len(self.headers or ()) > _LINES or (cycle is None and self._size > most):
            self._refuse(HEADERS)
        elif cycle is not None and self._is_large(cycle):
            self._refuse(BODY)
        elif cycle is not None and cycle.waiting_for_100_continue and self._running is None:
            cycle.waiting_for_100_continue = False
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _is_large(self, cycle: RequestResponseCycle) -> bool:
        """Whether the body is, as far as it has come, or as it says of itself."""
        bounds = self.registry.bounds
        most = bounds.headers + _PIECE + _FRAMING * bounds.body
        return self._size > most or max(len(cycle.body), _declared(cycle)) > bounds.body

    def _arrived(self) -> None:
        self._size = 0
        if not self.flow.write_paused:
            self.registry.due.pop(self, None)

    def _arriving(self) -> RequestResponseCycle | None:
        """The request whose headers have come and whose body has not."""
        cycle = self.cycle
        here = cycle is not None and cycle.scope is self.scope and cycle.more_body
        return cycle if here else None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        if cycle.more_body:
            self._held = cycle, app
        elif len(cycle.body) > self.registry.bounds.body:
            self._refuse(BODY, cycle)
        else:
            self._running = cycle
            cycle.__class__ = _Cycle  # uvicorn makes it without asking us
            super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """An answer was written. No timer is set, as uvicorn would: that is the sweep's work."""
        self._running = None
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._refusal is not None:
            self._leave(self._refusal)
        elif not self._size:
            self.registry.idle[self] = self.registry.now

    def on_headers_complete(self) -> None:
        """A request's headers are there; its body is read only if its end is beyond dispute.

        Raises:
            _RefusedError: It isn't.
        """
        parser = self.parser
        verdict = refused(
            parser.get_http_version(), self.headers, leaves_http=parser.should_upgrade()
        )
        if verdict is not None:
            self._verdict = verdict
            raise _RefusedError
        super().on_headers_complete()
        self.headers = []  # of the trailers, which are no headers and which nobody reads

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - ours says it
        """The parser has stopped."""
        self._refuse(self._verdict)

    def overdue(self) -> None:
        """It waited too long for its client."""
        if self._refusal is not None or self.flow.write_paused:
            self.transport.abort()
        else:
            self._refuse(SLOW)

    def shutdown(self) -> None:
        """The server is ending: requests that have arrived are answered."""
        if self._refusal is not None:
            if self._running is None:
                self.transport.abort()
        elif self._size:
            self._refuse(ENDING)
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        """The client doesn't read."""
        super().pause_writing()
        self.registry.due.setdefault(self, self.registry.now)

    def resume_writing(self) -> None:
        """It does."""
        super().resume_writing()
        if not self._size:
            self.registry.due.pop(self, None)

    def _refuse(self, refusal: Refusal, refused: RequestResponseCycle | None = None) -> None:
        """End the connection, after what came complete before is answered."""
        arriving = refused or self._arriving()
        scope = arriving.scope if arriving else None
        if refused is not None:
            self.pipeline.clear()
        elif self._held is not None and self._held[0] is arriving:
            self._held = None
        elif self.pipeline and self.pipeline[0][0] is arriving:
            self.pipeline.popleft()
        self._refusal, self._size = refusal, 0
        if not (self._running or self._held or self.pipeline):
            self._leave(refusal)
        request = f"{scope['method']} {scope['path']}" if scope else ""
        self.registry.bounds.on_refused(refusal.reason, request)

    def _leave(self, refusal: Refusal) -> None:
        self.registry.due.pop(self, None)
        self.transport.write(refusal.answer)
        if refusal.sending:
            self.transport.write_eof()
            self.registry.due[self] = self.registry.now
        else:
            self.transport.close()

    def _discard(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > _DISCARDED:
            self.transport.abort()


def _declared(cycle: RequestResponseCycle) -> int:
    lengths = (value for name, value in cycle.scope["headers"] if name == b"content-length")
    return int(next(lengths, b"0"))


def bounded(bounds: Bounds) -> type[Connection]:
    """The protocol of one server, for uvicorn's `http`."""

    class Bounded(Connection):
        __slots__ = ()
        registry = Registry(bounds)

    return Bounded
