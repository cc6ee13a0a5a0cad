"""A person's rows become their page, unless it stands already."""

from hashlib import blake2b

import msgspec

from generator import __version__
from generator.build.materials import Materials
from generator.build.request import Request
from generator.errors import ThemeError
from generator.model.portfolio import Portfolio
from generator.model.problem import Problem, quote
from generator.publish.manifest import Entry, Manifest
from generator.publish.publisher import Publication, Publisher
from generator.source.portfolio import read_portfolio
from generator.source.snapshot import Person


class PeopleBuilder:
    """Builds the pages of people, one at a time."""

    def __init__(
        self, materials: Materials, request: Request, manifest: Manifest, publisher: Publisher
    ) -> None:
        self._materials = materials
        self._request = request
        self._manifest = manifest
        self._publisher = publisher
        self._ground = __version__.encode() + msgspec.json.encode(materials.site)
        self.failed: list[str] = []
        """user_id of those whose page could not be built."""

    def build(self, person: Person, segment: str) -> None:
        """Bring one person's page up to date."""
        fingerprint = self._fingerprint(person, segment)
        path = f"{segment}/index.html"
        if not self._request.full and self._publisher.stands(path, person.owner, fingerprint):
            return
        reading = read_portfolio(person.owner, person.document)
        problems = list(reading.problems)
        if reading.portfolio is None:
            self._spoil(person.owner, path, problems)
            return
        problems += self._unknown_theme(person.owner, reading.portfolio)
        try:
            page = self._materials.renderer.portfolio(reading.portfolio, segment)
        except ThemeError as error:
            reason = f"{error.what} ({error.where})"
            problems.append(
                Problem("error", person.owner, "portfolios", "theme", person.owner, reason)
            )
            self._spoil(person.owner, path, problems)
            return
        self._manifest.set_problems(person.owner, tuple(problems))
        self._manifest.enter(person.owner, _entry(reading.portfolio, segment))
        self._publisher.put(
            Publication(page.path, page.body, "portfolio", person.owner, fingerprint)
        )
        self._request.stop_if_strict(problems)

    def _fingerprint(self, person: Person, segment: str) -> bytes:
        """Of everything that the page is made from (DESIGN, rule 4)."""
        theme = self._materials.themes[self._materials.renderer.theme_name(person.theme)]
        parts = (self._ground, theme.digest, segment.encode(), person.document)
        return blake2b(b"\0".join(parts), digest_size=16).digest()

    def _unknown_theme(self, owner: str, portfolio: Portfolio) -> list[Problem]:
        wanted = portfolio.theme.id
        used = self._materials.renderer.theme_name(wanted)
        if wanted == used:
            return []
        reason = f"there is no theme {quote(wanted)} here; {used!r} is used"
        return [Problem("warning", owner, "portfolios", "theme.id", owner, reason)]

    def _spoil(self, owner: str, path: str, problems: list[Problem]) -> None:
        """One bad row spoils one page; its last good version stays (DESIGN, rule 7)."""
        self.failed.append(owner)
        self._publisher.flush()
        if not self._publisher.spare(path, owner):
            self._manifest.leave(owner)
        self._manifest.set_problems(owner, tuple(problems))
        self._request.stop_if_strict(problems[-1:])


def _entry(portfolio: Portfolio, segment: str) -> Entry:
    return Entry(
        name=portfolio.name,
        headline=portfolio.headline,
        location=portfolio.location,
        photo=portfolio.photo,
        updated=portfolio.updated,
        segment=segment,
    )
