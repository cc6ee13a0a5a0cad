"""A request ends where everybody believes that it ends: nobody gets another's answer or address.

Real clients, proxies and a beacon. An attacker sends what two parsers may read differently, with a
request inside of it; a victim's event follows on the same connection to the beacon.
"""

import json
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import Literal

import psycopg
import pytest
from psycopg.rows import TupleRow

from benchmarks.beacon.event import uuid7
from tests.beacon.proxied import HOSTS, Kind, beacon, proxy
from tests.beacon.running import BROWSER
from tests.conftest import temporary
from tests.security.framing import (
    ATTACKER,
    FORGED,
    GRACE,
    TRICKS,
    VICTIM,
    Trick,
    Wire,
    addressed,
    inner_requests,
    mutated,
    with_trailers,
)
from tests.site import Site

pytestmark = pytest.mark.programs

Way = Literal["direct", "nginx", "caddy", "apache"]
WAYS: tuple[Way, ...] = ("direct", "nginx", "caddy", "apache")
METRICS = b"qwikfolio_beacon_"
AGENT = "Mozilla/5.0"  # the attacker's
MUTATIONS = 300
SHORT = 0.1  # seconds; most of what is mutated is answered at once, or never
PAUSE = 0.01  # seconds between a request's headers and its body, so that they arrive apart


class Place:
    """A beacon, and the ways to it."""

    host = HOSTS["host"]

    def __init__(self, ports: dict[Way, int], database: psycopg.Connection[TupleRow]) -> None:
        self._ports = ports
        self._database = database
        self._chance = random.Random()
        self.victim = self._named(VICTIM, BROWSER)
        self.attacker = self._named(ATTACKER, AGENT)
        self.forger = self._named(FORGED, AGENT)

    def event(self) -> tuple[str, bytes]:
        """A new event: its id and its body."""
        key = str(uuid7(self._chance))
        return key, json.dumps({"id": key, "type": "view", "slug": "ada"}).encode()

    def visitor(self, key: str) -> str | None:
        """Who sent an event that is stored."""
        statement = "SELECT event_data ->> 'visitor' FROM portfolio_analytics WHERE id = %s"
        row = self._database.execute(statement, (key,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def connect(self, way: Way, address: str) -> Iterator[Wire]:
        """A connection of somebody at this address; the proxy of a direct one is this machine."""
        with Wire(self._ports[way], "127.0.0.1" if way == "direct" else address) as wire:
            yield wire

    def attacked(self, way: Way, *pieces: bytes, grace: float = GRACE) -> Iterator[str]:
        """What goes wrong for victims who come next."""
        with self.connect(way, ATTACKER) as attacker:
            attacker.send(pieces[0])
            for piece in pieces[1:]:
                time.sleep(PAUSE)
                attacker.send(piece)
            answer = attacker.answer(grace)
            if answer and answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
                yield "the beacon failed"
            shared = attacker if way == "direct" and answer else None
            yield from self._follow(way, shared)
            yield from self._follow(way, None)
            if attacker.has(METRICS) or (answer and METRICS in answer.text):
                yield "the attacker was answered with the metrics"

    def _follow(self, way: Way, shared: Wire | None) -> Iterator[str]:
        """A victim's event, on a connection that was used if it is open: as a proxy sends it."""
        key, body = self.event()
        sent = self._request(body, VICTIM, BROWSER, way)
        answer = None
        if shared:
            shared.send(sent)
            answer = shared.answer(GRACE)
        if answer is None:  # closed, before anything of it was read
            if self.visitor(key):
                yield "a victim's event was stored and not answered"
            with self.connect(way, VICTIM) as wire:
                wire.send(sent)
                answer = wire.answer()
        if answer != (204, b""):
            yield f"a victim was answered {answer}"
        elif self.visitor(key) != self.victim:
            yield "a victim's event was stored as somebody else's"

    def _request(self, body: bytes, address: str, agent: str, way: Way) -> bytes:
        """An event's request; with the address, where no proxy is to write it."""
        lines = [
            "POST /e HTTP/1.1", f"Host: {self.host}", f"User-Agent: {agent}",
            f"Content-Length: {len(body)}",
            *([f"X-Forwarded-For: {address}"] if way == "direct" else []),
        ]  # fmt: skip
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _named(self, address: str, agent: str) -> str:
        """What the beacon calls a visitor at this address today."""
        key, body = self.event()
        with self.connect("direct", address) as wire:
            wire.send(self._request(body, address, agent, "direct"))
            answer = wire.answer()
        found = self.visitor(key)
        assert found, answer
        return found


@pytest.fixture(scope="module")
def place(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Nobody is sent away for asking too often."""
    folder = tmp_path_factory.mktemp("framing")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        for rate in ("VISITOR_RATE", "SLUG_RATE"):
            patch.setenv(f"QWIKFOLIO_BEACON_{rate}", "1000000")
        url = stack.enter_context(temporary(server, template))
        site = Site(folder, url)
        site.person("ada")
        port, end = stack.enter_context(beacon(folder, url))
        ports: dict[Way, int] = {"direct": port}
        proxies: tuple[Kind, ...] = ("nginx", "caddy", "apache")
        for kind in proxies:
            output = folder / kind / "output"
            output.mkdir(parents=True)
            running = stack.enter_context(proxy(folder / kind, kind, "host", [port], output))
            ports[kind] = running.port
        with psycopg.connect(url, autocommit=True) as database:
            yield Place(ports, database)
        assert end() == 0


each_way = pytest.mark.parametrize("way", WAYS)


@each_way
def test_no_answer_and_no_event_belongs_to_somebody_else(place: Place, way: Way) -> None:
    wrong = []
    for name, trick in TRICKS.items():
        wrong += [f"{name}, {what}" for what in _tried(place, way, trick)]
    assert wrong == [], "\n".join(wrong)


def _tried(place: Place, way: Way, trick: Trick) -> Iterator[str]:
    """With the whole request at once, and with its body after a while."""
    key, event = place.event()
    for what, inner in inner_requests(event).items():
        sent = addressed(trick(inner), place.host, ATTACKER)
        cut = sent.index(inner)
        for pieces in ((sent,), (sent[:cut], sent[cut:])):
            yield from (f"with {what}: {wrong}" for wrong in place.attacked(way, *pieces))
    visitor = place.visitor(key)
    if visitor == place.forger:
        yield "the forged address was believed"
    elif visitor and way == "direct":
        yield "a part of a body became an event"


@each_way
def test_a_trailer_is_no_header(place: Place, way: Way) -> None:
    key, event = place.event()
    with place.connect(way, ATTACKER) as attacker:
        attacker.send(addressed(with_trailers(event), place.host, ATTACKER))
        assert attacker.answer() == (204, b"")
    assert place.visitor(key) == place.attacker


@pytest.mark.parametrize("way", WAYS[1:])
def test_whatever_comes_through_a_proxy_changes_nothing_for_the_next(
    place: Place, way: Way
) -> None:
    """The tricks with some bytes changed, as chance has it."""
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    for _ in range(MUTATIONS):
        key, event = place.event()
        inner = chance.choice([*inner_requests(event).values()])
        trick = chance.choice([*TRICKS.values()])(inner)
        sent = mutated(addressed(trick, place.host, ATTACKER), chance)
        wrong = [*place.attacked(way, sent, grace=SHORT)]
        if place.visitor(key) == place.forger:
            wrong.append("the forged address was believed")
        assert wrong == [], f"seed {seed}: {sent!r}"
