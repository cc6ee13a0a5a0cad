"""What is done when something changed: the stage takes it up, and browsers are told."""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from generator.errors import QwikfolioError
from generator.preview.change import PAGES, Change
from generator.preview.events import Events
from generator.preview.saves import Saves
from generator.preview.server import Server
from generator.preview.stage import Stage

_GATHER = 0.3
"""Seconds in which changed rows are gathered: everybody's address is settled anew for them."""


class Listener(Protocol):
    """Hears how the server goes on."""

    def ready(self, site: str, gallery: str) -> None:
        """It answers at these addresses."""

    def reloaded(self, sources: tuple[str, ...], what: str, seconds: float) -> None:
        """What changed is on its way to the browser, so long after it was saved."""

    def failed(self, error: QwikfolioError) -> None:
        """The site can't be loaded; the browser is told so."""


class Reloading:
    """Brings stage and browsers up to date; all in one thread's loop."""

    def __init__(self, stage: Stage, events: Events, server: Server, listener: Listener) -> None:
        self._loop = asyncio.get_running_loop()
        self._stage = stage
        self._events = events
        self._server = server
        self._listener = listener
        self._gathering: asyncio.TimerHandle | None = None
        self.saves = Saves(self._loop, self._saved)

    def watch(self) -> None:
        """Watch whatever the stage is made from.

        Raises:
            ConfigError: The system can't watch so many files.
        """
        theme = self._stage.request.theme
        self.saves.watch(self._stage.settings, *([theme] if theme else []))

    def rows_changed(self) -> None:
        """Rows were committed; called from any thread."""
        self._loop.call_soon_threadsafe(self._gather)

    def _saved(self, paths: frozenset[Path], moment: float) -> None:
        change = self._stage.reload(paths)
        self.watch()
        if change is not None:
            root = self._stage.settings.root
            self._tell(change, (_short(path, root) for path in paths), moment)

    def _gather(self) -> None:
        if self._gathering is None:
            self._gathering = self._loop.call_later(_GATHER, self._take_rows, time.perf_counter())

    def _take_rows(self, moment: float) -> None:
        self._gathering = None
        self._stage.people_changed()
        self._tell(PAGES, ["the database"], moment)

    def _tell(self, change: Change, sources: Iterable[str], moment: float) -> None:
        if change.styles is None:
            self._events.send("page", {})
        else:
            self._events.send("style", change.styles)
        self._loop.call_soon(self._server.warm)  # after the event is on its way
        if error := self._stage.error():
            self._listener.failed(error)
        else:
            what = "pages" if change.styles is None else "style sheet"
            seconds = time.perf_counter() - moment
            self._listener.reloaded(tuple(sorted(sources)), what, seconds)


def _short(path: Path, root: Path) -> str:
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
