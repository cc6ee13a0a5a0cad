"""What people put into `content/` by hand: pages, and files that are published as they are."""

from pathlib import Path

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

    @property
    def file(self) -> str:
        """Where its page stands, relative to the output."""
        return self.path if self.path.endswith(".html") else f"{self.path}index.html"


class StaticFile(msgspec.Struct, frozen=True):
    """One file of `content/static/`; its bytes are not held."""

    path: str
    """Relative to the output, and to `content/static/`."""
    source: Path
    """Where it is read from."""
    digest: bytes
    """Of its bytes (BLAKE2b), when it was loaded."""
    size: int
    """In bytes."""

    @property
    def top(self) -> str:
        """The first name of its path: what it takes of the site's addresses."""
        return self.path.partition("/")[0]
