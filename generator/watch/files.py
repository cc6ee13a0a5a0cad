"""The files that pages are made with besides rows: whether one of them has changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from generator.config import Settings
from generator.errors import ConfigError

_READ_ONLY = {"opened", "closed_no_write"}


class Files:
    """Themes and hand-written pages, watched."""

    def __init__(self) -> None:
        self.have_changed = False

    def take(self) -> bool:
        """Whether any has changed since this was last asked."""
        changed, self.have_changed = self.have_changed, False
        return changed


class _Handler(FileSystemEventHandler):
    def __init__(self, files: Files, changed: Callable[[], None]) -> None:
        self._files = files
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _READ_ONLY:
            self._files.have_changed = True
            self._changed()


@contextmanager
def open_files(settings: Settings, changed: Callable[[], None]) -> Iterator[Files]:
    """Watch the files of these settings; `changed` is called from another thread.

    Raises:
        ConfigError: The system can't watch so many.
    """
    files = Files()
    observer = Observer()
    handler = _Handler(files, changed)
    try:
        for folder in _folders(settings):
            observer.schedule(handler, str(folder), recursive=True)
        observer.start()
    except OSError as error:
        raise ConfigError(
            f"the themes can't be watched for changes: {error.strerror or error}",
            where=str(settings.themes),
            fix="raise fs.inotify.max_user_watches and max_user_instances",
        ) from error
    try:
        yield files
    finally:
        observer.stop()
        observer.join()


def _folders(settings: Settings) -> list[Path]:
    return [folder for folder in (settings.themes, settings.content) if folder.is_dir()]
