"""A problem with what somebody's rows hold; data, not an exception."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Literal

import msgspec

from generator.model.problem_kind import KINDS, Kind

_LONGEST_QUOTE = 60
# `user:password@` where a URL has it, with or without a scheme before it; an address after
# `mailto:` is no secret.
_USER_INFO = re.compile(
    r"([/\\]{2}|:[/\\]|\A\s*(?!mailto:)(?=[^\s:/@]*:(?!/)))[^/?#\s]*@", re.IGNORECASE
)

DIGEST_SIZE = 8
"""Bytes of a problem's digest."""


def quote(value: object) -> str:
    """A stored value as a message may show it: short, printable, and without a password.

    Control characters are escaped, so that none reaches a terminal; the user info of a URL is
    masked (`https://***@host`).
    """
    try:
        text = repr(_masked(value)) if isinstance(value, str) else _masked(repr(value))
    except (RecursionError, ValueError):  # nested too deep, or a number of too many digits
        text = f"({type(value).__name__})"
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _masked(text: str) -> str:
    return _USER_INFO.sub(r"\1***@", text) if "@" in text else text


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One value, or one person, that can't be shown as it stands.

    `level` is "warning" where the page is built without the value, "error" where the whole page
    can't be built (its last good version then stays; DESIGN, rule 7).
    """

    kind: Kind
    level: Literal["warning", "error"]
    owner: str
    """`portfolios.user_id`."""
    table: str = ""
    """Empty where no row is at fault, but a template."""
    column: str = ""
    """The column; `settings.seoTitle` for a key inside a JSONB column."""
    row: str = ""
    """The row's own `id`; empty where it is about several rows, or about none."""
    template: str = ""
    """The template that failed, as `file:line`."""
    reason: str
    count: int = 1
    """How many problems these are: the first ones of a column are kept, the others counted."""

    @property
    def place(self) -> str:
        """Where it is: `experience.start_date`, or a template's `file:line`."""
        return f"{self.table}.{self.column}" if self.table else self.template

    @property
    def fix(self) -> str:
        """What to do about it."""
        return KINDS[self.kind].fix

    def __str__(self) -> str:
        of = f" of {self.row}" if self.row else ""
        return f"{self.level}: {self.place}{of}: {self.reason}; {self.fix}"


def digest(problem: Problem) -> bytes:
    """What tells a problem from others of the same person; the problem can't be read from it."""
    parts = (
        problem.kind, problem.level, problem.table, problem.column, problem.row,
        problem.template, problem.reason, str(problem.count),
    )  # fmt: skip
    return blake2b("\0".join(parts).encode(), digest_size=DIGEST_SIZE).digest()


def without_repetitions(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """One person's problems, errors first: equal ones as one, with their count.

    Of the problems of one value, none whose reason another contains.
    """
    counts: dict[Problem, int] = {}
    for problem in problems:
        counts[problem] = counts.get(problem, 0) + problem.count
    merged = [msgspec.structs.replace(it, count=count) for it, count in counts.items()]
    ordered = sorted(merged, key=lambda problem: problem.level != "error")
    at: dict[tuple[str, str], list[Problem]] = {}
    for problem in ordered:
        at.setdefault((problem.place, problem.row), []).append(problem)
    return tuple(it for it in ordered if not _is_said(it, at[it.place, it.row]))


def _is_said(problem: Problem, others: list[Problem]) -> bool:
    """Whether one of the problems of the same value says it, too."""
    before = others.index(problem)
    return any(
        problem.reason in other.reason
        and (problem.level == "warning" or other.level == "error")
        and (place < before or problem.reason != other.reason)
        for place, other in enumerate(others)
        if place != before
    )
