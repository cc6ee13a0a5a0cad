"""What an owner chose is taken as far as the theme allows it, and the rest is reported."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model.portfolio import Scalar
from generator.theme.about import Setting
from generator.theme.find import load_theme
from generator.theme.schema import Schema
from tests.site import ROOT
from tests.theme.folders import write_theme

SCHEMA = Schema(
    {
        "tone": Setting(type="choice", default="warm", choices=("warm", "cold"), help="x"),
        "wide": Setting(type="boolean", default=False, help="x"),
        "motto": Setting(type="text", default="", longest=5, help="x"),
        "columns": Setting(type="number", default=2, minimum=1, maximum=4, help="x"),
    }
)


@pytest.mark.parametrize(
    ("key", "value"),
    [("tone", "cold"), ("wide", True), ("motto", "hello"), ("columns", 4), ("columns", 1.5)],
)
def test_what_the_theme_allows_holds(key: str, value: Scalar) -> None:
    resolved = SCHEMA.resolve([(key, value)])
    assert getattr(resolved.values, key) == value
    assert resolved.faults == ()


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("tone", "loud", "'loud' is none of warm, cold"),
        ("tone", True, "none of"),
        ("wide", 1, "neither true nor false"),
        ("motto", "hello!", "no text of at most 5 characters"),
        ("columns", 0, "less than 1"),
        ("columns", 5, "more than 4"),
        ("columns", True, "no number"),
        ("columns", "2", "no number"),
    ],
)
def test_what_it_does_not_allow_falls_back_and_is_reported(
    key: str, value: Scalar, why: str
) -> None:
    resolved = SCHEMA.resolve([(key, value)])
    assert resolved.values == SCHEMA.defaults
    (fault,) = resolved.faults
    place, reason = fault.place, fault.why
    assert place == f"theme.{key}"
    assert why in reason


def test_unknown_keys_are_told_in_one_line_however_many_they_are() -> None:
    resolved = SCHEMA.resolve((f"key{n}", "x") for n in range(1000))
    (fault,) = resolved.faults
    place, reason = fault.place, fault.why
    assert place == "theme"
    assert "'key0'" in reason
    assert "and 995 more" in reason


def test_what_the_app_writes_into_every_row_is_no_mistake() -> None:
    assert SCHEMA.resolve([("primaryColor", "cyan"), ("layout", "one-column")]).faults == ()


@given(st.lists(st.tuples(st.text(max_size=9), st.text() | st.booleans() | st.integers())))
def test_whatever_a_row_holds_the_settings_are_of_their_types(
    chosen: list[tuple[str, Scalar]],
) -> None:
    values = SCHEMA.resolve(chosen).values
    assert isinstance(values, SCHEMA.struct)


def test_a_child_has_its_parents_settings_and_may_say_one_anew(tmp_path: Path) -> None:
    setting = '\ntype = "text"\ndefault = "{}"\nhelp = "x"\n'
    write_theme(
        tmp_path, "base", f"[settings.a]{setting.format('a')}[settings.b]{setting.format('b')}"
    )
    child = write_theme(tmp_path, "child", f'inherits = "base"\n[settings.b]{setting.format("B")}')
    assert repr(load_theme(child).schema.defaults) == "Settings(a='a', b='B')"


@pytest.mark.parametrize("name", ["default", "emerald", "ocean", "violet"])
def test_every_theme_of_ours_takes_all_that_the_app_offers(name: str) -> None:
    schema = load_theme(ROOT / "themes" / name).schema
    app = {
        "primaryColor": ["emerald", "cyan", "violet", "amber"],
        "accentStyle": ["soft", "vibrant", "mono"],
        "radius": ["none", "md", "xl"],
        "layout": ["sidebar-left", "sidebar-top", "one-column"],
    }
    for key, choices in app.items():
        for choice in choices:
            assert schema.resolve([(key, choice)]).faults == ()
