"""What a build takes from a cluster's workers, and who can reach the cluster that it starts."""

import random
from collections.abc import Callable
from typing import Any

import msgspec
import psutil
import pytest

from generator.build import dask_engine, people
from generator.build.answer import answer, open_answer
from generator.build.people import PeopleBuilder
from generator.build.request import Cluster
from generator.build.shard import Shard, ShardResult
from generator.errors import PublishError
from tests.site import Site


def test_the_cluster_of_one_build_listens_on_loopback_only(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reaches a port of Dask's may run any program."""
    site.person("ada")
    listening: set[str] = set()
    check = dask_engine._check_workers

    def looked(client: Any) -> None:
        check(client)
        ours = psutil.Process()
        for process in (ours, *ours.children(recursive=True)):
            for connection in process.net_connections("inet"):
                if connection.status == psutil.CONN_LISTEN:
                    listening.add(connection.laddr.ip)

    monkeypatch.setattr(dask_engine, "_check_workers", looked)
    site.build(cluster=Cluster(None), jobs=1)
    assert listening == {"127.0.0.1"}


Forge = Callable[[ShardResult], ShardResult]


def other_owner(made: ShardResult) -> ShardResult:
    first, *rest = made.results
    forged = msgspec.structs.replace(first, owner="00000000-0000-0000-0000-000000000000")
    return msgspec.structs.replace(made, results=(forged, *rest))


def other_address(made: ShardResult) -> ShardResult:
    first, *rest = made.results
    assert first.reading
    assert first.reading.entry
    somebody = next(slug for slug in ("ada", "bob") if slug != first.reading.entry.segment)
    entry = msgspec.structs.replace(first.reading.entry, segment=somebody)
    reading = msgspec.structs.replace(first.reading, entry=entry)
    return msgspec.structs.replace(
        made, results=(msgspec.structs.replace(first, reading=reading), *rest)
    )


def too_few(made: ShardResult) -> ShardResult:
    return msgspec.structs.replace(made, results=made.results[1:])


def too_many(made: ShardResult) -> ShardResult:
    return msgspec.structs.replace(made, results=made.results * 1000)


def in_another_order(made: ShardResult) -> ShardResult:
    return msgspec.structs.replace(made, results=made.results[::-1])


def test_a_forged_result_is_refused_and_the_next_build_is_right(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in ("ada", "bob", "victim"):
        site.person(slug)
    build = PeopleBuilder.build
    for forge in (other_owner, other_address, too_few, too_many, in_another_order):

        def forged(builder: PeopleBuilder, shard: Shard, by: Forge = forge) -> ShardResult:
            return by(build(builder, shard))

        with monkeypatch.context() as patch:
            patch.setattr(people.PeopleBuilder, "build", forged)
            with pytest.raises(PublishError, match="not to what it was asked"):
                site.build()
    report = site.build()
    assert (report.people, report.failed) == (3, ())
    assert site.build(full=True).written == 0
    assert site.page("").count("/victim/") == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"\x80", b"\xc1", random.Random(1).randbytes(100), b"\x93" * 10_000,
     msgspec.msgpack.encode({"type": "_Success"}), msgspec.msgpack.encode([1, 2, 3])],
)  # fmt: skip
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(PublishError, match="can't be read"):
        open_answer(body)


@pytest.mark.parametrize("kind", ["", "__doc__", "__builtins__", "__name__", "NoSuchError"])
def test_an_answer_raises_errors_of_ours_only(kind: str) -> None:
    failure = {"type": "_Failure", "kind": kind, "what": "evil"}
    with pytest.raises(RuntimeError, match="evil"):
        open_answer(msgspec.msgpack.encode(failure))


def test_a_workers_error_is_raised_as_it_was() -> None:
    def fails() -> ShardResult:
        raise PublishError("the disk is full", where="/out")

    with pytest.raises(PublishError, match="the disk is full") as caught:
        open_answer(answer(fails))
    assert caught.value.where == "/out"
