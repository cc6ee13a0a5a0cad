"""What a worker of a cluster is sent besides the shards, and what it does with it.

Both are bytes, and the work is a pure function of them: a shard whose worker was killed is simply
built again, perhaps while the worker that was taken for dead goes on. Both make the same files.
"""

import zlib
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from generator import __version__
from generator.build.answer import answer
from generator.build.engine import Job
from generator.build.materials import Materials
from generator.build.people import PeopleBuilder
from generator.build.shard import Shard, ShardResult
from generator.config import StoreAddress
from generator.errors import ConfigError
from generator.publish.target import worker_files
from generator.source.snapshot import open_source
from generator.theme.theme import Asset


class Parcel(msgspec.Struct, frozen=True):
    """What a worker needs besides a shard. It holds the database's password: never print it."""

    version: str
    """Of the client's software."""
    url: str
    moment: str
    """The exported snapshot's name."""
    store: str
    """The output's address, where it is no folder."""
    folder: str
    fence: str
    full: bool
    materials: bytes
    """MessagePack, compressed."""
    digest: bytes
    """Of the materials."""

    def __repr__(self) -> str:
        return "Parcel(…)"


def software() -> str:
    """The version that a worker has; Dask calls it there."""
    return __version__


def build_shard(parcel: Parcel, shard: bytes) -> bytes:
    """What a worker does; Dask calls it there.

    Args:
        parcel: What all shards of the build share.
        shard: A `Shard`, as MessagePack.

    Returns:
        For `open_answer`. Errors are in it, too: one that is raised would be logged by Dask.
    """
    return answer(lambda: _build(parcel, msgspec.msgpack.decode(shard, type=Shard)))


def _build(parcel: Parcel, shard: Shard) -> ShardResult:
    if parcel.version != __version__:
        raise ConfigError(
            f"a worker has version {__version__} of this software, the build {parcel.version}",
            where=_worker(),
            fix="install the same version everywhere; pages would differ from worker to worker",
        )
    target = StoreAddress(parcel.store) if parcel.store else Path(parcel.folder)
    files = worker_files(target, parcel.fence)
    materials = _unpack(parcel)
    with open_source(parcel.url) as source, source.imported(parcel.moment) as snapshot:
        return PeopleBuilder(materials, snapshot, files, full=parcel.full).build(shard)


def pack(job: Job, moment: str, fence: str) -> Parcel:
    """Static files, and what style sheets, fonts and pictures hold, are left out.

    Pages only name them.
    """
    themes = {
        name: msgspec.structs.replace(theme, assets=_named(theme.assets))
        for name, theme in job.materials.themes.items()
    }
    pictures = _named(job.materials.pictures)
    materials = msgspec.structs.replace(job.materials, themes=themes, static=(), pictures=pictures)
    packed = zlib.compress(msgspec.msgpack.encode(materials, enc_hook=str))
    store = isinstance(job.output, StoreAddress)
    return Parcel(
        version=__version__,
        url=job.url,
        moment=moment,
        store=str(job.output) if store else "",
        folder="" if store else str(job.output),
        fence=fence,
        full=job.full,
        materials=packed,
        digest=blake2b(packed, digest_size=16).digest(),
    )


def _named(assets: tuple[Asset, ...]) -> tuple[Asset, ...]:
    """The files without their bytes."""
    return tuple(msgspec.structs.replace(asset, body=b"") for asset in assets)


class _Packed:
    """Compressed materials, known by their digest."""

    def __init__(self, parcel: Parcel) -> None:
        self.body, self.digest = parcel.materials, parcel.digest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Packed) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def _unpack(parcel: Parcel) -> Materials:
    return _materials(_Packed(parcel))


@lru_cache(maxsize=4)
def _materials(packed: _Packed) -> Materials:
    """Themes are compiled once a worker, not once a shard."""
    encoded = zlib.decompress(packed.body)
    return msgspec.msgpack.decode(encoded, type=Materials, dec_hook=lambda kind, text: kind(text))


def _worker() -> str:
    from distributed import get_worker  # noqa: PLC0415 - optional

    return f"the worker at {get_worker().address}"
