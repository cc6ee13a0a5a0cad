"""People's rows become their pages, unless they stand already."""

import time

import msgspec

from generator.build.materials import Materials
from generator.build.metrics import Stopwatch, peak_memory
from generator.build.shard import Order, Reading, Result, Shard, ShardResult, page_file
from generator.errors import ThemeError
from generator.model.portfolio import Portfolio
from generator.model.problem import Problem, quote
from generator.publish.directory import Entry
from generator.publish.manifest import AGAIN, Standing
from generator.publish.target import Files
from generator.render.budget import OverrunError
from generator.render.page import Page
from generator.source.portfolio import read_person
from generator.source.rows import values
from generator.source.snapshot import Person, Snapshot
from generator.theme.schema import Fault

_LARGE = 10_000
"""Bytes of a value that may be why a page takes too much; below that it is the template."""


class PeopleBuilder:
    """Builds the pages of people, a shard at a time; knows no manifest."""

    def __init__(
        self, materials: Materials, snapshot: Snapshot, writer: Files, *, full: bool
    ) -> None:
        """`full` renders every page anew, and compares each file on disk with it."""
        self._materials = materials
        self._snapshot = snapshot
        self._writer = writer
        self._full = full
        self._stopwatch = Stopwatch(time.thread_time)

    def build(self, shard: Shard) -> ShardResult:
        """Bring the pages of a shard up to date; their files must have been announced."""
        self._stopwatch.start()
        orders = {order.owner: order for order in shard.orders}
        results = {owner: Result(owner, None, None, None, 0, has_rows=False) for owner in orders}
        for person in self._snapshot.people(tuple(orders)):
            self._stopwatch.lap("fetch")
            results[person.owner] = self._person(person, orders[person.owner])
            self._stopwatch.lap("write")
        return ShardResult(
            results=tuple(results.values()),
            seconds=self._stopwatch.take(),
            peak_memory=peak_memory(),
            links=self._writer.take_links(),
        )

    def _person(self, person: Person, order: Order) -> Result:
        fingerprint = self._materials.fingerprint(person.theme, order.segment, person.document)
        page, reading, written = order.page, None, False
        stands = self._stands(page, fingerprint, page_file(order.segment))
        self._stopwatch.lap("compare")
        if not self._full and order.failed == fingerprint:  # it would fail again
            page = self._last_good(order)
        elif self._full or not stands:
            made, reading = self._make(person, order)
            if made is None:
                page = self._last_good(order)
                reading = msgspec.structs.replace(reading, failed=fingerprint)
            else:
                page = Standing(fingerprint, len(made.body))
                written = self._write(made)
                self._stopwatch.lap("write")
        redirect, redirect_written = self._redirect(order) if page else (None, False)
        return Result(person.owner, page, redirect, reading, written + redirect_written)

    def _make(self, person: Person, order: Order) -> tuple[Page | None, Reading]:
        """One bad row spoils one page (DESIGN, rule 7)."""
        read = read_person(person, self._materials.picture_addresses)
        self._stopwatch.lap("read")
        if read.portfolio is None:
            return None, Reading(person.theme, read.problems, None)
        problems = (*read.problems, *self._theme_problems(person, read.portfolio))
        try:
            page = self._materials.renderer.portfolio(read.portfolio, order.segment)
        except ThemeError as error:
            return None, Reading(person.theme, (*problems, _failure(person, error)), None)
        finally:
            self._lap_rendering(read.portfolio.theme.id, "portfolio.html")
        return page, Reading(person.theme, problems, entry(read.portfolio, order.segment))

    def _redirect(self, order: Order) -> tuple[Standing | None, bool]:
        """The page at the username that sends on to this one, and whether it was written."""
        if order.redirect_from is None:
            return None, False
        fingerprint = self._materials.redirect_fingerprint(order.redirect_from, order.segment)
        if not self._full and self._stands(
            order.redirect, fingerprint, page_file(order.redirect_from)
        ):
            return order.redirect, False
        page = self._materials.renderer.redirect(order.redirect_from, order.segment)
        self._lap_rendering(self._materials.settings.theme, "redirect.html")
        return Standing(fingerprint, len(page.body)), self._write(page)

    def _stands(self, known: Standing | None, fingerprint: bytes, path: str) -> bool:
        """Whether the file is made from just this; its size on disk is compared, too."""
        return (
            known is not None
            and known.fingerprint == fingerprint
            and known.size == self._writer.size(path)
        )

    def _last_good(self, order: Order) -> Standing | None:
        """The person's last good page stays; whatever they are read from next, it is made again."""
        size = self._writer.size(page_file(order.segment))
        return None if order.page is None or size is None else Standing(AGAIN, size)

    def _write(self, page: Page) -> bool:
        """Whether it had to be: a file whose bytes stand already is let be."""
        if self._writer.read(page.path) == page.body:
            return False
        self._writer.write(page.path, page.body, page.location)
        return True

    def _lap_rendering(self, wanted: str, template: str) -> None:
        self._stopwatch.lap(f"render {self._materials.theme_name(wanted)}/{template}")

    def _theme_problems(self, person: Person, portfolio: Portfolio) -> list[Problem]:
        """What the theme can't make of the owner's choices."""
        wanted = portfolio.theme.id
        used = self._materials.theme_name(wanted)
        faults = self._materials.themes[used].schema.resolve(portfolio.theme.chosen).faults
        if wanted != used:
            why = f"there is no theme {quote(wanted)} here; {used!r} is used"
            faults = (Fault("theme", "theme.id", why), *faults)
        return [
            Problem(
                kind=fault.kind, level="warning", owner=person.owner, table="portfolios",
                column=fault.place, row=person.row, reason=fault.why,
            )
            for fault in faults
        ]  # fmt: skip


def _failure(person: Person, error: ThemeError) -> Problem:
    """Why a page could not be made: a mistake in the template, or too much to show."""
    if isinstance(error.__cause__, OverrunError):
        largest = max(
            values(person.owner, person.document, person.row), key=lambda it: len(it.text)
        )
        if len(largest.text) >= _LARGE:
            return Problem(
                kind="page_too_large", level="error", owner=person.owner, table=largest.table,
                column=largest.column, row=largest.row, template=error.where or "",
                reason=f"{error.what} ({error.where}); this value is the largest that it shows",
            )  # fmt: skip
    return Problem(
        kind="template", level="error", owner=person.owner, template=error.where or "",
        reason=error.what,
    )  # fmt: skip


def entry(portfolio: Portfolio, segment: str) -> Entry:
    """How the lists of the site show a person."""
    return Entry(
        name=portfolio.name,
        headline=portfolio.headline,
        location=portfolio.location,
        photo=portfolio.photo,
        updated=portfolio.updated,
        segment=segment,
    )
