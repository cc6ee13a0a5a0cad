"""A page that people write by hand."""

import msgspec


class ContentPage(msgspec.Struct, frozen=True):
    """One file of `content/pages/`."""

    path: str
    """Relative to the site: `about/`; `404.html` for the page a host shows where there is none."""
    title: str
    """The text of the first heading."""
    description: str
    """The first paragraph, still Markdown."""
    text: str
    """Markdown, without the title."""
