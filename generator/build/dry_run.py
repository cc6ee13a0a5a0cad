"""A build's plan: what it would do, by the build's own code, on a copy of the manifest.

The output is read while its lock is shared, and what would be written or removed is recorded; the
database is read, and not told that it was.
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from generator.build.conductor import WAITING, Build, load
from generator.build.request import Listener, Request
from generator.build.survey import Survey
from generator.build.workspace import Workspace, manifest_path
from generator.config import Settings, require_url
from generator.errors import RemovalLimitError
from generator.publish.manifest import Manifest, copy_manifest, open_manifest
from generator.publish.recording import RecordingOutput
from generator.publish.target import read_target
from generator.source.snapshot import Position, Source, open_source


class Move(msgspec.Struct, frozen=True):
    """A person's page that would stand elsewhere."""

    from_: str = msgspec.field(name="from")
    """The path it has now, relative to the output."""
    to: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a build would do; `build --dry-run --json` prints it. Paths are relative to `output`."""

    output: str
    people: int
    """Public people."""
    written: tuple[str, ...]
    """Files that would be new, or have other bytes than now."""
    removed: tuple[str, ...]
    """Files that would be gone."""
    moved: tuple[Move, ...]
    """Pages whose person has another address now: they are also among the above."""
    unchanged: int
    """Files that stand already as they should."""
    warnings: int
    """How many there would be."""
    known_warnings: int
    """How many of them a build has told of."""
    failed: tuple[str, ...]
    """user_id of everybody whose page could not be built."""
    held_back: RemovalLimitError | None
    """Why the build would do nothing of this; None where it would."""
    seconds: float


def plan(settings: Settings, url: str, request: Request, listener: Listener) -> Plan:
    """Find out what a build would do to `settings.output`; nothing is changed anywhere.

    It runs in this process alone.

    Raises:
        QwikfolioError: The build itself would fail with it.
    """
    started = time.monotonic()
    require_url(settings)
    request = msgspec.structs.replace(request, jobs=1, cluster=None)
    with (
        TemporaryDirectory(prefix="qwikfolio-dry-run-") as folder,
        read_target(settings.output, lambda: listener.note(WAITING)) as output,
    ):
        copy = Path(folder, "manifest.sqlite")
        copy_manifest(manifest_path(settings), copy)
        with open_manifest(copy) as manifest, open_source(url) as source:
            recording = RecordingOutput(output)
            workspace = Workspace(settings, manifest, recording)
            manifest.execute("note_pages")
            manifest.commit()
            work = _DryRun(request, listener, workspace)
            work.run(source, load(settings, listener))
            report = work.report(time.monotonic() - started)
            written = recording.files.written
            return Plan(
                output=report.output,
                people=report.people,
                written=written,
                removed=recording.files.removed,
                moved=_moves(manifest) if workspace.known else (),
                unchanged=manifest.count("count_files") - len(written),
                warnings=report.warnings,
                known_warnings=report.known_warnings,
                failed=report.failed,
                held_back=work.held_back,
                seconds=report.seconds,
            )


def _moves(manifest: Manifest) -> tuple[Move, ...]:
    return tuple(Move(*row) for row in manifest.connection.execute(manifest.sql["moves"]))


class _DryRun(Build):
    """A build that tells the database nothing, and goes on where it would be held back."""

    held_back: RemovalLimitError | None = None

    def hold_back(self, error: RemovalLimitError) -> None:
        """Keep why."""
        self.held_back = error

    def begin_to_follow(self, source: Source, found: Survey) -> None:
        """The log is kept for builds."""

    def follow(self, source: Source, position: Position) -> bool:  # noqa: ARG002 - as a build's
        """Nothing was read for good."""
        return True
