"""An answer that ends a connection, given before the application hears of the request."""

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from generator.beacon.accounts import Rejection


@dataclass(frozen=True)
class Refusal:
    """What is answered, and why."""

    status: HTTPStatus
    reason: Rejection
    why: str
    later: bool = False
    """It may be sent again."""
    sending: bool = False
    """The client is about to send more. Closed at once, it would see a reset and no answer."""

    @cached_property
    def answer(self) -> bytes:
        """On the wire."""
        text = f"{self.why}\n".encode()
        lines = [
            f"HTTP/1.1 {self.status.value} {self.status.phrase}",
            "access-control-allow-origin: *",
            "cache-control: no-store",
            "content-type: text/plain; charset=utf-8",
            f"content-length: {len(text)}",
            *(["retry-after: 10"] if self.later else []),
            "connection: close",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + text


INVALID = Refusal(HTTPStatus.BAD_REQUEST, "malformed", "this is no HTTP", sending=True)
FRAMING = Refusal(
    HTTPStatus.BAD_REQUEST, "malformed", "where the request ends is not clear", sending=True
)
UNSUPPORTED = Refusal(
    HTTPStatus.NOT_IMPLEMENTED,
    "malformed",
    "no Upgrade, no CONNECT, no Transfer-Encoding but `chunked`",
    sending=True,
)
EXPECTATION = Refusal(
    HTTPStatus.EXPECTATION_FAILED, "malformed", "no Expect but `100-continue`", sending=True
)
SLOW = Refusal(HTTPStatus.REQUEST_TIMEOUT, "incomplete", "the request took too long")
BODY = Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "size", "the body is too large", sending=True)
HEADERS = Refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "size", "the headers are too large", sending=True
)
FULL = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "full", "too many at once", later=True)
ENDING = Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "full", "the server is ending", later=True)
