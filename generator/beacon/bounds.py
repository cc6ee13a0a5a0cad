"""How much a client may ask of the server."""

from collections.abc import Callable
from dataclasses import dataclass

from generator.beacon.accounts import Rejection


@dataclass(frozen=True)
class Bounds:
    """How much a client may ask of the server."""

    headers: int = 16 * 1024
    """Bytes; some 4 KiB more may pass, since they are counted as they come."""
    body: int = 4096
    """Bytes, exactly."""
    seconds: float = 10
    """From a request's first byte to its last, and for an answer to be read."""
    idle: float = 65
    """Seconds without a request. nginx keeps one for 60, and must be first to let go."""
    connections: int = 20_000
    on_refused: Callable[[Rejection, str], None] = lambda _why, _what: None
    """Told why, and of what: `POST /e`, or nothing where the headers didn't come to their end."""
