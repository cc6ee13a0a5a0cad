"""Whatever is sent to the beacon, it has an answer, and its accounts add up.

No input is a server error, every answer may be read by a page of another site, and at the end of
each test here `received` is what became of all events, and the table holds what was acknowledged.
"""

import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from generator.beacon.event import read
from generator.beacon.openapi import document
from tests.beacon.hostile import BROWSER, LINES, bodies, header
from tests.beacon.served import PATIENCE, Client
from tests.site import Site

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
MANY = settings(max_examples=500, deadline=None, suppress_health_check=QUIET)
SETTINGS = {
    "QWIKFOLIO_BEACON_VISITOR_RATE": "1000000",
    "QWIKFOLIO_BEACON_SLUG_RATE": "1000000",
    "QWIKFOLIO_BEACON_PROXIES": "127.0.0.1",
}
ANSWERS = {int(status) for status in document()["paths"]["/e"]["post"]["responses"]} - {503}
ENDING = b"\r\n\r\n" + b"x" * 70_000  # whatever came before, what this ends is refused


class Beacon:
    """`qwikfolio beacon`, ada's portfolio with one project, and somebody else's."""

    def __init__(self, process: subprocess.Popen[str], site: Site) -> None:
        self.process = process
        self.site = site
        self.user = site.person("ada")
        self.project = site.insert(
            "projects", user_id=self.user, name="Engine", description="It is made of brass"
        )
        other = site.person("bob")
        self.foreign = site.insert(
            "projects", user_id=other, name="Loom", description="It is made of wood"
        )
        site.person("hidden", published=False)
        self.acknowledged: set[UUID] = set()
        self.said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        while "events are taken at " not in (line := self.said.get(timeout=PATIENCE)):
            assert line.endswith("the database is there"), line
        self.url = line.split()[-1].removesuffix("/e")
        self.port = int(self.url.rpartition(":")[2])

    def post(self, body: bytes, headers: list[tuple[bytes, bytes]]) -> tuple[int, str]:
        """Send an event, whatever it is: the status, and what was said."""
        lines = [b"POST /e HTTP/1.1", b"host: e", b"content-length: %d" % len(body)]
        lines += [name + b": " + value for name, value in headers]
        with Client(self.port) as client:
            client.send(b"\r\n".join([*lines, b"", b""]) + body)
            status, answered, text = client.answer()
            if status == 100:
                status, answered, text = client.answer()
        assert answered["access-control-allow-origin"] == "*"
        assert answered["cache-control"] == "no-store"
        return status, text.decode()

    def metrics(self) -> dict[str, int]:
        """Each number of /metrics; those of several reasons added up."""
        with Client(self.port) as client:
            client.send(b"GET /metrics HTTP/1.1\r\nhost: e\r\n\r\n")
            text = client.answer()[2].decode()
        found: dict[str, int] = {}
        for name, value in re.findall(
            r"^qwikfolio_beacon_(\w+?)(?:_total)?(?:{.*})? (\d+)$", text, re.M
        ):
            found[name] = found.get(name, 0) + int(value)
        return found

    def stored(self) -> list[UUID]:
        with psycopg.connect(self.site.url) as connection:
            return [row[0] for row in connection.execute("SELECT id FROM portfolio_analytics")]

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.put(line.rstrip())


@pytest.fixture
def beacon(site: Site) -> Iterator[Beacon]:
    """A beacon whose accounts are right at the end, and which had nothing to complain of."""
    options = ["--port", "0", "--database-url", site.url]
    command = [sys.executable, "-m", "generator.cli", "beacon", *options]
    with subprocess.Popen(
        command,
        cwd=site.root,
        env={**os.environ, **SETTINGS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            running = Beacon(process, site)
            yield running
            found = running.metrics()
            outcomes = ("stored", "duplicate", "filtered", "rejected", "spooled")
            assert found["received"] == sum(found.get(name, 0) for name in outcomes)
            ids = running.stored()
            assert len(ids) == found["stored"]
            assert running.acknowledged <= set(ids)
            process.terminate()
            assert process.wait(PATIENCE) == 0
            assert " INFO stopped; " in running.said.get(timeout=PATIENCE)
            assert running.said.empty()
        finally:
            process.kill()


@MANY
@given(data=st.data())
def test_any_event(beacon: Beacon, data: st.DataObject) -> None:
    body = data.draw(bodies(beacon.project, beacon.foreign))
    status, why = beacon.post(body, [BROWSER, *data.draw(st.lists(header, max_size=4))])
    assert status in ANSWERS, why
    if status == 204:
        beacon.acknowledged.add(read(body).id)


@MANY
@given(st.binary(max_size=300), st.lists(header, max_size=4))
def test_any_body(beacon: Beacon, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    status, why = beacon.post(body, headers)
    expects = {value.strip().lower() for name, value in headers if name == b"expect"}
    assert status in ({417, 400} if expects - {b"100-continue"} else {400}), why


@MANY
@given(st.lists(st.sampled_from(LINES) | st.binary(max_size=30), max_size=12))
def test_any_bytes(beacon: Beacon, parts: list[bytes]) -> None:
    with Client(beacon.port) as client:
        client.send(b"".join(parts))
        with suppress(ConnectionError):
            client.send(ENDING)
        answered = client.rest()
    statuses = [int(found) for found in re.findall(rb"^HTTP/1.1 (\d+) ", answered, re.M)]
    final = [status for status in statuses if status != 100]
    assert final
    assert set(final) <= ANSWERS | {405}
    metrics = answered.count(b"\r\ncontent-type: text/plain; version=0.0.4;")
    readable = answered.lower().count(b"\naccess-control-allow-origin: *\r\n")
    assert readable == len(final) - metrics


def test_what_never_became_an_event_is_counted(beacon: Beacon) -> None:
    """Too large, too slow or no HTTP: but only what was sent to be an event."""
    before = beacon.metrics()
    assert beacon.post(b"x" * 4097, [])[0] == 413
    with Client(beacon.port) as client:
        client.send(b"POST /e HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n")
        assert client.answer()[0] == 400
    with Client(beacon.port) as client:
        client.send(b"POST /elsewhere HTTP/1.1\r\ncontent-length: 9999\r\n\r\n")
        assert client.answer()[0] == 413
    after = beacon.metrics()
    assert after["received"] == before["received"] + 2
    assert after["rejected"] == before.get("rejected", 0) + 2


@schemathesis.serializer("text/plain")
def as_text(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Events are JSON, and called plain text."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


NO_NUL = schemathesis.Config.from_dict({"generation": {"allow-x00": False}})  # no schema says so
SCHEMA = schemathesis.openapi.from_dict(document(), config=NO_NUL)
FOUND = list(SCHEMA.get_all_operations())
EVERY = [found.ok() for found in FOUND if isinstance(found, Ok)]
assert len(EVERY) == len(FOUND)
RIGHT = st.one_of([operation.as_strategy() for operation in EVERY])
WRONG = SCHEMA["/e"]["POST"].as_strategy(generation_mode=GenerationMode.NEGATIVE)


@settings(MANY, max_examples=150)
@given(case=RIGHT | WRONG)
def test_it_is_what_it_says_of_itself(beacon: Beacon, case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(base_url=beacon.url)


def test_it_says_what_it_is(beacon: Beacon) -> None:
    with Client(beacon.port) as client:
        client.send(b"GET /openapi.json HTTP/1.1\r\nhost: e\r\n\r\n")
        assert json.loads(client.answer()[2]) == document()
