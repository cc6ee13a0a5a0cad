"""A host as a site is put on: HTTP/1.1, compressed, with the headers that the site asks for."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".png": "image/png",
}


@contextmanager
def hosted() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A host on a free port of the loopback.

    Yields:
        Its address, `http://127.0.0.1:8123`, and what it serves, empty at first: files by their
        path in the output (`ada/index.html`, `_headers`).
    """
    stock: dict[str, bytes] = {}

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = self.path.partition("?")[0]
            file = address.lstrip("/") + ("index.html" if address.endswith("/") else "")
            body = stock.get(file)
            self.send_response(404 if body is None else 200)
            body = body if body is not None else stock.get("404.html", b"")
            self.send_header("Content-Type", media_type(file))
            for name, value in headers_of(address, stock.get("_headers", b"").decode()):
                self.send_header(name, value)
            if media_type(file).startswith(
                ("text/", "image/svg", "application/")
            ) and "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", stock
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def media_type(file: str) -> str:
    """What a host says a file is."""
    return MEDIA_TYPES.get(PurePosixPath(file).suffix, MEDIA_TYPES[".html"])


def headers_of(address: str, text: str) -> list[tuple[str, str]]:
    """What a `_headers` file says of an address: every rule whose pattern fits, in its order."""
    headers, fits = [], False
    for line in text.splitlines():
        if line.startswith(" "):
            name, _, value = line.strip().partition(": ")
            headers += [(name, value)] if fits else []
        else:
            fits = fnmatchcase(address, line)
    return headers
