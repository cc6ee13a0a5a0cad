"""What every page of the site shares; `site` in a template."""

from urllib.parse import quote, urlsplit

import msgspec

from generator.config import SiteSettings

_PREVIEW = "http://127.0.0.1:8000"  # where the samples are looked at
_SAFE_IN_A_PATH = "/%!$&'()+,;=@~"  # `%`: what is encoded already stays so


_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}
_RIGHT_TO_LEFT_SCRIPTS = {"arab", "hebr", "nkoo", "syrc", "thaa"}


class SiteLink(msgspec.Struct, frozen=True):
    """A link to one of the site's hand-written pages, for the footer."""

    title: str
    """The page's title."""
    path: str
    """Its address from the root of the host."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The site, as a template sees it."""

    title: str
    """`site.title` of `qwikfolio.toml`."""
    description: str
    """`site.description`."""
    language: str
    """`site.language`."""
    direction: str
    """Which way that language reads: `ltr` or `rtl`."""
    currency: str
    """`site.currency`: stands before an hourly rate."""
    contact_endpoint: str
    """`site.contact_endpoint`; empty where a mail link is to be shown."""
    beacon_url: str = ""
    """`site.beacon_url`: where visits are told to; empty where none are."""
    origin: str
    """Scheme and host: `https://people.example`."""
    home: str
    """The address of the home page from the root of the host: `/`, or `/folio/`."""
    pages: tuple[SiteLink, ...] = ()
    """The hand-written pages, by title."""

    def path(self, relative: str) -> str:
        """An address from the root of the host, for a path relative to the site."""
        return self.home + quote(relative)

    def url(self, relative: str) -> str:
        """The absolute address of a path relative to the site."""
        return self.origin + self.path(relative)


def make_site(settings: SiteSettings, pages: tuple[tuple[str, str], ...] = ()) -> Site:
    """The site of these settings.

    Args:
        settings: The `[site]` table.
        pages: Title and path, relative to the site, of each hand-written page.
    """
    url = urlsplit(settings.url or _PREVIEW)
    home = quote(url.path.rstrip("/"), safe=_SAFE_IN_A_PATH) + "/"
    return Site(
        title=settings.title,
        description=settings.description,
        language=settings.language,
        direction=direction(settings.language),
        currency=settings.currency,
        contact_endpoint=settings.contact_endpoint,
        beacon_url=settings.beacon_url,
        origin=f"{url.scheme}://{url.netloc}",
        home=home,
        pages=tuple(SiteLink(title, home + quote(path)) for title, path in pages),
    )


def direction(language: str) -> str:
    """Which way a language reads: by its script where the tag (BCP 47) names one.

    Said here and not by CLDR, whose library a build that renders nothing need not load.
    """
    main, *rest = language.lower().split("-")
    scripts = {part for part in rest if len(part) == 4 and part.isalpha()}  # noqa: PLR2004 - ISO 15924
    reads_left = scripts & _RIGHT_TO_LEFT_SCRIPTS if scripts else main in _RIGHT_TO_LEFT
    return "rtl" if reads_left else "ltr"
