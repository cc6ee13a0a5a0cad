"""The manifest: an SQLite file that knows what stands in `output/`, for whom, made from what.

It is written so that a crash at any instant leaves it true: a file is announced before it is
written and vouched for (`record`) after. SQLite keeps its own memory bounded, so a site of any size
is planned without holding it.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from errno import ENOSPC
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec

from generator.errors import PublishError
from generator.publish import directory
from generator.sql import queries

SCHEMA_VERSION = 5
AGAIN = b""
"""The fingerprint of a whole file that must be made again, whatever it was made from."""

_CACHE_KB = 4_000
_AT_ONCE = 10_000
"""Rows that are read from the file in one go."""
_PAGES_A_CHECKPOINT = 20_000
"""Of 4 KB. Each checkpoint waits for the disk, which has a site's pages to write at that time."""

OrderRow = tuple[
    str, str, str | None, str | None, bytes | None, int | None,
    str | None, str | None, str | None, bytes | None, int | None, bytes | None,
]  # fmt: skip
"""owner, segment; kind, owner, fingerprint and size of what stands there; so for the redirect; the
fingerprint that failed."""


class FileRecord(msgspec.Struct, frozen=True):
    """What the manifest knows of one file."""

    kind: str
    owner: str | None
    fingerprint: bytes | None
    size: int | None


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """A whole file, as it was made."""

    fingerprint: bytes
    """Of everything it was made from; `AGAIN` where that does not matter any more."""
    size: int | None
    """In bytes; None where it is not known."""


