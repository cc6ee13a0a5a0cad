"""What pages are made with besides rows: settings, themes, and what is in the folder of content."""

from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from generator import __version__
from generator.build import static_names
from generator.config import Settings, SiteSettings, require_folders
from generator.content import load_pages
from generator.database.samples import sample_pictures
from generator.model.content import ContentPage, StaticFile
from generator.model.problem import quote
from generator.model.reserved import beacon_names
from generator.render import beacon
from generator.render.privacy import PRIVACY, privacy_page
from generator.render.site import Site, make_site
from generator.static_files import load_static
from generator.theme.find import load_themes
from generator.theme.theme import Asset, Theme, make_asset

if TYPE_CHECKING:
    from generator.render.renderer import Renderer


class Materials(msgspec.Struct, frozen=True, dict=True):
    """Everything that is loaded once a build; plain data, but for the renderer it makes."""

    settings: SiteSettings
    themes: Mapping[str, Theme]
    pages: tuple[ContentPage, ...]
    site: Site
    static: tuple[StaticFile, ...] = ()
    pictures: tuple[Asset, ...] = ()
    """Those that the samples bring, where their people are built."""

    @cached_property
    def renderer(self) -> "Renderer":
        """The themes, compiled when they are first used.

        Imported here: a build that has nothing to render need not wait for the libraries.
        """
        from generator.render.renderer import Renderer  # noqa: PLC0415

        return Renderer(self.themes, self.site, self.settings.theme)

    @cached_property
    def assets(self) -> dict[str, bytes]:
        """Every theme's static files, by path: themes of one family share some.

        And the beacon, and the samples' pictures.
        """
        files = {it.path: it.body for theme in self.themes.values() for it in theme.assets}
        files |= {it.path: it.body for it in beacon.scripts(self.site)}
        return files | {it.path: it.body for it in self.pictures}

    @cached_property
    def picture_addresses(self) -> dict[str, str]:
        """Where the samples' pictures stand, from the root of the host, by their names."""
        return {it.name: self.site.path(it.path) for it in self.pictures}

    def theme_name(self, wanted: str) -> str:
        """The theme that a portfolio gets: the one it wants, or else the site's own."""
        return wanted if wanted in self.themes else self.settings.theme

    def grounds(self, wanted: str) -> bytes:
        """Of everything that the pages of a theme are made from, but for rows and addresses."""
        return self._grounds[self.theme_name(wanted)]

    @cached_property
    def all_grounds(self) -> bytes:
        """Of every theme, as it stands."""
        return _digest(*(part for it in self._grounds.items() for part in (it[0].encode(), it[1])))

    @property
    def own_names(self) -> frozenset[str]:
        """The keys of the site's own addresses: of what is in content, and the beacon's path."""
        pages = frozenset(page.path.strip("/") for page in self.pages)
        beacon = beacon_names(self.site.beacon_url, self.site.url(""))
        return pages | static_names.keys(self.static) | beacon

    @cached_property
    def static_paths(self) -> frozenset[str]:
        """Where static files stand."""
        return frozenset(file.path for file in self.static)

    @property
    def replaced(self) -> frozenset[str]:
        """The files that the build doesn't make, since the operator has their own."""
        return static_names.REPLACEABLE & self.static_paths

    @cached_property
    def site_grounds(self) -> bytes:
        """Of everything that the site's own pages are made from, but for people."""
        pages = msgspec.json.encode((self.settings, self.pages, sorted(self.replaced)))
        return _digest(self.grounds(self.settings.theme), pages)

    def missing_words(self) -> str | None:
        """Which themes lack the site's language, and what they have; None where none lacks it."""
        tag = self.settings.language
        without = [theme for theme in self.themes.values() if not theme.strings.nearest(tag)]
        if not without:
            return None
        names = ", ".join(theme.name for theme in without)
        has = ", ".join(sorted({tag for theme in without for tag in theme.strings.languages}))
        return (
            f"site.language is {quote(tag)}, and {names} {'has' if len(without) == 1 else 'have'} "
            f"no words in it: interface texts are in English. There are words in {has or 'none'}; "
            f"strings/{tag}.toml in a theme adds others (docs/themes.md)"
        )

    def fingerprint(self, theme: str, segment: str, document: bytes) -> bytes:
        """Of everything that a person's page is made from (DESIGN, rule 4)."""
        return _digest(self.grounds(theme), segment.encode(), document)

    def redirect_fingerprint(self, segment: str, target: str) -> bytes:
        """Of everything that a redirect is made from."""
        return _digest(self.grounds(self.settings.theme), segment.encode(), target.encode())

    @cached_property
    def _grounds(self) -> dict[str, bytes]:
        scripts = "".join(it.path for it in beacon.scripts(self.site))
        pictures = "".join(it.path for it in self.pictures)
        site = __version__.encode() + msgspec.json.encode(self.site)
        site += scripts.encode() + pictures.encode()
        return {name: _digest(site, theme.digest) for name, theme in self.themes.items()}


def load_materials(settings: Settings, *, of_samples: bool | None = None) -> Materials:
    """Read themes, pages and static files.

    Args:
        settings: Where they are.
        of_samples: Whether the people are the samples, who bring pictures of their own. By default
            they are where the site's database is the embedded one.

    Raises:
        ThemeError: The site's theme is missing, or one can't be read.
        ContentError: A hand-written page or a static file can't be used.
        ConfigError: The settings name a folder that is not there; or visits are counted, and
            nobody is named who is responsible for that.
    """
    require_folders(settings)
    origin = settings.origin("site.theme")
    themes = load_themes(
        settings.themes,
        required=settings.site.theme,
        required_by=None if origin.kind == "default" else str(origin),
    )
    pages = _with_privacy(settings, load_pages(settings.content / "pages"))
    static = load_static(settings.content)
    static_names.require_own_places(static, pages)
    listed = tuple((page.title, page.path) for page in pages if page.path.endswith("/"))
    site = make_site(settings.site, listed, tuple(file.path for file in static))
    if of_samples is None:
        of_samples = settings.embedded and settings.database_url is None
    found = sample_pictures(settings.samples) if of_samples else {}
    pictures = tuple(make_asset(name, body) for name, body in found.items())
    return Materials(settings.site, themes, pages, site, static, pictures)


def _with_privacy(settings: Settings, pages: tuple[ContentPage, ...]) -> tuple[ContentPage, ...]:
    """The pages, with the one on privacy where visits are counted, unless it is among them."""
    if not settings.site.beacon_url or any(page.path == PRIVACY for page in pages):
        return pages
    return (*pages, privacy_page(settings.privacy, settings.beacon.keep_days))


def _digest(*parts: bytes) -> bytes:
    return blake2b(b"\0".join(parts), digest_size=16).digest()
