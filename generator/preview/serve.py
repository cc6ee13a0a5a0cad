"""`qwikfolio serve`: the server at work, until it is interrupted."""

import asyncio
import errno
import socket
from types import FrameType

import uvicorn

from generator.errors import ConfigError
from generator.preview.events import Events
from generator.preview.reloading import Listener, Reloading
from generator.preview.rows import listening
from generator.preview.server import Server
from generator.preview.stage import Request, Stage


def serve(request: Request, host: str, port: int, listener: Listener) -> None:
    """Answer until interrupted (`KeyboardInterrupt`).

    Args:
        request: What is previewed.
        host: A name or address to listen at.
        port: 0: any that is free.
        listener: Is told what happens.

    Raises:
        QwikfolioError: The settings can't be used, or the port is taken.
    """
    with _bound(host, port) as bound, Stage(request) as stage:
        asyncio.run(_serve(stage, host, bound, listener))


async def _serve(stage: Stage, host: str, bound: socket.socket, listener: Listener) -> None:
    events = Events()
    server = Server(stage, events, host)
    reloading = Reloading(stage, events, server, listener)
    rows = listening(stage.request.database_url, reloading.rows_changed)
    with reloading.saves.at_work(), rows:
        reloading.watch()
        home = _address(host, bound)
        listener.ready(home, f"{home}-/")
        if error := stage.error():
            listener.failed(error)
        config = uvicorn.Config(
            server.app, access_log=False, log_config=None, lifespan="off", ws="none",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        await _Uvicorn(config, events).serve(sockets=[bound])


class _Uvicorn(uvicorn.Server):
    """Ends the streams of events first: it would wait for them."""

    def __init__(self, config: uvicorn.Config, events: Events) -> None:
        super().__init__(config)
        self._events = events

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by a signal."""
        asyncio.get_event_loop().call_soon_threadsafe(self._events.end)
        super().handle_exit(sig, frame)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        raise ConfigError(
            f"port {port} is taken" if taken else f"nothing can listen there: {error.strerror}",
            where=f"{host}:{port}",
            fix="end the program that listens there, or name another port with --port"
            if taken
            else "name an address of this machine with --host",
        ) from error


def _address(host: str, bound: socket.socket) -> str:
    port = bound.getsockname()[1]
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    name = anywhere.get(host, host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"
