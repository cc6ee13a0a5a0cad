"""A site without themes and samples of its own has the bundled ones, wherever it is."""

from pathlib import Path

import pytest

from generator import bundled, config
from generator.database.seed import seed
from generator.preview.stage import Request, Stage

EVE = """\
[portfolio]
name = "Eve Marsh"
headline = "Cabinet maker"
email = "eve@example.com"
slug = "eve-marsh"
published = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "qwikfolio.toml").write_text("[database]\nembedded = true\n")
    return tmp_path


def test_the_samples_are_the_site_s_own_or_else_the_bundled_ones(folder: Path) -> None:
    assert config.load(folder, {}).samples == bundled.samples()
    own = folder / "content" / "portfolios"
    own.mkdir(parents=True)
    assert config.load(folder, {}).samples == own


def test_a_preview_changes_to_the_site_s_own_samples_and_back(folder: Path) -> None:
    with Stage(Request(folder)) as stage:
        before = owners(stage)
        assert len(before) > 1
        own = folder / "content" / "portfolios" / "eve.toml"
        own.parent.mkdir(parents=True)
        own.write_text(EVE)
        stage.reload([own])
        (eve,) = owners(stage)
        assert eve not in before
        own.unlink()
        own.parent.rmdir()
        stage.reload([own])
        assert owners(stage) == before


def owners(stage: Stage) -> list[str]:
    assert stage.error() is None
    people = stage.showing()._population.people()
    return [it.owner for it in people]


def test_a_preview_takes_up_a_theme_of_the_site(folder: Path) -> None:
    with Stage(Request(folder)) as stage:
        assert stage.showing().materials.themes["emerald"].folder == bundled.themes() / "emerald"
        own = folder / "themes" / "emerald" / "theme.toml"
        own.parent.mkdir(parents=True)
        own.write_text('name = "emerald"\nversion = "1"\ninherits = "base"\n')
        stage.reload([own])
        assert stage.showing().materials.themes["emerald"].folder == own.parent


def test_the_bundled_samples_can_be_put_into_a_database(database: str, folder: Path) -> None:
    files = {it.stem for it in bundled.samples().glob("*.toml")}
    assert set(seed(database, config.load(folder, {}).samples).added) == files
