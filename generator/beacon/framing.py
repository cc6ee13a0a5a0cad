"""Which requests are refused at the end of their headers, since their end could be disputed.

A proxy and we must see every request end at the same byte: what one takes for a body and the other
for the next request, is a stranger's request on somebody else's connection (request smuggling).
The parser refuses whatever RFC 9112 forbids; here is what it lets pass and no page ever sends.
"""

from collections.abc import Iterable

from generator.beacon.refusal import EXPECTATION, FRAMING, UNSUPPORTED, Refusal

_VERSIONS = frozenset({"1.1", "1.0"})
_CHUNKED = b"chunked"
_LOOKED_AT = frozenset({b"transfer-encoding", b"upgrade", b"expect"})


def refused(
    version: str, headers: Iterable[tuple[bytes, bytes]], *, leaves_http: bool
) -> Refusal | None:
    """Why a request with these headers is not taken; None where it is.

    Args:
        version: Of HTTP, as the parser read it: `1.1`.
        headers: Their names in lower case.
        leaves_http: The parser takes what follows the headers for another protocol than HTTP: an
            Upgrade (RFC 9110, 7.8) or a CONNECT (9.3.6). Whatever length they state, it reads no
            body then.
    """
    if leaves_http:
        return UNSUPPORTED
    if version not in _VERSIONS:
        return FRAMING
    codings = 0
    for name, value in headers:
        if name not in _LOOKED_AT:
            continue
        if name == b"expect":
            if value.lower() != b"100-continue":
                return EXPECTATION
        elif name == b"upgrade" or value.lower() != _CHUNKED:
            return UNSUPPORTED
        else:
            codings += 1
    # RFC 9112, 6.1: HTTP/1.0 has no codings, and who states one there is not to be believed.
    return FRAMING if codings > (version == "1.1") else None
