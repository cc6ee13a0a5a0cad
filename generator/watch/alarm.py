"""What a watch sleeps on: it is woken by the database, by files, or not at all."""

import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol


class Awaited(Protocol):
    """Something with a descriptor that can be read when there is news."""

    def fileno(self) -> int:
        """The descriptor."""


class Alarm:
    """Wakes whoever sleeps on it; `ring` may be called from any thread."""

    def __init__(self, reading: int, writing: int, check: Callable[[], None]) -> None:
        self._reading = reading
        self._writing = writing
        self._check = check

    def ring(self) -> None:
        """Wake the sleeper, now or when it next lies down."""
        with suppress(BlockingIOError):  # it will wake all the same
            os.write(self._writing, b"!")

    def sleep(self, seconds: float, other: Awaited | None = None) -> None:
        """Sleep until it rings, until there is news of `other`, or for so long.

        Raises:
            BaseException: Of `check`.
        """
        self._check()
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        if other is not None:
            poll.register(other.fileno(), select.POLLIN)
        if any(descriptor == self._reading for descriptor, _event in poll.poll(seconds * 1000)):
            os.read(self._reading, 4096)

    def quiet(self, seconds: float, most: float) -> None:
        """Wait until it has not rung for so long: who saves one file often saves more."""
        end = time.monotonic() + most
        while time.monotonic() < end:
            poll = select.poll()
            poll.register(self._reading, select.POLLIN)
            if not poll.poll(seconds * 1000):
                return
            os.read(self._reading, 4096)


@contextmanager
def open_alarm(check: Callable[[], None]) -> Iterator[Alarm]:
    """An alarm for as long as it is needed; `check` is called before each sleep, and may raise."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        yield Alarm(reading, writing, check)
    finally:
        os.close(reading)
        os.close(writing)
