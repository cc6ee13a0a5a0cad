"""The networks around an IPv6 address, of which one client may have very many."""

from array import array
from socket import AF_INET6, inet_ntop, inet_pton
from typing import Final

_BITS = (56, 48)
"""Prefixes that a provider gives to one customer, besides a /64 (RFC 6177, RIPE-690)."""
_LENGTH = 16  # bytes of an address
_DAY = 86_400
_WORD = 64  # bits of a slot


def around(address: str) -> tuple[str, ...]:
    """An address and the networks that it is in, the narrowest first.

    Args:
        address: As `Proxies.visitor` gives it: IPv4, or the first address of a /64.

    Returns:
        For IPv6 `address` itself, its /56 and its /48, as `2001:db8:1:200::/56`; else the address
        alone.
    """
    if ":" not in address:
        return (address,)
    packed = inet_pton(AF_INET6, address)
    return (address, *(_network(packed, bits) for bits in _BITS))


def _network(packed: bytes, bits: int) -> str:
    first = packed[: bits // 8].ljust(_LENGTH, b"\0")
    return f"{inet_ntop(AF_INET6, first)}/{bits}"


class Busy:
    """Tells the networks that are counted as one address today, about a portfolio.

    An IPv6 address is known by its /64. Where more than `most` of one /56 come to a portfolio on a
    day of UTC, the /56 is from then on one address there; where more than `most` /56s of a /48 do,
    the /48 is.

    Who came is remembered as bits in tables of fixed size, at places that differ in every process
    and for that day only: nothing grows, and no address is kept. By chance two networks may share a
    place, or two parts of a network a bit: then a network counts as one address a little early, or
    late.

    Args:
        most: How many parts of a network are told apart.
        slots: How many networks of a size are told apart, 8 bytes each.
    """

    def __init__(self, most: int = 4, slots: int = 131_072) -> None:
        self._most: Final = most
        self._slots: Final = slots
        self._day = -1
        self._seen: tuple[array[int], ...] = ()

    def network(self, address: str, slug: str, now: float) -> str:
        """The address, or the network around it that counts as one.

        Args:
            address: As `Proxies.visitor` gives it.
            slug: Of the portfolio that it comes to.
            now: In seconds since 1970.
        """
        networks = around(address)
        if len(networks) == 1:
            return address
        day = int(now // _DAY)
        if day != self._day:
            self._day = day
            self._seen = tuple(array("Q", bytes(8 * self._slots)) for _ in _BITS)
        found = address
        for seen, part, whole in zip(self._seen, networks, networks[1:], strict=False):
            slot = hash((whole, slug)) % self._slots
            seen[slot] |= 1 << hash((part, day)) % _WORD
            if seen[slot].bit_count() > self._most:
                found = whole
        return found
