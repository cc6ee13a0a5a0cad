"""Who is measured: for each, the command that makes a whole site from the same people."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from benchmarks import hugo

OURS = "qwikfolio"
HUGO = "hugo"
HUGO_WITHOUT_REDIRECTS = "hugo, no redirects"
NAIVE = "jinja"


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """A program under measurement."""

    name: str
    command: Callable[[Path], list[str]]
    """Its command line, for a folder that doesn't exist yet."""
    environment: Mapping[str, str]
    server: int | None = None
    """The process id of the PostgreSQL it reads from."""


def ours(url: str, server: int, state: Path, *options: str) -> Peer:
    """`qwikfolio build`, on a database at `url` and with its manifests below `state`."""
    return Peer(
        name=OURS,
        command=lambda output: [*qwikfolio("build"), f"--output={output}", *options],
        environment=environment(url, state),
        server=server,
    )


def environment(url: str, state: Path) -> dict[str, str]:
    """What every command of ours runs with."""
    return {**os.environ, "DATABASE_URL": url, "QWIKFOLIO_PATHS_STATE": str(state)}


def qwikfolio(command: str) -> list[str]:
    """A command of ours, as this very Python has it."""
    return [sys.executable, "-m", "generator.cli", command]


def python(module: str) -> list[str]:
    """One of the scripts beside this one."""
    return [sys.executable, "-m", f"benchmarks.{module}"]


def naive(people: Path) -> Peer:
    """The script that one would write first."""
    return Peer(
        name=NAIVE,
        command=lambda output: [*python("naive"), str(people), str(output)],
        environment=dict(os.environ),
    )


def hugos(program: Path, scratch: Path, root: Path, people: Path) -> list[Peer]:
    """Hugo, and Hugo spared the redirects.

    Args:
        program: Its executable.
        scratch: Gets a project each.
        root: Where our themes and hand-written pages are.
        people: The JSON file.
    """
    peers = []
    for name in (HUGO, HUGO_WITHOUT_REDIRECTS):
        folder = scratch / name.replace(", ", "-").replace(" ", "-")
        people_file = hugo.prepare(folder, root)
        os.link(people, people_file)
        if name == HUGO_WITHOUT_REDIRECTS:
            hugo.leave_redirects_out(folder)
        peers.append(_hugo(name, program, scratch, folder))
    return peers


def _hugo(name: str, program: Path, scratch: Path, folder: Path) -> Peer:
    return Peer(
        name=name,
        command=lambda output: hugo.command(program, folder, output),
        environment=hugo.environment(scratch, len(os.sched_getaffinity(0))),
    )
