"""Which problems were told, so that a later build tells only what is new.

The manifest keeps a digest of each, since what a problem says may be personal. They are noted after
the listener has heard of them: a build that dies before that leaves them to be told by the next.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from generator.model.affected import Affected, Notice
from generator.model.problem import DIGEST_SIZE, Problem, digest, without_repetitions
from generator.publish.manifest import Manifest, chosen

Extent = Literal["changed", "errors", "everything"]
"""Of whom is told: whose problems may be others by now; who has errors, too; or everybody."""

_AT_ONCE = 500
_problems = msgspec.json.Decoder(tuple[Problem, ...])

_Row = tuple[
    str, str | None, str | None, bytes | None, bytes | None, bytes | None, bytes, int
]  # fmt: skip
_Told = tuple[bytes, int, int, str]


def affected(
    manifest: Manifest, extent: Extent, only: Sequence[str] | None = None
) -> Iterator[Affected]:
    """The people who have problems to be told, by owner, or those among `only`.

    Each is noted as told when the next is asked for; durable with the next `manifest.commit`.
    """
    flags: dict[str, object] = {"errors": extent == "errors", "everybody": extent == "everything"}
    if only is not None:
        query, parameters = manifest.sql["affected_among"], {**flags, **chosen(only)}
        yield from _told(manifest, manifest.connection.execute(query, parameters).fetchall())
        return
    query, after = manifest.sql["affected"], ""
    while True:
        parameters = {**flags, "after": after, "limit": _AT_ONCE}
        rows = manifest.connection.execute(query, parameters).fetchall()
        if not rows:
            return
        yield from _told(manifest, rows)
        after = rows[-1][0]


def count_warnings(manifest: Manifest, only: Sequence[str] | None = None) -> int:
    """How many warnings were told, by this build or an earlier one, and last still."""
    row = manifest.connection.execute(manifest.sql["count_warnings"], chosen(only)).fetchone()
    return int(row[0])


def _told(manifest: Manifest, rows: Sequence[_Row]) -> Iterator[Affected]:
    told: list[_Told] = []
    mended: list[tuple[str]] = []
    for row in rows:
        owner, name, segment, *noted, known, changed = row
        problems = without_repetitions(
            problem for some in noted if some for problem in _problems.decode(some)
        )
        if not problems:
            mended.append((owner,))
            continue
        digests = list(map(digest, problems))
        before = {known[at : at + DIGEST_SIZE] for at in range(0, len(known), DIGEST_SIZE)}
        notices = zip(problems, digests, strict=True)
        yield Affected(
            owner=owner,
            name=name,
            address=f"/{segment}/" if segment else None,
            notices=tuple(Notice(problem, mark not in before) for problem, mark in notices),
        )
        if not changed:
            continue
        warnings = sum(it.count for it in problems if it.level == "warning")
        errors = sum(it.level == "error" for it in problems)
        told.append((b"".join(digests), warnings, errors, owner))
    manifest.execute_all("note_told", told)
    manifest.execute_all("mended", mended)
