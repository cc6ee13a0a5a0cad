"""Pages that tell of visits, on a host of their own, and an endpoint that takes down what is told.

Whoever has another endpoint gives its address to `counted`.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import msgspec

from generator.model.portfolio import Portfolio
from tests.quality.host import hosted
from tests.quality.showroom import TYPICAL, dressed, materials, site_files

THEME = "emerald"
PATIENCE = 60.0  # seconds
QUIET = 0.3  # seconds: after which nothing more is expected of a page that nobody touches


class Request(msgspec.Struct, frozen=True):
    """What an endpoint was asked."""

    method: str
    headers: Mapping[str, str]
    body: str

    @property
    def event(self) -> dict[str, Any]:
        event = json.loads(self.body)
        assert isinstance(event, dict)
        assert UUID(event["id"]).version == 7
        return event


class Endpoint:
    """It answers with `status`, once it may, and remembers every request."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.status = 204
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.requests: list[Request] = []

    def wait(self, count: int, kind: str | None = None) -> list[dict[str, Any]]:
        """The events of a type, of which so many must come, and no more."""
        end = time.monotonic() + PATIENCE
        while len(found := self.told(kind)) < count and time.monotonic() < end:
            time.sleep(0.01)
        assert len(found) == count, [it.body for it in self.requests]
        return found

    def settled(self, count: int, kind: str | None = None) -> list[dict[str, Any]]:
        """The same, when nothing more has come for a while."""
        self.wait(count, kind)
        time.sleep(QUIET)
        return self.wait(count, kind)

    def told(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The events of a type that have come so far."""
        events = [it.event for it in list(self.requests)]
        return [it for it in events if kind in {None, it["type"]}]


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """An endpoint on a free port of the loopback."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.requests.append(Request(self.command, headers, body))
            told.may_answer.wait(PATIENCE)
            self.send_response(told.status)
            self.send_header("Access-Control-Allow-Origin", "*")
            if told.status != 204:
                self.send_header("Content-Length", "0")
            self.end_headers()

        do_OPTIONS = do_POST  # noqa: N815 - as the server calls it

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        block_on_close = False
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A page that was left doesn't wait for its answer."""

    server = Server(("127.0.0.1", 0), Answer)
    told = Endpoint(f"http://127.0.0.1:{server.server_port}/e")
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Counted(msgspec.Struct, frozen=True):
    """A site whose pages tell of visits."""

    origin: str
    """`http://127.0.0.1:8123`."""
    files: dict[str, bytes]
    """By path; more may be added."""

    def __getitem__(self, path: str) -> str:
        """The address of a page."""
        return f"{self.origin}/{path}"


@contextmanager
def counted(
    beacon_url: str, portfolio: Portfolio = TYPICAL, *, slug: str = "ada"
) -> Iterator[Counted]:
    """The page of one person at `/<slug>/`, with the headers that it has in earnest.

    Args:
        beacon_url: Where it tells of visits.
        portfolio: Whose page it is.
        slug: Where it stands.
    """
    with hosted() as (origin, files):
        of = materials(THEME, origin=origin, beacon_url=beacon_url)
        page = of.renderer.portfolio(dressed(portfolio, THEME), slug)
        files.update(site_files(of, THEME) | of.assets | {page.path: page.body})
        # What a test adds beside it is not part of the site.
        files["_headers"] = files["_headers"].replace(b"/*\n", f"/{slug}/*\n".encode(), 1)
        files["elsewhere/index.html"] = b"<!doctype html><title>Elsewhere</title>"
        yield Counted(origin, files)
