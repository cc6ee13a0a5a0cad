"""The server at work, until a signal ends it."""

import gc
import resource
import signal
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from socket import socket
from types import FrameType
from typing import Any

import uvicorn

from generator.beacon.bounds import Bounds
from generator.beacon.protocol import bounded
from generator.listening import address, bound

_BACKLOG = 4096
_SPARE = 512  # file descriptors that are no connections
_GARBAGE = 50_000  # objects more than before, until they are looked through
_SETTLED = 5  # seconds in which the application answers whatever it has in hand

Application = Callable[[Any, Any, Any], Awaitable[None]]


def serve(
    app: Application,
    host: str,
    port: int,
    bounds: Bounds,
    ready: Callable[[str], None],
    *more: tuple[str, int],
) -> None:
    """Answer until SIGTERM, SIGINT or SIGHUP; then requests in hand first, and the lifespan's end.

    A SIGHUP that whoever started the process has it ignore, as nohup does, is ignored.

    Args:
        app: Begins and ends its work with the lifespan (ASGI 3).
        host: A name or address to listen at.
        port: 0: any that is free.
        bounds: Fewer connections are taken where the system's limit of open files asks for it.
        ready: Is told the URL when requests are answered.
        more: Other addresses and ports to listen at.

    Raises:
        ConfigError: The port is taken, or the address can't be used.
    """
    bounds = replace(bounds, connections=_open_files(bounds.connections))
    with ExitStack() as stack:
        sockets = [stack.enter_context(bound(*where)) for where in ((host, port), *more)]
        config = uvicorn.Config(
            app,
            interface="asgi3",
            loop="uvloop",
            http=bounded(bounds),
            ws="none",
            lifespan="on",
            backlog=_BACKLOG,
            access_log=False,
            log_config=None,
            log_level="error",  # whoever sends nonsense shall not fill the log
            proxy_headers=False,  # `address.py` knows whom to trust
            server_header=False,
            timeout_graceful_shutdown=_SETTLED,
        )
        server = _Server(config, lambda: ready(address(host, sockets[0])))
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, server.handle_exit)
        server.run(sockets=sockets)


class _Server(uvicorn.Server):
    """Tells when it is there; a signal ends it, and is not raised again when it has ended."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Called by uvicorn."""
        await super().startup(sockets)
        # A request leaves nothing in a circle. What was loaded need not be looked through again,
        # nor what thousands of requests hold for the moment: that costs each of them 7 %.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_GARBAGE)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Called by a signal; the second Ctrl-C doesn't wait for requests."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def _open_files(connections: int) -> int:
    """Let the process open as many files as these connections need, or as the system allows.

    Returns:
        How many connections that allows: one more file than the limit, and no server listens.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + _SPARE
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return connections
    allowed = needed if hard == resource.RLIM_INFINITY else min(hard, needed)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(1, allowed - _SPARE)
