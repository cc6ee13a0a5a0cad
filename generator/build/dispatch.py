"""Between the manifest and an engine: orders go out in shards, results are taken in."""

from collections import deque
from collections.abc import Iterator, Sequence

from generator.build.metrics import Totals
from generator.build.request import Listener, Request
from generator.build.shard import Order, Shard, ShardResult, page_file
from generator.build.workspace import Workspace
from generator.errors import PublishError
from generator.model.problem import Problem
from generator.publish import readings
from generator.publish.directory import Entry
from generator.publish.manifest import OrderRow, Standing


class Dispatch:
    """The people who are due, on their way to an engine and back."""

    def __init__(self, workspace: Workspace, request: Request, listener: Listener) -> None:
        self._manifest = workspace.manifest
        self._publisher = workspace.publisher
        self._directory = workspace.directory
        self._writer = workspace.writer
        self._request = request
        self._listener = listener
        self._announced: deque[tuple[int, Shard]] = deque()
        self.written = 0
        self.totals = Totals()
        self.links: list[str] = []
        """The symbolic links that were met in the output, and removed."""

    def shards(self, size: int, chosen: Sequence[str] | None) -> Iterator[Shard]:
        """The people who are due, or those chosen, `size` at a time, their files announced."""
        after = ""
        while rows := self._manifest.orders(after, size, chosen):
            shard = Shard(tuple(map(_order, rows)))
            files = [(page_file(it.segment), "portfolio", it.owner) for it in shard.orders]
            files += [
                (page_file(it.redirect_from), "redirect", it.owner)
                for it in shard.orders
                if it.redirect_from
            ]
            self._announced.append((self._publisher.announce(files), shard))
            yield shard
            after = shard.orders[-1].owner

    def take(self, made: ShardResult) -> None:
        """Take in what became of the shard that has been out the longest."""
        batch, shard = self._announced.popleft()
        _require_answer(shard, made)
        files: list[tuple[str, str, str | None, Standing]] = []
        dead: list[str] = []
        read: list[tuple[str, str, bytes | None, Sequence[Problem]]] = []
        entries: list[tuple[str, Entry]] = []
        for order, result in zip(shard.orders, made.results, strict=True):
            owner = result.owner
            for segment, kind, standing in (
                (order.segment, "portfolio", result.page),
                (order.redirect_from, "redirect", result.redirect),
            ):
                if segment and standing:
                    files.append((page_file(segment), kind, owner, standing))
                elif segment:
                    dead.append(page_file(segment))
            if result.page is None:
                self._directory.leave(owner)
            if result.reading:
                reading = result.reading
                read.append((owner, reading.theme, reading.failed, reading.problems))
                if reading.entry:
                    entries.append((owner, reading.entry))
            self.written += result.written
            self._listener.advance()
        self.totals.add(made.seconds, made.peak_memory)
        self.links += made.links
        self._manifest.record(files)
        readings.note(self._manifest, read)
        self._directory.enter_all(entries)
        # Who has no rows after all stays due: the next build settles that.
        done = ((it.owner,) for it in made.results if it.has_rows)
        self._manifest.execute_all("done", done)
        self._publisher.remove_all(path for path in dead if self._may_stand(path))
        self._manifest.finish(batch)
        if not self._announced:
            self._manifest.commit()  # else with the next announcement
        if self._request.strict:
            problems = (it.reading.problems for it in made.results if it.reading)
            self._request.stop_if_strict([problem for few in problems for problem in few])

    def _may_stand(self, path: str) -> bool:
        return self._manifest.file(path) is not None or self._writer.size(path) is not None


def _require_answer(shard: Shard, made: ShardResult) -> None:
    """A worker elsewhere may run other software, or answer another's question.

    Raises:
        PublishError: It speaks of other people, or puts one at another's address.
    """
    asked = {order.owner: order.segment for order in shard.orders}
    answered = [result.owner for result in made.results]
    entries = [(it.owner, it.reading.entry) for it in made.results if it.reading]
    if answered != list(asked) or any(
        entry is not None and entry.segment != asked[owner] for owner, entry in entries
    ):
        raise PublishError(
            "a worker's answer is not to what it was asked",
            fix="see that nothing but this software runs on the workers, then build again with "
            "--full",
        )


def _order(row: OrderRow) -> Order:
    """A row of the query `orders`; what stands at an address is of use if it is this person's."""
    (
        owner,
        segment,
        kind,
        holder,
        fingerprint,
        size,
        source,
        its_kind,
        its_holder,
        mark,
        its_size,
        failed,
    ) = row
    page = redirect = None
    if (kind, holder) == ("portfolio", owner) and fingerprint is not None:
        page = Standing(fingerprint, size)
    if (its_kind, its_holder) == ("redirect", owner) and mark is not None:
        redirect = Standing(mark, its_size)
    return Order(owner, segment, page, source, redirect, failed)
