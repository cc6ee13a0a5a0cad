"""A site is not lost by mistake: a build that would remove an unusual share of people stops."""

from typing import Unpack
from uuid import UUID

import msgspec
import psycopg
import pytest

from generator.build.request import Cluster
from generator.config.removals import parse_removals
from generator.errors import ConfigError, DatabaseError, RemovalLimitError
from generator.publish.writer import Writer
from tests.build.world import death
from tests.site import Asked, Site

PEOPLE = 14
ALLOWED = 10


@pytest.fixture
def people(site: Site) -> Site:
    """A site of 14 people, built."""
    site.add_people(PEOPLE)
    site.build()
    return site


def on_disk(site: Site) -> dict[str, tuple[bytes, int]]:
    """Every file of the output, the builds' own too: its bytes, and when it was written."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in site.output.rglob("*")
        if path.is_file()
    }


def followed(site: Site) -> list[tuple[object, ...]]:
    """What the database remembers of the outputs that follow its change log."""
    with psycopg.connect(site.url) as connection:
        return connection.execute(
            "SELECT id, position::text, line, seen FROM qwikfolio.outputs"
        ).fetchall()


def held_back(site: Site, **request: Unpack[Asked]) -> RemovalLimitError:
    """The error of a build; neither the output nor what the database remembers has changed."""
    before = on_disk(site), followed(site)
    with pytest.raises(RemovalLimitError) as caught:
        site.build(**request)
    assert (on_disk(site), followed(site)) == before
    return caught.value


LOSSES = {
    "the table was emptied": "TRUNCATE portfolios CASCADE",
    "everybody was unpublished": "UPDATE portfolios SET published = false, settings = '{}'",
    "a policy hides every row": "CREATE POLICY hide ON portfolios AS RESTRICTIVE"
    " TO qwikfolio_publisher USING (false)",
    "the policies are gone": "DO $$ DECLARE p record; BEGIN"
    " FOR p IN SELECT policyname FROM pg_policies WHERE tablename = 'portfolios' LOOP"
    " EXECUTE 'DROP POLICY ' || quote_ident(p.policyname) || ' ON portfolios'; END LOOP; END $$",
    "a dump was restored in part": "CREATE TABLE dump AS SELECT * FROM portfolios;"
    " TRUNCATE portfolios CASCADE;"
    " INSERT INTO portfolios SELECT * FROM dump ORDER BY user_id LIMIT 2",
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_removes_nobody_until_it_is_allowed(people: Site, loss: str) -> None:
    people.execute(LOSSES[loss])
    kept = 2 if "in part" in loss else 0
    first = held_back(people)
    assert (first.people, first.of, first.limit) == (PEOPLE - kept, PEOPLE, ALLOWED)
    assert len(first.examples) == 5
    assert all(people.has(address) for address in first.examples)
    assert f"--allow-removals {first.people}" in str(first)

    again = held_back(people, allow_removals=first.people - 1)  # nothing was taken as read
    assert (again.people, again.limit) == (first.people, first.people - 1)

    report = people.build(allow_removals=first.people)
    assert len(report.removed) >= 2 * first.people  # their redirects, too
    assert report.people == kept
    assert people.build().removed == ()


@pytest.mark.parametrize(
    "statement",
    [
        "REVOKE SELECT ON portfolios FROM qwikfolio_publisher",
        "REVOKE SELECT (slug) ON portfolios FROM qwikfolio_publisher",
        "ALTER TABLE portfolios DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE portfolios RENAME TO portfolios_old",
    ],
)
def test_a_lost_grant_or_table_is_an_error_and_changes_nothing(
    people: Site, statement: str
) -> None:
    if "(slug)" in statement:
        people.execute("REVOKE SELECT ON portfolios FROM qwikfolio_publisher")
        people.execute("GRANT SELECT (user_id) ON portfolios TO qwikfolio_publisher")
    people.execute(statement)
    before = on_disk(people)
    with pytest.raises(DatabaseError):
        people.build()
    assert on_disk(people) == before


def test_what_comes_back_goes_on_as_if_nothing_had_been(people: Site) -> None:
    people.execute("UPDATE portfolios SET published = false")
    held_back(people)
    people.execute("UPDATE portfolios SET published = true")
    report = people.build()
    assert (report.removed, report.people) == ((), PEOPLE)


def test_a_few_go_at_once(people: Site) -> None:
    """As many as the limit, and the last one of a site that has no more."""
    people.execute("DELETE FROM auth.users WHERE id <= %s", UUID(int=ALLOWED))
    assert not people.build().failed
    assert not people.has("p1")
    people.execute("DELETE FROM auth.users")
    people.build()
    assert not people.has(f"p{PEOPLE}")


def test_moving_and_failing_is_not_going(people: Site) -> None:
    people.execute("UPDATE portfolios SET slug = 'new-' || slug")
    people.execute("UPDATE profiles SET username = NULL")
    assert "p1/index.html" in people.build().removed
    assert people.has("new-p1")
    people.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")
    people.execute("UPDATE portfolios SET name = NULL")
    assert len(people.build().failed) == PEOPLE
    assert people.has("new-p1")


def test_losing_every_address_is_going(people: Site) -> None:
    """Where slugs can't be addresses any more, and nobody has a username."""
    people.execute("UPDATE profiles SET username = NULL")
    people.execute("UPDATE portfolios SET slug = '../' || slug")
    assert held_back(people).people == PEOPLE


