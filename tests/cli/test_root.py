"""Where a command finds its site: the nearest qwikfolio.toml, here, above, or from -C."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from generator import config
from generator.cli import cli
from generator.cli.options import load_settings
from generator.config.root import is_trusted
from generator.errors import ConfigError, QwikfolioError
from tests.site import Site, bare_site

NO_SITE = "no qwikfolio.toml here or above: "
URL = "postgresql://nobody@127.0.0.1:1/nowhere"
NEED_A_SITE = (
    ("build",),
    ("build", "--dry-run"),
    ("build", "--database-url", URL),
    ("watch",),
    ("watch", "--database-url", URL),
    ("serve",),
    ("serve", "--database-url", URL),
    ("theme", "list"),
    ("theme", "check"),
    ("theme", "docs"),
    ("theme", "new", "mine"),
)
NEED_A_SITE_OR_A_URL = (
    ("beacon",),
    ("stats", "ada"),
    ("db", "migrate"),
    ("db", "seed", "--yes"),
    ("db", "unseed", "--yes"),
)


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which commands are run in."""
    folder = tmp_path / "outside"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("DATABASE_URL", "QWIKFOLIO_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False)


def themes_of(*words: str) -> Path:
    """The folder of themes that a command lists."""
    listed = msgspec.json.decode(run(*words).stdout)
    return Path(listed[0]["folder"]).parent


@pytest.mark.parametrize("words", NEED_A_SITE + NEED_A_SITE_OR_A_URL, ids=" ".join)
def test_outside_of_a_site_a_command_says_so_and_leaves_nothing_behind(
    outside: Path, words: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError) as caught:
        run(*words)
    assert caught.value.what == f"{NO_SITE}{outside}"
    assert "-C" in (caught.value.fix or "")
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("words", NEED_A_SITE_OR_A_URL[1:], ids=" ".join)
@pytest.mark.parametrize("how", ["option", "environment"])
def test_what_needs_no_more_than_a_database_goes_without_a_site(
    outside: Path, words: tuple[str, ...], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a container that is given nothing but the environment. The beacon's tests run it so."""
    if how == "environment":
        monkeypatch.setenv("DATABASE_URL", URL)
    with pytest.raises(QwikfolioError) as caught:
        run(*words, *(("--database-url", URL) if how == "option" else ()))
    assert NO_SITE not in str(caught.value)
    assert list(outside.iterdir()) == []


def test_one_theme_is_checked_anywhere(tmp_path: Path) -> None:
    bare_site(tmp_path)
    (tmp_path / "qwikfolio.toml").unlink()
    assert run("theme", "check", "--quick", str(tmp_path / "themes" / "emerald")).return_value == 0


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("check", "--quick")])
def test_themes_that_are_nowhere_are_an_error_with_the_folders_looked_at(
    outside: Path, words: tuple[str, ...]
) -> None:
    (outside / "qwikfolio.toml").write_text('[paths]\nthemes = ["themes", "more"]\n')
    with pytest.raises(ConfigError) as caught:
        run("theme", *words)
    assert f"a folder that is not there: {outside / 'themes'}" in caught.value.what
    assert "paths.themes" in (caught.value.fix or "")


def test_a_site_without_themes_of_its_own_has_none_to_check(outside: Path) -> None:
    (outside / "qwikfolio.toml").touch()
    with pytest.raises(QwikfolioError) as caught:
        run("theme", "check", "--quick")
    assert caught.value.what == "there is no theme"
    assert str(outside / "themes") in (caught.value.where or "")


def test_the_nearest_settings_above_are_those_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = bare_site(tmp_path / "outer")
    inner = bare_site(outer / "content" / "inner")
    deep = inner / "content" / "pages" / "notes"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert themes_of("theme", "list", "--json") == inner / "themes"
    monkeypatch.chdir(outer / "content")
    assert themes_of("theme", "list", "--json") == outer / "themes"


