"""A beacon and a PostgreSQL that can be ended in every way, and begun again."""

import asyncio
import os
import random
import re
import resource
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from generator.database.account import server_account
from generator.database.programs import run
from tests.beacon.power import Disk
from tests.site import ROOT

PATIENCE = 60.0  # seconds, on a busy machine
_METRIC = re.compile(r"^qwikfolio_beacon_(\w+?)(?:_total)?(\{.*\})? (\d+)$", re.MULTILINE)


class Postgres:
    """The server in a folder, which somebody else has created and started."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._account = server_account(data)

    async def stop(self, mode: str) -> None:
        """`fast` ends what is in hand; after `immediate` it recovers as from a crash."""
        await self._run("stop", "-w", f"-m{mode}", "-D.")

    async def start(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not await self._run("start", "-w", "-t60", "-D.", "-lserver.log"):
            assert time.monotonic() < deadline, (self._data / "server.log").read_text()
            await asyncio.sleep(0.2)  # what the last one left must go first

    def freeze(self) -> None:
        """Let all of its processes stand still, until `thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    async def _run(self, *options: str) -> bool:
        done = await asyncio.to_thread(run, self._account, self._data, "pg_ctl", *options)
        return done.returncode == 0

    def _signal(self, which: signal.Signals) -> None:
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for process in (postmaster, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, which)


class Endpoint:
    """`qwikfolio beacon`, always at the same port."""

    def __init__(self, folder: Path, url: str, chance: random.Random) -> None:
        self.disk = Disk(folder / "spool")
        self.said: list[str] = []
        self.port = _free_port()
        self._folder = folder
        self._url = url
        self._chance = chance
        self._process: asyncio.subprocess.Process | None = None
        self._listening: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin, and wait until it takes events."""
        read, write = os.pipe()
        options = {
            "port": self.port, "spool": self.disk.folder, "database-url": self._url
        }  # fmt: skip
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.beacon.power", str(write), "beacon"),
            *(f"--{name}={value}" for name, value in options.items()),
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "QWIKFOLIO_BEACON_PROXIES": "127.0.0.0/8"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=[write],
        )
        os.close(write)
        told = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(told), os.fdopen(read, "rb", 0)
        )
        assert self._process.stdout
        self._listening = [
            asyncio.create_task(self._hear(told)),
            asyncio.create_task(self._listen(self._process.stdout)),
        ]
        deadline = time.monotonic() + PATIENCE
        while await self.ask("/readyz") is None:
            assert self.is_running, self.last_words()
            assert time.monotonic() < deadline, self.last_words()
            await asyncio.sleep(0.02)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """`kill -9`."""
        assert await self._ended(signal.SIGKILL) == -signal.SIGKILL, self.last_words()

    async def end(self) -> None:
        """SIGTERM: it answers what it has in hand, and stores it."""
        assert await self._ended(signal.SIGTERM) == 0, self.last_words()

    async def clear_away(self) -> None:
        """Whatever state it is in."""
        if self.is_running:
            await self._ended(signal.SIGKILL)

    def fill_disk(self) -> None:
        """No file can grow beyond the middle of the next write to the newest segment."""
        newest = self.disk.segments()[-1:]
        size = newest[0].stat().st_size if newest else 0
        self._limit_files(size + self._chance.randint(1, 400))

    def keep_disk_full(self) -> None:
        """No file can grow at all."""
        self._limit_files(self._chance.randint(0, 100))

    def empty_disk(self) -> None:
        self._limit_files(resource.RLIM_INFINITY)

    async def metrics(self) -> dict[str, int] | None:
        """Each metric, those of several reasons added up; None where it is down."""
        text = await self.ask("/metrics")
        if text is None:
            return None
        found: dict[str, int] = {}
        for name, _reason, value in _METRIC.findall(text):
            found[name] = found.get(name, 0) + int(value)
        return found

    async def ask(self, path: str) -> str | None:
        """The whole answer to a GET; None where there is none."""
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(
                    f"GET {path} HTTP/1.1\r\nhost: e\r\nconnection: close\r\n\r\n".encode()
                )
                return (await reader.read()).decode() or None
            finally:
                writer.close()
        return None

    def last_words(self) -> str:
        return "\n".join(self.said[-30:])

    async def _ended(self, which: signal.Signals) -> int:
        assert self._process
        self._process.send_signal(which)
        code = await asyncio.wait_for(self._process.wait(), PATIENCE)
        await asyncio.gather(*self._listening)
        return code

    def _limit_files(self, size: int) -> None:
        assert self._process
        _, hard = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
        soft = hard if size == resource.RLIM_INFINITY else size
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (soft, hard))

    async def _hear(self, told: asyncio.StreamReader) -> None:
        while line := await told.readline():
            if line.endswith(b"\n"):
                self.disk.hear(line)

    async def _listen(self, out: asyncio.StreamReader) -> None:
        while line := await out.readline():
            self.said.append(line.decode("utf-8", "replace").rstrip())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    return port
