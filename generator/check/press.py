"""Where the pieces of a page go, and where in its templates the reading is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from jinja2 import nodes

from generator.check.kinds import Kind, Piece
from generator.check.scope import Scope

_DEEPEST = 40
_MOST = 5_000
"""Macros, blocks and partials that are read for a page; a large theme has some hundred."""


class Press:
    """Gathers pieces, each with the conditions and loops that it stands in."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._branch: tuple[tuple[int, int], ...] = ()
        self._loops = 0
        self._conditions = 0
        self._running: list[nodes.Node] = []
        self._entered = 0

    def print(self, text: str, kind: Kind | None, line: int, scope: Scope) -> None:
        """Add a text, or a value."""
        self.pieces.append(
            Piece(text, kind, scope.file, line, self._branch, self._loops, scope.tested)
        )

    def put(self, pieces: Iterable[Piece]) -> None:
        """Add what was gathered elsewhere."""
        self.pieces += pieces

    @contextmanager
    def apart(self) -> Iterator[list[Piece]]:
        """What is printed meanwhile goes into a list of its own."""
        outer, self.pieces = self.pieces, []
        try:
            yield self.pieces
        finally:
            self.pieces = outer

    def condition(self) -> int:
        """A number for a condition that is met."""
        self._conditions += 1
        return self._conditions

    @contextmanager
    def way(self, condition: int, way: int) -> Iterator[None]:
        """Within one way of a condition."""
        outer = self._branch
        self._branch = (*outer, (condition, way))
        try:
            yield
        finally:
            self._branch = outer

    @contextmanager
    def loop(self) -> Iterator[None]:
        """Within a loop."""
        self._loops += 1
        try:
            yield
        finally:
            self._loops -= 1

    @contextmanager
    def running(self, node: nodes.Node) -> Iterator[None]:
        """Within a macro, a block or a partial."""
        self._running.append(node)
        self._entered += 1
        try:
            yield
        finally:
            self._running.pop()

    def is_running(self, node: nodes.Node) -> bool:
        """Whether the reading is within it already."""
        return any(node is it for it in self._running)

    @property
    def is_tired(self) -> bool:
        """Whether so much has been read that what is left is the same again."""
        return len(self._running) > _DEEPEST or self._entered > _MOST
