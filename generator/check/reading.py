"""What every reader of expressions needs: to ask for kinds, and to note what is wrong."""

from jinja2 import nodes

from generator.check.kinds import Fields, Kind, Table
from generator.check.notes import Notes
from generator.check.scope import Scope, assume
from generator.check.subject import Subject


class Reading:
    """An expression's reader, as its parts know it."""

    def __init__(self, subject: Subject, notes: Notes) -> None:
        self.subject = subject
        self.notes = notes

    def kind(self, node: nodes.Node, scope: Scope) -> Kind:
        """The kind of an expression; what is wrong with it is noted."""
        raise NotImplementedError

    def quietly(self, node: nodes.Node, scope: Scope) -> Kind:
        """The kind of an expression that is read, and blamed, elsewhere."""
        with self.notes.quietly():
            return self.kind(node, scope)

    def condition(self, node: nodes.Node, scope: Scope, *, holds: bool) -> None:
        """Note in a scope what is known where a condition holds, or where it does not."""
        assume(scope, node, lambda asked: self.quietly(asked, scope), holds=holds)

    def use(self, kind: Kind, name: str) -> None:
        """Note that a word or a setting is used."""
        if isinstance(kind, Fields):
            self.notes.used.add(f"{kind.of}.{name}")
        elif isinstance(kind, Table) and kind.origin:
            self.notes.used.add(f"{kind.origin}.{name}")

    def blame(self, code: str, node: nodes.Node, scope: Scope, message: str, fix: str = "") -> None:
        """Note a mistake in an expression."""
        self.notes.add(code, scope.file, node.lineno, message, fix)
