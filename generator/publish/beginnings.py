"""Where the pages of the directory begin: with whoever has the lowest dice far and wide.

The dice are a hash of each person. Among people in the order of their names, one begins a page of
level 1 whose dice are lower than those of the `radius` people before and the `radius` people after;
among those who begin a page of level 1, likewise for level 2; and so on. So a page has at least
`radius` people (the first) or one more, twice as many on average, and seldom four times as many.
Where pages begin is a function of the set of people alone, and one person can change it only within
`radius` of their place: the pages beside that.
"""

import sqlite3
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from itertools import count

from generator.sql import queries

_Member = tuple[str, str, int]  # sort_key, owner, dice
_Place = tuple[str, str]
_ALL = -1  # as a LIMIT
_MANY = 500  # places: to draw for 100,000 people takes as long as near 400 of them


class Beginnings:
    """Draws who begins a page, on each level, and keeps it in `entries.level`."""

    def __init__(self, connection: sqlite3.Connection, radius: int) -> None:
        self._connection = connection
        self._sql = queries("generator.publish", "beginnings.sql")
        self._radius = radius

    def draw(self) -> None:
        """Draw anew for everybody."""
        for level in count(1):
            members = self._members("from", level, ("", ""), _ALL)
            begin = {owner for _key, owner, _dice in _minima(members, self._radius)}
            began = {owner for (owner,) in self._connection.execute(self._sql["all"], (level,))}
            self._change(level, begin, began)
            if not begin:
                return

    def redraw(self) -> None:
        """Draw anew near every place where somebody came or went, on whichever level."""
        if self._connection.execute(self._sql["many_places"], (_MANY,)).fetchone():
            self.draw()
            return
        for level in count(1):
            places = self._connection.execute(self._sql["places"], (level - 1,)).fetchall()
            if not places:
                return
            for place in places:
                self._redraw_near(level, place)

    def _redraw_near(self, level: int, place: _Place) -> None:
        before = list(self._members("before", level, place, 2 * self._radius))[::-1]
        after = list(self._members("from", level, place, 2 * self._radius + 1))
        members = before + after
        near = members[max(0, len(before) - self._radius) : len(before) + self._radius + 1]
        begin = {owner for _key, owner, _dice in _minima(members, self._radius)}
        began = self._began(level, near[0][:2], near[-1][:2]) if near else set()
        self._change(level, begin & {owner for _key, owner, _dice in near}, began)

    def _began(self, level: int, first: _Place, last: _Place) -> set[str]:
        """Who begins a page of the level so far, from one member to another."""
        rows = self._connection.execute(self._sql["began"], (level, *first, *last))
        return {owner for (owner,) in rows}

    def _members(self, side: str, level: int, place: _Place, limit: int) -> Iterator[_Member]:
        """Those of whom some begin a page of the level, on one side of a place."""
        if level == 1:
            return self._connection.execute(self._sql[f"people_{side}"], (*place, limit))
        return self._connection.execute(self._sql[f"nodes_{side}"], (level - 1, *place, limit))

    def _change(self, level: int, begin: Collection[str], began: Collection[str]) -> None:
        up = [(level, owner) for owner in begin if owner not in began]
        down = [(level - 1, owner) for owner in began if owner not in begin]
        self._connection.executemany(self._sql["set_level"], up + down)


def _minima(members: Iterable[_Member], radius: int) -> Iterator[_Member]:
    """Those whose dice are the lowest among `radius` members on either side, and themselves.

    Who has fewer on a side is none of them.
    """
    span = 2 * radius
    lowest: deque[tuple[int, int]] = deque()  # position and dice, rising: who may be lowest yet
    delayed: deque[_Member] = deque(maxlen=radius + 1)
    for position, member in enumerate(members):
        dice = member[2]
        while lowest and lowest[-1][1] > dice:
            lowest.pop()
        lowest.append((position, dice))
        if lowest[0][0] < position - span:
            lowest.popleft()
        delayed.append(member)
        if position >= span and lowest[0][1] == delayed[0][2]:
            yield delayed[0]
