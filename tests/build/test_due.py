"""Who is read: whose rows changed and whom that touches; everybody, where nobody can tell."""

from collections.abc import Iterator, Mapping
from typing import Unpack
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from generator.build import Report, conductor, materials, people
from generator.database.invented import user_id
from generator.database.synthetic import add_synthetic
from generator.source.portfolio import Reading, read_person
from generator.source.snapshot import Claim, Person, Snapshot
from tests.build.world import LOGGED, REQUIRED, death, fresh_files
from tests.conftest import with_database
from tests.present import present
from tests.site import Asked, Notes, Site

NO_REACH = "reading everybody: the database's log of changes does not reach back to"


class Reads:
    """Whose rows the last build read, and whose claims to an address, by owner."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.people = self._watched(monkeypatch, "people")
        self.claims = self._watched(monkeypatch, "claims")

    def _watched(self, monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
        owners: list[str] = []
        read = getattr(Snapshot, name)

        def reads(snapshot: Snapshot, *who: tuple[str, ...] | None) -> Iterator[Claim | Person]:
            for found in read(snapshot, *who):
                owners.append(found.owner)
                yield found

        monkeypatch.setattr(Snapshot, name, reads)
        return owners

    def build(self, site: Site, **request: Unpack[Asked]) -> Report:
        self.people.clear()
        self.claims.clear()
        return site.build(**request)

    def everybody(self, site: Site, note: str = "", **request: Unpack[Asked]) -> bool:
        """Whether a build reads all three, says why, and is right."""
        self.build(site, **request)
        read = list(self.claims)
        assert [text[: len(note)] for text in site.notes.notes] == ([note] if note else [])
        assert site.files() == fresh_files(site)
        return len(read) == 3 and len(set(read)) == 3

    def nobody(self, site: Site) -> bool:
        """Whether a build reads nobody, and has nothing to say."""
        self.build(site)
        return not self.people and not self.claims and not site.notes.notes


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(monkeypatch)


def whose(site: Site, slug: str) -> UUID:
    with psycopg.connect(site.url) as connection:
        query = "SELECT user_id FROM portfolios WHERE slug = %s"
        (owner,) = connection.execute(query, [slug]).fetchone() or (None,)
    assert isinstance(owner, UUID)
    return owner


def learn(site: Site, slug: str) -> None:
    site.insert("skills", user_id=whose(site, slug), name="Knitting", **REQUIRED["skills"])


def test_nothing_changed_nobody_is_read(trio: Site, reads: Reads) -> None:
    assert reads.nobody(trio)


@pytest.mark.parametrize("table", LOGGED)
def test_a_changed_row_has_its_owner_read(trio: Site, reads: Reads, table: str) -> None:
    ada = whose(trio, "ada")
    if table == "portfolios":
        trio.execute("UPDATE portfolios SET headline = 'Baker' WHERE user_id = %s", ada)
    elif table == "profiles":
        trio.execute("UPDATE profiles SET avatar_url = 'https://a.example' WHERE id = %s", ada)
    elif table == "project_tech_stack":
        project = trio.insert("projects", user_id=ada, name="Loom", **REQUIRED["projects"])
        trio.build()
        trio.insert(table, project_id=project, tech="Wool")
    else:
        name = {"experience": "company", "education": "school"}.get(table, "name")
        trio.insert(table, user_id=ada, **{name: "Weaving"}, **REQUIRED[table])
    reads.build(trio)
    assert reads.people == reads.claims == [str(ada)]
    assert reads.nobody(trio)


@pytest.mark.parametrize("table", REQUIRED)
def test_a_row_that_goes_to_another_person_has_both_read(
    trio: Site, reads: Reads, table: str
) -> None:
    ada, bob = whose(trio, "ada"), whose(trio, "bob")
    name = {"experience": "company", "education": "school"}.get(table, "name")
    trio.insert(table, user_id=ada, **{name: "Weaving"}, **REQUIRED[table])
    trio.build()
    trio.execute(f"UPDATE {table} SET user_id = %s", bob)
    reads.build(trio)
    assert reads.people == sorted([str(ada), str(bob)])
    assert trio.files() == fresh_files(trio)


def test_what_no_page_shows_has_nobody_read(trio: Site, reads: Reads) -> None:
    trio.execute("UPDATE profiles SET last_seen_at = now()")
    assert reads.nobody(trio)


def test_a_draft_is_written_nobody_is_read(trio: Site, reads: Reads) -> None:
    trio.person("draft", published=False)
    reads.build(trio)
    assert reads.people == reads.claims == []


def test_who_takes_anothers_address_has_both_read(trio: Site, reads: Reads) -> None:
    """Bob was found at his username, too; it is Eve's slug now."""
    trio.execute("UPDATE portfolios SET slug = 'bob-too' WHERE slug = 'eve'")
    reads.build(trio)
    assert reads.people == sorted([str(whose(trio, "bob")), str(whose(trio, "bob-too"))])
    assert trio.files() == fresh_files(trio)


