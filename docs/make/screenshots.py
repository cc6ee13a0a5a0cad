"""Pictures of every theme: `python -m docs.make.screenshots`, or `make screenshots`.

The sample `amara` wears each theme, in a colour that suits it, in Chromium (CHROMIUM, or
/usr/bin/chromium). Only the site's own files answer. The page of
`qwikfolio stats` shows figures of nobody's.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from mimetypes import guess_type
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import click
import msgspec
from playwright.sync_api import Browser, Page, Route

from generator import config
from generator.build.materials import Materials, load_materials
from generator.check.chromium import chromium
from generator.gallery.samples import sample_portfolios
from generator.model.portfolio import Portfolio, ThemeChoice
from generator.stats.figures import Count, Day, Figures
from generator.stats.page import page as figures_page

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
PDF_TO_PNG = ("pdftoppm", "-png", "-r", "96", "-f", "1", "-l", "1", "-singlefile")
# In place, as few colours as look the same; what would look different stays as it is.
SMALLER = ("pngquant", "--force", "--ext", ".png", "--quality", "80-98", "--speed", "1", "--strip")
_UNTIL_DRAWN = 3000  # milliseconds
NOT_AS_GOOD = 99  # pngquant's exit code for the latter


class Shot(msgspec.Struct, frozen=True):
    """One picture of a window."""

    name: str
    width: int
    """In pixels of CSS, like the height."""
    height: int
    scheme: Literal["light", "dark"] = "light"
    scale: int = 1
    """Pixels of the picture for one of CSS."""


SHOTS = (
    Shot("desktop", 1280, 900),
    Shot("dark", 1280, 900, "dark"),
    Shot("phone", 390, 804, scale=2),
)

COLORS = {"default": "amber", "ocean": "cyan", "violet": "violet"}
"""`primaryColor` by theme; elsewhere the theme's own default."""


def main() -> None:
    """Take each picture anew."""
    settings = config.load(ROOT, {})
    of = load_materials(settings)
    people = sample_portfolios(settings.samples, of.picture_addresses)
    amara = people["amara"]
    with chromium() as browser:
        for theme in of.themes:
            color = [("primaryColor", COLORS[theme])] if theme in COLORS else []
            person = msgspec.structs.replace(amara, theme=ThemeChoice(theme, tuple(color)))
            for shot in SHOTS:
                with _open(browser, of, person, shot) as page:
                    page.screenshot(path=IMAGES / f"{theme}-{shot.name}.png")
            with _open(browser, of, person, SHOTS[0]) as page:
                _print(page, IMAGES / f"{theme}-print")
        with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as url:
            _look(browser, url, IMAGES / "samples.png")
            _look(browser, f"{url}-/", IMAGES / "serve-gallery.png")
            _misspell(Path(folder))
            _look(browser, f"{url}-/look/amara/", IMAGES / "serve-mistake.png")
            file = Path(folder) / "stats.html"
            file.write_text(figures_page(_figures()), "utf-8")
            _look(browser, file.as_uri(), IMAGES / "stats.png")
    pictures = sorted(IMAGES.glob("*.png"))
    _run([*SMALLER, *pictures], fine=(0, NOT_AS_GOOD))
    for path in pictures:
        click.echo(f"{path.stat().st_size / 1000:5.0f} kB  docs/images/{path.name}")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of `qwikfolio serve` on a copy of themes and samples."""
    for part in ("themes", "content", "qwikfolio.toml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    command = [sys.executable, "-m", "generator.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - ours
        try:
            said = server.stdout.readline() if server.stdout else ""
            yield said.split()[1]
        finally:
            server.terminate()


def _figures() -> Figures:
    """A month that nobody had."""
    views = (31, 42, 38, 44, 29, 17, 14, 36, 47, 51, 40, 33, 19, 22, 45, 58, 212, 134, 87, 41, 36,
             52, 49, 55, 46, 38, 21, 24, 57, 33)  # fmt: skip
    last = date(2026, 11, 23)
    days = tuple(
        Day(last - timedelta(len(views) - 1 - nth), seen, seen * 5 // 7)
        for nth, seen in enumerate(views)
    )
    return Figures(
        name="Amara Okonjo", address="amara", public=True, timezone="Europe/London",
        views=sum(views),
        visitors=sum(day.visitors for day in days), downloads=64, contacts=21, days=days,
        projects=(Count("Keel", 402), Count("Second Glance", 187), Count("Quiet Charts", 95)),
        links=(Count("github", 131), Count("linkedin", 58), Count("devto", 12)),
        referrers=(Count("(none)", 801), Count("news.example", 396), Count("search.example", 204)),
        screens=(Count("phone", 816), Count("desktop", 551), Count("tablet", 84)),
        languages=(Count("en-GB", 702), Count("pt-PT", 488), Count("de", 261)),
        filtered=(Count("bot", 1204), Count("opt-out", 77), Count("prefetch", 31)),
    )  # fmt: skip


def _misspell(folder: Path) -> None:
    hero = folder / "themes" / "base" / "templates" / "partials" / "hero.html"
    hero.write_text(
        hero.read_text("utf-8").replace("{{ portfolio.headline }}", "{{ portfolio.headlin }}")
    )


def _look(browser: Browser, url: str, picture: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(url)
    page.wait_for_timeout(_UNTIL_DRAWN)
    page.screenshot(path=picture)
    page.close()


def _print(page: Page, picture: Path) -> None:
    """The first sheet, as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        page.pdf(path=f"{folder}/print.pdf", format="A4", print_background=True)
        _run([*PDF_TO_PNG, f"{folder}/print.pdf", picture])


def _run(command: Sequence[str | Path], fine: Sequence[int] = (0,)) -> None:
    done = subprocess.run(command, check=False)  # noqa: S603 - its own commands
    if done.returncode not in fine:
        raise click.ClickException(f"{command[0]} failed: see above")


@contextmanager
def _open(browser: Browser, of: Materials, portfolio: Portfolio, shot: Shot) -> Iterator[Page]:
    page = of.renderer.portfolio(portfolio, "amara")
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        device_scale_factor=shot.scale,
        color_scheme=shot.scheme,
        reduced_motion="reduce",
    )

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        path = url.path.removeprefix(of.site.home)
        if path == "amara/":
            route.fulfill(body=page.body, content_type="text/html; charset=utf-8")
        elif path in of.assets:
            route.fulfill(body=of.assets[path], content_type=guess_type(path)[0])
        else:
            route.abort()

    context.route("**", answer)
    try:
        opened = context.new_page()
        opened.goto(f"{of.site.origin}{of.site.home}amara/")
        yield opened
    finally:
        context.close()


if __name__ == "__main__":
    main()
