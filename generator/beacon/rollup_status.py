"""How far events are summed up, for metrics."""

from generator.database.rollup import Rolled


class RollupStatus:
    """What the last roll-up found, and what is known before the first: nothing.

    Args:
        now: When the beacon began, in seconds since 1970.
    """

    def __init__(self, now: float) -> None:
        self._until = now
        self.failing = 0
        """Days of portfolios that can't be counted."""
        self.errors = 0
        """Roll-ups that ended with an error."""

    def take(self, rolled: Rolled) -> str | None:
        """A roll-up has ended; what an operator should know of it, if there is anything new."""
        if rolled.until > 0:
            self._until = rolled.until
        before, self.failing = self.failing, rolled.failing
        if not rolled.failing or rolled.failing == before:
            return None
        return (
            f"{rolled.failing:,} days of portfolios can't be summed up; their figures come from "
            "the events, which are kept, and each is tried again in an hour. The last was "
            f"{rolled.reason}"
        )

    def lag(self, now: float) -> float:
        """Seconds since the moment up to which events are counted.

        Before the first roll-up has ended it is since the beacon's start, so that it grows where
        none ends.
        """
        return max(0.0, now - self._until)
