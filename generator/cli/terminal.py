"""What a command says: a progress bar on a terminal, plain lines elsewhere (DESIGN, rule 12).

Progress, warnings and errors go to standard error, results to standard output.
"""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from generator.errors import ConfigError, QwikfolioError
from generator.model.problem import Problem

if TYPE_CHECKING:
    from rich.progress import Progress

_MOST_WARNINGS = 20


def say_error(text: str) -> None:
    """An error, for a person."""
    click.secho("error: ", fg="red", nl=False, err=True)
    click.echo(text, err=True)


def say_result(text: str) -> None:
    """What came of a command, to standard output.

    Raises:
        QwikfolioError: Nobody takes it: the disk is full, or the reader of a pipe is gone.
    """
    try:
        click.echo(text)
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), sys.stdout.fileno())
        raise QwikfolioError(
            f"the result can't be printed: {error.strerror}",
            where="standard output",
            fix="see where it leads; the work itself is done, and running it again repeats nothing",
        ) from None


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


class BuildListener:
    """Shows how a build goes on, and keeps what to say at its end."""

    def __init__(self) -> None:
        self._bar = _bar() if sys.stderr.isatty() else None
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

    def problem(self, problem: Problem) -> None:
        """Keep it, if it is to be said."""
        self._warnings += problem.level == "warning"
        if problem.level == "error" or self._warnings <= _MOST_WARNINGS:
            self.problems.append(problem)

    def say_problems(self) -> None:
        """One line a problem, errors last."""
        for problem in sorted(self.problems, key=lambda problem: problem.level == "error"):
            click.echo(str(problem), err=True)
        if self._warnings > _MOST_WARNINGS:
            more = self._warnings - _MOST_WARNINGS
            click.echo(f"… and {more:,} more warnings; `--json` lists them all", err=True)


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
