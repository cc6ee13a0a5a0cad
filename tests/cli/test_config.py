"""`qwikfolio config`: the settings in force, with where each comes from, and without secrets."""

import tomllib
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from generator import config
from generator.cli import cli
from generator.errors import ConfigError

FILE = """
[site]
title = "People \\"of\\" Lisbon"   # a comment
url = "https://people.example"
contact_endpoint = "https://forms.example/send?token=hunter2"

[paths]
themes = ["themes", "../shared"]
"""
VARIABLES = {
    "QWIKFOLIO_SITE_LANGUAGE": "pt",
    "DATABASE_URL": "postgresql://ada:hunter2@db.example/site?sslpassword=hunter2",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "QWIKFOLIO_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "qwikfolio.toml").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, **environ: str) -> tuple[str, str]:
    done = CliRunner().invoke(cli, ["config", *words], env=environ)
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def test_each_value_is_shown_with_where_it_comes_from(folder: Path) -> None:
    said, _ = run("--output", "/srv/site", **VARIABLES)
    lines = {line.split(" = ")[0].lstrip("# "): line for line in said.splitlines()}
    for key, origin in {
        "title": "qwikfolio.toml:3",
        "language": "QWIKFOLIO_SITE_LANGUAGE",
        "currency": "default",
        "output": "--output",
        "themes": "qwikfolio.toml:8",
        "url": "DATABASE_URL; its secret is not shown",
    }.items():
        assert lines[key].endswith(f"  # {origin}"), lines[key]


def test_no_secret_is_shown(folder: Path) -> None:
    for words in ((), ("--json",)):
        said, noted = run(*words, **VARIABLES)
        assert "hunter2" not in said + noted
        assert "postgresql://ada:***@db.example/site?sslpassword=***" in said


def test_what_is_shown_is_a_file_that_says_the_same(folder: Path) -> None:
    (folder / "qwikfolio.toml").write_text(FILE.replace("?token=hunter2", ""))
    before = config.load(folder, {"QWIKFOLIO_SITE_LANGUAGE": "pt"})
    said, _ = run(QWIKFOLIO_SITE_LANGUAGE="pt")
    tomllib.loads(said)
    (folder / "qwikfolio.toml").write_text(said)
    after = config.load(folder, {})
    assert msgspec.structs.replace(after, origins={}) == msgspec.structs.replace(before, origins={})


def test_json_gives_the_same_facts(folder: Path) -> None:
    facts = msgspec.json.decode(run("--json", **VARIABLES)[0])
    assert facts["root"] == str(folder)
    site, paths = facts["settings"]["site"], facts["settings"]["paths"]
    assert site["url"] == {
        "value": "https://people.example", "from": "qwikfolio.toml:4", "kind": "file",
    }  # fmt: skip
    assert site["currency"] == {"value": "$", "from": "default", "kind": "default"}
    assert site["language"]["from"] == "QWIKFOLIO_SITE_LANGUAGE"
    assert paths["themes"]["value"] == ["themes", "../shared"]
    assert set(facts["settings"]) == {"site", "paths", "database", "beacon", "privacy", "limits"}


def test_outside_of_a_site_there_is_nothing_to_show(folder: Path) -> None:
    (folder / "qwikfolio.toml").unlink()
    with pytest.raises(ConfigError, match="no qwikfolio\\.toml here or above"):
        CliRunner().invoke(cli, ["config"], catch_exceptions=False)
    assert not list(folder.iterdir()), "nothing was made"


def test_notes_and_a_url_that_is_none_are_told_besides(folder: Path) -> None:
    said, noted = run(QWIKFOLIO_VERSION="1")
    assert "QWIKFOLIO_VERSION is ignored" in noted
    said, noted = run("--database-url", "postgresql://db/site?sslmod=require")
    assert "[database]" in said
    assert "unknown parameter 'sslmod'" in noted


def test_what_is_wrong_with_the_settings_is_an_error(folder: Path) -> None:
    (folder / "qwikfolio.toml").write_text("[site]\ntitel = 1\n")
    done = CliRunner().invoke(cli, ["config"])
    assert isinstance(done.exception, ConfigError)
