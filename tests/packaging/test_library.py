"""What `import generator` offers, as docs/library.md has it."""

import logging
import re
from importlib import import_module
from typing import Any

import pytest

import generator
from generator import errors
from tests.beacon.running import fetch
from tests.site import ROOT, Site

PAGE = (ROOT / "docs" / "library.md").read_text("utf-8")
BUILD, PROBLEMS, WATCH = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def people(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The database of a site in the folder `site`, beside the program."""
    folder = site.root / "site"
    folder.mkdir()
    (folder / "qwikfolio.toml").write_text(
        f'[site]\nurl = "https://people.example"\n[database]\nurl = "{site.url}"\n'
    )
    monkeypatch.chdir(site.root)
    for variable in ("DATABASE_URL", "QWIKFOLIO_DATABASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    return site


def test_a_build(people: Site, capsys: pytest.CaptureFixture[str]) -> None:
    people.person("ada")
    exec(BUILD, {})
    assert re.match(r"1 people, \d+ files written to .*/site/output\n\Z", capsys.readouterr().out)
    assert (people.root / "site" / "output" / "ada" / "index.html").exists()


def test_a_build_that_can_not_be_done(people: Site) -> None:
    (people.root / "site" / "qwikfolio.toml").write_text("[site]\nlanguage = 'x y'\n")
    with pytest.raises(SystemExit, match=r"site\.language can't be 'x y'; where: .*; to do: "):
        exec(BUILD, {})


def test_problems_are_logged(people: Site, caplog: pytest.LogCaptureFixture) -> None:
    people.person("ada", website="nonsense")
    ((row,),) = fetch(people.url, "SELECT id FROM portfolios")
    with caplog.at_level(logging.WARNING):
        exec(PROBLEMS, {})
    assert caplog.messages == [
        f"Ada: portfolios.website of {row}: 'nonsense' is not an http or https address"
    ]


def test_a_watch_ends_when_it_is_asked_to(people: Site) -> None:
    """Here as soon as the site is up to date, which it prints."""
    people.person("ada")
    program: dict[str, Any] = {}
    said = []

    def end(text: str) -> None:
        said.append(text)
        program["asked_to_end"].set()

    program["print"] = end
    exec(WATCH, program)
    assert said == ["1 people"]
    assert (people.root / "site" / "output" / "ada" / "index.html").exists()


def test_everything_that_is_listed_is_there() -> None:
    for name in generator.__all__:
        assert getattr(generator, name) is not None
    listed = {"build", "watch", "load", "Settings", "Request", "Report"}
    assert listed < set(generator.__all__)


def test_every_error_is_exported_and_described() -> None:
    raised = {name for name, it in vars(errors).items() if isinstance(it, type)}
    assert raised == {name for name in generator.__all__ if name.endswith("Error")}
    assert all(f"`{name}`" in PAGE.split("## Errors")[1] for name in raised)


def test_build_and_watch_stay_functions_whatever_is_imported() -> None:
    """Folders of the package bear the same names."""
    import_module("generator.build.conductor")
    import_module("generator.watch.watch")
    assert generator.build.__module__ == generator.watch.__module__ == "generator.library"


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        generator.nonsense  # noqa: B018
