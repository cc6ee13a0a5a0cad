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

    @property
    def file(self) -> str:
        """Where its page stands, relative to the output."""
        return self.path if self.path.endswith(".html") else f"{self.path}index.html"
