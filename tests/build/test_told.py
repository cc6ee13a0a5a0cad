"""Which problems were told is remembered: a later build knows what is new."""

import sqlite3
from typing import Unpack
from uuid import UUID

import pytest

from generator.build import Request, build, plan
from generator.errors import StrictError
from generator.model.affected import Affected
from generator.publish.manifest import Manifest
from tests.build.world import death
from tests.site import Asked, Notes, Site


def told(site: Site, **request: Unpack[Asked]) -> list[tuple[str, bool]]:
    """What a build tells of, as `table.column`, and whether it is new."""
    request["all_warnings"] = False
    site.build(**request)
    return heard(site.notes)


def heard(notes: Notes) -> list[tuple[str, bool]]:
    return [(it.problem.place, it.is_new) for person in notes.people for it in person.notices]


def remembered(site: Site) -> dict[str, tuple[int, int, int]]:
    """What the manifest has of each person: bytes of digests, warnings, errors."""
    (path,) = site.settings.state.glob("manifest-*.sqlite")
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT owner, length(digests), warnings, errors FROM told")
        return {owner: (digests, warnings, errors) for owner, digests, warnings, errors in rows}
    finally:
        connection.close()


@pytest.fixture
def ada(site: Site) -> UUID:
    """Somebody with one warning, among others without."""
    site.person("bob")
    return site.person("ada", website="nonsense")


WEBSITE = ("portfolios.website", True)


def test_a_warning_is_new_once(site: Site, ada: UUID) -> None:
    assert told(site) == [WEBSITE]
    assert told(site) == []
    assert site.notes.known == 1
    assert told(site, full=True) == []
    assert told(site, jobs=2) == []
    assert site.build().known_warnings == 1


def test_what_returns_after_it_was_mended_is_new(site: Site, ada: UUID) -> None:
    told(site)
    site.execute("UPDATE portfolios SET website = NULL")
    assert told(site) == []
    assert remembered(site) == {}
    site.execute("UPDATE portfolios SET website = 'nonsense' WHERE user_id = %s", ada)
    assert told(site) == [WEBSITE]


def test_of_a_person_with_several_only_the_new_one_is(site: Site, ada: UUID) -> None:
    told(site)
    site.insert("skills", user_id=ada, name="Rust", category="tool", level="advanced")
    assert told(site) == [], "the rows were read again, and the warning is the same"
    site.execute("UPDATE skills SET years_experience = 'NaN'")
    assert set(told(site)) == {("portfolios.website", False), ("skills.years_experience", True)}


def test_an_error_is_told_each_time(site: Site, ada: UUID) -> None:
    site.execute("UPDATE portfolios SET bio = repeat('a', 100000) WHERE user_id = %s", ada)
    assert told(site) == [("portfolios.bio", True)]
    assert told(site) == [("portfolios.bio", False)]
    site.execute("UPDATE portfolios SET bio = '' WHERE user_id = %s", ada)
    assert told(site) == [WEBSITE]


class DiesWhenTold(Notes):
    """A build that ends before anybody has read what it says."""

    def told(self, known: int) -> None:
        raise KeyboardInterrupt


def test_a_build_that_dies_before_it_has_told_leaves_it_to_the_next(site: Site, ada: UUID) -> None:
    """Its pages stand, and aren't made again; their warnings were recorded with them."""
    with pytest.raises(KeyboardInterrupt):
        build(site.settings, site.url, Request(), DiesWhenTold())
    assert told(site) == [WEBSITE]
    assert told(site) == []


@pytest.mark.parametrize("after", range(6))
def test_a_build_that_dies_anywhere_loses_no_warning(site: Site, ada: UUID, after: int) -> None:
    """It may be told twice, if it died between telling and remembering that it had."""
    notes = Notes()
    with death(Manifest, "commit", after):
        build(site.settings, site.url, Request(), notes)
    assert WEBSITE in [*heard(notes), *told(site)]
    assert told(site) == []


def test_a_dry_run_remembers_nothing(site: Site, ada: UUID) -> None:
    site.execute("UPDATE portfolios SET website = NULL")
    told(site)
    site.execute("UPDATE portfolios SET website = 'nonsense' WHERE user_id = %s", ada)
    for _time in range(2):
        notes = Notes()
        planned = plan(site.settings, site.url, Request(), notes)
        assert heard(notes) == [WEBSITE]
        assert (planned.warnings, planned.known_warnings) == (1, 0)
    assert told(site) == [WEBSITE]


def test_only_tells_of_those_it_names(site: Site, ada: UUID) -> None:
    told(site)
    site.person("eve", website="nonsense")
    site.execute("UPDATE portfolios SET github = 'x' WHERE user_id = %s", ada)
    assert set(told(site, only=("ada",))) == {
        ("portfolios.website", False),
        ("portfolios.github", True),
    }
    assert told(site) == [WEBSITE], "eve's"
    assert site.notes.known == 2


def test_strict_stops_at_a_warning_that_is_known(site: Site, ada: UUID) -> None:
    told(site)
    with pytest.raises(StrictError, match="not an http or https address"):
        site.build(strict=True, all_warnings=False)


@pytest.mark.parametrize("how", ["unpublished", "deleted"])
def test_nothing_is_kept_of_somebody_who_is_gone(site: Site, ada: UUID, how: str) -> None:
    """Even by a build that dies when it has withdrawn them."""
    site.execute("UPDATE portfolios SET bio = repeat('a', 100000) WHERE user_id = %s", ada)
    told(site)
    assert str(ada) in remembered(site)
    if how == "unpublished":
        site.publish(ada, published=False)
    else:
        site.execute("DELETE FROM auth.users WHERE id = %s", ada)

    class Dies(Notes):
        def told(self, known: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(site.settings, site.url, Request(), Dies())
    assert remembered(site) == {}
    if how == "unpublished":
        site.publish(ada, published=True)
        assert told(site) == [("portfolios.bio", True)]


def test_digests_are_kept_and_no_text(site: Site, ada: UUID) -> None:
    told(site)
    assert remembered(site) == {str(ada): (8, 1, 0)}


def test_the_problems_of_addresses_are_remembered_too(site: Site, ada: UUID) -> None:
    site.person("ADA", username="other")
    assert ("portfolios.slug", True) in told(site)
    assert told(site) == []
    site.execute("UPDATE portfolios SET slug = 'countess' WHERE user_id = %s", ada)
    told(site)
    site.execute("UPDATE portfolios SET slug = '..' WHERE user_id = %s", ada)
    assert ("portfolios.slug", True) in told(site)


def test_many_people_are_told_of_in_the_order_of_their_ids(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.publish.told._AT_ONCE", 3)
    site.add_people(10)
    site.execute("UPDATE portfolios SET website = 'nonsense'")
    site.build(all_warnings=False)
    people: list[Affected] = site.notes.people
    assert [UUID(it.owner).int for it in people] == list(range(1, 11))
    assert {(it.name, it.address) for it in people} == {
        ("Somebody", f"/p{number}/") for number in range(1, 11)
    }
    assert told(site) == []
    assert site.notes.known == 10
    assert len(site.build().failed) == 0
    assert len(site.notes.people) == 10
