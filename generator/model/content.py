"""A page that people write by hand."""

import msgspec

NOT_FOUND = "404.html"
"""The page that a host shows where there is none."""


class ContentPage(msgspec.Struct, frozen=True):
    """One file of `content/pages/`."""

    path: str
    """Relative to the site: `about/`; or `NOT_FOUND`."""
    title: str
    """The text of the first heading."""
    description: str
    """The first paragraph, still Markdown."""
    text: str
    """Markdown, without the title."""
