"""Who stands at which address: settled the same way every time, and reported."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model.address import UnsafeSegmentError, collision_key, path_segment
from generator.publish import addresses
from generator.publish.manifest import Manifest, open_manifest
from generator.publish.readings import disputes

pytestmark = pytest.mark.slow

Claim = addresses.Claim


def settle(folder: Path, *claims: Claim) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Segment → (owner, kind), and the problems."""
    with open_manifest(folder / "manifest.sqlite") as manifest:
        addresses.settle(manifest, claims, {"about"}, everybody=True)
        return settled(manifest)


def settled(manifest: Manifest) -> tuple[dict[str, tuple[str, str]], list[str]]:
    rows = manifest.connection.execute("SELECT segment, owner, kind FROM addresses")
    problems = [f"{p.level} {p.owner}: {p.reason}" for p in disputes(manifest)]
    return {segment: (owner, kind) for segment, owner, kind in rows}, problems


def claim(owner: str, slug: str | None, username: str | None, since: int | None = None) -> Claim:
    """Somebody's claims, both as old; their portfolio's id is made of the owner's."""
    return owner, slug, username, since, since, f"{owner}'s"


def test_the_slug_is_the_address_and_the_username_leads_to_it(tmp_path: Path) -> None:
    found, problems = settle(tmp_path, claim("1", "ada", "lovelace", 1))
    assert found == {"ada": ("1", "portfolio"), "lovelace": ("1", "redirect")}
    assert problems == []


def test_without_a_slug_the_username_is_the_address(tmp_path: Path) -> None:
    found, _ = settle(tmp_path, claim("1", None, "ada", 1), claim("2", "", "bob", 2))
    assert found == {"ada": ("1", "portfolio"), "bob": ("2", "portfolio")}


def test_a_username_equal_to_the_slug_needs_no_redirect(tmp_path: Path) -> None:
    found, problems = settle(tmp_path, claim("1", "ada", "ada", 1))
    assert found == {"ada": ("1", "portfolio")}
    assert problems == []


def test_who_claimed_an_address_first_has_it_by_slug_or_by_username(tmp_path: Path) -> None:
    found, problems = settle(tmp_path, claim("1", "ada", "bob", 2), claim("2", None, "ada", 1))
    assert found == {"ada": ("2", "portfolio"), "bob": ("1", "portfolio")}
    assert problems == ["warning 1: 'ada' is the address of 2"]
    found, problems = settle(tmp_path, claim("1", "ada", "bob", 1), claim("2", None, "ada", 2))
    assert found == {"ada": ("1", "portfolio"), "bob": ("1", "redirect")}
    assert problems == [
        "warning 2: 'ada' is the address of 1",
        "warning 2: there is no address left for this person",
    ]


def test_a_username_that_leads_to_a_slug_is_kept_as_well(tmp_path: Path) -> None:
    found, problems = settle(tmp_path, claim("1", "one", "ada", 1), claim("2", "Ada", "two", 2))
    assert found == {
        "one": ("1", "portfolio"), "ada": ("1", "redirect"), "two": ("2", "portfolio"),
    }  # fmt: skip
    assert problems == ["warning 2: 'Ada' is the address of 1"]


@pytest.mark.parametrize("slug", ["ADA", "Ada", "ada"])
def test_of_slugs_that_differ_in_case_only_the_first_wins_however_it_is_written(
    tmp_path: Path, slug: str
) -> None:
    others = [claim("2", "ada", "a", 3), claim("3", "ADA", "b", 2)]
    found, problems = settle(tmp_path, claim("9", slug, None, 1), *others)
    assert found == {slug: ("9", "portfolio"), "a": ("2", "portfolio"), "b": ("3", "portfolio")}
    assert problems == [
        "warning 2: 'ada' is the address of 9", "warning 3: 'ADA' is the address of 9",
    ]  # fmt: skip


def test_claims_that_the_database_has_lost_count_of_go_last_but_nobody_vanishes(
    tmp_path: Path,
) -> None:
    found, _ = settle(tmp_path, claim("1", "ada", "a"), claim("2", None, "ada", 7))
    assert found == {"ada": ("2", "portfolio"), "a": ("1", "portfolio")}
    found, _ = settle(tmp_path, claim("1", None, "ada"), claim("2", "ada", None))
    assert found == {"ada": ("2", "portfolio")}, "of two that are lost, a slug goes first"
    found, _ = settle(tmp_path, claim("2", "ada", None), claim("1", "Ada", None))
    assert found == {"Ada": ("1", "portfolio")}


def test_an_address_that_looks_like_an_older_one_is_not_given_away(tmp_path: Path) -> None:
    found, problems = settle(
        tmp_path, claim("1", "yilmaz", None, 1), claim("2", "yılmaz", "other", 2)
    )
    assert found == {"yilmaz": ("1", "portfolio"), "other": ("2", "portfolio")}
    assert problems == ["warning 2: 'yılmaz' looks like 'yilmaz', the address of 1"]
    found, problems = settle(
        tmp_path, claim("1", "yilmaz", "other", 2), claim("2", "yılmaz", None, 1)
    )
    assert found == {"yılmaz": ("2", "portfolio"), "other": ("1", "portfolio")}
    assert problems == ["warning 1: 'yilmaz' looks like 'yılmaz', the address of 2"]


