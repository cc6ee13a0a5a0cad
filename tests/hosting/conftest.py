"""A built site and one in a folder of its host, a beacon, and each server before them."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.hosting.facts import Facts
from tests.beacon.running import running
from tests.conftest import temporary
from tests.hosting.serving import KINDS, Kind, facts, free_port, printed, serving
from tests.site import Site

LONG = "ada-under-a-username-that-is-too-long-for-a-bucket-of-the-hash-of-nginx"
UNICODE = "josé-ñandú"


@dataclass(frozen=True)
class Built:
    """Two sites of the same people."""

    database: str
    port: int
    """Where `site.url` says that the first one is served, at the root of its host."""
    folio_port: int
    """The same for the second one, at `/folio/`."""
    site: Site
    folio: Site
    beacon: str

    def facts(self, logs: Path) -> tuple[Facts, Facts]:
        """What servers are told of both."""
        of = [
            facts(
                it.root,
                str(it.output),
                {name: getattr(it.settings.site, name) for name in ("url", "beacon_url",
                 "contact_endpoint")},
                listen=f"127.0.0.1:{port}",
                beacons=(self.beacon,),
                logs=str(logs),
            )
            for it, port in ((self.site, self.port), (self.folio, self.folio_port))
        ]  # fmt: skip
        return of[0], of[1]


@dataclass(frozen=True)
class Served:
    """A server before both sites."""

    kind: Kind
    built: Built
    folder: Path

    @property
    def port(self) -> int:
        return self.built.port


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One that a server's own account may read, too."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@pytest.fixture(scope="module")
def built(server: str, template: str, folder: Path) -> Iterator[Built]:
    port, folio_port = free_port(), free_port()
    with temporary(server, template) as url, running(folder, url) as beacon:
        site, folio = (
            Site(_made(folder / name), url, url=f"http://127.0.0.1:{at}", **more)
            for name, at, more in (
                ("one", port, {"beacon_url": "/e", "contact_endpoint": "https://forms.example/x"}),
                ("two", f"{folio_port}/folio", {}),
            )
        )
        site.person("ada", username="lovelace")
        site.person("lin", username=LONG)
        site.person(UNICODE, username="josé")
        for it in (site, folio):
            it.build()
            for name in (".git/config", ".well-known/x.txt", ".well-known/.secret", "empty/x.txt"):
                path = it.output / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(f"content of {name}\n")
        yield Built(url, port, folio_port, site, folio, f"127.0.0.1:{beacon.port}")


@pytest.fixture(scope="module", params=KINDS)
def served(request: pytest.FixtureRequest, built: Built, folder: Path) -> Iterator[Served]:
    """A server with what is printed for both sites, and nothing else of its own."""
    of = _made(folder / request.param)
    with serving(request.param, of, printed(request.param, *built.facts(of)), built.port):
        yield Served(request.param, built, of)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
