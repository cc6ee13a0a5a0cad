"""Listeners of a build's problems: for a person to read, and for `--json`."""

import sys
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

import click
import msgspec

from generator.cli.lines import columns
from generator.cli.problem_text import problem_text
from generator.cli.problems import Gathering
from generator.model.affected import Affected, Notice

_IN_MEMORY = 4_000_000
_AT_ONCE = 100_000


class ProblemListener:
    """Gathers problems, and prints them when all have been heard."""

    all_warnings_option = "--all-warnings"
    """What prints the warnings that are not repeated."""

    def __init__(self, *, all_warnings: bool = False) -> None:
        """`all_warnings` prints those, too, that an earlier build has told of."""
        self.errors_again = True
        """Whether errors are printed that an earlier build has told of."""
        self._all_warnings = all_warnings
        self._gathering: Gathering | None = None

    def affected(self, person: Affected) -> None:
        """Take in a person's problems."""
        if self._gathering is None:
            self._gathering = Gathering(
                errors_again=self.errors_again, warnings_again=self._all_warnings
            )
        self._gathering.add(person)

    def told(self, known: int) -> None:
        """Print them."""
        known = 0 if self._all_warnings else known
        gathering = self._gathering or Gathering()
        width = columns(sys.stderr)
        for line in problem_text(gathering, known, width, self.all_warnings_option):
            self.tell(line)
        self._gathering = None

    def tell(self, text: str) -> None:
        """Say something to standard error."""
        click.echo(text, err=True)


class FactSpool:
    """Problems as JSON, in a temporary file when they are many."""

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[bytes] | None = None
        self._encoder = msgspec.json.Encoder()

    def add(self, person: Affected, *, only_new: bool = False) -> None:
        """Take in a person's problems."""
        for notice in person.notices:
            if notice.is_new or not only_new:
                self._write(self._encoder.encode(_facts(person, notice)))

    def take(self) -> Iterator[bytes]:
        """The elements of a JSON array, in pieces; the spool is empty afterwards."""
        if self._file is None:
            return
        with self._file as file:
            self._file = None
            file.seek(0)
            while piece := file.read(_AT_ONCE):
                yield piece

    def _write(self, element: bytes) -> None:
        if self._file is None:
            self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - `take` closes it
        else:
            self._file.write(b",")
        self._file.write(element)


def _facts(person: Affected, notice: Notice) -> dict[str, object]:
    """A problem as `--json` has it; docs/warnings.md lists the fields."""
    problem = notice.problem
    return {
        "kind": problem.kind,
        "level": problem.level,
        "table": problem.table or None,
        "column": problem.column or None,
        "id": problem.row or None,
        "template": problem.template or None,
        "person": {"owner": person.owner, "name": person.name, "address": person.address},
        "reason": problem.reason,
        "fix": problem.fix,
        "count": problem.count,
        "new": notice.is_new,
    }
