"""One client can't pass for many visitors, nor for many who send: by address, user agent, network.

What is bounded is what one host or one customer of a provider can do. Many hosts of many networks
(a botnet) are many visitors.
"""

import time
from collections.abc import Iterator
from ipaddress import IPv6Address
from pathlib import Path

import pytest

from generator.beacon.address import Proxies
from generator.beacon.salt import Salt
from generator.beacon.visitors import Visitors
from generator.config import load
from generator.errors import ConfigError

DAY = 86_400
NOON = 20_780 * DAY + DAY / 2
MOST = 16
PREFIX = int(IPv6Address("2001:db8:77::"))


@pytest.fixture(autouse=True)
def start_at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: NOON)


def beside(salt: Salt, most: int = MOST, rate: int = 60) -> Visitors:
    """Who visitors are for one process."""
    return Visitors(Proxies([]), salt, most=most, rate=rate, seconds=10.0)


@pytest.fixture
def salt(tmp_path: Path) -> Salt:
    return Salt(tmp_path / "salt")


@pytest.fixture
def visitors(salt: Salt) -> Visitors:
    return beside(salt)


def name(
    visitors: Visitors, address: str, agent: int = 0, slug: str = "ada", now: float = NOON
) -> str:
    return visitors.name(now, address, {b"user-agent": b"Browser/%d" % agent}, slug)


def subnets(bits: int) -> Iterator[str]:
    """The /64s that begin the networks of so many bits in one /48."""
    for number in range(1 << (bits - 48)):
        yield str(IPv6Address(PREFIX | number << (128 - bits)))


def test_user_agents_of_an_address_are_so_many_visitors_and_no_more(visitors: Visitors) -> None:
    assert len({name(visitors, "203.0.113.9", agent) for agent in range(2000)}) == MOST
    assert len({name(visitors, "2001:db8::", agent) for agent in range(2000)}) == MOST


def test_the_bound_holds_over_processes_and_restarts(salt: Salt, tmp_path: Path) -> None:
    names = {
        name(beside(each), "203.0.113.9", agent)
        for each in (salt, Salt(tmp_path / "salt"))
        for agent in range(200)
    }
    assert len(names) == MOST


def test_visitors_behind_one_address_are_told_apart(visitors: Visitors) -> None:
    """Two who use different browsers are two, nearly always."""
    pairs = [
        {name(visitors, f"203.0.113.{host}", agent) for agent in (1, 2)} for host in range(200)
    ]
    assert sum(len(pair) for pair in pairs) > 200 * 1.8


def test_a_portfolio_and_an_address_have_visitors_of_their_own(visitors: Visitors) -> None:
    assert name(visitors, "203.0.113.9") == name(visitors, "203.0.113.9")
    others = {
        name(visitors, "203.0.113.9"),
        name(visitors, "203.0.113.9", slug="bob"),
        name(visitors, "203.0.113.10"),
        name(visitors, "2001:db8::"),
    }
    assert len(others) == 4


def test_how_many_is_a_setting(salt: Salt, tmp_path: Path) -> None:
    few = beside(salt, most=1)
    assert len({name(few, "203.0.113.9", agent) for agent in range(50)}) == 1
    assert load(tmp_path, {}).beacon.visitors_per_address == MOST
    with pytest.raises(ConfigError, match="visitors_per_address can't be 0"):
        load(tmp_path, {"QWIKFOLIO_BEACON_VISITORS_PER_ADDRESS": "0"})


def test_households_of_a_provider_are_visitors_of_their_own(visitors: Visitors) -> None:
    """As far as four of each network come to a portfolio: nobody shares a name."""
    homes = [
        str(IPv6Address(PREFIX | customer << 88 | home << 64))
        for customer in range(3)
        for home in range(4)
    ]
    assert len({name(visitors, home) for home in homes}) == len(homes)


def test_a_56_is_one_address_once_many_of_its_64s_come(visitors: Visitors) -> None:
    homes = list(subnets(64))[:256]
    names = {name(visitors, home, agent) for home in homes for agent in range(40)}
    # Four apart, some more where they share a bit by chance, and the /56 itself.
    assert len(names) <= (4 + 4 + 1) * MOST


def test_a_48_is_one_address_once_many_of_its_56s_come(visitors: Visitors) -> None:
    """Whichever of its 65,536 /64s send, with as many user agents as they like."""
    bound = 5 * (5 + 1) * MOST + MOST
    names = {name(visitors, home, nth) for nth, home in enumerate(subnets(60))}
    names |= {name(visitors, home, agent) for home in subnets(56) for agent in range(20)}
    assert len(names) <= bound


def test_a_busy_network_is_one_address_for_that_portfolio_and_day_only(
    visitors: Visitors,
) -> None:
    homes = list(subnets(64))[:100]
    for home in homes:
        name(visitors, home)
    assert len({name(visitors, home) for home in homes[50:54]}) == 1
    assert len({name(visitors, home, slug="bob") for home in homes[50:54]}) == 4
    tomorrow = NOON + DAY
    assert len({name(visitors, home, now=tomorrow) for home in homes[50:54]}) == 4


def test_a_48_sends_sixteen_times_what_an_address_may(visitors: Visitors) -> None:
    assert sum(visitors.admits(home, NOON) for home in subnets(60)) == 16 * 60


def test_a_56_sends_four_times_what_an_address_may(visitors: Visitors) -> None:
    homes = list(subnets(64))[:256]
    assert sum(visitors.admits(home, NOON) for home in homes for _ in range(60)) == 4 * 60


def test_one_that_sends_too_much_takes_nothing_from_its_neighbours(visitors: Visitors) -> None:
    loud, quiet = list(subnets(64))[:2]
    assert sum(visitors.admits(loud, NOON) for _ in range(10_000)) == 60
    assert sum(visitors.admits(quiet, NOON) for _ in range(60)) == 60


def test_an_ipv4_address_has_its_own_allowance(visitors: Visitors) -> None:
    admitted = [
        sum(visitors.admits(f"203.0.113.{host}", NOON) for _ in range(61)) for host in range(100)
    ]
    assert max(admitted) == 60
    assert sum(admitted) > 60 * 95  # by chance two may share a count
