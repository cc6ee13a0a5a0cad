"""A running `qwikfolio serve`, and how it is asked."""

import http.client
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.site import ROOT, copy_content

PATIENCE = 20.0  # seconds


class Answered(msgspec.Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Serving:
    """A server as a process of its own."""

    def __init__(self, root: Path, process: subprocess.Popen[str]) -> None:
        self.root = root
        self.process = process
        self.said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        first = self.said.get(timeout=PATIENCE)
        assert first.startswith("site "), first
        self.address = first.split()[-1]
        assert self.said.get(timeout=PATIENCE).split()[-1] == f"{self.address}-/"
        self.said.get(timeout=PATIENCE)
        self.port = int(self.address.rstrip("/").rpartition(":")[2])

    def get(self, path: str, method: str = "GET", **headers: str) -> Answered:
        """Ask for exactly this path: nothing on the way tidies it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers=given)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, named, answer.read())
        finally:
            connection.close()

    def write(self, path: str, text: str) -> None:
        """Save a file of the project."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def edit(self, path: str, old: str, new: str) -> str:
        """Save a file with one text replaced; what it said before."""
        before = (self.root / path).read_text("utf-8")
        assert old in before
        self.write(path, before.replace(old, new, 1))
        return before

    @contextmanager
    def events(self) -> Iterator["Events"]:
        """What browsers are told from now on."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/-/events")
        events = Events(connection.getresponse())
        assert events.take()[0] == "hello"
        try:
            yield events
        finally:
            connection.close()

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.said.put(line.rstrip("\n"))


class Events:
    """A stream of server-sent events."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        assert answer.headers["content-type"].startswith("text/event-stream")
        self._answer = answer

    def take(self) -> tuple[str, str]:
        """The next one: its kind, and its data."""
        kind = ""
        while line := self._answer.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                return kind, value
        raise AssertionError("the stream has ended")


def project(folder: Path, settings: str = "") -> Path:
    """A project like this one, in a folder of its own."""
    shutil.copytree(ROOT / "themes", folder / "themes")
    copy_content(folder)
    (folder / "content" / "static").mkdir(exist_ok=True)
    (folder / "content" / "static" / "robots.txt").write_text("# The project's own\n")
    (folder / "qwikfolio.toml").write_text(settings, "utf-8")
    return folder


@contextmanager
def serving(root: Path, *options: str) -> Iterator[Serving]:
    """Serve a project for the length of the block."""
    scratch = root / ".scratch"
    scratch.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "generator.cli", "serve", "--port=0", *options],
        cwd=root,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Serving(root, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
