"""A shard: some people's pages as one piece of work, and what came of it.

Shards are plain data, so that a worker may be this process, another one, or one of a cluster. The
conductor makes them from the manifest, announces their files, and takes the results back into it;
a worker knows no manifest.
"""

import msgspec

from generator.model.problem import Problem
from generator.publish.directory import Entry
from generator.publish.manifest import Standing


class Order(msgspec.Struct, frozen=True, array_like=True):
    """One person's page, to be looked at and made anew if it must be."""

    owner: str
    """`portfolios.user_id`."""
    segment: str
    """Where the page stands: `/<segment>/`."""
    page: Standing | None
    """What stands there of this person's, whole; None where nothing does."""
    redirect_from: str | None
    """The segment that sends on to the page; None where there is none."""
    redirect: Standing | None
    """What stands there, whole."""
    failed: bytes | None = None
    """The fingerprint that no page could be made from last time; None where one could."""


class Shard(msgspec.Struct, frozen=True, array_like=True):
    """Some people, in the order of their ids."""

    orders: tuple[Order, ...]


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """What a person's rows said, besides the page."""

    theme: str
    """The theme they want."""
    problems: tuple[Problem, ...]
    entry: Entry | None
    """For the site's own pages; None where the page could not be built."""
    failed: bytes | None = None
    """The fingerprint of what the page could not be built from; None where it could."""


class Result(msgspec.Struct, frozen=True, array_like=True):
    """What became of an order."""

    owner: str
    page: Standing | None
    """What stands now; None where nothing that may."""
    redirect: Standing | None
    reading: Reading | None
    """None where the page stands, or fails, as it did before, and where no rows exist."""
    written: int
    """How many files."""
    has_rows: bool = True
    """Whether there are rows of the person; else the next build finds out why."""


class ShardResult(msgspec.Struct, frozen=True, array_like=True):
    """What became of a shard: one result an order, in the same order."""

    results: tuple[Result, ...]
    seconds: dict[str, float]
    """CPU seconds of each stage, as `Metrics.people` names them."""
    peak_memory: int
    """The most that the process that built it has held at once, in bytes."""
    links: tuple[str, ...] = ()
    """The symbolic links that were met in the output, and removed."""


def page_file(segment: str) -> str:
    """The file of the page at `/<segment>/`, relative to `output/`."""
    return f"{segment}/index.html"
