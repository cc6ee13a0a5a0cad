"""What pages are made with besides rows: the site's settings, its themes and hand-written pages."""

from collections.abc import Mapping

import msgspec

from generator.config import Settings
from generator.content import load_pages
from generator.model.content import ContentPage
from generator.render.renderer import Renderer
from generator.render.site import Site, make_site
from generator.theme.theme import Theme, load_themes


class Materials(msgspec.Struct, frozen=True):
    """Everything that is loaded once a build."""

    settings: Settings
    themes: Mapping[str, Theme]
    pages: tuple[ContentPage, ...]
    site: Site
    renderer: Renderer


def load_materials(settings: Settings) -> Materials:
    """Read themes and pages, and compile the templates.

    Raises:
        ThemeError: The site's theme is missing, or a template has a mistake.
        ContentError: A hand-written page can't be used.
    """
    themes = load_themes(settings.themes, required=settings.site.theme)
    pages = load_pages(settings.content / "pages")
    listed = tuple((page.title, page.path) for page in pages if page.path.endswith("/"))
    site = make_site(settings.site, listed)
    return Materials(settings, themes, pages, site, Renderer(themes, site, settings.site.theme))
