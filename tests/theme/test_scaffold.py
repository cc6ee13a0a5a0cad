"""A new theme works at once."""

from pathlib import Path

import pytest

from generator.errors import ThemeError
from generator.theme.find import find_folders, lineage, load_theme
from generator.theme.folder import Folder
from generator.theme.scaffold import scaffold
from tests.site import ROOT, Site


@pytest.fixture
def emerald() -> tuple[Folder, ...]:
    return family("emerald")


def family(name: str) -> tuple[Folder, ...]:
    folders = find_folders([ROOT / "themes"])
    return lineage(folders[name], folders)


def test_a_new_theme_looks_like_its_parent_and_a_little_otherwise(site: Site) -> None:
    themes = site.root / "themes"
    folder = scaffold(themes, "harbour", family("emerald"))
    assert load_theme(folder).chain == ("harbour", "emerald", "base")
    user = site.person("ada")
    site.execute('UPDATE portfolios SET theme = \'{"id": "harbour"}\' WHERE user_id = %s', user)
    report = site.build()
    assert report.failed == ()
    style = load_theme(folder).assets[-1]
    assert f"/{style.path}" in site.page("ada")
    assert style.body.endswith(b"}\n}\n")
    assert load_theme(themes / "emerald").assets[-1].body in style.body


@pytest.mark.parametrize("parent", ["base", "default", "emerald", "ocean", "violet"])
def test_any_theme_can_be_the_parent(site: Site, parent: str) -> None:
    folder = scaffold(site.root / "themes", "harbour", family(parent))
    style = {asset.name: asset.body for asset in load_theme(folder).assets}["theme.css"]
    assert b"--paper" in style
    assert b"@media print" in style
    assert b"@import" not in style


def test_its_readme_tells_how_to_go_on(tmp_path: Path, emerald: tuple[Folder, ...]) -> None:
    readme = (scaffold(tmp_path, "harbour", emerald) / "README.md").read_text()
    for said in ("qwikfolio serve", "theme check themes/harbour", "`emerald`"):
        assert said in readme


@pytest.mark.parametrize("name", ["", "Harbour", "a b", "../x", "9", "-x", "x" * 41, "é"])
def test_a_name_that_could_be_no_folder_is_refused(
    tmp_path: Path, emerald: tuple[Folder, ...], name: str
) -> None:
    with pytest.raises(ThemeError, match="can't be named"):
        scaffold(tmp_path / "themes", name, emerald)
    assert not (tmp_path / "themes").exists()


def test_a_folder_that_is_there_is_let_be(tmp_path: Path, emerald: tuple[Folder, ...]) -> None:
    (tmp_path / "harbour").mkdir()
    with pytest.raises(ThemeError, match="already"):
        scaffold(tmp_path, "harbour", emerald)
    assert list((tmp_path / "harbour").iterdir()) == []
