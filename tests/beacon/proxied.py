"""What docs/beacon.md tells an operator to write down, started as it stands there.

Visitors come from 127.0.0.2 and on; the address of the proxies themselves is 127.0.0.1.
"""

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.site import ROOT

DOC = (ROOT / "docs" / "beacon.md").read_text("utf-8")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PATIENCE = 60.0  # seconds, on a busy machine

Kind = Literal["nginx", "caddy"]
Where = Literal["site", "host", "several"]
HOSTS = {"site": "people.example", "host": "events.example", "several": "people.example"}
_BEACON = "127.0.0.1:8100"
_SECOND = "127.0.0.1:8101"


def blocks(info: str) -> list[str]:
    """The blocks of code of one kind, from the page's top to its bottom."""
    return re.findall(rf"^```{info}\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)


def snippet(kind: Kind, where: Where) -> str:
    """A proxy's settings: on the site's own host, on a host of its own, before several beacons."""
    if kind == "nginx":
        site, host, upstream, again = blocks("nginx")
        several = re.sub(r"^upstream .*?^}\n", upstream, site, flags=re.MULTILINE | re.DOTALL)
        several = several.replace("location = /e {\n", "location = /e {\n" + again)
    else:
        site, host, proxy = blocks("caddyfile")
        several = re.sub(
            r"^ {8}reverse_proxy .*?^ {8}}\n", proxy, site, flags=re.MULTILINE | re.DOTALL
        )
    return {"site": site, "host": host, "several": several}[where]


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
    log: Path
    """Everything that it writes down."""

    def ask(
        self,
        method: str = "POST",
        path: str = "/e",
        body: str | None = None,
        visitor: str = "127.0.0.2",
        **headers: str,
    ) -> Answer:
        """What a visitor at this address is answered."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE, source_address=(visitor, 0)
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(
                method, path, body, {"Host": self.host, "User-Agent": BROWSER, **named}
            )
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read().decode())
        finally:
            connection.close()


@contextmanager
def proxy(
    folder: Path, kind: Kind, where: Where, beacons: Sequence[int], output: Path
) -> Iterator[Proxy]:
    """A proxy with the settings of the page, but for ports, paths and certificates."""
    port = free_port()
    log = folder / f"{kind}.log"
    command = {"nginx": _nginx, "caddy": _caddy}[kind](folder, where, port, log, output, beacons)
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (
        log.open("ab") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process,
    ):
        try:
            _wait(port, process, log)
            yield Proxy(port, HOSTS[where], log)
        finally:
            process.terminate()


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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port


def _nginx(
    folder: Path, where: Where, port: int, log: Path, output: Path, beacons: Sequence[int]
) -> list[str]:
    text = _put_in_place(
        snippet("nginx", where),
        {
            "listen 443 ssl;": f"listen 127.0.0.1:{port};",
            "/var/log/nginx/error.log": str(log),
            "/srv/publisher/output": str(output),
        },
        beacons,
    )
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off; pid {folder}/nginx.pid; worker_processes 1;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events {}\n"
        "http {\n"
        f"access_log {log};\n"
        + "".join(
            f"{name}_temp_path {folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"{text}}}\n"
    )
    command = [_program("nginx"), "-e", str(log), "-p", str(folder), "-c", str(settings)]
    _check([*command, "-t"])
    return command


def _caddy(
    folder: Path, where: Where, port: int, log: Path, output: Path, beacons: Sequence[int]
) -> list[str]:
    host = HOSTS[where]
    text = _put_in_place(
        snippet("caddy", where),
        {
            "{\n    log {": "{\n    admin off\n    default_bind 127.0.0.1\n    log {",
            f"\n{host} {{": f"\nhttp://{host}:{port} {{",
            **({"/srv/publisher/output": str(output)} if where != "host" else {}),
        },
        beacons,
    )
    settings = folder / "Caddyfile"
    settings.write_text(text)
    options = ["--config", str(settings), "--adapter", "caddyfile"]
    _check([_program("caddy"), "validate", *options])
    return [_program("caddy"), "run", *options]


def _put_in_place(text: str, places: Mapping[str, str], beacons: Sequence[int]) -> str:
    """What is the machine's own, in place of what stands in the page."""
    places = {**places, **dict(zip((_BEACON, _SECOND), _addresses(beacons), strict=False))}
    for before, after in places.items():
        if "/srv/" not in before:
            assert before in text, before
        text = text.replace(before, after)
    return text


def _addresses(beacons: Sequence[int]) -> list[str]:
    return [f"127.0.0.1:{port}" for port in beacons]


def _check(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert found, f"install {name}: `make tools`"
    return found


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
