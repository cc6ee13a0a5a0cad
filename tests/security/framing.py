"""Requests whose end two parsers may see at different places, and connections that carry them."""

import random
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from tests.beacon.hostile import LINES

ATTACKER = "127.0.0.2"
VICTIM = "127.0.0.9"
FORGED = "203.0.113.9"
_PATIENCE = 20.0  # seconds, on a busy machine
GRACE = 0.5
"""Seconds for an answer to what may be no whole request, so that none may come."""

Trick = Callable[[bytes], bytes]
"""A request on the wire whose body, by one reading, is a request that was smuggled."""


def inner_requests(event: bytes) -> dict[str, bytes]:
    """What is smuggled: `event` under a forged address, or the beginning of another request."""
    own = f"POST /e HTTP/1.1\r\nHost: e\r\nX-Forwarded-For: {FORGED}\r\nUser-Agent: Mozilla/5.0\r\n"
    return {
        "an event": own.encode() + b"Content-Length: %d\r\n\r\n" % len(event) + event,
        # The next client's request becomes the rest of this header.
        "a beginning": b"GET /metrics HTTP/1.1\r\nHost: e\r\nX-Rest: ",
    }


def _request(*lines: bytes, body: bytes, first: bytes = b"POST /e HTTP/1.1") -> bytes:
    host = b"Host: {host}", b"User-Agent: Mozilla/5.0", b"X-Forwarded-For: {attacker}"
    return b"\r\n".join([first, *host, *lines, b"", b""]) + body


def _length(*lines: bytes, first: bytes = b"POST /e HTTP/1.1") -> Trick:
    """The body as `Content-Length` has it; `{length}` stands for that in a line."""

    def made(inner: bytes) -> bytes:
        length = b"%d" % len(inner)
        put = (line.replace(b"{length}", length) for line in lines)
        return _request(*put, body=inner, first=first)

    return made


def _chunked(*lines: bytes, first: bytes = b"POST /e HTTP/1.1") -> Trick:
    """An empty body as chunks have it; `{length}`: of all that comes, so with what is inside."""

    def made(inner: bytes) -> bytes:
        body = b"0\r\n\r\n" + inner
        put = (line.replace(b"{length}", b"%d" % len(body)) for line in lines)
        return _request(*put, body=body, first=first)

    return made


def _chunk(before: bytes, after: bytes = b"\r\n0\r\n\r\n") -> Trick:
    """One chunk with what is smuggled, or nearly; `{size}`: its size in hexadecimal."""

    def made(inner: bytes) -> bytes:
        start = before.replace(b"{size}", b"%x" % len(inner))
        return _request(b"Transfer-Encoding: chunked", body=start + inner + after)

    return made


_LENGTH = b"Content-Length: {length}"
_UPGRADE = b"Connection: Upgrade"
_CHUNKS = b"Transfer-Encoding: chunked"

