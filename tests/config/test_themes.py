"""Folders, themes and languages that settings name and that aren't there are told, with who did."""

from pathlib import Path

import pytest

from generator import config
from generator.build.conductor import load
from generator.build.materials import load_materials
from generator.errors import QwikfolioError
from tests.site import ROOT, Notes


def refused(text: str, root: Path, environ: dict[str, str] | None = None) -> QwikfolioError:
    (root / "qwikfolio.toml").write_text(text)
    with pytest.raises(QwikfolioError) as caught:
        load_materials(config.load(root, environ or {}))
    return caught.value


@pytest.mark.parametrize("key", ["themes", "content"])
def test_a_folder_that_is_not_there_is_told(tmp_path: Path, key: str) -> None:
    error = refused(f"[paths]\n{key} = 'nowhere'\n", tmp_path)
    assert error.what == f"paths.{key} names a folder that is not there: {tmp_path}/nowhere"
    assert str(error.where).endswith("qwikfolio.toml:2:" + str(len(key) + 4))
    (tmp_path / "file").touch()
    error = refused("", tmp_path, {f"QWIKFOLIO_PATHS_{key.upper()}": "file"})
    assert error.what == f"paths.{key} names {tmp_path}/file, and that is no folder"
    assert error.where == f"the environment variable QWIKFOLIO_PATHS_{key.upper()}"


def test_a_theme_that_is_not_there_is_told_with_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "themes").symlink_to(ROOT / "themes")
    error = refused("[site]\ntheme = 'Emerld'\n", tmp_path)
    assert error.what == "there is no theme 'Emerld'"
    assert str(error.where).endswith("qwikfolio.toml:2:9")
    assert str(error.fix).startswith("did you mean emerald? set site.theme to one of: default, ")


def test_a_language_without_words_is_told_with_those_that_have_some() -> None:
    settings = config.load(ROOT, {"QWIKFOLIO_SITE_LANGUAGE": "eo"})
    said = str(load_materials(settings).missing_words())
    assert said.startswith("site.language is 'eo', and ")
    assert "There are words in ar, de, en" in said
    assert "strings/eo.toml" in said
    for tag in ("en", "de-AT", "ES"):
        settings = config.load(ROOT, {"QWIKFOLIO_SITE_LANGUAGE": tag})
        assert load_materials(settings).missing_words() is None


def test_a_build_notes_it_once() -> None:
    for tag, noted in (("eo", 1), ("en", 0)):
        notes = Notes()
        load(config.load(ROOT, {"QWIKFOLIO_SITE_LANGUAGE": tag}), notes)
        assert len(notes.notes) == noted
