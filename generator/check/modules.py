"""Templates that others include or import."""

from jinja2 import nodes

from generator.check.inheritance import Statements
from generator.check.kinds import UNKNOWN, Fields, Kind
from generator.check.lookup import Lookup
from generator.check.notes import Notes, meant
from generator.check.press import Press
from generator.check.scope import Scope, said
from generator.check.subject import Subject


class Modules:
    """Reads templates where they are included or imported."""

    def __init__(
        self,
        subject: Subject,
        notes: Notes,
        lookup: Lookup,
        press: Press,
        *,
        statements: Statements,
    ) -> None:
        self._subject = subject
        self._notes = notes
        self._lookup = lookup
        self._press = press
        self._statements = statements

    def include(self, node: nodes.Include, scope: Scope) -> None:
        """Print a partial where it is included."""
        for name in self._lookup.names(node, node.template, scope):
            tree = self._lookup.found(node, name, scope, may_miss=node.ignore_missing)
            if tree is None or self._press.is_tired:
                continue
            if self._press.is_running(tree):
                self._notes.add("QF206", scope.file, node.lineno, f"{name!r} includes itself")
                continue
            names = scope.names if node.with_context else self._subject.globals
            inner = scope.inner(self._subject.file(name), names)
            with self._press.running(tree):
                self._statements(tree.body, inner)

    def import_(self, node: nodes.Import, scope: Scope) -> None:
        """Give a name to a template's macros and variables."""
        module = self._module(node, scope)
        scope.assign(node.target, Fields(said(node.template), module) if module else UNKNOWN)

    def from_import(self, node: nodes.FromImport, scope: Scope) -> None:
        """Give names to some macros and variables of a template."""
        module = dict(self._module(node, scope) or ())
        for it in node.names:
            name, alias = (it, it) if isinstance(it, str) else it
            if module and name not in module:
                message = f"{said(node.template)} has no `{name}`{meant(name, module)}"
                self._notes.add("QF208", scope.file, node.lineno, message)
            scope.assign(alias, module.get(name, UNKNOWN))

    def _module(
        self, node: nodes.Import | nodes.FromImport, scope: Scope
    ) -> tuple[tuple[str, Kind], ...]:
        """What a template that is imported offers."""
        name = self._lookup.known(node, node.template, scope)
        tree = None if name is None else self._lookup.found(node, name, scope)
        if name is None or tree is None or self._press.is_running(tree):
            return ()
        names = scope.names if node.with_context else self._subject.globals
        inner = scope.inner(self._subject.file(name), names)
        inner.page, inner.is_top = dict(names), True
        with self._press.running(tree), self._press.apart():
            self._statements(tree.body, inner)
        return tuple((it, inner.names[it]) for it in sorted(inner.assigned) if it[0] != "_")
