"""`qwikfolio serve`: the server, the watched files, and what the terminal is told."""

import asyncio
import errno
import socket
import time
from pathlib import Path
from types import FrameType
from typing import Protocol

import uvicorn

from generator.errors import ConfigError, QwikfolioError
from generator.preview.change import Change
from generator.preview.events import Events
from generator.preview.saves import Saves
from generator.preview.server import Server
from generator.preview.stage import Request, Stage


class Listener(Protocol):
    """Hears how the server goes on."""

    def ready(self, site: str, gallery: str) -> None:
        """It answers at these addresses."""

    def reloaded(self, files: tuple[str, ...], what: str, seconds: float) -> None:
        """Saved files are on their way to the browser, so long after the save."""

    def failed(self, error: QwikfolioError) -> None:
        """The site can't be loaded; the browser is told so."""


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
    stage = Stage(request)
    try:
        with _listening(host, port) as listening:
            asyncio.run(_serve(stage, request, host, listening, listener))
    finally:
        stage.close()


async def _serve(
    stage: Stage, request: Request, host: str, listening: socket.socket, listener: Listener
) -> None:
    loop, events = asyncio.get_running_loop(), Events()
    server = Server(stage, events, host)

    def saved(paths: frozenset[Path], moment: float) -> None:
        change = stage.reload(paths)
        saves.watch(stage.settings, *themes)
        if change is not None:
            tell(change, paths, moment)

    def tell(change: Change, paths: frozenset[Path], moment: float) -> None:
        _send(events, change)
        loop.call_soon(server.warm)  # after the event is on its way
        error = stage.error()
        if error:
            listener.failed(error)
            return
        names = tuple(sorted(_short(path, stage.settings.root) for path in paths))
        what = "pages" if change.styles is None else "style sheet"
        listener.reloaded(names, what, time.perf_counter() - moment)

    themes = (request.theme,) if request.theme else ()
    saves = Saves(loop, saved)
    config = uvicorn.Config(
        server.app, access_log=False, log_config=None, lifespan="off", ws="none",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    with saves.at_work():
        saves.watch(stage.settings, *themes)
        home = _address(host, listening)
        listener.ready(home, f"{home}-/")
        if error := stage.error():
            listener.failed(error)
        await _Uvicorn(config, events).serve(sockets=[listening])


class _Uvicorn(uvicorn.Server):
    """Ends the streams of events first: it would wait for them."""

    def __init__(self, config: uvicorn.Config, events: Events) -> None:
        super().__init__(config)
        self._events = events

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by a signal."""
        asyncio.get_event_loop().call_soon_threadsafe(self._events.end)
        super().handle_exit(sig, frame)


def _send(events: Events, change: Change) -> None:
    if change.styles is None:
        events.send("page", {})
    else:
        events.send("style", change.styles)


def _listening(host: str, port: int) -> socket.socket:
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


def _address(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
    name = anywhere.get(host, host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def _short(path: Path, root: Path) -> str:
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
