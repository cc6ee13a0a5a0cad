"""Themes are found in the project, in other folders, and in installed packages."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from generator.errors import ThemeError
from generator.theme import find
from generator.theme.find import GROUP, load_theme, load_themes
from tests.theme.folders import write_theme


def install(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """An installed package that says it brings a theme."""
    entry = EntryPoint("harbour", value, GROUP)
    monkeypatch.setattr(find, "entry_points", lambda group: [entry])


def test_every_folder_of_the_settings_is_looked_through(tmp_path: Path) -> None:
    write_theme(tmp_path / "one", "ours")
    write_theme(tmp_path / "two", "theirs", 'inherits = "ours"')
    themes = load_themes([tmp_path / "one", tmp_path / "two"], required="ours")
    assert {name: theme.chain for name, theme in themes.items()} == {
        "ours": ("ours",),
        "theirs": ("theirs", "ours"),
    }


def test_an_installed_theme_is_found_and_nothing_of_it_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_theme(tmp_path / "packages", "harbour_theme")
    (package / "__init__.py").write_text("raise SystemExit('run')")
    monkeypatch.syspath_prepend(tmp_path / "packages")
    install(monkeypatch, "harbour_theme")
    assert list(load_themes([tmp_path], required="harbour_theme")) == ["harbour_theme"]
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
    assert list(load_themes([tmp_path], required="ours")) == ["ours"]
    with pytest.raises(ThemeError, match="no theme 'base'") as caught:
        load_themes([tmp_path], required="base")
    assert "one of: ours" in str(caught.value)
