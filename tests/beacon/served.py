"""A server of the beacon's in a process of its own, and clients that speak in bytes."""

import json
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.site import ROOT

PATIENCE = 60.0  # seconds


class Served:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._said: queue.Queue[list[str]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        word, url = self.said()
        assert word == "ready"
        self.port = int(url.rstrip("/").rpartition(":")[2])

    def said(self) -> list[str]:
        """The next thing that the process says."""
        return self._said.get(timeout=PATIENCE)

    def silent(self) -> bool:
        """Whether it has said nothing more."""
        return self._said.empty()

    def forget(self) -> None:
        """Whatever it has said."""
        while not self.silent():
            self.said()

    def tell(self) -> None:
        """Let one request of `/wait` be answered."""
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def connect(self) -> "Client":
        return Client(self.port)

    def ask(self, sent: bytes) -> bytes:
        """Everything that is answered until the server closes."""
        with self.connect() as client:
            client.send(sent)
            return client.rest()

    def started(self) -> list[str]:
        """The paths that the application was started for."""
        answer = self.ask(get("/started", "connection: close"))
        paths: list[str] = json.loads(answer.partition(b"\r\n\r\n")[2])
        return paths

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._said.put(json.loads(line) if line.startswith("[") else ["log", line])


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Ten thousand that wait to be forgotten would use up the ports.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._read = bytearray()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers, body."""
        while (end := self._read.find(b"\r\n\r\n")) < 0:
            self._more()
        first, *lines = self._read[:end].decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        start = end + 4
        until = start + int(headers.get("content-length", 0))
        while len(self._read) < until:
            self._more()
        body = bytes(self._read[start:until])
        del self._read[:until]
        return int(first.split()[1]), headers, body

    def rest(self) -> bytes:
        """Everything until the server closes; a reset after the answer is no news."""
        with suppress(ConnectionError):
            self.all()
        return bytes(self._read)

    def all(self) -> bytes:
        """Everything until the server closes in order."""
        while data := self.socket.recv(65536):
            self._read += data
        return bytes(self._read)

    def is_open(self) -> bool:
        """Whether nothing has come, not even an end."""
        self.socket.setblocking(False)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        else:
            return False
        finally:
            self.socket.settimeout(PATIENCE)

    def _more(self) -> None:
        data = self.socket.recv(65536)
        assert data, f"closed after {bytes(self._read[:500])!r}"
        self._read += data


@contextmanager
def served(files: int | None = None, **bounds: float) -> Iterator[Served]:
    """A server with these bounds, that may open so many files."""
    command = [sys.executable, "-m", "tests.beacon.tiny", json.dumps(bounds)]
    if files:
        command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *command]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Served(process)
        finally:
            process.kill()


def get(path: str, *headers: str) -> bytes:
    return _request("GET", path, headers, b"")


def post(path: str, body: bytes, *headers: str) -> bytes:
    return _request("POST", path, (f"content-length: {len(body)}", *headers), body)


def chunked(path: str, *chunks: bytes) -> bytes:
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return _request("POST", path, ("transfer-encoding: chunked",), framed + b"0\r\n\r\n")


def _request(method: str, path: str, headers: tuple[str, ...], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: events.example", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answers(data: bytes) -> list[tuple[int, bytes]]:
    """Status and body of each answer in a row."""
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        ]
        length = lengths[0] if lengths else 0
        found.append((int(head.split()[1]), rest[:length]))
        data = rest[length:]
    return found
