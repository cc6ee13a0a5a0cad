"""Nobody takes an address that another person has, and nobody can say that they had it first."""

import asyncio
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.beacon.store import open_session
from generator.database.migrate import MIGRATIONS, migrate
from generator.model.address import UnsafeSegmentError, collision_key, path_segment
from generator.model.lookalike import allowed_characters
from tests.conftest import as_role, with_database
from tests.site import Site

NFC, NFD = "zo\u00eb", "zoe\u0308"


@pytest.fixture
def victim(site: Site) -> UUID:
    """Ada, who has no slug and stands at her username."""
    ada = site.person(None, username="ada", headline="Victim")
    site.build()
    return ada


def shows(site: Site, address: str, headline: str) -> bool:
    return f">{headline}<" in site.page(address)


def rename(site: Site, person: UUID, **columns: str | None) -> None:
    """Set `slug` or `username`."""
    for column, value in columns.items():
        table, key = ("portfolios", "user_id") if column == "slug" else ("profiles", "id")
        site.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", value, person)


def claims(site: Site) -> dict[str, list[UUID]]:
    """Who claims each address, the first one first."""
    found: dict[str, list[UUID]] = {}
    with psycopg.connect(site.url) as connection:
        for key, owner in connection.execute(
            "SELECT key, owner FROM qwikfolio.address_claims ORDER BY precedence"
        ):
            found.setdefault(key, []).append(owner)
    return found


def asked(site: Site, *slugs: str) -> list[UUID | None]:
    """Whose the beacon takes these addresses to be."""

    async def ask() -> list[UUID | None]:
        async with open_session(site.url) as session:
            found = await session.owners(slugs)
        return [found[slug].id if slug in found else None for slug in slugs]

    return asyncio.run(ask())


def test_a_slug_does_not_take_the_address_of_somebodys_username(site: Site, victim: UUID) -> None:
    thief = site.person("ada", username="thief", headline="Newcomer", created_at="2001-01-01Z")
    report = site.build()
    assert shows(site, "ada", "Victim")
    assert shows(site, "thief", "Newcomer")
    assert site.problems() == [f"portfolios.slug: 'ada' is the address of {victim}"]
    assert report.failed == ()
    assert asked(site, "ada", "thief") == [victim, thief]


def test_a_newcomer_without_another_address_has_none(site: Site, victim: UUID) -> None:
    site.person("ADA", headline="Newcomer", created_at="2001-01-01Z")
    report = site.build()
    assert shows(site, "ada", "Victim")
    assert not site.has("ADA")
    assert report.failed == (), "or anybody could make every build fail"
    assert site.problems() == [
        "portfolios.slug: there is no address left for this person; "
        f"'ADA' is the address of {victim}",
    ]


@pytest.mark.parametrize(
    ("stands", "comes"),
    [(NFD, NFC), (NFC, NFD), ("Ada", "ada"), ("ada", "Ada"), ("οδος", "ΟΔΟΣ"), ("οδοσ", "οδος")],
)
def test_another_spelling_takes_no_address_however_old_it_says_it_is(
    site: Site, stands: str, comes: str
) -> None:
    first = site.person(stands, headline="Victim")
    site.build()
    site.person(comes, username="thief", headline="Newcomer", created_at="2001-01-01Z")
    site.build()
    address = unicodedata.normalize("NFC", stands)
    assert shows(site, address, "Victim")
    assert shows(site, "thief", "Newcomer")
    assert asked(site, address) == [first]


def test_sharp_s_is_no_double_s(site: Site) -> None:
    first = site.person("straße", headline="One")
    second = site.person("strasse", headline="Two", created_at="2001-01-01Z")
    site.build()
    assert shows(site, "straße", "One")
    assert shows(site, "strasse", "Two")
    assert site.problems() == []
    assert asked(site, "straße", "strasse") == [first, second]


