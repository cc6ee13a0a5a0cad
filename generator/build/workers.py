"""Who builds the shards: this process, or several of its own kind."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import cast

import msgspec

from generator.build.answer import answer, open_answer, refusal
from generator.build.shard import Shard, ShardResult
from generator.errors import PublishError, QwikfolioError

Serve = Callable[[int], AbstractContextManager[Callable[[Shard], ShardResult]]]
"""What a worker, by its number, builds shards with for as long as it lives."""

_AHEAD = 2  # shards that a worker has: one in work, one at hand


_shards = msgspec.msgpack.Decoder(Shard)


class Workers:
    """Worker processes, forked from this one: what it has loaded and compiled, they have too."""

    def __init__(self, connections: list[Connection]) -> None:
        self._connections = connections

    def map(self, shards: Iterable[Shard]) -> Iterator[ShardResult]:
        """The results of the shards, in their order; few shards are on their way at once.

        Raises:
            QwikfolioError: A worker's, or one was killed.
        """
        waiting = iter(shards)
        queues: dict[Connection, deque[int]] = {it: deque() for it in self._connections}
        finished: dict[int, ShardResult] = {}
        sent = given = 0
        most = 4 * _AHEAD * len(queues)  # one slow shard holds up the results of all after it
        while True:
            for connection in sorted(queues, key=lambda it: len(queues[it])):
                while len(queues[connection]) < _AHEAD and sent - given < most:
                    shard = next(waiting, None)
                    if shard is None:
                        break
                    with suppress(ConnectionError):  # what ended the worker is told by `_receive`
                        connection.send_bytes(msgspec.msgpack.encode(shard))
                    queues[connection].append(sent)
                    sent += 1
            if given == sent:
                return
            busy = [it for it in queues if queues[it]]
            for ready in cast("list[Connection]", wait(busy)):
                finished[queues[ready].popleft()] = _receive(ready)
            while given in finished:
                yield finished.pop(given)
                given += 1


@contextmanager
def forked(count: int, serve: Serve) -> Iterator[Workers]:
    """Start `count` worker processes; on leaving they are gone."""
    context = get_context("fork")
    connections, processes = [], []
    try:
        for number in range(count):
            ours, theirs = context.Pipe()
            connections.append(ours)
            process = context.Process(
                target=_work, args=(number, theirs, tuple(connections), serve), daemon=True
            )
            process.start()
            theirs.close()
            processes.append(process)
        yield Workers(connections)
    finally:
        for connection in connections:
            connection.close()
        for process in processes:
            process.join()


def _receive(connection: Connection) -> ShardResult:
    try:
        body = connection.recv_bytes()
    except (EOFError, ConnectionError):
        raise PublishError(
            "a worker process was killed; what was written until then is whole",
            fix="build again, with fewer --jobs if memory ran out",
        ) from None
    return open_answer(body)


def _work(number: int, connection: Connection, others: Sequence[Connection], serve: Serve) -> None:
    """A worker's life: build what comes, until nothing more can."""
    for other in others:  # the forking process's ends: while one is open here, nobody hangs up
        other.close()
    # A signal to the whole group, as of a terminal or systemd: the parent has it, and hangs up.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    shards: SimpleQueue[Shard] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, shards), daemon=True).start()
    with suppress(OSError):  # nobody is there any more
        try:
            with serve(number) as build:
                while True:
                    connection.send_bytes(answer(partial(build, shards.get())))
        except QwikfolioError as error:  # it could not even begin
            connection.send_bytes(refusal(error))


def _listen(connection: Connection, shards: SimpleQueue[Shard]) -> None:
    """Take shards as they come, so that nobody waits to send; end when the other side has."""
    try:
        while True:
            shards.put(_shards.decode(connection.recv_bytes()))
    except (EOFError, OSError):
        os._exit(0)
