"""Which `Host` a request may name: a foreign page must not read ours by DNS rebinding.

An attacker's name can be made to point at this machine, but an address is always itself: so any
address will do, `localhost`, and the name that `--host` gives.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit


def host_name(header: str) -> str:
    """The name in a `Host` header, without its port; empty where it is none."""
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""


def is_ours(header: str, own: str) -> bool:
    """Whether a request with this `Host` may be answered.

    Args:
        header: As it was sent.
        own: The name or address that the server was told to listen at.
    """
    name = host_name(header)
    return name == "localhost" or (name != "" and name == own.lower()) or _address(name) is not None


def is_loopback(header: str) -> bool:
    """Whether it names this very machine."""
    name = host_name(header)
    address = _address(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