def test_a_username_that_leads_to_a_slug_leads_to_nobody_else(site: Site) -> None:
    site.person("bob-builder", username="bob")
    site.build()
    site.person("bob", username="thief", headline="Newcomer")
    site.build()
    assert "/bob-builder/" in site.page("bob")
    assert shows(site, "thief", "Newcomer")


@pytest.mark.parametrize("how", ["unpublishes", "takes a slug", "renames", "leaves"])
def test_the_next_in_line_gets_an_address_that_is_given_up(
    site: Site, victim: UUID, how: str
) -> None:
    """By a warm build, which reads those only whose rows changed."""
    heir = site.person("ada", username="heir", headline="Heir")
    site.build()
    match how:
        case "unpublishes":
            site.publish(victim, published=False)
        case "takes a slug":  # and gives the username up
            rename(site, victim, slug="lovelace", username="countess")
        case "renames":
            rename(site, victim, username="countess")
        case _:
            site.execute("DELETE FROM auth.users WHERE id = %s", victim)
    site.build()
    assert shows(site, "ada", "Heir")
    assert site.problems() == []
    assert asked(site, "ada", "heir") == [heir, heir]


def test_who_comes_back_goes_last(site: Site, victim: UUID) -> None:
    heir = site.person("ada", username="heir")
    site.publish(victim, published=False)
    site.publish(victim, published=True)
    assert claims(site)["ada"] == [heir, victim]


def test_who_writes_their_address_otherwise_keeps_it(site: Site) -> None:
    first = site.person("Ada", username="lovelace")
    second = site.person(None, username="ada")
    rename(site, first, slug="ADA")
    site.execute("UPDATE portfolios SET headline = 'Countess', updated_at = now()")
    site.execute("UPDATE profiles SET avatar_url = 'https://a.example/1.png'")
    assert claims(site)["ada"] == [first, second]
    rename(site, first, username="ADA", slug=None)
    assert claims(site)["ada"] == [first, second], "by its username now"


def test_only_public_people_claim_and_each_address_once(site: Site) -> None:
    site.person("draft", username="drafted", published=False)
    both = site.person("Ada", username="ada")
    assert claims(site) == {"ada": [both]}


def test_what_is_no_address_by_its_length_is_not_kept(site: Site) -> None:
    person = site.person("short")
    rename(site, person, slug="x" * 2000)
    assert claims(site) == {}


def test_a_portfolio_that_is_given_away_claims_for_its_new_owner(site: Site) -> None:
    giver, taker = site.person("ada"), site.insert("auth.users")
    site.execute("UPDATE portfolios SET user_id = %s WHERE user_id = %s", taker, giver)
    assert claims(site) == {"ada": [taker]}


