"""A page that could not be made: the error, and whose page it is."""

import msgspec

from generator.errors import QwikfolioError
from generator.model.portfolio import Portfolio
from generator.model.problem import Problem


class Subject(msgspec.Struct, frozen=True):
    """Whom a page is about."""

    name: str
    """The person's name, or what stands for it."""
    origin: str
    """Where their rows can be mended: a file, or a row's key."""
    portfolio: Portfolio | None = None


class FailedPageError(Exception):
    """A person's page failed.

    Args:
        error: Why.
        subject: Whose it is.
    """

    def __init__(self, error: QwikfolioError, subject: Subject) -> None:
        super().__init__(str(error))
        self.error = error
        self.subject = subject


def unreadable(problem: Problem) -> QwikfolioError:
    """The error of a person whose rows no page can be made of."""
    return QwikfolioError(
        f"the person can't be shown: {problem.reason}",
        where=f"{problem.place} of {problem.row}" if problem.row else problem.place,
        fix=problem.fix,
    )
