"""`qwikfolio serve`, from outside: a file is saved, and then when is it on the screen?

A real Chromium shows a page of the samples, by itself and among others in the gallery. It notes the
frame after the one in which the change is in every page that can be seen: by then it is painted.
"""

import os
import queue
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.process import RunError
from benchmarks.results import Preview
from generator.check.chromium import chromium

SAVES = 40  # of each kind, on each page
_WARM_UP = 3
_PATIENCE = 10.0  # seconds for one save
_PAUSE = 0.25  # seconds at most between two saves, lest they fall in step with the screen
_WINDOW: ViewportSize = {"width": 1440, "height": 900}
_PAGES = {"page": "-/look/amara/?width=1280", "gallery": "-/"}
_STYLE = Path("themes/base/static/_base.css")
_TEMPLATE = Path("themes/base/templates/partials/hero.html")
_WATCH = """nth => { window.painted = new Promise(done => {
  const shows = frame => {
    const page = frame.contentDocument;
    const style = getComputedStyle(page.documentElement).getPropertyValue("--saved");
    return style.trim() === nth || page.querySelector(`[data-saved="${nth}"]`) !== null;
  };
  const isSeen = frame => {
    const box = frame.parentElement.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  };
  const look = () => {
    const seen = [...document.querySelectorAll("iframe.good")].filter(isSeen);
    if (seen.length && seen.every(shows)) requestAnimationFrame(() => done(Date.now()));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}); }"""


def measure(bench: Bench) -> Preview:
    """Save a style sheet and a template `SAVES` times each, on one page and in the gallery.

    Raises:
        RunError: The server doesn't start, or a save isn't seen.
    """
    project = bench.scratch / "project"
    for name in ("themes", "content"):
        shutil.copytree(bench.root / name, project / name)
    shutil.copy(bench.root / "qwikfolio.toml", project)
    latencies: dict[str, tuple[float, ...]] = {}
    with _serving(project) as (address, started), _browser() as page:
        for name, path in _PAGES.items():
            page.goto(address + path)
            page.locator("iframe.good").first.wait_for(timeout=_PATIENCE * 1000)
            time.sleep(1)
            for kind, file, edit in (
                ("style sheet", _STYLE, _style),
                ("template", _TEMPLATE, _template),
            ):
                latencies[f"{name}, {kind}"] = _saves(page, project / file, edit)
    return Preview(started=started, latencies=latencies)


def _style(text: str, nth: int) -> str:
    return f"{text}\n:root {{ --saved: {nth}; }}\nh1 {{ letter-spacing: 0.0{nth:03}em; }}\n"


def _template(text: str, nth: int) -> str:
    return text.replace("<h1", f'<h1 data-saved="{nth}"', 1)


def _saves(page: Page, file: Path, edit: Callable[[str, int], str]) -> tuple[float, ...]:
    """Milliseconds from each save to the screen."""
    text, pause, found = file.read_text("utf-8"), random.Random(0), []
    try:
        for nth in range(1, _WARM_UP + SAVES + 1):
            time.sleep(0.1 + pause.uniform(0, _PAUSE))
            page.evaluate(_WATCH, str(nth))
            edited = edit(text, nth)
            saved = time.time()
            file.write_text(edited, "utf-8")
            painted = page.evaluate("() => window.painted")
            if nth > _WARM_UP:
                found.append(round(painted - saved * 1000, 1))
    finally:
        file.write_text(text, "utf-8")
        time.sleep(0.5)
    return tuple(found)


@contextmanager
def _browser() -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page(viewport=_WINDOW)
        page.set_default_timeout(_PATIENCE * 1000)
        yield page


@contextmanager
def _serving(project: Path) -> Iterator[tuple[str, float]]:
    """Run `qwikfolio serve`: its address, and the milliseconds until it answered at it."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*peers.qwikfolio("serve"), "--port=0"],
        cwd=project,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: queue.Queue[str] = queue.Queue()
    listener = threading.Thread(target=_listen, args=(process, said))
    listener.start()
    try:
        try:
            line = said.get(timeout=_PATIENCE)
        except queue.Empty:
            raise RunError("qwikfolio serve says nothing") from None
        if "http" not in line:
            raise RunError(f"qwikfolio serve ended: {line}")
        yield line.split()[-1], round((time.perf_counter() - began) * 1000, 1)
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


def _listen(process: subprocess.Popen[str], said: queue.Queue[str]) -> None:
    """Pass on what it says, to its end: a full pipe would stop it."""
    for line in process.stdout or ():
        said.put(line.strip())
    said.put("(nothing)")
