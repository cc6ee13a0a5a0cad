"""The wheel, installed in an environment that has what it asks for and nothing else."""

import os
import queue
import signal
import subprocess
import sys
import threading
import tomllib
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.site import ROOT

PATIENCE = 60.0  # seconds, on a machine that has other work


class Installation:
    """An environment with the wheel and the libraries that it always needs."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        venv.create(folder / "venv", symlinks=True)
        self.python = folder / "venv" / "bin" / "python"
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet"]
        options = ["--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check"]
        subprocess.run([*pip, *options, str(wheel)], check=True, timeout=PATIENCE)
        (self.packages,) = (folder / "venv" / "lib").glob("*/site-packages")
        for name in closure():
            link(name, self.packages)

    def command(self, *words: str) -> list[str]:
        """`qwikfolio …`, as pip has installed it."""
        return [str(self.python.with_name("qwikfolio")), *words]

    def environment(self, extras: Sequence[str], **more: str) -> dict[str, str]:
        """A user's environment; the libraries of these extras are there besides."""
        path = self.folder / ("+".join(extras) or "base")
        if not path.exists():
            path.mkdir()
            for name in closure(extras) - closure():
                link(name, path)
        keep = {"PATH", "HOME", "LANG", "TMPDIR"}
        inherited = {name: value for name, value in os.environ.items() if name in keep}
        return {**inherited, "PYTHONPATH": str(path), **more}

    def run(
        self, folder: Path, *words: str, extras: Sequence[str] = (), **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `qwikfolio …` in a folder."""
        done = subprocess.run(
            self.command(*words),
            cwd=folder,
            env=self.environment(extras, **environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE * 2,
        )
        assert "Traceback" not in done.stderr
        return done

    def says(self, folder: Path, code: str) -> str:
        """What a program in Python prints."""
        done = subprocess.run(
            [str(self.python), "-c", code],
            cwd=folder,
            env=self.environment(()),
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        return done.stdout

    @contextmanager
    def running(self, folder: Path, *words: str, extras: Sequence[str] = ()) -> Iterator["Running"]:
        """Run `qwikfolio …` in a folder until the context is left."""
        with subprocess.Popen(
            self.command(*words),
            cwd=folder,
            env=self.environment(extras),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield Running(process)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE)


class Running:
    """A command that goes on until it is ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, text: str) -> str:
        """The next line with this text; what came before is passed over."""
        before: list[str] = []
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"{text!r} was not said, but: {''.join(before)}") from None
            if text in line:
                return line
            before.append(line)


def build(target: str, folder: Path, source: Path = ROOT) -> Path:
    """Build the package from its source, without a network.

    Args:
        target: `wheel` or `sdist`.
        folder: Where it goes.
        source: The folder of pyproject.toml.
    """
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=PATIENCE)
    (built,) = folder.iterdir()
    return built


def closure(extras: Sequence[str] = ()) -> set[str]:
    """The distributions that the package asks for on this system, and what they ask for."""
    found: set[tuple[str, frozenset[str]]] = set()
    wanted = list(map(Requirement, requirements(extras)))
    while wanted:
        one = wanted.pop()
        name, theirs = canonicalize_name(one.name), frozenset(one.extras)
        applies = one.marker is None or one.marker.evaluate()
        if not applies or (name, theirs) in found:
            continue
        found.add((name, theirs))
        for further in map(Requirement, distribution(name).requires or ()):
            marker = further.marker
            if marker is None or any(marker.evaluate({"extra": it}) for it in ("", *theirs)):
                further.marker = None
                wanted.append(further)
    return {name for name, _theirs in found}


def requirements(extras: Sequence[str] = ()) -> list[str]:
    """What pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    return [*project["dependencies"], *(it for extra in extras for it in optional[extra])]


def link(name: str, folder: Path) -> None:
    """Have a distribution that is installed here in another folder, too."""
    installed: Distribution = distribution(name)
    for top in {file.parts[0] for file in installed.files or () if file.parts[0] != ".."}:
        place = folder / top
        if top != "__pycache__" and not place.exists():
            place.symlink_to(str(installed.locate_file(top)))
