"""People's pages, built on a Dask cluster.

Workers that were cut off may come back late. Once the build is over none can write any more: see
`publish.target`.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from generator import __version__
from generator.build.answer import open_answer
from generator.build.engine import Job, Mapping
from generator.build.parcel import Parcel, build_shard, pack, software
from generator.build.shard import Shard, ShardResult
from generator.errors import ConfigError, PublishError
from generator.extras import extra, folder_of
from generator.publish.target import fenced
from generator.source.snapshot import Snapshot

if TYPE_CHECKING:
    from distributed import Client, Future

PEOPLE_A_SHARD = 500  # it costs the scheduler about as much, however many there are
_AHEAD = 2  # shards a thread of a worker: one in work, one at hand
_LOOK = 5.0  # seconds between two looks at who is there
_PATIENCE = 120.0  # seconds without a worker until the build gives up
_CONNECT = 10.0  # seconds


class DaskEngine(msgspec.Struct, frozen=True):
    """The workers of a Dask cluster."""

    scheduler: str | None
    """Its address, like `tcp://10.0.0.5:8786`; None: a cluster of this machine, for this build."""
    jobs: int
    """How many processes a cluster of this machine gets."""

    @property
    def people_a_shard(self) -> int:
        """How many people one piece of work is to have."""
        return PEOPLE_A_SHARD

    @contextmanager
    def start(self, job: Job, snapshot: Snapshot) -> Iterator[Mapping]:
        """Get ready to build shards, of the moment that `snapshot` holds open.

        Raises:
            MissingExtraError: Dask isn't installed.
            ConfigError: There is no cluster at the address.
        """
        moment = snapshot.export()
        jobs = min(self.jobs, -(-job.people // PEOPLE_A_SHARD))
        with _client(self.scheduler, jobs) as client, fenced(job.files) as fence:
            _check_workers(client)
            parcel = pack(job, moment, fence)
            yield lambda shards: _build_all(client, parcel, shards)


def require_dask() -> None:
    """See to it early that there is a library to speak to a cluster with.

    Raises:
        MissingExtraError: There is none.
    """
    with _library():
        folder_of("distributed")


def _library() -> AbstractContextManager[None]:
    return extra("dask", "--engine dask", further="here and on every worker")


@contextmanager
def _client(scheduler: str | None, jobs: int) -> Iterator["Client"]:
    with _library():
        from distributed import Client, LocalCluster  # noqa: PLC0415 - optional
    if scheduler is None:
        with (
            LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                scheduler_kwargs={"dashboard": False},
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
    else:
        try:
            client = Client(scheduler, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(
                f"no Dask scheduler answers there: {str(error).splitlines()[0]}",
                where=scheduler,
                fix="start one with `dask scheduler`, and give the address it prints",
            ) from None
        with client:
            yield client


def _check_workers(client: "Client") -> None:
    """Whether those who are there can run this at all; the version counts with each shard again."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise _deserted() from None
    found: dict[str, object] = client.run(software, on_error="return")
    for address, version in found.items():
        if isinstance(version, Exception):
            raise ConfigError(
                f"a worker can't run this software: {version}",
                where=f"the worker at {address}",
                fix=f"install version {__version__} of qwikfolio-publisher on every worker",
            )


def _build_all(client: "Client", parcel: Parcel, shards: Iterable[Shard]) -> Iterator[ShardResult]:
    """As many shards are on their way as the cluster can use, and no more."""
    name = f"qwikfolio-{uuid4().hex}"
    cluster = _Cluster(client)
    under_way: deque[Future[bytes]] = deque()
    try:
        for number, shard in enumerate(shards):
            task = client.submit(
                build_shard,
                parcel,
                msgspec.msgpack.encode(shard),
                key=f"{name}-{number}",
                pure=False,
            )
            under_way.append(task)
            while len(under_way) >= cluster.room():
                yield cluster.result(under_way.popleft())
        while under_way:
            yield cluster.result(under_way.popleft())
    finally:
        client.cancel(list(under_way))


class _Cluster:
    """A cluster, as seen now and then."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._looked = self._peopled = time.monotonic()
        self._threads = self._look()

    def room(self) -> int:
        """How many shards may be under way."""
        if time.monotonic() - self._looked > _LOOK:
            self._threads = self._look()
        return _AHEAD * max(self._threads, 1)

    def result(self, task: "Future[bytes]") -> ShardResult:
        """What became of a shard, once it is built.

        Raises:
            QwikfolioError: The worker's.
            PublishError: The scheduler is gone, there are no workers, or the shard kills them.
        """
        from distributed import CancelledError, KilledWorker  # noqa: PLC0415 - optional

        while True:
            try:
                return open_answer(task.result(timeout=_LOOK))
            except TimeoutError:
                self._threads = self._look()
            except KilledWorker as error:
                raise PublishError(
                    "a shard was begun several times, and each time its worker died",
                    where=f"the worker at {error.last_worker.address}",
                    fix="see why in that worker's log; too little memory, perhaps",
                ) from None
            except (CancelledError, OSError) as error:
                raise _lost(error) from None

    def _look(self) -> int:
        try:
            threads: dict[Any, int] = self._client.nthreads()
        except OSError as error:
            raise _lost(error) from None
        self._looked = time.monotonic()
        if threads:
            self._peopled = self._looked
        elif self._looked - self._peopled > _PATIENCE:
            raise _deserted()
        return sum(threads.values())


def _deserted() -> PublishError:
    return PublishError(
        f"the Dask cluster has had no worker for {_PATIENCE:.0f} seconds",
        fix="start some with `dask worker`, then build again; what was written stays",
    )


def _lost(error: BaseException) -> PublishError:
    return PublishError(
        f"the Dask scheduler went away: {error or type(error).__name__}",
        fix="see that it is up, then build again; what was written stays",
    )
