"""How the site's own pages list people, and ranges of people."""

import msgspec


class Listed(msgspec.Struct, frozen=True):
    """A person as the home page and the directory list them."""

    name: str
    """As on the person's own page, like the rest."""
    headline: str
    """May be empty."""
    path: str
    """The address of the person's page from the root of the host."""
    photo: str | None
    """An http(s) address; of a picture of this site, its path from the root of the host."""
    location: str | None
    """One line of text."""


class Range(msgspec.Struct, frozen=True):
    """A page of the directory, named after the first and the last person it leads to."""

    path: str
    """Its address from the root of the host."""
    first: str
    """A person's name, as on their own page."""
    last: str
    """The same as `first` where the page has but one person."""


class Pagination(msgspec.Struct, frozen=True):
    """What stands beside a page of the directory."""

    previous: str | None
    """The address of the page before; None on the first."""
    next: str | None
    """The address of the page after; None on the last."""
