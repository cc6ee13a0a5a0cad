"""Puts files on disk and takes them away, keeping the manifest true at every instant.

announce (durable) → write → vouch (durable)
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from generator.errors import PublishError
from generator.publish.manifest import AGAIN, Manifest, Standing
from generator.publish.measured import Measured
from generator.publish.target import Files
from generator.publish.writer import printable

_BATCH_FILES = 100
_BATCH_BYTES = 1_000_000


class Publication(msgspec.Struct, frozen=True):
    """A file as it is to stand."""

    path: str
    body: bytes
    kind: str
    """portfolio, redirect, list, site, static or asset."""
    owner: str | None
    """user_id of whom it speaks; None for the site's own."""
    fingerprint: bytes
    """Of everything the body was made from."""


class Publisher:
    """The files of one output."""

    def __init__(self, manifest: Manifest, writer: Files, changing: Callable[[], None]) -> None:
        """`changing` is called once, before the first file is written or removed."""
        self._manifest = manifest
        self._writer = writer
        self._changing: Callable[[], None] | None = changing
        self.written = 0
        self.stuck: PublishError | None = None
        """Why the first file that can't be removed can't; it keeps no other from going."""

    def put_all(self, publications: Iterable[Publication]) -> None:
        """Write files, in batches; one whose bytes stand already is let be.

        On return no `kill` can undo it.
        """
        for batch in _batches(publications):
            fresh = [item for item in batch if self._writer.read(item.path) != item.body]
            with self.writing([(item.path, item.kind, item.owner) for item in fresh]):
                for item in fresh:
                    self._writer.write(item.path, item.body)
                self._manifest.record(
                    (item.path, item.kind, item.owner, Standing(item.fingerprint, len(item.body)))
                    for item in batch
                )
            self.written += len(fresh)

    def copy(self, path: str, kind: str, made: Standing, pieces: Iterable[bytes]) -> None:
        """Write a file of the site's own in pieces; one whose bytes stand already is let be.

        Args:
            path: Relative to the output.
            kind: As a publication's.
            made: What the pieces were when they were last looked at. What is vouched for is what
                came: somebody may have saved the file meanwhile, and the next build sees to that.
            pieces: Of its bytes; may be taken once.
        """
        if self._writer.digest(path) == made.fingerprint:
            self._manifest.record([(path, kind, None, made)])
            self._manifest.commit()
            return
        with self.writing([(path, kind, None)]):
            measured = Measured(pieces)
            self._writer.copy(path, measured)
            stands = Standing(measured.digest, measured.size)
            self._manifest.record([(path, kind, None, stands)])
        self.written += 1

    @contextmanager
    def writing(self, files: Sequence[tuple[str, str, str | None]]) -> Iterator[None]:
        """Announce files (path, kind, owner); within, they are written and vouched for."""
        if files:
            batch = self.announce(files)
            yield
            self._manifest.finish(batch)
        else:
            yield
        self._manifest.commit()

    def announce(self, files: Sequence[tuple[str, str, str | None]]) -> int:
        """As the manifest does; whatever of somebody else's stands there goes before.

        Should we die before the write, their bytes must not pass for the new owner's.
        """
        self._change()
        batch = self._manifest.announce(files)
        for path in self._manifest.taken_over(batch):
            self._writer.remove(path)
        self._manifest.commit()
        return batch

    def stands(self, path: str, owner: str | None, fingerprint: bytes) -> bool:
        """Whether the manifest vouches for the file, made from just this."""
        known = self._manifest.file(path)
        return known is not None and (known.fingerprint, known.owner) == (fingerprint, owner)

    def withdraw(self) -> None:
        """Remove every file that speaks of somebody who is not public any more."""
        self.remove_all(self._manifest.texts("withdrawn"))

    def relocate(self) -> set[str]:
        """Move the pages of people whose address changed; the owners of all that moved or went.

        An old page stands at the new address until the new one is made in its place: a build that
        ends in the middle leaves nobody at the old address, and nobody without a page. All are
        stashed in the manifest before the first is written, since people may swap addresses.
        """
        for owner, path in self._manifest.movers():
            body = self._writer.read(path)
            if body is not None:
                self._manifest.stash(owner, body)
        self._manifest.commit()
        arrivals = self._manifest.arrivals()
        for owner, path in arrivals:
            body = self._manifest.stashed(owner)
            with self.writing([(path, "portfolio", owner)]):
                self._writer.write(path, body)
                self._manifest.record([(path, "portfolio", owner, Standing(AGAIN, len(body)))])
        orphans = self._manifest.orphans()
        self.remove_all(path for _owner, path in orphans)
        self._manifest.execute("arrived")
        self._manifest.commit()
        return {owner for owner, _path in (*arrivals, *orphans)}

    def clear(self, kind: str, keep: Collection[str]) -> None:
        """Remove the files of a kind that are not among those to keep."""
        self.remove_all(
            [path for path in self._manifest.texts("files_of_kind", kind) if path not in keep]
        )

    def sweep(self, known: Callable[[str], bool]) -> None:
        """Remove every file on disk that is not `known`."""
        self.remove_all(self._writer.strays(known))

    def is_recorded(self, path: str) -> bool:
        """Whether the manifest knows the file."""
        return printable(path) == path and self._manifest.file(path) is not None

    def remove_all(self, paths: Iterable[str]) -> None:
        """Remove files, with a receipt for each; `stuck` says if one can't be."""
        for path in paths:
            self._change()
            try:
                self._writer.remove(path)
            except PublishError as error:
                self.stuck = self.stuck or error
                continue
            self._manifest.forget(printable(path))
            self._manifest.give_receipt(printable(path))
        self._manifest.commit()

    def _change(self) -> None:
        if self._changing is not None:
            changing, self._changing = self._changing, None
            changing()


def _batches(publications: Iterable[Publication]) -> Iterator[list[Publication]]:
    batch: list[Publication] = []
    size = 0
    for publication in publications:
        batch.append(publication)
        size += len(publication.body)
        if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