TRICKS: dict[str, Trick] = {
    "an upgrade": _length(_UPGRADE, b"Upgrade: foo", _LENGTH),
    "an upgrade to h2c": _length(
        b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAM", _LENGTH
    ),
    "an upgrade to a WebSocket": _length(
        _UPGRADE,
        b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        _LENGTH,
    ),
    "an upgrade of a GET": _length(_UPGRADE, b"Upgrade: foo", _LENGTH, first=b"GET /e HTTP/1.1"),
    "an upgrade with chunks": _chunked(_UPGRADE, b"Upgrade: foo", _CHUNKS),
    "an upgrade that connection keeps": _length(
        b"Connection: keep-alive, upgrade", b"Upgrade: foo/2, bar", _LENGTH
    ),
    "an upgrade without its option": _length(b"Upgrade: foo", _LENGTH),
    "CONNECT": _length(_LENGTH, first=b"CONNECT e:443 HTTP/1.1"),
    "CONNECT to a path": _length(_LENGTH, first=b"CONNECT /e HTTP/1.1"),
    "length and chunks": _chunked(_LENGTH, _CHUNKS),
    "chunks and length": _chunked(_CHUNKS, _LENGTH),
    "length 0 and chunks": _length(b"Content-Length: 0", _CHUNKS),
    "two lengths": _length(b"Content-Length: 0", _LENGTH),
    "two lengths, the other way": _length(_LENGTH, b"Content-Length: 0"),
    "the same length twice": _length(_LENGTH, _LENGTH),
    "a list of lengths": _length(b"Content-Length: {length}, {length}"),
    "a length with a sign": _length(b"Content-Length: +{length}"),
    "a length with a tab": _length(b"Content-Length:\t{length}"),
    "a length with a vertical tab": _length(b"Content-Length: \x0b{length}"),
    "a length in hexadecimal": _length(b"Content-Length: 0x0", _LENGTH),
    "an empty length": _length(b"Content-Length:"),
    "a blank before the colon": _length(b"Content-Length : {length}"),
    "a tab before the colon": _length(b"Content-Length\t: {length}"),
    "a folded length": _length(b"Content-Length:\r\n {length}"),
    "a length on a folded line": _length(b"X: y\r\n Content-Length: {length}"),
    "a length after a bare LF": _length(b"X: y\nContent-Length: {length}"),
    "a length after a bare CR": _length(b"X: y\rContent-Length: {length}"),
    "a length after a NUL": _length(b"X: y\0", _LENGTH),
    "a length behind a blank at the start": _length(b" Content-Length: {length}"),
    "chunks of another name": _chunked(b"Transfer-Encoding: xchunked", _LENGTH),
    "another coding, then chunks": _chunked(b"Transfer-Encoding: gzip, chunked"),
    "identity, then chunks": _chunked(b"Transfer-Encoding: identity", _CHUNKS),
    "chunks, then identity": _chunked(_CHUNKS, b"Transfer-Encoding: identity"),
    "chunks, twice": _chunked(_CHUNKS, _CHUNKS),
    "an empty coding before chunks": _chunked(b"Transfer-Encoding: ,chunked"),
    "chunks in capitals": _chunked(b"Transfer-Encoding: CHUNKED", _LENGTH),
    "chunks in quotes": _chunked(b'Transfer-Encoding: "chunked"', _LENGTH),
    "chunks with a parameter": _chunked(b"Transfer-Encoding: chunked;q=1", _LENGTH),
    "chunks with a vertical tab": _chunked(b"Transfer-Encoding: \x0bchunked", _LENGTH),
    "chunks on a folded line": _chunked(b"Transfer-Encoding:\r\n chunked", _LENGTH),
    "chunks with a blank before the colon": _chunked(b"Transfer-Encoding : chunked", _LENGTH),
    "chunks after a bare LF": _chunked(b"X: y\nTransfer-Encoding: chunked", _LENGTH),
    "chunks in HTTP/1.0": _chunked(_CHUNKS, b"Connection: keep-alive", first=b"POST /e HTTP/1.0"),
    "a length in HTTP/1.0": _length(_LENGTH, b"Connection: keep-alive", first=b"POST /e HTTP/1.0"),
    "HTTP/0.9": _length(_LENGTH, first=b"POST /e"),
    "HTTP/2.0": _length(_LENGTH, first=b"POST /e HTTP/2.0"),
    "the preface of HTTP/2": lambda inner: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + inner,
    "an absolute target": _length(_LENGTH, first=b"POST http://{host}/e HTTP/1.1"),
    "an absolute target elsewhere": _length(_LENGTH, first=b"POST http://a/metrics HTTP/1.1"),
    "blanks in the first line": _length(_LENGTH, first=b"POST  /e  HTTP/1.1"),
    "a target with a request": _length(_LENGTH, first=b"POST /e%20HTTP/1.1%0d%0aX:%20 HTTP/1.1"),
    "a GET with a body": _length(_LENGTH, first=b"GET /e HTTP/1.1"),
    "a HEAD with a body": _length(_LENGTH, first=b"HEAD /e HTTP/1.1"),
    "an OPTIONS with a body": _length(_LENGTH, first=b"OPTIONS /e HTTP/1.1"),
    "an expectation": _length(b"Expect: 100-continue", _LENGTH),
    "an unknown expectation": _length(b"Expect: 200-ok", _LENGTH),
    "an expectation among others": _length(b"Expect: y 100-continue", _LENGTH),
    "an end of the connection": _length(b"Connection: close", _LENGTH),
    "a length that is for one hop": _length(b"Connection: Content-Length", _LENGTH),
    "an address that is for one hop": _length(b"Connection: X-Forwarded-For", _LENGTH),
    "a chunk with an extension": _chunk(b"{size};a=b\r\n"),
    "an extension with a bare LF": _chunk(b"0;\n{size}\r\n"),
    "an extension with a quoted end": _chunk(b'{size};a="\r\n"\r\n'),
    "a size with a sign": _chunk(b"+{size}\r\n"),
    "a size in C": _chunk(b"0x{size}\r\n"),
    "a size with zeros": _chunk(b"000000000000000000{size}\r\n"),
    "a size that overflows": _chunk(b"1000000000000000{size}\r\n"),
    "a size with a blank": _chunk(b"{size} \r\n"),
    "a size with a bare LF": _chunk(b"{size}\n"),
    "a chunk with a bare LF": _chunk(b"{size}\r\n", b"\n0\r\n\r\n"),
    "a chunk without an end": _chunk(b"{size}\r\n", b"0\r\n\r\n"),
    "an end of chunks with a bare LF": _chunk(b"0\r\n\n"),
    "a length as a trailer": lambda inner: _request(
        _CHUNKS,
        b"Trailer: Content-Length",
        body=b"0\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner,
    ),
}
"""Each by what it is."""


