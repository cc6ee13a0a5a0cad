"""A signal that ends a command which would go on for ever."""

import signal
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants the command to end."""


class Stop:
    """Raises `Stopped` where the main thread is when SIGTERM, SIGINT or SIGHUP comes.

    Python swallows what is raised while a destructor or a callback runs: whoever goes on for ever
    calls `check` before each wait. A SIGHUP that is ignored, as under nohup, stays so.
    """

    def __init__(self) -> None:
        self._is_asked = False
        for number in _SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def check(self) -> None:
        """See whether it is time to end.

        Raises:
            Stopped: It is.
        """
        if self._is_asked:
            raise Stopped

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._is_asked = True
        for number in _SIGNALS:  # once is enough
            signal.signal(number, signal.SIG_IGN)
        raise Stopped
