"""Where a visitor is: the network address that requests come from, behind proxies too."""

from collections.abc import Callable, Sequence
from ipaddress import IPv6Network, ip_network
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Final, NamedTuple

_HOPS = 8
"""How many proxies in a row are believed to be possible."""
_LONGEST = 64
"""What is longer is no address, which has 39 characters, brackets, a zone, a port and blanks."""
_MAPPED = bytes(10) + b"\xff\xff"  # RFC 4291, 2.5.5.2: `::ffff:0:0/96`
_MAPPED_BITS = 96
_HOUSEHOLD = 8  # bytes; RFC 6177: one site has at least a /64
_IPV4 = 4  # bytes


class _Network(NamedTuple):
    """Addresses that share their first bits."""

    length: int
    """Of an address, in bytes."""
    value: int
    mask: int


class Proxies:
    """The networks whose word on a visitor's address is taken.

    Args:
        networks: Each in CIDR notation: `10.0.0.0/8`, `fd00::/8`, or one address.
        distrust: Is told the 4 or 16 bytes of any other address that forwards one.

    Raises:
        ValueError: One is no network.
    """

    def __init__(
        self, networks: Sequence[str], distrust: Callable[[bytes], None] = lambda _address: None
    ) -> None:
        self._distrust = distrust
        self._networks: Final = tuple(_network(text) for text in networks)

    def visitor(self, peer: str | None, forwarded: bytes | None) -> str:
        """The visitor's address as text; for IPv6 that of its /64, which is one household.

        A proxy appends whom it got the request from, so that only the right end of
        `X-Forwarded-For` is the word of one we know, and the left end is anybody's.

        Args:
            peer: Who is connected. Empty or None, as with a Unix socket: nobody that is known,
                and so nobody that is trusted.
            forwarded: `X-Forwarded-For`, its lines joined with commas.

        Returns:
            The peer's address, unless a named network has it: then the rightmost forwarded one
            that none has. Where something else than an address comes first, or none is left,
            the last proxy's. Empty where even the peer has none.
        """
        address = _packed(peer) if peer else None
        if address is None:
            return ""
        if forwarded and not self._trusts(address):
            self._distrust(address)
        elif forwarded:
            for hop in reversed(forwarded.rsplit(b",", _HOPS)[-_HOPS:]):
                before = _packed(hop.decode("latin-1"))
                if before is None:
                    break
                address = before
                if not self._trusts(address):
                    break
        return _text(address)

    def _trusts(self, address: bytes) -> bool:
        length, value = len(address), int.from_bytes(address)
        for network in self._networks:
            if network.length == length and value & network.mask == network.value:
                return True
        return False


def _network(text: str) -> _Network:
    """A network; one of IPv4 addresses that are written as IPv6 is one of IPv4."""
    named = ip_network(text.strip(), strict=False)
    if isinstance(named, IPv6Network) and named.prefixlen >= _MAPPED_BITS:
        first = named.network_address.ipv4_mapped
        if first is not None:
            named = ip_network((int(first), named.prefixlen - _MAPPED_BITS))
    length = named.max_prefixlen // 8
    return _Network(length, int(named.network_address), int(named.netmask))


def _packed(text: str) -> bytes | None:
    """The 4 or 16 bytes of an address, without port, brackets and zone; None where it is none."""
    if len(text) > _LONGEST:
        return None
    text = text.strip(" \t")
    if text.startswith("["):
        text, closed, _ = text[1:].partition("]")
        if not closed:
            return None
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        if ":" not in text:
            return inet_pton(AF_INET, text)
        packed = inet_pton(AF_INET6, text.partition("%")[0])
    except (OSError, ValueError):  # ValueError: a NUL
        return None
    return packed[-_IPV4:] if packed.startswith(_MAPPED) else packed


def _text(address: bytes) -> str:
    if len(address) == _IPV4:
        return inet_ntop(AF_INET, address)
    return inet_ntop(AF_INET6, address[:_HOUSEHOLD] + bytes(_HOUSEHOLD))
