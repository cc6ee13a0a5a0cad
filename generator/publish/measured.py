"""Bytes that pass by in pieces, and what is known of them afterwards."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b


def new_digest() -> blake2b:
    """The kind of digest that files are compared by, of no byte yet; `content`'s is the same."""
    return blake2b(digest_size=16)


class Measured:
    """Pieces of a file; those that were taken out of it are measured."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._digest = new_digest()
        self.size = 0
        """In bytes."""

    @property
    def digest(self) -> bytes:
        """Of all bytes so far."""
        return self._digest.digest()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._digest.update(piece)
            self.size += len(piece)
            yield piece
