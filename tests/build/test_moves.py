"""People change their addresses: nobody's page is lost, nobody's shows under another's name."""

import random

import pytest

from generator.build import Request, build
from tests.site import Notes, Site


class Dies(Notes):
    """A build that ends before the first person's page is made."""

    def begin(self, people: int) -> None:
        raise KeyboardInterrupt


def die(site: Site) -> None:
    with pytest.raises(KeyboardInterrupt):
        build(site.settings, site.url, Request(), Dies())


def move(site: Site, **slugs: object) -> None:
    """Give people (by name) new slugs, all at once."""
    site.execute("UPDATE portfolios SET slug = NULL WHERE name = ANY(%s)", list(slugs))
    for name, slug in slugs.items():
        site.execute("UPDATE portfolios SET slug = %s WHERE name = %s", slug, name)


def spoil(site: Site, headline: str) -> None:
    site.execute("ALTER TABLE portfolios ALTER name DROP NOT NULL")
    site.execute("UPDATE portfolios SET name = NULL WHERE headline = %s", headline)


@pytest.fixture
def people(site: Site) -> Site:
    for slug in ("a", "b", "c"):
        site.person(slug, name=f"N{slug}", headline=f"Headline {slug}")
    site.build()
    return site


def shown(site: Site) -> dict[str, str]:
    """Address → the headline that its page shows."""
    found = {}
    for address in "abcdefg":
        if site.has(address):
            (headline,) = [f"{x}" for x in "abc" if f">Headline {x}<" in site.page(address)]
            found[address] = headline
    return found


def test_a_chain_of_moves(people: Site) -> None:
    move(people, Na="b", Nb="c", Nc="d")
    die(people)
    assert shown(people) == {"b": "a", "c": "b", "d": "c"}
    assert '"/d/"' in people.page("")
    assert '"/a/"' not in people.page("")
    people.build()
    assert shown(people) == {"b": "a", "c": "b", "d": "c"}


def test_a_swap(people: Site) -> None:
    move(people, Na="b", Nb="a")
    die(people)
    assert shown(people) == {"b": "a", "a": "b", "c": "c"}


def test_a_chain_in_which_only_one_is_built(people: Site) -> None:
    move(people, Na="b", Nb="c", Nc="d")
    people.build(only=("d",))
    assert shown(people) == {"b": "a", "c": "b", "d": "c"}


def test_a_chain_in_which_one_cannot_be_built(people: Site) -> None:
    move(people, Na="b", Nb="c", Nc="d")
    spoil(people, "Headline a")
    report = people.build()
    assert len(report.failed) == 1
    assert shown(people) == {"b": "a", "c": "b", "d": "c"}


def test_somebody_who_leaves_on_the_way_does_not_arrive(people: Site) -> None:
    move(people, Na="b", Nb="a")
    people.execute("UPDATE portfolios SET published = false WHERE name = 'Nb'")
    die(people)
    assert shown(people) == {"b": "a", "c": "c"}


@pytest.mark.parametrize("only", [(), ("bob",)])
def test_a_username_turns_into_a_redirect(site: Site, only: tuple[str, ...]) -> None:
    user = site.person(None, username="lovelace", headline="Computes")
    site.person("bob")
    site.build()
    site.execute("UPDATE portfolios SET slug = 'ada' WHERE user_id = %s", user)
    site.build(only=only)
    assert "Computes" in site.page("ada")
    assert "url=/ada/" in site.page("lovelace")


def test_a_redirect_turns_into_a_page_even_where_it_cannot_be_built(site: Site) -> None:
    user = site.person("ada", username="lovelace", headline="Computes")
    site.build()
    site.execute("UPDATE portfolios SET slug = NULL WHERE user_id = %s", user)
    spoil(site, "Computes")
    site.build()
    assert "Computes" in site.page("lovelace")
    assert not site.has("ada")


def test_a_redirect_is_nobodys_last_good_page(site: Site) -> None:
    user = site.person("ada", username="lovelace", headline="Computes")
    site.build()
    (site.output / "ada" / "index.html").unlink()
    site.execute("UPDATE portfolios SET slug = NULL WHERE user_id = %s", user)
    spoil(site, "Computes")
    site.build()
    assert not site.has("lovelace")


def test_no_redirect_leads_to_a_page_that_never_stood(site: Site) -> None:
    site.person("ada", username="lovelace", headline="Computes")
    spoil(site, "Computes")
    site.build()
    assert not site.has("lovelace")


def test_a_redirect_goes_with_the_page_it_led_to(site: Site) -> None:
    site.person("ada", username="lovelace", headline="Computes")
    site.build()
    assert site.has("lovelace")
    (site.output / "ada" / "index.html").unlink()
    spoil(site, "Computes")
    site.build()
    assert not site.has("lovelace")


def test_any_sequence_of_moves_ends_as_a_fresh_build_would(site: Site) -> None:
    """Random moves, drafts and deaths of the build; each whole build equals one from nothing."""
    chance = random.Random(11)
    names = [f"P{number}" for number in range(6)]
    for name in names:
        site.person(name.lower(), name=name, username=f"user-{name}")
    site.build()
    for _round in range(12):
        movers = chance.sample(names, 3)
        slugs = chance.sample([f"p{n}" for n in range(6)] + ["x", "y", "user-P1"], 3)
        site.execute("UPDATE portfolios SET slug = NULL WHERE name = ANY(%s)", movers)
        for name, slug in zip(movers, slugs, strict=True):
            site.execute(
                "UPDATE portfolios SET slug = %s WHERE name = %s "
                "AND NOT EXISTS (SELECT FROM portfolios WHERE slug = %s)",
                slug, name, slug,
            )  # fmt: skip
        site.execute(
            "UPDATE portfolios SET published = NOT published WHERE name = %s", chance.choice(names)
        )
        if chance.random() < 0.5:
            die(site)
        site.build()
        built = site.files()
        site.output.rename(site.root / "kept")
        site.build()
        assert site.files() == built
        assert site.build(full=True).written == 0
        for path in sorted((site.root / "kept").rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        (site.root / "kept").rmdir()


def test_an_older_copy_of_the_output_is_not_believed(site: Site) -> None:
    """A restored backup must not bring back who is gone."""
    gone = site.person("gone")
    site.person("stays", headline="Old")
    site.build()
    backup = site.root / "backup"
    site.output.rename(backup)
    site.build()
    site.publish(gone, False)
    site.execute("UPDATE portfolios SET headline = 'New' WHERE slug = 'stays'")
    site.build()
    for path in sorted(site.output.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    site.output.rmdir()
    backup.rename(site.output)
    site.build()
    assert not site.has("gone")
    assert "New" in site.page("stays")
    assert "/gone/" not in site.page("")