def test_a_lost_manifest_and_another_output_change_nothing(site: Site, victim: UUID) -> None:
    site.person("ada", username="thief", created_at="2001-01-01Z")
    site.person("Thief", username="other", created_at="2002-01-01Z")
    site.build()
    before = site.files()
    shutil.rmtree(site.settings.state)
    site.build()
    assert site.files() == before
    shutil.rmtree(site.settings.state)
    shutil.rmtree(site.output)
    site.build()
    assert site.files() == before


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM qwikfolio.address_claims",
        "INSERT INTO qwikfolio.address_claims (key, owner) VALUES ('ada', gen_random_uuid())",
        "UPDATE qwikfolio.address_claims SET since = '2001-01-01'",
        "DELETE FROM qwikfolio.address_claims",
        "SELECT qwikfolio.claim_addresses(gen_random_uuid())",
        "CALL qwikfolio.track_claims()",
        "SELECT * FROM qwikfolio.address_conflicts",
    ],
)
def test_an_owner_can_neither_read_nor_write_who_was_first(
    database: str, role: str, statement: str
) -> None:
    with (
        as_role(database, role, uuid4()) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("role", ["qwikfolio_publisher", "qwikfolio_beacon"])
def test_builds_and_the_beacon_only_read_it_and_only_of_public_people(
    site: Site, role: str
) -> None:
    site.person("ada")
    with as_role(site.url, role) as connection:
        read = "SELECT key FROM qwikfolio.address_claims"
        assert connection.execute(read).fetchall() == [("ada",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM qwikfolio.address_claims")
        site.execute("ALTER TABLE portfolios DISABLE TRIGGER USER")
        site.execute("UPDATE portfolios SET published = false, settings = '{}'")
        assert connection.execute(read).fetchall() == []


def test_the_owner_of_a_row_writes_it_and_the_claim_follows(site: Site, victim: UUID) -> None:
    """The trigger writes what they may not."""
    with as_role(site.url, "authenticated", victim) as connection:
        connection.execute("UPDATE portfolios SET slug = 'countess'")
    assert claims(site) == {"ada": [victim], "countess": [victim]}


# The database loses count.


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM qwikfolio.address_claims",
        "ALTER TABLE portfolios DISABLE TRIGGER USER; DELETE FROM qwikfolio.address_claims",
    ],
)
def test_who_has_no_claim_does_not_vanish(site: Site, loss: str) -> None:
    ada, bob = site.person("ada"), site.person(None, username="bob")
    for statement in loss.split(";"):
        site.execute(statement)
    report = site.build()
    assert (report.people, report.failed, site.problems()) == (2, (), [])
    assert site.has("ada")
    assert site.has("bob")
    assert asked(site, "ada", "bob", "eve") == [ada, bob, None]


def test_what_was_lost_is_made_good_by_one_call(site: Site) -> None:
    gone, ada = site.person("gone"), site.person("ada")
    site.build()
    site.execute("ALTER TABLE portfolios DISABLE TRIGGER qwikfolio_claim_update")
    site.execute("UPDATE portfolios SET slug = 'new' WHERE user_id = %s", ada)
    site.publish(gone, published=False)
    assert claims(site) == {"gone": [gone], "ada": [ada]}
    site.execute("CALL qwikfolio.track_claims()")
    assert claims(site) == {"new": [ada]}
    site.publish(gone, published=True)
    assert claims(site) == {"new": [ada], "gone": [gone]}, "the trigger works again"


@pytest.mark.parametrize(
    ("table", "left"), [("portfolios", set[str]()), ("profiles", {"ada", "lone"})]
)
def test_a_table_that_is_emptied_ends_its_claims(site: Site, table: str, left: set[str]) -> None:
    site.person("ada", username="lovelace")
    site.person("lone")
    site.execute(f"TRUNCATE {table}")
    assert set(claims(site)) == left


def test_claims_outlive_a_dump_that_is_restored_with_triggers_off(site: Site) -> None:
    first, second = site.person(None, username="ada"), site.person("ada", username="b")
    with psycopg.connect(site.url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE portfolios SET slug = 'eve' WHERE user_id = %s", [second])
        connection.execute("UPDATE portfolios SET slug = 'ada' WHERE user_id = %s", [second])
    assert claims(site)["ada"] == [first, second], "the trigger fires there, too"


# What is, when it comes to that, and what is not changed by it.


@contextmanager
def before_claims(server_database: str, folder: Path) -> Iterator[psycopg.Connection]:
    """A database as it was before there were claims."""
    for path in MIGRATIONS.glob("*.sql"):
        if int(path.name[:4]) < 14:
            shutil.copy(path, folder)
    migrate(server_database, folder)
    with psycopg.connect(server_database, autocommit=True) as connection:
        yield connection


def test_nobodys_address_changes_when_claims_come(empty_database: str, tmp_path: Path) -> None:
    """A slug went first, then a username without one, then a username that leads to a slug.

    Among equals went the slug in lower case, then the elder portfolio, then the smaller user_id.
    """
    people = [UUID(int=number) for number in range(1, 9)]
    rows: list[tuple[str | None, str | None, str]] = [
        ("Slug", "u1", "2001-01-01Z"),
        ("slug", "u2", "2020-01-01Z"),
        (None, "SLUG", "2000-01-01Z"),
        ("three", "Name", "2000-01-01Z"),
        (None, "name", "2010-01-01Z"),
        ("CASE", None, "2011-01-01Z"),
        ("Case", None, "2011-01-01Z"),
        (None, "one", "1999-01-01Z"),
    ]
    with before_claims(empty_database, tmp_path) as connection:
        for user, (slug, username, created) in zip(people, rows, strict=True):
            connection.execute("INSERT INTO auth.users (id) VALUES (%s)", [user])
            connection.execute("INSERT INTO profiles (id, username) VALUES (%s, %s)",
                               [user, username])  # fmt: skip
            connection.execute(
                "INSERT INTO portfolios (user_id, name, headline, email, slug, created_at, "
                "published) VALUES (%s, 'N', 'H', 'e', %s, %s, true)",
                [user, slug, created],
            )
        migrate(empty_database)
        order = connection.execute(
            "SELECT key, array_agg(owner ORDER BY precedence) FROM qwikfolio.address_claims "
            "GROUP BY key HAVING count(*) > 1 ORDER BY key"
        ).fetchall()
        conflicts = connection.execute(
            'SELECT key, owner, "column", written, holder FROM qwikfolio.address_conflicts '
            "ORDER BY key, owner"
        ).fetchall()
    one, two, three, four, five, six, seven, _eight = people
    assert order == [
        ("case", [six, seven]), ("name", [five, four]), ("slug", [two, one, three]),
    ]  # fmt: skip
    assert conflicts == [
        ("case", seven, "portfolios.slug", "Case", six),
        ("name", four, "profiles.username", "Name", five),
        ("slug", one, "portfolios.slug", "Slug", two),
        ("slug", three, "profiles.username", "SLUG", two),
    ]


def test_the_conflicts_are_those_that_a_build_warns_of(site: Site, victim: UUID) -> None:
    thief = site.person("ada", username="thief")
    late = site.person("THIEF", username="late")
    site.build()
    warned = {(p.owner, f"{p.table}.{p.column}") for p in site.notes.problems}
    with psycopg.connect(site.url) as connection:
        listed = connection.execute(
            'SELECT owner, "column", written, holder FROM qwikfolio.address_conflicts ORDER BY key'
        ).fetchall()
    assert listed == [
        (thief, "portfolios.slug", "ada", victim), (late, "portfolios.slug", "THIEF", thief),
    ]  # fmt: skip
    assert warned == {(str(owner), column) for owner, column, *_rest in listed}


# The key of an address is one thing, here and in the database.


def keys(url: str, texts: list[str]) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT qwikfolio.address_key(t) FROM unnest(%s::text[]) WITH ORDINALITY AS u (t, n) "
            "ORDER BY n",
            [texts],
        ).fetchall()
    return [key for (key,) in rows]


def test_database_and_software_agree_on_every_character(database: str) -> None:
    texts = [c for c in allowed_characters() if unicodedata.category(c) != "Cn"]
    assert len(texts) > 100_000
    assert keys(database, texts) == list(map(collision_key, texts))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"))
        | st.text(st.sampled_from("aAiİıIßẞσςΣéÉe\u0301\u0308Ää\u0345ǰJ\u030cД д日")),
        min_size=50,
    )
)
def test_database_and_software_agree_on_every_address(any_database: str, texts: list[str]) -> None:
    segments = []
    for text in texts:
        try:
            segments.append(path_segment(text))
        except UnsafeSegmentError:
            continue
    assert keys(any_database, segments) == list(map(collision_key, segments))


@pytest.fixture(scope="module")
def any_database(server: str, template: str) -> str:
    """One that nobody writes to."""
    return with_database(server, template)