def test_ones_own_addresses_may_look_alike_and_so_may_plain_ones(tmp_path: Path) -> None:
    found, problems = settle(tmp_path, claim("1", "yılmaz", "yilmaz", 1))
    assert found == {"yılmaz": ("1", "portfolio"), "yilmaz": ("1", "redirect")}
    found, more = settle(tmp_path, claim("1", "modern", None, 1), claim("2", "rnodern", None, 2))
    assert found == {"modern": ("1", "portfolio"), "rnodern": ("2", "portfolio")}
    assert problems == more == []


@pytest.mark.parametrize(
    "slug",
    [
        "..",
        ".",
        "a/b",
        "a\\b",
        "a\0b",
        "a\nb",
        "x" * 300,
        " ",
        "a b",
        "%2e%2e",
        "?",
        "#",
        "a\u202eb",
        "\u0301a",
        ".hidden",
        "é" * 101,
    ],
)
def test_an_unsafe_slug_is_passed_over_for_the_username(tmp_path: Path, slug: str) -> None:
    found, problems = settle(tmp_path, claim("1", slug, "ada"))
    assert found == {"ada": ("1", "portfolio")}
    assert len(problems) == 1
    assert "can't be an address" in problems[0]


@pytest.mark.parametrize(
    "slug", ["about", "About", "assets", "people", "404.html", "sitemap-3.xml"]
)
def test_a_name_of_the_sites_own_is_nobodys(tmp_path: Path, slug: str) -> None:
    found, problems = settle(tmp_path, claim("1", slug, "ada"))
    assert found == {"ada": ("1", "portfolio")}
    assert "the site uses it itself" in problems[0]


@pytest.mark.parametrize("slug", ["ada", "a-1", "Zoë", "李雷", "ليلى", "node.js", "a_b", "हिन्दी"])
def test_letters_of_every_script_are_kept(slug: str) -> None:
    assert path_segment(slug) == slug


names = st.one_of(
    st.none(),
    st.sampled_from(["a", "A", "b", "B", "c", "about", "..", "", "é", "e\u0301", "li", "l\u0131"]),
)
ages = st.none() | st.integers(0, 3)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, names, ages, ages), max_size=8), st.randoms())
def test_the_outcome_does_not_depend_on_order(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[tuple[str | None, str | None, int | None, int | None]],
    chance: Random,
) -> None:
    claims = [(f"owner-{n}", *theirs, "") for n, theirs in enumerate(people)]
    folder = tmp_path_factory.mktemp("order")
    first, first_problems = settle(folder, *claims)
    chance.shuffle(claims)
    second, second_problems = settle(folder, *claims)
    assert first == second
    assert sorted(first_problems) == sorted(second_problems)
    keys = [collision_key(segment) for segment in first]
    assert len(set(keys)) == len(keys)
    homeless = {p.split(" ")[1].rstrip(":") for p in first_problems if "no address left" in p}
    placed = {owner for owner, kind in first.values() if kind == "portfolio"}
    assert placed | homeless == {owner for owner, *_ in claims}
    assert not placed & homeless


@settings(max_examples=500)
@given(st.text(max_size=120))
def test_a_segment_is_one_name_in_one_folder(text: str) -> None:
    try:
        segment = path_segment(text)
    except UnsafeSegmentError:
        return
    assert Path("/out", segment).parent == Path("/out")
    assert segment not in {".", ".."}
    assert segment.isprintable()
    assert len(segment.encode()) <= 255


few = st.none() | st.sampled_from(["a", "b", "B", "l", "ı"])
claims_of_some = st.none() | st.tuples(few, few, ages, ages)
people = st.dictionaries(st.sampled_from("1234"), claims_of_some, max_size=3)


@settings(max_examples=300, deadline=None)
@given(st.lists(people, min_size=1, max_size=6))
def test_some_peoples_claims_settle_as_everybodys_would(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[dict[str, tuple[str | None, str | None, int | None, int | None] | None]],
) -> None:
    """People come, go and change what they claim; who is touched in turn is due as well."""
    folder = tmp_path_factory.mktemp("steps")
    public: dict[str, Claim] = {}
    with open_manifest(folder / "manifest.sqlite") as manifest:
        for step in steps:
            for owner, theirs in step.items():
                public.pop(owner, None)
                if theirs is not None:
                    public[owner] = (owner, *theirs, "")
                manifest.execute("one_due", owner)
            before, _ = settled(manifest)
            claims = [public[owner] for owner in step if owner in public]
            addresses.settle(manifest, claims, {"about"}, everybody=False)
            after, problems = settled(manifest)
            due = set(manifest.texts("due"))
            assert {o for s, (o, _) in {*before.items()} ^ {*after.items()}} <= due
            assert (after, problems) == settle(folder / "anew", *public.values())
            manifest.execute_all("done", [(owner,) for owner in due])
