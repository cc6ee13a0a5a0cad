"""What every case needs: where things are, and what was asked for."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.database import Server


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the benchmark."""

    root: Path
    """The folder of `qwikfolio.toml`."""
    scratch: Path
    """Takes everything that is made; new, and removed at the end of all."""
    server: Server
    hugo: Path | None
    pairs: int
    repeats: int
    edits: int

    @property
    def state(self) -> Path:
        """Where our manifests are kept."""
        return self.scratch / "state"

    def new_folder(self, name: str) -> Path:
        """The path of a folder that doesn't exist yet."""
        return next(path for path in self._numbered(name) if not path.exists())

    def site(self, people: int) -> Path:
        """The output that the warm cases bring up to date."""
        return self.scratch / f"site-{people}"

    def _numbered(self, name: str) -> Iterator[Path]:
        number = 0
        while True:
            number += 1
            yield self.scratch / f"{name}-{number}"
