"""What is known at one point of a template: the variables, and what conditions have shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from generator.check.kinds import (
    NOTHING,
    UNKNOWN,
    Kind,
    Nothing,
    Text,
    each,
    either,
    origins,
    where_true,
    without,
)

Ask = Callable[[nodes.Expr], Kind]
"""The kind of an expression, asked without any remark."""

_SAME = {"eq": True, "ne": False}
_SOMETHING = {"length", "count", "trim", "list", "first", "last", "string"}
"""Filters of which a result that counts as true tells that there was something to begin with."""


@dataclass
class Scope:
    """The variables where a template is being read, and their kinds."""

    file: str
    names: dict[str, Kind]
    page: dict[str, Kind]
    """What blocks and partials see: the context, and what was set outside of any block."""
    facts: dict[str, Kind] = field(default_factory=dict)
    """Kinds that a condition has narrowed, by expression: `job.period.start`."""
    tested: frozenset[str] = frozenset()
    """The fields that are known to hold something."""
    assigned: set[str] = field(default_factory=set)
    """Names given a value since this scope was entered."""
    is_top: bool = False
    """Whether a name set here is one of the page's."""

    def inner(self, file: str | None = None, names: Mapping[str, Kind] | None = None) -> "Scope":
        """A scope within this one, from which no variable gets out."""
        return Scope(
            file=file or self.file,
            names=dict(self.names if names is None else names),
            page=self.page,
            facts=dict(self.facts),
            tested=self.tested,
        )

    def branch(self) -> "Scope":
        """What one way of a condition begins with."""
        scope = self.inner()
        scope.is_top = self.is_top
        return scope

    def assign(self, name: str, kind: Kind) -> None:
        """Give a variable a value; what was known of the old one is forgotten."""
        self.names[name] = kind
        self.assigned.add(name)
        if self.is_top:
            self.page[name] = kind
        for path in [path for path in self.facts if path.split(".")[0] == name]:
            del self.facts[path]

    def join(self, ways: list["Scope"]) -> None:
        """Go on after a condition: a variable has the value that one of its ways gave it."""
        for name in sorted(set().union(*(way.assigned for way in ways))):
            self.assign(name, either(*(way.names[name] for way in ways if name in way.names)))


def path_of(node: nodes.Node) -> str | None:
    """An expression that only reads fields, as one text: `job.period.start`; else None."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        attribute: object = node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        attribute = node.arg.value
    else:
        return None
    owner = path_of(node.node)
    return f"{owner}.{attribute}" if owner else None


def said(node: nodes.Node | None) -> str:
    """An expression as its author wrote it, or about so."""
    match node:
        case nodes.Name():
            text = node.name
        case nodes.Getattr():
            text = f"{said(node.node)}.{node.attr}"
        case nodes.Getitem():
            text = f"{said(node.node)}[{said(node.arg)}]"
        case nodes.Const():
            text = repr(node.value)
        case nodes.Filter():
            text = f"{said(node.node)}|{node.name}"
        case nodes.Call():
            text = f"{said(node.node)}(…)"
        case _:
            text = "…"
    return text


def assume(scope: Scope, node: nodes.Node, ask: Ask, *, holds: bool) -> None:
    """Note what is known where a condition holds, or where it does not."""
    match node:
        case nodes.Not():
            assume(scope, node.node, ask, holds=not holds)
        case nodes.And() if holds:
            assume(scope, node.left, ask, holds=True)
            assume(scope, node.right, ask, holds=True)
        case nodes.Or() if not holds:
            assume(scope, node.left, ask, holds=False)
            assume(scope, node.right, ask, holds=False)
        case nodes.Test():
            _assume_test(scope, node, ask, holds=holds)
        case nodes.Compare():
            _assume_comparison(scope, node, ask, holds=holds)
        case nodes.Filter() if holds and node.name in _SOMETHING and node.node is not None:
            assume(scope, node.node, ask, holds=True)
        case nodes.Name() | nodes.Getattr() | nodes.Getitem() if holds:
            kind = ask(node)
            _note(scope, node, where_true(kind))
            scope.tested |= _read_from(kind)


def _assume_test(scope: Scope, node: nodes.Test, ask: Ask, *, holds: bool) -> None:
    if node.name == "none":
        kind = ask(node.node)
        _note(scope, node.node, NOTHING if holds else without(kind, Nothing))
        if not holds:
            scope.tested |= _read_from(kind)
    elif node.name in {"defined", "string", "number", "mapping", "iterable"} and holds:
        kind = ask(node.node)
        if isinstance(node.node, nodes.Name):
            scope.names.setdefault(node.node.name, UNKNOWN)
        _note(scope, node.node, without(kind, Nothing))


def _assume_comparison(scope: Scope, node: nodes.Compare, ask: Ask, *, holds: bool) -> None:
    if len(node.ops) != 1:
        return
    (operand,) = node.ops
    kind = ask(node.expr)
    if operand.op in _SAME and isinstance(operand.expr, nodes.Const):
        same = _SAME[operand.op] == holds
        _note(scope, node.expr, _compared(kind, operand.expr.value, same=same))
    elif operand.op in {"gt", "gteq", "lt", "lteq"} and holds:
        _note(scope, node.expr, without(kind, Nothing))
    elif operand.op == "in" and holds and isinstance(operand.expr, nodes.Tuple | nodes.List):
        wanted = {it.value for it in operand.expr.items if isinstance(it, nodes.Const)}
        if len(wanted) == len(operand.expr.items) and None not in wanted:
            _note(scope, node.expr, _among(kind, frozenset(wanted)))


def _compared(kind: Kind, value: object, *, same: bool) -> Kind:
    if value is None:
        return NOTHING if same else without(kind, Nothing)
    if not isinstance(value, str):
        return without(kind, Nothing) if same else kind
    if same:
        return _among(kind, frozenset({value}))
    rest: list[Kind] = []
    for it in each(kind):
        if isinstance(it, Text) and it.values is not None:
            if left := it.values - {value}:
                rest.append(Text(it.origin, left))
        else:
            rest.append(it)
    return either(*rest) if rest else kind


def _among(kind: Kind, values: frozenset[str]) -> Kind:
    found: list[Kind] = []
    for it in each(kind):
        if isinstance(it, Text) and it.values is not None:
            if common := it.values & values:
                found.append(Text(it.origin, common))
        elif not isinstance(it, Nothing):
            found.append(it)
    return either(*found) if found else kind


def _note(scope: Scope, node: nodes.Node, kind: Kind) -> None:
    path = path_of(node)
    if path is not None:
        scope.facts[path] = kind


def _read_from(kind: Kind) -> frozenset[str]:
    """The field that a value was read from, if it is surely that one's."""
    found = origins(kind)
    own = [it for it in each(kind) if not isinstance(it, Nothing)]
    sure = len(found) == 1 and all(getattr(it, "origin", "") in found for it in own)
    return found if sure else frozenset()
