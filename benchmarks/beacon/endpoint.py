"""An endpoint for events, running: ours, or the one that would be written first."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.peers import qwikfolio
from benchmarks.process import RunError

OURS = "beacon"
NAIVE = "naive"
HOST = "127.0.0.1"

_PATIENCE = 30.0
_NAIVE_POOL = 20  # connections to the database; the best of 4, 10, 20 and 40 here


class Endpoint(msgspec.Struct, frozen=True):
    """It takes `POST /e`."""

    name: str
    pid: int
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/e"


@contextmanager
def ours(url: str, folder: Path) -> Iterator[Endpoint]:
    """`qwikfolio beacon` for the length of the block, limits as they are by default.

    Args:
        url: The database.
        folder: For the spool and the salt.

    Raises:
        RunError: It doesn't start.
    """
    port = _free_port()
    options = {"host": HOST, "port": port, "spool": folder / "spool", "database-url": url}
    command = [*qwikfolio("beacon"), *(f"--{name}={value}" for name, value in options.items())]
    # The load comes from this machine, and says for whom: as from a proxy.
    environment = {
        "QWIKFOLIO_BEACON_PROXIES": "127.0.0.0/8",
        "QWIKFOLIO_BEACON_SALT": str(folder / "salt"),
    }
    with _running(OURS, command, environment, port, folder) as endpoint:
        yield endpoint


@contextmanager
def naive(url: str, folder: Path, pool: int = _NAIVE_POOL) -> Iterator[Endpoint]:
    """`benchmarks.beacon.naive` for the length of the block: one process of uvicorn, as ours.

    Raises:
        RunError: It doesn't start.
    """
    port = _free_port()
    command = [
        sys.executable,
        *("-m", "uvicorn", "benchmarks.beacon.naive:app", f"--host={HOST}", f"--port={port}"),
        *("--no-access-log", "--log-level=warning"),
    ]
    environment = {"DATABASE_URL": url, "POOL": str(pool)}
    with _running(NAIVE, command, environment, port, folder) as endpoint:
        yield endpoint


@contextmanager
def _running(
    name: str, command: Sequence[str], environment: Mapping[str, str], port: int, folder: Path
) -> Iterator[Endpoint]:
    log = folder / f"{name}.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=said, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            _wait_for(process, port, log)
            yield Endpoint(name, process.pid, port)
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RunError(f"the endpoint doesn't listen:\n{log.read_text('utf-8', 'replace')}")


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        port: int = found.getsockname()[1]
    return port
