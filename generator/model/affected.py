"""A person whose rows have problems, as a build tells of them."""

import msgspec

from generator.model.problem import Problem


class Notice(msgspec.Struct, frozen=True):
    """A problem that is told."""

    problem: Problem
    is_new: bool
    """Whether no earlier build has told of it."""


class Affected(msgspec.Struct, frozen=True):
    """A person, and all their problems."""

    owner: str
    """`portfolios.user_id`."""
    name: str | None
    """As the site lists it; None where no page of theirs stands."""
    address: str | None
    """Of their page, from the root of the site: `/ada/`; None where they have none."""
    notices: tuple[Notice, ...]
    """Errors first; never empty."""
