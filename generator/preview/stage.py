"""What is shown now, and how it is taken up anew when files change."""

from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Self

import msgspec

from generator import config
from generator.build.materials import Materials, load_materials
from generator.config import Settings
from generator.errors import DatabaseError, QwikfolioError
from generator.gallery.samples import public_samples
from generator.preview.change import PAGES, Change, difference
from generator.preview.population import DatabasePeople, Population, Samples
from generator.preview.register import Register
from generator.preview.showing import Showing
from generator.render.codes import Codes
from generator.render.renderer import Renderer
from generator.theme.find import load_theme


class Request(msgspec.Struct, frozen=True):
    """What is to be previewed."""

    root: Path
    """The folder of `qwikfolio.toml`."""
    theme: Path | None = None
    """The folder of a theme that is to be the site's own."""
    database_url: str | None = None
    """Whose people are shown; None: the samples."""


class KeptMaterials(Materials, frozen=True, kw_only=True, dict=True):
    """Materials whose templates were compiled before, most of them."""

    codes: Codes

    @cached_property
    def renderer(self) -> Renderer:
        """The themes; of the templates that were saved, each is compiled when it is used."""
        return Renderer(self.themes, self.site, self.settings.theme, self.codes)


class Stage:
    """The state of the site. Close it; it is used by one thread."""

    def __init__(self, request: Request) -> None:
        """Take up everything; an error is shown until it is mended.

        Raises:
            ConfigError: The settings can't be used.
        """
        self.request = request
        self.settings = config.load(request.root)
        self._population: Population | None = None
        self._register: Register | None = None
        self._registered: object = None
        self._showing: Showing | None = None
        self._error: QwikfolioError | None = None
        self._codes, self._codes_site = Codes(), self.settings.site
        self._take_up()

    def close(self) -> None:
        """Let go of what was kept on disk."""
        if self._register:
            self._register.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def showing(self) -> Showing:
        """The site as it stands.

        Raises:
            QwikfolioError: It can't be loaded.
        """
        if isinstance(self._error, DatabaseError):  # no file need change until it is back
            self._take_up()
        if self._error is not None:
            raise self._error
        if self._showing is None:
            raise RuntimeError("the stage takes up a site or an error")
        return self._showing

    def error(self) -> QwikfolioError | None:
        """Why the site can't be loaded; None where it can."""
        return self._error

    def last_good(self) -> Showing | None:
        """The site as it last stood, whatever is wrong now."""
        return self._showing

    def people_changed(self) -> None:
        """Rows were written: everybody is looked at again."""
        self._population = None
        self._take_up()

    def reload(self, changed: Collection[Path]) -> Change | None:
        """Take up the files as they are now; None where they say what they said before.

        Args:
            changed: The files that were saved.
        """
        before, failed = self._showing, self._error
        samples = self.settings.content / "portfolios"  # bundled ones don't change
        if any(it.is_relative_to(samples) or samples.is_relative_to(it) for it in changed):
            self._population = None
        try:
            self.settings = config.load(self.request.root)
        except QwikfolioError as error:
            self._error = error
            return PAGES
        population = self._population
        self._take_up()
        if self._error is not None or failed is not None or before is None:
            return PAGES
        if self._population is not population:
            return PAGES
        return difference(before.materials, self.showing().materials)

    def _take_up(self) -> None:
        try:
            materials = self._load(self.settings)
            self._settle(materials)
        except QwikfolioError as error:
            self._error = error
            return
        before = self._showing
        if before is None or before.register is not self._register or before.materials != materials:
            if self._population is None or self._register is None:
                raise RuntimeError("the people are settled before they are shown")
            self._showing = Showing(materials, self._population, self._register)
        self._error = None

    def _load(self, settings: Settings) -> Materials:
        if settings.site != self._codes_site:
            self._codes, self._codes_site = Codes(), settings.site
        loaded = load_materials(settings, of_samples=self.request.database_url is None)
        materials = KeptMaterials(
            loaded.settings,
            loaded.themes,
            loaded.pages,
            loaded.site,
            loaded.static,
            loaded.pictures,
            codes=self._codes,
        )
        if self.request.theme is None:
            return materials
        theme = load_theme(self.request.theme, settings.themes)
        site = msgspec.structs.replace(materials.settings, theme=theme.name)
        themes = {**materials.themes, theme.name: theme}
        return msgspec.structs.replace(materials, settings=site, themes=themes)

    def _settle(self, materials: Materials) -> None:
        """Settle who stands where, if that may have changed."""
        if self._population is None:
            self._population = self._people()
        own = materials.own_names
        pictures = materials.picture_addresses
        grounds = (self._population, own, materials.settings.people_per_page, pictures)
        if self._register is None or self._registered != grounds:
            register = Register(*grounds)
            self.close()
            self._register, self._registered = register, grounds

    def _people(self) -> Population:
        if self.request.database_url is not None:
            return DatabasePeople(self.request.database_url)
        people = public_samples(self.settings.samples)
        return Samples(people, self.settings.root)
