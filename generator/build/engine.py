"""Where a build's shards are built: in this process, or in several forked from it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from generator.build.materials import Materials
from generator.build.people import PeopleBuilder
from generator.build.shard import Shard, ShardResult
from generator.build.workers import forked
from generator.publish.writer import Writer
from generator.source.snapshot import Snapshot, open_source

PEOPLE_A_SHARD = 100
Mapping = Callable[[Iterable[Shard]], Iterator[ShardResult]]
"""Builds shards, and gives what became of them, in their order."""


class Job(msgspec.Struct, frozen=True):
    """What all shards of a build share."""

    materials: Materials
    url: str
    """The database's."""
    output: Path
    full: bool
    people: int
    """How many there are to look at."""


class Engine(msgspec.Struct, frozen=True):
    """As many processes of this machine as `jobs` says."""

    jobs: int

    @contextmanager
    def start(self, job: Job, snapshot: Snapshot) -> Iterator[Mapping]:
        """Get ready to build shards, of the moment that `snapshot` holds open."""
        jobs = min(self.jobs, -(-job.people // PEOPLE_A_SHARD))
        if jobs <= 1:
            builder = PeopleBuilder(job.materials, snapshot, Writer(job.output), full=job.full)
            yield lambda shards: map(builder.build, shards)
        else:
            moment = snapshot.export()
            job.materials.renderer.check()  # compiled once, before the fork
            with forked(jobs, lambda number: _worker(job, moment, number)) as workers:
                yield workers.map


@contextmanager
def _worker(job: Job, moment: str, number: int) -> Iterator[Callable[[Shard], ShardResult]]:
    """What one worker process builds with: a connection and a temporary file of its own."""
    with open_source(job.url) as source, source.imported(moment) as snapshot:
        writer = Writer(job.output, f"-{number}")
        yield PeopleBuilder(job.materials, snapshot, writer, full=job.full).build
