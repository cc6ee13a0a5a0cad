"""The wheel, as it is installed: what is in it, what it says of itself, and that all of it works.

Each command has the libraries of the package and of the extras that the test names, and no others.
"""

import re
import shutil
import tarfile
import tomllib
import urllib.request
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from trove_classifiers import classifiers

from generator import __version__, bundled
from generator.extras import DISTRIBUTION, Extra
from generator.gallery.samples import sample_people
from tests.packaging.installation import Installation, build
from tests.site import ROOT

pytestmark = pytest.mark.xdist_group("wheel")

BUNDLED = {
    "themes": "generator/bundled/themes",
    "content/portfolios/samples": "generator/bundled/portfolios",
}
SITE = """\
[site]
title = "Test"
url = "https://people.example"

[database]
embedded = true
"""


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def files(folder: str) -> set[str]:
    """The files of a folder of the checkout, but for what Python keeps beside them."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {it.relative_to(ROOT / folder).as_posix() for it in paths if it.suffix != ".pyc"}


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (it for it in archive.namelist() if it.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def test_it_has_the_package_the_themes_and_the_samples_and_nothing_else(wheel: Path) -> None:
    expected = {f"generator/{name}" for name in files("generator")}
    for folder, place in BUNDLED.items():
        assert files(folder)
        expected |= {f"{place}/{name}" for name in files(folder)}
    assert names(wheel) == expected
    assert "generator/py.typed" in expected


def test_every_file_is_recorded(wheel: Path) -> None:
    """Else pip leaves it behind when it uninstalls."""
    with zipfile.ZipFile(wheel) as archive:
        (record,) = (it for it in archive.namelist() if it.endswith(".dist-info/RECORD"))
        recorded = {line.split(",")[0] for line in archive.read(record).decode().splitlines()}
        assert recorded == set(archive.namelist())


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    source = tmp_path / f"qwikfolio_publisher-{__version__}"
    assert names(build("wheel", tmp_path / "wheel", source)) == names(wheel)


def test_it_says_what_it_is(metadata: Message) -> None:
    assert metadata["Name"] == DISTRIBUTION
    assert metadata["Version"] == __version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Author"]
    assert metadata["Summary"]
    assert metadata["Keywords"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    addresses = dict(it.split(", ") for it in metadata.get_all("Project-URL", ()))
    assert addresses.keys() == {"Homepage", "Documentation", "Source", "Changelog", "Issues"}
    assert all(it.startswith("https://") for it in addresses.values())
    told = metadata.get_all("Classifier", ())
    assert "Typing :: Typed" in told
    assert set(told) <= classifiers


def test_what_developers_need_is_no_extra(metadata: Message) -> None:
    assert set(metadata.get_all("Provides-Extra", ())) == {*get_args(Extra), "all"}


def test_all_is_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    listed = ",".join(name for name in optional if name != "all")
    assert optional["all"] == [f"{project['name']}[{listed}]"]


def test_it_is_the_wheel_that_is_run(installed: Installation, tmp_path: Path) -> None:
    code = "import generator; from generator import bundled as it; print(generator.__file__)"
    said = installed.says(tmp_path, f"{code}; print(it.themes()); print(it.samples())")
    assert len(said.splitlines()) == 3
    assert all(Path(it).is_relative_to(installed.packages) for it in said.splitlines())


@pytest.fixture(scope="module")
def folder(installed: Installation) -> Path:
    """A new site, with nothing but what it begins with."""
    site = installed.folder / "site"
    if "init" in installed.run(installed.folder, "--help").stdout:  # else it isn't built yet
        words = ("init", "site", "--title", "Test", "--url", "https://people.example")
        done = installed.run(installed.folder, *words)
        assert done.returncode == 0, done.stderr
        return site
    site.mkdir()
    (site / "qwikfolio.toml").write_text(SITE)
    return site


def test_a_new_site_is_built_without_a_database_of_its_own(
    installed: Installation, folder: Path
) -> None:
    """And every picture that its pages show is there."""
    done = installed.run(folder, "build", "--json", extras=["embedded"])
    assert done.returncode == 0, done.stderr
    report = msgspec.json.decode(done.stdout)
    assert report["failed"] == []
    assert len(list((folder / "output").glob("*/index.html"))) >= report["people"] > 1
    for page in (folder / "output").rglob("*.html"):
        for source in re.findall(r'<img[^>]* src="/([^"]*)"', page.read_text()):
            assert (folder / "output" / source).is_file(), f"{page}: {source}"


def test_its_preview_answers(installed: Installation, folder: Path) -> None:
    with installed.running(folder, "serve", "--port=0", extras=["preview"]) as server:
        address = server.wait_for("site ").split()[-1]
        somebody = next(it for it in sample_people(bundled.samples()) if it.segment)
        for page in (address, f"{address}-/", f"{address}{somebody.segment}/"):
            with urllib.request.urlopen(page, timeout=60) as answer:
                assert b"</html>" in answer.read()


def test_a_theme_is_begun_and_checked(installed: Installation, folder: Path) -> None:
    begun = installed.run(folder, "theme", "new", "harbour")
    assert begun.returncode == 0, begun.stderr
    checked = installed.run(folder, "theme", "check", "--quick", extras=["check"])
    assert checked.returncode == 0, checked.stdout
    assert "1 theme checked (harbour): 0 errors, 0 warnings" in checked.stdout
    refused = installed.run(folder, "theme", "new", "ocean")
    assert refused.returncode == 1
    assert "there is a theme 'ocean' already" in refused.stderr
    shutil.copytree(ROOT / "themes" / "ocean", folder / "themes" / "ocean")
    listed = installed.run(folder, "theme", "list").stdout
    assert f"this site: {folder / 'themes' / 'harbour'}\n" in listed
    bundled = installed.packages / "generator" / "bundled" / "themes"
    assert f"bundled: {bundled / 'emerald'}\n" in listed
    assert f"in place of the bundled {bundled / 'ocean'}\n" in listed
    assert installed.run(folder, "theme", "docs", "harbour").returncode == 0


def test_its_beacon_answers(installed: Installation, folder: Path, database: str) -> None:
    words = ("beacon", "--port=0", "--database-url", database)
    with installed.running(folder, *words, extras=["beacon"]) as beacon:
        address = beacon.wait_for("events are taken at").split()[-1].removesuffix("e")
        with urllib.request.urlopen(f"{address}healthz", timeout=60) as answer:
            assert answer.status == 200
