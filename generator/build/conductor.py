"""One build, step by step."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from hashlib import blake2b

import msgspec

from generator.build.engine import PEOPLE_A_SHARD, Engine, Job
from generator.build.materials import Materials, load_materials
from generator.build.request import Listener, Report, Request
from generator.build.shard import Order, Shard, ShardResult, page_file
from generator.build.sitewide import list_file, list_page, site_pages
from generator.build.survey import (
    Survey,
    is_rebooted,
    keep_themes,
    note_boot,
    note_position,
    note_themes,
    survey,
)
from generator.config import Settings
from generator.errors import ConfigError, DatabaseError, QwikfolioError
from generator.publish import addresses
from generator.publish.directory import Directory, Entry
from generator.publish.manifest import Manifest, OrderRow, Standing, open_manifest
from generator.publish.output import Output, open_output
from generator.publish.publisher import Publication, Publisher
from generator.publish.writer import Writer
from generator.render.page import Page
from generator.source.snapshot import Position, Snapshot, Source, open_source


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
        open_source(url) as source,
    ):
        work = _Build(settings, url, request, listener, manifest, output)
        work.run(source)
        return work.report(time.monotonic() - started)


class _Build:
    """One build at work."""

    def __init__(
        self,
        settings: Settings,
        url: str,
        request: Request,
        listener: Listener,
        manifest: Manifest,
        output: Output,
    ) -> None:
        self.settings = settings
        self.url = url
        self.request = request
        self.listener = listener
        self.manifest = manifest
        self.output = output
        self.known = output.identity() == manifest.identity()
        self.writer = Writer(settings.output)
        self.publisher = Publisher(manifest, self.writer, self._changing)
        self.directory = Directory(manifest.connection, settings.site.people_per_page)
        self.chosen: tuple[str, ...] | None = None
        self.moved: set[str] = set()
        self.written = 0

    def run(self, source: Source) -> None:
        """Every step, in order. Who is gone goes first, whatever else fails (DESIGN, rule 6)."""
        self._recover()
        materials = self._materials()
        with source.snapshot() as snapshot:
            found = self._settle(snapshot, materials)
            gone = self._withdraw()
            if isinstance(materials, QwikfolioError):
                self._clear_stale_lists()
                raise materials
            self.directory.stand_on(materials.site_grounds)
            if self.request.full:
                self.directory.make_all()
            if not self.known:
                self.publisher.sweep(lambda path: self._is_planned(materials, path))
            if gone:
                self._list_anew(materials)
            self._assets(materials)
            self._choose()
            self._people(materials, snapshot)
        self._sitewide(materials)
        if found.position and not found.everybody:
            self._follow(source, found.position)

    def report(self, seconds: float) -> Report:
        """What was done, and all that is to be said of people's rows."""
        warnings = 0
        for problem in self.manifest.problems(self.chosen):
            warnings += problem.level == "warning"
            self.listener.problem(problem)
            self.request.stop_if_strict([problem])
        written = self.written + self.publisher.written
        return Report(
            output=str(self.settings.output),
            people=addresses.count(self.manifest),
            written=written,
            unchanged=self.manifest.count("count_files") - written,
            removed=self.manifest.take_receipts(),
            warnings=warnings,
            failed=self.manifest.failed(self.chosen),
            seconds=round(seconds, 3),
        )

    def _recover(self) -> None:
        """Take stock of what a build that died, or a machine that went down, has left."""
        self.writer.tidy()
        self.manifest.execute("recover")
        self.manifest.execute("forget_in_hand")
        self.manifest.commit()
        if not self.known:
            self._begin_anew()
        elif is_rebooted(self.manifest):
            self._check_sizes()

    def _begin_anew(self) -> None:
        """The manifest does not know this folder: trust nothing in it, until all is checked."""
        if self.request.only:
            raise ConfigError(
                "--only needs a whole build before it: nothing is known of this output",
                where=str(self.settings.output),
                fix="build without --only once",
            )
        self.manifest.execute("forget_files")
        self.manifest.execute("forget_facts")
        self.directory.make_all()

    def _check_sizes(self) -> None:
        """Files that lost their end are made again."""
        for path, size, owner in self.manifest.sizes():
            if self.writer.size(path) != size:
                self.manifest.execute("distrust", path)
                if owner is not None:
                    self.manifest.execute("one_due", owner)
                else:
                    self.directory.make_all()
                    self.manifest.execute("forget_fact", "site")
        self.manifest.commit()

    def _changing(self) -> None:
        """The output is no longer what older copies of it are."""
        self.manifest.advance()
        if self.known:
            self.output.mark(self.manifest.identity())

    def _materials(self) -> Materials | QwikfolioError:
        """The themes and pages; an error waits until who is gone has been withdrawn."""
        try:
            return load_materials(self.settings)
        except QwikfolioError as error:
            return error

    def _settle(self, snapshot: Snapshot, materials: Materials | QwikfolioError) -> Survey:
        """Find out who is due, and who stands where; durable, with the moment it is true of."""
        manifest = self.manifest
        reserved = manifest.fact("reserved")
        names = msgspec.json.decode(reserved or b"[]", type=set[str])
        if isinstance(materials, Materials):
            names = {page.path.strip("/") for page in materials.pages}
            manifest.set_fact("reserved", msgspec.json.encode(sorted(names)))
        everybody = (
            not self.known or self.request.full or manifest.fact("reserved") != reserved
        )
        found = survey(manifest, snapshot, everybody=everybody)
        if found.reason:
            self.listener.note(found.reason)
        if found.position and found.everybody:
            with open_source(self.url) as other:  # from this moment on the log is kept for us
                self._follow(other, found.position)
        due = manifest.texts("due") if not found.everybody else []
        if found.everybody or due:
            owners = None if found.everybody else tuple(due)
            claims = ((c.owner, c.slug, c.username, c.since) for c in snapshot.claims(owners))
            addresses.settle(manifest, claims, names, everybody=found.everybody)
        if found.position:
            note_position(manifest, found.position)
        manifest.execute("failed_due")
        if isinstance(materials, Materials):
            note_themes(manifest, materials)
        manifest.commit()
        return found

    def _follow(self, source: Source, position: Position) -> None:
        try:
            source.follow(self.manifest.id(), position)
        except DatabaseError as error:  # a standby, say
            self.listener.note(f"the next build will read everybody: {error.what}")

    def _withdraw(self) -> bool:
        """Take away who is gone, and move who stands elsewhere; whether anybody did."""
        gone = self.publisher.withdraw()
        for owner in self.manifest.texts("departed"):
            self.directory.leave(owner)
        self.manifest.execute("forget_readings")
        self.manifest.commit()
        self.moved = self.publisher.relocate()
        for owner, segment in self.manifest.connection.execute(self.manifest.sql["due_addresses"]):
            self.directory.move(owner, segment)
        self.manifest.execute("forget_departed")
        self.manifest.commit()
        return gone or bool(self.moved)

    def _list_anew(self, materials: Materials) -> None:
        """Whoever is gone, or stands elsewhere, is off the lists before anybody's page is made."""
        try:
            self._assets(materials)
            self._lists(materials)
        except QwikfolioError:
            self._clear_stale_lists()
            raise

    def _clear_stale_lists(self) -> None:
        """Rather no list than one that names somebody who is gone."""
        paths = [list_file(node) for node in self.directory.stale()]
        self.publisher.remove_all(
            path for path in (*paths, *self.directory.dead_paths()) if self.manifest.file(path)
        )

    def _choose(self) -> None:
        """The people that `--only` names, and who moved, for all that follows; None: everybody."""
        if self.request.only:
            named = (addresses.find_owner(self.manifest, name) for name in self.request.only)
            self.chosen = tuple({*named, *self.moved})
            for owner in self.chosen:
                self.manifest.execute("one_due", owner)
        if self.request.strict:
            self.request.stop_if_strict(list(self.manifest.disputes(self.chosen)))

    def _assets(self, materials: Materials) -> None:
        """Before any page that refers to them."""
        assets = (asset for theme in materials.themes.values() for asset in theme.assets)
        self._put_all((Page(asset.path, asset.body) for asset in assets), "asset")

    def _people(self, materials: Materials, snapshot: Snapshot) -> None:
        due = self.manifest.count("count_due") if self.chosen is None else len(self.chosen)
        self.listener.begin(due)
        if not due:
            return
        job = Job(materials, self.url, self.settings.output, self.request.full, due)
        announced: deque[tuple[int, Shard]] = deque()
        with Engine(self.request.jobs).start(job, snapshot) as build_all:
            for result in build_all(self._shards(announced)):
                self._take(*announced.popleft(), result)

    def _shards(self, announced: deque[tuple[int, Shard]]) -> Iterator[Shard]:
        """The people who are due, a shard at a time, each shard's files announced."""
        after = ""
        while True:
            orders = self.manifest.orders(after, PEOPLE_A_SHARD, self.chosen)
            if not orders:
                return
            shard = Shard(tuple(_order(row) for row in orders))
            files = [(page_file(it.segment), "portfolio", it.owner) for it in shard.orders]
            files += [
                (page_file(it.redirect_from), "redirect", it.owner)
                for it in shard.orders
                if it.redirect_from
            ]
            announced.append((self.publisher.announce(files), shard))
            yield shard
            after = shard.orders[-1].owner

    def _take(self, batch: int, shard: Shard, made: ShardResult) -> None:
        """Take in what became of a shard."""
        records: list[tuple[str, str, str | None, Standing]] = []
        dead: list[str] = []
        entries: list[tuple[str, Entry]] = []
        orders = {order.owner: order for order in shard.orders}
        for result in made.results:
            owner, order = result.owner, orders[result.owner]
            path = page_file(order.segment)
            if result.page:
                records.append((path, "portfolio", owner, result.page))
            else:
                dead.append(path)
                self.directory.leave(owner)
            if order.redirect_from:
                path = page_file(order.redirect_from)
                if result.redirect:
                    records.append((path, "redirect", owner, result.redirect))
                else:
                    dead.append(path)
            if result.reading:
                reading = result.reading
                failed = reading.entry is None
                self.manifest.note_reading(owner, reading.theme, reading.problems, failed=failed)
                if reading.entry:
                    entries.append((owner, reading.entry))
            self.written += result.written
            self.listener.advance()
        self.manifest.record(records)
        self.directory.enter_all(entries)
        self.manifest.execute_all("done", ((order.owner,) for order in shard.orders))
        self.publisher.remove_all(path for path in dead if self._may_stand(path))
        self.manifest.finish(batch)
        self.manifest.commit()
        for result in made.results:
            if result.reading:
                self.request.stop_if_strict(list(result.reading.problems))

    def _may_stand(self, path: str) -> bool:
        return self.manifest.file(path) is not None or self.writer.size(path) is not None

    def _sitewide(self, materials: Materials) -> None:
        """The pages that are nobody's own; then whatever is left of earlier builds goes."""
        self._lists(materials)
        if self.request.full or self.manifest.fact("site") != materials.site_grounds:
            self.publisher.clear("site", self._put_all(site_pages(materials), "site"))
            self.manifest.set_fact("site", materials.site_grounds)
        if not self.manifest.failed() and not self.manifest.count("count_due"):
            # else an older page may still refer to one
            themes = materials.themes.values()
            self.publisher.clear("asset", {asset.path for t in themes for asset in t.assets})
        if not self.known or self.request.full:
            self.publisher.sweep(self.publisher.is_recorded)
        keep_themes(self.manifest, materials)
        note_boot(self.manifest)
        self.manifest.commit()
        if self.output.identity() != self.manifest.identity():
            self.output.mark(self.manifest.identity())

    def _lists(self, materials: Materials) -> None:
        """The home page, the directory and the sitemaps, as far as they are out of date."""
        self._put_all((list_page(materials, node) for node in self.directory.stale()), "list")
        dead = self.directory.dead_paths()
        self.publisher.remove_all(path for path in dead if self.manifest.file(path))
        self.directory.settle()
        self.manifest.commit()

    def _put_all(self, pages: Iterable[Page], kind: str) -> set[str]:
        """Bring pages that are nobody's own up to date; their paths."""
        paths: set[str] = set()
        self.publisher.put_all(self._publications(pages, kind, paths))
        return paths

    def _publications(
        self, pages: Iterable[Page], kind: str, paths: set[str]
    ) -> Iterator[Publication]:
        for page in pages:
            paths.add(page.path)
            fingerprint = blake2b(page.body, digest_size=16).digest()
            if self.request.full or not self.publisher.stands(page.path, None, fingerprint):
                yield Publication(page.path, page.body, kind, None, fingerprint)

    def _is_planned(self, materials: Materials, path: str) -> bool:
        """Whether this build will write, or check at its end, the file at `path`."""
        segment, slash, file = path.rpartition("/")
        return (
            not slash
            or path.startswith(("assets/", "people/"))
            or path in {f"{page.path}index.html" for page in materials.pages}
            or (file == "index.html" and addresses.is_address(self.manifest, segment))
        )


def _order(row: OrderRow) -> Order:
    """A row of the query `orders`; what stands at an address is of use if it is this person's."""
    owner, segment, kind, holder, fingerprint, size, source, its_kind, its_holder, mark, its_size = row
    page = redirect = None
    if (kind, holder) == ("portfolio", owner) and fingerprint is not None:
        page = Standing(fingerprint, size)
    if (its_kind, its_holder) == ("redirect", owner) and mark is not None:
        redirect = Standing(mark, its_size)
    return Order(owner, segment, page, source, redirect)
