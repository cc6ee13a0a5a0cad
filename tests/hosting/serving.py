"""nginx, Caddy and Apache, each run with exactly what `qwikfolio hosting` prints.

What is added is what a configuration of theirs is a part of: for nginx the `http` block, for Apache
its modules, and where either may write.
"""

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

from generator import config
from generator.hosting.facts import Facts, Options, make_facts
from generator.hosting.servers import SERVERS

Kind = Literal["nginx", "caddy", "apache"]
KINDS: tuple[Kind, ...] = ("nginx", "caddy", "apache")
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PORTS = count(20_000 + 1_000 * _WORKER)
PATIENCE = 30.0  # seconds, on a busy machine
_PROGRAMS = {"nginx": "nginx", "caddy": "caddy", "apache": "apache2"}
_MODULES = (
    "mpm_event", "authz_core", "filter", "alias", "deflate", "dir", "headers", "mime", "rewrite",
    "proxy", "proxy_http", "socache_shmcb", "ssl",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def facts(folder: Path, output: str, site: Mapping[str, str], /, **options: Any) -> Facts:
    """The facts of a site with these settings of `[site]`."""
    named = {f"QWIKFOLIO_SITE_{key.upper()}": value for key, value in site.items()}
    settings = config.load(folder, named, output=output)
    return make_facts(settings, Options(**options))


def printed(kind: str, *sites: Facts) -> str:
    """What `qwikfolio hosting` prints for sites, one after the other."""
    return "\n".join(SERVERS[kind](site) for site in sites)


def prepare(kind: Kind, folder: Path, text: str) -> tuple[list[str], list[str]]:
    """Write down a configuration: the command that checks it, and the one that runs it."""
    return {"nginx": _nginx, "caddy": _caddy, "apache": _apache}[kind](folder, text)


def check(kind: Kind, folder: Path, text: str) -> str:
    """What a server complains of in a configuration; empty where it takes it."""
    command, _run = prepare(kind, folder, text)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=_environment(folder)
    )
    return "" if done.returncode == 0 else done.stderr + done.stdout


@contextmanager
def serving(kind: Kind, folder: Path, text: str, port: int) -> Iterator[None]:
    """A server at work, until it answers at a port."""
    complaint = check(kind, folder, text)
    assert not complaint, complaint
    _check, command = prepare(kind, folder, text)
    said = folder / f"{kind}.said"
    with (
        said.open("ab") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=_environment(folder)) as process,
    ):
        try:
            wait(port, process, said)
            yield
        finally:
            process.terminate()


def ask(
    port: int,
    path: str,
    method: str = "GET",
    *,
    host: str | None = None,
    body: str | None = None,
    source: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request; the path is sent as it is."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=PATIENCE, source_address=(source, 0)
    )
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host or f"127.0.0.1:{port}")
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode() if body is not None else None)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def free_port() -> int:
    """A port that nobody listens at, and that nobody is given before the server begins to.

    It is below those that the system gives out, and each worker of the tests has its own.
    """
    while True:
        port = next(_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def program(kind: Kind) -> str:
    name = _PROGRAMS[kind]
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert found, f"install {name}: `make tools`"
    return found


def _nginx(folder: Path, text: str) -> tuple[list[str], list[str]]:
    (folder / "site.conf").write_text(text, "utf-8")
    settings = folder / "nginx.conf"
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings.write_text(
        f"daemon off; pid {folder}/nginx.pid; worker_processes 1;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include site.conf;\n}}\n"
    )
    log = str(folder / "nginx.said")
    command = [program("nginx"), "-e", log, "-p", str(folder), "-c", str(settings)]
    return [*command, "-t"], command


def _caddy(folder: Path, text: str) -> tuple[list[str], list[str]]:
    settings = folder / "Caddyfile"
    settings.write_text(text, "utf-8")
    options = ["--config", str(settings), "--adapter", "caddyfile"]
    return [program("caddy"), "validate", *options], [program("caddy"), "run", *options]


def _apache(folder: Path, text: str) -> tuple[list[str], list[str]]:
    (folder / "site.conf").write_text(text, "utf-8")
    settings = folder / "apache.conf"
    modules = Path("/usr/lib/apache2/modules")
    loaded = "".join(f"LoadModule {it}_module {modules}/mod_{it}.so\n" for it in _MODULES)
    account = "User nobody\nGroup nogroup\n" if os.geteuid() == 0 else ""
    settings.write_text(
        f'ServerRoot "{folder}"\nDefaultRuntimeDir "{folder}"\nPidFile "{folder}/apache.pid"\n'
        f'ErrorLog "{folder}/apache.said"\nServerName localhost\n{loaded}{account}'
        f'TypesConfig /dev/null\n<Directory "/">\nRequire all denied\n</Directory>\n'
        f'Include "{folder}/site.conf"\n'
    )
    command = [program("apache"), "-f", str(settings)]
    return [*command, "-t"], [*command, "-D", "FOREGROUND"]


def _environment(folder: Path) -> dict[str, str]:
    """What keeps Caddy out of the account's own folders, and its administration off the network."""
    return {
        **os.environ,
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "CADDY_ADMIN": f"unix/{folder}/caddy.sock",
    }


def wait(port: int, process: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.02)
