"""What rendering gives: a page, as a path and its bytes."""

import msgspec
from markupsafe import Markup


class Page(msgspec.Struct, frozen=True):
    """One file of the site."""

    path: str
    """Relative to `output/`, with `/`: `ada/index.html`."""
    body: bytes
    location: str = ""
    """Where the page does nothing but send on to, from the root of the host; empty elsewhere."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says of itself, for `<head>`; `page` in a template."""

    path: str
    """The page's address from the root of the host: `/ada/`, after the site's own path if any."""
    canonical: str | None
    """The page's absolute address; None where it has none: on the page for what is not there."""
    title: str
    """The text of `<title>`."""
    description: str
    """The text of the description; plain, one line, at most 160 characters."""
    image: str | None
    """The picture for a link preview: the person's photo."""
    structured_data: str | None
    """JSON-LD, escaped so that it may stand inside `<script>` as it is."""
    beacon: str = Markup()
    """What counts visits, as markup to stand once at the end of `<body>`; empty where none does."""
