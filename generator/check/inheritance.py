"""Templates that extend others, and the blocks they override."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from jinja2 import nodes

from generator.check.kinds import HTML, Fields, Function
from generator.check.lookup import Lookup
from generator.check.notes import Notes, meant
from generator.check.press import Press
from generator.check.scope import Scope

Statements = Callable[[Iterable[nodes.Node], Scope], None]
"""Reads some statements."""


class Layer(NamedTuple):
    """A block as one template has it."""

    node: nodes.Block
    file: str


class Above(NamedTuple):
    """What `super()` stands for."""

    layers: Sequence[Layer]
    depth: int
    scope: Scope


class Inheritance:
    """Reads a template with all that it extends."""

    def __init__(self, notes: Notes, lookup: Lookup, press: Press, statements: Statements) -> None:
        self._notes = notes
        self._lookup = lookup
        self._press = press
        self._statements = statements
        self._chain: list[tuple[nodes.Template, str]] = []
        self._blocks: dict[str, list[Layer]] = {}
        self._shown: set[str] = set()

    def template(self, name: str, scope: Scope) -> None:
        """A template and those it extends: the innermost parent is what is printed."""
        chain = self._chain = self._lookup.chain(name, scope)
        for tree, file in chain:
            for block in _blocks(tree):
                self._blocks.setdefault(block.name, []).append(Layer(block, file))
        for at, (tree, file) in enumerate(chain):
            scope.file, scope.is_top = file, True
            if at + 1 < len(chain):
                self._child(tree, scope)
            else:
                self._statements(tree.body, scope)

    def _child(self, tree: nodes.Template, scope: Scope) -> None:
        """Of a template that extends another: all but what it prints outside of its blocks."""
        for node in tree.body:
            if isinstance(node, nodes.Output):
                self._check_outside(node, scope)
            elif not isinstance(node, nodes.Block):
                with self._press.apart():
                    self._statements([node], scope)

    def _check_outside(self, node: nodes.Output, scope: Scope) -> None:
        for part in node.nodes:
            blank = isinstance(part, nodes.TemplateData) and not part.data.strip()
            if not blank:
                line = part.lineno
                if isinstance(part, nodes.TemplateData):
                    text = part.data
                    line += text[: len(text) - len(text.lstrip())].count("\n")
                message = "this stands outside of any block, and is never printed"
                self._notes.add("QF205", scope.file, line, message)
                return

    def check_blocks(self) -> None:
        """A block that overrides nothing which is printed is never printed itself.

        Of a template's parents only such blocks are reported as no template above has: another
        block of theirs may be one that this template does without. A block inside another of the
        same template is a part of that one, and overrides nothing.
        """
        for at, (tree, file) in enumerate(self._chain[:-1]):
            above = {it.name for parent, _ in self._chain[at + 1 :] for it in _blocks(parent)}
            inner = {it.name for block in _blocks(tree) for it in block.find_all(nodes.Block)}
            for block in _blocks(tree):
                name = block.name
                if name in self._shown or name in inner or (at > 0 and name in above):
                    continue
                message = f"no template that this one extends prints a block `{name}`"
                hint = meant(name, self._shown)
                self._notes.add("QF204", file, block.lineno, message + hint)

    def block(self, node: nodes.Block, scope: Scope) -> None:
        """A block, as the most derived template has it."""
        layers = self._blocks.get(node.name) or [Layer(node, scope.file)]
        self._shown.add(node.name)
        names = scope.names if node.scoped else scope.page
        self.layer(layers, 0, scope.inner(names=names))

    def layer(self, layers: Sequence[Layer], depth: int, scope: Scope) -> None:
        """A block as one of its templates has it."""
        layer = layers[depth]
        if self._press.is_running(layer.node):
            return
        inner = scope.inner(layer.file)
        above = Function("super", HTML)
        if depth + 1 < len(layers):
            above = Function("super", HTML, Above(layers, depth + 1, scope))
        inner.names["super"] = above
        inner.names["self"] = Fields(
            "self", tuple((name, Function(name, HTML)) for name in self._blocks)
        )
        with self._press.running(layer.node):
            self._statements(layer.node.body, inner)


def _blocks(tree: nodes.Template) -> Iterable[nodes.Block]:
    return tree.find_all(nodes.Block)
