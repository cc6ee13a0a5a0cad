"""The publisher as a library: what `import generator` offers, besides the errors.

`build` and `watch` work on the database that the settings name, or on the site's embedded one, as
the commands of these names do.
"""

from collections.abc import Callable
from typing import NoReturn

from generator.build import conductor
from generator.build.request import Listener, Report, Request
from generator.config import Settings, load
from generator.database.provide import ready_database
from generator.errors import QwikfolioError
from generator.model.affected import Affected
from generator.watch import watch as watching
from generator.watch.watch import News, Watcher

__all__ = [
    "Affected",
    "News",
    "Report",
    "Request",
    "Settings",
    "SilentListener",
    "SilentWatcher",
    "build",
    "load",
    "watch",
]


def build(
    settings: Settings, request: Request | None = None, listener: Listener | None = None
) -> Report:
    """Bring the output up to date with the database.

    Args:
        settings: The site's; `load` reads them.
        request: What is asked of the build; None: everybody's pages that are due.
        listener: Hears how it goes on, and of each problem with a row.

    Raises:
        QwikfolioError: Nothing more could be done; what was written until then is whole.
    """
    with ready_database(settings) as url:
        return conductor.build(settings, url, request or Request(), listener or SilentListener())


def watch(
    settings: Settings,
    request: Request | None = None,
    watcher: Watcher | None = None,
    check: Callable[[], None] | None = None,
) -> NoReturn:
    """Keep the output up to date with the database and the themes, until an exception ends it.

    Args:
        settings: The site's; `load` reads them.
        request: What is asked of each build; None: everybody's pages that are due.
        watcher: Hears of each build, and of each problem with a row.
        check: Called before each wait, for whoever wants to end the watch: what it raises does.

    Raises:
        QwikfolioError: The first build could not be done.
        BaseException: What `check` raised.
    """
    with ready_database(settings) as url:
        watching(settings, url, request or Request(), watcher or SilentWatcher(), check or _go_on)
    raise RuntimeError("a watch ends with an exception")


def _go_on() -> None:
    """Raise nothing."""


class SilentListener:
    """Hears how a build goes on, and does nothing: define what is to be done."""

    def note(self, text: str) -> None:
        """Something the operator may wonder about, such as waiting for another build."""

    def begin(self, people: int) -> None:
        """Reading begins; so many people are public."""

    def advance(self) -> None:
        """One more person is done."""

    def affected(self, person: Affected) -> None:
        """A person with values that can't be shown as they stand, or without a page for it."""

    def told(self, known: int) -> None:
        """That was everybody; so many warnings are known from earlier builds."""


class SilentWatcher(SilentListener):
    """Hears how a watch goes on, and does nothing: define what is to be done."""

    def ready(self, report: Report) -> None:
        """The site is up to date, and will be kept so."""

    def published(self, news: News) -> None:
        """Something that changed is on the site."""

    def failed(self, error: QwikfolioError, again_in: float | None) -> None:
        """It could not be built; it is tried again after so many seconds, or when it is mended."""
