"""Words as constants: what a theme says is known when its templates are compiled.

So a template pays for none of it: `<h2>{{ words.about }}</h2>` is a text like the rest.
"""

from collections.abc import Iterator, Mapping

from jinja2 import TemplateAssertionError, nodes
from jinja2.visitor import NodeTransformer

WORDS = "words"
"""The variable that no template may set, so that it means the same everywhere."""


def fold(tree: nodes.Template, words: Mapping[str, object]) -> nodes.Template:
    """A template in which every word that is a text stands as it is, and tables are constants."""
    folded: nodes.Template = _Folding(words).visit(tree)
    return folded


def reserve(tree: nodes.Template, name: str | None, filename: str | None) -> None:
    """See that no variable, macro or import hides the words.

    Raises:
        TemplateAssertionError: One does.
    """
    for node in tree.find_all(nodes.Node):
        if WORDS in _named(node):
            raise TemplateAssertionError(
                f"{WORDS!r} is what the theme says, and can't be something else",
                node.lineno,
                name,
                filename,
            )


def _named(node: nodes.Node) -> Iterator[str]:
    """The variables that a node gives a value."""
    match node:
        case nodes.Name() if node.ctx != "load":
            yield node.name
        case nodes.Macro():
            yield node.name
        case nodes.Import():
            yield node.target
        case nodes.FromImport():
            yield from (it if isinstance(it, str) else it[1] for it in node.names)


class _Folding(NodeTransformer):
    def __init__(self, words: Mapping[str, object]) -> None:
        self._words = words

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802 - Jinja's
        """`words.about`."""
        word = self._word(node)
        if isinstance(word, str):
            return nodes.Const(word, lineno=node.lineno)
        return self.generic_visit(node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - Jinja's
        """`words.links[link.kind]`."""
        table = self._word(node.node)
        if isinstance(table, dict):
            node.node = nodes.Const(table, lineno=node.lineno)
        return self.generic_visit(node)

    def _word(self, node: nodes.Node) -> object:
        match node:
            case nodes.Getattr(node=nodes.Name(name="words"), attr=attr):
                return self._words.get(attr)
        return None
