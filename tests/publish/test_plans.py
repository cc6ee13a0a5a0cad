"""Cost follows the change: no query of a warm build walks through everybody (SQLite's own plan)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.publish.manifest import Manifest, open_manifest
from generator.sql import queries

OF_EVERYBODY = {"files", "readings", "claims", "addresses"}
WHOLE_SITE = {
    "schema",
    "reopened",
    "winners",
    # asked once, for the report of a build
    "count_files",
    "count_claims",
    "problems",
    "failed",
    # where everybody is due, or the machine has started anew
    "everybody_due",
    "owners_due",
    "sizes",
    "forget_files",
    # where a redirect is another: its lists have them all
    "redirects",
    # of a dry run
    "note_pages",
    "moves",
}
QUERIES = {
    (file, name): text
    for file in ("manifest.sql", "addresses.sql")
    for name, text in queries("generator.publish", file).items()
    if name not in WHOLE_SITE
}


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    with open_manifest(tmp_path / "manifest.sqlite") as manifest:
        for temporary in ("reopened", "winners"):
            manifest.connection.execute(queries("generator.publish", "addresses.sql")[temporary])
        yield manifest


@pytest.mark.parametrize(("file", "name"), QUERIES)
def test_no_query_of_a_warm_build_walks_through_everybody(
    manifest: Manifest, file: str, name: str
) -> None:
    query = QUERIES[file, name]
    named = re.findall(r":(\w+)", re.sub(r"--.*", "", query))
    parameters: dict[str, None] | list[None] = (
        dict.fromkeys(named) if named else [None] * query.count("?")
    )
    plan = manifest.connection.execute(f"EXPLAIN QUERY PLAN {query}", parameters).fetchall()
    aliases = dict(re.findall(r"\b(files|readings|claims|addresses) (\w)\b", query))
    for *_numbers, step in plan:
        scanned = re.match(r"SCAN (\w+)", step)
        assert not scanned or scanned[1] not in {*OF_EVERYBODY, *aliases.values()}, step
