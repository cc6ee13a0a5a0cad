"""Whoever is told what an operator should know."""

from typing import Protocol


class Listener(Protocol):
    """Hears how the database comes and goes."""

    def away(self, why: str) -> None:
        """Events go to the spool, for this reason now."""

    def back(self) -> None:
        """Events go to the database again."""

    def replayed(self, events: int) -> None:
        """The spool is empty again, after so many."""

    def full(self, why: str) -> None:
        """Events are refused."""

    def failed(self, what: str) -> None:
        """Something beside the way of events goes wrong; it is tried again."""

    def distrusted(self, what: str) -> None:
        """Visitors' addresses come from a proxy that is not trusted; says what to do."""