def addressed(trick: bytes, host: str, attacker: str) -> bytes:
    """A trick for a host, with the address that a proxy would write into it."""
    return trick.replace(b"{host}", host.encode()).replace(b"{attacker}", attacker.encode())


def with_trailers(event: bytes) -> bytes:
    """An event, and what belongs into headers behind it: RFC 9110, 6.5.1."""
    trailers = b"X-Forwarded-For: %b\r\nUser-Agent: Googlebot/2.1\r\nUpgrade: foo\r\n\r\n"
    return _request(
        b"Trailer: X-Forwarded-For, User-Agent, Upgrade", b"Transfer-Encoding: chunked",
        body=b"%x\r\n%b\r\n0\r\n" % (len(event), event) + trailers % FORGED.encode(),
    )  # fmt: skip


_PARTS = (
    *LINES, b"Upgrade: foo\r\n", b"Connection: Upgrade\r\n", b"Content-Length: 0\r\n", b"\0",
    b"\x0b", b"0\r\n\r\n", b"\r", b" ", b"\t", b"\r\n ", b", ", b";", b"\xff", b"HTTP/1.0",
)  # fmt: skip


def mutated(request: bytes, chance: random.Random) -> bytes:
    """A request with one to four places changed."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(request) + 1)
        until = min(len(request), at + chance.choice((0, 0, 1, 2, 20)))
        put = chance.choice((b"", request[at:until] * 2, chance.choice(_PARTS)))
        request = request[:at] + put + request[until:]
    return request


class Answer(NamedTuple):
    """A final answer."""

    status: int
    text: bytes


class Wire:
    """A connection."""

    def __init__(self, port: int, source: str) -> None:
        self.socket = socket.create_connection(
            ("127.0.0.1", port), _PATIENCE, source_address=(source, 0)
        )
        self._read = b""
        self._is_head = False

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Bytes, as far as somebody takes them."""
        self._is_head = data.startswith(b"HEAD ")
        with suppress(ConnectionError):
            self.socket.sendall(data)

    def answer(self, patience: float = _PATIENCE) -> Answer | None:
        """The next final answer; None where the connection ends, or nothing more comes."""
        self.socket.settimeout(patience)
        with suppress(ConnectionError, TimeoutError):
            while True:
                found = self._whole()
                if found is not None and found.status >= 200:
                    return found
                if found is None:
                    data = self.socket.recv(65536)
                    if not data:
                        return None
                    self._read += data
        return None

    def has(self, text: bytes) -> bool:
        """Whether anything that has come by now holds this."""
        self.socket.setblocking(False)
        with suppress(OSError):
            while data := self.socket.recv(65536):
                self._read += data
        return text in self._read

    def _whole(self) -> Answer | None:
        head, end, rest = self._read.partition(b"\r\n\r\n")
        if not end:
            return None
        lines = head.lower().split(b"\r\n")
        sizes = [int(line[15:]) for line in lines if line.startswith(b"content-length:")]
        size = sizes[0] if sizes else 0
        if self._is_head:
            size = 0
        elif b"transfer-encoding: chunked" in lines:
            size = rest.find(b"0\r\n\r\n") + 5
            if size < 5:
                return None
        if len(rest) < size:
            return None
        self._read = rest[size:]
        return Answer(int(head.removeprefix(b"HTTP/1.").split()[1]), rest[:size])
