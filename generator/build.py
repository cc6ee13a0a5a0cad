"""The conductor: read → plan → render → publish.

claims ─→ settle ─→ withdraw and relocate
people ─→ fingerprint ─→ read_portfolio ─→ Renderer ─→ Publisher
entries ─→ Renderer ─→ Publisher ─→ clear what is left over
"""

import time
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Protocol

import msgspec

from generator import __version__
from generator.config import Settings
from generator.content import load_pages
from generator.errors import ConfigError, StrictError, ThemeError
from generator.model.content import ContentPage
from generator.model.portfolio import Portfolio
from generator.model.problem import Problem
from generator.publish import addresses
from generator.publish.manifest import Entry, Manifest, open_manifest
from generator.publish.output import Output, open_output
from generator.publish.publisher import Publication, Publisher
from generator.publish.writer import Writer
from generator.render import wellknown
from generator.render.page import Page
from generator.render.renderer import Listed, Renderer
from generator.render.site import make_site
from generator.source.portfolio import read_portfolio
from generator.source.snapshot import Person, Snapshot, open_snapshot
from generator.theme.theme import Theme, load_themes


class Listener(Protocol):
    """Hears how a build goes on; what it does with it is its own business."""

    def note(self, text: str) -> None:
        """Something the operator may wonder about, such as waiting for another build."""

    def begin(self, people: int) -> None:
        """Reading begins; so many people are public."""

    def advance(self) -> None:
        """One more person is done."""

    def problem(self, problem: Problem) -> None:
        """A value, or a person, that can't be shown as it stands."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of one build."""

    only: tuple[str, ...] = ()
    """Addresses (slugs or usernames) to build; empty: everybody."""
    full: bool = False
    """Render everything anew, and compare every file on disk with what it should be."""
    strict: bool = False
    """Stop at the first problem."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did; `--json` prints it."""

    output: str
    people: int
    """Public people."""
    written: int
    """Files that were written, of any kind."""
    unchanged: int
    """Files that stood already as they should."""
    removed: tuple[str, ...]
    """The receipt: every path that was taken away, relative to `output`."""
    warnings: int
    failed: tuple[str, ...]
    """user_id of everybody whose page could not be built."""
    seconds: float


def build(settings: Settings, url: str, request: Request, listener: Listener) -> Report:
    """Bring `settings.output` up to date with the database at `url`.

    Raises:
        QwikfolioError: Nothing more could be done; what was written until then is whole.
    """
    started = time.monotonic()
    themes = load_themes(settings.themes, required=settings.site.theme)
    pages = load_pages(settings.content / "pages")
    manifest_name = blake2b(bytes(settings.output), digest_size=8).hexdigest()
    with (
        open_output(
            settings.output, lambda: listener.note("another build is at work here: waiting for it")
        ) as output,
        open_manifest(settings.state / f"manifest-{manifest_name}.sqlite") as manifest,
        open_snapshot(url) as snapshot,
    ):
        work = _Build(settings, request, listener, themes, pages, manifest)
        work.run(output, snapshot)
        return Report(
            output=str(settings.output),
            people=addresses.count(manifest),
            written=work.publisher.written,
            unchanged=work.publisher.unchanged,
            removed=tuple(work.publisher.removed),
            warnings=work.warnings,
            failed=tuple(work.failed),
            seconds=round(time.monotonic() - started, 3),
        )


