"""The samples read without a database are what a database gives of them."""

from pathlib import Path

import msgspec
import pytest

from generator.database.catalog import read_catalog
from generator.database.connection import connect
from generator.database.rows import TECHNOLOGIES
from generator.database.samples import MANY, SINGLE
from generator.database.seed import seed
from generator.errors import ContentError
from generator.gallery.declared import declared
from generator.gallery.samples import public_samples, sample_people, sample_portfolios
from generator.publish import addresses
from generator.publish.manifest import open_manifest
from generator.source.snapshot import open_snapshot
from tests.site import TEST_PEOPLE

ODD = r"""
[profile]
username = "odd"

[portfolio]
name = "Odd \u001f \u007f é"
headline = "Half \\ a \"headline\"\twith\nbreaks"
email = "odd@example.com"
hourly_rate = 37.125
slug = "odd"
settings = { json = '{"bb": 1, "a": 2, "isPublic": "true", "é": [1e3, -0.0, 1e-7], "a": {}}' }
theme = { json = '{"id": {"b": 1, "a": [true]}}' }
primary_stack = { json = '[1, "\u0001", [], {}, "\ud83d\ude00"]' }
created_at = 2020-02-29T23:30:00-05:00

[[skills]]
name = "Later"
category = "tool"
level = "advanced"
created_at = 2031-12-31T23:59:59.999999Z

[[skills]]
name = "Earlier"
category = "tool"
level = "advanced"
years_experience = 0.25

[[projects]]
name = "Second"
description = "It comes after the other."
order = 2
tech_stack = ["b", "a"]

[[projects]]
name = "First"
description = "It comes before the other."
order = 1

[[projects]]
name = "Featured"
description = "It comes before them all."
order = 3
featured = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The samples, and somebody with whatever a column can hold besides."""
    for file in TEST_PEOPLE.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "odd.toml").write_text(ODD)
    for name, columns in {
        "list": "settings = [1]",
        "hidden-list": 'settings = ["isPublic"]\npublished = false',
        "null": "settings = { null = true }\npublished = true",
        "json-null": "settings = { json = 'null' }\npublished = true",
        "theme-list": 'theme = ["id"]\npublished = true',
        "theme-null": "theme = { json = '{\"id\": null}' }\npublished = true",
    }.items():
        text = f'[portfolio]\nname = "{name}"\nheadline = "x"\nemail = "x@example.com"\n'
        (tmp_path / f"{name}.toml").write_text(f'{text}slug = "{name}"\n{columns}\n')
    return tmp_path


def test_every_document_is_the_one_that_a_database_gives(database: str, folder: Path) -> None:
    seed(database, folder)
    with open_snapshot(database) as snapshot:
        people = {it.owner: it for it in snapshot.people()}
        claims = list(snapshot.claims())
    samples = public_samples(folder)
    written = [(it.claim.owner, it.claim.slug, it.claim.username) for it in samples]
    assert written == [(it.owner, it.slug, it.username) for it in claims]
    for sample in samples:
        assert sample.person.theme == people[sample.person.owner].theme
        assert sample.person.document.decode() == people[sample.person.owner].document.decode()


def test_the_tables_are_those_of_a_migrated_database(database: str) -> None:
    relations = [*SINGLE.values(), *MANY.values(), TECHNOLOGIES]
    with connect(database) as connection:
        assert declared().catalog.columns == read_catalog(connection, relations).columns


def test_drafts_are_nobody_and_everybody_else_has_their_address() -> None:
    found = {it.name: it.segment for it in sample_people(TEST_PEOPLE)}
    assert "dora" not in found
    assert "finn" not in found
    assert found["ada"] == "ada"
    assert found["haruka"] == "haruka-mori"
    assert found["ivan"] == "ivan-petrov"


def test_a_page_written_by_hand_keeps_its_address(tmp_path: Path) -> None:
    text = '[portfolio]\nname = "A"\nheadline = "x"\nemail = "x@example.com"\npublished = true\n'
    (tmp_path / "a.toml").write_text(f'{text}slug = "about"\n[profile]\nusername = "a"\n')
    assert [it.segment for it in sample_people(tmp_path)] == ["about"]
    assert [it.segment for it in sample_people(tmp_path, ["about"])] == ["a"]


def test_addresses_are_settled_as_a_build_settles_them(database: str, folder: Path) -> None:
    seed(database, folder)
    with open_snapshot(database) as snapshot, open_manifest(folder / "manifest") as manifest:
        claims = [msgspec.structs.astuple(it) for it in snapshot.claims()]
        addresses.settle(manifest, claims, (), everybody=True)
        built = {owner: addresses.segment_of(manifest, owner) for owner, *_rest in claims}
    assert {it.stored.person.owner: it.segment for it in sample_people(folder)} == built


def test_a_folder_that_is_not_there_holds_nobody(tmp_path: Path) -> None:
    assert sample_portfolios(tmp_path / "portfolios") == {}


def test_a_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "eve.toml").write_text('[portfolio]\nname = "Eve"\nheadlin = "x"\n')
    with pytest.raises(ContentError, match=r"no column headlin[^$]*eve\.toml:3"):
        sample_people(tmp_path)
