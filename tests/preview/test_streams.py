"""However many browsers listen for changes, pages are answered."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from generator.preview.events import MOST
from tests.preview.serving import PATIENCE, Serving

ASK = b"GET /-/events HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def streams(preview: Serving) -> Iterator[list[socket.socket]]:
    """Many more than are told at once, in the order in which they asked."""
    with ExitStack() as stack:
        opened = []
        for _ in range(3 * MOST):
            stream = socket.create_connection(("127.0.0.1", preview.port), PATIENCE)
            stack.callback(stream.close)
            stream.sendall(ASK)
            assert b"200 OK" in stream.recv(4096)
            opened.append(stream)
        yield opened


def rest(stream: socket.socket) -> bytes:
    """What comes until the server closes the connection."""
    return b"".join(iter(lambda: stream.recv(4096), b""))


def test_streams_beyond_a_bound_are_let_go_the_oldest_first(
    preview: Serving, streams: list[socket.socket]
) -> None:
    for stream in streams[:-MOST]:
        assert rest(stream).endswith(b"0\r\n\r\n"), "it was ended, and holds no descriptor"
    assert preview.get("/ada/").status == 200
    preview.edit("content/pages/about.md", "# ", "# More ")
    for stream in streams[-MOST:]:
        told = b""
        while b"event: page" not in told:
            more = stream.recv(4096)
            assert more, "the stream has ended"
            told += more
