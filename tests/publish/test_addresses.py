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

Claim = tuple[str, str | None, str | None, str]


def settle(folder: Path, *claims: Claim) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Segment → (owner, kind), and the problems."""
    with open_manifest(folder / "manifest.sqlite") as manifest:
        addresses.settle(manifest, claims, {"about"}, everybody=True)
        return settled(manifest)


def settled(manifest: Manifest) -> tuple[dict[str, tuple[str, str]], list[str]]:
    rows = manifest.connection.execute("SELECT segment, owner, kind FROM addresses")
    problems = [f"{p.level} {p.owner}: {p.reason}" for p in disputes(manifest)]
    return {segment: (owner, kind) for segment, owner, kind in rows}, problems


def test_the_slug_is_the_address_and_the_username_leads_to_it(tmp_path: Path) -> None:
    found, problems = settle(tmp_path, ("1", "ada", "lovelace", "2020"))
    assert found == {"ada": ("1", "portfolio"), "lovelace": ("1", "redirect")}
    assert problems == []


def test_without_a_slug_the_username_is_the_address(tmp_path: Path) -> None:
    found, _ = settle(tmp_path, ("1", None, "ada", "2020"), ("2", "", "bob", "2020"))
    assert found == {"ada": ("1", "portfolio"), "bob": ("2", "portfolio")}


def test_a_username_equal_to_the_slug_needs_no_redirect(tmp_path: Path) -> None:
    found, problems = settle(tmp_path, ("1", "ada", "ada", "2020"))
    assert found == {"ada": ("1", "portfolio")}
    assert problems == []


def test_a_slug_goes_before_anothers_username(tmp_path: Path) -> None:
    """As the app's lookup does: the slug first, then the username."""
    found, problems = settle(tmp_path, ("1", None, "ada", "2020"), ("2", "ada", None, "2024"))
    assert found == {"ada": ("2", "portfolio")}
    assert problems == [
        "warning 1: 'ada' is the address of 2",
        "error 1: there is no address left for this person: give them a slug of their own",
    ]


def test_a_redirect_goes_behind_everything(tmp_path: Path) -> None:
    found, _ = settle(tmp_path, ("1", "one", "ada", "2020"), ("2", None, "ADA", "2024"))
    assert found == {"one": ("1", "portfolio"), "ADA": ("2", "portfolio")}


def test_of_slugs_that_differ_in_case_only_the_apps_form_wins_then_the_elder(
    tmp_path: Path,
) -> None:
    found, problems = settle(
        tmp_path, ("1", "Ada", None, "2019"), ("2", "ada", None, "2024"), ("3", "ADA", "b", "2018")
    )
    assert found == {"ada": ("2", "portfolio"), "b": ("3", "portfolio")}
    assert "warning 3: 'ADA' is the address of 2" in problems
    found, _ = settle(tmp_path, ("1", "Ada", None, "2019"), ("3", "ADA", None, "2018"))
    assert found == {"ADA": ("3", "portfolio")}


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
    found, problems = settle(tmp_path, ("1", slug, "ada", "2020"))
    assert found == {"ada": ("1", "portfolio")}
    assert len(problems) == 1
    assert "can't be an address" in problems[0]


@pytest.mark.parametrize(
    "slug", ["about", "About", "assets", "people", "404.html", "robots.txt", "sitemap-3.xml"]
)
def test_a_reserved_name_is_nobodys(tmp_path: Path, slug: str) -> None:
    found, problems = settle(tmp_path, ("1", slug, "ada", "2020"))
    assert found == {"ada": ("1", "portfolio")}
    assert "the site uses it itself" in problems[0]


@pytest.mark.parametrize("slug", ["ada", "a-1", "Zoë", "李雷", "ليلى", "node.js", "a_b", "हिन्दी"])
def test_letters_of_every_script_are_kept(slug: str) -> None:
    assert path_segment(slug) == slug


names = st.one_of(
    st.none(), st.sampled_from(["a", "A", "b", "B", "c", "about", "..", "", "é", "e\u0301"])
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, names), max_size=8), st.randoms())
def test_the_outcome_does_not_depend_on_order(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[tuple[str | None, str | None]],
    chance: Random,
) -> None:
    claims = [(f"owner-{n}", slug, name, "2020") for n, (slug, name) in enumerate(people)]
    folder = tmp_path_factory.mktemp("order")
    first, first_problems = settle(folder, *claims)
    chance.shuffle(claims)
    second, second_problems = settle(folder, *claims)
    assert first == second
    assert sorted(first_problems) == sorted(second_problems)
    keys = [collision_key(segment) for segment in first]
    assert len(set(keys)) == len(keys)
    homeless = {p.split(" ")[1].rstrip(":") for p in first_problems if p.startswith("error")}
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


few = st.none() | st.sampled_from(["a", "b", "B"])
people = st.dictionaries(st.sampled_from("1234"), st.none() | st.tuples(few, few), max_size=3)


@settings(max_examples=300, deadline=None)
@given(st.lists(people, min_size=1, max_size=6))
def test_some_peoples_claims_settle_as_everybodys_would(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[dict[str, tuple[str | None, str | None] | None]],
) -> None:
    """People come, go and change what they claim; who is touched in turn is due as well."""
    folder = tmp_path_factory.mktemp("steps")
    public: dict[str, Claim] = {}
    with open_manifest(folder / "manifest.sqlite") as manifest:
        for step in steps:
            for owner, names_ in step.items():
                public.pop(owner, None)
                if names_ is not None:
                    public[owner] = (owner, *names_, "2020")
                manifest.execute("one_due", owner)
            before, _ = settled(manifest)
            claims = [public[owner] for owner in step if owner in public]
            addresses.settle(manifest, claims, {"about"}, everybody=False)
            after, problems = settled(manifest)
            due = set(manifest.texts("due"))
            assert {o for s, (o, _) in {*before.items()} ^ {*after.items()}} <= due
            assert (after, problems) == settle(folder / "anew", *public.values())
            manifest.execute_all("done", [(owner,) for owner in due])
