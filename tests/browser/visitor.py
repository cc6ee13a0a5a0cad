"""A screen that shows pages, and what each visit to one saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import ConsoleMessage, Page, Route

from tests.quality.host import headers_of, media_type
from tests.quality.pictures import png
from tests.quality.showroom import ORIGIN

Scheme = Literal["light", "dark"]


@dataclass
class Visit:
    """A page on the screen, and what it asked for and complained of on the way."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def strangers(self) -> set[str]:
        """What it asked of other hosts than its own."""
        return {url for url in self.requests if not url.startswith(f"{ORIGIN}/")}


class Screen:
    """A tab of a browser: nothing but the site's files and pictures answers."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._visit = Visit(page)
        self._files: Mapping[str, bytes] = {}
        self._headers = ""
        page.route("**", self._answer)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self._visit.complaints.append(str(error)))

    def show(
        self, files: Mapping[str, bytes], address: str, *, width: int, scheme: Scheme
    ) -> Visit:
        """Open the page at an address, relative to the site; the visit before it ends.

        Args:
            files: The site, by its paths in the output; `_headers` is obeyed.
            address: `ada/`.
            width: Of the window, in pixels.
            scheme: `light` or `dark`, as the visitor prefers.
        """
        self.page.goto("about:blank")
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=scheme, forced_colors="none")
        self._files = files
        self._headers = files.get("_headers", b"").decode()
        self._visit = Visit(self.page)
        self.page.goto(f"{ORIGIN}/{address}")
        return self._visit

    def _answer(self, route: Route) -> None:
        url = route.request.url
        self._visit.requests.append(url)
        path = url.removeprefix(ORIGIN)
        file = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        if path.startswith("/") and file in self._files:
            headers = {**dict(headers_of(path, self._headers)), "content-type": media_type(file)}
            route.fulfill(body=self._files[file], headers=headers)
        elif route.request.resource_type == "image":
            route.fulfill(body=PICTURE, content_type="image/png")
        elif route.request.method == "POST":
            route.fulfill(status=204)  # a form was sent: the page stays
        else:
            route.abort()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._visit.complaints.append(message.text)


# Taller than wide, unlike the box that any picture gets.
PICTURE = png(300, 900)
