"""What a query may ask for, of any theme."""

from generator.gallery.edge_cases import EDGE_CASES
from generator.preview.look import Look, dress, parse_look, style_in_scheme
from generator.theme.about import Setting
from generator.theme.find import load_theme
from generator.theme.schema import Schema
from tests.site import ROOT

TYPICAL = EDGE_CASES["typical"]
EMERALD = load_theme(ROOT / "themes" / "emerald")


def chosen(**query: str) -> dict[str, object]:
    """What the typical person would have chosen, in a theme with a setting of each kind."""
    settings = {
        "dense": Setting(type="boolean", default=False, help="x"),
        "columns": Setting(type="number", default=2, help="x"),
        "motto": Setting(type="text", default="", help="x"),
    }
    theme = EMERALD.__class__(
        **{name: getattr(EMERALD, name) for name in EMERALD.__struct_fields__}
        | {"schema": Schema(settings)}
    )
    return dict(dress(TYPICAL, parse_look(query), theme).theme.chosen)


def test_a_query_says_values_of_the_settings_kind() -> None:
    assert chosen(dense="true") == {"dense": True}
    assert chosen(dense="false") == {"dense": False}
    assert chosen(columns="3") == {"columns": 3}
    assert chosen(columns="many") == {"columns": "many"}
    assert chosen(motto="true") == {"motto": "true"}


def test_what_the_theme_does_not_know_is_passed_over() -> None:
    assert chosen(colour="red", __class__="x") == {}
    assert dress(TYPICAL, parse_look({"colour": "red"}), EMERALD) == TYPICAL


def test_a_query_without_a_look_is_none() -> None:
    assert parse_look({}) == Look()
    assert parse_look({"scheme": "pink", "photo": "yes", "pictures": "1"}) == Look()


def test_a_style_sheets_questions_are_answered() -> None:
    style = (
        b":root{color-scheme:light dark}@media (prefers-color-scheme:dark){a{}}"
        b"@media ( prefers-color-scheme : light ) and (width > 9px){b{}}"
    )
    assert style_in_scheme(style, "dark") == (
        b":root{color-scheme: dark}@media (min-width: 0){a{}}"
        b"@media (max-width: 0) and (width > 9px){b{}}"
    )
