"""What this database knows of its own tables: columns, types and rules.

The one source of column knowledge for whoever writes rows from a file: ask the catalog, not a copy.
"""

from collections.abc import Mapping

import msgspec
import psycopg

from generator.sql import queries

_SQL = queries("generator.database", "seed.sql")


class Column(msgspec.Struct, frozen=True):
    """One column."""

    relation: str
    """Its table, with the schema: `public.skills`."""
    name: str
    type: str
    """As PostgreSQL writes it: `text`, `numeric(3,1)`, `timestamp with time zone`, …"""
    required: bool
    """True: NOT NULL, and nothing fills it in."""


class Rule(msgspec.Struct, frozen=True):
    """One CHECK, UNIQUE, PRIMARY KEY, FOREIGN KEY or unique index."""

    relation: str
    name: str
    columns: tuple[str, ...]
    definition: str
    """As PostgreSQL writes it: `CHECK ((char_length(name) >= 2))`."""


class Catalog(msgspec.Struct, frozen=True):
    """The tables asked for."""

    columns: Mapping[str, Mapping[str, Column]]
    """By table and name; a table that doesn't exist is absent."""
    rules: Mapping[tuple[str, str], Rule]
    """By table and name."""


def read_catalog(connection: psycopg.Connection, relations: list[str]) -> Catalog:
    """Ask for the columns and rules of some tables, each named with its schema."""
    columns: dict[str, dict[str, Column]] = {}
    for row in connection.execute(_SQL["columns"], {"relations": relations}):
        column = Column(*row)
        columns.setdefault(column.relation, {})[column.name] = column
    rules = {}
    for relation, name, names, definition in connection.execute(
        _SQL["rules"], {"relations": relations}
    ):
        rules[relation, name] = Rule(relation, name, tuple(names), definition)
    return Catalog(columns, rules)
