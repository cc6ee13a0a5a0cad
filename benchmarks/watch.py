"""`qwikfolio watch`, from outside: COMMIT returns, and then when is it in the file?"""

import os
import queue
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.database import headlines, people_database, set_headline
from benchmarks.process import RunError, run
from benchmarks.results import Watch

_LOOK = 0.0005  # seconds between two looks at the file
_PATIENCE = 10.0  # seconds for one edit
_START = 900.0  # seconds until it watches
_PAUSE = 0.05  # seconds at most between two edits, lest they fall in step with anything
_READY = "watching"  # what it says when it does


def measure(bench: Bench, people: int) -> Watch:
    """Make `bench.edits` edits of headlines, one after the other, and wait for each.

    Raises:
        RunError: It doesn't start to watch.
    """
    url = people_database(bench.server, people)
    site = bench.site(people)
    ours = peers.ours(url, bench.server.pid, bench.state)
    run(ours.command(site), bench.root, ours.environment)
    latencies, lost, pause = [], 0, random.Random(0)
    with _watching(bench, url, site), headlines(url, people, bench.edits) as (connection, edited):
        for nth, headline in enumerate(edited):
            time.sleep(pause.uniform(0, _PAUSE))
            text = f"Watched, change {nth}."
            set_headline(connection, headline.owner, text)
            waited = _until(site / headline.segment / "index.html", text.encode())
            if waited is None:
                lost += 1
            else:
                latencies.append(round(waited * 1000, 3))
    if not latencies:
        raise RunError(f"none of {lost} edits arrived within {_PATIENCE:.0f} s")
    return Watch(people=people, latencies=tuple(latencies), lost=lost)


def _until(file: Path, text: bytes) -> float | None:
    """Seconds from now until the file has the text; None where patience ends.

    A page is put in place by a rename, so it is read when it is another file, or a later one.
    """
    started = time.perf_counter()
    seen: tuple[int, int] | None = None
    while (now := time.perf_counter()) - started < _PATIENCE:
        status = os.stat(file)  # noqa: PTH116 - a thousand times a second
        if (status.st_ino, status.st_mtime_ns) != seen:
            seen = status.st_ino, status.st_mtime_ns
            if text in file.read_bytes():
                return time.perf_counter() - started
        time.sleep(max(0.0, _LOOK - (time.perf_counter() - now)))
    return None


@contextmanager
def _watching(bench: Bench, url: str, site: Path) -> Iterator[None]:
    """Run `qwikfolio watch` for the length of the block, which begins when it says it watches."""
    process = subprocess.Popen(
        [*peers.qwikfolio("watch"), f"--output={site}"],
        cwd=bench.root,
        env={**peers.environment(url, bench.state), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: queue.Queue[str | None] = queue.Queue()
    listener = threading.Thread(target=_listen, args=(process, said))
    listener.start()
    try:
        _wait_for_it(said)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        listener.join()
        if process.stdout:
            process.stdout.close()
        process.wait()


def _listen(process: subprocess.Popen[str], said: queue.Queue[str | None]) -> None:
    """Pass on what it says, to its end: a full pipe would stop it."""
    for line in process.stdout or ():
        said.put(line)
    said.put(None)


def _wait_for_it(said: queue.Queue[str | None]) -> None:
    last, deadline = "", time.monotonic() + _START
    while True:
        try:
            line = said.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise RunError(f"qwikfolio watch doesn't watch after {_START:.0f} s: {last}") from None
        if line is None:
            raise RunError(f"qwikfolio watch ended: {last}")
        last = line.strip()
        if _READY in last.lower():
            return
