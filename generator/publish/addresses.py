"""Who stands at which address: slugs first, then usernames, then redirects.

The outcome depends on the set of claims alone, not on their order or on earlier builds. Where two
claim the same address, the one written in lower case, as the app writes slugs, wins; then the elder
portfolio; then the smaller user_id.
"""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from generator.errors import ConfigError
from generator.model.address import (
    UnsafeSegmentError,
    collision_key,
    is_reserved,
    path_segment,
)
from generator.model.problem import Problem, quote
from generator.publish.manifest import Manifest


def take_claims(
    manifest: Manifest,
    claims: Iterable[tuple[str, str | None, str | None, str]],
    pages: Collection[str],
) -> list[Problem]:
    """Note what every public person would be addressed by; committed on return.

    Args:
        manifest: Takes the claims, in place of the last build's.
        claims: owner, slug, username, since, each owner once.
        pages: The keys of the site's hand-written pages, which nobody else may have.

    Returns:
        A warning for each slug or username that can't be an address.
    """
    problems: list[Problem] = []
    manifest.execute("forget_claims")
    manifest.connection.executemany(manifest.sql["claim"], _rows(claims, pages, problems))
    manifest.execute("forget_entries")
    manifest.execute("forget_problems")
    manifest.commit()
    return problems


def settle(manifest: Manifest) -> list[Problem]:
    """Give every claimant an address, and say who can't have the one they ask for.

    Returns:
        A warning for each slug or username that is somebody else's, an error for each person who
        has no address at all.
    """
    manifest.execute("forget_addresses")
    for step in ("settle_slugs", "settle_usernames", "settle_redirects"):
        manifest.execute(step)
    manifest.execute("forget_homeless_entries")
    manifest.commit()
    return list(_losers(manifest))


def count(manifest: Manifest) -> int:
    """How many people are public."""
    people: int = manifest.connection.execute(manifest.sql["count_claims"]).fetchone()[0]
    return people


def segment_of(manifest: Manifest, owner: str) -> str | None:
    """Where the person stands in this build; None where nowhere."""
    row = manifest.connection.execute(manifest.sql["address"], (owner,)).fetchone()
    return row[0] if row else None


def is_address(manifest: Manifest, path: str) -> bool:
    """Whether the file at `path` is the page of an address in use."""
    return manifest.connection.execute(manifest.sql["is_address"], (path,)).fetchone() is not None


def find_owner(manifest: Manifest, address: str) -> str:
    """Whose address it is.

    Raises:
        ConfigError: Nobody's; the message suggests those that look alike.
    """
    key = collision_key(address.strip("/"))
    row = manifest.connection.execute(manifest.sql["find"], (key,)).fetchone()
    if row:
        owner: str = row[0]
        return owner
    keys = [key for (key,) in manifest.connection.execute(manifest.sql["keys"], (key[:1],))]
    alike = get_close_matches(key, keys)
    raise ConfigError(
        f"nobody public stands at {address!r}",
        where="--only",
        fix=f"did you mean {' or '.join(alike)}?" if alike else "name a slug or a username",
    )


def redirects(manifest: Manifest) -> Iterator[tuple[str, str, str]]:
    """owner, from, to: who is also to be found at the username."""
    yield from manifest.connection.execute(manifest.sql["redirects"])


def _rows(
    claims: Iterable[tuple[str, str | None, str | None, str]],
    pages: Collection[str],
    problems: list[Problem],
) -> Iterator[tuple[str | None, ...]]:
    """The claims as rows of the manifest, what can't be an address left out with a warning."""
    for owner, slug, username, since in claims:
        segments: list[str | None] = []
        for table, column, text in (
            ("portfolios", "slug", slug),
            ("profiles", "username", username),
        ):
            try:
                segments.append(_segment(text, pages) if text else None)
            except UnsafeSegmentError as error:
                reason = f"{quote(text)} can't be an address: {error}"
                problems.append(Problem("warning", owner, table, column, owner, reason))
                segments.append(None)
        keys = [segment and collision_key(segment) for segment in segments]
        in_lower_case = keys[0] is not None and keys[0] == segments[0]
        seniority = f"{'0' if in_lower_case else '1'} {since} {owner}"
        yield owner, seniority, segments[0], keys[0], segments[1], keys[1]


def _segment(text: str, pages: Collection[str]) -> str:
    segment = path_segment(text)
    if is_reserved(segment, pages):
        raise UnsafeSegmentError("the site uses it itself")
    return segment


def _losers(manifest: Manifest) -> Iterator[Problem]:
    connection, sql = manifest.connection, manifest.sql
    for owner, slug, winner in connection.execute(sql["lost_slugs"]):
        yield Problem(
            "warning", owner, "portfolios", "slug", owner, f"{slug!r} is the address of {winner}"
        )
    for owner, name, winner in connection.execute(sql["lost_usernames"]):
        yield Problem(
            "warning", owner, "profiles", "username", owner, f"{name!r} is the address of {winner}"
        )
    for (owner,) in connection.execute(sql["homeless"]):
        yield Problem(
            "error", owner, "portfolios", "slug", owner,
            "there is no address left for this person: give them a slug of their own",
        )  # fmt: skip
