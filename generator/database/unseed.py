"""Take people out again that this software once put into a database: samples, or made-up ones."""

from uuid import UUID

import msgspec
import psycopg
from psycopg import sql

from generator.database.connection import connect
from generator.database.invented import user_id
from generator.database.refusal import in_session
from generator.database.rows import FIRST_ID, LAST_ID
from generator.database.samples import MANY
from generator.sql import queries

_SQL = queries("generator.database", "seed.sql")
_RELATIONS = (*MANY.values(), "public.portfolios", "public.profiles", "auth.users")
_OWNERS = {"public.profiles": "id", "auth.users": "id"}  # in all others `user_id`


class People(msgspec.Struct, frozen=True):
    """People known by their ids: a range of them, and the version of UUID that they are."""

    first: UUID
    last: UUID
    version: str
    """One hexadecimal digit; ids that databases and apps make have another: 4, or 7."""


SAMPLES = People(FIRST_ID, LAST_ID, "5")
SYNTHETIC = People(UUID(user_id(0)), UUID(user_id(0xFFFF_FFFF)), "8")


def unseed(url: str, people: People) -> int:
    """Remove people, with all that belongs to them, and touch nobody else; how many there were.

    All in one transaction.

    Raises:
        DatabaseError: The database can't be reached, isn't migrated, or forbids it.
    """
    with connect(url) as connection:
        try:
            with connection.transaction():
                return _unseed(connection, msgspec.structs.asdict(people))
        except psycopg.Error as error:
            raise in_session(
                error,
                "the people can't be removed, and nothing was changed",
                connection,
            ) from None


def _unseed(connection: psycopg.Connection, people: dict[str, object]) -> int:
    connection.execute(_SQL["one_at_a_time"])
    connection.execute(_SQL["remove_technologies"], people)
    removed = 0
    for relation in _RELATIONS:  # an app's tables need not delete what refers to a row
        statement = sql.SQL(_SQL["remove_rows"]).format(
            relation=sql.Identifier(*relation.split(".")),
            owner=sql.Identifier(_OWNERS.get(relation, "user_id")),
        )
        removed = connection.execute(statement, people).rowcount
    return removed
