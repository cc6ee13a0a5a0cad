"""The facts about a machine that figures from it mean nothing without."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psycopg

from benchmarks.results import Machine

_PACKAGES = {
    "qwikfolio": "qwikfolio-publisher",
    "Hugo": "hugo",
    "Jinja": "jinja2",
    "markdown-it-py": "markdown-it-py",
    "psycopg": "psycopg",
}


def machine(root: Path, url: str) -> Machine:
    """This machine, with the PostgreSQL at `url`."""
    with psycopg.connect(url) as connection:
        server = connection.info.parameter_status("server_version") or "?"
    packages = tuple((name, _version(package)) for name, package in _PACKAGES.items())
    return Machine(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        commit=_commit(root),
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        system=f"{platform.system()} {platform.release()}",
        versions=(
            ("Python", platform.python_version()),
            ("PostgreSQL", server.split()[0]),
            *packages,
        ),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _commit(root: Path) -> str:
    """The commit, with a `+` where files differ from it."""
    command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "?"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
