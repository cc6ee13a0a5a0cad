"""One run of a program: how long, how much processor time, how much memory."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

_EVERY = 0.02  # seconds between two looks at the memory
_TICK = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_LINES_SHOWN = 5


class RunError(Exception):
    """The program failed; the message has the last lines it said."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one run took. Times in seconds, memory in bytes."""

    wall: float
    cpu: float
    """Of the program and its children, user and system."""
    memory: int
    """The most that any one process of the program held at once (`VmHWM`)."""
    memory_of_all: int
    """The sum of what each of its processes held at most; what they share is counted each time."""
    server_cpu: float = 0
    """Of PostgreSQL, during the run."""
    server_memory: int = 0
    """The most that a backend held which came with the run, shared buffers it touched included."""
    others: float = 0
    """What everything else on the machine used of its processors meanwhile, 0 to 1."""


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], server: int | None = None
) -> Run:
    """Run a program to its end, on a disk that has nothing left to write from before.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        environment: All of it.
        server: The process id of the PostgreSQL it uses, if any.

    Raises:
        RunError: It ends with another code than 0.
    """
    os.sync()
    server_cpu, (busy, passed) = cpu_of(server), processors()
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        with _MemoryWatch(process.pid, server) as memory:
            said = process.stdout.read() if process.stdout else b""
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        lines = said.decode("utf-8", "replace").splitlines()[-_LINES_SHOWN:]
        name = " ".join([Path(command[0]).name, *command[1:4]])
        raise RunError("\n".join([f"{name}, … ended with {process.returncode}:", *lines]))
    cpu = usage.ru_utime + usage.ru_stime
    server_cpu = cpu_of(server) - server_cpu
    busy_now, passed_now = processors()
    return Run(
        wall=round(wall, 4),
        cpu=round(cpu, 3),
        memory=max(memory.ours.values(), default=0),
        memory_of_all=sum(memory.ours.values()),
        server_cpu=round(server_cpu, 3),
        server_memory=max(memory.backends.values(), default=0),
        others=round(
            max(0.0, busy_now - busy - cpu - server_cpu) / max(_EVERY, passed_now - passed), 2
        ),
    )


def cpu_of(server: int | None) -> float:
    """Seconds of processor time that a server has used so far, with its children, ended ones too.

    Args:
        server: Its process id; a PostgreSQL's is the postmaster's.
    """
    if server is None:
        return 0.0
    user, system, ended_user, ended_system = _times(server)
    living = sum(sum(_times(child)[:2]) for child in _children(server))
    return (user + system + ended_user + ended_system + living) / _TICK


def processors() -> tuple[float, float]:
    """Seconds that all processors were busy since the machine started, and those that passed.

    What a hypervisor took away counts as busy.
    """
    fields = (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]
    times = [int(field) / _TICK for field in fields]
    idle = times[3] + times[4]
    return sum(times) - idle, sum(times)


class _MemoryWatch:
    """Looks at the processes of a program, and at the backends that came after it, until told."""

    def __init__(self, program: int, server: int | None) -> None:
        self.ours: dict[int, int] = {}
        self.backends: dict[int, int] = {}
        self._program = program
        self._server = server
        self._before = set(_children(server)) if server else set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "_MemoryWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(_EVERY):
            for process in _tree(self._program):
                self.ours[process] = max(self.ours.get(process, 0), peak_memory(process))
            for process in _children(self._server) if self._server else ():
                if process not in self._before:
                    peak = max(self.backends.get(process, 0), peak_memory(process))
                    self.backends[process] = peak


def _tree(process: int) -> Iterator[int]:
    yield process
    for child in _children(process):
        yield from _tree(child)


def _children(process: int) -> list[int]:
    found: list[int] = []
    for file in _PROC.glob(f"{process}/task/*/children"):
        try:
            found += map(int, file.read_text().split())
        except OSError:  # it has just ended
            continue
    return found


def _times(process: int) -> tuple[int, ...]:
    """User and system time of a process, then of its ended children, in ticks."""
    try:
        fields = (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0, 0, 0
    return tuple(map(int, fields[11:15]))


def peak_memory(process: int) -> int:
    """The most that a process held at once so far (`VmHWM`), in bytes; 0 where it has ended."""
    try:
        status = (_PROC / str(process) / "status").read_text()
    except OSError:
        return 0
    _, found, rest = status.partition("VmHWM:")
    return int(rest.split()[0]) * 1024 if found else 0
