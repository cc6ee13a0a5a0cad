"""What a visit to a page saw."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

ORIGIN = "https://people.example"


@dataclass
class Visit:
    """A page on the screen, and what it asked for and complained of on the way."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
