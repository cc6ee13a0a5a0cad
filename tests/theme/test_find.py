"""Themes are found in the project, in other folders, and in installed packages."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from generator import bundled
from generator.errors import ThemeError
from generator.theme import find
from generator.theme.find import GROUP, find_folders, load_theme, load_themes
from tests.theme.folders import write_theme


def install(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """An installed package that says it brings a theme."""
    entry = EntryPoint("harbour", value, GROUP)
    monkeypatch.setattr(find, "entry_points", lambda group: [entry])


def test_every_folder_of_the_settings_is_looked_through(tmp_path: Path) -> None:
    write_theme(tmp_path / "one", "ours")
    write_theme(tmp_path / "two", "theirs", 'inherits = "ours"')
    themes = load_themes([tmp_path / "one", tmp_path / "two"], required="ours")
    assert themes["ours"].chain == ("ours",)
    assert themes["theirs"].chain == ("theirs", "ours")


def test_an_installed_theme_is_found_and_nothing_of_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_theme(tmp_path / "packages", "harbour_theme")
    (package / "__init__.py").write_text("raise SystemExit('run')")
    monkeypatch.syspath_prepend(tmp_path / "packages")
    install(monkeypatch, "harbour_theme")
    assert "harbour_theme" in load_themes([tmp_path], required="harbour_theme")
    assert "harbour_theme" not in sys.modules
    child = write_theme(tmp_path, "child", 'inherits = "harbour_theme"')
    assert load_theme(child).chain == ("child", "harbour_theme")


def test_a_package_that_is_not_there_any_more_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, "no_such_package.themes")
    with pytest.raises(ThemeError, match=r"'harbour' names 'no_such_package\.themes'"):
        load_themes([tmp_path], required="x")


def test_nobody_can_choose_an_abstract_theme(tmp_path: Path) -> None:
    write_theme(tmp_path, "base", "abstract = true")
    write_theme(tmp_path, "ours", 'inherits = "base"')
    assert "base" not in load_themes([tmp_path], required="ours")
    with pytest.raises(ThemeError, match="no theme 'base'") as caught:
        load_themes([tmp_path], required="base")
    assert "one of: ours" in str(caught.value)


def test_a_site_without_themes_has_the_bundled_ones(tmp_path: Path) -> None:
    themes = load_themes([tmp_path / "themes"], required="emerald")
    assert {"default", "emerald", "ocean", "violet"} <= themes.keys()
    assert themes["emerald"].folder == bundled.themes() / "emerald"
    assert {it.origin for it in find_folders(()).values()} == {"bundled"}


def test_a_theme_inherits_from_a_bundled_one(tmp_path: Path) -> None:
    child = write_theme(tmp_path, "child", 'inherits = "ocean"')
    assert load_theme(child).chain == ("child", "ocean", "base")
    assert load_themes([tmp_path], required="child")["child"].chain == ("child", "ocean", "base")


def test_a_theme_of_the_site_stands_in_for_the_bundled_one_of_its_name(tmp_path: Path) -> None:
    own = write_theme(tmp_path, "emerald", 'inherits = "base"')
    themes = load_themes([tmp_path], required="emerald")
    assert themes["emerald"].folder == own
    assert themes["ocean"].folder == bundled.themes() / "ocean"
    found = find_folders([tmp_path])["emerald"]
    assert (found.origin, found.replaces) == ("site", bundled.themes() / "emerald")


def test_a_theme_of_the_site_spoils_no_bundled_one_that_inherits_from_its_namesake(
    tmp_path: Path,
) -> None:
    """It need not have what they import and extend."""
    before = load_themes((), required="emerald")
    write_theme(tmp_path, "base")
    themes = load_themes([tmp_path], required="base")
    assert themes["base"].chain == ("base",)
    assert {it.digest for it in before.values()} < {it.digest for it in themes.values()}


def test_a_package_does_not_stand_in_for_a_bundled_theme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_theme(tmp_path, "emerald")
    monkeypatch.syspath_prepend(tmp_path)
    install(monkeypatch, "emerald")
    with pytest.raises(ThemeError, match="two themes are named 'emerald'"):
        load_themes((), required="emerald")


def test_two_folders_of_the_site_with_one_name_are_refused(tmp_path: Path) -> None:
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        write_theme(place, "emerald")
    with pytest.raises(ThemeError, match="two themes are named 'emerald'") as caught:
        load_themes(places, required="emerald")
    assert all(str(place) in str(caught.value) for place in places)


def test_the_folder_of_the_bundled_themes_can_be_the_site_s_own() -> None:
    """As it is in a checkout."""
    found = find_folders([bundled.themes()])
    assert {(it.origin, it.replaces) for it in found.values()} == {("site", None)}
