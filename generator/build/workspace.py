"""What a build works on: one output, its manifest, and what writes to both."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path

from generator.config import Settings, require_url
from generator.publish.directory import Directory
from generator.publish.manifest import Manifest, open_manifest
from generator.publish.publisher import Publisher
from generator.publish.target import Output, open_target
from generator.render.site import make_site


class Workspace:
    """An output that is locked for one build, and all that is known of it."""

    def __init__(self, settings: Settings, manifest: Manifest, output: Output) -> None:
        self.manifest = manifest
        self.target = settings.output
        self.is_embedded = settings.database_url is None
        """Whether the site is built from its embedded database."""
        self.limits = settings.limits
        self.home = make_site(settings.site).home
        """The address of the home page from the root of the host."""
        self.output = output
        self.known = output.identity() == manifest.identity()
        """Whether the manifest is of this output, as it stands."""
        self.writer = output.files
        self.publisher = Publisher(manifest, self.writer, self._changing)
        self.directory = Directory(manifest.connection, settings.site.people_per_page)

    def disown(self) -> None:
        """Mark an output that the manifest doesn't know as nobody's; durable on return.

        Or it could be taken for that of a state of the manifest to come.
        """
        if not self.known:
            self.output.mark("")

    def mark(self) -> None:
        """Everything in the output is as the manifest says."""
        if self.output.identity() != self.manifest.identity():
            self.output.mark(self.manifest.identity())

    def _changing(self) -> None:
        """The output is no longer what older copies of it are."""
        self.manifest.advance()
        if self.known:
            self.output.mark(self.manifest.identity())


class Workshop:
    """An output's place of work: its manifest stays open, each build locks the output anew."""

    def __init__(
        self, settings: Settings, manifests: ExitStack, waiting: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._manifests = manifests
        self._waiting = waiting
        self._manifest: Manifest | None = None

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """Lock the output for one build.

        Raises:
            PublishError: The output, or its manifest, can't be used.
        """
        with open_target(self._settings.output, self._waiting) as output:
            if self._manifest is None:  # opened under the lock: two builds may be the first
                manifest = open_manifest(manifest_path(self._settings))
                self._manifest = self._manifests.enter_context(manifest)
            yield Workspace(self._settings, self._manifest, output)


@contextmanager
def open_workshop(settings: Settings, waiting: Callable[[], None]) -> Iterator[Workshop]:
    """The place of work for the output of these settings.

    Args:
        settings: Where output and manifest are.
        waiting: Called once if another build is at work there, before waiting for its end.

    Raises:
        ConfigError: The settings don't say where the site will be served.
    """
    require_url(settings)
    with ExitStack() as manifests:
        yield Workshop(settings, manifests, waiting)


def manifest_path(settings: Settings) -> Path:
    """The file that the manifest of an output is kept in."""
    name = blake2b(bytes(settings.output), digest_size=8).hexdigest()
    return settings.state / f"manifest-{name}.sqlite"
