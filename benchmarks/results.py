"""What was measured: one JSON file, from which the documentation is made."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from benchmarks.process import Run

FILE = Path(__file__).parent / "results" / "latest.json"
BEACON_FILE = FILE.with_name("beacon.json")


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where it was measured, when, and with what."""

    date: str
    commit: str
    processor: str
    cores: int
    memory: int
    """Bytes."""
    system: str
    versions: tuple[tuple[str, str], ...]
    """Name and version of what took part."""


class Likeness(msgspec.Struct, frozen=True):
    """How the pages of a peer compare with ours."""

    compared: int
    different: int


class Cold(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Everything new: whole sites from the same people, taking turns."""

    people: int
    files: Mapping[str, int]
    bytes: Mapping[str, int]
    runs: Mapping[str, tuple[Run, ...]]
    """By peer, in the order they were made: the nth of each belong together."""
    likeness: Mapping[str, Likeness]


class Warm(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A site that stands: builds of nothing and of one changed row."""

    people: int
    nothing: tuple[Run, ...]
    one: tuple[Run, ...]
    hugo: tuple[Run, ...] = ()
    """Hugo, one person of its JSON file changed, into the same folder."""


class Watch(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """From COMMIT's return until the file has the new text, in milliseconds."""

    people: int
    latencies: tuple[float, ...]
    lost: int
    """Edits that had not arrived when patience ended."""


class Floor(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Reading the same rows raw, and writing as many bytes to as many files; nothing else."""

    people: int
    runs: tuple[Run, ...]


class Spent(msgspec.Struct, frozen=True):
    """What a statement took in one half of a pair, in milliseconds."""

    wall: float
    cpu: float
    """Of the server's processes."""


class Trigger(msgspec.Struct, frozen=True):
    """One case of `benchmarks.triggers`: the nth of each are a pair."""

    case: str
    without: tuple[Spent, ...]
    logged: tuple[Spent, ...]


class Triggers(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What the change log costs a write."""

    costs: tuple[Trigger, ...]


class Preview(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """`qwikfolio serve`: from a saved file until it is painted in a browser, in milliseconds."""

    started: float
    """From the command until it answers."""
    latencies: Mapping[str, tuple[float, ...]]
    """By what was looked at and what was saved."""


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint answered a load of events. Times as the client waits, in milliseconds."""

    seconds: float
    acknowledged: int
    """Answered with a status below 400; that each was stored is for the rows to show."""
    refused: int
    broken: int
    """Connections that were not made or were lost, and answers that did not come in time."""
    p50: float
    p99: float
    most: float


class Load(Answers, frozen=True, kw_only=True):
    """The same, and what it cost. Processor time in seconds."""

    connections: int
    rows: int
    """In the table, after a load that found it empty."""
    cpu: float
    """Of the endpoint."""
    server_cpu: float
    """Of PostgreSQL."""
    client_cpu: float
    """Of who made the load."""
    others: float
    """What everything else on the machine used of its processors meanwhile, 0 to 1."""


class Beacon(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The endpoint for events, beside the one that would be written first, taking turns."""

    people: int
    loads: Mapping[str, Mapping[str, tuple[Load, ...]]]
    """By load, then by endpoint; the nth of each belong together."""
    million: Load
    """A million events into one process of ours."""
    memory: int
    """The most that this process held at once, in bytes."""


class Stats(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Thirty days of the busiest portfolio, in milliseconds."""

    events: int
    """In the table."""
    busiest: int
    """Of them, that portfolio's in those days."""
    runs: tuple[float, ...]
    """`qwikfolio stats` once it is connected: all queries, and what is made of them."""
    documented_without: tuple[float, ...]
    """The documentation's query, before its index was there."""
    documented: tuple[float, ...]
    """With the index; it reads single events."""
    migrated: float
    """Seconds until the index was there."""
    rolled: float
    """Seconds until all events were summed up, the first time."""


Measured = Cold | Warm | Watch | Floor | Triggers | Preview | Beacon | Stats


class Case(msgspec.Struct, frozen=True):
    """One case: what came of it, or why it could not run."""

    machine: Machine
    measured: Measured | None
    skipped: str | None = None


Results = dict[str, Case]
"""By the name of the case, as `--cases` has it."""


def load(file: Path = FILE) -> Results:
    """What was measured last, case by case; nothing where nothing was."""
    if not file.exists():
        return {}
    return msgspec.json.decode(file.read_bytes(), type=Results)


def save(results: Results, file: Path = FILE) -> None:
    """Write it, for people to read too."""
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
