"""Who sends an event: how often they may, and what they are called for a day."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from generator.beacon.address import Proxies
from generator.beacon.networks import Busy, around
from generator.beacon.rates import Rate
from generator.beacon.salt import Salt

_SHARES = (1, 4, 16)
"""How many times the allowance of one address a network has: of an address, its /56, its /48."""


class Visitors:
    """Knows visitors by their network address, which is kept nowhere.

    Args:
        proxies: Whose word on an address is taken.
        salt: The day's.
        most: How many visitors of a portfolio an address may be on a day, at least 1.
        rate: How many events an address may send in so many seconds.
        seconds: How many those are.
    """

    def __init__(
        self, proxies: Proxies, salt: Salt, *, most: int, rate: int, seconds: float
    ) -> None:
        self._proxies = proxies
        self._salt = salt
        self._most = most
        self._rates = tuple(Rate(share * rate, seconds) for share in _SHARES)
        self._busy = Busy()

    def address(self, scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> str:
        """A visitor's address, of the connection or as a proxy that is trusted says."""
        client, forwarded = scope["client"], None
        if b"x-forwarded-for" in headers:  # each proxy may add a line of its own
            lines = (text for name, text in scope["headers"] if name == b"x-forwarded-for")
            forwarded = b",".join(lines)
        return self._proxies.visitor(client[0] if client else None, forwarded)

    def admits(self, address: str, now: float) -> bool:
        """Whether so many events may come from there, and from the networks around it.

        What an address may not send takes nothing from the others of its network.
        """
        networks = around(address)
        return all(rate.admits(it, now) for rate, it in zip(self._rates, networks, strict=False))

    def name(self, now: float, address: str, headers: Mapping[bytes, bytes], slug: str) -> str:
        """What tells a visitor of one portfolio from others, for this day.

        `slug` is the portfolio's: its owner's id, or its address while that is not known.

        User agents of an address share `most` names, by their hash: whoever sends many is not more
        visitors than that, whichever process is asked, and after a restart.
        """
        network = self._busy.network(address, slug, now)
        digits = self._salt.visitor(now, network, headers.get(b"user-agent", b""), slug)
        return self._salt.visitor(now, network, b"%d" % (int(digits, 16) % self._most), slug)
