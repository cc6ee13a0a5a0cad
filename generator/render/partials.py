"""Partials that may be written out where they are included, instead of being rendered there."""

from typing import NamedTuple

from jinja2 import Environment, TemplateError, nodes
from jinja2.compiler import Frame
from jinja2.idtracking import VAR_LOAD_PARAMETER, VAR_LOAD_RESOLVE

_APART = (
    nodes.Extends, nodes.Block, nodes.Include, nodes.Macro, nodes.CallBlock, nodes.NSRef,
    nodes.ScopedEvalContextModifier,
)  # fmt: skip
"""What is more than text in its includer's place."""

_SPECIAL = {"self", "super", "caller", "varargs", "kwargs"}
"""Names that mean something else in another template."""

_SURE = {VAR_LOAD_PARAMETER, VAR_LOAD_RESOLVE}
"""How a variable comes to its value that has it from the beginning."""


class Partial(NamedTuple):
    """A template that may be written out where it is included."""

    name: str
    filename: str | None
    tree: nodes.Template
    names: frozenset[str]
    """The variables that occur in it."""
    assigned: frozenset[str]
    """Those among them that it gives a value."""
    length: int
    """Of its source, in characters."""


def included(node: nodes.Include) -> str:
    """The name of the template, where the include is an ordinary one; else empty."""
    if isinstance(node.template, nodes.Const) and node.with_context and not node.ignore_missing:
        return node.template.value if isinstance(node.template.value, str) else ""
    return ""


def find_partial(environment: Environment, name: str) -> Partial | None:
    """A template, if it only prints; one with a mistake is told of when it is rendered."""
    if environment.loader is None:
        return None
    try:
        source, filename, _ = environment.loader.get_source(environment, name)
        tree = environment.parse(source, name, filename)
    except TemplateError:
        return None
    names, assigned = set(), set()
    for node in tree.find_all(nodes.Node):
        if isinstance(node, _APART) or getattr(node, "with_context", False):
            return None
        if isinstance(node, nodes.Name):
            names.add(node.name)
            if node.ctx != "load":
                assigned.add(node.name)
        elif isinstance(node, nodes.Import):
            assigned.add(node.target)
        elif isinstance(node, nodes.FromImport):
            assigned.update(it if isinstance(it, str) else it[1] for it in node.names)
    names |= assigned
    if names & _SPECIAL:
        return None
    return Partial(name, filename, tree, frozenset(names), frozenset(assigned), len(source))


def means_the_same(partial: Partial, frame: Frame) -> bool:
    """Whether each name has the same value here as it would have in a template of its own.

    That one begins with the context and with whatever is set by then. Here, a variable of the
    includer's that is not surely set yet would hide the context's, and what the partial assigns
    must be a variable of its own.
    """
    if frame.require_output_check:
        return False
    for name in partial.names:
        ref = frame.symbols.find_ref(name)
        if ref is None:
            continue
        load = frame.symbols.find_load(ref)
        if name in partial.assigned or not load or load[0] not in _SURE:
            return False
    return True
