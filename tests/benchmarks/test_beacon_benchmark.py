"""The beacon's benchmark: both endpoints under the same load, and every acknowledgement checked."""

import asyncio
import random
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.beacon import load
from benchmarks.beacon.endpoint import NAIVE, OURS, Endpoint, naive, ours
from benchmarks.beacon.event import Visitors
from benchmarks.beacon.load import Loader
from benchmarks.beacon.steady import Steady
from benchmarks.database import Server
from benchmarks.process import RunError
from benchmarks.results import Beacon, Case, Load, Machine
from generator.beacon.event import read
from generator.database.synthetic import add_synthetic
from tests.site import ROOT

BROWSERS = (ROOT / "benchmarks" / "beacon" / "browsers.txt").read_text().splitlines()
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
MACHINE = Machine(
    date="2026-01-01",
    commit="abc",
    processor="P",
    cores=2,
    memory=2**33,
    system="Linux",
    versions=(),
)

Start = Callable[[str, Path], AbstractContextManager[Endpoint]]


@pytest.fixture
def loader(database: str, tmp_path: Path) -> Loader:
    add_synthetic(database, 10)
    return Loader(database, Server(database, pid=0), tmp_path)


def visitors() -> Visitors:
    return Visitors(["ada", "bob"], BROWSERS, random.Random(1))


@contextmanager
def answering(pause: Callable[[int], float]) -> Iterator[Endpoint]:
    """An endpoint that says 204 to all and stores nothing; `pause` is before the nth answer."""
    answered = count()

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while self.request.recv(65536):
                time.sleep(pause(next(answered)))
                self.request.sendall(NO_CONTENT)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Endpoint("liar", 0, server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("start", [ours, naive])
def test_what_either_endpoint_acknowledges_is_in_the_table(
    loader: Loader, tmp_path: Path, start: Start
) -> None:
    with start(loader.url, tmp_path) as endpoint:
        found = loader.open(endpoint, 4, 1.5, rate=100)
    assert found.acknowledged == found.rows == 150
    assert (found.refused, found.broken) == (0, 0)
    assert found.cpu > 0
    assert found.client_cpu > 0
    assert 0 < found.p50 <= found.p99 <= found.most


def test_an_endpoint_that_stores_less_than_it_says_has_no_figures(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "_PATIENCE", 0.1)
    with answering(lambda _nth: 0) as liar, pytest.raises(RunError, match="0 are stored"):
        loader.open(liar, 4, 1, rate=50)


def test_what_is_sent_is_what_a_page_sends_of_a_visitor_of_its_own() -> None:
    many = visitors()
    requests = [many.request().decode() for _ in range(100)]
    bodies = [request.partition("\r\n\r\n")[2] for request in requests]
    events = [read(body.encode()) for body in bodies]
    assert len({event.id for event in events}) == 100
    assert {event.slug for event in events} == {"ada", "bob"}
    heads = [dict(line.split(": ", 1) for line in it.split("\r\n")[1:13]) for it in requests]
    assert len({head["X-Forwarded-For"] for head in heads}) == 100
    assert {head["User-Agent"] for head in heads} <= set(BROWSERS)
    assert all(
        f"Content-Length: {len(body)}\r\n" in it for it, body in zip(requests, bodies, strict=True)
    )


def test_what_comes_due_while_an_endpoint_stands_still_is_late() -> None:
    """It would send nothing meanwhile, if it waited for its answer, and note one slow answer."""
    stands_still = 120  # some time after the warm-up
    with answering(lambda nth: 0.5 if nth == stands_still else 0) as endpoint:
        steady = Steady(visitors(), rate=100, seconds=2)
        found = asyncio.run(steady.run("127.0.0.1", endpoint.port, 1))
    assert found.acknowledged == 200
    assert found.most > 450
    assert found.p99 > 400  # of a hundred, fifty were late, by up to half a second
    assert found.p50 < found.p99 - 100


def test_the_figures_say_how_many_times_as_many_run_against_run() -> None:
    runs = {OURS: (figures(10_000), figures(12_000)), NAIVE: (figures(2_000), figures(2_000))}
    measured = Beacon(
        people=10, loads={"32 connections": runs}, million=figures(14_000), memory=70_000_000
    )
    results = {"beacon": Case(MACHINE, measured)}
    page = "".join(
        f"<!-- figures: {name} -->\n<!-- end of figures -->\n"
        for name in report.SECTIONS
        if name.startswith("beacon")
    )
    text = report.filled(page, results)
    assert "| 11,000 (10,000–12,000) | 2.0 (2.0–2.0) | 7.0 (7.0–7.0) | 0 |" in text
    assert "5.50 × (5.00–6.00)" in text
    assert "14,000 events" in text
    assert "70 MB" in text


def figures(events: int) -> Load:
    """Of one second."""
    return Load(
        seconds=1, acknowledged=events, refused=0, broken=0, p50=2, p99=7, most=9, connections=32,
        rows=events, cpu=0.5, server_cpu=0.3, client_cpu=0.2, others=0.02,
    )  # fmt: skip
