"""What `qwikfolio hosting` prints for a site that counts visits, started before a beacon.

Visitors come from 127.0.0.2 and on; the address of the proxies themselves is 127.0.0.1.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from generator.render.redirects import redirect_lists
from tests.hosting.serving import Kind, ask, facts, free_port, printed, serving
from tests.site import ROOT

__all__ = ["BROWSER", "HOSTS", "PATIENCE", "End", "Kind", "Proxy", "Where", "beacon", "blocks",
           "free_port", "proxy"]  # fmt: skip

DOC = (ROOT / "docs" / "beacon.md").read_text("utf-8")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PATIENCE = 60.0  # seconds, on a busy machine

Where = Literal["site", "host"]
HOSTS: Mapping[Where, str] = {"site": "people.example", "host": "events.example"}
_URLS: Mapping[Where, str] = {"site": "/e", "host": "https://events.example/e"}


def blocks(info: str) -> list[str]:
    """The blocks of code of one kind in docs/beacon.md, from the page's top to its bottom."""
    return re.findall(rf"^```{info}\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Proxy:
    """A running proxy."""

    port: int
    host: str
    folder: Path
    visitor: str = "127.0.0.2"
    """The address of who asks, unless another is given."""

    def written(self) -> str:
        """Everything that it writes down."""
        logs = (*self.folder.glob("*.log"), *self.folder.glob("*.said"))
        return "".join(log.read_text("utf-8", "replace") for log in logs)

    def ask(
        self,
        method: str = "POST",
        path: str = "/e",
        body: str | None = None,
        visitor: str | None = None,
        **headers: str,
    ) -> Answer:
        """What a visitor at this address is answered."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = ask(
            self.port, path, method,
            host=self.host, body=body, source=visitor or self.visitor,
            headers={"User-Agent": BROWSER, **named},
        )  # fmt: skip
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, told, answer.body.decode())


@contextmanager
def proxy(
    folder: Path, kind: Kind, where: Where, beacons: Sequence[int], output: Path
) -> Iterator[Proxy]:
    """A proxy before beacons at these ports: on the site's own host, or on a host of their own."""
    port = free_port()
    for page in redirect_lists("/", []):
        (output / page.path).write_bytes(page.body)
    of = facts(
        folder,
        str(output),
        {"url": "https://people.example", "beacon_url": _URLS[where]},
        listen=f"127.0.0.1:{port}",
        beacons=tuple(f"127.0.0.1:{beacon}" for beacon in beacons),
        logs=str(folder),
    )
    with serving(kind, folder, printed(kind, of), port):
        yield Proxy(port, HOSTS[where], folder)


@contextmanager
def beacon(folder: Path, url: str, spool: str = "spool") -> Iterator[tuple[int, "End"]]:
    """A beacon in a folder with the settings of the page: its port, and what ends it."""
    (settings,) = blocks("toml")
    (folder / "qwikfolio.toml").write_text(settings)
    options = {"port": 0, "spool": spool, "database-url": url}
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "generator.cli", "beacon"),
            *(f"--{name}={value}" for name, value in options.items()),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout
            said = []
            for line in process.stdout:
                said.append(line)
                if "events are taken at " in line:
                    break
            assert said, process.wait()
            found = re.search(r":(\d+)/e$", said[-1])
            assert found, said
            yield int(found[1]), End(process)
        finally:
            process.terminate()


class End:
    """Ends a beacon."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self) -> int:
        self._process.terminate()
        return self._process.wait(PATIENCE)
