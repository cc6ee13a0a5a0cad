"""The kinds of what is made of other values: choices, comparisons, sums, lists."""

from collections.abc import Sequence

from jinja2 import nodes

from generator.check.addresses import ADDRESSES, PRIVATE, WRITTEN
from generator.check.kinds import (
    NUMBER,
    TRUTH,
    UNKNOWN,
    Kind,
    Nothing,
    Number,
    Row,
    Text,
    Truth,
    Unknown,
    each,
    either,
    may_be_none,
    origins,
    table,
    texts,
    where_true,
    without,
)
from generator.check.reading import Reading
from generator.check.scope import Scope, said

_ORDER = {"gt", "gteq", "lt", "lteq"}


class Operators:
    """Reads what is put together with operators and brackets."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def choice(self, node: nodes.CondExpr, scope: Scope) -> Kind:
        """One value or another."""
        self._reading.kind(node.test, scope)
        yes, no = scope.inner(), scope.inner()
        self._reading.condition(node.test, yes, holds=True)
        self._reading.condition(node.test, no, holds=False)
        first = self._reading.kind(node.expr1, yes)
        if node.expr2 is None:  # prints nothing
            return either(first, Text(values=frozenset({""})))
        return either(first, self._reading.kind(node.expr2, no))

    def both(self, node: nodes.And, scope: Scope) -> Kind:
        """The first that counts as false, or the last."""
        left = self._reading.kind(node.left, scope)
        then = scope.inner()
        self._reading.condition(node.left, then, holds=True)
        return either(*filter(_may_be_false, each(left)), self._reading.kind(node.right, then))

    def one_of(self, node: nodes.Or, scope: Scope) -> Kind:
        """The first that counts as true, or the last."""
        left = self._reading.kind(node.left, scope)
        then = scope.inner()
        self._reading.condition(node.left, then, holds=False)
        return either(*_true_part(left), self._reading.kind(node.right, then))

    def opposite(self, node: nodes.Not, scope: Scope) -> Kind:
        """True or false."""
        self._reading.kind(node.node, scope)
        return TRUTH

    def compare(self, node: nodes.Compare, scope: Scope) -> Kind:
        """True or false."""
        self._ordered(node, node.expr, scope, any(it.op in _ORDER for it in node.ops))
        for operand in node.ops:
            kind = self._ordered(node, operand.expr, scope, operand.op in _ORDER)
            if operand.op in {"eq", "ne"}:
                self._check_equal(node, kind, scope)
        return TRUTH

    def _ordered(self, node: nodes.Node, part: nodes.Expr, scope: Scope, ordered: bool) -> Kind:  # noqa: FBT001
        kind = self._reading.kind(part, scope)
        if ordered and may_be_none(kind):
            message = f"`{said(part)}` may be none, and is compared"
            self._reading.blame("QF109", node, scope, message)
        return kind

    def _check_equal(self, node: nodes.Compare, right: Kind, scope: Scope) -> None:
        """A text that can be a few only is compared with one of these.

        What conditions around have shown is left aside: a partial may be included under one.
        """
        plain = scope.inner()
        plain.facts.clear()
        left = self._reading.quietly(node.expr, plain)
        can, wanted = texts(without(left, Nothing)), texts(right)
        if can and wanted and origins(left) and not can & wanted:
            known = ", ".join(f'"{it}"' for it in sorted(can))
            (first, *_rest) = sorted(wanted)
            message = f'`{said(node.expr)}` is never "{first}"'
            self._reading.blame("QF115", node, scope, f"{message}; it can be {known}")

    def total(self, node: nodes.BinExpr, scope: Scope) -> Kind:
        """What two values add up to, or the like."""
        kinds = [self._reading.kind(node.left, scope), self._reading.kind(node.right, scope)]
        for part, kind in zip((node.left, node.right), kinds, strict=True):
            if may_be_none(kind):
                self._reading.blame("QF109", node, scope, f"`{said(part)}` may be none in a sum")
        plain = [without(kind, Nothing) for kind in kinds]
        if all(isinstance(it, Number | Truth) for it in plain):
            return NUMBER
        return _joined(kinds) if any(isinstance(it, Text) for it in plain) else UNKNOWN

    def concat(self, node: nodes.Concat, scope: Scope) -> Kind:
        """Values put together as a text."""
        kinds = [self._reading.kind(part, scope) for part in node.nodes]
        for part, kind in zip(node.nodes, kinds, strict=True):
            if may_be_none(kind):
                self._reading.blame(
                    "QF109", node, scope, f"`{said(part)}` may be none, and is printed"
                )
        return _joined(kinds)

    def row(self, node: nodes.Tuple, scope: Scope) -> Kind:
        """A tuple."""
        return Row(tuple(self._reading.kind(it, scope) for it in node.items))

    def listing(self, node: nodes.List, scope: Scope) -> Kind:
        """A list that is written out."""
        return (
            Row(tuple(self._reading.kind(it, scope) for it in node.items))
            if node.items
            else UNKNOWN
        )

    def table(self, node: nodes.Dict, scope: Scope) -> Kind:
        """A table that is written out."""
        items = [(pair.key, self._reading.kind(pair.value, scope)) for pair in node.items]
        for key, _kind in items:
            self._reading.kind(key, scope)
        if all(isinstance(key, nodes.Const) and isinstance(key.value, str) for key, _ in items):
            return table((getattr(key, "value", ""), kind) for key, kind in items)
        return UNKNOWN


def _true_part(kind: Kind) -> tuple[Kind, ...]:
    kept = where_true(kind)
    nothing = all(isinstance(it, Nothing) for it in each(kind))
    return () if nothing else (kept,)


def _joined(kinds: Sequence[Kind]) -> Kind:
    """A text put together from others: what it begins with tells whether it is an address."""
    holds = frozenset(it for kind in kinds for it in origins(kind)) & PRIVATE
    first = {it.origin for it in each(kinds[0]) if isinstance(it, Text)} & ADDRESSES
    if texts(kinds[0]) is not None and not origins(kinds[0]):
        first = {WRITTEN}
    return either(*(Text(it, holds=holds) for it in sorted(first) or [""]))


def _may_be_false(kind: Kind) -> bool:
    return not isinstance(kind, Unknown)