class _Build:
    """One build at work."""

    def __init__(
        self,
        settings: Settings,
        request: Request,
        listener: Listener,
        themes: Mapping[str, Theme],
        pages: tuple[ContentPage, ...],
        manifest: Manifest,
    ) -> None:
        self.request = request
        self.listener = listener
        self.settings = settings
        self.themes = themes
        self.pages = pages
        self.manifest = manifest
        listed = tuple((page.title, page.path) for page in pages if page.path.endswith("/"))
        self.site = make_site(settings.site, listed)
        self.renderer = Renderer(themes, self.site, settings.site.theme)
        self.publisher = Publisher(manifest, Writer(settings.output))
        self.warnings = 0
        self.failed: list[str] = []

    def run(self, output: Output, snapshot: Snapshot) -> None:
        """Every step, in order. Who is gone goes first, whatever else fails (DESIGN, rule 6)."""
        known = output.identity() == self.manifest.identity
        if not known:
            self._begin_anew(output)
        unsettled = self._settle(snapshot)
        self.publisher.withdraw()
        self.publisher.relocate()
        if not known:
            self.publisher.sweep(self._is_planned)
        owners = self._chosen()
        for problem in unsettled:
            self._report(problem)
        self._assets()
        self._people(snapshot, owners)
        self._redirects()
        self._site_pages()
        if not known or self.request.full:
            self.publisher.sweep(self.publisher.is_recorded)
        output.mark(self.manifest.identity)
        for problem in self.manifest.problems():
            if owners is None or problem.owner in owners:
                self._report(problem)

    def _begin_anew(self, output: Output) -> None:
        """The manifest does not know this folder: trust nothing in it, until all is checked."""
        if self.request.only:
            raise ConfigError(
                "--only needs a whole build before it: nothing is known of this output",
                where=str(self.settings.output),
                fix="build without --only once",
            )
        output.mark("")
        self.manifest.forget_files()

    def _settle(self, snapshot: Snapshot) -> list[Problem]:
        claims = ((c.owner, c.slug, c.username, c.since) for c in snapshot.claims())
        names = {page.path.strip("/") for page in self.pages}
        problems = addresses.settle(self.manifest, claims, names)
        self.failed += [problem.owner for problem in problems if problem.level == "error"]
        return problems

    def _chosen(self) -> tuple[str, ...] | None:
        if not self.request.only:
            return None
        return tuple(addresses.find_owner(self.manifest, name) for name in self.request.only)

    def _assets(self) -> None:
        """Before any page that refers to them."""
        for theme in self.themes.values():
            for asset in theme.assets:
                self._put_site(Page(asset.path, asset.body), "asset")
        self.publisher.flush()

    def _people(self, snapshot: Snapshot, owners: tuple[str, ...] | None) -> None:
        self.listener.begin(addresses.count(self.manifest) if owners is None else len(owners))
        ground = blake2b(__version__.encode() + msgspec.json.encode(self.site), digest_size=16)
        for person in snapshot.people(owners):
            segment = addresses.segment_of(self.manifest, person.owner)
            if segment is not None:
                self._person(person, segment, ground.digest())
            self.listener.advance()
        self.publisher.flush()

    def _person(self, person: Person, segment: str, ground: bytes) -> None:
        theme = self.themes[self.renderer.theme_name(person.theme)]
        fingerprint = blake2b(
            b"\0".join((ground, theme.digest, segment.encode(), person.document)), digest_size=16
        ).digest()
        path = f"{segment}/index.html"
        if not self.request.full and self.publisher.stands(path, person.owner, fingerprint):
            return
        reading = read_portfolio(person.owner, person.document)
        problems = [*reading.problems]
        if reading.portfolio is None:
            self._spoil(person.owner, path, problems)
            return
        problems += self._unknown_theme(person.owner, reading.portfolio)
        try:
            page = self.renderer.portfolio(reading.portfolio, segment)
        except ThemeError as error:
            reason = f"{error.what} ({error.where})"
            spoiled = Problem("error", person.owner, "portfolios", "theme", person.owner, reason)
            self._spoil(person.owner, path, [*problems, spoiled])
            return
        self.manifest.set_problems(person.owner, tuple(problems))
        self.manifest.enter(person.owner, _entry(reading.portfolio, segment))
        self.publisher.put(
            Publication(page.path, page.body, "portfolio", person.owner, fingerprint)
        )
        self._stop_if_strict(problems)

    def _unknown_theme(self, owner: str, portfolio: Portfolio) -> Iterable[Problem]:
        wanted = portfolio.theme.id
        used = self.renderer.theme_name(wanted)
        if wanted != used:
            reason = f"there is no theme {wanted!r} here; {used!r} is used"
            yield Problem("warning", owner, "portfolios", "theme.id", owner, reason)

    def _spoil(self, owner: str, path: str, problems: list[Problem]) -> None:
        """One bad row spoils one page; its last good version stays (DESIGN, rule 7)."""
        self.failed.append(owner)
        self.publisher.flush()
        if not self.publisher.spare(path, owner):
            self.manifest.leave(owner)
        self.manifest.set_problems(owner, tuple(problems))
        self._stop_if_strict(problems)

    def _redirects(self) -> None:
        for owner, segment, target in addresses.redirects(self.manifest):
            page = self.renderer.redirect(segment, target)
            self._put(page, "redirect", owner)
        self.publisher.flush()

    def _site_pages(self) -> None:
        """The home page and all that lists people; then whatever is left of earlier builds goes."""
        kept = {self._put_site(page, "site") for page in self._site()}
        self.publisher.flush()
        self.publisher.clear("site", kept)
        if not self.failed and not self.request.only:  # else an older page may still refer to one
            self.publisher.clear("asset", self._asset_paths())

    def _site(self) -> Iterable[Page]:
        yield wellknown.headers(self.site)
        yield wellknown.robots(self.site)
        yield from map(self.renderer.content, self.pages)
        size = self.settings.site.people_per_page
        count = max(1, -(-self.manifest.count_entries() // size))
        entries = self.manifest.entries()
        for number in range(1, count + 1):
            people = [self._listed(entry) for entry in islice(entries, size)]
            yield self.renderer.home(people, number, count)
        maps = max(1, -(-self.manifest.count_entries() // wellknown.URLS_A_SITEMAP))
        entries = self.manifest.entries()
        for number in range(1, maps + 1):
            part = islice(entries, wellknown.URLS_A_SITEMAP)
            yield wellknown.sitemap(self.site, number, ((e.segment, e.updated) for e in part))
        yield wellknown.sitemap_index(self.site, maps)

    def _listed(self, entry: Entry) -> Listed:
        path = self.site.path(f"{entry.segment}/")
        return Listed(entry.name, entry.headline, path, entry.photo, entry.location)

    def _put_site(self, page: Page, kind: str) -> str:
        self._put(page, kind, None)
        return page.path

    def _put(self, page: Page, kind: str, owner: str | None) -> None:
        fingerprint = blake2b(page.body, digest_size=16).digest()
        if self.request.full or not self.publisher.stands(page.path, owner, fingerprint):
            self.publisher.put(Publication(page.path, page.body, kind, owner, fingerprint))

    def _asset_paths(self) -> Collection[str]:
        return {asset.path for theme in self.themes.values() for asset in theme.assets}

    def _is_planned(self, path: str) -> bool:
        """Whether this build will write, or at its end check, the file at `path`."""
        return (
            "/" not in path
            or path.startswith(("assets/", "people/"))
            or (addresses.is_address(self.manifest, path))
        )

    def _report(self, problem: Problem) -> None:
        self.warnings += problem.level == "warning"
        self.listener.problem(problem)
        self._stop_if_strict([problem])

    def _stop_if_strict(self, problems: Iterable[Problem]) -> None:
        first = next(iter(problems), None)
        if self.request.strict and first is not None:
            raise StrictError(
                str(first),
                where=f"the rows of {first.owner}",
                fix="mend the row, or leave --strict",
            )


def _entry(portfolio: Portfolio, segment: str) -> Entry:
    return Entry(
        name=portfolio.name,
        headline=portfolio.headline,
        location=portfolio.location,
        photo=portfolio.photo,
        updated=portfolio.updated,
        segment=segment,
    )
