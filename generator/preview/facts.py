"""What the gallery can choose from: pages, themes and their knobs."""

import msgspec

from generator.gallery.edge_cases import EDGE_CASES
from generator.gallery.knobs import axes
from generator.preview.showing import Showing


class Row(msgspec.Struct, frozen=True):
    """A page, in all its looks."""

    name: str
    path: str
    """Where their page is, from the root of the server."""
    kind: str
    """`person`, `edge case` or `site`."""


class Theme(msgspec.Struct, frozen=True):
    """A theme, and what can be turned on it."""

    name: str
    knobs: dict[str, tuple[str, ...]]


class Facts(msgspec.Struct, frozen=True):
    """All of it, for the gallery's script."""

    site: str
    """The address of the home page, from the root of the server."""
    title: str
    pages: tuple[Row, ...]
    themes: tuple[Theme, ...]
    theme: str
    """The site's own."""
    focus: str
    """The theme that everybody is shown in unless another is chosen; empty: each in their own."""


def gather(showing: Showing | None, *, in_sites_theme: bool) -> Facts:
    """What can be chosen from on a site; the edge cases alone where none could be loaded."""
    cases = tuple(Row(name, f"/-/case/{name}/", "edge case") for name in EDGE_CASES)
    if showing is None:
        return Facts("/", "", cases, (), "", "")
    materials, home = showing.materials, showing.materials.site.path
    people = (Row(it, home(f"{it}/"), "person") for it in showing.register.segments())
    written = (Row(_spoken(it.path), home(it.path), "site") for it in materials.pages)
    return Facts(
        site=materials.site.home,
        title=materials.site.title,
        pages=(*people, *cases, Row("home", home(""), "site"), *written),
        themes=tuple(
            Theme(name, {key: tuple(map(_text, values)) for key, values in axes(it.schema).items()})
            for name, it in materials.themes.items()
        ),
        theme=materials.settings.theme,
        focus=materials.settings.theme if in_sites_theme else "",
    )


def _spoken(path: str) -> str:
    return path.strip("/").removesuffix(".html")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
