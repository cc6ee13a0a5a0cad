"""Templates that templates name: to extend, include or import."""

from jinja2 import nodes

from generator.check.kinds import Row, texts
from generator.check.notes import Notes, meant
from generator.check.reading import Reading
from generator.check.scope import Scope, said
from generator.check.subject import Subject


class Lookup:
    """Finds templates by name, and notes which are used."""

    def __init__(self, subject: Subject, notes: Notes, reader: Reading) -> None:
        self._subject = subject
        self._notes = notes
        self._reader = reader

    def chain(self, name: str, scope: Scope) -> list[tuple[nodes.Template, str]]:
        """A template, its parent, and so on, each with its file."""
        chain: list[tuple[nodes.Template, str]] = []
        while (tree := self._subject.tree(name)) is not None:
            file = self._subject.file(name)
            self._notes.used.add(f"template:{file}")
            if any(file == before for _tree, before in chain):
                self._notes.add("QF206", file, 0, "the template extends itself")
                break
            chain.append((tree, file))
            extends = next((it for it in tree.body if isinstance(it, nodes.Extends)), None)
            if extends is None:
                break
            scope.file = file
            parent = self.known(extends, extends.template, scope)
            if parent is None or self.missing(extends, parent, file):
                break
            name = parent
        return chain

    def found(
        self, node: nodes.Node, name: str, scope: Scope, *, may_miss: bool = False
    ) -> nodes.Template | None:
        """A template that is named, if it can be read."""
        if self.missing(node, name, scope.file, may_miss=may_miss):
            return None
        self._notes.used.add(f"template:{self._subject.file(name)}")
        return self._subject.tree(name)

    def missing(self, node: nodes.Node, name: str, file: str, *, may_miss: bool = False) -> bool:
        """Whether there is no such template; notes it, unless it may be missing."""
        if name in self._subject.templates:
            return False
        if not may_miss:
            hint = meant(name, self._subject.templates)
            self._notes.add("QF202", file, node.lineno, f"there is no template {name!r}{hint}")
        return True

    def known(self, node: nodes.Node, template: nodes.Expr, scope: Scope) -> str | None:
        """The name of the one template that is meant."""
        names = self.names(node, template, scope)
        return names[0] if len(names) == 1 else None

    def names(self, node: nodes.Node, template: nodes.Expr, scope: Scope) -> list[str]:
        """The names that a template may be called by."""
        kind = self._reader.kind(template, scope)
        options = kind.items if isinstance(kind, Row) else (kind,)
        found = [texts(it) for it in options]
        names = [name for it in found if it is not None for name in sorted(it)]
        if not names or None in found:
            message = f"which template `{said(template)}` names can't be known"
            self._notes.add("QF207", scope.file, node.lineno, message)
        return names
