"""How often: at most so many events from one visitor, or about one portfolio, in some seconds."""

from array import array
from typing import Final


class Rate:
    """At most so many of each key in a window of time; windows follow one another.

    Counts are kept in a table of fixed size by the key's hash, which differs in every process:
    nothing grows, no key is remembered, and nobody can aim at somebody else's count. Two keys
    share one by chance only, once in `keys` times.

    Args:
        most: How many are admitted in a window.
        seconds: How long a window is.
        keys: How many counts are kept, 4 bytes each.
    """

    def __init__(self, most: int, seconds: float, keys: int = 200_000) -> None:
        self._most: Final = most
        self._seconds: Final = seconds
        self._keys: Final = keys
        self._counts = array("I")
        self._from = self._until = 0.0

    def admits(self, key: str, now: float) -> bool:
        """Count one more of a key, unless it has had its share.

        Args:
            key: Who, or what about.
            now: In seconds, by any clock; one that is set back starts a window.
        """
        if not self._from <= now < self._until:
            self._counts = array("I", bytes(self._counts.itemsize * self._keys))
            self._from, self._until = now, now + self._seconds
        at = hash(key) % self._keys
        count = self._counts[at]
        if count >= self._most:
            return False
        self._counts[at] = count + 1
        return True
