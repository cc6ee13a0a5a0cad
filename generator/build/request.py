"""What is asked of a build, and what it answers."""

from typing import Literal, Protocol

import msgspec

from generator.build.metrics import Metrics
from generator.errors import StrictError
from generator.model.affected import Affected
from generator.model.problem import Problem


class Listener(Protocol):
    """Hears how a build goes on; what it does with it is its own business."""

    def note(self, text: str) -> None:
        """Something the operator may wonder about, such as waiting for another build."""

    def begin(self, people: int) -> None:
        """Reading begins; so many people are public."""

    def advance(self) -> None:
        """One more person is done."""

    def affected(self, person: Affected) -> None:
        """A person with problems, some of which may have been told by an earlier build."""

    def told(self, known: int) -> None:
        """That was everybody; so many warnings are known from earlier builds."""


class Cluster(msgspec.Struct, frozen=True):
    """A Dask cluster."""

    scheduler: str | None = None
    """Its address, like `tcp://10.0.0.5:8786`; None: one on this machine, for one build."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of one build."""

    only: tuple[str, ...] = ()
    """Addresses (slugs or usernames) to build; empty: everybody."""
    full: bool = False
    """Render everything anew, and compare every file on disk with what it should be."""
    strict: bool = False
    """Stop at the first problem."""
    all_warnings: bool = False
    """Tell of every problem, also of those that an earlier build has told of."""
    adopt_output: bool = False
    """Let the output belong to this database from now on, where it was built from another."""
    jobs: int = 1
    """Into how many processes the work is split, at most."""
    allow_removals: int | Literal["all"] | None = None
    """How many people this build may take away; None: as many as `limits.removals` says."""
    cluster: Cluster | None = None
    """Where people's pages are built; None: in processes forked from this one."""

    def stop_if_strict(self, problems: list[Problem]) -> None:
        """Raise the first of the problems, if any, where the request is strict."""
        if self.strict and problems:
            problem = problems[0]
            raise StrictError(
                problem.reason,
                where=f"{problem.place} of {problem.row}" if problem.row else problem.place,
                fix=f"{problem.fix}; or leave --strict",
            )


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A change that the site shows."""

    owner: str
    address: str | None
    """The segment of the person's page; None where they have none now."""
    tables: tuple[str, ...]
    """In which their rows changed."""
    seconds: float
    """From the commit (or the statement, where the server keeps no time of commits) to the file."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did; `--json` prints it."""

    output: str
    people: int
    """Public people."""
    written: int
    """Files that were written, of any kind."""
    unchanged: int
    """Files that stood already as they should."""
    removed: tuple[str, ...]
    """The receipt: every path that was taken away, relative to `output`."""
    links: tuple[str, ...]
    """Symbolic links that stood in the output, and were removed."""
    warnings: int
    """How many there are now."""
    known_warnings: int
    """How many of them an earlier build has told of."""
    failed: tuple[str, ...]
    """user_id of everybody whose page could not be built."""
    seconds: float
    metrics: Metrics
