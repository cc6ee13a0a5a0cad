"""Metrics are for the operator: not for pages, not through a proxy, not for other machines."""

import pytest

from generator.beacon.metrics_access import may_read
from generator.config import host_and_port
from tests.beacon.proxied import free_port
from tests.beacon.running import Running, event, running
from tests.site import Site

OPERATORS = ("/healthz", "/readyz", "/metrics")


def test_no_page_of_a_browser_reads_them(site: Site) -> None:
    with running(site.root, site.url) as beacon:
        for path in OPERATORS:
            for method in ("GET", "OPTIONS"):
                answer = beacon.ask(method, path, headers={"Origin": "https://people.example"})
                assert answer.status == 200
                assert not [name for name in answer.headers if "access-control" in name.lower()]
        assert beacon.ask("GET", "/e").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_they_are_not_passed_on_by_a_proxy_on_this_machine(site: Site, header: str) -> None:
    with running(site.root, site.url) as beacon:
        for path in ("/metrics", "/%6detrics", "/metrics?x", "http://a/metrics"):
            answer = beacon.ask("GET", path, headers={header: "203.0.113.9"})
            assert (answer.status, answer.text) == (404, "nothing is here\n")


@pytest.mark.parametrize(
    ("peer", "may"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("0.0.0.0", False),
    ],
)
def test_another_machine_does_not_read_them(peer: str, may: bool) -> None:
    assert may_read({"client": (peer, 4711)}, {}) is may
    assert not may_read({"client": None}, {})


def test_they_can_be_bound_elsewhere(site: Site) -> None:
    """Then they are there only, and nothing else is."""
    site.person("ada")
    port = free_port()
    with running(site.root, site.url, metrics=f"127.0.0.1:{port}") as beacon:
        assert beacon.ask("GET", "/metrics").status == 404
        assert beacon.ask("GET", "/healthz").status == 200
        assert beacon.send(event("ada")).status == 204
        events, beacon.port = beacon.port, port
        assert beacon.metrics()["stored"] == 1
        assert [beacon.ask("GET", path).status for path in OPERATORS] == [200] * 3
        assert beacon.send(event("ada")).status == 404
        assert beacon.ask("GET", "/openapi.json").status == 404
        beacon.port = events
        assert beacon.end() == 0


def opened(beacon: Running) -> list[str]:
    """What is said of other machines."""
    return [said for said in beacon.said if "to other machines" in said]


def test_what_is_opened_to_other_machines_is_said(site: Site) -> None:
    metrics = f"0.0.0.0:{free_port()}"
    with running(site.root, site.url, ["--host=0.0.0.0"], metrics=metrics) as beacon:
        assert beacon.end() == 0
    first, second = opened(beacon)
    assert " WARNING --host 0.0.0.0 opens the beacon to other machines" in first
    assert "can send events, without TLS" in first
    assert "beacon.metrics opens /metrics to other machines" in second


def test_nothing_is_said_of_what_is_not(site: Site) -> None:
    with running(site.root, site.url, ["--host=localhost"]) as beacon:
        assert beacon.end() == 0
    assert opened(beacon) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [("127.0.0.1:9100", ("127.0.0.1", 9100)), ("[::1]:1", ("::1", 1)), ("a.b:80", ("a.b", 80))],
)
def test_an_address_and_a_port(text: str, where: tuple[str, int]) -> None:
    assert host_and_port(text) == where


@pytest.mark.parametrize("text", ["9100", ":9100", "::1:9100", "a:0", "a:65536", "a:x", "a:", "[]"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        host_and_port(text)
