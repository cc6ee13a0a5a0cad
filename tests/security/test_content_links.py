"""What is elsewhere on the machine is not published: no link leads out of the folder of content."""

from pathlib import Path

import pytest

from generator.content import load_pages
from generator.database.samples import read_samples
from generator.errors import ContentError, ThemeError
from generator.theme.find import load_theme
from tests.site import TEST_PEOPLE
from tests.theme.folders import write_theme

SECRET = "# Accounts\n\nroot:x:0:0\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "site" / "content" / "pages"
    folder.mkdir(parents=True)
    (folder / "about.md").write_text("# About\n\nUs.\n")
    (tmp_path / "secret.md").write_text(SECRET)
    return folder


@pytest.mark.parametrize("target", ["secret.md", "nothing.md", "site/content/pages/x.md"])
def test_a_page_that_leads_out_of_the_site_is_refused(pages: Path, target: str) -> None:
    (pages / "x.md").symlink_to(pages.parents[2] / target)
    with pytest.raises(ContentError, match="leads out of the folder of content") as caught:
        load_pages(pages)
    assert caught.value.where == str(pages / "x.md")
    assert "root:" not in str(caught.value)


def test_the_folder_of_pages_may_not_be_elsewhere(pages: Path, tmp_path: Path) -> None:
    pages.rename(tmp_path / "elsewhere")
    pages.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ContentError, match="leads out of the folder of content"):
        load_pages(pages)


def test_a_link_within_content_is_a_page_like_another(pages: Path, tmp_path: Path) -> None:
    (pages / "us.md").symlink_to("about.md")
    assert [page.path for page in load_pages(pages)] == ["about/", "us/"]
    (tmp_path / "link").symlink_to(
        pages.parent
    )  # the folder of content is the operator's to choose
    assert len(load_pages(tmp_path / "link" / "pages")) == 2


@pytest.mark.parametrize("target", ["ada.toml", "nothing.toml"])
def test_a_sample_that_leads_out_of_its_folder_is_refused(tmp_path: Path, target: str) -> None:
    sample = (TEST_PEOPLE / "ada.toml").read_text()
    (tmp_path / "ada.toml").write_text(sample)
    folder = tmp_path / "portfolios"
    folder.mkdir()
    (folder / "x.toml").symlink_to(tmp_path / target)
    with pytest.raises(ContentError, match="leads out of the folder of samples"):
        read_samples(folder)


def test_the_description_of_a_theme_may_not_be_elsewhere(tmp_path: Path) -> None:
    theme = write_theme(tmp_path, "ours")
    (theme / "theme.toml").rename(tmp_path / "theme.toml")
    (theme / "theme.toml").symlink_to("../theme.toml")
    with pytest.raises(ThemeError, match="leads out of the theme's folder"):
        load_theme(theme)
