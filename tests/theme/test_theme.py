"""A theme is read whole, from its own folder, or not at all."""

import shutil
from pathlib import Path

import pytest

from generator.errors import ThemeError
from generator.theme.find import load_theme, load_themes
from tests.site import ROOT


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "themes", tmp_path / "themes") / "base"


def test_two_themes_of_one_name_are_both_named(theme: Path) -> None:
    copy = shutil.copytree(theme, theme.parent / "copy")
    with pytest.raises(ThemeError, match="two themes are named 'base'") as caught:
        load_themes([theme.parent], required="emerald")
    assert str(theme) in str(caught.value)
    assert str(copy) in str(caught.value)


@pytest.mark.parametrize("link", ["static/p.css", "static/fonts", "templates/x.html"])
@pytest.mark.parametrize("target", ["secret", "secret/file", "nothing"])
def test_a_link_out_of_the_theme_publishes_nothing(theme: Path, link: str, target: str) -> None:
    secret = theme.parent.parent / "secret"
    secret.mkdir()
    (secret / "file").write_text("x")
    (theme / link).symlink_to(theme.parent.parent / target)
    with pytest.raises(ThemeError, match="leads out of the theme's folder") as caught:
        load_theme(theme)
    assert caught.value.where == str(theme / link)


def test_a_folder_of_the_theme_may_not_be_elsewhere(theme: Path) -> None:
    (theme / "static").rename(theme.parent / "static")
    (theme / "static").symlink_to("../static")
    with pytest.raises(ThemeError, match="leads out of the theme's folder"):
        load_theme(theme)


def test_what_editors_and_version_control_leave_is_not_the_themes(theme: Path) -> None:
    names = {asset.name for asset in load_theme(theme).assets}
    (theme / "static" / ".#theme.css").symlink_to("ada@host.123")
    (theme / "static" / "theme.css~").write_text("x")
    (theme / "static" / ".git").mkdir()
    (theme / "static" / ".git" / "config").write_text("x")
    assert {asset.name for asset in load_theme(theme).assets} == names


def test_a_link_within_the_theme_is_a_file_like_another(theme: Path) -> None:
    (theme / "static" / "same.svg").symlink_to("icon.svg")
    assert {"icon.svg", "same.svg"} <= {asset.name for asset in load_theme(theme).assets}


@pytest.mark.parametrize("part", ["static", "templates"])
def test_a_part_that_can_not_be_read_is_named(theme: Path, part: str) -> None:
    shutil.rmtree(theme / part)
    (theme / part).write_text("a file")
    with pytest.raises(ThemeError, match="can't be read: Not a directory") as caught:
        load_theme(theme)
    assert caught.value.where == str(theme / part)


def test_a_file_that_can_not_be_read_is_named(theme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_bytes

    def unreadable(path: Path) -> bytes:
        if path.suffix == ".svg":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", unreadable)
    with pytest.raises(ThemeError, match="can't be read: Permission denied") as caught:
        load_theme(theme)
    assert caught.value.where == str(theme / "static" / "icon.svg")


def test_a_byte_order_mark_does_no_harm(theme: Path) -> None:
    for path in (theme / "theme.toml", theme / "templates" / "home.html"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_theme(theme).templates["home.html"].text.startswith("{% extends")