def test_who_leaves_an_address_has_the_next_in_line_read(trio: Site, reads: Reads) -> None:
    trio.person("ADA")
    assert trio.build().failed == ()
    assert not trio.has("ADA")
    trio.execute("DELETE FROM portfolios WHERE slug = 'ada'")
    reads.build(trio)
    assert reads.people == [str(whose(trio, "ADA"))]
    assert trio.files() == fresh_files(trio)


def test_who_has_no_address_left_is_not_complained_of_otherwise(trio: Site) -> None:
    """What an earlier reading said of their page went with the page."""
    user = trio.person("noor", website="javascript:alert(1)")
    trio.build()
    assert len(trio.problems("portfolios.website")) == 1
    trio.execute("UPDATE portfolios SET slug = NULL WHERE user_id = %s", user)
    trio.build()
    assert trio.problems("portfolios.website") == []
    assert len(trio.problems("portfolios.slug")) == 1


def test_one_change_among_many_people_writes_few_files(site: Site, reads: Reads) -> None:
    """A page and its redirect, those that list them, the home page, a sitemap and the index.

    And the two lists of redirects, where a redirect is another or gone.
    """
    add_synthetic(site.url, 500)
    site.build()
    for number, (statement, owners) in enumerate(
        (
            ("UPDATE portfolios SET bio = 'Changed.' WHERE user_id = %s", 1),
            ("UPDATE portfolios SET headline = 'Changed' WHERE user_id = %s", 1),
            ("UPDATE portfolios SET slug = 'somewhere-else' WHERE user_id = %s", 1),
            ("UPDATE portfolios SET published = false WHERE user_id = %s", 0),
            ("DELETE FROM auth.users WHERE id = %s", 0),
        )
    ):
        site.execute(statement, user_id(100 + number))
        report = reads.build(site)
        assert report.written + len(report.removed) <= 10, statement
        assert len(reads.people) == len(reads.claims) == owners, statement
        assert reads.build(site).written == 0


@pytest.mark.parametrize("harm", ["DISABLE TRIGGER", "ENABLE TRIGGER", "DROP TRIGGER"])
def test_a_trigger_that_is_off_has_everybody_read(trio: Site, reads: Reads, harm: str) -> None:
    """Until it is on again, and once more: what was written meanwhile is in no log."""
    trigger = "qwikfolio_log_insert"
    drop = f"DROP TRIGGER {trigger} ON skills"
    trio.execute(drop if harm == "DROP TRIGGER" else f"ALTER TABLE skills {harm} {trigger}")
    learn(trio, "ada")
    note = "reading everybody: the database keeps no log of what changes in skills"
    assert reads.everybody(trio, note)
    assert "Knitting" in trio.page("ada")
    learn(trio, "bob")
    assert reads.everybody(trio, note)
    assert "Knitting" in trio.page("bob")
    learn(trio, "eve")
    trio.execute("CALL qwikfolio.log_changes()")
    assert reads.everybody(trio, NO_REACH)
    assert "Knitting" in trio.page("eve")
    assert reads.nobody(trio)


