"""Databases of synthetic people, one for each number of them, in the embedded server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psycopg
from psycopg import sql

from generator.database import embedded
from generator.database.invented import user_id
from generator.database.migrate import migrate
from generator.database.synthetic import add_synthetic


class Server(msgspec.Struct, frozen=True):
    """A server that runs for the whole of a benchmark."""

    url: str
    pid: int
    """Of the postmaster."""


@contextmanager
def open_server(state: Path) -> Iterator[Server]:
    """The embedded server of the folder `state`, with the settings every user of it has."""
    with embedded.server(state) as url:
        pid = int((state / "postgres" / "postmaster.pid").read_text().split()[0])
        yield Server(url, pid)


def people_database(server: Server, people: int) -> str:
    """The URL of the database with so many people, filled where it is missing, and at rest."""
    name = f"people_{people}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = urlsplit(server.url)._replace(path=f"/{name}").geturl()
    migrate(url)
    if add_synthetic(url, people):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (FREEZE, ANALYZE)")
            connection.execute("CHECKPOINT")
    return url


class Headline(msgspec.Struct, frozen=True):
    """What is edited, and where it shows."""

    owner: str
    segment: str
    text: str


@contextmanager
def headlines(
    url: str, people: int, count: int
) -> Iterator[tuple[psycopg.Connection, list[Headline]]]:
    """The headlines of `count` people from all over; as they were, when the block ends.

    A headline is the dearest thing to change: it also stands in the directory.

    Yields:
        A connection that commits each statement, and the headlines.
    """
    step = max(1, people // count)
    owners = [user_id(1 + nth * step % people) for nth in range(count)]
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT user_id::text, slug, headline FROM portfolios"
            " WHERE user_id = ANY (%s::uuid[]) ORDER BY user_id",
            [owners],
        )
        found = [Headline(*row) for row in rows]
        try:
            yield connection, found
        finally:
            with connection.transaction():
                for headline in found:
                    set_headline(connection, headline.owner, headline.text)


def set_headline(connection: psycopg.Connection, owner: str, text: str) -> None:
    """Give a person another headline."""
    connection.execute("UPDATE portfolios SET headline = %s WHERE user_id = %s", [text, owner])
