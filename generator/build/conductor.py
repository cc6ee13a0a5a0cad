"""One build, step by step."""

import time
from collections.abc import Iterable
from hashlib import blake2b

from generator.build.materials import Materials, load_materials
from generator.build.people import PeopleBuilder
from generator.build.request import Listener, Report, Request
from generator.build.sitewide import list_pages, site_pages
from generator.config import Settings
from generator.errors import ConfigError, QwikfolioError
from generator.model.problem import Problem
from generator.publish import addresses
from generator.publish.manifest import Manifest, open_manifest
from generator.publish.output import Output, open_output
from generator.publish.publisher import Publication, Publisher
from generator.publish.writer import Writer
from generator.render.page import Page
from generator.source.snapshot import Snapshot, open_snapshot


def build(settings: Settings, url: str, request: Request, listener: Listener) -> Report:
    """Bring `settings.output` up to date with the database at `url`.

    Raises:
        QwikfolioError: Nothing more could be done; what was written until then is whole.
    """
    started = time.monotonic()
    manifest_name = blake2b(bytes(settings.output), digest_size=8).hexdigest()
    with (
        open_output(
            settings.output, lambda: listener.note("another build is at work here: waiting for it")
        ) as output,
        open_manifest(settings.state / f"manifest-{manifest_name}.sqlite") as manifest,
        open_snapshot(url) as snapshot,
    ):
        work = _Build(settings, request, listener, manifest, output)
        work.run(snapshot)
        return Report(
            output=str(settings.output),
            people=addresses.count(manifest),
            written=work.publisher.written,
            unchanged=work.publisher.unchanged,
            removed=manifest.take_receipts(),
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
        manifest: Manifest,
        output: Output,
    ) -> None:
        self.settings = settings
        self.request = request
        self.listener = listener
        self.manifest = manifest
        self.output = output
        self.known = output.identity() == manifest.identity()
        self.publisher = Publisher(manifest, Writer(settings.output), self._changing)
        self.warnings = 0
        self.failed: list[str] = []

    def run(self, snapshot: Snapshot) -> None:
        """Every step, in order. Who is gone goes first, whatever else fails (DESIGN, rule 6)."""
        if not self.known:
            self._begin_anew()
        materials, unusable = self._withdraw(snapshot)
        unsettled = addresses.settle(self.manifest)
        moved = self.publisher.relocate()
        if not self.known:
            self.publisher.sweep(lambda path: self._is_planned(materials, path))
        if moved:
            self._lists(materials)
        self.publisher.unchanged = 0  # what follows looks at every file
        self._assets(materials)
        chosen = self._chosen()
        for problem in (*unusable, *unsettled):
            self._report(problem)
        self.failed += [problem.owner for problem in unsettled if problem.level == "error"]
        self._people(materials, snapshot, chosen)
        self._redirects(materials)
        self._sitewide(materials)
        if not self.known or self.request.full:
            self.publisher.sweep(self.publisher.is_recorded)
        if self.output.identity() != self.manifest.identity():
            self.output.mark(self.manifest.identity())
        for problem in self.manifest.problems():
            if chosen is None or problem.owner in chosen:
                self._report(problem)

    def _begin_anew(self) -> None:
        """The manifest does not know this folder: trust nothing in it, until all is checked."""
        if self.request.only:
            raise ConfigError(
                "--only needs a whole build before it: nothing is known of this output",
                where=str(self.settings.output),
                fix="build without --only once",
            )
        self.manifest.execute("forget_files")

    def _changing(self) -> None:
        """The output is no longer what older copies of it are."""
        self.manifest.advance()
        if self.known:
            self.output.mark(self.manifest.identity())

    def _withdraw(self, snapshot: Snapshot) -> tuple[Materials, list[Problem]]:
        """Take away who is gone: their pages, then the pages that list them."""
        broken: QwikfolioError | None = None
        try:
            materials = load_materials(self.settings)
        except QwikfolioError as error:
            broken = error
        names = set() if broken else {page.path.strip("/") for page in materials.pages}
        claims = ((c.owner, c.slug, c.username, c.since) for c in snapshot.claims())
        problems = addresses.take_claims(self.manifest, claims, names)
        gone = self.publisher.withdraw()
        try:
            if broken:
                raise broken
            if gone:
                self._assets(materials)
                self._lists(materials)
        except QwikfolioError:
            if gone:  # no list at all, rather than one that names them
                self.publisher.clear("list", ())
            raise
        return materials, problems

    def _chosen(self) -> tuple[str, ...] | None:
        """The people that `--only` names; None for everybody."""
        if not self.request.only:
            return None
        return tuple(addresses.find_owner(self.manifest, name) for name in self.request.only)

    def _assets(self, materials: Materials) -> None:
        """Before any page that refers to them."""
        assets = (asset for theme in materials.themes.values() for asset in theme.assets)
        self._put_all((Page(asset.path, asset.body) for asset in assets), "asset")

    def _people(
        self, materials: Materials, snapshot: Snapshot, chosen: tuple[str, ...] | None
    ) -> None:
        builder = PeopleBuilder(materials, self.request, self.manifest, self.publisher)
        self.listener.begin(addresses.count(self.manifest) if chosen is None else len(chosen))
        for person in snapshot.people(chosen):
            segment = addresses.segment_of(self.manifest, person.owner)
            if segment is not None:
                builder.build(person, segment)
            self.listener.advance()
        self.publisher.flush()
        self.failed += builder.failed

    def _redirects(self, materials: Materials) -> None:
        for owner, segment, target in addresses.redirects(self.manifest):
            self._put(materials.renderer.redirect(segment, target), "redirect", owner)
        self.publisher.flush()
        self.publisher.clear_dead_redirects()

    def _sitewide(self, materials: Materials) -> None:
        """The pages that are nobody's own; then whatever is left of earlier builds goes."""
        self._lists(materials)
        self.publisher.clear("site", self._put_all(site_pages(materials), "site"))
        if not self.failed and not self.request.only:  # else an older page may still refer to one
            themes = materials.themes.values()
            self.publisher.clear("asset", {asset.path for t in themes for asset in t.assets})

    def _lists(self, materials: Materials) -> None:
        self.publisher.clear("list", self._put_all(list_pages(materials, self.manifest), "list"))

    def _put_all(self, pages: Iterable[Page], kind: str) -> set[str]:
        """Bring pages that are nobody's own up to date; their paths."""
        paths = set()
        for page in pages:
            self._put(page, kind, None)
            paths.add(page.path)
        self.publisher.flush()
        return paths

    def _put(self, page: Page, kind: str, owner: str | None) -> None:
        fingerprint = blake2b(page.body, digest_size=16).digest()
        if self.request.full or not self.publisher.stands(page.path, owner, fingerprint):
            self.publisher.put(Publication(page.path, page.body, kind, owner, fingerprint))

    def _is_planned(self, materials: Materials, path: str) -> bool:
        """Whether this build will write, or check at its end, the file at `path`."""
        return (
            "/" not in path
            or path.startswith(("assets/", "people/"))
            or path in {f"{page.path}index.html" for page in materials.pages}
            or addresses.is_address(self.manifest, path)
        )

    def _report(self, problem: Problem) -> None:
        self.warnings += problem.level == "warning"
        self.listener.problem(problem)
        self.request.stop_if_strict([problem])
