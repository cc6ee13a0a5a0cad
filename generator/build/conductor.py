"""One build, step by step."""

import time
from hashlib import blake2b

from generator.build.materials import Materials, load_materials
from generator.build.people import PeopleBuilder
from generator.build.request import Listener, Report, Request
from generator.build.sitewide import sitewide_pages
from generator.config import Settings
from generator.errors import ConfigError
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
    materials = load_materials(settings)
    manifest_name = blake2b(bytes(settings.output), digest_size=8).hexdigest()
    with (
        open_output(
            settings.output, lambda: listener.note("another build is at work here: waiting for it")
        ) as output,
        open_manifest(settings.state / f"manifest-{manifest_name}.sqlite") as manifest,
        open_snapshot(url) as snapshot,
    ):
        work = _Build(materials, request, listener, manifest)
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
        self, materials: Materials, request: Request, listener: Listener, manifest: Manifest
    ) -> None:
        self.materials = materials
        self.request = request
        self.listener = listener
        self.manifest = manifest
        self.publisher = Publisher(manifest, Writer(materials.settings.output))
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
        chosen = self._chosen()
        for problem in unsettled:
            self._report(problem)
        self._assets()
        self._people(snapshot, chosen)
        self._redirects()
        self._sitewide()
        if not known or self.request.full:
            self.publisher.sweep(self.publisher.is_recorded)
        output.mark(self.manifest.identity)
        for problem in self.manifest.problems():
            if chosen is None or problem.owner in chosen:
                self._report(problem)

    def _begin_anew(self, output: Output) -> None:
        """The manifest does not know this folder: trust nothing in it, until all is checked."""
        if self.request.only:
            raise ConfigError(
                "--only needs a whole build before it: nothing is known of this output",
                where=str(self.materials.settings.output),
                fix="build without --only once",
            )
        output.mark("")
        self.manifest.forget_files()

    def _settle(self, snapshot: Snapshot) -> list[Problem]:
        claims = ((c.owner, c.slug, c.username, c.since) for c in snapshot.claims())
        names = {page.path.strip("/") for page in self.materials.pages}
        problems = addresses.settle(self.manifest, claims, names)
        self.failed += [problem.owner for problem in problems if problem.level == "error"]
        return problems

    def _chosen(self) -> tuple[str, ...] | None:
        """The people that `--only` names; None for everybody."""
        if not self.request.only:
            return None
        return tuple(addresses.find_owner(self.manifest, name) for name in self.request.only)

    def _assets(self) -> None:
        """Before any page that refers to them."""
        for theme in self.materials.themes.values():
            for asset in theme.assets:
                self._put(Page(asset.path, asset.body), "asset")
        self.publisher.flush()

    def _people(self, snapshot: Snapshot, chosen: tuple[str, ...] | None) -> None:
        builder = PeopleBuilder(self.materials, self.request, self.manifest, self.publisher)
        self.listener.begin(addresses.count(self.manifest) if chosen is None else len(chosen))
        for person in snapshot.people(chosen):
            segment = addresses.segment_of(self.manifest, person.owner)
            if segment is not None:
                builder.build(person, segment)
            self.listener.advance()
        self.publisher.flush()
        self.failed += builder.failed

    def _redirects(self) -> None:
        for owner, segment, target in addresses.redirects(self.manifest):
            self._put(self.materials.renderer.redirect(segment, target), "redirect", owner)
        self.publisher.flush()

    def _sitewide(self) -> None:
        """The pages that are nobody's own; then whatever is left of earlier builds goes."""
        kept = set()
        for page in sitewide_pages(self.materials, self.manifest):
            self._put(page, "site")
            kept.add(page.path)
        self.publisher.flush()
        self.publisher.clear("site", kept)
        if not self.failed and not self.request.only:  # else an older page may still refer to one
            themes = self.materials.themes.values()
            self.publisher.clear("asset", {asset.path for t in themes for asset in t.assets})

    def _put(self, page: Page, kind: str, owner: str | None = None) -> None:
        fingerprint = blake2b(page.body, digest_size=16).digest()
        if self.request.full or not self.publisher.stands(page.path, owner, fingerprint):
            self.publisher.put(Publication(page.path, page.body, kind, owner, fingerprint))

    def _is_planned(self, path: str) -> bool:
        """Whether this build will write, or check at its end, the file at `path`."""
        return (
            "/" not in path
            or path.startswith(("assets/", "people/"))
            or addresses.is_address(self.manifest, path)
        )

    def _report(self, problem: Problem) -> None:
        self.warnings += problem.level == "warning"
        self.listener.problem(problem)
        self.request.stop_if_strict([problem])
