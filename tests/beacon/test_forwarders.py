"""Who forwards addresses and isn't believed is told of once, with what to do."""

from socket import AF_INET, AF_INET6, inet_pton

from generator.beacon.address import Proxies
from generator.beacon.forwarders import Forwarders
from tests.beacon.running import event, running
from tests.site import Site


def packed(address: str) -> bytes:
    return inet_pton(AF_INET6 if ":" in address else AF_INET, address)


def told(*addresses: str) -> list[str]:
    said: list[str] = []
    forwarders = Forwarders(said.append)
    for address in addresses:
        forwarders.distrust(packed(address))
    return said


def test_a_private_address_is_named_with_the_setting_to_write() -> None:
    (line,) = told("10.0.0.7", "10.0.0.7", "10.0.0.8")
    assert line.startswith("X-Forwarded-For came from 10.0.0.7, which beacon.proxies doesn't name")
    assert 'beacon.proxies = ["10.0.0.7"]' in line


def test_of_a_public_address_which_may_be_a_visitor_s_only_the_network_is_named() -> None:
    first, second = told("203.0.114.77", "2606:4700:1234:5678::1", "203.0.114.78")
    assert "the network 203.0.114.0/24," in first
    assert "the network 2606:4700:1234::/48," in second
    assert ".77" not in first
    assert "5678" not in second


def test_nobody_fills_the_log_with_it() -> None:
    assert len(told(*(f"10.0.{number}.1" for number in range(200)))) == 16


def test_who_is_named_is_not_told_of() -> None:
    said: list[bytes] = []
    proxies = Proxies(["10.0.0.0/8"], said.append)
    assert proxies.visitor("10.0.0.7", b"203.0.113.9") == "203.0.113.9"
    assert proxies.visitor("192.168.0.7", None) == "192.168.0.7"
    assert said == []
    assert proxies.visitor("192.168.0.7", b"203.0.113.9") == "192.168.0.7"
    assert said == [packed("192.168.0.7")]


def test_a_running_beacon_says_it(site: Site) -> None:
    site.person("ada")
    with running(site.root, site.url, proxies="10.0.0.0/8") as beacon:
        for _ in range(3):
            assert beacon.send(event("ada"), x_forwarded_for="203.0.113.9").status == 204
        assert beacon.end() == 0
        (line,) = (said for said in beacon.said if "X-Forwarded-For" in said)
        assert " WARNING X-Forwarded-For came from 127.0.0.1, " in line
        assert line.endswith('set beacon.proxies = ["127.0.0.1"] and restart')
