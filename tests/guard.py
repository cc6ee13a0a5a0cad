"""No PostgreSQL outlives the tests that started it, however they end.

A killed process can't stop its servers. So each test process starts a guard, `python -m
tests.guard FOLDER…`, and holds the only writing end of the guard's standard input. The kernel
closes it when the process ends; then the guard shuts down the servers that are left in the folders.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent


@contextmanager
def guarded(*folders: Path) -> Iterator[Path]:
    """Guard folders, and a new one for temporary files, which is removed at the end."""
    made = Path(tempfile.mkdtemp(prefix="qf-"))
    made.chmod(0o711)  # the account of PostgreSQL passes through
    command = [sys.executable, "-m", "tests.guard", str(made), *map(str, folders)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
    ) as guard:
        assert guard.stdin
        yield made
        guard.stdin.close()


def postmasters(folders: Sequence[Path]) -> list[int]:
    """The PostgreSQL servers that work in the folders, by process id; without their children."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            works_in = (process / "cwd").readlink()
            if (process / "comm").read_text() == "postgres\n" and any(
                works_in.is_relative_to(folder) for folder in folders
            ):
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                found[int(process.name)] = int(parent)
    return [number for number, parent in found.items() if parent not in found]


def _end(folders: Sequence[Path]) -> None:
    """Shut the servers down at once, as for a power cut, and remove the first folder."""
    while servers := postmasters(folders):
        for number in servers:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGQUIT)
        time.sleep(0.05)
    shutil.rmtree(folders[0], ignore_errors=True)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    _end([Path(name).resolve() for name in sys.argv[1:]])
