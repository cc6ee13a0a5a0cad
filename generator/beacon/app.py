"""The endpoint, as an ASGI application: one request in, one answer out."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from http import HTTPStatus
from time import gmtime, strftime, time
from typing import Any

import msgspec

from generator.beacon.accounts import Filter, Rejection
from generator.beacon.batch import Fate
from generator.beacon.bots import is_bot
from generator.beacon.event import MalformedError, Sent, read, stored
from generator.beacon.left_out import LeftOut
from generator.beacon.metrics import metrics
from generator.beacon.metrics_access import may_read
from generator.beacon.openapi import document
from generator.beacon.owners import Owner, Owners
from generator.beacon.rates import Rate
from generator.beacon.store import AwayError
from generator.beacon.visitors import Visitors
from generator.beacon.writer import Writer

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = Mapping[bytes, bytes]

PATH = "/e"  # names that say what it is for are on the lists of those who block such things
METRICS = "/metrics"
_OPERATORS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)
"""Of an answer that no page of a browser may read."""
_ANYBODY = ((b"access-control-allow-origin", b"*"), *_OPERATORS)
_PREFLIGHT = (
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"86400"),
)
_AGAIN = ((b"retry-after", b"10"),)
_DAY = 86_400


class Answer:
    """A status, and one line that says why."""

    def __init__(
        self,
        status: int,
        text: str,
        *more: tuple[bytes, bytes],
        kind: str = "text/plain",
        always: Sequence[tuple[bytes, bytes]] = _ANYBODY,
    ) -> None:
        body = text.encode()
        headers = [*always, *more]
        if body:
            headers.append((b"content-type", f"{kind}; charset=utf-8".encode()))
            headers.append((b"content-length", str(len(body)).encode()))
        self.start: Message = {
            "type": "http.response.start", "status": status, "headers": headers
        }  # fmt: skip
        self.body: Message = {"type": "http.response.body", "body": body}
        if status == HTTPStatus.NO_CONTENT:
            lines = [b"HTTP/1.1 204 No Content", *(b"%b: %b" % header for header in headers), b""]
            self.start["head"] = b"\r\n".join(lines)  # for `protocol.py`


_STORED = Answer(HTTPStatus.NO_CONTENT, "")
_FATES = {
    Fate.STORED: _STORED,
    Fate.UNKNOWN: Answer(404, "nobody who is public is at this `slug`\n"),
    Fate.FOREIGN: Answer(403, "`project_id` is no project of theirs\n"),
    Fate.REFUSED: Answer(422, "the database refuses this event\n"),
    Fate.FULL: Answer(503, "there is no room for it: send it again later\n", *_AGAIN),
}
_TOO_MANY = Answer(429, "too many events: send it again later\n", *_AGAIN)
_NOT_COUNTED: Mapping[Filter, Answer] = {
    "bot": Answer(200, "not counted: bot\n"),
    "prefetch": Answer(200, "not counted: prefetch\n"),
    "opt-out": Answer(200, "not counted: opt-out\n"),
}
_STALE = {Fate.UNKNOWN, Fate.FOREIGN}  # we believed otherwise
_ALLOWED = Answer(200, "", *_PREFLIGHT)
_WRONG_METHOD = Answer(405, f"events are sent to {PATH} by POST\n", (b"allow", b"POST, OPTIONS"))
_NOT_FOUND = Answer(404, f"nothing is here; events go to {PATH}\n")
_LIVE = Answer(200, "live\n", always=_OPERATORS)
_READY = Answer(200, "ready\n", always=_OPERATORS)
_NOT_READY = Answer(503, "events can't be stored now\n", *_AGAIN, always=_OPERATORS)
_NO_PAGE = Answer(404, "nothing is here\n", always=_OPERATORS)


class _RejectedError(Exception):
    """An event is not taken."""

    def __init__(self, reason: Rejection, answer: Answer) -> None:
        self.reason = reason
        self.answer = answer


class App:
    """Decides upon one request after the other; `Writer` upon what is to be stored."""

    def __init__(
        self,
        owners: Owners,
        writer: Writer,
        visitors: Visitors,
        by_slug: Rate,
        metrics_port: int | None,
    ) -> None:
        self._accounts = writer.accounts
        self._owners = owners
        self._writer = writer
        self._visitors = visitors
        self._by_slug = by_slug
        self._metrics_port = metrics_port
        self._today = 0, ""
        openapi = msgspec.json.encode(document()).decode()
        operators: Mapping[str, Callable[[], Answer]] = {
            "/healthz": lambda: _LIVE,
            "/readyz": lambda: _READY if writer.can_accept else _NOT_READY,
            METRICS: lambda: Answer(
                200,
                metrics(writer.accounts, writer),
                kind="text/plain; version=0.0.4",
                always=_OPERATORS,
            ),
        }
        self._operators = operators
        self._pages: Mapping[str, Callable[[], Answer]] = {
            **operators,
            "/openapi.json": lambda: Answer(200, openapi, kind="application/json"),
            PATH: lambda: _WRONG_METHOD,
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer an HTTP request (ASGI 3)."""
        path, method = scope["path"], scope["method"]
        if self._metrics_port is not None and scope["server"][1] == self._metrics_port:
            answer = self._operators.get(path, lambda: _NO_PAGE)()
        elif path == PATH and method == "POST":
            answer = await self._take(scope, receive)
        elif path == METRICS and not self._shows_metrics(scope):
            answer = _NO_PAGE
        elif method == "OPTIONS" and path not in self._operators:
            answer = _ALLOWED
        else:
            answer = self._pages.get(path, lambda: _NOT_FOUND)()
        await send(answer.start)
        await send(answer.body)

    def _shows_metrics(self, scope: Message) -> bool:
        """Whether who asks where events are taken may read the metrics."""
        return self._metrics_port is None and may_read(scope, dict(scope["headers"]))

    async def _take(self, scope: Message, receive: Receive) -> Answer:
        """An event."""
        now = time()
        headers = dict(scope["headers"])
        try:
            body = await _body(receive)
            address = self._visitors.address(scope, headers)
            sent = self._read(body, address, now)
            owner = await self._owner(sent)
        except _RejectedError as rejected:
            self._accounts.reject(rejected.reason)
            return rejected.answer
        reason = _left_out(headers)
        if reason is not None:
            self._accounts.filter(reason)
            day = self._day(now)
            self._writer.leave_out(
                LeftOut(owner.id, day, reason) if owner else LeftOut(None, day, reason, sent.slug)
            )
            return _NOT_COUNTED[reason]
        whose = str(owner.id) if owner else sent.slug  # two addresses are not twice the visitors
        visitor = self._visitors.name(now, address, headers, whose)
        event = stored(sent, owner.id if owner else None, visitor, int(now * 1_000_000))
        fate = await self._writer.add(event)
        if owner is not None and fate in _STALE:
            self._owners.forget((owner.id,))
        return _FATES[fate]

    def _read(self, body: bytes, address: str, now: float) -> Sent:
        if not self._visitors.admits(address, now):
            raise _RejectedError("rate", _TOO_MANY)
        try:
            sent = read(body)
        except MalformedError as error:
            raise _RejectedError("malformed", Answer(400, f"{error}\n")) from None
        if not self._by_slug.admits(sent.slug, now):
            raise _RejectedError("rate", _TOO_MANY)
        return sent

    async def _owner(self, sent: Sent) -> Owner | None:
        """Whose page it is; None where the database can't say now: it will when it is stored."""
        owner = self._owners.known(sent.slug)
        if owner is None:
            try:
                owner = await self._owners.find(sent.slug)
            except AwayError:
                return None
            if owner is None:
                raise _RejectedError("unknown", _FATES[Fate.UNKNOWN])
        if sent.project_id is not None and sent.project_id not in owner.projects:
            raise _RejectedError("project", _FATES[Fate.FOREIGN])
        return owner

    def _day(self, now: float) -> str:
        """The UTC day, made once a day."""
        number = int(now // _DAY)
        if self._today[0] != number:
            self._today = number, strftime("%Y-%m-%d", gmtime(now))
        return self._today[1]


async def _body(receive: Receive) -> bytes:
    """All of it: how much and how long is bounded by `protocol.py`."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise _RejectedError("incomplete", _NOT_FOUND)  # the answer reaches nobody
    return body


def _left_out(headers: Headers) -> Filter | None:
    """Why an event is not stored, by rule.

    Global Privacy Control and Do Not Track (W3C); prefetching (the Fetch standard's `Sec-Purpose`,
    and what older browsers send).
    """
    if headers.get(b"sec-gpc") == b"1" or headers.get(b"dnt") == b"1":
        return "opt-out"
    for name in (b"sec-purpose", b"purpose", b"x-moz"):
        if b"prefetch" in headers.get(name, b"") or b"prerender" in headers.get(name, b""):
            return "prefetch"
    return "bot" if is_bot(headers.get(b"user-agent", b"")) else None
