"""What a piece of a template costs each time it is passed, in steps of a budget."""

from collections.abc import Iterable, Mapping

from jinja2 import nodes

from generator.render.partials import Partial, included

_PRINT = 8  # a printed text below the length at which it pays for itself
_CALL = 4  # of what pays for its arguments itself
_IMPORT = 20
_DEAR = {"markdown": 50, "striptags": 8, "title": 8, "urlencode": 8}  # with a short text
_CHARACTERS = 64


def weigh(body: Iterable[nodes.Node], partials: Mapping[str, Partial]) -> int:
    """The steps of some statements, each passed once.

    Loops pay for their turns, macros and blocks for their calls.

    Args:
        body: The statements, or expressions.
        partials: By name, those that are written out where they are included.
    """
    return sum(_weigh(node, partials) for node in body)


def _weigh(node: nodes.Node, partials: Mapping[str, Partial]) -> int:
    if isinstance(node, nodes.TemplateData):
        return 1 + len(node.data) // _CHARACTERS
    if isinstance(node, nodes.For):
        return 2 + _weigh(node.iter, partials) + weigh(node.else_, partials)
    if isinstance(node, nodes.Macro):
        return 2
    steps = 1 + weigh(node.iter_child_nodes(), partials)
    if isinstance(node, nodes.Output):
        steps += _PRINT * sum(not isinstance(it, nodes.TemplateData) for it in node.nodes)
    elif isinstance(node, nodes.Call | nodes.Filter | nodes.Test | nodes.CallBlock):
        steps += _CALL
        if isinstance(node, nodes.Filter):
            steps += _DEAR.get(node.name, 0)
    elif isinstance(node, nodes.Import | nodes.FromImport):
        steps += _IMPORT
    elif isinstance(node, nodes.Include):
        partial = partials.get(included(node))
        steps += weigh(partial.tree.body, partials) if partial else _IMPORT
    return steps
