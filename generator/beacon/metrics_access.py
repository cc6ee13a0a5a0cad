"""Who may read `/metrics`."""

from collections.abc import Mapping, MutableMapping
from ipaddress import ip_address
from typing import Any

_FORWARDED = frozenset({b"x-forwarded-for", b"forwarded", b"via", b"x-real-ip"})


def may_read(scope: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> bool:
    """Whether somebody on this machine asks, and not through a proxy.

    Args:
        scope: Of the request (ASGI 3).
        headers: Of the request; their names in lower case.
    """
    client = scope["client"]
    if client is None or not _FORWARDED.isdisjoint(headers):
        return False
    address = ip_address(client[0].partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
