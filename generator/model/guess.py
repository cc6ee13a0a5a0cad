"""Advice for a misspelt name."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known name that is most like the word; None where none is like it.

    Upper and lower case, and hyphens for underscores, make no difference.
    """
    plain = {_plain(name): name for name in sorted(known, reverse=True)}
    near = get_close_matches(_plain(word), plain, n=1, cutoff=cutoff)
    return plain[near[0]] if near else None


def guess(word: str, known: Iterable[str]) -> str:
    """The advice for a misspelt name: the nearest known one, or all of them."""
    known = sorted(known)
    near = nearest(word, known)
    return f"did you mean {near}?" if near else f"use one of: {', '.join(known)}"


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")
