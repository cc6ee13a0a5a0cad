"""Pictures of built pages: `python -m docs.make.screenshots`, or `make screenshots`.

The samples are built into a temporary folder and looked at in Chromium (CHROMIUM, or
/usr/bin/chromium). Only that folder answers; a person's pictures are drawn here.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import click
import msgspec
from playwright.sync_api import Browser, Page, Route, sync_playwright

from generator import config
from generator.build import Request, build
from generator.cli.terminal import BuildListener
from generator.database.provide import ready_database

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
PDF_TO_PNG = ["pdftoppm", "-png", "-r", "64", "-f", "1", "-l", "1", "-singlefile"]


class Shot(msgspec.Struct, frozen=True):
    """One picture of a window."""

    name: str
    path: str
    """The page's address from the root of the host."""
    width: int
    """In pixels, like the height."""
    height: int
    scheme: Literal["light", "dark"]


SHOTS = (
    Shot("desktop", "/ada/", 1280, 900, "light"),
    Shot("phone", "/ada/", 390, 804, "dark"),
)

PORTRAIT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 144 144">
<path fill="#cfe8df" d="M0 0h144v144H0z"/>
<path fill="#2f5d50" d="M20 144a52 46 0 0 1 104 0z"/>
<path fill="#8d5b41" d="M60 80h24v28a12 12 0 0 1-24 0z"/>
<ellipse cx="72" cy="62" rx="27" ry="32" fill="#a36d50"/>
<path fill="#2b201c" d="M40 66c-8-46 72-46 64 0-4-18-14-24-32-24s-28 6-32 24z"/>
</svg>"""
LANDSCAPE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400">
<path fill="#dcebf2" d="M0 0h640v400H0z"/>
<circle cx="520" cy="92" r="36" fill="#f6cf7a"/>
<path fill="#9dbfb4" d="M0 220 170 50l150 150 110-90 210 150v140H0z"/>
<path fill="#4f8576" d="M0 250c120-110 220-110 330-80s210 40 310 10v220H0z"/>
</svg>"""


def main() -> None:
    """Take each picture anew."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = config.load(
            ROOT, {"QWIKFOLIO_PATHS_STATE": f"{folder}/state"}, output=f"{folder}/site"
        )
        with BuildListener() as listener, ready_database(settings) as url:
            build(settings, url, Request(), listener)
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for shot in SHOTS:
            with _open(browser, settings, shot) as page:
                page.screenshot(path=IMAGES / f"{shot.name}.png")
        with _open(browser, settings, SHOTS[0]) as page:
            page.pdf(path=f"{folder}/print.pdf", format="A4", print_background=True)
        subprocess.run([*PDF_TO_PNG, f"{folder}/print.pdf", IMAGES / "print"], check=True)  # noqa: S603
        browser.close()
    for path in sorted(IMAGES.glob("*.png")):
        click.echo(f"{path.stat().st_size / 1000:5.0f} kB  docs/images/{path.name}")


@contextmanager
def _open(browser: Browser, settings: config.Settings, shot: Shot) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.scheme,
        reduced_motion="reduce",
    )

    def answer(route: Route) -> None:
        url = route.request.url
        path = settings.output / urlsplit(url).path.strip("/")
        if url.startswith(settings.site.url):
            route.fulfill(path=path / "index.html" if path.is_dir() else path)
        elif url.endswith((".jpg", ".png")):
            drawn = PORTRAIT if "/people/" in url else LANDSCAPE
            route.fulfill(body=drawn, content_type="image/svg+xml")
        else:
            route.abort()

    context.route("**", answer)
    try:
        page = context.new_page()
        page.goto(f"{settings.site.url}{shot.path}")
        yield page
    finally:
        context.close()


if __name__ == "__main__":
    main()
