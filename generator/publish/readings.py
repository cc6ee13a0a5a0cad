"""What the readings of people's rows said; kept in the manifest, so that every build can say it."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from generator.model.problem import Problem
from generator.publish.manifest import Manifest, chosen

_problems = msgspec.json.Decoder(tuple[Problem, ...])


def note(
    manifest: Manifest, readings: Iterable[tuple[str, str, bytes | None, Sequence[Problem]]]
) -> None:
    """Keep readings (owner, theme, failed, problems), in place of those before.

    `failed` is the fingerprint of what no page could be made from. Durable with the next
    `manifest.commit`.
    """
    manifest.execute_all(
        "note_reading",
        (
            (owner, theme, failed, msgspec.json.encode(problems) if problems else None)
            for owner, theme, failed, problems in readings
        ),
    )


def disputes(manifest: Manifest, only: Sequence[str] | None = None) -> Iterator[Problem]:
    """The problems of addresses, by owner."""
    for (problems,) in manifest.connection.execute(manifest.sql["disputes"], chosen(only)):
        yield from _problems.decode(problems)


def failed(manifest: Manifest, only: Sequence[str] | None = None) -> tuple[str, ...]:
    """Everybody, or of some people those, whose page could not be built."""
    rows = manifest.connection.execute(manifest.sql["failed"], chosen(only))
    return tuple(owner for (owner,) in rows)
