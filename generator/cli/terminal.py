"""What a command says: a progress bar on a terminal, plain lines elsewhere (DESIGN, rule 12).

Progress, warnings and errors go to standard error, results to standard output.
"""

import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

import click
import msgspec

from generator.cli.common import is_quiet
from generator.cli.lines import columns, is_colored, is_terminal, wrap_message
from generator.cli.problem_listener import FactSpool, ProblemListener
from generator.errors import ConfigError, QwikfolioError
from generator.model.affected import Affected
from generator.obstacle import obstacle

if TYPE_CHECKING:
    from rich.progress import Progress


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


def say_result(text: str | bytes, *, nl: bool = True) -> None:
    """What was asked for, to standard output.

    Raises:
        QwikfolioError: Nobody takes it: the disk is full, or the reader of a pipe is gone.
    """
    if sys.stdout is None:
        raise unprinted(OSError(errno.EBADF, "it was closed before the command began"))
    try:
        click.echo(text, nl=nl, color=is_colored(sys.stdout))
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


def say_facts(facts: Mapping[str, object], problems: FactSpool) -> None:
    """The result as one line of JSON; its `problems`, which may be many, are written in pieces.

    Raises:
        QwikfolioError: As `say_result`.
    """
    head = msgspec.json.encode(facts).decode()[:-1]
    say_result(head + ',"problems":[', nl=False)
    for piece in problems.take():
        say_result(piece, nl=False)
    say_result("]}")


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


class BuildListener(ProblemListener):
    """Shows how a build goes on, and says what problems it met."""

    def __init__(self, *, all_warnings: bool = False) -> None:
        super().__init__(all_warnings=all_warnings)
        self._bar = _bar() if is_terminal(sys.stderr) and not is_quiet() else None

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
        self._stop_bar()

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

    def told(self, known: int) -> None:
        """Print the problems, below where the bar was."""
        self._stop_bar()
        super().told(known)

    def _stop_bar(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None


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

    def __init__(self) -> None:
        super().__init__()
        self.facts = FactSpool()
        self.only_new = False

    def affected(self, person: Affected) -> None:
        """Keep the person's problems."""
        self.facts.add(person, only_new=self.only_new)

    def told(self, known: int) -> None:
        """The result has them."""
