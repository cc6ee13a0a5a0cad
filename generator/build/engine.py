"""Where a build's shards are built: in this process, in several forked from it, or elsewhere."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from generator.build.materials import Materials
from generator.build.people import PeopleBuilder
from generator.build.request import Request
from generator.build.shard import Shard, ShardResult
from generator.build.workers import forked
from generator.config import StoreAddress
from generator.publish.target import Files
from generator.publish.writer import Writer
from generator.source.snapshot import Snapshot, open_source

PEOPLE_A_SHARD = 200
Mapping = Callable[[Iterable[Shard]], Iterator[ShardResult]]
"""Builds shards, and gives what became of them, in their order."""


class Job(msgspec.Struct, frozen=True):
    """What all shards of a build share."""

    materials: Materials
    url: str
    """The database's."""
    output: Path | StoreAddress
    files: Files
    """The output's, for whoever builds in this process."""
    full: bool
    people: int
    """How many there are to look at."""


class Engine(Protocol):
    """Builds shards somewhere."""

    @property
    def people_a_shard(self) -> int:
        """How many people one piece of work is to have."""

    def start(self, job: Job, snapshot: Snapshot) -> AbstractContextManager[Mapping]:
        """Get ready to build shards, of the moment that `snapshot` holds open."""


def engine_of(request: Request) -> Engine:
    """The engine that a request asks for."""
    if request.cluster is None:
        return LocalEngine(request.jobs)
    from generator.build.dask_engine import DaskEngine  # noqa: PLC0415 - seldom wanted

    return DaskEngine(request.cluster.scheduler, request.jobs)


class LocalEngine(msgspec.Struct, frozen=True):
    """As many processes of this machine as `jobs` says."""

    jobs: int

    @property
    def people_a_shard(self) -> int:
        """How many people one piece of work is to have."""
        return PEOPLE_A_SHARD

    @contextmanager
    def start(self, job: Job, snapshot: Snapshot) -> Iterator[Mapping]:
        """Get ready to build shards, of the moment that `snapshot` holds open."""
        jobs = min(self.jobs, -(-job.people // PEOPLE_A_SHARD))
        if jobs <= 1 or isinstance(job.output, StoreAddress):  # whose client can't be forked
            builder = PeopleBuilder(job.materials, snapshot, job.files, full=job.full)
            yield lambda shards: map(builder.build, shards)
        else:
            folder, moment = job.output, snapshot.export()
            job.materials.renderer.check()  # compiled once, before the fork
            with forked(jobs, lambda number: _worker(job, folder, moment, number)) as workers:
                yield workers.map


@contextmanager
def _worker(
    job: Job, folder: Path, moment: str, number: int
) -> Iterator[Callable[[Shard], ShardResult]]:
    """What one worker process builds with: a connection and a temporary file of its own."""
    with open_source(job.url) as source, source.imported(moment) as snapshot:
        writer = Writer(folder, f"worker-{number}")
        yield PeopleBuilder(job.materials, snapshot, writer, full=job.full).build
