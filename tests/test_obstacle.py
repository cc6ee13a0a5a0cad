"""What is in the way of a folder or file is named: which path, what it is, where it leads."""

import os
from collections.abc import Callable
from errno import EACCES, ENOSPC, EROFS
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import cli
from generator.errors import QwikfolioError
from generator.obstacle import obstacle
from tests.site import bare_site

URL = "postgresql://nobody@127.0.0.1:1/nowhere"


def file(path: Path) -> str:
    path.write_text("")
    return f"{path} is a file, not a folder"


def below_a_file(path: Path) -> str:
    return file(path.parent)


def dangling(path: Path) -> str:
    path.symlink_to("gone")
    return f"{path} is a symbolic link to gone, which isn't there"


def below_a_dangling_link(path: Path) -> str:
    return dangling(path.parent)


def loop(path: Path) -> str:
    path.symlink_to(path.name)
    return f"{path} is a symbolic link that leads back to itself (to {path.name})"


def link_to_a_file(path: Path) -> str:
    (path.parent / "notes.txt").write_text("")
    path.symlink_to("notes.txt")
    return f"{path} is a symbolic link to notes.txt, which is a file, not a folder"


def device(path: Path) -> str:
    os.mkfifo(path)
    return f"{path} is not a folder"


OBSTACLES = (
    file,
    below_a_file,
    dangling,
    below_a_dangling_link,
    loop,
    link_to_a_file,
    device,
)
each = pytest.mark.parametrize("make", OBSTACLES, ids=lambda it: it.__name__)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    bare_site(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QWIKFOLIO_SITE_URL", "https://people.example")
    return tmp_path


Make = Callable[[Path], str]


def place(site: Path, make: Make) -> tuple[Path, str]:
    """A folder that is to be used, and what is said to be in its way."""
    if make.__name__.startswith("below"):
        return site / "above" / "it", make(site / "above" / "it")
    return site / "it", make(site / "it")


def refused(*words: str) -> QwikfolioError:
    with pytest.raises(QwikfolioError) as caught:
        CliRunner().invoke(cli, words, catch_exceptions=False)
    return caught.value


@each
@pytest.mark.parametrize("command", [("build",), ("build", "--dry-run")], ids=" ".join)
def test_an_output_that_can_not_be_one_is_told_with_what_stands_there(
    site: Path, make: Make, command: tuple[str, ...]
) -> None:
    folder, said = place(site, make)
    error = refused(*command, "--database-url", URL, "--output", str(folder))
    assert error.what == f"the output folder can't be used: {said}"
    assert error.where == str(folder)
    assert "--output" in (error.fix or "")


@each
def test_a_state_folder_that_can_not_be_one_is_told_with_what_stands_there(
    site: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, said = place(site, make)
    monkeypatch.setenv("QWIKFOLIO_PATHS_STATE", str(folder))
    assert said in refused("build", "--database-url", URL).what
    monkeypatch.setenv("QWIKFOLIO_DATABASE_EMBEDDED", "true")
    error = refused("db", "migrate")
    assert error.what == f"the embedded PostgreSQL can't be used: {said}"


@each
def test_a_theme_that_can_not_be_begun_is_told_with_what_stands_there(
    site: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, said = place(site, make)
    monkeypatch.setenv("QWIKFOLIO_PATHS_THEMES", f"{folder}{os.pathsep}themes")
    assert refused("theme", "new", "mine").what == f"the theme can't be written: {said}"


@each
def test_a_page_that_can_not_be_written_is_told_with_what_stands_in_its_way(
    site: Path, make: Make
) -> None:
    folder, said = place(site, make)
    error = refused("theme", "docs", "--output", str(folder / "page.md"))
    assert error.what == f"the page can't be written: {said}"


@each
def test_a_spool_that_can_not_be_one_is_told_with_what_stands_there(site: Path, make: Make) -> None:
    folder, said = place(site, make)
    error = refused("beacon", "--port=0", "--database-url", URL, "--spool", str(folder))
    assert said in error.what or "symbolic link" in error.what


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_output_names_no_folder(
    site: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in ("build", "watch"):
        monkeypatch.setattr("generator.cli.watch.Stop", lambda: None)
        error = refused(command, "--database-url", URL, "--output", empty)
        assert error.what == "paths.output is empty"
    monkeypatch.setenv("QWIKFOLIO_PATHS_STATE", empty)
    assert refused("build", "--database-url", URL).what == "paths.state is empty"


def test_a_folder_that_may_not_be_written_is_told_with_its_owner(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    said = obstacle(tmp_path / "a" / "b", OSError(EACCES, "Permission denied"), is_folder=True)
    assert said.startswith(f"{tmp_path} may not be written by this account (its user id is ")
    assert said.endswith("mode 0500)")


def test_what_is_mounted_read_only_is_called_so(tmp_path: Path) -> None:
    said = obstacle(tmp_path / "a", OSError(EROFS, "Read-only file system"), is_folder=True)
    assert said == f"{tmp_path} is on a file system that is mounted read-only"


def test_anything_else_is_told_as_the_system_says_it(tmp_path: Path) -> None:
    assert obstacle(tmp_path / "a", OSError(ENOSPC, "No space left on device")) == (
        "No space left on device"
    )
