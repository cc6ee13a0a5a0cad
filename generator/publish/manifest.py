"""The manifest: an SQLite file that knows what stands in `output/`, for whom, made from what.

It is written so that a crash at any instant leaves it true: a file is announced (`intend`) before
it is written and vouched for (`record`) after. SQLite keeps its own memory bounded, so a site of
any size is planned without holding it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import msgspec

from generator.errors import PublishError
from generator.model.problem import Problem
from generator.sql import queries

SCHEMA_VERSION = 1

_problems = msgspec.json.Decoder(tuple[Problem, ...])


class FileRecord(msgspec.Struct, frozen=True):
    """What the manifest knows of one file."""

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

    def __init__(self, connection: sqlite3.Connection, identity: str) -> None:
        self.identity = identity
        """Random; an output marked with another one was written by somebody else."""
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

    def forget_files(self) -> None:
        """Strike out every file: nothing is known of what stands in the output."""
        self.connection.execute(self.sql["forget_files"])

    def commit(self) -> None:
        """Make everything recorded so far durable."""
        self.connection.commit()

    def orphans(self) -> list[tuple[str, str, str | None, bool, str | None]]:
        """Pages where nobody stands now: path, kind, owner, whether whole, the owner's new path."""
        rows = self.connection.execute(self.sql["orphans"]).fetchall()
        return [(path, kind, owner, bool(whole), new) for path, kind, owner, whole, new in rows]

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

    def entries(self, limit: int = -1, offset: int = 0) -> Iterator[Entry]:
        """People whose page stands, by name."""
        for row in self.connection.execute(self.sql["entries"], (limit, offset)):
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

    Starting anew loses no page: the output is then marked with another identity, and everything
    in it is built again or removed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _open(path)
    except (sqlite3.OperationalError, OSError) as error:
        raise PublishError(
            f"the manifest can't be opened: {error}",
            where=str(path),
            fix="see that the folder is writable and the disk is not full",
        ) from error
    try:
        yield Manifest(connection, _identity(connection))
    except sqlite3.OperationalError as error:
        raise PublishError(
            f"the manifest can't be written: {error}",
            where=str(path),
            fix="free space on that disk, then build again; the site on disk is whole",
        ) from error
    finally:
        with suppress(sqlite3.Error):
            connection.close()


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
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    raise PublishError("the manifest can't be made anew", where=str(path), fix="remove the file")


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(queries("generator.publish", "manifest.sql")["schema"])
    connection.execute("CREATE TABLE identity (id TEXT NOT NULL)")
    connection.execute("INSERT INTO identity VALUES (?)", (uuid4().hex,))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.commit()


def _identity(connection: sqlite3.Connection) -> str:
    identity: str = connection.execute("SELECT id FROM identity").fetchone()[0]
    return identity