def test_only_is_never_held_back_and_takes_nobody_else_with_it(people: Site) -> None:
    people.execute("UPDATE portfolios SET published = false WHERE slug <> 'p2'")
    people.execute("UPDATE portfolios SET headline = 'Changed' WHERE slug = 'p2'")
    held_back(people)
    assert people.build(only=("p1",)).removed == ("p1/index.html", "user-1/index.html")
    assert "Changed" not in people.page("p2")
    people.build(only=("user-2",))
    assert "Changed" in people.page("p2")
    assert people.has("p3")
    assert "/p3/" in people.page("")
    assert "/p1/" not in people.page("")
    assert held_back(people).people == PEOPLE - 2
    people.build(allow_removals="all")
    assert not people.has("p3")


@pytest.mark.parametrize("slug", ["p3", "somebody-new"])
def test_only_finds_people_at_the_address_they_have_now(people: Site, slug: str) -> None:
    people.execute("UPDATE portfolios SET published = false WHERE slug <> 'p3'")
    people.execute("UPDATE portfolios SET slug = %s WHERE slug = 'p3'", slug)
    people.build(only=(slug,))
    assert people.has(slug)
    assert people.has("p3") == (slug == "p3")
    assert people.has("p4")


def test_a_lost_manifest_is_no_way_around_it(people: Site) -> None:
    """Addresses are counted by the files: redirects too, hand-written pages not."""
    people.execute("UPDATE portfolios SET published = false WHERE slug <> 'p2'")
    for manifest in people.settings.state.glob("manifest-*"):
        manifest.unlink()
    before = on_disk(people)
    with pytest.raises(RemovalLimitError):
        people.build()
    assert on_disk(people) == before  # the database has heard of one more output
    error = held_back(people)
    assert (error.people, error.of) == (2 * PEOPLE - 2, 2 * PEOPLE)
    people.build(allow_removals=error.people)
    assert not people.has("p1")
    assert people.has("p2")


def test_an_allowed_removal_that_died_goes_on(people: Site) -> None:
    people.execute("DELETE FROM portfolios")
    with death(Writer, "remove", 3):
        people.build(allow_removals="all")
    assert people.build().people == 0
    assert not any(people.has(f"p{person}") for person in range(1, PEOPLE + 1))


def test_people_that_wait_for_another_reason_are_not_counted_twice(people: Site) -> None:
    """A theme that changes makes everybody due; nobody goes for that."""
    template = people.root / "themes" / "base" / "templates" / "base.html"
    template.write_text(template.read_text().replace("</body>", "<hr></body>"))
    people.execute("DELETE FROM auth.users WHERE id = %s", UUID(int=1))
    assert "p1/index.html" in people.build().removed


def test_a_cluster_is_not_even_asked(people: Site) -> None:
    people.execute("DELETE FROM portfolios")
    held_back(people, cluster=Cluster("tcp://127.0.0.1:1"))


def test_the_limit_is_the_sites(people: Site) -> None:
    limits = msgspec.structs.replace(people.settings.limits, removals=2)
    people.settings = msgspec.structs.replace(people.settings, limits=limits)
    people.execute("DELETE FROM auth.users WHERE id <= %s", UUID(int=3))
    assert held_back(people).limit == 2


@pytest.mark.parametrize(
    ("setting", "people", "allowed"),
    [
        ("20%", 0, 10), ("20%", 50, 10), ("20%", 54, 10), ("20%", 55, 11), ("20%", 1000, 200),
        ("0%", 1000, 10), ("100%", 1000, 1000), ("29%", 100, 29), ("2.5 %", 1000, 25),
        (3, 1000, 3), ("3", 1, 3), (1, 0, 1),
    ],
)  # fmt: skip
def test_a_share_has_a_floor_and_a_count_has_none(
    setting: str | int, people: int, allowed: int
) -> None:
    assert parse_removals(setting).among(people) == allowed


def test_only_takes_away_whom_it_names(people: Site) -> None:
    """Whoever is no longer public is no mistake of the operator's."""
    people.execute("UPDATE portfolios SET published = false WHERE slug = 'p1'")
    assert people.build(only=("p1",)).removed == ("p1/index.html", "user-1/index.html")
    with pytest.raises(ConfigError, match="nobody public stands at 'p1'"):
        people.build(only=("p1",))
