"""Pages from portfolios and content: each method gives one `Page`, or raises `ThemeError`."""

from collections.abc import Mapping, Sequence

import msgspec

from generator.model.content import NOT_FOUND, ContentPage
from generator.model.portfolio import Portfolio
from generator.render import beacon
from generator.render.codes import Codes
from generator.render.head import portfolio_head, shorten
from generator.render.listing import Listed, Pagination, Range
from generator.render.markdown import document_to_html, plain
from generator.render.page import Head, Page
from generator.render.site import Site
from generator.render.templates import Templates
from generator.theme.theme import Theme


class Renderer:
    """The themes of a site; a template is compiled when the first page needs it."""

    def __init__(
        self, themes: Mapping[str, Theme], site: Site, default: str, codes: Codes | None = None
    ) -> None:
        """Take in themes.

        Args:
            themes: By name.
            site: What they are filled for.
            default: The name of the site's own.
            codes: Templates that were compiled before, where they are kept.
        """
        self.site = site
        self._themes = themes
        self._default = default
        self._templates = {name: Templates(theme, site, codes) for name, theme in themes.items()}

    def check(self) -> None:
        """Compile every template of every theme, which finds mistakes before any page is made.

        Raises:
            ThemeError: A template has a syntax error, or names a filter that isn't there.
        """
        for templates in self._templates.values():
            templates.check()

    def theme_name(self, wanted: str) -> str:
        """The theme that a portfolio gets: the one it wants, or else the site's own."""
        return wanted if wanted in self._templates else self._default

    def portfolio(self, portfolio: Portfolio, segment: str) -> Page:
        """A person's page, `<segment>/index.html`."""
        head = portfolio_head(portfolio, self.site, f"{segment}/")
        head = msgspec.structs.replace(head, beacon=beacon.element(self.site, segment))
        theme = self.theme_name(portfolio.theme.id)
        settings = self._themes[theme].schema.resolve(portfolio.theme.chosen).values
        context = {"portfolio": portfolio, "page": head, "settings": settings}
        return self._page(f"{segment}/index.html", "portfolio.html", context, theme)

    def redirect(self, segment: str, target: str) -> Page:
        """The page at a username that sends on to the slug."""
        address = f"{target}/"
        head = self._head(address, self.site.title, self.site.description)
        target_path = self.site.path(address)
        context = {"page": head, "target": target_path}
        page = self._page(f"{segment}/index.html", "redirect.html", context)
        return Page(page.path, page.body, target_path)

    def home(self, people: Sequence[Listed], ranges: Sequence[Range]) -> Page:
        """The home page: everybody, or who changed last and the ranges where everybody is."""
        context = {
            "page": self._head("", self.site.title, self.site.description),
            "people": tuple(people),
            "ranges": tuple(ranges),
        }
        return self._page("index.html", "home.html", context)

    def directory(
        self,
        address: str,
        here: Range,
        pagination: Pagination,
        people: Sequence[Listed],
        ranges: Sequence[Range],
    ) -> Page:
        """One page of the directory: of people by name, or of the ranges below it."""
        names = here.first if here.first == here.last else f"{here.first} – {here.last}"
        description = shorten(f"{names}. {self.site.description}")
        context = {
            "page": self._head(address, f"{names} – {self.site.title}", description),
            "here": here,
            "people": tuple(people),
            "ranges": tuple(ranges),
            "pagination": pagination,
        }
        return self._page(f"{address}index.html", "directory.html", context)

    def content(self, page: ContentPage) -> Page:
        """A page written by hand."""
        head = self._head(page.path, page.title, shorten(plain(page.description)))
        if page.path == NOT_FOUND:  # a host shows it at any address
            head = msgspec.structs.replace(head, canonical=None)
        context = {"page": head, "content": document_to_html(page.text)}
        return self._page(page.file, "page.html", context)

    def _head(self, path: str, title: str, description: str) -> Head:
        return Head(
            path=self.site.path(path),
            canonical=self.site.url(path),
            title=title,
            description=description,
            image=None,
            structured_data=None,
        )

    def _page(
        self, path: str, name: str, context: Mapping[str, object], theme: str | None = None
    ) -> Page:
        theme = theme or self._default
        settings = self._themes[theme].schema.defaults
        text = self._templates[theme].render(name, {"settings": settings, **context})
        return Page(path, text.encode())