@pytest.mark.parametrize(
    ("harm", "note"),
    [
        ("DELETE FROM qwikfolio.outputs", NO_REACH),
        ("UPDATE qwikfolio.outputs SET line = 'another'", NO_REACH),
        ("UPDATE qwikfolio.outputs SET position = '3:3:'", NO_REACH),
        ("ALTER TABLE skills ALTER skill TYPE varchar", NO_REACH),
        ("TRUNCATE certifications", NO_REACH),
        (
            "INSERT INTO qwikfolio.changes (origin) VALUES ('skills')",
            "reading everybody: skills was emptied",
        ),
    ],
)
def test_a_log_that_cannot_be_trusted_has_everybody_read_once(
    trio: Site, reads: Reads, harm: str, note: str
) -> None:
    """The output is struck off, the database was put back, its tables are others.

    To empty a table makes another of it; its entry in the log would do as well.
    """
    trio.execute(harm)
    learn(trio, "ada")
    assert reads.everybody(trio, note)
    assert "Knitting" in trio.page("ada")
    assert reads.nobody(trio)


def test_a_restored_database_has_everybody_read_once(trio: Site, reads: Reads) -> None:
    """A copy that was set aside goes on as the database, and back again."""
    original = trio.url
    name = urlsplit(original).path.lstrip("/")
    copy_name = f"{name}_copy"
    with psycopg.connect(with_database(original, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(copy_name), sql.Identifier(name)
            )
        )
        try:
            learn(trio, "ada")
            trio.build()
            trio.url = with_database(original, copy_name)
            learn(trio, "bob")
            assert reads.everybody(trio, adopt_output=True)
            assert "Knitting" not in trio.page("ada")
            assert "Knitting" in trio.page("bob")
            assert reads.nobody(trio)
            trio.url = original
            assert reads.everybody(trio, adopt_output=True)
            assert "Knitting" in trio.page("ada")
            assert reads.nobody(trio)
        finally:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy_name))
            )


def test_a_database_put_back_in_its_place_has_everybody_read_once(trio: Site, reads: Reads) -> None:
    """Its files are those of last night, by which the last build but one went."""
    learn(trio, "bob")
    trio.build()
    with psycopg.connect(trio.url) as connection:
        last_night = connection.execute("SELECT position::text FROM qwikfolio.outputs").fetchone()
    learn(trio, "ada")
    trio.build()
    trio.execute("DELETE FROM skills WHERE user_id = %s", whose(trio, "ada"))
    trio.execute("DELETE FROM qwikfolio.changes")
    trio.execute("UPDATE qwikfolio.outputs SET position = %s::pg_snapshot", *present(last_night))
    assert reads.everybody(trio, NO_REACH)
    assert "Knitting" not in trio.page("ada")
    assert reads.nobody(trio)


def test_a_build_that_died_has_nobody_else_read(trio: Site, reads: Reads) -> None:
    """However often, and though the database has not heard of what was read meanwhile."""
    learn(trio, "ada")
    for _time in range(3):
        with death(Notes, "begin", 0):
            reads.build(trio)
        assert reads.people == []
    learn(trio, "bob")
    reads.build(trio)
    assert reads.people == sorted([str(whose(trio, "ada")), str(whose(trio, "bob"))])
    assert trio.files() == fresh_files(trio)


def test_a_database_that_cannot_be_written_has_everybody_read_each_time(
    trio: Site, reads: Reads
) -> None:
    """As a standby can't."""
    trio.execute(
        "CREATE OR REPLACE FUNCTION qwikfolio.follow(output uuid, reached pg_snapshot, line text)"
        " RETURNS boolean LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE read_only_sql_transaction; END $$"
    )
    trio.execute("DELETE FROM qwikfolio.outputs")
    for slug in ("ada", "bob"):
        learn(trio, slug)
        reads.build(trio)
        assert len(set(reads.claims)) == 3
        assert trio.notes.notes[0].startswith(NO_REACH)
        assert trio.notes.notes[1].startswith("the next build may have to read everybody: ")
        assert "Knitting" in trio.page(slug)


