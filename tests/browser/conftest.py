"""A real Chromium, and a visit to a page as the theme renders it.

The browser is CHROMIUM, or /usr/bin/chromium; without one these tests fail.
"""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, sync_playwright
from visitor import ORIGIN, Visit

from generator.config import SiteSettings
from generator.model.portfolio import Portfolio
from generator.render.renderer import Renderer
from generator.render.site import make_site
from generator.theme.theme import load_theme

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https:; media-src https:; "
    "form-action https:; base-uri 'none'"
)
THEME = Path(__file__).parents[2] / "themes" / "emerald"


# A started Playwright leaves its event loop running in the thread, and whoever else tests with
# asyncio there would trip over it: so one browser a module, not one a session.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def renderer() -> Callable[[str], Renderer]:
    """The site's renderer, for a contact endpoint."""
    theme = load_theme(THEME)

    @cache
    def compiled(contact_endpoint: str) -> Renderer:
        settings = SiteSettings(url=ORIGIN, contact_endpoint=contact_endpoint)
        site = make_site(settings, (("Privacy", "privacy/"),))
        return Renderer({theme.name: theme}, site, theme.name)

    return compiled


@pytest.fixture(scope="module")
def assets() -> dict[str, bytes]:
    return {f"{ORIGIN}/{asset.path}": asset.body for asset in load_theme(THEME).assets}


@pytest.fixture
def visit(
    chromium: Browser, renderer: Callable[[str], Renderer], assets: dict[str, bytes]
) -> Iterator[Callable[..., Visit]]:
    """Open a portfolio's page; nothing but the site and pictures answers."""
    contexts = []

    def open_page(
        portfolio: Portfolio, width: int = 1280, scheme: str = "light", contact_endpoint: str = ""
    ) -> Visit:
        page = renderer(contact_endpoint).portfolio(portfolio, "ada")
        files = {**assets, f"{ORIGIN}/ada/": page.body}
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        seen = Visit(context.new_page())
        seen.page.on("console", lambda m: m.type == "error" and seen.complaints.append(m.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))

        def answer(route: Route) -> None:
            url = route.request.url
            seen.requests.append(url)
            if url in files:
                headers = {"content-type": _media_type(url), "content-security-policy": POLICY}
                route.fulfill(body=files[url], headers=headers)
            elif url.endswith(".png"):
                route.fulfill(body=PICTURE, content_type="image/png")
            else:
                route.abort()

        context.route("**", answer)
        seen.page.goto(f"{ORIGIN}/ada/")
        return seen

    yield open_page
    for context in contexts:
        context.close()


def _media_type(url: str) -> str:
    types = {".css": "text/css", ".svg": "image/svg+xml"}
    return types.get(url[-4:], "text/html; charset=utf-8")


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + b"\x80" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in chunks)


# Taller than wide, unlike the box that any picture gets.
PICTURE = _png(300, 900)
