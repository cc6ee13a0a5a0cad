"""Who stands at which address: whoever claimed it first, by slug or by username.

The database says who was first (`qwikfolio.address_claims`), so the outcome depends on the set of
claims alone, not on their order or on earlier builds, and no manifest that is lost changes it. An
address that looks like somebody else's is refused to whoever came later.
"""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

import msgspec

from generator.errors import ConfigError
from generator.model.address import UnsafeSegmentError, collision_key, path_segment
from generator.model.lookalike import skeleton
from generator.model.problem import Problem, quote
from generator.model.reserved import why_reserved
from generator.publish.manifest import Manifest
from generator.sql import queries

_SQL = queries("generator.publish", "addresses.sql")
_SLUG = ("portfolios", "slug")
_USERNAME = ("profiles", "username")
_Problems = list[Problem]


Claim = tuple[str, str | None, str | None, int | None, int | None, str]
"""Owner, slug, username, the precedence of either (the smallest has the address), and the id of the
owner's row of `portfolios`."""


def settle(
    manifest: Manifest,
    claims: Iterable[Claim],
    own: Collection[str],
    *,
    everybody: bool,
) -> None:
    """Take the claims of the people who are due, and settle every address that they touch.

    Whoever is touched in turn becomes due. Nothing is durable before `manifest.commit`.

    Args:
        manifest: Takes the claims, in place of those it has of these people.
        claims: Each owner once. Who is due and not among them is not public.
        own: The keys of the site's own names, such as its hand-written pages, which nobody else
            may have.
        everybody: Whether these are the claims of everybody who is public.
    """
    run = manifest.connection.execute
    run(_SQL["reopened"])
    if everybody:
        manifest.execute("owners_due")
        manifest.execute("everybody_due")
        run("DELETE FROM addresses")
    else:
        run(_SQL["reopen"])
    run(_SQL["forget_claims"])
    run(_SQL["forget_disputes"])
    unusable: list[Problem] = []
    manifest.connection.executemany(_SQL["claim"], _rows(claims, own, unusable))
    if everybody:
        manifest.execute("everybody_due")
    run(_SQL["reopen"])
    if not everybody:
        run(_SQL["reopen_usernames"])
        run(_SQL["neighbours_due"])
        run(_SQL["forget_addresses"])
    run(_SQL["winners"])
    for step in ("win", "settle_slugs", "settle_usernames", "forget_winners", "close"):
        run(_SQL[step])
    run(_SQL["forget_outcomes"])
    _note(manifest, "claim", unusable)
    _note(manifest, "outcome", _losers(manifest))


def count(manifest: Manifest) -> int:
    """How many people are public."""
    people: int = manifest.connection.execute(_SQL["count_claims"]).fetchone()[0]
    return people


def segment_of(manifest: Manifest, owner: str) -> str | None:
    """Where the person stands; None where nowhere."""
    row = manifest.connection.execute(_SQL["address"], (owner,)).fetchone()
    return row[0] if row else None


def find_owner(manifest: Manifest, address: str) -> str:
    """Whose address it is.

    Raises:
        ConfigError: Nobody's; the message suggests those that look alike.
    """
    owner = owner_at(manifest, address)
    if owner is not None:
        return owner
    key = collision_key(address.strip("/"))
    keys = [key for (key,) in manifest.connection.execute(_SQL["keys"], (key[:1],))]
    alike = get_close_matches(key, keys)
    raise ConfigError(
        f"nobody public stands at {address!r}",
        where="--only",
        fix=f"did you mean {' or '.join(alike)}?" if alike else "name a slug or a username",
    )


def owner_at(manifest: Manifest, address: str) -> str | None:
    """Who stands at the address, or is sent on from it; None: nobody."""
    return _holder(manifest, collision_key(address.strip("/")))


def is_address(manifest: Manifest, segment: str) -> bool:
    """Whether somebody stands at the segment, or is sent on from it."""
    return owner_at(manifest, segment) is not None


def _holder(manifest: Manifest, key: str) -> str | None:
    row = manifest.connection.execute(_SQL["find"], (key,)).fetchone()
    return row[0] if row else None


def _note(manifest: Manifest, stage: str, problems: list[Problem]) -> None:
    """Keep the problems, by whose they are."""
    by_owner: dict[str, list[Problem]] = {}
    for problem in problems:
        by_owner.setdefault(problem.owner, []).append(problem)
    manifest.connection.executemany(
        _SQL["dispute"],
        (
            (owner, stage, any(p.level == "error" for p in theirs), msgspec.json.encode(theirs))
            for owner, theirs in by_owner.items()
        ),
    )


def _rows(
    claims: Iterable[Claim], own: Collection[str], problems: list[Problem]
) -> Iterator[tuple[str | int | None, ...]]:
    """The claims as rows of the manifest, what can't be an address left out with a warning."""
    for owner, slug, username, slug_precedence, username_precedence, portfolio in claims:
        row: list[str | int | None] = [owner, portfolio]
        for (table, column), text, precedence in (
            (_SLUG, slug, slug_precedence),
            (_USERNAME, username, username_precedence),
        ):
            segment = None
            try:
                segment = _segment(text, own) if text else None
            except UnsafeSegmentError as error:
                reason = f"{quote(text)} can't be an address: {error}"
                problems.append(_problem(owner, (table, column), portfolio, reason))
            key = segment and collision_key(segment)
            row += [segment, key, key and skeleton(key), precedence]
        yield tuple(row)


def _segment(text: str, own: Collection[str]) -> str:
    segment = path_segment(text)
    if reason := why_reserved(segment, own):
        raise UnsafeSegmentError(reason)
    return segment


def _losers(manifest: Manifest) -> list[Problem]:
    """What is to be said of claims that somebody else's go before.

    That somebody has no address for that reason is no error: anybody could make builds fail.
    """
    found: dict[str, list[Problem]] = {}
    run = manifest.connection.execute
    for owner, portfolio, is_username, text, holder, address in run(_SQL["lost"]):
        is_same = collision_key(text) == collision_key(address)
        reason = (
            f"{text!r} is the address of {holder}"
            if is_same
            else f"{text!r} looks like {address!r}, the address of {holder}"
        )
        place = _USERNAME if is_username else _SLUG
        found.setdefault(owner, []).append(_problem(owner, place, portfolio, reason))
    for owner, portfolio in run(_SQL["homeless"]).fetchall():
        lost = found.get(owner, [])
        why = [it.reason for it in (*_unusable(manifest, owner), *lost) if it.column == _SLUG[1]]
        homeless = Problem(
            kind="no_address", level="warning" if lost else "error", owner=owner,
            table=_SLUG[0], column=_SLUG[1], row=portfolio,
            reason="; ".join(["there is no address left for this person", *why]),
        )  # fmt: skip
        found.setdefault(owner, []).append(homeless)
    return [problem for theirs in found.values() for problem in theirs]


def _unusable(manifest: Manifest, owner: str) -> list[Problem]:
    """What was said of a person's claims before anybody else's were looked at."""
    rows = manifest.connection.execute(_SQL["claim_dispute"], (owner,))
    return [problem for (noted,) in rows for problem in msgspec.json.decode(noted, type=_Problems)]


def _problem(owner: str, place: tuple[str, str], portfolio: str, reason: str) -> Problem:
    """A warning of a slug, or of a username, whose row has the owner's id."""
    table, column = place
    return Problem(
        kind="address", level="warning", owner=owner, table=table, column=column,
        row=portfolio if place == _SLUG else owner, reason=reason,
    )  # fmt: skip
