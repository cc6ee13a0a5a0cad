"""`qwikfolio beacon` in a process of its own, and what a page or its operator asks of it."""

import asyncio
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit
from uuid import UUID

import psycopg
from prometheus_client.parser import text_string_to_metric_families as parsed
from psycopg import conninfo

from benchmarks.beacon.event import uuid7
from tests.site import ROOT

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PATIENCE = 60.0  # seconds, on a busy machine
_chance = random.Random()
_T = TypeVar("_T")


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    text: str
    headers: http.client.HTTPMessage


def event(slug: str, **more: object) -> dict[str, Any]:
    """A new event, as a page sends it."""
    return {"id": str(uuid7(_chance)), "type": "view", "slug": slug, **more}


class Running:
    """The process, its folder, and what it says."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self.spool = folder / ".qwikfolio" / "spool"
        self.said: list[str] = []
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()
        (line,) = until(lambda: self._lines("events are taken at "))
        self.port = int(re.findall(r":(\d+)/e", line)[-1])

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"user-agent": BROWSER, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode(), answer.headers)
        finally:
            connection.close()

    def send(self, sent: dict[str, Any] | bytes, **headers: str) -> Answer:
        """An event, from a browser; `_` in a header's name is `-`."""
        body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", "/e", body, {"content-type": "text/plain", **named})

    def send_all(self, events: Sequence[dict[str, Any]]) -> list[int]:
        """Events of as many visitors, all at once: the statuses, in their order."""
        with ThreadPoolExecutor(len(events)) as visitors:
            return list(visitors.map(lambda sent: self.send(sent).status, events))

    def metrics(self) -> dict[str, int]:
        """Of `/metrics`: `stored`, `filtered`, and `filtered bot` for one reason of several."""
        found: dict[str, int] = {}
        for family in parsed(self.ask("GET", "/metrics").text):
            name = family.name.removeprefix("qwikfolio_beacon_")
            for sample in family.samples:
                found[name] = found.get(name, 0) + int(sample.value)
                if sample.labels:
                    found[f"{name} {sample.labels['reason']}"] = int(sample.value)
        outcomes = ("stored", "duplicate", "filtered", "rejected", "spooled")
        assert found["received"] == sum(found[name] for name in outcomes), found
        return found

    def end(self) -> int:
        """Send SIGTERM, wait for the end, and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self._listening.join(PATIENCE)
        return code

    def has_said(self, text: str) -> bool:
        return any(text in line for line in self.said)

    def _lines(self, text: str) -> list[str]:
        assert self.process.poll() is None, self.said
        return [line for line in self.said if text in line]

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip())


@contextmanager
def running(
    folder: Path,
    url: str,
    /,
    options: Sequence[str] = (),
    files: int | None = None,
    program: Sequence[str] = ("generator.cli",),
    **settings: object,
) -> Iterator[Running]:
    """A beacon with its files in a folder, that trusts the addresses which this machine forwards.

    Args:
        folder: With or without a settings file.
        url: The database's.
        options: More of the command's.
        files: How many the process may open.
        program: A module and its arguments, which runs the command.
        settings: Of `[beacon]`.
    """
    settings = {"proxies": "127.0.0.1", "visitor_rate": 100_000, **settings}
    command = [sys.executable, "-m", *program, "beacon", "--port=0", f"--database-url={url}"]
    command += options
    if files:
        command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *command]
    named = {f"QWIKFOLIO_BEACON_{name.upper()}": str(value) for name, value in settings.items()}
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **named, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        beacon = None
        try:
            beacon = Running(process, folder)
            yield beacon
        except BaseException as failed:
            if beacon is not None:
                failed.add_note("\n".join(["the beacon said:", *beacon.said]))
            raise
        finally:
            process.kill()


def until(found: Callable[[], _T], patience: float = PATIENCE) -> _T:
    """What is found, as soon as it is something."""
    deadline = time.monotonic() + patience
    while True:
        result = found()
        if result:
            return result
        assert time.monotonic() < deadline, f"still {result!r} after {patience} s"
        time.sleep(0.01)


def fetch(url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows, as a superuser sees them."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement.encode(), values).fetchall()


def stored(url: str) -> set[str]:
    """The ids of all events in the table."""
    return {str(key) for (key,) in fetch(url, "SELECT id FROM portfolio_analytics")}


def ids(events: Sequence[dict[str, Any]]) -> set[str]:
    return {sent["id"] for sent in events}


def filtered(url: str, owner: UUID) -> list[tuple[str, str, int]]:
    """Day, reason and number of what was left out of somebody's events."""
    return fetch(
        url,
        "SELECT day::text, reason, events FROM qwikfolio.filtered WHERE user_id = %s ORDER BY 1, 2",
        owner,
    )


class Line:
    """A way to PostgreSQL that can be cut, or fall silent."""

    def __init__(self, url: str) -> None:
        self._socket = "{host}/.s.PGSQL.{port}".format(**conninfo.conninfo_to_dict(url))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._pumps: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._port = 0
        self._thread.start()
        self._run(self._flow(flows=True))
        self.restore()
        parts = urlsplit(url)
        self.url = f"postgresql://{quote(parts.username or '')}@127.0.0.1:{self._port}{parts.path}"

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.resume()
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Connections end, and new ones are refused."""
        self._run(self._cut())

    def restore(self) -> None:
        """Connections are possible again."""
        self._run(self._listen())

    def silence(self) -> None:
        """Connections are taken, and nothing comes through: not even that nobody is there."""
        self._run(self._flow(flows=False))

    def resume(self) -> None:
        """What was said meanwhile arrives."""
        self._run(self._flow(flows=True))

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _flow(self, *, flows: bool) -> None:
        if flows:
            self._flows.set()
        else:
            self._flows.clear()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._connect, "127.0.0.1", self._port, reuse_address=True
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for pump in tuple(self._pumps):
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _connect(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        server, there = await asyncio.open_unix_connection(self._socket)
        pumps = {
            self._loop.create_task(self._pump(client, there)),
            self._loop.create_task(self._pump(server, back)),
        }
        self._pumps |= pumps
        await asyncio.wait(pumps)
        self._pumps -= pumps

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass  # the other end has gone
        finally:
            writer.close()
