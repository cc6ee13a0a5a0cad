"""What `serve` answers is what `build` writes: every path, every byte, every header."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.database.seed import seed
from tests.preview.serving import Serving, serving
from tests.site import TEST_PEOPLE, Site

TITLE, URL = "People", "https://people.example"
STATIC = {
    "favicon.svg": b"<svg/>",
    "robots.txt": b"User-agent: *",
    ".well-known/security.txt": b"Contact: mailto:security@people.example",
    "downloads/index.html": b"<!doctype html><title>Downloads</title>",
    "downloads/all.bin": bytes(range(256)),
}


Both = tuple[dict[str, bytes], Serving, str]
"""The files of a build, a server, and the path that both call home."""


@pytest.fixture
def both(tmp_path: Path, database: str, request: pytest.FixtureRequest) -> Iterator[Both]:
    """A site that was built from the samples in a database, and one served without any."""
    settings = {"title": TITLE, "url": URL, **getattr(request, "param", {})}
    site = Site(tmp_path, database, **settings)
    shutil.copytree(TEST_PEOPLE, tmp_path / "content" / "portfolios")
    seed(site.url, tmp_path / "content" / "portfolios")
    for name, body in STATIC.items():
        file = tmp_path / "content" / "static" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    site.build()
    lines = [f'{key} = "{value}"\n' for key, value in settings.items()]
    (tmp_path / "qwikfolio.toml").write_text(
        f'[site]\n{"".join(lines)}[privacy]\ncontroller = "{site.settings.privacy.controller}"\n'
    )
    with serving(tmp_path) as running:
        yield site.files(), running, f"{settings['url'].removeprefix(URL)}/"


@pytest.mark.parametrize(
    "both",
    [{}, {"beacon_url": "https://events.example/e"}],
    indirect=True,
    ids=["plain", "counted"],
)
def test_every_file_of_a_build_is_served_with_its_headers_and_nothing_else(both: Both) -> None:
    files, running, home = both
    assert len(files) > 25
    assert STATIC.items() <= files.items()
    every, assets = rules(files["_headers"].decode())
    for file, body in files.items():
        answered = running.get(home + file.removesuffix("index.html"))
        assert (answered.status, answered.body) == (200, body), file
        assert every.items() <= answered.headers.items(), file
        is_asset = file.startswith("assets/")
        assert (assets.items() <= answered.headers.items()) == is_asset, file
    for address in ("dora-lindqvist/", "finn/", "nobody/", "ada/nothing/", "people/1/", "assets/"):
        answered = running.get(home + address)
        assert (answered.status, answered.body) == (404, files["404.html"]), address


@pytest.mark.parametrize("both", [{"url": f"{URL}/folio"}], indirect=True)
def test_a_site_in_a_folder_of_its_host_is_served_there(both: Both) -> None:
    files, running, home = both
    assert running.get(home).body == files["index.html"]
    assert running.get(f"{home}ada/").body == files["ada/index.html"]
    assert running.get("/").headers["location"] == home
    assert running.get("/ada/").status == 404
    assert running.get(f"{home}ada").status == 308
    assert running.get(f"{home}ada").headers["location"] == f"{home}ada/"


def rules(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The headers of every file, and of the assets besides."""
    blocks: list[dict[str, str]] = []
    for line in text.splitlines():
        if line.startswith(" "):
            name, _, value = line.strip().partition(": ")
            blocks[-1][name.lower()] = value
        else:
            blocks.append({})
    every, assets = blocks
    assert "content-security-policy" in every
    assert "cache-control" in assets
    return every, assets
