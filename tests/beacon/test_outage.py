"""A stop of the database is told once, and what an operator must mend whenever it is met."""

import pytest

from generator.beacon.outage import Outage
from generator.beacon.store import AwayError, UnfitError

ENDED = AwayError("terminating connection due to administrator command")
GONE = AwayError("no PostgreSQL answers there")
STARTING = AwayError("the database system is starting up")
PASSWORD = AwayError("password authentication failed")
OLD = UnfitError("the database isn't migrated")


class Told:
    """A listener, an outage, and a clock that tests set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.said: list[str] = []
        self.outage = Outage(self, lambda: self.now)

    def away(self, why: str) -> None:
        self.said.append(why)

    def back(self) -> None:
        self.said.append("back")

    def replayed(self, events: int) -> None:
        raise AssertionError(events)

    def full(self, why: str) -> None:
        raise AssertionError(why)

    def failed(self, what: str) -> None:
        raise AssertionError(what)

    def distrusted(self, what: str) -> None:
        raise AssertionError(what)

    def tries(self, error: AwayError, seconds: int) -> None:
        """One every five seconds."""
        for _ in range(0, seconds, 5):
            self.outage.last(error)
            self.now += 5


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_stop_and_a_start_are_two_lines_however_long_it_takes(told: Told) -> None:
    told.outage.begin(ENDED)
    told.tries(GONE, 24 * 3600)
    told.tries(STARTING, 30)
    told.outage.end()
    assert told.said == [str(ENDED), "back"]


def test_one_that_is_not_there_at_the_start_is_told_of_once(told: Told) -> None:
    told.tries(GONE, 3600)
    told.tries(STARTING, 30)
    told.tries(GONE, 3600)
    told.outage.end()
    assert told.said == [str(GONE), "back"]


def test_what_somebody_must_mend_is_told_at_once(told: Told) -> None:
    told.outage.begin(ENDED)
    told.tries(GONE, 60)
    told.tries(OLD, 3600)
    told.outage.end()
    assert told.said == [str(ENDED), str(OLD), "back"]


def test_another_reason_is_told_when_it_lasts(told: Told) -> None:
    told.outage.begin(ENDED)
    told.tries(GONE, 30)
    told.tries(PASSWORD, 3600)
    assert told.said == [str(ENDED), str(PASSWORD)]


def test_each_outage_is_told(told: Told) -> None:
    for _ in range(2):
        told.outage.begin(ENDED)
        told.tries(GONE, 10)
        told.outage.end()
    assert told.said == [str(ENDED), "back"] * 2
