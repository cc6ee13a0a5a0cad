"""A signal ends a command that would go on for ever, wherever the signal finds it."""

import signal
from collections.abc import Iterator

import pytest

from generator.cli.stop import Stop, Stopped
from generator.watch.alarm import open_alarm

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Those of the process, back in place."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Destructor:
    """A signal that comes while Python runs a destructor, where what is raised is swallowed."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_raised_where_it_comes_and_others_are_ignored(number: signal.Signals) -> None:
    stop = Stop()
    stop.check()
    with pytest.raises(Stopped):
        signal.raise_signal(number)
    for other in SIGNALS:
        signal.raise_signal(other)
    with pytest.raises(Stopped):
        stop.check()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_that_python_swallows_is_raised_before_the_next_sleep() -> None:
    with open_alarm(Stop().check) as alarm:
        Destructor()
        with pytest.raises(Stopped):
            alarm.sleep(3600)


def test_a_hangup_that_is_ignored_stays_so() -> None:
    """As `nohup` has it."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    Stop()
    signal.raise_signal(signal.SIGHUP)
