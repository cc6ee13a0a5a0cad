"""The pages that are nobody's own: those that list people, and those that are written by hand."""

from collections.abc import Iterator

from generator.build.materials import Materials
from generator.publish.directory import Card, Home, Node
from generator.publish.sitemaps import Sitemap, SitemapIndex
from generator.render import wellknown
from generator.render.page import Page


def site_pages(materials: Materials) -> Iterator[Page]:
    """Hand-written pages, and what machines read of the site as a whole."""
    yield wellknown.headers(materials.site)
    yield wellknown.robots(materials.site)
    yield from map(materials.renderer.content, materials.pages)


def list_page(materials: Materials, node: Node | Home | Sitemap | SitemapIndex) -> Page:
    from generator.render.renderer import Listed
    def listed(e): return Listed(e.name, e.headline, materials.site.path(e.segment + "/"), e.photo, e.location)
    match node:
        case Home():
            return materials.renderer.home([listed(e) for e in node.people], 1, 1)
        case Node():
            page = materials.renderer.home([listed(e) for e in node.people], 2, 2)
            return Page(list_file(node), page.body)
        case Sitemap():
            p = wellknown.sitemap(materials.site, 1, node.urls)
            return Page(node.path, p.body)
        case SitemapIndex():
            return wellknown.sitemap_index(materials.site, 1)


def list_file(node: Node | Home | Sitemap | SitemapIndex) -> str:
    match node:
        case Home():
            return "index.html"
        case Node():
            return f"{node.address}index.html"
        case Sitemap():
            return node.path
        case SitemapIndex():
            return "sitemap.xml"
