"""An outage of the database, told once: not every reason that is met on the way."""

from collections.abc import Callable
from time import monotonic

from generator.beacon.listener import Listener
from generator.beacon.store import AwayError, UnfitError

_LASTING = 60.0  # seconds


class Outage:
    """Tells a listener when the database goes and comes.

    Told again is only what somebody must do something about: that it answers and isn't as it
    should be, at once; and another reason that has lasted for a minute.

    Args:
        listener: Is told.
        now: Seconds, by a clock that is never set.
    """

    def __init__(self, listener: Listener, now: Callable[[], float] = monotonic) -> None:
        self._listener = listener
        self._now = now
        self._told: set[str] = set()
        """Reasons, of this outage; empty: there is none."""
        self._reason: str | None = None
        """The latest one that a try for a connection met."""
        self._since = 0.0
        """When it was met first."""

    def begin(self, error: AwayError) -> None:
        """A session was lost."""
        self._reason = None
        self._tell(str(error))

    def last(self, error: AwayError) -> None:
        """Another try for a connection failed."""
        why = str(error)
        if self._told and self._reason is None and not isinstance(error, UnfitError):
            self._told.add(why)  # a server that stops ends sessions first, and then is gone
        if why != self._reason:
            self._reason, self._since = why, self._now()
        is_lasting = self._now() - self._since >= _LASTING
        if not self._told or isinstance(error, UnfitError) or is_lasting:
            self._tell(why)

    def end(self) -> None:
        """There is a session."""
        self._told.clear()
        self._reason = None
        self._listener.back()

    def _tell(self, why: str) -> None:
        if why not in self._told:
            self._told.add(why)
            self._listener.away(why)
