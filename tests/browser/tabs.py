"""A Chromium that nobody drives: its tabs are hidden, shown and prerendered as people's are.

A browser that is driven takes every tab for visible, and prerenders none.
"""

import json
import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from generator.check.chromium import CHROMIUM

EXECUTABLE = os.environ.get(CHROMIUM, "/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
_PATIENCE = 60.0  # seconds


class Tabs:
    """The tabs of one window, of which one is visible."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/json"

    def open(self, address: str) -> str:
        """A new one before the others; its name."""
        name: str = json.loads(self._ask(f"new?{quote(address)}", "PUT"))["id"]
        return name

    def show(self, name: str) -> None:
        """Bring one before the others."""
        self._ask(f"activate/{name}", "GET")

    def _ask(self, what: str, method: str) -> bytes:
        request = urllib.request.Request(f"{self._address}/{what}", method=method)
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def tabs(*arguments: str) -> Iterator[Tabs]:
    """A window with an empty tab, of a browser with further arguments."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [EXECUTABLE, *ARGUMENTS, *arguments, "--no-first-run", "--remote-debugging-port=0",
             f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield Tabs(_port(Path(folder) / "DevToolsActivePort"))
        finally:
            process.terminate()
            process.wait()


def _port(file: Path) -> int:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if file.exists() and "\n" in (text := file.read_text()):
            return int(text.split()[0])
        time.sleep(0.05)
    raise AssertionError(f"{EXECUTABLE} doesn't start")
