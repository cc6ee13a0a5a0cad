"""What holds for every text of Markdown, whichever engine reads it."""

LINK_REL = "nofollow noopener ugc"
"""The `rel` of a link somebody wrote into a text of theirs."""

_LOWEST_HEADING = 6


class Headings:
    """The tags of a text's headings, in the order in which they come.

    They keep their order of rank, not their number: the first has the given level, none skips one.
    """

    def __init__(self, level: int) -> None:
        self._level = level
        self._above: list[
            int
        ] = []  # the ranks, as they were written, that the next may stand under

    def tag(self, rank: int) -> str:
        """`h4` for the next heading, written with so many `#`."""
        self._above = [higher for higher in self._above if higher < rank]
        tag = f"h{min(self._level + len(self._above), _LOWEST_HEADING)}"
        self._above.append(rank)
        return tag
