"""An output that is read, and whose changes are recorded instead of being made."""

from collections.abc import Callable, Iterable, Iterator

from generator.model.identity import DatabaseIdentity
from generator.publish.measured import Measured
from generator.publish.target import Files, Output

_TEMPORARY = ".qwikfolio-tmp"
"""What the names of builds' own files in an output begin with; every build clears them away."""


class RecordingFiles:
    """The files of an output as they would be; nothing in it is touched.

    Sizes are kept, bodies aren't: memory is that of the paths that would change.
    """

    def __init__(self, files: Files) -> None:
        """`files` are only read."""
        self._files = files
        self._changes: dict[str, int | None] = {}  # path to its new size; None: removed

    @property
    def written(self) -> tuple[str, ...]:
        """Paths of files that would be new, or have other bytes than now, in order."""
        return tuple(sorted(path for path, size in self._changes.items() if size is not None))

    @property
    def removed(self) -> tuple[str, ...]:
        """Paths of files that would be gone, in order."""
        return tuple(sorted(path for path, size in self._changes.items() if size is None))

    def tidy(self) -> None:
        """Nothing was left unfinished by this; what others left doesn't count as a stray."""

    def fence(self, name: str) -> None:
        """Nobody else writes for this build."""

    def unfence(self) -> None:
        """Nobody else writes for this build."""

    def write(self, path: str, body: bytes, location: str = "") -> None:  # noqa: ARG002 - for stores
        """Record that `body` would be at `path`."""
        if self._files.read(path) == body:
            self._changes.pop(path, None)
        else:
            self._changes[path] = len(body)

    def copy(self, path: str, pieces: Iterable[bytes]) -> None:
        """Record that what the pieces make together would be at `path`."""
        measured = Measured(pieces)
        for _piece in measured:
            pass
        if self._files.digest(path) == measured.digest:
            self._changes.pop(path, None)
        else:
            self._changes[path] = measured.size

    def remove(self, path: str) -> None:
        """Record that nothing would be at `path`."""
        self._changes.pop(path, None)
        if self._files.size(path) is not None:
            self._changes[path] = None

    def size(self, path: str) -> int | None:
        """The size that the file would have in bytes; None where there would be none."""
        return self._changes[path] if path in self._changes else self._files.size(path)

    def read(self, path: str) -> bytes | None:
        """The bytes at `path`, as long as nothing would have changed them; else None."""
        return None if path in self._changes else self._files.read(path)

    def digest(self, path: str) -> bytes | None:
        """The digest of the bytes at `path`, as long as nothing would have changed them."""
        return None if path in self._changes else self._files.digest(path)

    def strays(self, known: Callable[[str], bool]) -> Iterator[str]:
        """Every file that is not `known`, and would not have been removed."""
        for path in self._files.strays(known):
            if not path.startswith(_TEMPORARY) and self._changes.get(path, 0) is not None:
                yield path

    def state(self) -> str | None:
        """As the output's own."""
        return self._files.state()

    def remove_links(self) -> None:
        """Links stay; a build would remove them."""

    def take_links(self) -> tuple[str, ...]:
        """None was removed."""
        return ()


class RecordingOutput:
    """An output whose mark stays what it is."""

    def __init__(self, output: Output) -> None:
        """`output` is only read."""
        self.files = RecordingFiles(output.files)
        self.is_new = output.is_new
        """Whether nothing is in it."""
        self._identity = output.identity()
        self._source = output.source()

    def identity(self) -> str:
        """The manifest that it would have been written with last."""
        return self._identity

    def mark(self, identity: str) -> None:
        """Record which manifest would know it."""
        self._identity = identity

    def source(self) -> DatabaseIdentity | None:
        """The database that it was last built from."""
        return self._source

    def assign(self, source: DatabaseIdentity) -> None:
        """Record which database it would be built from."""
        self._source = source
