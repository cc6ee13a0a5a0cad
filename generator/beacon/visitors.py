"""Who sends an event: how often they may, and what they are called for a day."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from generator.beacon.address import Proxies
from generator.beacon.rates import Rate
from generator.beacon.salt import Salt


class Visitors:
    """Knows visitors by their network address, which is kept nowhere."""

    def __init__(self, proxies: Proxies, salt: Salt, rate: Rate) -> None:
        self._proxies = proxies
        self._salt = salt
        self._rate = rate

    def address(self, scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> str:
        """A visitor's address, of the connection or as a proxy that is trusted says."""
        client, forwarded = scope["client"], None
        if b"x-forwarded-for" in headers:  # each proxy may add a line of its own
            lines = (text for name, text in scope["headers"] if name == b"x-forwarded-for")
            forwarded = b",".join(lines)
        return self._proxies.visitor(client[0] if client else None, forwarded)

    def admits(self, address: str, now: float) -> bool:
        """Whether so many events may come from there."""
        return self._rate.admits(address, now)

    def name(self, now: float, address: str, headers: Mapping[bytes, bytes], slug: str) -> str:
        """What tells a visitor of one portfolio from others, for this day."""
        return self._salt.visitor(now, address, headers.get(b"user-agent", b""), slug)
