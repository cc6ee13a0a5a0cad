"""The tables as the migrations declare them: what a database would say of itself, without one.

Reads no SQL but the house's own: one `CREATE TABLE` a table, one column a line. The tests compare
it with the catalog of a migrated database.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from generator.database.catalog import Catalog, Column

_FILES = ("0001_auth.sql", "0002_tables.sql")
_TABLE = re.compile(r"CREATE TABLE(?: IF NOT EXISTS)? ([\w.]+) \(\n(.*?)\n *\);", re.DOTALL)
_COLUMN = re.compile(
    r"""
    ^\s+"?(?P<name>[a-z_]+)"?
    \s+(?P<type>[a-z]+(?:\s*\([\d,\s]+\))?)
    (?P<rest>(?:[^',]|'[^']*'|\([^()]*\))*)
    (?:,|\Z)
    """,
    re.VERBOSE | re.MULTILINE,
)
_DEFAULT = re.compile(r"DEFAULT (?:'(?P<text>[^']*)'|(?P<word>[\w()]+))")
_LONG_NAMES = {"timestamptz": "timestamp with time zone"}
_WORDS: Mapping[str, object] = {"true": True, "false": False, "0": 0}


class Declared(msgspec.Struct, frozen=True):
    """The tables that samples are written for."""

    catalog: Catalog
    """Columns as `read_catalog` gives them; without rules, which only a database applies."""
    defaults: Mapping[str, Mapping[str, object]]
    """By table and column: what stands there where nothing is given. JSON as it is decoded. A
    column without a default, or with one that is made anew for each row, is absent."""


@cache
def declared() -> Declared:
    """Read the migrations that come with this software."""
    columns: dict[str, dict[str, Column]] = {}
    defaults: dict[str, dict[str, object]] = {}
    for relation, body in _tables():
        for found in _COLUMN.finditer(body):
            name, rest = found["name"], found["rest"]
            kind = re.sub(r"\s", "", found["type"])
            columns.setdefault(relation, {})[name] = Column(
                relation=relation,
                name=name,
                type=_LONG_NAMES.get(kind, kind),
                required=bool(re.search("NOT NULL|PRIMARY KEY", rest)) and "DEFAULT" not in rest,
            )
            default = _DEFAULT.search(rest)
            if default and default["text"] is not None:
                text = default["text"]
                value = msgspec.json.decode(text) if kind == "jsonb" else text
                defaults.setdefault(relation, {})[name] = value
            elif default and default["word"] in _WORDS:
                defaults.setdefault(relation, {})[name] = _WORDS[default["word"]]
    return Declared(Catalog(columns, {}), defaults)


def _tables() -> Iterator[tuple[str, str]]:
    for file in _FILES:
        text = files("generator.database").joinpath("migrations", file).read_text("utf-8")
        yield from _TABLE.findall(re.sub(r"--[^\n]*", "", text))
