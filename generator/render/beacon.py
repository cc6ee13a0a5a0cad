"""What counts visits: a script for the whole site, and the element that starts it on a page."""

import re
from hashlib import blake2b
from importlib.resources import files

from markupsafe import Markup, escape

from generator.render.page import Page
from generator.render.site import Site

_SPACE = re.compile(r"\s*([=(){},;:?&|<>!+])\s*")


def _published(source: str) -> Page:
    """The script as small as it is without a parser, under a name that changes with its content."""
    lines = (line for line in source.splitlines() if not line.lstrip().startswith("//"))
    body = _SPACE.sub(r"\1", "\n".join(lines)).replace(";}", "}").strip().encode()
    # Blockers go by names, and "beacon" is one of theirs.
    return Page(f"assets/e.{blake2b(body, digest_size=6).hexdigest()}.js", body)


SCRIPT = _published(files(__package__).joinpath("beacon.js").read_text("utf-8"))
"""The same for every site and theme, where visits are counted."""


def scripts(site: Site) -> tuple[Page, ...]:
    """What a site publishes to count visits; nothing where it counts none."""
    return (SCRIPT,) if site.beacon_url else ()


def element(site: Site, segment: str) -> Markup:
    """What starts the script on a person's page; empty where the site counts no visits.

    Args:
        site: It says where visits are told to.
        segment: The page's path segment, which says whose page it is.
    """
    if not site.beacon_url:
        return Markup()
    script, url, slug = escape(site.home + SCRIPT.path), escape(site.beacon_url), escape(segment)
    element = f'<script defer src="{script}" data-url="{url}" data-slug="{slug}"></script>'
    return Markup(element)  # noqa: S704 - `Markup.format` escapes alike, and takes three times as long
