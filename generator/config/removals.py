"""How many people one build may take away without being asked: `limits.removals`, parsed."""

import re
from decimal import Decimal

import msgspec

FEWEST = 10
"""A share of a small site would be nobody: so many may always go."""

_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?) ?%", re.ASCII)
_COUNT = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_WHOLE = 100


class RemovalLimit(msgspec.Struct, frozen=True):
    """A limit that depends on how many people there are."""

    at_least: int
    """People that may go, however few there are."""
    percent: Decimal
    """Of those who have a page, 0 to 100."""

    def among(self, people: int) -> int:
        """How many of so many people may go."""
        return max(self.at_least, int(people * self.percent / _WHOLE))


def parse_removals(text: str | int) -> RemovalLimit:
    """A share like `20%`, of which `FEWEST` may always go, or a count of 1 or more.

    Raises:
        ValueError: It is neither.
    """
    if share := _SHARE.fullmatch(str(text)):
        percent = Decimal(share[1])
        if percent <= _WHOLE:
            return RemovalLimit(FEWEST, percent)
    elif _COUNT.fullmatch(str(text)):
        return RemovalLimit(int(text), Decimal(0))
    raise ValueError(text)
