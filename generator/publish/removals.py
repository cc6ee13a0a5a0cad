"""Who has a page in the output, and would have none after this build."""

import msgspec

from generator.publish.manifest import Manifest
from generator.sql import queries

MOST_EXAMPLES = 5

_SQL = queries("generator.publish", "removals.sql")


class Removals(msgspec.Struct, frozen=True):
    """People who would lose their page."""

    people: int
    examples: tuple[str, ...]
    """The addresses of the first ones, `MOST_EXAMPLES` at most."""


def note_earlier(manifest: Manifest) -> None:
    """Remember whom an earlier build was allowed to take away, and did not take away to its end.

    Called before anything is settled; durable as `record` is.
    """
    manifest.connection.execute(_SQL["create_earlier"])
    manifest.connection.execute(_SQL["forget_earlier"])
    manifest.connection.execute(_SQL["note_earlier"])


def removals(manifest: Manifest) -> Removals:
    """Who would lose their page by the addresses as they are settled now, by owner.

    A page that moves with its person counts for nothing, nor does a redirect.
    """
    (people,) = manifest.connection.execute(_SQL["count_removals"]).fetchone()
    paths = manifest.connection.execute(_SQL["removals"], (MOST_EXAMPLES,)) if people else ()
    return Removals(people, tuple(path.removesuffix("/index.html") for (path,) in paths))


def count_people(manifest: Manifest) -> int:
    """How many people have a page in the output."""
    people: int = manifest.connection.execute(_SQL["count_people"]).fetchone()[0]
    return people
