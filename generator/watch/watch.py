"""The watch: one build at a time, each as soon as there is something to build."""

import random
import time
from collections.abc import Callable
from typing import Protocol

import msgspec

from generator.build.conductor import Build, load
from generator.build.materials import load_materials
from generator.build.request import Listener, Published, Report, Request
from generator.build.workspace import Workshop, open_workshop
from generator.config import Settings
from generator.errors import (
    ContentError,
    DatabaseError,
    PublishError,
    QwikfolioError,
    ThemeError,
    UnavailableError,
)
from generator.publish.target import require_library
from generator.source.feed import Feed, open_feed
from generator.source.snapshot import Source, open_source
from generator.watch.alarm import Alarm, open_alarm
from generator.watch.files import Files, open_files

_POLL = 5.0  # seconds: a transaction that began before we listened commits without a word
_QUIET = 0.05  # seconds without another file being saved
_LONGEST_PAUSE = 30.0


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What one build of a watch has put on the site."""

    changes: tuple[Published, ...]
    """The people whose rows changed, where they are few."""
    written: int
    """Files, of any kind."""
    removed: tuple[str, ...]
    """The receipt: every path that was taken away."""
    links: tuple[str, ...]
    """Symbolic links that stood in the output, and were removed."""
    seconds: float
    """That the build took."""


class Watcher(Listener, Protocol):
    """Hears how a watch goes on."""

    def ready(self, report: Report) -> None:
        """The site is up to date, and will be kept so."""

    def published(self, news: News) -> None:
        """Something that changed is on the site."""

    def failed(self, error: QwikfolioError, again_in: float | None) -> None:
        """It could not be built; it is tried again after so many seconds, or when it is mended."""


def watch(
    settings: Settings, url: str, request: Request, watcher: Watcher, check: Callable[[], None]
) -> None:
    """Keep the output up to date with the database at `url` and with the themes, for ever.

    Ends by an exception only: the first build's own, so that whoever starts it sees at once what is
    wrong, or one that was raised to stop it, by `check` at the latest, which is called before each
    sleep. At any instant, what is written is whole.
    """
    require_library(settings.output)
    with open_alarm(check) as alarm, open_files(settings, alarm.ring) as files:
        work = _Watch(settings, request, watcher, alarm, files)
        pause = 0.0
        while True:
            try:
                # Listening comes first: what is committed from here on wakes us.
                with (
                    open_feed(url) as feed,
                    open_source(url) as source,
                    open_workshop(settings, work.wait) as workshop,
                ):
                    while True:
                        work.build(source, workshop)
                        pause = 0.0
                        work.sleep(feed)
            except (DatabaseError, PublishError) as error:
                if not work.is_ready:
                    raise
                pause = min(_LONGEST_PAUSE, 2 * pause + random.uniform(0.1, 0.4))  # noqa: S311
                if isinstance(error, DatabaseError) and not isinstance(error, UnavailableError):
                    pause = _LONGEST_PAUSE  # it answers: somebody has to do something first
                watcher.failed(error, pause)
                alarm.sleep(pause)


class _Watch:
    """A watch at work, through all its connections."""

    def __init__(
        self, settings: Settings, request: Request, watcher: Watcher, alarm: Alarm, files: Files
    ) -> None:
        self._settings = settings
        self._request = request
        self._watcher = watcher
        self._alarm = alarm
        self._files = files
        self._materials = self._good = load(settings, watcher)
        self.is_ready = False

    def build(self, source: Source, workshop: Workshop) -> None:
        """Build what changed."""
        if self._files.take():
            self._alarm.quiet(_QUIET, most=1.0)
            self._reload()
        started = time.monotonic()
        with workshop.workspace() as workspace:
            build = Build(self._request, self._watcher, workspace)
            try:
                build.run(source, self._materials)
            except (ThemeError, ContentError) as error:  # one that only shows in a build
                if not self.is_ready:
                    raise
                self._fall_back(error)
                return
            self._good = self._materials
            seconds = time.monotonic() - started
            if not self.is_ready:
                self._watcher.ready(build.report(seconds))
                self.is_ready = True
                # Once: the database behind the URL may be exchanged for another later on.
                self._request = msgspec.structs.replace(self._request, adopt_output=False)
            else:
                self._tell(build, seconds)

    def _fall_back(self, error: QwikfolioError) -> None:
        """Go on with what pages were last made with, at once if that is something else."""
        again_in = None if self._materials is not self._good else _POLL
        self._watcher.failed(error, again_in)
        if again_in is None:
            self._materials = self._good
            self._alarm.ring()

    def _reload(self) -> None:
        """Take up the themes as they are now; while one has a mistake, the last good ones hold."""
        try:
            materials = load_materials(self._settings)
            materials.renderer.check()
        except QwikfolioError as error:
            self._watcher.failed(error, None)
        else:
            self._materials = materials

    def wait(self) -> None:
        """Another build is at work in the output."""
        self._watcher.note("another build is at work here: waiting for it")

    def _tell(self, build: Build, seconds: float) -> None:
        removed = build.manifest.take_receipts()
        news = build.tell_news()
        if build.written or removed or build.links or news:
            self._watcher.published(
                News(
                    changes=build.published,
                    written=build.written,
                    removed=removed,
                    links=build.links,
                    seconds=round(seconds, 3),
                )
            )

    def sleep(self, feed: Feed) -> None:
        """Sleep until there may be something to build."""
        self._alarm.sleep(_POLL, feed)
        feed.drain()
