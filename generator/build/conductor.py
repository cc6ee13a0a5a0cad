"""One build, step by step."""

import time
from collections.abc import Iterator

import msgspec

from generator import __version__
from generator.build import presence
from generator.build.dispatch import Dispatch
from generator.build.materials import Materials, load_materials
from generator.build.metrics import Stopwatch
from generator.build.provenance import record_source, require_source
from generator.build.recovery import note_boot, recover, sweep
from generator.build.removal_limit import excess
from generator.build.request import Listener, Published, Report, Request
from generator.build.site_pages import SitePages
from generator.build.static_names import intruder
from generator.build.survey import (
    Survey,
    keep_themes,
    note_heard,
    note_position,
    note_themes,
    survey,
)
from generator.build.workspace import Workspace, open_workshop
from generator.config import Settings
from generator.errors import QwikfolioError, RemovalLimitError
from generator.model.affected import Notice
from generator.model.problem import quote
from generator.publish import addresses, readings, told
from generator.publish.removals import note_earlier
from generator.source.snapshot import Position, Snapshot, Source, open_source

WAITING = "another build is at work here: waiting for it"
"""What is noted while a build, or a dry run, waits."""


def build(settings: Settings, url: str, request: Request, listener: Listener) -> Report:
    """Bring `settings.output` up to date with the database at `url`.

    Raises:
        QwikfolioError: Nothing more could be done; what was written until then is whole.
    """
    if request.cluster is not None:
        from generator.build.dask_engine import require_dask  # noqa: PLC0415 - seldom wanted

        require_dask()
    started = time.monotonic()
    with (
        open_workshop(settings, lambda: listener.note(WAITING)) as workshop,
        workshop.workspace() as workspace,
        open_source(url) as source,
    ):
        work = Build(request, listener, workspace)
        work.run(source, load(settings, listener))
        return work.report(time.monotonic() - started)


def load(settings: Settings, listener: Listener) -> Materials | QwikfolioError:
    """The themes and pages; an error waits until who is gone has been withdrawn."""
    try:
        materials = load_materials(settings)
    except QwikfolioError as error:
        return error
    if missing := materials.missing_words():
        listener.note(missing)
    return materials


