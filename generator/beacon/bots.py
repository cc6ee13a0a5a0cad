"""Which user agents are bots: the list that the package `crawler-user-agents` keeps.

Its patterns match as its authors mean them, case and all. Most are plain text, and 1,500 of them
tried one after the other take 0.1 ms; so plain text is looked up by how it begins.
"""

import re
from functools import lru_cache
from typing import Final

import msgspec

from generator.extras import folder_of

_LONGEST = 256
"""How much of a user agent the patterns see, in bytes: some take quadratic time."""
_KNOWN = 8192
"""How many answers are remembered: at most 4 MB of user agents."""
_PREFIX = 3
_MISTAKEN = {r"AP3A\.240617\.008"}
"""The build of Android 15 on millions of phones, whose apps' browsers name it; no crawler does."""
_PLAIN = re.compile(r"(?:[^\\^$.|?*+()\[\]{}]|\\[^\w])+", re.ASCII)
"""A pattern that stands for one text."""


class _Entry(msgspec.Struct):
    """One crawler of the list; the rest of what it says is not read."""

    pattern: str


class _Crawlers:
    """The list, ready to be searched.

    Args:
        patterns: Regular expressions.
    """

    def __init__(self, patterns: list[str]) -> None:
        self._plain: Final[dict[bytes, tuple[bytes, ...]]] = {}
        others = []
        for pattern in patterns:
            text = re.sub(r"\\(.)", r"\1", pattern).encode()
            if _PLAIN.fullmatch(pattern) and len(text) >= _PREFIX:
                begin = text[:_PREFIX]
                self._plain[begin] = (*self._plain.get(begin, ()), text)
            else:
                others.append(pattern)
        self._others: Final = re.compile("|".join(others).encode())

    def match(self, agent: bytes) -> bool:
        """Whether a pattern is found in a user agent."""
        plain = self._plain
        for at in range(len(agent) - _PREFIX + 1):
            texts = plain.get(agent[at : at + _PREFIX])
            if texts is not None and agent.startswith(texts, at):
                return True
        return self._others.search(agent) is not None


def _read() -> list[str]:
    """The patterns. The package's own module would read its other 500 KB into memory, too."""
    file = folder_of("crawleruseragents") / "crawler-user-agents.json"
    entries = msgspec.json.decode(file.read_bytes(), type=list[_Entry])
    return [entry.pattern for entry in entries if entry.pattern not in _MISTAKEN]


_crawlers = _Crawlers(_read())


def is_bot(agent: bytes) -> bool:
    """Whether a user agent is a program's: on the list, or empty."""
    return _judged(agent[:_LONGEST])


@lru_cache(_KNOWN)
def _judged(agent: bytes) -> bool:
    return not agent.strip() or _crawlers.match(agent)
