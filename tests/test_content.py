"""Pages written by hand: those that are there are read, and none disappears in silence."""

from pathlib import Path

import pytest

from generator.content import load_pages
from generator.errors import ContentError


def test_a_site_may_do_without(tmp_path: Path) -> None:
    assert load_pages(tmp_path / "content" / "pages") == ()
    (tmp_path / "texts").mkdir()
    assert load_pages(tmp_path / "texts" / "pages") == ()


def test_a_misspelt_folder_of_content_is_named(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    with pytest.raises(ContentError, match="no such folder") as caught:
        load_pages(tmp_path / "contents" / "pages")
    assert caught.value.where == str(tmp_path / "contents")


def test_a_folder_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "pages").write_text("a file")
    with pytest.raises(ContentError, match="can't be read: Not a directory"):
        load_pages(tmp_path / "content" / "pages")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "about.md").write_bytes(b"\xef\xbb\xbf# About\n\nUs.\n")
    (page,) = load_pages(tmp_path)
    assert (page.path, page.title, page.description) == ("about/", "About", "Us.")
