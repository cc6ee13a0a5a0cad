"""What owners can choose is a finite set, and all of it can be tried."""

from generator.gallery.edge_cases import EDGE_CASES
from generator.gallery.knobs import axes, choose, combinations, covering, without_photo
from generator.theme.about import Setting
from generator.theme.find import load_themes
from generator.theme.schema import Schema
from tests.site import ROOT

SCHEMA = load_themes([ROOT / "themes"], required="emerald")["emerald"].schema


def test_the_apps_knobs_make_a_hundred_and_eight_looks() -> None:
    found = list(combinations(SCHEMA))
    assert len(found) == 4 * 3 * 3 * 3
    assert len({tuple(sorted(it.items())) for it in found}) == len(found)
    assert set(found[0]) == {"primaryColor", "accentStyle", "radius", "layout"}


def test_a_setting_without_finitely_many_values_is_no_axis() -> None:
    schema = Schema(
        {
            "motto": Setting(type="text", default="", help="x"),
            "dense": Setting(type="boolean", default=False, help="x"),
        }
    )
    assert axes(schema) == {"dense": (False, True)}


def test_every_value_is_covered_by_few() -> None:
    found = list(covering(SCHEMA))
    assert len(found) == 4
    for key, values in axes(SCHEMA).items():
        assert {it[key] for it in found} == set(values)


def test_a_choice_replaces_what_the_person_chose_and_keeps_the_rest() -> None:
    person = EDGE_CASES["right-to-left"]
    chosen = choose(person, "emerald", {"primaryColor": "amber"}).theme
    assert chosen.id == "emerald"
    assert dict(chosen.chosen) == {"primaryColor": "amber", "layout": "sidebar-top"}


def test_a_photo_can_be_hidden() -> None:
    assert without_photo(EDGE_CASES["typical"]).photo is None
