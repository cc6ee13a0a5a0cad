"""A database is named, or none is used: what is missing or empty never means another one."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from generator.cli import cli
from generator.errors import ConfigError, DatabaseError, QwikfolioError
from tests.site import ROOT

VARIABLES = ("DATABASE_URL", "QWIKFOLIO_DATABASE_URL", "QWIKFOLIO_DATABASE_EMBEDDED")
COMMANDS = (
    ["build"],
    ["watch"],
    ["beacon", "--port", "0"],
    ["stats", "ada"],
    ["db", "migrate"],
    ["db", "seed"],
    ["db", "unseed"],
)
EMBEDDED = "[database]\nembedded = true\n"

by_command = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, with settings and nothing else, and without a database in sight."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "qwikfolio.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)  # a watch would take the test's own
    yield tmp_path
    assert [path.name for path in tmp_path.iterdir()] == ["qwikfolio.toml"], "nothing was made"


def refused(words: list[str], kind: type[QwikfolioError] = ConfigError) -> QwikfolioError:
    with pytest.raises(kind) as caught:
        cli.main(words, standalone_mode=False)
    return caught.value


@by_command
def test_without_a_url_no_command_makes_a_database(folder: Path, words: list[str]) -> None:
    error = refused(words)
    assert error.what == "no database is named"
    for way in ("--database-url", "DATABASE_URL", "QWIKFOLIO_DATABASE_URL", "embedded = true"):
        assert way in str(error.fix)


@by_command
@pytest.mark.parametrize("text", ["", EMBEDDED], ids=["", "embedded"])
@pytest.mark.parametrize("name", ["--database-url", "DATABASE_URL", "QWIKFOLIO_DATABASE_URL"])
@pytest.mark.parametrize("empty", ["", " "], ids=["empty", "blank"])
def test_a_url_that_is_given_but_empty_is_a_mistake_never_none(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    text: str,
    name: str,
    empty: str,
) -> None:
    """As where a variable of CI is not set, or a line of a script lost its second half."""
    (folder / "qwikfolio.toml").write_text(text)
    if name.startswith("--"):
        words = [*words, name, empty]
    else:
        monkeypatch.setenv(name, empty)
    assert refused(words).what == f"{name} is empty: it names no database"


def test_so_it_is_in_the_settings_and_of_a_preview(folder: Path) -> None:
    (folder / "qwikfolio.toml").write_text(f'{EMBEDDED}url = ""\n')
    assert refused(["build"]).what == "database.url is empty: it names no database"
    (folder / "qwikfolio.toml").write_text("")
    assert "is empty" in refused(["serve", "--database-url", ""]).what


def test_an_option_hides_a_variable_that_is_empty(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    error = refused(["db", "migrate", "--database-url", "mysql://x"])
    assert "not a postgresql:// URL" in error.what


def test_a_variable_may_allow_the_embedded_database_or_forbid_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QWIKFOLIO_DATABASE_EMBEDDED", "true")
    assert "no embedded database yet" in refused(["stats", "ada"], DatabaseError).what
    (folder / "qwikfolio.toml").write_text(EMBEDDED)
    monkeypatch.setenv("QWIKFOLIO_DATABASE_EMBEDDED", "false")
    assert refused(["build"]).what == "no database is named"
    monkeypatch.setenv("QWIKFOLIO_DATABASE_EMBEDDED", "")
    assert "embedded" in refused(["build"]).what


def test_a_command_that_only_reads_makes_no_database(folder: Path) -> None:
    (folder / "qwikfolio.toml").write_text(EMBEDDED)
    error = refused(["stats", "ada"], DatabaseError)
    assert error.what == "there is no embedded database yet"
    assert "qwikfolio build" in str(error.fix)


def test_every_command_that_takes_a_url_is_tried_here() -> None:
    def takers(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                yield from takers(command, *path, name)
            elif command and any("--database-url" in it.opts for it in command.params):
                yield (*path, name)

    tried = {tuple(words[:2]) if words[0] == "db" else (words[0],) for words in COMMANDS}
    # These do without any: they show the samples, show the settings, and begin a site.
    assert set(takers(cli)) == {*tried, ("serve",), ("config",), ("init",)}


def test_make_site_builds_the_samples_whatever_the_environment_names(tmp_path: Path) -> None:
    """Before it looked at DATABASE_URL, and wrote the samples into that database's site."""
    command = tmp_path / "qwikfolio"
    command.write_text('#!/bin/sh\necho "$@ ${DATABASE_URL-none} ${QWIKFOLIO_DATABASE_URL-none}"\n')
    command.chmod(0o755)
    installed = tmp_path / "installed"
    installed.touch()
    done = subprocess.run(
        ["make", "site", f"BIN={tmp_path}", f"VENV={tmp_path}", f"SITE={installed}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "DATABASE_URL": "postgresql://real",
            "QWIKFOLIO_DATABASE_URL": "postgresql://real",
        },
    )  # fmt: skip
    assert done.stdout.startswith("build none none\n")
    assert "sample people" in done.stdout
    assert "embedded = true" in (ROOT / "qwikfolio.toml").read_text()
