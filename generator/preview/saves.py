"""The files that are previewed: which of them were saved, told once they have come to rest."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from generator.config import Settings
from generator.errors import ConfigError

QUIET = 0.01
"""Seconds without another event, where none says that a file is whole: a save is several."""
HALF = 0.1 if sys.platform == "linux" else QUIET
"""Seconds to wait for the end of a save that has begun, where the system tells of that end."""

_LONGEST = 0.25
_READ_ONLY = {"opened", "closed_no_write"}
_WAITS = {"closed": 0.0, "moved": 0.0, "created": HALF, "modified": HALF}
Saved = Callable[[frozenset[Path], float], None]
"""Is told which files, and when the first of them was saved (`time.perf_counter`)."""


class Saves(FileSystemEventHandler):
    """Watches folders from a thread of its own, and tells in the loop's."""

    def __init__(self, loop: asyncio.AbstractEventLoop, saved: Saved) -> None:
        self._loop = loop
        self._saved = saved
        self._observer = Observer()
        self._watched: frozenset[tuple[Path, bool]] = frozenset()
        self._paths: set[Path] = set()
        self._first = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, settings: Settings, *themes: Path) -> None:
        """Watch all that these settings lead to, and some themes besides.

        A folder that is new may have been filled before it was watched: it is told of again.

        Raises:
            ConfigError: The system can't watch so many.
        """
        wanted = frozenset(_folders(settings, themes))
        if wanted == self._watched:
            return
        self._observer.unschedule_all()
        if self._watched:
            new = {folder for folder, _is_whole in wanted - self._watched}
            self._note(new, time.perf_counter(), QUIET)
        self._watched = wanted
        try:
            for folder, is_whole in wanted:
                self._observer.schedule(self, str(folder), recursive=is_whole)
        except OSError as error:
            raise ConfigError(
                f"the files can't be watched for changes: {error.strerror or error}",
                where=str(settings.root),
                fix="raise fs.inotify.max_user_watches and max_user_instances",
            ) from error

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Watch for as long as the context lasts."""
        self._observer.start()
        try:
            yield
        finally:
            self._observer.stop()
            self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called from another thread."""
        if event.event_type in _READ_ONLY or (
            event.is_directory and event.event_type == "modified"
        ):
            return
        paths = {Path(str(path)) for path in (event.src_path, event.dest_path) if path}
        if meant := {path for path in paths if _is_meant(path)}:
            wait = _WAITS.get(event.event_type, QUIET)
            self._loop.call_soon_threadsafe(self._note, meant, time.perf_counter(), wait)

    def _note(self, paths: set[Path], moment: float, wait: float) -> None:
        if not self._paths:
            self._first = moment
        self._paths |= paths
        if self._timer and moment - self._first < _LONGEST:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self._loop.call_later(wait, self._tell)

    def _tell(self) -> None:
        paths, self._paths, self._timer = frozenset(self._paths), set(), None
        self._saved(paths, self._first)


def _is_meant(path: Path) -> bool:
    """Whether it is no editor's own."""
    return not path.name.startswith(".") and not path.name.endswith(("~", ".swp", ".tmp"))


def _folders(settings: Settings, themes: tuple[Path, ...]) -> Iterator[tuple[Path, bool]]:
    """Each with whether all that is below it counts."""
    whole = [it.resolve() for it in (*settings.themes, settings.content, *themes) if it.is_dir()]
    for folder in whole:
        if not any(folder != other and folder.is_relative_to(other) for other in whole):
            yield folder, True
    # Where those folders, and the settings, would appear.
    yield settings.root, False