class Manifest:
    """One output's manifest, open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.sql = queries("generator.publish", "manifest.sql")
        self._batch = 0

    def file(self, path: str) -> FileRecord | None:
        """What is known of the file at `path`."""
        row = self.connection.execute(self.sql["file"], (path,)).fetchone()
        return FileRecord(*row) if row else None

    def announce(self, files: Iterable[tuple[str, str, str | None]]) -> int:
        """Announce files (path, kind, owner) before they are written; durable as `record` is.

        Returns:
            The number of the batch, for `taken_over` and `finish`.
        """
        self._batch += 1
        self.connection.executemany(self.sql["announce"], ((*file, self._batch) for file in files))
        return self._batch

    def taken_over(self, batch: int) -> list[str]:
        """Paths of a batch where somebody else's file stands."""
        return self.texts("taken_over", batch)

    def record(self, files: Iterable[tuple[str, str, str | None, Standing]]) -> None:
        """Vouch for files (path, kind, owner) that stand whole; durable with the next `commit`."""
        self.connection.executemany(
            self.sql["record"],
            (
                (path, kind, owner, standing.fingerprint, standing.size)
                for path, kind, owner, standing in files
            ),
        )

    def finish(self, batch: int) -> None:
        """Every file of the batch is vouched for, or gone; durable as `record` is."""
        self.connection.execute(self.sql["finish_batch"], (batch,))

    def forget(self, path: str) -> None:
        """Strike out a file that is gone; durable as `record` is."""
        self.connection.execute(self.sql["forget_file"], (path,))

    def commit(self) -> None:
        """Make everything recorded so far durable."""
        self.connection.commit()

    def rollback(self) -> None:
        """Forget everything that was recorded since the last `commit`."""
        self.connection.rollback()

    def id(self) -> str:
        """This manifest's own name: a UUID."""
        return str(UUID(self._one("id")))

    def identity(self) -> str:
        """Which state of the output this manifest knows; a folder marked otherwise is another."""
        return self._one("identity")

    def advance(self) -> None:
        """The output is about to change; durable on return."""
        self.connection.execute(self.sql["advance"])
        self.connection.commit()

    def fact(self, name: str) -> bytes | None:
        """What the last build went by."""
        row = self.connection.execute(self.sql["fact"], (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: bytes) -> None:
        """Note what this build goes by; durable as `record` is."""
        self.connection.execute(self.sql["set_fact"], (name, value))

    def stash(self, owner: str, body: bytes) -> None:
        """Keep a page that is on its way to another address; durable as `record` is."""
        self.connection.execute(self.sql["stash"], (owner, body))

    def movers(self) -> list[tuple[str, str]]:
        """Owner and old path of every page whose person stands elsewhere now."""
        return self.connection.execute(self.sql["movers"]).fetchall()

    def arrivals(self) -> list[tuple[str, str]]:
        """Owner and new path of every page that is on its way."""
        return self.connection.execute(self.sql["arrivals"]).fetchall()

    def orphans(self) -> list[tuple[str, str]]:
        """Owner and path of every page at an address that is not its owner's now."""
        return self.connection.execute(self.sql["orphans"]).fetchall()

    def stashed(self, owner: str) -> bytes:
        """The page of a person that is on its way."""
        body: bytes = self.connection.execute(self.sql["stashed"], (owner,)).fetchone()[0]
        return body

    def give_receipt(self, path: str) -> None:
        """Note that the file was taken away; durable as `record` is."""
        self.connection.execute(self.sql["receipt"], (path,))

    def receipts(self) -> tuple[str, ...]:
        """What was taken away since `take_receipts` was last asked."""
        return tuple(self.texts("receipts"))

    def take_receipts(self) -> tuple[str, ...]:
        """What was taken away since this was last asked."""
        receipts = self.receipts()
        if receipts:
            self.connection.execute(self.sql["forget_receipts"])
            self.connection.commit()
        return receipts

    def execute(self, query: str, *parameters: object) -> None:
        """Run a query of `manifest.sql` that gives nothing; durable as `record` is."""
        self.connection.execute(self.sql[query], parameters)

    def execute_all(self, query: str, rows: Iterable[tuple[object, ...]]) -> None:
        """As `execute`, once a row."""
        self.connection.executemany(self.sql[query], rows)

    def orders(self, after: str, limit: int, only: Sequence[str] | None) -> list[OrderRow]:
        """The next people who are due, after an owner: the rows of the query `orders`."""
        parameters = {"after": after, "limit": limit, **chosen(only)}
        return self.connection.execute(self.sql["orders"], parameters).fetchall()

    def sizes(self) -> Iterator[tuple[str, int | None, str | None]]:
        """Path, size and owner of every whole file; the manifest may be written meanwhile."""
        after = ""
        while rows := self.rows("sizes", after, _AT_ONCE):
            yield from rows
            after = rows[-1][0]

    def rows(self, query: str, *parameters: object) -> list[Any]:
        """The rows that a query of `manifest.sql` gives; for few."""
        return self.connection.execute(self.sql[query], parameters).fetchall()

    def texts(self, query: str, *parameters: object) -> list[str]:
        """The paths or owners that a query of `manifest.sql` names."""
        return [text for (text,) in self.connection.execute(self.sql[query], parameters)]

    def count(self, query: str) -> int:
        """The number that a query of `manifest.sql` gives."""
        number: int = self.connection.execute(self.sql[query]).fetchone()[0]
        return number

    def _one(self, query: str) -> str:
        text: str = self.connection.execute(self.sql[query]).fetchone()[0]
        return text


def chosen(only: Sequence[str] | None) -> dict[str, str | None]:
    """The parameter of queries that are about some owners, or, where it is None, about all."""
    return {"only": None if only is None else msgspec.json.encode(only).decode()}


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


def copy_manifest(source: Path, target: Path) -> None:
    """Copy a manifest, if there is one, that no build writes to meanwhile.

    SQLite's own backup would make files beside the manifest. The write-ahead log is copied first: a
    build that closes the manifest meanwhile moves the log into it, and applied twice it does no
    harm.

    Raises:
        PublishError: It can't be read, or the copy can't be written.
    """
    try:
        for suffix in ("-wal", ""):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{source}{suffix}", f"{target}{suffix}")
    except OSError as error:
        raise _refused(source, error) from error


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
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_A_CHECKPOINT}")
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
    directory.create(connection)
    connection.execute("INSERT INTO identity VALUES (?, 0)", (uuid4().hex,))
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.commit()
