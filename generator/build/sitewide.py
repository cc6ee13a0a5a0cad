"""The pages that are nobody's own: those that list people, and those that are written by hand."""

from collections.abc import Iterator
from itertools import islice

from generator.build.materials import Materials
from generator.publish.manifest import Entry, Manifest
from generator.render import wellknown
from generator.render.page import Page
from generator.render.renderer import Listed


def site_pages(materials: Materials) -> Iterator[Page]:
    """Hand-written pages, and what machines read of the site as a whole."""
    yield wellknown.headers(materials.site)
    yield wellknown.robots(materials.site)
    yield from map(materials.renderer.content, materials.pages)


def list_pages(materials: Materials, manifest: Manifest) -> Iterator[Page]:
    """The home page, the directory and the sitemaps, from the people whose pages stand."""
    yield from _directory(materials, manifest)
    yield from _sitemaps(materials, manifest)


def _directory(materials: Materials, manifest: Manifest) -> Iterator[Page]:
    size = materials.settings.site.people_per_page
    count = _pages(manifest.count_entries(), size)
    entries = manifest.entries()
    for number in range(1, count + 1):
        people = [_listed(materials, entry) for entry in islice(entries, size)]
        yield materials.renderer.home(people, number, count)


def _sitemaps(materials: Materials, manifest: Manifest) -> Iterator[Page]:
    count = _pages(manifest.count_entries(), wellknown.URLS_A_SITEMAP)
    entries = manifest.entries()
    for number in range(1, count + 1):
        part = islice(entries, wellknown.URLS_A_SITEMAP)
        people = ((entry.segment, entry.updated) for entry in part)
        yield wellknown.sitemap(materials.site, number, people)
    yield wellknown.sitemap_index(materials.site, count)


def _pages(people: int, size: int) -> int:
    return max(1, -(-people // size))


def _listed(materials: Materials, entry: Entry) -> Listed:
    path = materials.site.path(f"{entry.segment}/")
    return Listed(entry.name, entry.headline, path, entry.photo, entry.location)