@pytest.mark.parametrize(
    "words",
    [
        ("-C", "FOLDER", "theme", "list", "--json"),
        ("theme", "-C", "FOLDER", "list", "--json"),
        ("theme", "list", "--json", "-C", "FOLDER"),
        ("-C", "/", "theme", "list", "--json", "-C", "FOLDER"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("below", ["", "content/pages"])
def test_C_names_the_folder_before_the_command_and_after_it(  # noqa: N802 - as it is written
    tmp_path: Path, words: tuple[str, ...], below: str
) -> None:
    site = bare_site(tmp_path / "site")
    (site / "content" / "pages").mkdir(parents=True)
    folder = f"../site/{below}"
    named = [folder if word == "FOLDER" else word for word in words]
    assert themes_of(*named) == site / "themes"


def test_C_outside_of_a_site_is_told_by_its_whole_path(outside: Path) -> None:  # noqa: N802
    with pytest.raises(ConfigError) as caught:
        run("-C", "..", "theme", "list")
    assert caught.value.what == f"{NO_SITE}{outside.parent}"


def test_C_of_no_folder_is_told(tmp_path: Path) -> None:  # noqa: N802
    bare_site(tmp_path / "site")
    with pytest.raises(ConfigError, match="there is no such folder") as caught:
        run("-C", "nowhere", "theme", "list")
    assert caught.value.where == "-C nowhere"
    done = CliRunner().invoke(cli, ["-C", "../site/qwikfolio.toml", "theme", "list"])
    assert done.exit_code == 2
    assert "is a file" in done.stderr


def test_paths_of_options_are_of_the_current_folder_and_those_of_the_file_of_its_own(
    site: Site, outside: Path
) -> None:
    done = run("-C", str(site.root), "build", "--database-url", site.url, "--output", "public")
    assert done.return_value == 0
    assert (outside / "public" / "index.html").is_file()
    assert [path.name for path in outside.iterdir()] == ["public"]
    assert not site.output.exists()
    assert (site.root / ".qwikfolio").is_dir()
    assert run("theme", "docs", "-C", str(site.root), "--output", "context.md").return_value is None
    assert (outside / "context.md").is_file()


def test_a_link_to_nothing_is_no_reason_to_look_further_up(tmp_path: Path, outside: Path) -> None:
    bare_site(tmp_path)
    (outside / "qwikfolio.toml").symlink_to("gone.toml")
    with pytest.raises(ConfigError, match="a symbolic link to a file that isn't there") as caught:
        run("theme", "list")
    assert "gone.toml" in (caught.value.where or "")


@pytest.mark.parametrize(
    ("owner", "user", "start", "followed"),
    [
        (1000, 1000, 1000, True),
        (0, 1000, 1000, True),
        (2000, 1000, 2000, True),  # the site of that account, in which somebody else works
        (2000, 1000, 1000, False),
        (2000, 0, 0, False),
    ],
)
def test_settings_above_are_those_of_an_account_that_has_a_say_there(
    owner: int, user: int, start: int, followed: bool
) -> None:
    assert is_trusted(owner, user=user, start=start) == followed


def test_settings_that_somebody_else_put_above_are_not_followed_unless_C_names_them(  # noqa: N802
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in /tmp, where everybody may write a qwikfolio.toml."""
    shared = bare_site(tmp_path / "shared")
    mine = shared / "mine"
    mine.mkdir()
    monkeypatch.setattr("generator.config.root.is_trusted", lambda *_, **__: False)
    with pytest.raises(ConfigError, match="belongs to another account") as caught:
        config.find_root(mine)
    assert f"-C {shared}" in (caught.value.fix or "")
    assert config.find_root(shared) == shared


def test_a_deleted_folder_is_named_unless_C_names_another(  # noqa: N802
    tmp_path: Path, outside: Path
) -> None:
    site = bare_site(tmp_path / "site")
    outside.rmdir()
    with pytest.raises(ConfigError, match="the folder this is run in is no longer there"):
        load_settings(None)
    assert themes_of("-C", str(site), "theme", "list", "--json") == site / "themes"
