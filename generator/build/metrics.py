"""Where the time of a build goes, and the memory it takes."""

import re
import resource
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """What a build took."""

    stages: dict[str, float]
    """Wall seconds of each of the conductor's stages, one after the other."""
    people: dict[str, float]
    """CPU seconds of what was done for people, summed over the processes that did it: `fetch`,
    `compare` with what stands, `read`, `render theme/template.html`, `write`."""
    peak_memory: int
    """The most that one process of the build held at once, in bytes."""


class Totals:
    """Sums up what the shards of a build took."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._peak_memory = 0

    def add(self, seconds: Mapping[str, float], memory: int) -> None:
        """One more shard: its CPU seconds by stage, and the peak of the process that built it."""
        for stage, spent in seconds.items():
            self._seconds[stage] += spent
        self._peak_memory = max(self._peak_memory, memory)

    def metrics(self, stages: Mapping[str, float]) -> Metrics:
        """Of the build that ends here, in its conductor's process."""
        peak = max(self._peak_memory, peak_memory())
        return Metrics(stages=_rounded(stages), people=_rounded(self._seconds), peak_memory=peak)


class Stopwatch:
    """Sums up how long each stage takes: whatever went by since the lap before is the stage's."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds; laps begin now."""
        self._clock = clock
        self._last = clock()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def start(self) -> None:
        """What went by since the last lap is no stage's."""
        self._last = self._clock()

    def lap(self, stage: str) -> None:
        """A stage ends, or pauses, here."""
        now = self._clock()
        self._seconds[stage] += now - self._last
        self._last = now

    def take(self) -> dict[str, float]:
        """Seconds by stage since this was last asked, in the order in which stages first ended."""
        seconds = dict(self._seconds)
        self._seconds.clear()
        return seconds


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {stage: round(spent, 3) for stage, spent in seconds.items()}


def peak_memory() -> int:
    """The most memory this process held at once, in bytes.

    Linux's own account is asked first: `getrusage` also counts what the parent held at the fork.
    """
    with suppress(OSError):
        status = Path("/proc/self/status").read_text("ascii", "replace")
        if peak := re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE):
            return int(peak[1]) * 1024
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak_kb if sys.platform == "darwin" else peak_kb * 1024
