"""`qwikfolio serve`: the server at work, until it is interrupted."""

import asyncio
import socket
from types import FrameType

import uvicorn

from generator.listening import address, bound
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
    with bound(host, port) as sock, Stage(request) as stage:
        asyncio.run(_serve(stage, host, sock, listener))


async def _serve(stage: Stage, host: str, sock: socket.socket, listener: Listener) -> None:
    events = Events()
    server = Server(stage, events, host)
    reloading = Reloading(stage, events, server, listener)
    rows = listening(stage.request.database_url, reloading.rows_changed)
    with reloading.saves.at_work(), rows:
        reloading.watch()
        home = address(host, sock)
        listener.ready(home, f"{home}-/")
        if error := stage.error():
            listener.failed(error)
        config = uvicorn.Config(
            server.app, access_log=False, log_config=None, lifespan="off", ws="none",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        await _Uvicorn(config, events).serve(sockets=[sock])


class _Uvicorn(uvicorn.Server):
    """Ends the streams of events first: it would wait for them."""

    def __init__(self, config: uvicorn.Config, events: Events) -> None:
        super().__init__(config)
        self._events = events

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by a signal."""
        asyncio.get_event_loop().call_soon_threadsafe(self._events.end)
        super().handle_exit(sig, frame)
