"""What a command says: a progress bar on a terminal, plain lines elsewhere (DESIGN, rule 12).

Progress, warnings and errors go to standard error, results to standard output.
"""

import resource
import sys
from collections.abc import Sequence
from types import TracebackType

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from generator.model.problem import Problem

_MOST_WARNINGS = 20


def say_error(text: str) -> None:
    """An error, for a person."""
    click.secho("error: ", fg="red", nl=False, err=True)
    click.echo(text, err=True)


class BuildListener:
    """Shows how a build goes on, and keeps its problems."""

    def __init__(self) -> None:
        console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("building"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self.problems: list[Problem] = []

    def __enter__(self) -> "BuildListener":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def note(self, text: str) -> None:
        """Say it at once."""
        click.echo(text, err=True)

    def begin(self, people: int) -> None:
        """Show how many there are to do."""
        self._task = self._progress.add_task("people", total=people)

    def advance(self) -> None:
        """Count one."""
        if self._task is not None:
            self._progress.advance(self._task)

    def problem(self, problem: Problem) -> None:
        """Keep it for the end."""
        self.problems.append(problem)


def say_problems(problems: Sequence[Problem]) -> None:
    """Every error, and the first warnings."""
    errors = [problem for problem in problems if problem.level == "error"]
    warnings = [problem for problem in problems if problem.level == "warning"]
    for problem in (*warnings[:_MOST_WARNINGS], *errors):
        click.echo(str(problem), err=True)
    if len(warnings) > _MOST_WARNINGS:
        more = len(warnings) - _MOST_WARNINGS
        click.echo(f"… and {more:,} more warnings; `--json` lists them all", err=True)


def peak_memory() -> int:
    """The most memory this process held at once, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
