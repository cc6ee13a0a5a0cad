"""What a command says: a progress bar on a terminal, plain lines elsewhere (DESIGN, rule 12).

Progress, warnings and errors go to standard error, results to standard output.
"""

import errno
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

import click

from generator.cli.common import is_quiet
from generator.cli.lines import columns, is_colored, is_terminal, wrap_message
from generator.errors import ConfigError, QwikfolioError
from generator.model.problem import Problem
from generator.obstacle import obstacle

if TYPE_CHECKING:
    from rich.progress import Progress

_MOST_WARNINGS = 20


def say_error(text: str) -> None:
    """An error, for a person; standard error that takes nothing is no further error."""
    lines = wrap_message(f"error: {text}", _terminal_columns())
    label, message = lines[:7], lines[7:]
    if is_colored(sys.stderr):
        label = click.style(label, fg="red")
    say_aside(label + message)


def _terminal_columns() -> int | None:
    """Of standard error; a log has lines of any length."""
    return columns(sys.stderr) if is_terminal(sys.stderr) else None


def say_aside(text: str) -> None:
    """Progress, a note or a warning, to standard error."""
    try:
        click.echo(text, err=True)
    except OSError:
        _silence(sys.stderr)


def say_usage(error: click.ClickException) -> None:
    """What is wrong with the words of a command."""
    try:
        error.show()
    except OSError:
        _silence(sys.stderr)


def say_done(text: str) -> None:
    """What was done, to standard output; nothing under `--quiet`.

    Raises:
        QwikfolioError: As `say_result`.
    """
    if not is_quiet():
        say_result(text)


def say_result(text: str) -> None:
    """What was asked for, to standard output.

    Raises:
        QwikfolioError: Nobody takes it: the disk is full, or the reader of a pipe is gone.
    """
    if sys.stdout is None:
        raise unprinted(OSError(errno.EBADF, "it was closed before the command began"))
    try:
        click.echo(text, color=is_colored(sys.stdout))
    except OSError as error:
        raise unprinted(error) from None


def is_of_output(error: Exception) -> bool:
    """Whether it says that standard output takes nothing more."""
    return (
        isinstance(error, OSError)
        and error.filename is None
        and error.errno in {errno.EPIPE, errno.ENOSPC, errno.EBADF, errno.EIO}
    )


def unprinted(error: Exception) -> QwikfolioError:
    """The error of a result that nobody takes; nothing more goes to standard output."""
    _silence(sys.stdout)
    return QwikfolioError(
        f"the result can't be printed: {getattr(error, 'strerror', None) or error}",
        where="standard output",
        fix="see where it leads; the work itself is done, and running it again repeats nothing",
    )


def _silence(stream: TextIO | None) -> None:
    """What is left in the stream's buffer would fail once more when Python ends."""
    if stream is not None:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), stream.fileno())


def write_page(file: Path, text: str) -> None:
    """A page that somebody asked for, into a file.

    Raises:
        ConfigError: It can't be written there.
    """
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(
            f"the page can't be written: {obstacle(file.absolute(), error)}",
            where=str(file),
            fix="name a file in a folder that is there, and that you may write to",
        ) from error


class BuildListener:
    """Shows how a build goes on, and keeps what to say at its end."""

    def __init__(self) -> None:
        self._bar = _bar() if is_terminal(sys.stderr) and not is_quiet() else None
        self.problems: list[Problem] = []
        """Every error, and the first warnings: a large site may have many."""
        self._warnings = 0

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None

    def note(self, text: str) -> None:
        """Say it at once."""
        self.tell(text)

    def tell(self, text: str) -> None:
        """Say something to standard error."""
        say_aside(wrap_message(text, _terminal_columns()))

    def begin(self, people: int) -> None:
        """Show how many there are to do."""
        if self._bar:
            for done in self._bar.task_ids:
                self._bar.remove_task(done)
            self._bar.add_task("building", total=people)

    def advance(self) -> None:
        """Count one."""
        if self._bar:
            self._bar.advance(self._bar.task_ids[-1])

    def problem(self, problem: Problem) -> None:
        """Keep it, if it is to be said."""
        self._warnings += problem.level == "warning"
        if problem.level == "error" or self._warnings <= _MOST_WARNINGS:
            self.problems.append(problem)

    def say_problems(self) -> None:
        """One line a problem, errors last."""
        for problem in sorted(self.problems, key=lambda problem: problem.level == "error"):
            self.tell(str(problem))
        if self._warnings > _MOST_WARNINGS:
            more = self._warnings - _MOST_WARNINGS
            self.tell(f"… and {more:,} more warnings; `--json` lists them all")


def _bar() -> "Progress":
    """A progress bar on standard error; imported here, since most builds are run by no person."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
    )


class FactListener(BuildListener):
    """Keeps every problem, for `--json`."""

    def problem(self, problem: Problem) -> None:
        """Keep it."""
        self.problems.append(problem)
