"""The problems of a build, gathered for a person to read: the worst first, and not too many.

What is kept does not grow with the number of people (DESIGN, rule 9): a few people, a few causes
that many people share, and a count of each kind.
"""

from collections.abc import Iterable, Iterator
from heapq import heappush, heappushpop
from typing import Literal

import msgspec

from generator.model.affected import Affected
from generator.model.problem import Problem
from generator.model.problem_kind import KINDS, SHARED, Kind

MOST_PEOPLE = 10
MOST_OF_A_PERSON = 5
MOST_CAUSES = 10
MOST_ADDRESSES = 5

Level = Literal["error", "warning"]


class Group(msgspec.Struct, frozen=True):
    """Problems of one kind in one column of a person's rows."""

    first: Problem
    more: int
    """How many others there are."""


class PersonGroups(msgspec.Struct, frozen=True):
    """What is said of one person."""

    name: str | None
    address: str | None
    owner: str
    groups: tuple[Group, ...]
    """The worst first."""
    more: int
    """How many problems are in none of these groups."""


class Cause(msgspec.Struct):
    """One mistake, in a theme, that many people's problems come from."""

    first: Problem
    people: int = 0
    named: list[str] = []
    """How the first of them are called."""


class Gathering:
    """The problems to be said, as they are heard; `add` each person once."""

    def __init__(self, *, errors_again: bool = True, warnings_again: bool = False) -> None:
        """Choose which of the problems that an earlier build has told of are said again."""
        self._again = {"error": errors_again, "warning": warnings_again}
        self.counts: dict[tuple[Level, Kind], int] = {}
        self.causes: dict[tuple[Kind, str], Cause] = {}
        self.people_beyond = 0
        """How many people are not among those kept."""
        self.causes_beyond = 0
        """How many problems are of none of the causes kept."""
        self._worst: list[tuple[int, int, int, PersonGroups]] = []
        self._heard = 0

    def add(self, person: Affected) -> None:
        """Take in a person's problems."""
        said = [
            notice.problem
            for notice in person.notices
            if notice.is_new or self._again[notice.problem.level]
        ]
        for problem in said:
            key = (problem.level, problem.kind)
            self.counts[key] = self.counts.get(key, 0) + problem.count
        for problem in _first_of_each_cause(said):
            self._share(problem, person)
        own = [problem for problem in said if problem.kind not in SHARED]
        if own:
            self._keep(own, person)

    def people(self) -> list[PersonGroups]:
        """The people that are kept, the worst first."""
        return [kept for *_rank, kept in sorted(self._worst, key=lambda it: it[:3], reverse=True)]

    def is_empty(self) -> bool:
        """Whether nothing is to be said."""
        return not self.counts

    def total(self, level: Level) -> int:
        """How many problems of a level there are."""
        return sum(count for (its, _kind), count in self.counts.items() if its == level)

    def kinds(self, level: Level) -> list[tuple[Kind, int]]:
        """How many of each kind, the most frequent first."""
        found = [(kind, self.counts[level, kind]) for kind in KINDS if (level, kind) in self.counts]
        return sorted(found, key=lambda it: -it[1])

    def _share(self, problem: Problem, person: Affected) -> None:
        key = _cause(problem)
        if key not in self.causes and len(self.causes) == MOST_CAUSES:
            self.causes_beyond += 1
            return
        cause = self.causes.setdefault(key, Cause(problem))
        cause.people += 1
        if len(cause.named) < MOST_ADDRESSES:
            cause.named.append(person.address or person.name or f"user {person.owner}")

    def _keep(self, problems: list[Problem], person: Affected) -> None:
        errors = sum(it.count for it in problems if it.level == "error")
        warnings = sum(it.count for it in problems) - errors
        self._heard += 1
        rank = (errors, warnings, -self._heard)
        if len(self._worst) < MOST_PEOPLE:
            heappush(self._worst, (*rank, _person(problems, person)))
            return
        self.people_beyond += 1
        if rank > self._worst[0][:3]:
            heappushpop(self._worst, (*rank, _person(problems, person)))


def _person(problems: Iterable[Problem], person: Affected) -> PersonGroups:
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.level, problem.kind, problem.place), []).append(problem)
    found = [Group(some[0], sum(it.count for it in some) - 1) for some in groups.values()]
    order = list(KINDS)
    found.sort(key=lambda it: (it.first.level != "error", order.index(it.first.kind)))
    return PersonGroups(
        name=person.name,
        address=person.address,
        owner=person.owner,
        groups=tuple(found[:MOST_OF_A_PERSON]),
        more=sum(1 + it.more for it in found[MOST_OF_A_PERSON:]),
    )


def _first_of_each_cause(problems: Iterable[Problem]) -> Iterator[Problem]:
    shared: dict[tuple[Kind, str], Problem] = {}
    for problem in problems:
        if problem.kind in SHARED:
            shared.setdefault(_cause(problem), problem)
    yield from shared.values()


def _cause(problem: Problem) -> tuple[Kind, str]:
    """What problems of the same cause share: the line of a template, or the words."""
    return problem.kind, problem.template or problem.reason
