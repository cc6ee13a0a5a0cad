"""What a command says: a progress bar on a terminal, plain lines elsewhere (DESIGN, rule 12).

Progress, warnings and errors go to standard error, results to standard output.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click
import msgspec

from generator.cli.problem_listener import FactSpool, ProblemListener
from generator.errors import ConfigError, QwikfolioError
from generator.model.affected import Affected

if TYPE_CHECKING:
    from rich.progress import Progress


def say_error(text: str) -> None:
    """An error, for a person."""
    click.secho("error: ", fg="red", nl=False, err=True)
    click.echo(text, err=True)


def say_result(text: str | bytes, *, nl: bool = True) -> None:
    """What came of a command, to standard output.

    Raises:
        QwikfolioError: Nobody takes it: the disk is full, or the reader of a pipe is gone.
    """
    try:
        click.echo(text, nl=nl)
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), sys.stdout.fileno())
        raise QwikfolioError(
            f"the result can't be printed: {error.strerror}",
            where="standard output",
            fix="see where it leads; the work itself is done, and running it again repeats nothing",
        ) from None


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
            f"the page can't be written: {error.strerror}",
            where=str(file),
            fix="name a file in a folder that is there",
        ) from error


class BuildListener(ProblemListener):
    """Shows how a build goes on, and says what problems it met."""

    def __init__(self, *, all_warnings: bool = False) -> None:
        super().__init__(all_warnings=all_warnings)
        self._bar = _bar() if sys.stderr.isatty() else None

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
        click.echo(text, err=True)

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
