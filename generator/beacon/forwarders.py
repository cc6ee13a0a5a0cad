"""Who forwards visitors' addresses without being believed: most often a proxy not yet named."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

_MOST = 16
"""Networks that are told of, since anybody may send the header."""
_BYTES = {4: 3, 16: 6}
"""Of an address, that name a network: a /24 or a /48."""


class Forwarders:
    """Tells once of each network.

    Args:
        tell: Is told what is wrong and what to do.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._known: set[bytes] = set()

    def distrust(self, address: bytes) -> None:
        """Hear of an `X-Forwarded-For` that came from an address of 4 or 16 bytes."""
        network = address[: _BYTES[len(address)]]
        if network in self._known or len(self._known) >= _MOST:
            return
        self._known.add(network)
        peer = ip_address(address)
        if peer.is_private:
            where, name = str(peer), str(peer)
        else:  # it may be a visitor, whose address is written down nowhere
            bits = 8 * len(network)
            where, name = f"the network {ip_network((address, bits), strict=False)}", "ADDRESS"
        self._tell(
            f"X-Forwarded-For came from {where}, which beacon.proxies doesn't name: it is ignored, "
            "and all visitors behind that address count as one; "
            f'if it is your proxy, set beacon.proxies = ["{name}"] and restart'
        )