class Build:
    """One build at work; `run` it once."""

    def __init__(self, request: Request, listener: Listener, workspace: Workspace) -> None:
        self.request = request
        self.listener = listener
        self.workspace = workspace
        self.manifest = workspace.manifest
        self.publisher = workspace.publisher
        self.directory = workspace.directory
        self.dispatch = Dispatch(workspace, request, listener)
        self.stopwatch = Stopwatch(time.perf_counter)
        self.pages = SitePages(workspace, full=request.full)
        self.chosen: tuple[str, ...] | None = None
        self.moved: set[str] = set()
        self.published: tuple[Published, ...] = ()

    def run(self, source: Source, materials: Materials | QwikfolioError) -> None:
        """Every step, in order. Who is gone goes first, whatever else fails (DESIGN, rule 6)."""
        try:
            self._run(source, materials)
        finally:
            self.dispatch.links += self.workspace.writer.take_links()
            for path in self.dispatch.links:
                self.listener.note(f"a symbolic link in the output was removed: {quote(path)}")

    def _run(self, source: Source, materials: Materials | QwikfolioError) -> None:
        with source.snapshot() as snapshot:
            database = require_source(self.workspace, snapshot, self.request)
            doubtful = recover(self.workspace, self.request)
            materials = self._without_intruder(materials)
            found = self._settle(source, snapshot, materials)
            record_source(self.workspace, database)
            self.stopwatch.lap("settle")
            began = time.monotonic()
            if isinstance(materials, Materials):
                self.pages.clear_static(materials)
            self._withdraw()
            if doubtful or found.reason:
                sweep(self.workspace, materials if isinstance(materials, Materials) else None)
            with self.pages.none_rather_than_untrue():
                usable = _usable(materials)
                self._prepare(usable)
                self._people(usable, source, snapshot)
                self.published = self._published(found, time.monotonic() - began)
        with self.pages.none_rather_than_untrue():
            self._finish(usable)
        if found.position and not found.everybody and self.follow(source, found.position):
            note_heard(self.manifest)
            self.manifest.commit()
        if self.publisher.stuck:
            raise self.publisher.stuck
        presence.note(self.workspace)
        self.manifest.commit()

    @property
    def written(self) -> int:
        """How many files, of any kind."""
        return self.dispatch.written + self.publisher.written

    @property
    def links(self) -> tuple[str, ...]:
        """The symbolic links that stood in the output, and were removed."""
        return tuple(self.dispatch.links)

    def tell_news(self) -> int:
        """Have the listener hear of the problems that may be new; how many of them are."""
        notices = self._notices("changed")
        new = sum(notice.is_new for notice in notices)
        self.listener.told(0)
        self.manifest.commit()
        return new

    def report(self, seconds: float) -> Report:
        """What was done, and all that is to be said of people's rows.

        Problems are noted as told when the listener has heard of them.
        """
        is_everything = self.request.all_warnings or self.request.strict
        notices = self._notices("everything" if is_everything else "errors")
        new = sum(
            notice.problem.count
            for notice in notices
            if notice.is_new and notice.problem.level == "warning"
        )
        warnings = told.count_warnings(self.manifest, self.chosen)
        self.listener.told(warnings - new)
        self.manifest.commit()
        return Report(
            output=str(self.workspace.target),
            people=addresses.count(self.manifest),
            written=self.written,
            unchanged=self.manifest.count("count_files") - self.written,
            removed=self.manifest.take_receipts(),
            links=self.links,
            warnings=warnings,
            known_warnings=warnings - new,
            failed=readings.failed(self.manifest, self.chosen),
            seconds=round(seconds, 3),
            metrics=self.dispatch.totals.metrics(self.stopwatch.take()),
        )

    def _notices(self, extent: told.Extent) -> Iterator[Notice]:
        """Each problem, once the listener has heard of the person."""
        for person in told.affected(self.manifest, extent, self.chosen):
            self.listener.affected(person)
            for notice in person.notices:
                self.request.stop_if_strict([notice.problem])
                yield notice

    def _published(self, found: Survey, seconds: float) -> tuple[Published, ...]:
        """Those whose rows changed, now that their pages stand."""
        return tuple(
            Published(
                owner=change.owner,
                address=addresses.segment_of(self.manifest, change.owner),
                tables=change.tables,
                seconds=change.age + seconds,
            )
            for change in found.changes
            if change.owner is not None
        )

    def _prepare(self, materials: Materials) -> None:
        """All that comes before people's pages; the lists, too, if they name somebody gone."""
        self.directory.stand_on(materials.site_grounds)
        if self.request.full:
            self.directory.make_all()
        if self.workspace.known and (self.moved or self.pages.name_the_gone):
            self.pages.assets(materials)
            self.pages.lists(materials)
        self._check_templates(materials)
        self.pages.assets(materials)
        self.pages.static(materials)
        self._choose()
        self.stopwatch.lap("prepare")

    def _without_intruder(
        self, materials: Materials | QwikfolioError
    ) -> Materials | QwikfolioError:
        """The materials; an error where a static file would take a person's page away."""
        if not isinstance(materials, Materials) or not self.workspace.known:
            return materials
        return intruder(materials.static, self.manifest, self._reserved()) or materials

    def _reserved(self) -> frozenset[str]:
        """The keys of the site's own addresses in the last build."""
        reserved = self.manifest.fact("reserved") or b"[]"
        return msgspec.json.decode(reserved, type=frozenset[str])

    def _settle(
        self, source: Source, snapshot: Snapshot, materials: Materials | QwikfolioError
    ) -> Survey:
        """Find out who is due, and who stands where; durable, with the moment it is true of."""
        manifest = self.manifest
        reserved, names = manifest.fact("reserved"), self._reserved()
        if isinstance(materials, Materials):
            names = materials.own_names
            manifest.set_fact("reserved", msgspec.json.encode(sorted(names)))
        everybody = (
            not self.workspace.known
            or self.request.full
            or manifest.fact("reserved") != reserved
            or manifest.fact("version") != __version__.encode()  # whose rules addresses follow
        )
        manifest.set_fact("version", __version__.encode())
        note_earlier(manifest)
        found = survey(manifest, snapshot, everybody=everybody)
        if found.reason:
            self.listener.note(found.reason)
        if found.everybody and not found.is_registered:
            self.begin_to_follow(source, found)
        self._take_claims(snapshot, names, everybody=found.everybody)
        held_back = excess(
            self.workspace, materials if isinstance(materials, Materials) else None, self.request
        )
        if held_back and self.request.only:
            found = self._settle_named(held_back, snapshot, names)
        elif held_back:
            self.hold_back(held_back)
        if found.everybody and found.is_registered:
            self.begin_to_follow(source, found)
        note_position(manifest, found)
        if isinstance(materials, Materials):
            note_themes(manifest, materials)
        self.workspace.disown()
        manifest.commit()
        return found

    def _take_claims(
        self, snapshot: Snapshot, reserved: frozenset[str], *, everybody: bool
    ) -> None:
        """Settle the addresses of everybody, or of the people who are due."""
        due = self.manifest.texts("due") if not everybody else []
        if everybody or due:
            owners = None if everybody else tuple(due)
            claims = map(msgspec.structs.astuple, snapshot.claims(owners))
            addresses.settle(self.manifest, claims, reserved, everybody=everybody)

    def hold_back(self, error: RemovalLimitError) -> None:
        """End the build before it has changed anything.

        Nothing was taken as read: the next build comes to the same verdict.
        """
        self.manifest.rollback()
        raise error

    def _settle_named(
        self, held_back: RemovalLimitError, snapshot: Snapshot, reserved: frozenset[str]
    ) -> Survey:
        """Settle the people of `--only` instead of everybody; the others wait as `hold_back` says.

        One person's page can be withdrawn while the site as a whole is held back.
        """
        named = self._named()  # at the addresses they would have
        self.manifest.rollback()
        self.listener.note(
            "only the people that --only names are looked at: without it this build would remove "
            f"{held_back.people:,} people, and may remove {held_back.limit:,}"
        )
        for owner in named | self._named():
            self.manifest.execute("one_due", owner)
        self._take_claims(snapshot, reserved, everybody=False)
        return Survey(everybody=False, position=None)

    def _named(self) -> set[str]:
        """Who stands at the addresses of `--only`, as far as somebody does."""
        found = (addresses.owner_at(self.manifest, name) for name in self.request.only)
        return {owner for owner in found if owner is not None}

    def begin_to_follow(self, source: Source, found: Survey) -> None:
        """Have the database keep its log from this moment on."""
        if found.position:
            with open_source(source.url) as other:
                self.follow(other, found.position)

    def follow(self, source: Source, position: Position) -> bool:
        """Tell the database up to where it has been read; whether it took that down."""
        followed = source.follow(self.manifest.id(), position)
        if not followed:
            self.listener.note(
                "the next build may have to read everybody: the database did not take down how far "
                "this one has read"
            )
        return followed

    def _withdraw(self) -> None:
        """Take away who is gone, and move who stands elsewhere."""
        if departed := self.manifest.texts("departed"):
            self.pages.let_go(departed)
        self.publisher.withdraw()
        self.manifest.execute("forget_readings")
        self.manifest.execute("forget_told")
        self.manifest.commit()
        self.moved = self.publisher.relocate()
        if self.workspace.known:
            self.pages.redirects()  # none leads to somebody who is gone, whatever fails later
        for owner, segment in self.manifest.connection.execute(self.manifest.sql["due_addresses"]):
            self.directory.move(owner, segment)
        self.manifest.execute("forget_departed")
        self.manifest.commit()

    def _check_templates(self, materials: Materials) -> None:
        """A mistake in a theme that has changed stops the build before anybody's page is made."""
        if self.manifest.fact("checked") != materials.all_grounds:
            materials.renderer.check()
            self.manifest.set_fact("checked", materials.all_grounds)

    def _choose(self) -> None:
        """The people that `--only` names, and who moved, for all that follows; None: everybody."""
        if self.request.only:
            removed = {path.rpartition("/")[0] for path in self.manifest.receipts()}
            named = (
                addresses.find_owner(self.manifest, name)
                for name in self.request.only
                if name.strip("/") not in removed or addresses.is_address(self.manifest, name)
            )
            self.chosen = tuple({*named, *self.moved})
            for owner in self.chosen:
                self.manifest.execute("one_due", owner)
        if self.request.strict:
            self.request.stop_if_strict(list(readings.disputes(self.manifest, self.chosen)))

    def _people(self, materials: Materials, source: Source, snapshot: Snapshot) -> None:
        due = self.manifest.count("count_due") if self.chosen is None else len(self.chosen)
        self.listener.begin(due)
        if not due:
            return
        # A build that has nothing to do need not wait for what it takes to do it.
        from generator.build.engine import Job, engine_of  # noqa: PLC0415

        target, files = self.workspace.target, self.workspace.writer
        job = Job(materials, source.url, target, files, self.request.full, due)
        engine = engine_of(self.request)
        with engine.start(job, snapshot) as build_all:
            for made in build_all(self.dispatch.shards(engine.people_a_shard, self.chosen)):
                self.dispatch.take(made)

    def _finish(self, materials: Materials) -> None:
        """The pages that are nobody's own; then whatever is left of earlier builds goes."""
        self.stopwatch.lap("people")
        self.pages.lists(materials)
        self.pages.redirects()
        self.stopwatch.lap("lists")
        self.pages.site(materials)
        if not readings.failed(self.manifest) and not self.manifest.count("count_due"):
            self.pages.clear_assets(materials)  # else an older page may still refer to one
        if self.request.full or not (self.workspace.known or self.workspace.output.is_new):
            self.publisher.sweep(self.publisher.is_recorded)
        keep_themes(self.manifest, materials)
        note_boot(self.workspace)
        self.manifest.commit()
        self.workspace.mark()
        self.stopwatch.lap("site")


def _usable(materials: Materials | QwikfolioError) -> Materials:
    if isinstance(materials, QwikfolioError):
        raise materials
    return materials
