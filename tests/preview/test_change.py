"""What a save means for the browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generator import config
from generator.build.materials import Materials, load_materials
from generator.preview.change import PAGES, difference
from tests.preview.serving import project


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, str], tuple[Materials, Materials]]:
    """What pages are made with before and after a text is appended to a file."""
    root = project(tmp_path)

    def save(file: str, text: str) -> tuple[Materials, Materials]:
        before = load_materials(config.load(root, {}))
        with (root / file).open("a") as opened:
            opened.write(text)
        return before, load_materials(config.load(root, {}))

    return save


def test_a_save_that_says_the_same_is_nothing(
    saved: Callable[[str, str], tuple[Materials, Materials]],
) -> None:
    assert difference(*saved("themes/base/static/_base.css", "")) is None
    assert difference(*saved("themes/emerald/theme.toml", "\n# a remark\n")) is None


def test_a_style_sheet_of_one_theme_is_replaced_alone(
    saved: Callable[[str, str], tuple[Materials, Materials]],
) -> None:
    change = difference(*saved("themes/violet/static/theme.css", "b { color: red }"))
    assert change is not None
    assert change.styles is not None
    assert len(change.styles) == 1


def test_a_part_of_every_style_sheet_replaces_them_all(
    saved: Callable[[str, str], tuple[Materials, Materials]],
) -> None:
    before, after = saved("themes/base/static/_base.css", "b { color: red }")
    change = difference(before, after)
    assert change is not None
    assert change.styles is not None
    assert len(change.styles) == len(before.themes)


@pytest.mark.parametrize(
    "file",
    [
        "themes/base/templates/page.html",
        "themes/base/strings/de.toml",
        "themes/base/static/icon.svg",
        "content/pages/about.md",
    ],
)
def test_anything_else_is_a_matter_of_pages(
    saved: Callable[[str, str], tuple[Materials, Materials]], file: str
) -> None:
    assert difference(*saved(file, "\n# more\n")) == PAGES


def test_a_style_sheet_that_two_themes_no_longer_share_is_a_matter_of_pages(
    saved: Callable[[str, str], tuple[Materials, Materials]], tmp_path: Path
) -> None:
    copy = tmp_path / "themes" / "copy" / "static"
    copy.mkdir(parents=True)
    (copy.parent / "theme.toml").write_text(
        'name = "copy"\nversion = "1.0.0"\ninherits = "emerald"\n'
    )
    (copy / "theme.css").write_bytes((tmp_path / "themes/emerald/static/theme.css").read_bytes())
    assert difference(*saved("themes/copy/static/theme.css", "b { color: red }")) == PAGES
