"""Puts pages on disk and takes them away, keeping the manifest true at every instant.

    intend (durable) → write → record (durable with the next intend)

Pages are taken in batches, so that the durable step costs little.
"""

from collections.abc import Callable, Collection

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
    """portfolio, redirect, site or asset."""
    owner: str | None
    """user_id of whom it speaks; None for the site's own."""
    fingerprint: bytes
    """Of everything the body was made from."""


class Publisher:
    """The files of one output."""

    def __init__(self, manifest: Manifest, writer: Writer) -> None:
        self._manifest = manifest
        self._writer = writer
        self._batch: list[Publication] = []
        self._batch_bytes = 0
        self.written = 0
        self.unchanged = 0
        self.removed: list[str] = []

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
        """Write the batch; durable on return."""
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        fresh = [item for item in batch if self._writer.read(item.path) != item.body]
        for item in fresh:
            known = self._manifest.file(item.path)
            if known is not None and known.owner not in {None, item.owner}:
                # Should we die before the write, these bytes must not pass for the new owner's.
                self._writer.remove(item.path)
        self._manifest.intend((item.path, item.kind, item.owner) for item in fresh)
        for item in fresh:
            self._writer.write(item.path, item.body)
        for item in batch:
            self._manifest.record(
                item.path, item.kind, item.owner, item.fingerprint, len(item.body)
            )
        self._manifest.commit()
        self.written += len(fresh)
        self.unchanged += len(batch) - len(fresh)

    def withdraw(self) -> None:
        """Remove every file that speaks of somebody who is not public any more."""
        for path in self._manifest.paths("withdrawn"):
            self._remove(path)
        self._manifest.commit()

    def relocate(self) -> None:
        """Move the pages of people whose address changed, and remove where nobody stands now.

        The old page stands at the new address until the new one is made in its place: a build that
        ends in the middle leaves nobody at the old address, and nobody without a page.
        """
        for path, kind, owner, whole, new in self._manifest.orphans():
            body = self._writer.read(path) if whole and kind == "portfolio" else None
            if new is not None and body is not None and self._manifest.file(new) is None:
                self._manifest.intend([(new, kind, owner)])
                self._writer.write(new, body)
                self._manifest.record(new, kind, owner, _AGAIN, len(body))
            self._remove(path)
        self._manifest.commit()

    def spare(self, path: str, owner: str) -> bool:
        """Whether the last good page of a person stands at `path`; any other file there goes.

        It is to be made again by the next build, even if the rows and the theme go back to what it
        was made from.
        """
        known = self._manifest.file(path)
        if known is None:
            if self._writer.size(path) is not None:
                self._remove(path)
            return False
        size = self._writer.size(path)
        if known.owner == owner and known.fingerprint is not None and size is not None:
            self._manifest.record(path, "portfolio", owner, _AGAIN, size)
            return True
        self._remove(path)
        return False

    def clear(self, kind: str, keep: Collection[str]) -> None:
        """Remove the files of a kind that are not among those to keep."""
        for path in self._manifest.paths("files_of_kind", kind):
            if path not in keep:
                self._remove(path)
        self._manifest.commit()

    def sweep(self, known: Callable[[str], bool]) -> None:
        """Remove every file on disk that is not `known`."""
        for path in self._writer.strays(known):
            self._remove(path)
        self._manifest.commit()

    def is_recorded(self, path: str) -> bool:
        """Whether the manifest knows the file."""
        return self._manifest.file(path) is not None

    def _remove(self, path: str) -> None:
        self._writer.remove(path)
        self._manifest.forget(path)
        self.removed.append(path)
