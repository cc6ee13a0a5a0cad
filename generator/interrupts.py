"""Ctrl-C, SIGTERM and SIGHUP: one line and an exit code, whenever they come.

While modules are imported nothing is at work yet: the process ends at once. What is raised there
would be swallowed or printed by whoever imports. Afterwards the signal is raised as `Interrupted`,
so that everything that was begun is closed; a second Ctrl-C then ends the process at once.

This module is imported before all others, and imports next to nothing.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_OUTSIDE = 128
"""A shell's exit code of a process that a signal ended is this and the signal's number."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAID = {signal.SIGINT: "interrupted", signal.SIGTERM: "stopped by SIGTERM"}


class Interrupted(KeyboardInterrupt):
    """A signal asks the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def exit_code(error: BaseException) -> int:
    """The exit code of a command that was interrupted."""
    return _OUTSIDE + (error.number if isinstance(error, Interrupted) else signal.SIGINT)


def sentence(error: BaseException) -> str:
    """What is said of it."""
    number = error.number if isinstance(error, Interrupted) else signal.SIGINT
    return f"{_said(number)}: what was written is whole; run it again to go on"


def end_at_once() -> None:
    """From now on, a signal ends the process at once, with one line."""
    _set(_end)


def raise_interrupted() -> None:
    """From now on, a signal is raised as `Interrupted`, where it ended the process until now."""
    if _end in map(signal.getsignal, _SIGNALS):
        _set(_raise)


def end_silently() -> None:
    """From now on, a signal ends the process as the system does: Python is on its way out."""
    _set(signal.SIG_DFL)


@contextmanager
def importing() -> Iterator[None]:
    """A signal ends the process at once while the block imports what only it needs."""
    is_ours = _raise in map(signal.getsignal, _SIGNALS)  # not where a test calls a command
    if is_ours:
        end_at_once()
    try:
        yield
    finally:
        if is_ours:
            raise_interrupted()


def _set(handler: object) -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup, or a shell's `&`, has it
            signal.signal(number, handler)  # type: ignore[arg-type]


def _raise(number: int, _frame: FrameType | None) -> None:
    _set(_again)
    raise Interrupted(number)


def _again(number: int, frame: FrameType | None) -> None:
    """The first is being followed. Only Ctrl-C, from somebody who is waiting, cuts that short."""
    if number == signal.SIGINT:
        _end(number, frame)


def _end(number: int, _frame: FrameType | None) -> None:
    with suppress(OSError):
        os.write(2, f"error: {_said(number)}\n".encode())
    if number != signal.SIGINT:  # what stops a service expects that it ends by the signal
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(_OUTSIDE + number)


def _said(number: int) -> str:
    return _SAID.get(signal.Signals(number), f"stopped by {signal.Signals(number).name}")
