"""Pages of the directory, as plain data: what is on them, not how it looks."""

import msgspec


class Card(msgspec.Struct, frozen=True):
    """What a page of the directory shows of a person."""

    name: str
    headline: str
    location: str | None
    photo: str | None
    segment: str
    """The person's address: `/<segment>/`."""


class Child(msgspec.Struct, frozen=True):
    """A page of the directory, as the page above lists it."""

    address: str
    """Relative to the site: `people/1/ada/`."""
    first: str
    """The name of the first person on it, or on the pages below it."""
    last: str


class Node(msgspec.Struct, frozen=True):
    """A page of the directory: of people, or of pages."""

    address: str
    people: tuple[Card, ...]
    children: tuple[Child, ...]
    first: str
    last: str
    previous: str | None
    """The address of the page before it on the same level."""
    next: str | None


class Home(msgspec.Struct, frozen=True):
    """The home page: everybody, or the latest people and the pages where everybody is."""

    people: tuple[Card, ...]
    children: tuple[Child, ...]
    """Empty: the people are everybody."""
