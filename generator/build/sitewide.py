"""The pages that are nobody's own: those that list people, and those that are written by hand."""

import re
from collections.abc import Iterable, Iterator

from generator.build.materials import Materials
from generator.publish.node import Card, Child, Home, Node
from generator.publish.sitemaps import Sitemap, SitemapIndex
from generator.render import wellknown
from generator.render.listing import Listed, Pagination, Range
from generator.render.page import Page
from generator.render.site import Site

_LISTS = re.compile(
    r"index\.html|people/\d+/.*|sitemap[^/]*\.xml|_redirects(\.nginx)?", re.ASCII | re.DOTALL
)


def site_pages(materials: Materials) -> Iterator[Page]:
    """Hand-written pages, and what machines read of the site as a whole."""
    yield wellknown.headers(materials.site)
    yield wellknown.site_sitemap(materials.site)
    for page in (wellknown.robots(materials.site), wellknown.FAVICON):
        if page.path not in materials.replaced:
            yield page
    yield from map(materials.renderer.content, materials.pages)


def list_page(materials: Materials, node: Node | Home | Sitemap | SitemapIndex) -> Page:
    """A page that lists people, made from what can be sent to another process."""
    site = materials.site
    match node:
        case Node():
            return materials.renderer.directory(
                node.address,
                Range(site.path(node.address), node.first, node.last),
                Pagination(_path(site, node.previous), _path(site, node.next)),
                _people(site, node.people),
                _ranges(site, node.children),
            )
        case Home():
            return materials.renderer.home(_people(site, node.people), _ranges(site, node.children))
        case Sitemap():
            return wellknown.people_sitemap(site, node.path, node.urls)
        case SitemapIndex():
            return wellknown.sitemap_index(site, node.paths)


def is_list(path: str) -> bool:
    """Whether the file at `path` is one that names people: home, directory or sitemap."""
    return _LISTS.fullmatch(path) is not None


def list_file(node: Node | Home | Sitemap | SitemapIndex) -> str:
    """Where the page stands, relative to the output."""
    match node:
        case Node():
            return f"{node.address}index.html"
        case Home():
            return "index.html"
        case Sitemap():
            return node.path
        case SitemapIndex():
            return "sitemap.xml"


def _people(site: Site, cards: Iterable[Card]) -> list[Listed]:
    return [
        Listed(card.name, card.headline, site.path(f"{card.segment}/"), card.photo, card.location)
        for card in cards
    ]


def _ranges(site: Site, children: Iterable[Child]) -> list[Range]:
    return [Range(site.path(child.address), child.first, child.last) for child in children]


def _path(site: Site, address: str | None) -> str | None:
    return None if address is None else site.path(address)
