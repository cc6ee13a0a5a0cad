"""The manifest: an SQLite file that knows what stands in `output/`, for whom, made from what.

It is written so that a crash at any instant leaves it true: a file is announced (`intend`) before
it is written and vouched for (`record`) after. SQLite keeps its own memory bounded, so a site of
any size is planned without holding it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import ENOSPC
from pathlib import Path
from uuid import uuid4

import msgspec

from generator.errors import PublishError
from generator.model.problem import Problem
from generator.sql import queries

SCHEMA_VERSION = 2

_problems = msgspec.json.Decoder(tuple[Problem, ...])


class FileRecord(msgspec.Struct, frozen=True):
    """What the manifest knows of one file."""

    kind: str
    owner: str | None
    fingerprint: bytes | None
    size: int | None


class Entry(msgspec.Struct, frozen=True):
    """What the site's own pages say of a person."""

    name: str
    headline: str
    location: str | None
    photo: str | None
    updated: str
    segment: str
    """The person's address: `/<segment>/`."""


class Manifest:
    """One output's manifest, open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.sql = queries("generator.publish", "manifest.sql")

    def file(self, path: str) -> FileRecord | None:
        """What is known of the file at `path`."""
        row = self.connection.execute(self.sql["file"], (path,)).fetchone()
        return FileRecord(*row) if row else None

    def intend(self, files: Iterable[tuple[str, str, str | None]]) -> None:
        """Announce files (path, kind, owner) before they are written; durable on return."""
        self.connection.executemany(self.sql["intend"], files)
        self.connection.commit()

    def record(
        self, path: str, kind: str, owner: str | None, fingerprint: bytes, size: int
    ) -> None:
        """Vouch for a file that stands whole; durable with the next `intend` or `commit`."""
        self.connection.execute(self.sql["record"], (path, kind, owner, fingerprint, size))

    def forget(self, path: str) -> None:
        """Strike out a file that is gone; durable as `record` is."""
        self.connection.execute(self.sql["forget_file"], (path,))

    def commit(self) -> None:
        """Make everything recorded so far durable."""
        self.connection.commit()

    def identity(self) -> str:
        """Which state of the output this manifest knows; a folder marked otherwise is another."""
        identity: str = self.connection.execute(self.sql["identity"]).fetchone()[0]
        return identity

    def advance(self) -> None:
        """The output is about to change; durable on return."""
        self.connection.execute(self.sql["advance"])
        self.connection.commit()

    def stash(self, owner: str, body: bytes) -> None:
        """Keep a page that is on its way to another address; durable as `record` is."""
        self.connection.execute(self.sql["stash"], (owner, body))

    def movers(self) -> list[tuple[str, str]]:
        """Owner and old path of every page whose person stands elsewhere now."""
        return self.connection.execute(self.sql["movers"]).fetchall()

    def arrivals(self) -> list[tuple[str, str]]:
        """Owner and new path of every page that is on its way."""
        return self.connection.execute(self.sql["arrivals"]).fetchall()

    def stashed(self, owner: str) -> bytes:
        """The page of a person that is on its way."""
        body: bytes = self.connection.execute(self.sql["stashed"], (owner,)).fetchone()[0]
        return body

    def give_receipt(self, path: str) -> None:
        """Note that the file was taken away; durable as `record` is."""
        self.connection.execute(self.sql["receipt"], (path,))

    def take_receipts(self) -> tuple[str, ...]:
        """What was taken away since this was last asked."""
        receipts = tuple(self.paths("receipts"))
        self.connection.execute(self.sql["forget_receipts"])
        self.connection.commit()
        return receipts

    def execute(self, query: str) -> None:
        """Run a query of `manifest.sql` that gives nothing; durable as `record` is."""
        self.connection.execute(self.sql[query])

    def paths(self, query: str, *parameters: str) -> list[str]:
        """The paths that a query of `manifest.sql` names."""
        return [path for (path,) in self.connection.execute(self.sql[query], parameters)]

    def enter(self, owner: str, entry: Entry) -> None:
        """Say of a person what the site's own pages need."""
        self.connection.execute(
            self.sql["enter"],
            (
                owner, entry.name.casefold(), entry.name, entry.headline, entry.location,
                entry.photo, entry.updated,
            ),
        )  # fmt: skip

    def leave(self, owner: str) -> None:
        """Take a person off the site's own pages."""
        self.connection.execute(self.sql["forget_entry"], (owner,))

    def count_entries(self) -> int:
        """How many people have a page that stands."""
        count: int = self.connection.execute(self.sql["count_entries"]).fetchone()[0]
        return count

    def entries(self) -> Iterator[Entry]:
        """People whose page stands, by name."""
        for row in self.connection.execute(self.sql["entries"]):
            yield Entry(*row)

    def set_problems(self, owner: str, problems: tuple[Problem, ...]) -> None:
        """Keep the problems of a person's rows, in place of earlier ones."""
        if problems:
            self.connection.execute(
                self.sql["note_problems"], (owner, msgspec.json.encode(problems))
            )
        else:
            self.connection.execute(self.sql["clear_problems"], (owner,))

    def problems(self) -> Iterator[Problem]:
        """Every kept problem, by owner."""
        for (problems,) in self.connection.execute(self.sql["all_problems"]):
            yield from _problems.decode(problems)


@contextmanager
def open_manifest(path: Path) -> Iterator[Manifest]:
    """Open the manifest at `path`; one that is missing, damaged or of another version starts anew.

    Starting anew loses no page: the output's mark then speaks of another manifest, and everything
    in it is built again or removed.

    Raises:
        PublishError: It can't be opened or written, or turned out to be damaged on the way.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _open(path)
    except (sqlite3.OperationalError, OSError) as error:
        raise _refused(path, error) from error
    try:
        yield Manifest(connection)
    except sqlite3.OperationalError as error:
        raise _refused(path, error) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        _remove(path)
        raise PublishError(
            f"the manifest was damaged, and has been removed: {error}",
            where=str(path),
            fix="build again: every file is then checked",
        ) from error
    finally:
        with suppress(sqlite3.Error):
            connection.close()


def _refused(path: Path, error: Exception) -> PublishError:
    name = getattr(error, "sqlite_errorname", "")
    fix = "see that its folder is writable, then build again"
    if name.startswith("SQLITE_FULL") or getattr(error, "errno", None) == ENOSPC:
        fix = "free space on that disk, then build again"
    elif name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        fix = "end the program that holds it open, then build again"
    return PublishError(
        f"the manifest can't be used: {error}; the site on disk is whole", where=str(path), fix=fix
    )


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    for _attempt in range(2):
        connection = sqlite3.connect(path)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == SCHEMA_VERSION:
                return connection
            if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                _create(connection)
                return connection
        except sqlite3.OperationalError:
            connection.close()
            raise
        except sqlite3.DatabaseError:
            pass
        connection.close()
        _remove(path)
    raise PublishError("the manifest can't be made anew", where=str(path), fix="remove the file")


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(queries("generator.publish", "manifest.sql")["schema"])
    connection.execute("INSERT INTO identity VALUES (?, 0)", (uuid4().hex,))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.commit()
