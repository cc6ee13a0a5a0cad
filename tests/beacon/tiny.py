"""An application of a few lines on the beacon's server, as a process: what it does, it prints.

Run as `python -m tests.beacon.tiny '{"seconds": 1}'`, with the bounds.
"""

import asyncio
import json
import os
import sys
from typing import Any

from generator.beacon.bounds import Bounds
from generator.beacon.serve import serve


def say(*words: str) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


class Tiny:
    """Answers with what it was sent; `/wait` when its process is told to on stdin."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.told = asyncio.Semaphore(0)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            asyncio.get_running_loop().add_reader(sys.stdin, self.listen)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            say("ended")
            await send({"type": "lifespan.shutdown.complete"})
            return
        path = scope["path"]
        self.started.append(path)
        message = await receive()
        assert not message["more_body"]
        body = message["body"]
        if path == "/wait":
            say("in hand")
            await self.told.acquire()
        elif path == "/started":
            body = json.dumps(self.started).encode()
        elif path == "/large":
            body = b"x" * 20_000_000
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        if path == "/large":
            say("large")

    def listen(self) -> None:
        for _ in range(os.read(sys.stdin.fileno(), 100).count(b"\n")):
            self.told.release()


if __name__ == "__main__":
    bounds = Bounds(on_refused=lambda *what: say("refused", *what), **json.loads(sys.argv[1]))
    serve(Tiny(), "127.0.0.1", 0, bounds, lambda url: say("ready", url))
