"""What a build works on: one output, its manifest, and what writes to both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b

from generator.config import Settings
from generator.publish.directory import Directory
from generator.publish.manifest import Manifest, open_manifest
from generator.publish.output import Output, open_output
from generator.publish.publisher import Publisher
from generator.publish.writer import Writer


class Workspace:
    """An output that is locked for one build, and all that is known of it."""

    def __init__(self, settings: Settings, manifest: Manifest, output: Output) -> None:
        self.manifest = manifest
        self.output = output
        self.known = output.identity() == manifest.identity()
        """Whether the manifest is of this output, as it stands."""
        self.writer = Writer(settings.output)
        self.publisher = Publisher(manifest, self.writer, self._changing)
        self.directory = Directory(manifest.connection, settings.site.people_per_page)

    def mark(self) -> None:
        """Everything in the output is as the manifest says."""
        if self.output.identity() != self.manifest.identity():
            self.output.mark(self.manifest.identity())

    def _changing(self) -> None:
        """The output is no longer what older copies of it are."""
        self.manifest.advance()
        if self.known:
            self.output.mark(self.manifest.identity())


@contextmanager
def open_workspace(settings: Settings, waiting: Callable[[], None]) -> Iterator[Workspace]:
    """Lock the output of these settings, and open its manifest.

    Args:
        settings: Where both are.
        waiting: Called once if another build is at work there, before waiting for its end.

    Raises:
        PublishError: One of them can't be used.
    """
    name = blake2b(bytes(settings.output), digest_size=8).hexdigest()
    with (
        open_output(settings.output, waiting) as output,
        open_manifest(settings.state / f"manifest-{name}.sqlite") as manifest,
    ):
        yield Workspace(settings, manifest, output)
