"""Pages in a real Chromium: barriers, contrast, width, complaints, requests to other hosts."""

import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from mimetypes import guess_type
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from generator.check.chromium import chromium, drivers
from generator.check.probes import FAINT, SIDEWAYS
from generator.check.validator import UnavailableError

_GRAVE = {"serious", "critical"}
_NOT_LOADED = "Failed to load resource"  # told already, with its address
_LONGEST = 120_000  # milliseconds
_WIDE = {"width": 1280, "height": 900}
_NARROW = {"width": 320, "height": 700}
_COLORS_ONLY = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
_EVERYTHING = {"resultTypes": ["violations"]}


class Seen(NamedTuple):
    """Something wrong with a page."""

    code: str
    message: str
    html: str
    """The element; empty where none is to blame."""


class Window:
    """A browser's window that shows one page after another."""

    def __init__(self, page: Any, axe: Any, files: Mapping[str, bytes], policy: str) -> None:
        self._page, self._axe = page, axe
        self._files, self._policy = files, policy
        self._address, self._body, self._pictures = "", b"", frozenset[str]()
        self._complaints: list[str] = []
        page.context.route("**", self._answer)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))

    def look(
        self, address: str, body: bytes, pictures: frozenset[str], *, only_colors: bool
    ) -> list[Seen]:
        """What is wrong with a page.

        Args:
            address: Where it stands.
            body: Its HTML.
            pictures: What it may ask other hosts for.
            only_colors: Whether it needs no look but at its colours.
        """
        self._address, self._body, self._pictures = address, body, pictures
        self._complaints.clear()
        page, seen = self._page, list[Seen]()
        page.set_viewport_size(_WIDE)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            seen += self._faint(scheme)
            if not only_colors:
                options = _EVERYTHING if scheme == "light" else _COLORS_ONLY
                seen += self._barriers(scheme, options)
        if not only_colors:
            page.set_viewport_size(_NARROW)
            if wide := page.evaluate(SIDEWAYS):
                message = f"the page is {wide['by']} pixels wider than a screen of 320"
                seen.append(Seen("QF905", message, wide["html"]))
        return seen + [Seen("QF906", text, "") for text in dict.fromkeys(self._complaints)]

    def _listen(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(_NOT_LOADED):
            self._complaints.append(message.text)

    def _faint(self, scheme: str) -> Iterator[Seen]:
        for it in self._page.evaluate(FAINT):
            message = f"{it['what']} of {it['ratio']}:1, not {it['least']}:1, by {_DAYTIME[scheme]}"
            yield Seen("QF904", message, it["html"])

    def _barriers(self, scheme: str, options: Mapping[str, object]) -> Iterator[Seen]:
        found = self._axe.run(self._page, options=options).response
        for violation in found["violations"]:
            if violation["impact"] in _GRAVE:
                for node in violation["nodes"]:
                    message = f"{violation['help']} ({violation['id']}, by {_DAYTIME[scheme]})"
                    # A faint colour is a faint colour, whoever sees it.
                    code = "QF904" if violation["id"] == "color-contrast" else "QF903"
                    yield Seen(code, message, node["html"])

    def _answer(self, route: Any) -> None:
        url = route.request.url
        path = urlsplit(url).path
        if route.request.is_navigation_request() and url != self._address:
            route.fulfill(status=204)  # a page that sends on stays where it is
        elif route.request.is_navigation_request():
            headers = {
                "content-type": "text/html; charset=utf-8",
                "content-security-policy": self._policy,
            }
            route.fulfill(body=self._body, headers=headers)
        elif url in self._files:
            kind = guess_type(path)[0] or "application/octet-stream"
            route.fulfill(body=self._files[url], content_type=kind)
        elif url in self._pictures:
            route.fulfill(body=_PICTURE, content_type="image/png")
        else:
            self._complaints.append(f"the page asks for {url}")
            route.abort()


_DAYTIME = {"light": "day", "dark": "night"}


@contextmanager
def window(files: Mapping[str, bytes], policy: str) -> Iterator[Window]:
    """A window of a browser of its own.

    Args:
        files: By address, what stands beside the pages.
        policy: The Content-Security-Policy they are served with.

    Raises:
        UnavailableError: The browser isn't there.
        MissingExtraError: Playwright or axe isn't there.
    """
    with drivers():
        from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415
        from playwright.sync_api import Error  # noqa: PLC0415
    with chromium() as browser:
        try:
            page = browser.new_page()
            page.set_default_timeout(_LONGEST)
            yield Window(page, Axe(), files, policy)
        except Error as error:
            raise UnavailableError(
                f"the browser gave up: {error.message.splitlines()[0]}"
            ) from None


def _png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\x80" * width) * height
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in chunks)


_PICTURE = _png(300, 900)  # taller than wide, unlike the box that most pictures get
