"""What became of every event, to be added up at any time."""

from collections import Counter
from time import time
from typing import Literal, get_args

from generator.beacon.rollup_status import RollupStatus

Filter = Literal["bot", "prefetch", "opt-out"]
"""Why an event is not stored, by rule."""
Rejection = Literal[
    "malformed", "unknown", "project", "rate", "size", "incomplete", "refused", "full", "damaged"
]
"""Why an event is not stored, with an error."""


class Accounts:
    """received = stored + duplicate + filtered + rejected + spooled.

    Each method keeps that true, and nothing else writes here, all in one thread.
    """

    def __init__(self, spooled: int = 0) -> None:
        """Begin with what a spool holds from before."""
        self.received = spooled
        self.spooled = spooled
        self.stored = 0
        self.duplicate = 0
        self.filtered: Counter[Filter] = Counter(dict.fromkeys(get_args(Filter), 0))
        self.rejected: Counter[Rejection] = Counter(dict.fromkeys(get_args(Rejection), 0))
        self.rollup = RollupStatus(time())
        """How far those that are stored are summed up."""

    def store(self, new: int, duplicate: int) -> None:
        """Events came, and the database has them."""
        self.received += new + duplicate
        self.stored += new
        self.duplicate += duplicate

    def spool(self, events: int) -> None:
        """Events came, and wait on disk."""
        self.received += events
        self.spooled += events

    def filter(self, reason: Filter) -> None:
        """An event came, and is left out."""
        self.received += 1
        self.filtered[reason] += 1

    def reject(self, reason: Rejection, events: int = 1) -> None:
        """Events came, and are refused."""
        self.received += events
        self.rejected[reason] += events

    def unspool(self, new: int, duplicate: int) -> None:
        """The database has taken events that waited on disk."""
        self.spooled -= new + duplicate
        self.stored += new
        self.duplicate += duplicate

    def give_up(self, reason: Rejection, events: int = 1) -> None:
        """Events that waited on disk turn out to be nobody's, or can't be stored."""
        self.spooled -= events
        self.rejected[reason] += events