def test_a_lost_manifest_or_full_has_everybody_read(trio: Site, reads: Reads) -> None:
    """The operator asked for one, and sees the other: neither needs a note."""
    reads.build(trio, full=True)
    assert len(reads.claims) == len(reads.people) == 3
    for manifest in trio.settings.state.glob("manifest-*"):
        manifest.unlink()
    assert reads.everybody(trio)
    assert reads.nobody(trio)


class Attempts:
    """How often rows were turned into a portfolio."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0

        def reads(person: Person, pictures: Mapping[str, str]) -> Reading:
            self.count += 1
            return read_person(person, pictures)

        monkeypatch.setattr(people, "read_person", reads)

    def of(self, site: Site, **request: Unpack[Asked]) -> int:
        """Attempts of one build."""
        self.count = 0
        site.build(**request)
        return self.count


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> Attempts:
    return Attempts(monkeypatch)


def spoil(site: Site, slug: str) -> str:
    """Give somebody a row that no page can be made from, and build; who it is."""
    site.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")
    site.execute("UPDATE portfolios SET name = NULL WHERE slug = %s", slug)
    site.build()
    return str(whose(site, slug))


def test_who_failed_costs_the_next_build_nothing(trio: Site, reads: Reads) -> None:
    """They are reported each time, with the same words."""
    ada = spoil(trio, "ada")
    told = trio.problems()
    assert len(told) == 1
    for _time in range(2):
        assert reads.nobody(trio)
        report = trio.build()
        assert (report.failed, trio.problems()) == ((ada,), told)
        assert report.metrics.people == {}


def test_who_failed_is_not_tried_again_because_everybody_is_read(
    trio: Site, reads: Reads, attempts: Attempts
) -> None:
    ada = spoil(trio, "ada")
    told = trio.problems()
    attempts.count = 0
    trio.execute("DELETE FROM qwikfolio.outputs")
    report = reads.build(trio)
    assert ada in reads.people
    assert attempts.count == 0
    assert (report.failed, trio.problems()) == ((ada,), told)
    assert reads.nobody(trio)


@pytest.mark.parametrize("what", ["data", "theme", "software", "full"])
def test_who_failed_is_tried_again_when_something_changed(
    trio: Site, attempts: Attempts, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    spoil(trio, "ada")
    if what == "data":
        learn(trio, "ada")
    elif what == "theme":
        template = trio.root / "themes" / "base" / "templates" / "base.html"
        template.write_text(template.read_text().replace("</body>", "<hr></body>"))
    elif what == "software":
        for module in (conductor, materials):
            monkeypatch.setattr(module, "__version__", "99")
    assert attempts.of(trio, full=what == "full") == (1 if what == "data" else 3)
    assert attempts.of(trio) == 0


def test_who_failed_is_built_when_the_row_is_what_it_was(trio: Site) -> None:
    """The page that stands was made from just this row; nothing else says that it is right."""
    spoil(trio, "ada")
    trio.execute("UPDATE portfolios SET name = 'Ada' WHERE slug = 'ada'")
    assert trio.build().failed == ()
    assert trio.files() == fresh_files(trio)


def test_a_person_beyond_the_bounds_costs_the_next_build_nothing(trio: Site, reads: Reads) -> None:
    trio.execute("UPDATE portfolios SET bio = repeat('a', 1000000) WHERE slug = 'ada'")
    ada = str(whose(trio, "ada"))
    assert trio.build().failed == (ada,)
    assert reads.nobody(trio)
    assert trio.build().failed == (ada,)
    trio.execute("UPDATE portfolios SET bio = 'short' WHERE slug = 'ada'")
    assert trio.build().failed == ()
