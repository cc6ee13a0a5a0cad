"""Macros: read where they are called, with the kinds of what they are given."""

from typing import NamedTuple

from jinja2 import nodes

from generator.check.filters import Given
from generator.check.inheritance import Statements
from generator.check.kinds import HTML, UNKNOWN, Function, Html, Kind, each
from generator.check.notes import Notes, meant
from generator.check.press import Press
from generator.check.printing import Printing
from generator.check.reading import Reading
from generator.check.scope import Scope


class Body(NamedTuple):
    """A macro, or what is given to one by `call`."""

    node: nodes.Macro | nodes.CallBlock
    scope: Scope
    """Where it was written."""


class Macros:
    """Reads macros."""

    def __init__(
        self,
        notes: Notes,
        reader: Reading,
        press: Press,
        printing: Printing,
        *,
        statements: Statements,
    ) -> None:
        self._notes = notes
        self._reader = reader
        self._press = press
        self._printing = printing
        self._statements = statements
        self._uncalled: dict[int, Function] = {}

    def read_uncalled(self) -> None:
        """Macros that nothing has called are read with arguments of any kind."""
        for function in list(self._uncalled.values()):
            with self._press.apart():
                given = Given(function, (), {})
                self._run(function.macro, given, frozenset(), blind=True)

    def macro(self, node: nodes.Macro, scope: Scope) -> None:
        """Note a macro; it is read where it is called."""
        function = Function(node.name, HTML, Body(node, scope))
        self._uncalled[id(node)] = function
        scope.assign(node.name, function)

    def call_block(self, node: nodes.CallBlock, scope: Scope) -> None:
        """Print what a macro makes of a body that is given to it."""
        body = Function("caller", HTML, Body(node, scope))
        called = self._reader.kind(node.call.node, scope)
        args = [self._reader.kind(it, scope) for it in node.call.args]
        named = {it.key: self._reader.kind(it.value, scope) for it in node.call.kwargs}
        for kind in each(called):
            if isinstance(kind, Function) and kind.macro is not None:
                given = Given(kind, args, {**named, "caller": body})
                self._printing.value(self.call(kind, given, scope, node), node.lineno, scope)

    def call(self, function: Function, given: Given, scope: Scope, node: nodes.Node) -> Kind:
        """What a macro, or the body given to one, makes where it is called."""
        body: Body = function.macro
        self._uncalled.pop(id(body.node), None)
        spread = getattr(node, "dyn_args", None) or getattr(node, "dyn_kwargs", None)
        if not spread and (fault := _faulty_arguments(body.node, given)):
            message = f"`{function.of}` {fault}"
            self._notes.add("QF112", scope.file, node.lineno, message)
        if self._press.is_running(body.node) or self._press.is_tired:
            return HTML
        with self._press.apart() as pieces:
            self._run(body, given, scope.tested)
        return Html(pieces=tuple(pieces))

    def _run(
        self, body: Body, given: Given, tested: frozenset[str], *, blind: bool = False
    ) -> None:
        """Read a body; what is known of the page where it is called holds in it, too."""
        node = body.node
        inner = body.scope.inner()
        inner.tested |= tested
        first_default = len(node.args) - len(node.defaults)
        for at, argument in enumerate(node.args):
            kind: Kind = UNKNOWN
            if at < len(given.args):
                kind = given.args[at]
            elif argument.name in given.named:
                kind = given.named[argument.name]
            elif at >= first_default and not blind:
                kind = self._reader.kind(node.defaults[at - first_default], inner)
            inner.assign(argument.name, kind)
        inner.names["varargs"] = inner.names["kwargs"] = UNKNOWN
        inner.names["caller"] = given.named.get("caller", UNKNOWN)
        with self._press.running(node):
            self._statements(node.body, inner)


def _faulty_arguments(node: nodes.Macro | nodes.CallBlock, given: Given) -> str | None:
    """What is wrong with a call; None where nothing is."""
    names = [it.name for it in node.args]
    used = {it.name for it in node.find_all(nodes.Name)}
    strange = sorted(set(given.named) - {*names, "caller"})
    if strange and "kwargs" not in used:
        return f"has no parameter `{strange[0]}`{meant(strange[0], names)}"
    if len(given.args) > len(names) and "varargs" not in used:
        return f"takes no more than {len(names)}, and is given {len(given.args)}"
    needed = names[len(given.args) : len(names) - len(node.defaults)]
    missing = [name for name in needed if name not in given.named]
    return f"is not given its `{missing[0]}`" if missing else None
