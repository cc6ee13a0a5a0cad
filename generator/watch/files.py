"""The files that pages are made with besides rows: whether one of them has changed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from generator.config import Settings
from generator.errors import ConfigError

_READ_ONLY = {"opened", "closed_no_write"}


class Files(FileSystemEventHandler):
    """Themes and hand-written pages, watched."""

    def __init__(self, settings: Settings, changed: Callable[[], None]) -> None:
        self._settings = settings
        self._changed = changed
        self._have_changed = threading.Event()
        self._observer = Observer()
        self._watched: dict[Path, tuple[int, int]] = {}

    def take(self) -> bool:
        """Whether any has changed since this was last asked."""
        if _folders(self._settings) != self._watched:  # one was put in another's place
            self._watch()
            self._have_changed.set()
        changed = self._have_changed.is_set()
        self._have_changed.clear()
        return changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called from another thread."""
        if event.event_type not in _READ_ONLY:
            self._have_changed.set()
            self._changed()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Watch for as long as the context lasts."""
        self._observer.start()
        try:
            self._watch()
            yield
        finally:
            self._observer.stop()
            self._observer.join()

    def _watch(self) -> None:
        self._observer.unschedule_all()
        self._watched = _folders(self._settings)
        try:
            for folder in self._watched:
                self._observer.schedule(self, str(folder.resolve()), recursive=True)
        except OSError as error:
            raise ConfigError(
                f"the themes can't be watched for changes: {error.strerror or error}",
                where=str(self._settings.themes[0]),
                fix="raise fs.inotify.max_user_watches and max_user_instances",
            ) from error


@contextmanager
def open_files(settings: Settings, changed: Callable[[], None]) -> Iterator[Files]:
    """Watch the files of these settings; `changed` is called from another thread.

    Raises:
        ConfigError: The system can't watch so many.
    """
    files = Files(settings, changed)
    with files.at_work():
        yield files


def _folders(settings: Settings) -> dict[Path, tuple[int, int]]:
    """The folders that are there, and which ones they are."""
    found = {}
    for folder in (*settings.themes, settings.content):
        with suppress(OSError):
            status = folder.stat()
            found[folder] = (status.st_dev, status.st_ino)
    return found
