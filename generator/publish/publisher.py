"""Puts pages on disk and takes them away, keeping the manifest true at every instant.

    intend (durable) → write → record (durable with the next intend)

Pages are taken in batches, so that the durable step costs little.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from generator.publish.manifest import Manifest
from generator.publish.writer import Writer

_BATCH_FILES = 100
_BATCH_BYTES = 4_000_000
_AGAIN = b""  # the fingerprint of a whole page that must be made again


class Publication(msgspec.Struct, frozen=True):
    """A file as it is to stand."""

    path: str
    body: bytes
    kind: str
    """portfolio, redirect, list, site or asset."""
    owner: str | None
    """user_id of whom it speaks; None for the site's own."""
    fingerprint: bytes
    """Of everything the body was made from."""


class Publisher:
    """The files of one output."""

    def __init__(self, manifest: Manifest, writer: Writer, changing: Callable[[], None]) -> None:
        """`changing` is called once, before the first file is written or removed."""
        self._manifest = manifest
        self._writer = writer
        self._changing: Callable[[], None] | None = changing
        self._batch: list[Publication] = []
        self._batch_bytes = 0
        self.written = 0
        self.unchanged = 0

    def stands(self, path: str, owner: str | None, fingerprint: bytes) -> bool:
        """Whether the file stands already, made from just this; counted if so.

        The size on disk is compared too, which a file cut short by a power failure fails.
        """
        known = self._manifest.file(path)
        stands = (
            known is not None
            and known.fingerprint == fingerprint
            and known.owner == owner
            and self._writer.size(path) == known.size
        )
        self.unchanged += stands
        return stands

    def put(self, publication: Publication) -> None:
        """Take a file to be written with its batch; one whose bytes stand already is let be."""
        self._batch.append(publication)
        self._batch_bytes += len(publication.body)
        if len(self._batch) >= _BATCH_FILES or self._batch_bytes >= _BATCH_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write the batch; on return no `kill` can undo it."""
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        fresh = [item for item in batch if self._writer.read(item.path) != item.body]
        self._write(fresh)
        for item in batch:
            self._vouch(item)
        self._manifest.commit()
        self.written += len(fresh)
        self.unchanged += len(batch) - len(fresh)

    def withdraw(self) -> bool:
        """Remove every file that speaks of somebody who is not public any more; whether any did."""
        gone = self._manifest.paths("withdrawn")
        self._remove_all(gone)
        return bool(gone)

    def relocate(self) -> bool:
        """Move the pages of people whose address changed; whether any did.

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
            page = Publication(path, self._manifest.stashed(owner), "portfolio", owner, _AGAIN)
            self._write([page])
            self._vouch(page)
        orphans = self._manifest.paths("orphans")
        self._remove_all(orphans)
        self._manifest.execute("arrived")
        self._manifest.commit()
        return bool(arrivals or orphans)

    def spare(self, path: str, owner: str) -> bool:
        """Whether the last good page of a person stands at `path`; any other file there goes.

        It is to be made again by the next build, even if the rows and the theme go back to what it
        was made from.
        """
        known = self._manifest.file(path)
        size = self._writer.size(path)
        if (
            known is not None
            and (known.kind, known.owner) == ("portfolio", owner)
            and known.fingerprint is not None
            and size is not None
        ):
            self._manifest.record(path, "portfolio", owner, _AGAIN, size)
            return True
        if known is not None or size is not None:
            self._remove_all([path])
        return False

    def clear(self, kind: str, keep: Collection[str]) -> None:
        """Remove the files of a kind that are not among those to keep."""
        self._remove_all(
            [path for path in self._manifest.paths("files_of_kind", kind) if path not in keep]
        )

    def clear_dead_redirects(self) -> None:
        """Remove redirects to pages that do not stand."""
        self._remove_all(self._manifest.paths("dead_redirects"))

    def sweep(self, known: Callable[[str], bool]) -> None:
        """Remove every file on disk that is not `known`."""
        self._remove_all(self._writer.strays(known))

    def is_recorded(self, path: str) -> bool:
        """Whether the manifest knows the file."""
        return _in_unicode(path) == path and self._manifest.file(path) is not None

    def _write(self, items: Sequence[Publication]) -> None:
        """Announce files, then write them."""
        if not items:
            return
        self._change()
        for item in items:
            known = self._manifest.file(item.path)
            if known is not None and known.owner not in {None, item.owner}:
                # Should we die before the write, these bytes must not pass for the new owner's.
                self._writer.remove(item.path)
        self._manifest.intend((item.path, item.kind, item.owner) for item in items)
        for item in items:
            self._writer.write(item.path, item.body)

    def _vouch(self, item: Publication) -> None:
        self._manifest.record(item.path, item.kind, item.owner, item.fingerprint, len(item.body))

    def _remove_all(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._change()
            self._writer.remove(path)
            self._manifest.forget(_in_unicode(path))
            self._manifest.give_receipt(_in_unicode(path))
        self._manifest.commit()

    def _change(self) -> None:
        if self._changing is not None:
            changing, self._changing = self._changing, None
            changing()


def _in_unicode(path: str) -> str:
    """The path as it can be stored and printed; a stray's name need not be UTF-8."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
